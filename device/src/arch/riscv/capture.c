/*
 * The way into a crash record on RISC-V: RV32 in machine mode, with mtvec direct or vectored.
 *
 * The entries keep every register as it was and switch to a stack of their own, because the one in use may be what broke. One register must be
 * free before the first can be stored: mscratch takes t0. What stood in mscratch before a trap is lost, and unknown in the record.
 *
 * Floating-point registers are not captured, also where the core has them.
 */
#include <stdbool.h>
#include <stddef.h>

#include "arch/riscv/context.h"
#include "crash/capture.h"
#include "crash/stack.h"
#include "noinit/config.h"
#include "noinit/crash.h"
#include "noinit/reboot.h"

/* Linker script: RAM that may be read, and the main stack from its low end to its top. */
extern uint32_t __noinit_ram_start[];
extern uint32_t __noinit_ram_end[];
extern uint32_t __noinit_stack_limit[];
extern uint32_t __stack[];

#define ALL_CORE 0xffffffffu
#define CORE_AT_CALL (ALL_CORE & ~(1u << 5 | 1u << 6)) /* t0 and t1 carry the entry through its first instructions */
#define ALL_CONTROL 0x1ffu
#define CONTROL_AT_TRAP 0xffu /* mscratch carries t0 */

_Static_assert(offsetof(noinit_riscv_context_t, mstatus) == 128 && sizeof(noinit_riscv_context_t) == 132, "the assembly knows them");
_Static_assert(NOINIT_FAULT_STACK_BYTES % 16 == 0, "NOINIT_FAULT_STACK_BYTES must be a multiple of 16 on RISC-V");
#if NOINIT_CORES > 1 && !defined(__riscv_atomic)
#error "NOINIT_CORES > 1 needs the A extension: two harts may crash at once"
#endif

/* `used`: only the assembly names them, which link-time optimisation does not read. */
__attribute__((used)) noinit_riscv_context_t noinit_riscv_contexts[NOINIT_CORES];
__attribute__((used, aligned(16))) uint8_t noinit_riscv_stack[NOINIT_FAULT_STACK_BYTES];
__attribute__((used)) void (*volatile noinit_riscv_interrupt)(void);
#if NOINIT_CORES > 1
/* The hart that captures, and 1; 0: none. */
__attribute__((used)) volatile uint32_t noinit_riscv_owner;
#endif

/* clang-format off */
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define ENTRY(name) \
    "    .section .text." name ",\"ax\",@progbits\n" \
    "    .balign 4\n" /* mtvec wants it */ \
    "    .global " name "\n" \
    "    .type " name ", @function\n" \
    name ":\n"
/* Nothing of it may rely on gp, as what the linker relaxes would. */
#define BEGIN "    .pushsection .text\n    .option push\n    .option norelax\n"
#define END "    .option pop\n    .popsection\n"
#define REGISTERS ".irp n,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
/* t0: where this hart keeps its registers. A hart that the configuration does not know waits for ever. */
#if NOINIT_CORES > 1
#define LOAD_CONTEXT \
    "    csrr t0, mhartid\n" \
    "    .set noinit_offset, 0\n" \
    "    .rept " TEXT(NOINIT_CORES) "\n" \
    "    bnez t0, 7f\n" \
    "    la t0, noinit_riscv_contexts + noinit_offset\n" \
    "    j 8f\n" \
    "7:  addi t0, t0, -1\n" \
    "    .set noinit_offset, noinit_offset + 132\n" \
    "    .endr\n" \
    "9:  j 9b\n" \
    "8:\n"
#else
#define LOAD_CONTEXT "    la t0, noinit_riscv_contexts\n"
#endif
#define TRAPPED(kind) \
    LOAD_CONTEXT \
    "    sw t1, 24(t0)\n" \
    "    la t1, " kind "\n" \
    "    j noinit_riscv_trapped\n"
#define CALLED(name, kind) \
    ENTRY(name) \
    "    la t1, " kind "\n" \
    "    j noinit_riscv_called\n"
__asm__(
    BEGIN
    ENTRY("noinit_fault_entry")
    "    csrw mscratch, t0\n"
    "    csrr t0, mcause\n"
    "    bgez t0, 1f\n"
    "    la t0, noinit_riscv_interrupt\n"
    "    lw t0, 0(t0)\n"
    "    beqz t0, 1f\n"
    "    jr t0\n"
    "1:\n"
    TRAPPED("noinit_capture_fault")
    ENTRY("noinit_watchdog_entry")
    "    csrw mscratch, t0\n"
    TRAPPED("noinit_capture_watchdog")
    CALLED("noinit_assert_failed", "noinit_capture_assert")
    CALLED("noinit_stack_overflow", "noinit_capture_overflow")
    CALLED("noinit_stack_broken", "noinit_capture_canary")
    CALLED("noinit_out_of_memory", "noinit_capture_memory")
    CALLED("noinit_panic", "noinit_capture_panic")
    CALLED("noinit_abort", "noinit_capture_abort")
    CALLED("noinit_snapshot_entry", "noinit_capture_snapshot")
    END);

__asm__(
    BEGIN
    /* Calls: t0 and t1 are dead. The place of the call is inside its instruction, whatever its length. */
    ENTRY("noinit_riscv_called")
    LOAD_CONTEXT
    "    sw a0, 40(t0)\n"
    "    addi a0, ra, -2\n"
    "    sw a0, 0(t0)\n"
    "    lw a0, 40(t0)\n"
    "    j noinit_riscv_save\n"

    /* Traps: t1 is in its place already. */
    ENTRY("noinit_riscv_trapped")
    "    sw t2, 28(t0)\n"
    "    csrr t2, mscratch\n"
    "    sw t2, 20(t0)\n"
    "    csrr t2, mepc\n"
    "    sw t2, 0(t0)\n"
    "    lw t2, 28(t0)\n"
    "    j noinit_riscv_save\n"

    ENTRY("noinit_riscv_save")
    "    sw ra, 4(t0)\n"
    "    sw sp, 8(t0)\n"
    "    sw gp, 12(t0)\n"
    "    sw tp, 16(t0)\n"
    "    sw t2, 28(t0)\n"
    "    " REGISTERS "\n"
    "    sw x\\n, 4*\\n(t0)\n"
    "    .endr\n"
    "    csrrci t2, mstatus, 8\n"
    "    sw t2, 128(t0)\n"
#if NOINIT_CORES > 1
    /* The registers are this hart's own; stack and record are one hart's at a time. It may be our own: a trap in here. */
    "    la a0, noinit_riscv_owner\n"
    "    csrr a1, mhartid\n"
    "    addi a1, a1, 1\n"
    "2:  lr.w.aq a2, (a0)\n"
    "    beq a2, a1, 3f\n"
    "    bnez a2, 2b\n"
    "    sc.w a2, a1, (a0)\n"
    "    bnez a2, 2b\n"
    "3:\n"
#endif
    /* gp may be what broke, or the project's own; the linker lets our code rely on it. */
    "    la gp, 4f\n"
    "    lw gp, 0(gp)\n"
    "    la sp, noinit_riscv_stack + " TEXT(NOINIT_FAULT_STACK_BYTES) "\n"
    "    mv a0, t1\n"
    "    addi a1, t0, 40\n"
    "    call noinit_capture\n"
    "5:  j 5b\n"
    "    .balign 4\n"
    "    .weak __global_pointer$\n"
    "4:  .word __global_pointer$\n"
    END);

__asm__(
    BEGIN
    ENTRY("noinit_arch_resume")
    LOAD_CONTEXT
    "    sw a0, 20(t0)\n"
#if NOINIT_CORES > 1
    /* Another hart may have waited for its turn; there is one unless this goes on to a reset. */
    "    la t1, noinit_capture_phase\n"
    "    lw t1, 0(t1)\n"
    "    bnez t1, 7f\n"
    "    la t1, noinit_riscv_owner\n"
    "    fence rw, w\n"
    "    sw zero, 0(t1)\n"
    "7:\n"
#endif
    "    lw ra, 4(t0)\n"
    "    lw sp, 8(t0)\n"
    "    lw gp, 12(t0)\n"
    "    lw tp, 16(t0)\n"
    "    lw t2, 28(t0)\n"
    "    " REGISTERS "\n"
    "    lw x\\n, 4*\\n(t0)\n"
    "    .endr\n"
    "    lw t1, 128(t0)\n"
    "    andi t1, t1, 8\n"
    "    beqz t1, 6f\n"
    /* A call with interrupts on, where t1 is dead. One may strike from here, and its handler call an entry: nothing is read any more. */
    "    lw t0, 20(t0)\n"
    "    csrs mstatus, t1\n"
    "    jr t0\n"
    "6:  lw t1, 24(t0)\n"
    "    lw t0, 20(t0)\n"
    "    jr t0\n"
    END);
/* clang-format on */

#define READ_CSR(name_) \
    __extension__({ \
        uint32_t value_; \
        __asm__ volatile("csrr %0, " name_ : "=r"(value_)); \
        value_; \
    })

#define CODE 0x80000fffu /* a CLIC keeps more between */
#define LOAD_ACCESS_FAULT 5u
#define STORE_ACCESS_FAULT 7u

/* The entry's argument is part of its context. */
static const noinit_riscv_context_t *context_of(const noinit_capture_t *capture)
{
    return (const noinit_riscv_context_t *)(const void *)(capture->argument - NOINIT_RISCV_A0);
}

void noinit_arch_stay_masked(const noinit_capture_t *capture)
{
    ((noinit_riscv_context_t *)(uintptr_t)context_of(capture))->mstatus &= ~8u;
}

/* Guards that bind machine mode are locked PMP entries, which only a reset opens: noinit_arch_place steps over ours. */
void noinit_arch_open_memory(void)
{
}

/* Where the address of an access is not told (mtval may read 0), a stack pointer in the guard tells as much. */
static bool is_overflow(uint32_t sp, uint32_t mcause, uint32_t mtval)
{
    const uint32_t code = mcause & CODE;
    const bool is_access = code == LOAD_ACCESS_FAULT || code == STORE_ACCESS_FAULT;
    return is_access && (noinit_crash_is_beyond_stack(mtval, sp) || noinit_crash_is_beyond_stack(sp, sp));
}

/* Above the guard, which we may not read either. */
static uint32_t step_over_guard(uint32_t sp, uint32_t mtval)
{
    uint32_t stack = sp < mtval && noinit_crash_is_beyond_stack(mtval, 0) ? mtval : sp;
    while (noinit_crash_is_beyond_stack(stack, 0)) {
        stack++;
    }
    return stack;
}

static uint32_t clamp(uint32_t value, uint32_t low, uint32_t high)
{
    return value < low ? low : value > high ? high : value;
}

static void place_stack(noinit_capture_t *capture, uint32_t from)
{
    const uint32_t top = (uint32_t)__stack;
    const bool is_main = from >= (uint32_t)__noinit_stack_limit && from <= top;
    const uint32_t end = is_main ? top : (uint32_t)__noinit_ram_end;
    capture->stack = clamp(from & ~3u, (uint32_t)__noinit_ram_start, end);
    capture->stack_end = end;
}

void noinit_arch_place(noinit_capture_t *capture)
{
    const noinit_riscv_context_t *const context = context_of(capture);
    uint32_t stack = context->core[NOINIT_RISCV_SP];
    capture->pc = context->core[NOINIT_RISCV_PC];
    capture->lr = context->core[NOINIT_RISCV_RA];
    if (capture->kind->is_exception) {
        const uint32_t mtval = READ_CSR("mtval");
        capture->fault_bits = READ_CSR("mcause");
        if (is_overflow(stack, capture->fault_bits, mtval)) {
            capture->cause = NOINIT_CRASH_STACK_OVERFLOW;
            capture->reason = NOINIT_REASON_STACK_OVERFLOW;
            stack = step_over_guard(stack, mtval);
        }
    }
    place_stack(capture, stack);
}

void noinit_arch_registers(noinit_crash_writer_t *writer, const noinit_capture_t *capture)
{
    const noinit_riscv_context_t *const context = context_of(capture);
    const bool is_trap = capture->kind->is_exception;
    uint32_t control[9];
    noinit_crash_registers(writer, 1, is_trap ? ALL_CORE : CORE_AT_CALL, context->core, 32);
    control[0] = context->mstatus;
    control[1] = READ_CSR("mcause");
    control[2] = READ_CSR("mtval");
    control[3] = READ_CSR("mepc");
    control[4] = READ_CSR("mtvec");
    control[5] = READ_CSR("mie");
    control[6] = READ_CSR("mip");
    control[7] = READ_CSR("mhartid");
    control[8] = READ_CSR("mscratch");
    noinit_crash_registers(writer, 2, is_trap ? CONTROL_AT_TRAP : ALL_CONTROL, control, 9);
}
