/*
 * A kernel that looks like FreeRTOS where the port looks: task control blocks, trace macros and saved contexts are laid out as its tasks.c and its
 * ports for ARM_CM3, ARM_CM4F, ARM_CM33_NTZ and RISC-V have them. Two tasks give the processor to one another until one ends the boot.
 * `scenario=` says how.
 */
#include <noinit/noinit.h>

#include "board.h"

typedef uint32_t StackType_t;

/* As at the end of a FreeRTOSConfig.h. */
#include "noinit_freertos.h"

NOINIT_LOG_REGISTER(kernel);

int main(void);
void pendsv_entry(void);
void vTaskSwitchContext(void);
void freertos_risc_v_trap_handler(void);
void vApplicationStackOverflowHook(void *task, char *name);
void vApplicationMallocFailedHook(void);

#define NOINLINE __attribute__((noinline))
#define STACK_WORDS 256u

typedef struct {
    uint32_t words[5];
} ListItem_t;

typedef struct tskTaskControlBlock {
    volatile StackType_t *pxTopOfStack;
    ListItem_t xStateListItem;
    ListItem_t xEventListItem;
    uint32_t uxPriority;
    StackType_t *pxStack;
    char pcTaskName[8];
} TCB_t;

TCB_t *volatile pxCurrentTCB;

static TCB_t control_blocks[3];
static StackType_t stacks[3][STACK_WORDS] __attribute__((aligned(16)));
static volatile uint32_t sink;

typedef void (*code_t)(void);

static void end_of_task(void)
{
    for (;;) {
    }
}

#ifdef __riscv

static volatile StackType_t *initialise_stack(StackType_t *top, code_t code)
{
    top -= 31;
    for (uint32_t i = 0; i < 31u; i++) {
        top[i] = 0;
    }
    top[0] = (uint32_t)(uintptr_t)code;
    top[1] = (uint32_t)(uintptr_t)end_of_task;
    top[30] = 0x1880; /* machine mode, interrupts on */
    return top;
}

static void yield(void)
{
    __asm__ volatile("ecall" : : : "memory");
}

__attribute__((used)) static uint32_t interrupt_stack[256] __attribute__((aligned(16)));

/* clang-format off */
__asm__(
    "    .pushsection .text.freertos_risc_v_trap_handler,\"ax\",@progbits\n"
    "    .balign 4\n"
    "    .global freertos_risc_v_trap_handler\n"
    "    .type freertos_risc_v_trap_handler, @function\n"
    "freertos_risc_v_trap_handler:\n"
    "    addi sp, sp, -124\n"
    "    sw x1, 4(sp)\n"
    "    .irp n,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "    sw x\\n, (\\n - 3) * 4(sp)\n"
    "    .endr\n"
    "    sw zero, 116(sp)\n"
    "    csrr t0, mstatus\n"
    "    sw t0, 120(sp)\n"
    "    csrr t0, mepc\n"
    "    addi t0, t0, 4\n"
    "    sw t0, 0(sp)\n"
    "    lw t0, pxCurrentTCB\n"
    "    sw sp, 0(t0)\n"
    "    la sp, interrupt_stack + 1024\n"
    "    call vTaskSwitchContext\n"
    "    .global start_first_task\n"
    "start_first_task:\n"
    "    lw t0, pxCurrentTCB\n"
    "    lw sp, 0(t0)\n"
    "    lw t0, 0(sp)\n"
    "    csrw mepc, t0\n"
    "    lw t0, 120(sp)\n"
    "    csrw mstatus, t0\n"
    "    lw x1, 4(sp)\n"
    "    .irp n,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "    lw x\\n, (\\n - 3) * 4(sp)\n"
    "    .endr\n"
    "    addi sp, sp, 124\n"
    "    mret\n"
    "    .popsection\n");
/* clang-format on */
void start_first_task(void);

static void start(void)
{
    __asm__ volatile("csrw mtvec, %0" : : "r"(noinit_freertos_trap_entry) : "memory");
    start_first_task();
}

#else

#define REGISTER(address) (*(volatile uint32_t *)(address))

static volatile StackType_t *initialise_stack(StackType_t *top, code_t code)
{
    top -= 8;
    for (uint32_t i = 0; i < 8u; i++) {
        top[i] = 0;
    }
    top[5] = (uint32_t)(uintptr_t)end_of_task;
    top[6] = (uint32_t)(uintptr_t)code & ~1u;
    top[7] = 0x01000000u;
#if NOINIT_FREERTOS_PORT == NOINIT_FREERTOS_PORT_CM33
    top -= 10;
    top[0] = 0;
    top[1] = 0xfffffffdu;
#elif NOINIT_FREERTOS_PORT == NOINIT_FREERTOS_PORT_CM4F
    top -= 9;
    top[8] = 0xfffffffdu;
#else
    top -= 8;
#endif
    return top;
}

static void yield(void)
{
    REGISTER(0xe000ed04u) = 1u << 28; /* ICSR: PENDSVSET */
    __asm__ volatile("dsb\n\tisb" : : : "memory");
}

/* clang-format off */
__asm__(
    "    .syntax unified\n"
    "    .pushsection .text.pendsv_entry,\"ax\",%progbits\n"
    "    .balign 4\n"
    "    .global pendsv_entry\n"
    "    .type pendsv_entry, %function\n"
    "    .thumb_func\n"
    "pendsv_entry:\n"
    "    mrs r0, psp\n"
    "    ldr r1, 9f\n"
    "    ldr r1, [r1]\n"
    "    cmp r0, #0\n" /* main calls the first task */
    "    beq 1f\n"
#if NOINIT_FREERTOS_PORT == NOINIT_FREERTOS_PORT_CM33
    "    tst lr, #16\n    it eq\n    vstmdbeq r0!, {s16-s31}\n"
    "    mrs r2, psplim\n"
    "    mov r3, lr\n"
    "    stmdb r0!, {r2-r11}\n"
#elif NOINIT_FREERTOS_PORT == NOINIT_FREERTOS_PORT_CM4F
    "    tst lr, #16\n    it eq\n    vstmdbeq r0!, {s16-s31}\n"
    "    stmdb r0!, {r4-r11, lr}\n"
#else
    "    stmdb r0!, {r4-r11}\n"
#endif
    "    str r0, [r1]\n"
    "    bl vTaskSwitchContext\n"
    "1:  ldr r1, 9f\n"
    "    ldr r1, [r1]\n"
    "    ldr r0, [r1]\n"
#if NOINIT_FREERTOS_PORT == NOINIT_FREERTOS_PORT_CM33
    "    ldmia r0!, {r2-r11}\n"
    "    mov lr, r3\n"
    "    tst lr, #16\n    it eq\n    vldmiaeq r0!, {s16-s31}\n"
#elif NOINIT_FREERTOS_PORT == NOINIT_FREERTOS_PORT_CM4F
    "    ldmia r0!, {r4-r11, lr}\n"
    "    tst lr, #16\n    it eq\n    vldmiaeq r0!, {s16-s31}\n"
#else
    "    ldmia r0!, {r4-r11}\n"
    "    mvn lr, #2\n"
#endif
    "    msr psp, r0\n"
    "    bx lr\n"
    "    .balign 4\n"
    "9:  .word pxCurrentTCB\n"
    "    .popsection\n");
/* clang-format on */

static void start(void)
{
    REGISTER(0xe000ed20u) = 0x00ff0000u; /* PendSV lowest */
    __asm__ volatile("msr psp, %0" : : "r"(0u));
    yield();
}

#endif

__attribute__((used)) void vTaskSwitchContext(void)
{
    pxCurrentTCB = pxCurrentTCB == &control_blocks[0] ? &control_blocks[1] : &control_blocks[0];
}

static void create(uint32_t number, const char *name, code_t code)
{
    TCB_t *const new_task = &control_blocks[number];
    for (uint32_t i = 0; i < sizeof new_task->pcTaskName - 1u && name[i] != '\0'; i++) {
        new_task->pcTaskName[i] = name[i];
    }
    new_task->pxStack = stacks[number];
    new_task->pxTopOfStack = initialise_stack(stacks[number] + STACK_WORDS, code);
    pxCurrentTCB = &control_blocks[0];
    traceTASK_CREATE(new_task);
}

NOINLINE static uint32_t wait_for(uint32_t event)
{
    volatile uint32_t mask = 1u << event;
    while ((sink & mask) == 0) {
        yield();
    }
    return mask;
}

/* Its floating-point registers are in use, where there are some, when it is switched out. */
NOINLINE static void measure(void)
{
    volatile float litres = 1.5f;
    litres = litres * 2.0f;
    const uint32_t seen = wait_for(9);
    sink = seen + (uint32_t)litres;
}

enum { FAULT, OVERFLOW_HOOK, MALLOC_HOOK, BROKEN_STACK_POINTER, BROKEN_TASK, DELETED, CONFIG_ASSERT };

NOINLINE static void end_boot(uint32_t how)
{
    volatile uint32_t valves = 3;
    switch (how) {
    case OVERFLOW_HOOK:
        vApplicationStackOverflowHook(&control_blocks[0], control_blocks[0].pcTaskName);
        break;
    case MALLOC_HOOK:
        traceMALLOC((void *)0, 4321u);
        vApplicationMallocFailedHook();
        break;
    case BROKEN_STACK_POINTER:
        control_blocks[1].pxTopOfStack = (volatile StackType_t *)0xb0000004u;
        break;
    case BROKEN_TASK:
        for (uint32_t i = 0; i < sizeof control_blocks[1] / 4u; i++) {
            ((volatile uint32_t *)&control_blocks[1])[i] = 0xa5a5a5a5u;
        }
        break;
    case DELETED:
        traceTASK_DELETE(&control_blocks[1]);
        break;
    case CONFIG_ASSERT:
        configASSERT(valves % 3u == 1u);
        break;
    default:
        break;
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

static void pump_task(void)
{
    turn(41);
    sink = 1; /* no tail call */
}

static void meter_task(void)
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
    create(0, "pump", pump_task);
    create(1, "meter", meter_task);
    start();
    qemu_exit(2);
}
