/* One trap a program, chosen by SCENARIO; ENTRY chooses how the trap handler saves what it interrupts. */
#include <stdint.h>

#define FAULT 1
#define CALL_NULL 2
#define NESTED 3
#define INTERRUPT 4
#define ASSEMBLY 5
#define LARGE_FRAME 6
#define ALLOCA 7
#define RECURSION 8

#define NOINLINE __attribute__((noinline))
#define REG(address) (*(volatile uint32_t *)(address))
#define SYS_WRITE0 4
#define FINISHER 0x100000
#define SOFTWARE_INTERRUPT 0x2000000

extern uint32_t __ram_start, __stack_top;
void stop(void);
int by_hand(int);

uint32_t captured[36];
uint32_t interrupt_stack[256] __attribute__((aligned(16)));
__asm__(".globl interrupt_stack_top\ninterrupt_stack_top = interrupt_stack + 1024\n");
uint32_t print_stack[128] __attribute__((aligned(16)));
__asm__(".globl print_stack_top\nprint_stack_top = print_stack + 512\n");
uint32_t task[4];
uint32_t *current_task = task;
uint32_t *kernel_stack_top = interrupt_stack + 256;
volatile int sink = 5;
volatile uint32_t zero;

static void semihost(uint32_t operation, const void *argument)
{
    register uint32_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = argument;
    __asm__ volatile(".option push\n.option norvc\n.balign 4\n slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n.option pop\n"
                     : "+r"(a0) : "r"(a1) : "memory");
}

static char line[360];

static void put_words(char kind, const uint32_t *from, uint32_t count)
{
    uint32_t used = 0;
    line[used++] = kind;
    for (uint32_t i = 0; i < count; i++) {
        line[used++] = ' ';
        for (int shift = 28; shift >= 0; shift -= 4) {
            line[used++] = "0123456789abcdef"[(from[i] >> shift) & 15];
        }
    }
    line[used++] = '\n';
    line[used] = 0;
    semihost(SYS_WRITE0, line);
}

__attribute__((used, noreturn)) void print_all(void)
{
    put_words('R', captured, 36);
    for (const uint32_t *at = &__ram_start; at < &__stack_top; at += 8) {
        const uint32_t start = (uint32_t)at;
        put_words('A', &start, 1);
        put_words('M', at, 8);
    }
    REG(FINISHER) = 0x5555;
    for (;;) {
    }
}

NOINLINE int middle(int value);

static NOINLINE void strike(int value)
{
    volatile int kept = value;
#if SCENARIO == INTERRUPT
    __asm__ volatile("csrsi mstatus, 8\n li t0, 8\n csrs mie, t0" ::: "t0");
    REG(SOFTWARE_INTERRUPT) = 1;
    while (kept == value) {
    }
#else
    sink = *(volatile int *)zero;
#endif
    sink = kept;
}

NOINLINE int middle(int value)
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

static NOINLINE void inside_handler(int value)
{
    volatile int kept = value;
    sink = *(volatile int *)(zero + 8);
    sink = kept;
}

volatile int depth;

static NOINLINE void report(int value)
{
    volatile int kept = value;
    depth++;
#if SCENARIO == NESTED
    if (depth == 1) {
        inside_handler(kept);
    }
#endif
    stop();
    sink = kept;
}

__attribute__((used)) NOINLINE void handle_trap(int value)
{
    volatile int kept = value;
    report(kept);
    sink = kept;
}

#if ENTRY == 5
/* The compiler saves what it uses; call frame information tells of it, but calls the interrupted code a caller. */
__attribute__((interrupt, aligned(4))) void trap_entry(void)
{
    handle_trap(sink);
}
#endif

static NOINLINE int call_through(int (*function)(int), int value)
{
    volatile int kept = value;
    int result = function(value + sink);
    return result + kept;
}

static NOINLINE int with_alloca(int count)
{
    volatile char *room = __builtin_alloca((unsigned)count * 12u);
    room[0] = (char)count;
    int result = middle(room[0]);
    return result + room[0];
}

static NOINLINE int recurse(int left)
{
    volatile int kept = left;
    if (left == 0) {
        return middle(sink) + kept;
    }
    return recurse(left - 1) + kept;
}

static NOINLINE int large(int value)
{
    volatile int room[1500];
    room[value & 1023] = value;
    int result = middle(room[value & 1023]);
    return result + room[(value + 1) & 1023];
}

NOINLINE int scenario(void)
{
    int result = 0;
#if SCENARIO == FAULT || SCENARIO == NESTED || SCENARIO == INTERRUPT
    result = outer(sink);
#elif SCENARIO == CALL_NULL
    result = call_through((int (*)(int))zero, sink);
#elif SCENARIO == ASSEMBLY
    result = by_hand(sink);
#elif SCENARIO == LARGE_FRAME
    result = large(sink);
#elif SCENARIO == ALLOCA
    result = with_alloca(sink);
#elif SCENARIO == RECURSION
    result = recurse(sink);
#endif
    sink = result;
    return result + sink;
}

void *memset(void *to, int value, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        ((volatile uint8_t *)to)[i] = (uint8_t)value;
    }
    return to;
}

void *memcpy(void *to, const void *from, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        ((volatile uint8_t *)to)[i] = ((const volatile uint8_t *)from)[i];
    }
    return to;
}
