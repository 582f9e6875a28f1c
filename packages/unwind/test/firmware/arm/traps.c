/* One trap a program, chosen by SCENARIO. What is on the stack is known as written: nothing here is inlined. */
#include "traps.h"

#define FAULT 1
#define PROCESS_STACK 2
#define NESTED 3
#define FLOATS_PENDING 4
#define FLOATS_SAVED 5
#define MISALIGNED 6
#define NAKED_JUMP 7
#define NAKED_CALL 8
#define CALL_NULL 9
#define CALL_EVEN 10
#define CALL_DATA 11
#define CALL_ERASED 12
#define TAIL_CALL 13
#define NORETURN_LAST 14
#define ALLOCA 15
#define RECURSION 16
#define SVC 17
#define PENDSV 18
#define ASSEMBLY 19
#define LARGE_FRAME 20
#define SWITCHING 21
#define THREAD_INTERRUPTED 22
#define NAKED_LOST 23
#define NAKED_LOST_THREAD 24

volatile int sink = 5;
volatile uint32_t zero;

static NOINLINE void strike(int value)
{
    volatile int kept = value;
    __asm__ volatile("udf #1");
    sink = kept;
}

static NOINLINE int middle(int value)
{
    volatile int kept[4] = {value, 2, 3, 4};
    strike(value + kept[1]);
    return kept[value & 3] + sink;
}

static NOINLINE int outer(int value)
{
    int result = middle(value * 3);
    return result + sink;
}

static NOINLINE void pend(uint32_t bit)
{
    volatile uint32_t kept = bit;
    ICSR = kept;
    __asm__ volatile("dsb\n isb" ::: "memory");
    sink = (int)kept;
}

static NOINLINE void pend_irq0(void)
{
    REG(0xE000E100) = 1;
    REG(0xE000E200) = 1;
    __asm__ volatile("dsb\n isb" ::: "memory");
    sink += 1;
}

static NOINLINE int call_through(int (*function)(int), int value)
{
    volatile int kept = value;
    int result = function(value + sink);
    return result + kept;
}

/* Handlers. */
#if SCENARIO == NAKED_JUMP
__attribute__((used)) static NOINLINE void report(uint32_t *frame)
{
    sink = (int)frame[6];
    stop();
    sink = 7;
}
__attribute__((naked)) void fault_handler(void)
{
    __asm__ volatile("movs r0, #4\n mov r1, lr\n tst r0, r1\n beq 1f\n mrs r0, psp\n b 2f\n1: mrs r0, msp\n2: ldr r1, =report\n bx r1\n");
}
#elif SCENARIO == NAKED_CALL
__attribute__((naked)) void fault_handler(void)
{
    __asm__ volatile("push {r4, lr}\n sub sp, #8\n bl stop\n add sp, #8\n pop {r4, pc}\n");
}
#elif SCENARIO == NAKED_LOST || SCENARIO == NAKED_LOST_THREAD
__attribute__((naked)) void fault_handler(void)
{
    __asm__ volatile("mrs r0, msp\n bl stop\n b .\n");
}
#else
void fault_handler(void)
{
    volatile int kept = sink;
    stop();
    sink = kept;
}
#endif

void svc_handler(void)
{
    volatile int kept = sink;
    stop();
    sink = kept;
}

void pendsv_handler(void)
{
    volatile int kept = sink;
    stop();
    sink = kept;
}

void systick_handler(void)
{
    volatile int kept = sink;
#if SCENARIO == NESTED
    pend_irq0();
#elif SCENARIO == FLOATS_SAVED
    volatile float used = (float)kept * 1.5f;
    sink = (int)used;
    stop();
#else
    stop();
#endif
    sink = kept;
}

void irq0_handler(void)
{
    volatile int kept = sink;
    middle(kept);
    sink = kept;
}

static void thread(void)
{
    volatile int kept = sink;
#if SCENARIO == THREAD_INTERRUPTED
    pend(1u << 26);
#else
    outer(kept);
#endif
    sink = kept;
    for (;;) {
    }
}

__attribute__((used)) static void thread_exit(void)
{
    for (;;) {
    }
}

#if SCENARIO == FLOATS_PENDING || SCENARIO == FLOATS_SAVED
/* s0 to s31 hold 100 to 131, r4 to r7 0x44 to 0x77, while SysTick comes. No call frame information, no size. */
__asm__(".syntax unified\n.thumb\n.text\n.align 2\n.global hold\n.thumb_func\nhold:\n push {r4-r7, lr}\n vpush {s16-s31}\n sub sp, #4\n"
        " ldr r0, =numbers\n vldmia r0, {s0-s31}\n movs r4, #0x44\n movs r5, #0x55\n movs r6, #0x66\n movs r7, #0x77\n"
        " ldr r0, =0xE000ED04\n ldr r1, =0x04000000\n str r1, [r0]\n dsb\n isb\n nop\n"
        " add sp, #4\n vpop {s16-s31}\n pop {r4-r7, pc}\n.ltorg\n");
void hold(void);
const float numbers[32] = {100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115,
                           116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131};
#endif

#if SCENARIO == MISALIGNED
/* Three words below a stack that is aligned to 8 at every call: it is not when the exception comes. */
__asm__(".syntax unified\n.thumb\n.text\n.align 2\n.global lopsided\n.thumb_func\nlopsided:\n push {r4, r5, lr}\n"
        " udf #1\n nop\n");
void lopsided(void);
#endif

#if SCENARIO == ASSEMBLY
/* Without call frame information and without a size; calls C. */
__asm__(".syntax unified\n.thumb\n.text\n.align 2\n.global by_hand\n.thumb_func\nby_hand:\n push {r4, r5, r6, lr}\n sub sp, #16\n"
        " movs r4, #1\n cmp r0, #0\n beq 2f\n1: str r4, [sp, #4]\n bl back_in_c\n adds r0, r4\n add sp, #16\n pop {r4, r5, r6, pc}\n"
        "2: movs r0, #9\n add sp, #16\n pop {r4, r5, r6, pc}\n");
int by_hand(int);
__attribute__((used)) NOINLINE int back_in_c(int value)
{
    return middle(value) + sink;
}
#endif

static NOINLINE __attribute__((unused)) int tail(int value)
{
    sink += value;
    return outer(value);
}

__attribute__((noreturn)) static NOINLINE void die(int value)
{
    sink = value;
    middle(value);
    for (;;) {
    }
}

static NOINLINE __attribute__((unused)) void give_up(int value)
{
    sink = value * 2;
    die(value);
}

static NOINLINE __attribute__((unused)) int with_alloca(int count)
{
    volatile char *room = __builtin_alloca((unsigned)count * 12u);
    room[0] = (char)count;
    int result = middle(room[0]);
    return result + room[0];
}

static NOINLINE __attribute__((unused)) int recurse(int depth)
{
    volatile int kept = depth;
    if (depth == 0) {
        return middle(sink) + kept;
    }
    return recurse(depth - 1) + kept;
}

static NOINLINE __attribute__((unused)) int large(int value)
{
    volatile int room[1500];
    room[value & 1023] = value;
    int result = middle(room[value & 1023]);
    return result + room[(value + 1) & 1023];
}

static NOINLINE __attribute__((unused)) int choose(int value)
{
    switch (value) {
    case 0: sink = 3; break;
    case 1: sink = outer(4); break;
    case 2: return middle(8) + sink;
    case 3: sink -= 3; break;
    case 4: return outer(sink) * 2;
    case 5: return middle(value) + middle(sink) + sink;
    case 6: sink *= 5; break;
    default: return 1;
    }
    return sink;
}

static NOINLINE __attribute__((unused)) void raise_svc(int value)
{
    volatile int kept = value;
    __asm__ volatile("svc #3" ::: "memory");
    sink = kept;
}

NOINLINE int scenario(void)
{
    int result = 0;
#if SCENARIO == FAULT || SCENARIO == NAKED_JUMP || SCENARIO == NAKED_CALL || SCENARIO == NAKED_LOST
    result = outer(sink);
#elif SCENARIO == PROCESS_STACK || SCENARIO == THREAD_INTERRUPTED || SCENARIO == NAKED_LOST_THREAD
    run_on_thread_stack(thread, thread_exit);
#elif SCENARIO == NESTED
    REG(0xE000ED20) = 0xC0C00000u;
    pend(1u << 26);
#elif SCENARIO == FLOATS_PENDING || SCENARIO == FLOATS_SAVED
    hold();
#elif SCENARIO == MISALIGNED
    lopsided();
#elif SCENARIO == CALL_NULL
    result = call_through((int (*)(int))zero, sink);
#elif SCENARIO == CALL_EVEN
    result = call_through((int (*)(int))((uint32_t)outer & ~1u), sink);
#elif SCENARIO == CALL_DATA
    result = call_through((int (*)(int))((uint32_t)0xF0000001u), sink);
#elif SCENARIO == CALL_ERASED
    result = call_through((int (*)(int))0xFFFFFFFFu, sink);
#elif SCENARIO == TAIL_CALL
    result = tail(sink);
#elif SCENARIO == NORETURN_LAST
    give_up(sink);
#elif SCENARIO == ALLOCA
    result = with_alloca(sink);
#elif SCENARIO == RECURSION
    result = recurse(sink);
#elif SCENARIO == SVC
    raise_svc(sink);
#elif SCENARIO == PENDSV
    pend(1u << 28);
#elif SCENARIO == ASSEMBLY
    result = by_hand(sink);
#elif SCENARIO == LARGE_FRAME
    result = large(sink);
#elif SCENARIO == SWITCHING
    result = choose(sink);
#endif
    sink = result;
    return result + sink;
}
