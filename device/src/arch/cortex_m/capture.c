/*
 * The way into a crash record on Cortex-M: v6-M, v7-M, v7E-M with or without floating point, v8-M (one security world).
 *
 * The entries leave the registers as they were, switch to a stack of their own (the one in use may be what broke) and go on in C. They
 * never return.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/store.h"
#include "crash/crash_slot.h"
#include "log/assertion.h"
#include "noinit/config.h"
#include "noinit/crash.h"
#include "noinit/port.h"
#include "noinit/reboot.h"

/* Linker script: RAM that may be read, and the main stack from its low end to its top. */
extern uint32_t __noinit_ram_start[];
extern uint32_t __noinit_ram_end[];
extern uint32_t __noinit_stack_limit[];
extern uint32_t __stack[];

#define CANARY 0x4e4f494eu

/* In the order of register sets 1 and 2 of docs/formats/crash.md. The assembly below knows the offsets. */
typedef struct {
    uint32_t core[17];
    uint32_t special[7];
    uint32_t cause;
} context_t;

enum { R12 = 12, SP, LR, PC, XPSR };
enum { MSP, PSP, CONTROL, PRIMASK, BASEPRI, FAULTMASK, EXC_RETURN };

_Static_assert(offsetof(context_t, special) == 68 && offsetof(context_t, cause) == 96, "the assembly stores by number");

#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__)
#define HAS_FAULT_STATUS 0
#define KNOWN_SPECIAL 0x0fu /* no BASEPRI, no FAULTMASK */
#else
#define HAS_FAULT_STATUS 1
#define KNOWN_SPECIAL 0x3fu
#endif
#define KNOWN_EXC_RETURN 0x40u
#define KNOWN_CORE 0x1ffffu
/* r12 carries the entry through its first instructions. */
#define KNOWN_AT_CALL (KNOWN_CORE & ~(1u << R12))
/* What the hardware did not stack is still in the registers: r4 to r11. */
#define KNOWN_WITHOUT_FRAME 0x0ff0u

/* The entries fill it; the stack below it is theirs. `used`: only the assembly names it, which link-time optimisation does not read. */
__attribute__((used)) struct {
    uint64_t stack[NOINIT_FAULT_STACK_BYTES / 8];
    context_t context;
} noinit_capture;

__attribute__((used)) _Noreturn void noinit_capture_context(context_t *context);

/* clang-format off */
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
__asm__(
    "    .syntax unified\n"
    "    .section .text.noinit_entry,\"ax\",%progbits\n"
    "    .balign 4\n"
    "    .thumb\n"
#define ENTRY(name, cause) \
    "    .global " name "\n" \
    "    .type " name ", %function\n" \
    "    .thumb_func\n" \
    name ":\n" \
    "    mov r12, r0\n" \
    "    ldr r0, 9f\n" \
    "    str r1, [r0, #4]\n" \
    "    movs r1, #" cause "\n" \
    "    b 1f\n"
    ENTRY("noinit_fault_entry", "1")
    ENTRY("noinit_assert_failed", "2")
    ENTRY("noinit_stack_overflow", "3")
    ENTRY("noinit_watchdog_entry", "4")
    "1:  str r1, [r0, #96]\n"
    "    mov r1, r12\n    str r1, [r0, #0]\n"
    "    adds r0, #8\n"
    "    stmia r0!, {r2-r7}\n"
    "    mov r1, r8\n"
    "    mov r2, r9\n"
    "    mov r3, r10\n"
    "    mov r4, r11\n"
    "    movs r5, #0\n" /* r12 and, below, pc: only a frame or the return address tells */
    "    mov r6, sp\n"
    "    mov r7, lr\n"
    "    stmia r0!, {r1-r7}\n"
    "    mrs r6, xpsr\n"
    "    stmia r0!, {r5, r6}\n"
    "    mrs r1, msp\n"
    "    mrs r2, psp\n"
    "    mrs r3, control\n"
    "    mrs r4, primask\n"
    "    cpsid i\n"
#if HAS_FAULT_STATUS
    "    mrs r5, basepri\n"
    "    mrs r6, faultmask\n"
#else
    "    movs r6, #0\n"
#endif
    "    stmia r0!, {r1-r7}\n"
    "    subs r0, #96\n"
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
    /* The limits are those of the stacks we leave. */
    "    movs r1, #0\n    msr msplim, r1\n    msr psplim, r1\n"
#endif
    "    mov sp, r0\n"
    "    bl noinit_capture_context\n"
    "    .balign 4\n"
    "9:  .word noinit_capture + " TEXT(NOINIT_FAULT_STACK_BYTES) "\n"
    "    .previous\n");
/* clang-format on */

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define ICSR 0xe000ed04u
#define CCR 0xe000ed14u
#define CFSR 0xe000ed28u
#define MPU_TYPE 0xe000ed90u
#define MPU_CTRL 0xe000ed94u
#define CPACR 0xe000ed88u

#define CFSR_MMARVALID (1u << 7)
#define CFSR_BFARVALID (1u << 15)
/* MSTKERR, STKERR and STKOF: the hardware could not write the exception frame. */
#define CFSR_NOT_STACKED (1u << 4 | 1u << 12 | 1u << 20)
#define CCR_BFHFNMIGN (1u << 8)

#define EXC_RETURN_PSP 4u
#define EXC_RETURN_NO_FP 16u
#define XPSR_PADDED (1u << 9)

#define FRAME_BYTES 32u
#define FP_FRAME_BYTES 104u

static uint32_t clamp(uint32_t value, uint32_t low, uint32_t high)
{
    return value < low ? low : value > high ? high : value;
}

static uint32_t ram_start(void)
{
    return (uint32_t)__noinit_ram_start;
}

static uint32_t ram_end(void)
{
    return (uint32_t)__noinit_ram_end;
}

/* Nothing may stand between us and memory: an MPU guard would fault again, and so would a bus error in a region the project chose. */
static void open_memory(void)
{
#if HAS_FAULT_STATUS
    if (REGISTER(MPU_TYPE) != 0) {
        REGISTER(MPU_CTRL) = 0;
    }
    REGISTER(CCR) |= CCR_BFHFNMIGN;
    __asm__ volatile("dsb\n\tisb" : : : "memory");
#endif
}

static bool is_stacked(uint32_t frame, uint32_t size)
{
#if HAS_FAULT_STATUS
    if ((REGISTER(CFSR) & CFSR_NOT_STACKED) != 0) {
        return false;
    }
#endif
    return (frame & 3u) == 0 && frame >= ram_start() && frame < ram_end() && ram_end() - frame >= size;
}

/* Puts the registers back as they were before the exception; gives which are known. `*stack` is where the stack begins. */
static uint32_t undo_exception(context_t *context, uint32_t *stack)
{
    const uint32_t exc_return = context->special[EXC_RETURN];
    const uint32_t frame = context->special[(exc_return & EXC_RETURN_PSP) != 0 ? PSP : MSP];
    const uint32_t size = (exc_return & EXC_RETURN_NO_FP) != 0 ? FRAME_BYTES : FP_FRAME_BYTES;
    *stack = frame;
    if (!is_stacked(frame, size)) {
        return KNOWN_WITHOUT_FRAME;
    }
    const uint32_t *words = (const uint32_t *)frame;
    uint32_t *core = context->core;
    for (uint32_t i = 0; i < 4u; i++) {
        core[i] = words[i];
    }
    core[R12] = words[4];
    core[LR] = words[5];
    core[PC] = words[6];
    core[XPSR] = words[7];
    core[SP] = frame + size + ((words[7] & XPSR_PADDED) != 0 ? 4u : 0u);
    *stack = core[SP];
    return KNOWN_CORE;
}

/* The state at the call: the return address minus 2 lies inside the call instruction, whatever its length. */
static uint32_t undo_call(context_t *context, uint32_t *stack)
{
    context->core[PC] = (context->core[LR] & ~1u) - 2u;
    *stack = context->core[SP];
    return KNOWN_AT_CALL;
}

static void write_fault_status(noinit_crash_writer_t *writer)
{
    /* Not initialised as a whole: that would call memset, and it may not be in the image otherwise. */
    uint32_t words[8];
    words[0] = REGISTER(ICSR);
#if HAS_FAULT_STATUS
    /* SHCSR, CFSR, HFSR, DFSR, MMFAR, BFAR and AFSR follow one another. */
    for (uint32_t i = 1; i < 8u; i++) {
        words[i] = REGISTER(0xe000ed20u + 4u * i);
    }
    uint32_t known = 0x9fu;
    known |= (words[2] & CFSR_MMARVALID) != 0 ? 1u << 5 : 0u;
    known |= (words[2] & CFSR_BFARVALID) != 0 ? 1u << 6 : 0u;
    noinit_crash_registers(writer, 3, known, words, 8);
#else
    noinit_crash_registers(writer, 3, 1, words, 1);
#endif
}

#ifdef __ARM_FP
/*
 * s0 to s15 and fpscr of a lazily stacked frame are written by the first floating-point instruction of the handler: the store below. From
 * then on the frame holds them; s16 to s31 are still in the registers.
 */
static void write_floating_point(noinit_crash_writer_t *writer, const context_t *context, bool is_exception, bool has_frame)
{
    static uint32_t words[33];
    const uint32_t exc_return = context->special[EXC_RETURN];
    const bool is_active = is_exception ? has_frame && (exc_return & EXC_RETURN_NO_FP) == 0 : (context->special[CONTROL] & 4u) != 0;
    if (!is_active || (REGISTER(CPACR) & (3u << 20)) == 0) {
        return;
    }
    uint32_t fpscr;
    __asm__ volatile("vmrs %0, fpscr\n\tvstmia %1, {s0-s31}" : "=&r"(fpscr) : "r"(words) : "memory");
    words[32] = fpscr;
    if (is_exception) {
        const uint32_t *frame = (const uint32_t *)context->special[(exc_return & EXC_RETURN_PSP) != 0 ? PSP : MSP];
        for (uint32_t i = 0; i < 16u; i++) {
            words[i] = frame[8u + i];
        }
        words[32] = frame[24];
    }
    noinit_crash_registers(writer, 4, 0xffffffffu, words, 33);
}
#endif

/* From the stack pointer upwards, as far as it lies in RAM and the configuration wants it. */
static void write_stack(noinit_crash_writer_t *writer, uint32_t stack, bool is_main)
{
    const uint32_t top = is_main && stack <= (uint32_t)__stack ? (uint32_t)__stack : ram_end();
    const uint32_t start = clamp(stack & ~3u, ram_start(), top);
    const uint32_t size = clamp(top - start, 0, NOINIT_CRASH_STACK_BYTES);
    noinit_crash_region(writer, NOINIT_CRASH_REGION_STACK, start, size);
}

static uint16_t reason_of(uint32_t cause)
{
    static const uint8_t NUMBERS[] = {
        (uint8_t)NOINIT_REASON_FAULT,
        (uint8_t)NOINIT_REASON_ASSERT,
        (uint8_t)NOINIT_REASON_STACK_OVERFLOW,
        (uint8_t)NOINIT_REASON_WATCHDOG,
    };
    return (uint16_t)(NOINIT_REASON_UNEXPECTED | NUMBERS[cause - 1u]);
}

static void capture(context_t *context)
{
    const bool is_exception = context->cause == NOINIT_CRASH_FAULT || context->cause == NOINIT_CRASH_WATCHDOG;
    uint8_t assertion[NOINIT_LOG_ASSERTION_MAX];
    noinit_crash_cause_t cause;
    cause.cause = (uint8_t)context->cause;
    cause.machine = NOINIT_CRASH_MACHINE_CORTEX_M;
    cause.exception = is_exception ? context->core[XPSR] & 0x1ffu : 0u;
    cause.assertion = assertion;
    cause.assertion_size = 0;
    if (context->cause == NOINIT_CRASH_ASSERT) {
        const uint32_t *r = context->core;
        cause.assertion_size = noinit_log_assertion(assertion, r[0], r[1], r[2], r[3]);
    }
    uint32_t stack;
    const uint32_t known = is_exception ? undo_exception(context, &stack) : undo_call(context, &stack);
    const bool is_main = is_exception ? (context->special[EXC_RETURN] & EXC_RETURN_PSP) == 0 : stack == context->special[MSP];

    noinit_crash_writer_t writer;
    const bool is_open = noinit_crash_open(&writer, &cause);
    if (is_open) {
        noinit_crash_registers(&writer, 1, known, context->core, 17);
        noinit_crash_registers(&writer, 2, KNOWN_SPECIAL | (is_exception ? KNOWN_EXC_RETURN : 0u), context->special, 7);
        write_fault_status(&writer);
#ifdef __ARM_FP
        write_floating_point(&writer, context, is_exception, known == KNOWN_CORE);
#endif
        write_stack(&writer, stack, is_main);
        noinit_crash_close(&writer);
    }
    const bool has_place = known != KNOWN_WITHOUT_FRAME;
    noinit_reboot_mark_from(reason_of(context->cause), has_place ? context->core[PC] : 0u, has_place ? context->core[LR] : 0u);
    if (is_open) {
        noinit_crash_complete();
    }
}

_Noreturn void noinit_capture_context(context_t *context)
{
    static bool is_running;
    if (is_running) {
        noinit_port_reset(); /* a fault while capturing: what was written so far is kept */
    }
    is_running = true;
    open_memory();
    capture(context);
    if (context->cause == NOINIT_CRASH_WATCHDOG) {
        for (;;) {
        }
    }
    noinit_port_reset();
}

void noinit_crash_place_canary(void)
{
    *(volatile uint32_t *)__noinit_stack_limit = CANARY;
}

void noinit_stack_check(void)
{
    if (*(volatile uint32_t *)__noinit_stack_limit != CANARY) {
        noinit_stack_overflow(NULL);
    }
}
