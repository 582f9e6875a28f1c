/*
 * Crashes of RV32 in machine mode. `scenario=` is the address of the function that ends the first boot, `where=` what calls it, `vectored=1`
 * a vectored mtvec; the second boot sends what was recorded.
 */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(crashes);

int main(void);
void timer_entry(void);
void software_entry(void);

#define NOINLINE __attribute__((noinline))
#define REGISTER(address) (*(volatile uint32_t *)(address))
#define CLINT 0x02000000u
#define UNMAPPED 0xb0000000u

/* Above all that the linker places, so that no start-up code touches it: QEMU 7.2 keeps locked PMP entries over a reset. */
#define GUARD 0x80180000u
#define GUARD_BYTES 64u
#define GUARDED_STACK (GUARD + GUARD_BYTES + 1024u)

#define SCENARIOS(X) \
    X(illegal) \
    X(break_point) \
    X(call_null) \
    X(call_data) \
    X(call_unmapped) \
    X(call_protected) \
    X(read_unmapped) \
    X(write_unmapped) \
    X(read_null) \
    X(reserve_misaligned) \
    X(add_misaligned) \
    X(environment_call) \
    X(user_call) \
    X(user_csr) \
    X(user_assert) \
    X(jump_misaligned) \
    X(overflow_guard) \
    X(overflow_canary) \
    X(overflow_hook) \
    X(assert_fails) \
    X(assert_returns_never) \
    X(assert_with_interrupts) \
    X(memory_runs_out) \
    X(panics) \
    X(aborts) \
    X(takes_snapshot) \
    X(hangs) \
    X(nobodys_interrupt) \
    X(own_handler) \
    X(interrupts_of_the_chain) \
    X(fault_while_capturing) \
    X(all_registers)
#define DECLARE(name) void name(void);
SCENARIOS(DECLARE)
typedef void (*code_t)(void);
#define POINTER(name) name,
static const code_t scenarios[] = {SCENARIOS(POINTER)};

volatile uint32_t sink;

/* Three calls deep, each with variables of its own: what a trace must show. */
typedef struct {
    uint16_t id;
    int8_t celsius;
    uint8_t name[5];
} sensor_t;

NOINLINE static uint32_t inner(code_t code, const volatile sensor_t *sensor)
{
    const uint32_t before = sink;
    volatile uint16_t halves[3] = {0x1111, 0x2222, sensor->id};
    code();
    return halves[2] + before;
}

NOINLINE static uint32_t middle(code_t code, uint32_t number)
{
    volatile sensor_t sensor = {0x1234, -5, "iron"};
    const uint32_t result = inner(code, &sensor);
    return result + number;
}

NOINLINE static uint32_t outer(code_t code, uint32_t seed)
{
    volatile uint32_t kept = seed + 1u;
    const uint32_t result = middle(code, 2u * seed);
    return result + kept;
}

NOINLINE void illegal(void)
{
    volatile uint32_t count = 3;
    sink = count;
    __asm__ volatile(".word 0xffffffff");
    sink = count;
}

/* Not one of the three instructions that mean semihosting. */
NOINLINE void break_point(void)
{
    volatile uint32_t count = 4;
    __asm__ volatile("nop\n\tebreak\n\tnop");
    sink = count;
}

static volatile code_t target;

NOINLINE void call_null(void)
{
    target = (code_t)0;
    target();
    sink = 1;
}

/* RAM may hold code: what stands there is none. */
static volatile uint32_t no_code[4];

NOINLINE void call_data(void)
{
    target = (code_t)(uintptr_t)no_code;
    target();
    sink = 1;
}

NOINLINE void call_unmapped(void)
{
    target = (code_t)UNMAPPED;
    target();
    sink = 1;
}

/* A locked entry of no permission, which binds machine mode too. NAPOT: size a power of two from 8 up. */
static void lock(uint32_t start, uint32_t size)
{
    const uint32_t address = (start | (size / 2u - 1u)) >> 2;
    __asm__ volatile("csrw pmpaddr0, %0\n\tcsrw pmpcfg0, %1" : : "r"(address), "r"(0x98u) : "memory");
}

NOINLINE void call_protected(void)
{
    lock(GUARD, GUARD_BYTES);
    target = (code_t)(GUARD + 16u);
    target();
    sink = 1;
}

NOINLINE void read_unmapped(void)
{
    volatile uint32_t offset = 0x24;
    sink = REGISTER(UNMAPPED + offset);
}

NOINLINE void write_unmapped(void)
{
    volatile uint32_t offset = 0x28;
    REGISTER(UNMAPPED + offset) = 7;
}

NOINLINE void read_null(void)
{
    const sensor_t *volatile sensor = (const sensor_t *)0xfffff000u; /* address 0 is mapped on this board */
    sink = (uint32_t)sensor->celsius;
}

/* Plain accesses may be misaligned on this machine, atomic ones not. */
static volatile uint32_t words[2];

NOINLINE void reserve_misaligned(void)
{
    uint32_t value;
    __asm__ volatile("lr.w %0, (%1)" : "=r"(value) : "r"((uintptr_t)words + 2u) : "memory");
    sink = value;
}

NOINLINE void add_misaligned(void)
{
    uint32_t value;
    __asm__ volatile("amoadd.w %0, %0, (%1)" : "=r"(value) : "r"((uintptr_t)words + 1u), "0"(1u) : "memory");
    sink = value;
}

NOINLINE void environment_call(void)
{
    __asm__ volatile("ecall" : : : "memory");
    sink = 1;
}

NOINLINE static void as_user(code_t code)
{
    __asm__ volatile("csrw pmpaddr0, %0\n\tcsrw pmpcfg0, %1\n\tcsrc mstatus, %2\n\tcsrw mepc, %3\n\tmret"
                     :
                     : "r"(0xffffffffu), "r"(0x1fu), "r"(0x1800u), "r"(code)
                     : "memory");
}

NOINLINE void user_call(void)
{
    as_user(environment_call);
}

NOINLINE static void read_machine_register(void)
{
    uint32_t value;
    __asm__ volatile("csrr %0, mstatus" : "=r"(value));
    sink = value;
}

NOINLINE void user_csr(void)
{
    as_user(read_machine_register);
}

NOINLINE void user_assert(void)
{
    as_user(assert_fails);
}

/* Where the core has no compressed instructions. */
NOINLINE void jump_misaligned(void)
{
#ifndef __riscv_compressed
    target = (code_t)((uintptr_t)illegal + 2u);
    target();
#endif
    sink = 1;
}

NOINLINE static uint32_t descend(uint32_t depth)
{
    volatile uint32_t room[12];
    room[0] = depth;
    const uint32_t below = depth == 0 ? 0u : descend(depth - 1u);
    return below + room[0];
}

NOINLINE static void descend_for_ever(void)
{
    sink = descend(1000000u);
}

static void run_on(uint32_t top, code_t code)
{
    __asm__ volatile("mv sp, %0\n\tmv ra, zero\n\tjr %1" : : "r"(top), "r"(code) : "memory");
    __builtin_unreachable();
}

NOINLINE void overflow_guard(void)
{
    lock(GUARD, GUARD_BYTES);
    noinit_stack_guard((const volatile void *)GUARD, GUARD_BYTES);
    run_on(GUARDED_STACK, descend_for_ever);
}

extern uint32_t __noinit_stack_limit[];

NOINLINE void overflow_canary(void)
{
    volatile uint32_t here = 5;
    sink = descend(((uint32_t)(uintptr_t)&here - (uint32_t)(uintptr_t)__noinit_stack_limit) / 64u);
    *(volatile uint32_t *)__noinit_stack_limit = 7; /* whatever frames of this compiler are */
    noinit_stack_check();
    sink = here;
}

NOINLINE void overflow_hook(void)
{
    noinit_stack_overflow("pump");
}

NOINLINE void assert_fails(void)
{
    volatile int32_t level = -7;
    NOINIT_ASSERT(level == 1, "level is %d, not %u", (int)level, 1u);
    sink = (uint32_t)level;
}

NOINLINE void assert_returns_never(void)
{
    NOINIT_ASSERT_FAILED("no way out of %u", 3u);
}

NOINLINE void memory_runs_out(void)
{
    volatile uint32_t wanted = 12345;
    noinit_out_of_memory(wanted);
}

NOINLINE void panics(void)
{
    noinit_panic("the valve does not move", 23);
}

NOINLINE void aborts(void)
{
    noinit_abort();
}

static uint32_t read_status(void)
{
    uint32_t status;
    __asm__ volatile("csrr %0, mstatus" : "=r"(status));
    return status;
}

/* Goes on behind it, with interrupts on as before; a second one comes too early. */
NOINLINE void takes_snapshot(void)
{
    volatile uint32_t before = 0x600dbeefu;
    register uint32_t kept __asm__("s5") = 0x5eed0005u;
    __asm__ volatile("csrs mstatus, 8" : "+r"(kept));
    const bool is_taken = noinit_snapshot(NOINIT_REASON_SHUTDOWN);
    __asm__ volatile("" : "+r"(kept));
    const bool is_again = noinit_snapshot(NOINIT_REASON_SHUTDOWN);
    if (is_taken && !is_again && before == 0x600dbeefu && kept == 0x5eed0005u && (read_status() & 8u) != 0) {
        qemu_print("went on");
    }
    noinit_reboot(NOINIT_REASON_SHUTDOWN);
}

static void set_timer(uint64_t ticks_from_now)
{
    const uint64_t at = qemu_ticks() + ticks_from_now;
    REGISTER(CLINT + 0x4004u) = 0xffffffffu; /* mtimecmp, never below what it shall be */
    REGISTER(CLINT + 0x4000u) = (uint32_t)at;
    REGISTER(CLINT + 0x4004u) = (uint32_t)(at >> 32);
}

/* What the interrupts are to do; NULL: the timer's entry is that of a watchdog. */
static code_t interrupt_code;
static bool is_nested;
static volatile uint32_t struck;

NOINLINE static uint32_t handle(uint32_t number)
{
    volatile uint32_t handled = 100u + number;
    const uint32_t result = outer(interrupt_code, number);
    return result + handled;
}

/* An interrupt may strike within: mepc is the project's to keep. */
__attribute__((used, interrupt("machine"))) void timer_entry(void)
{
    set_timer(0x7fffffff);
    if (is_nested) {
        REGISTER(CLINT) = 1; /* msip */
        __asm__ volatile("csrs mstatus, 8\n\tnop\n\tnop");
    } else {
        sink = handle(7);
    }
}

extern uint32_t noinit_capture_phase;

__attribute__((used, interrupt("machine"))) void software_entry(void)
{
    REGISTER(CLINT) = 0;
    if (noinit_capture_phase != 0) {
        qemu_print("interrupted");
    }
    sink = handle(3);
}

/* Which way a trap goes. In direct mode what is no interrupt goes on to the SDK, with all registers as they were but mscratch. */
__asm__(
    "    .section .text.test_traps,\"ax\",@progbits\n"
    "    .option push\n"
    "    .option norvc\n"
    "    .balign 64\n"
    "direct_entry:\n"
    "    csrw mscratch, t0\n"
    "    csrr t0, mcause\n"
    "    bgez t0, 1f\n"
    "    andi t0, t0, 15\n"
    "    addi t0, t0, -7\n"
    "    beqz t0, 2f\n"
    "    csrr t0, mscratch\n"
    "    j software_entry\n"
    "2:  csrr t0, mscratch\n"
    "    j timer_or_watchdog\n"
    "1:  csrr t0, mscratch\n"
    "    j noinit_fault_entry\n"
    "    .balign 64\n"
    "vectored_entry:\n"
    "    j noinit_fault_entry\n"
    "    .rept 2\n"
    "    j noinit_fault_entry\n"
    "    .endr\n"
    "    j software_entry\n"
    "    .rept 3\n"
    "    j noinit_fault_entry\n"
    "    .endr\n"
    "    j timer_or_watchdog\n"
    "timer_or_watchdog:\n"
    "    csrw mscratch, t0\n"
    "    la t0, watchdog_is_near\n"
    "    lw t0, 0(t0)\n"
    "    bnez t0, 3f\n"
    "    csrr t0, mscratch\n"
    "    j timer_entry\n"
    "3:  csrr t0, mscratch\n"
    "    j noinit_watchdog_entry\n"
    "    .option pop\n"
    "    .previous\n");
extern const uint8_t direct_entry[], vectored_entry[];
__attribute__((used)) uint32_t watchdog_is_near;

static void set_traps(uintptr_t entry)
{
    __asm__ volatile("csrw mtvec, %0" : : "r"(entry) : "memory");
}

static void let_strike(uint32_t sources)
{
    __asm__ volatile("csrw mie, %0\n\tcsrs mstatus, 8" : : "r"(sources) : "memory");
}

/* The capture asks for the threads: an interrupt then waits for its end. */
static bool strike_while_captured(uint32_t index, noinit_thread_t *thread)
{
    (void)index;
    (void)thread;
    REGISTER(CLINT) = 1; /* msip */
    return false;
}

NOINLINE void assert_with_interrupts(void)
{
    noinit_crash_threads(strike_while_captured);
    let_strike(0x8u);
    NOINIT_ASSERT_FAILED("with interrupts");
}

NOINLINE static void be_interrupted(code_t code)
{
    volatile uint32_t calm = 77;
    interrupt_code = code;
    set_timer(0);
    let_strike(0x88u);
    while (calm != 0) {
        sink = calm;
    }
}

/* The machine has no watchdog: the second hart is one (-smp 2), which bites 0.2 s later, whatever the first one does. */
static void be_watchdog(void)
{
    const uint64_t start = qemu_ticks();
    while (qemu_ticks() - start < 2000000u) {
    }
    REGISTER(0x100000u) = 0x7777u;
}

/* Stands still; the interrupt is the last before the watchdog. */
NOINLINE void hangs(void)
{
    qemu_start_hart(be_watchdog);
    watchdog_is_near = 1;
    qemu_set_reset_cause(NOINIT_REASON_PIN_RESET, 0x20u);
    set_timer(1000);
    let_strike(0x80u);
    for (volatile uint32_t turns = 5;;) {
        sink = turns;
    }
}

/* mtvec points to the SDK, and nobody has told whose interrupts are. */
NOINLINE void nobodys_interrupt(void)
{
    volatile uint32_t calm = 78;
    set_traps((uintptr_t)noinit_fault_entry);
    set_timer(0);
    let_strike(0x80u);
    while (calm != 0) {
        sink = calm;
    }
}

/* The project's own trap handler: for interrupts, and for what comes after a capture. */
static uint32_t seen[4];

static void on_trap(void)
{
    uint32_t mcause;
    __asm__ volatile("csrr %0, mcause" : "=r"(mcause));
    if (mcause == 0x80000007u) {
        set_timer(1000);
        struck++;
        return;
    }
    qemu_print("chained");
    __asm__ volatile("mv %0, s4\n\tcsrr %1, mepc\n\tcsrr %2, mscratch" : "=r"(seen[0]), "=r"(seen[1]), "=r"(seen[2]));
    if (seen[2] == 0x5eed0000u && *(const uint32_t *)seen[1] == 0xffffffffu) {
        qemu_print("as it was");
    }
    noinit_port_reset();
}

NOINLINE void own_handler(void)
{
    set_traps((uintptr_t)noinit_fault_entry);
    noinit_crash_chain(on_trap);
    __asm__ volatile("li t0, 0x5eed0000\n\t.balign 4\n\t.word 0xffffffff" : : : "t0", "memory");
}

/* Counts in every register that a handler may change, while the timer strikes. */
NOINLINE void interrupts_of_the_chain(void)
{
    set_traps((uintptr_t)noinit_fault_entry);
    noinit_crash_chain(on_trap);
    set_timer(10);
    let_strike(0x80u);
    uint32_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;
    for (uint32_t i = 0; struck < 20u; i++) {
        __asm__ volatile("addi %0, %0, 1\n\taddi %1, %1, 1\n\taddi %2, %2, 1\n\taddi %3, %3, 1\n\t"
                         "addi %4, %4, 1\n\taddi %5, %5, 1\n\taddi %6, %6, 1\n\taddi %7, %7, 1"
                         : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+r"(g), "+r"(h));
        if (a != i + 2u || b != i + 3u || c != i + 4u || d != i + 5u || e != i + 6u || f != i + 7u || g != i + 8u || h != i + 9u) {
            qemu_exit(4);
        }
    }
    illegal();
}

/* A region that nobody can read. */
NOINLINE void fault_while_capturing(void)
{
    static const noinit_crash_region_t REGIONS[] = {{(const volatile void *)UNMAPPED, 64}};
    noinit_crash_regions(REGIONS, 1);
    illegal();
}

/* Every register holds its own number. */
NOINLINE void all_registers(void)
{
    __asm__ volatile(
        ".irp n,1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"
        "li x\\n, 0x5eed0000 + \\n\n\t"
        ".endr\n\t"
        ".word 0xffffffff");
}

static code_t scenario;

static bool is_scenario(code_t code)
{
    for (uint32_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (scenarios[i] == code) {
            return true;
        }
    }
    return false;
}

NOINLINE static void end_boot(uint32_t where)
{
    is_nested = where == 2;
    if (where == 0) {
        sink = outer(scenario, 20u);
    } else {
        be_interrupted(scenario);
    }
}

NOINIT_RETAINED static uint32_t starts;

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    starts++;
    if (starts != 1) {
        qemu_send_chunks(1000);
        qemu_exit(0);
    }
    scenario = (code_t)(uintptr_t)qemu_argument("scenario", 0);
    if (!is_scenario(scenario)) {
        qemu_print("no such scenario");
        qemu_exit(3);
    }
    NOINIT_INF("start %u", (unsigned)starts);
    set_traps(qemu_argument("vectored", 0) != 0 ? (uintptr_t)vectored_entry | 1u : (uintptr_t)direct_entry);
    end_boot(qemu_argument("where", 0));
    qemu_print("came through");
    qemu_exit(2);
}
