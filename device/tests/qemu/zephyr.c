/*
 * A kernel that looks like Zephyr where the port looks: its thread list, what a switch saves in a thread, and what its entry of an exception hands
 * to the fatal error handler. Two threads give the processor to one another until one ends the boot. `scenario=` says how, `fatal=1` that
 * faults go through the kernel's entry.
 */
#include <noinit/noinit.h>
#include <zephyr/fatal.h>
#include <zephyr/kernel.h>

#include "board.h"
#include "noinit_zephyr.h"

int main(void);
void pendsv_entry(void);
void look_alike_entry(void);
void look_alike_fault(uint32_t msp, uint32_t psp, uint32_t exc_return, struct _callee_saved *callee);
void look_alike_trap(const struct arch_esf *esf);

#define NOINLINE __attribute__((noinline))
#define STACK_BYTES 1024u

struct z_kernel _kernel;
static struct k_thread threads[2];
static uint64_t stacks[2][STACK_BYTES / 8u] __attribute__((aligned(64)));
static volatile uint32_t sink;
static uint32_t fatal_reason;

typedef void (*code_t)(void);

static struct k_thread *other_thread(void)
{
    return _kernel.cpus[0].current == &threads[0] ? &threads[1] : &threads[0];
}

#ifdef __riscv

void switch_threads(const struct _callee_saved *to, struct _callee_saved *from);
/* clang-format off */
__asm__(
    "    .pushsection .text.look_alike,\"ax\",@progbits\n"
    "    .balign 4\n"
    "switch_threads:\n"
    "    sw sp, 0(a1)\n    sw ra, 4(a1)\n    sw s0, 8(a1)\n    sw s1, 12(a1)\n"
    "    .irp n,18,19,20,21,22,23,24,25,26,27\n"
    "    sw x\\n, (\\n - 14) * 4(a1)\n"
    "    .endr\n"
    "    lw sp, 0(a0)\n    lw ra, 4(a0)\n    lw s0, 8(a0)\n    lw s1, 12(a0)\n"
    "    .irp n,18,19,20,21,22,23,24,25,26,27\n"
    "    lw x\\n, (\\n - 14) * 4(a0)\n"
    "    .endr\n"
    "    ret\n"
    "    .global look_alike_entry\n"
    "    .balign 4\n"
    "look_alike_entry:\n"
    "    addi sp, sp, -80\n"
    "    sw ra, 0(sp)\n    sw t0, 4(sp)\n    sw t1, 8(sp)\n    sw t2, 12(sp)\n"
    "    sw t3, 16(sp)\n    sw t4, 20(sp)\n    sw t5, 24(sp)\n    sw t6, 28(sp)\n"
    "    .irp n,10,11,12,13,14,15,16,17\n"
    "    sw x\\n, (\\n - 2) * 4(sp)\n"
    "    .endr\n"
    "    sw s0, 72(sp)\n"
    "    mv a0, sp\n"
    "    addi sp, sp, -64\n"
    "    sw sp, 76(a0)\n"
    "    sw s0, 8(sp)\n    sw s1, 12(sp)\n"
    "    .irp n,18,19,20,21,22,23,24,25,26,27\n"
    "    sw x\\n, (\\n - 14) * 4(sp)\n"
    "    .endr\n"
    "    call look_alike_trap\n"
    "    .popsection\n");
/* clang-format on */

static void yield(void)
{
    struct k_thread *const from = _kernel.cpus[0].current;
    struct k_thread *const to = other_thread();
    _kernel.cpus[0].current = to;
    switch_threads(&to->callee_saved, &from->callee_saved);
}

static void prepare(struct k_thread *thread, code_t code, uintptr_t top)
{
    thread->callee_saved.ra = (unsigned long)code;
    thread->callee_saved.sp = top;
}

static void start(uint32_t is_fatal)
{
    static struct _callee_saved nobody;
    if (is_fatal != 0) {
        __asm__ volatile("csrw mtvec, %0" : : "r"(look_alike_entry));
    }
    switch_threads(&threads[0].callee_saved, &nobody);
}

__attribute__((used)) void look_alike_trap(const struct arch_esf *esf)
{
    k_sys_fatal_error_handler(fatal_reason, esf);
}

#else

#define REGISTER(address) (*(volatile uint32_t *)(address))

/* v1 to psp of the thread that runs, and of the next. */
__attribute__((used)) static uint32_t *saved_of_current(void)
{
    return &_kernel.cpus[0].current->callee_saved.v1;
}

__attribute__((used)) static void save_exc_return(uint32_t exc_return)
{
#if defined(CONFIG_FPU_SHARING)
    _kernel.cpus[0].current->arch.mode_exc_return = (uint8_t)exc_return;
#endif
    (void)exc_return;
    _kernel.cpus[0].current = other_thread();
}

__attribute__((used)) static uint32_t exc_return_of_current(void)
{
#if defined(CONFIG_FPU_SHARING)
    return 0xffffff00u | _kernel.cpus[0].current->arch.mode_exc_return;
#else
    return 0xfffffffdu;
#endif
}

/* clang-format off */
__asm__(
    "    .syntax unified\n"
    "    .pushsection .text.look_alike,\"ax\",%progbits\n"
    "    .balign 4\n"
    "    .global pendsv_entry\n"
    "    .type pendsv_entry, %function\n"
    "    .thumb_func\n"
    "pendsv_entry:\n"
    "    push {r4, lr}\n"
    "    bl saved_of_current\n"
    "    pop {r4, lr}\n"
    "    mrs r1, psp\n"
    "    cmp r1, #0\n" /* main calls the first thread */
    "    beq 1f\n"
    "    stmia r0!, {r4-r11}\n"
    "    str r1, [r0]\n"
    "    mov r0, lr\n"
    "    bl save_exc_return\n"
    "1:  bl exc_return_of_current\n"
    "    push {r0, r1}\n"
    "    bl saved_of_current\n"
    "    ldmia r0!, {r4-r11}\n"
    "    ldr r1, [r0]\n"
    "    msr psp, r1\n"
    "    pop {r0, r1}\n"
    "    bx r0\n"
    "    .global look_alike_entry\n"
    "    .type look_alike_entry, %function\n"
    "    .thumb_func\n"
    "look_alike_entry:\n"
    "    mrs r0, msp\n"
    "    mrs r1, psp\n"
    "    push {r0, lr}\n"
    "    push {r1, r2}\n"
    "    push {r4-r11}\n"
    "    mov r3, sp\n"
    "    mov r2, lr\n"
    "    bl look_alike_fault\n"
    "    .popsection\n");
/* clang-format on */

static void yield(void)
{
    REGISTER(0xe000ed04u) = 1u << 28; /* ICSR: PENDSVSET */
    __asm__ volatile("dsb\n\tisb" : : : "memory");
}

static void prepare(struct k_thread *thread, code_t code, uintptr_t top)
{
    uint32_t *const frame = (uint32_t *)top - 8;
    frame[5] = 0xffffffffu;
    frame[6] = (uint32_t)(uintptr_t)code & ~1u;
    frame[7] = 0x01000000u;
    thread->callee_saved.psp = (uint32_t)(uintptr_t)frame;
#if defined(CONFIG_FPU_SHARING)
    thread->arch.mode_exc_return = 0xfd;
#endif
}

static void start(uint32_t is_fatal)
{
    static uint32_t vectors[64] __attribute__((aligned(256)));
    const volatile uint32_t *const old = (const volatile uint32_t *)(uintptr_t)REGISTER(0xe000ed08u);
    for (uint32_t i = 0; i < 64u; i++) {
        vectors[i] = old[i];
    }
    for (uint32_t i = 3; is_fatal != 0 && i < 7u; i++) {
        vectors[i] = (uint32_t)(uintptr_t)look_alike_entry;
    }
    REGISTER(0xe000ed08u) = (uint32_t)(uintptr_t)vectors; /* VTOR */
    REGISTER(0xe000ed20u) = 0x00ff0000u;                  /* PendSV lowest */
    __asm__ volatile("msr psp, %0" : : "r"(0u));
    yield();
}

__attribute__((used)) void look_alike_fault(uint32_t msp, uint32_t psp, uint32_t exc_return, struct _callee_saved *callee)
{
    static struct arch_esf esf;
    const uint32_t *const frame = (const uint32_t *)(uintptr_t)((exc_return & 4u) != 0 ? psp : msp);
    uint32_t *const words = &esf.basic.a1;
    for (uint32_t i = 0; i < 8u; i++) {
        words[i] = frame[i];
    }
    esf.extra_info.callee = callee;
    esf.extra_info.msp = msp;
    esf.extra_info.exc_return = exc_return;
    k_sys_fatal_error_handler(fatal_reason, &esf);
}

#endif

static void create(uint32_t number, const char *name, code_t code)
{
    struct k_thread *const thread = &threads[number];
    for (uint32_t i = 0; i < sizeof thread->name - 1u && name[i] != '\0'; i++) {
        thread->name[i] = name[i];
    }
    thread->stack_info.start = (uintptr_t)stacks[number];
    thread->stack_info.size = STACK_BYTES;
    prepare(thread, code, (uintptr_t)stacks[number] + STACK_BYTES);
    thread->next_thread = _kernel.threads;
    _kernel.threads = thread;
}

NOINLINE static uint32_t wait_for(uint32_t event)
{
    volatile uint32_t mask = 1u << event;
    while ((sink & mask) == 0) {
        yield();
    }
    return mask;
}

NOINLINE static void measure(void)
{
    volatile float litres = 1.5f;
    litres = litres * 2.0f;
    const uint32_t seen = wait_for(9);
    sink = seen + (uint32_t)litres;
}

NOINLINE static uint32_t descend(uint32_t depth)
{
    volatile uint32_t room[12];
    room[0] = depth;
    const uint32_t below = depth == 0 ? 0u : descend(depth - 1u);
    return below + room[0];
}

/* The guard that the kernel puts below a thread's stack: its first 64 bytes here, and the stack begins above them. */
static void overflow(void)
{
    threads[0].stack_info.start = (uintptr_t)stacks[0] + 64u;
    threads[0].stack_info.size = STACK_BYTES - 64u;
#if defined(__arm__) && !defined(__ARM_ARCH_8M_MAIN__)
    REGISTER(0xe000ed9cu) = (uint32_t)(uintptr_t)stacks[0] | 1u << 4; /* MPU_RBAR: valid, region 0 */
    REGISTER(0xe000eda0u) = 1u << 28 | 5u << 24 | 5u << 1 | 1u;       /* MPU_RASR: XN, privileged code may read, 64 bytes, on */
    REGISTER(0xe000ed94u) = 5u;                                       /* MPU_CTRL: the default map behind it */
    REGISTER(0xe000ed24u) |= 7u << 16;                                /* SHCSR */
    __asm__ volatile("dsb\n\tisb" : : : "memory");
#endif
    sink = descend(100);
}

enum { FAULT, BROKEN_LIST, RING, NO_FRAME, OVERFLOW };

NOINLINE static void end_boot(uint32_t how)
{
    volatile uint32_t valves = 3;
    if (how == BROKEN_LIST) {
        threads[1].next_thread = (struct k_thread *)0xb0000000u;
    } else if (how == RING) {
        threads[0].next_thread = &threads[1];
        threads[1].next_thread = &threads[0];
    } else if (how == OVERFLOW) {
        overflow();
    } else if (how == NO_FRAME) {
        k_sys_fatal_error_handler(K_ERR_KERNEL_PANIC, NULL);
    }
#ifdef __riscv
    __asm__ volatile("unimp");
#else
    __asm__ volatile("udf #7");
#endif
    sink = valves;
}

NOINLINE static void turn(uint32_t by)
{
    volatile uint32_t angle = by + 1u;
    yield();
    end_boot(qemu_argument("scenario", FAULT));
    sink = angle;
}

static void pump_thread(void)
{
    turn(41);
    sink = 1; /* no tail call */
}

static void meter_thread(void)
{
    measure();
    sink = 2;
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
    (void)noinit_zephyr_threads();
    fatal_reason = qemu_argument("reason", K_ERR_CPU_EXCEPTION);
    create(0, "pump", pump_thread);
    create(1, "meter", meter_thread);
    _kernel.cpus[0].current = &threads[0];
    start(qemu_argument("fatal", 0));
    qemu_exit(2);
}
