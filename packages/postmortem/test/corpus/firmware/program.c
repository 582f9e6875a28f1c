/* Crashes of one kind each, chosen by SCENARIO. SEED makes every value differ from build to build. */
#include "tell.h"

enum mode { MODE_IDLE = 3, MODE_BUSY = 300, MODE_LOST = -7 };
struct point {
    int16_t x;
    int16_t y;
};
struct sensor {
    const char *name;
    uint32_t raw[4];
    int (*convert)(int);
    struct sensor *next;
    unsigned ready : 1;
    int gain : 5;
    enum mode mode;
    double scale;
    struct point place;
    union {
        uint32_t word;
        uint8_t bytes[4];
    };
};

volatile int sink;
/* Volatile, or the compiler would load the bytes one by one. */
#ifdef __riscv
volatile uint32_t bad_address = 0x00000008u;
#else
volatile uint32_t bad_address = __ARM_ARCH >= 7 ? 0xF0000000u : 0x20000101u;
#endif
static int twice(int raw);
#if SCENARIO == DATA_CALL
/* Undefined instructions, on both machines, so that nothing runs. */
static uint32_t not_code[4] = {0xde01de01u & IS_ARM, 0xde01de01u & IS_ARM, 0, 0};
#define CONVERT ((int (*)(int))((char *)not_code + 1))
#else
#define CONVERT 0
#endif
static struct sensor humid = {"humid0", {7, 8, 9, SEED}, twice, &humid, 0, -3, MODE_LOST, 0.25, {-1, 1}, {1}};
__attribute__((unused)) static struct sensor temp = {"temp0", {SEED, 2, 3, 4}, CONVERT, &humid, 1, 7, MODE_BUSY, 1.5, {SEED & 0xff, -4}, {SEED}};

/* Never called, collected where sections are: its line numbers stay, at address 0. */
int collected(int value)
{
    int shifted = value << 3;
    sink += shifted;
    return shifted + humid.gain;
}

static NOINLINE int twice(int raw)
{
    return 2 * raw + sink;
}

static NOINLINE void strike(int code, const char *why)
{
    volatile int local = code * 3;
    char label[8] = "lab0";
    label[3] = (char)('0' + (code & 7));
    sink = label[3] + (why != 0);
    TELL(code);
    TELL(why);
    TELL_PLACE(local);
    TELL_PLACE(label);
#if SCENARIO == BAD_ADDRESS
    CALLS(); sink = *(volatile int *)bad_address;
#else
    CALLS(); UNDEFINED_INSTRUCTION();
#endif
    sink += local + label[0] + code + (int)(uintptr_t)why;
}

INLINE void inner(int value)
{
    int doubled = 2 * value;
    TELL(doubled);
    CALLS(); strike(doubled, "inlined");
    sink += doubled;
}

INLINE void outer(int value)
{
    struct point where = {(int16_t)value, (int16_t)-value};
    sink = where.x;
    TELL(where);
    CALLS(); inner(value + where.y / 2);
    sink += where.y;
}

__attribute__((unused)) static NOINLINE int descend(int depth, uint64_t wide)
{
    int below[3] = {depth, depth + 1, SEED};
    float ratio = (float)depth * 0.5f;
    sink = below[depth % 3];
    TELL(depth);
    TELL(wide);
    TELL(ratio);
    TELL_PLACE(below);
    if (depth == 0) {
        CALLS(); outer(SEED & 0xfff);
    } else {
        CALLS(); sink += descend(depth - 1, wide * 3u);
    }
    sink += below[1] + (int)(ratio * 2.0f) + (int)wide;
    return sink + below[2];
}

__attribute__((unused)) static NOINLINE int read_sensor(struct sensor *s, int index)
{
    int raw = (int)s->raw[index & 3] + sink;
    TELL(raw);
    TELL(s);
    CALLS(); int value = s->convert(raw);
    return value + raw;
}

__attribute__((unused)) static NOINLINE int poll_all(struct sensor *first)
{
    int sum = 0;
    int count = 0;
    for (struct sensor *s = first; count < 2; s = s->next) {
        TELL(count);
        TELL(first);
        CALLS(); sum += read_sensor(s, count);
        count++;
    }
    return sum + count;
}

/* Mutual recursion, deep enough that frames repeat. */
__attribute__((unused)) static NOINLINE int odd(unsigned n, int carried);
__attribute__((unused)) static NOINLINE int even(unsigned n, int carried)
{
    int mine = carried * 3 + (int)n;
    TELL(n);
    TELL(mine);
    if (n == 0) {
        CALLS(); strike(mine, "at the bottom");
        return mine;
    }
    CALLS(); int result = odd(n - 1, mine) + mine;
    return result;
}
static NOINLINE int odd(unsigned n, int carried)
{
    volatile unsigned before = n + SEED;
    TELL_PLACE(before);
    TELL(carried);
    CALLS(); int result = even(n - 1, carried + (int)before);
    return result + (int)before;
}

/* The stack pointer moves while the function runs; the frame has a pointer of its own. */
__attribute__((unused)) static NOINLINE int fill(volatile uint8_t *area, unsigned size, int seed)
{
    for (unsigned i = 0; i < size; i++) {
        area[i] = (uint8_t)(seed + (int)i);
    }
    return area[size / 2];
}
__attribute__((unused)) static NOINLINE int on_moving_stack(unsigned size, int seed)
{
    volatile uint8_t variable[size + 3];
    uint8_t *block = __builtin_alloca(size * 2);
    int filled = fill(variable, size + 3, seed) + fill(block, size * 2, seed + 1);
    TELL(size);
    TELL(seed);
    TELL(filled);
    TELL(block);
    CALLS(); strike(filled, "on a moving stack");
    return filled + variable[1] + block[1];
}

/* The compiler knows that nothing comes after: the return address stands behind the function. */
__attribute__((noreturn, unused)) static NOINLINE void give_up(const char *file, int line)
{
    volatile int kept = line;
    TELL(file);
    TELL(line);
    CALLS(); strike(kept, file);
    for (;;) {
        sink += kept;
    }
}
__attribute__((unused)) static NOINLINE int must_be_positive(int value)
{
    int limit = value * 2;
    TELL(value);
    TELL(limit);
    if (limit < 0) {
        CALLS(); give_up("program.c", limit);
    }
    return limit;
}

/* The call in the last line may become a jump: then this function is not on the stack. */
__attribute__((unused)) static NOINLINE void hand_over(int value)
{
    sink += value;
    strike(value + 1, "after a jump");
}

/* Floating-point values that live across an interrupt, in s16 and up or on the stack. */
__attribute__((unused)) static NOINLINE float blend(float a, float b, double c)
{
    float product = a * b;
    float sum = a + b;
    double third = c / 3.0;
    TELL(product);
    TELL(sum);
    TELL(third);
    CALLS(); pend_systick();
    return product * sum + (float)third + a - b;
}

struct flags {
    unsigned first : 3;
    int second : 7;
    unsigned : 4;
    uint64_t wide : 40;
    _Bool yes : 1;
};
typedef int (*operation_fn)(int);
union number {
    float real;
    uint32_t word;
    struct {
        uint16_t low;
        uint16_t high;
    } halves;
};
struct nested {
    struct {
        char text[6];
        struct point corners[2];
    } box;
    union number number;
    enum mode modes[2];
    const struct nested *self;
    operation_fn run;
};
typedef const volatile int16_t *const *pointers;

__attribute__((unused)) static NOINLINE int many_values(int8_t small, uint16_t medium, int64_t large, double real, struct point by_value, struct nested big)
{
    struct flags flags = {SEED & 7, -(SEED & 31), 0x123456789aull + SEED, 1};
    struct nested nested = {{"abcd", {{1, -1}, {SEED & 0x7fff, 3}}}, {1.5f}, {MODE_BUSY, MODE_LOST}, 0, twice};
    int grid[2][3] = {{1, 2, 3}, {4, 5, SEED}};
    _Bool is_on = SEED & 1;
    char letter = 'q';
    unsigned char byte = 0xfe;
    const char *text = "text\t\"in\" flash";
    volatile int16_t target = -SEED / 2;
    const volatile int16_t *inside = &target;
    pointers outside = &inside;
    long long negative = -large;
    enum mode mode = small > 0 ? MODE_BUSY : MODE_IDLE;
    operation_fn operation = sink ? twice : 0;
    long double widest = (long double)real;
    static int counter = SEED;
    nested.self = &nested;
    counter++;
    sink += grid[1][sink & 1] + (int)flags.wide + nested.box.corners[sink & 1].x;
    TELL(small);
    TELL(medium);
    TELL(large);
    TELL(real);
    TELL(by_value);
    TELL_PLACE(big);
    TELL_PLACE(flags);
    TELL_PLACE(nested);
    TELL_PLACE(grid);
    TELL(is_on);
    TELL(letter);
    TELL(byte);
    TELL(text);
    TELL_PLACE(target);
    TELL(outside);
    TELL(negative);
    TELL(mode);
    TELL(operation);
    TELL(widest);
    TELL_PLACE(counter);
    TELL_TEXT("mode", small > 0 ? "MODE_BUSY" : "MODE_IDLE");
    TELL_TEXT("nested.modes.[1]", "MODE_LOST");
    TELL_TEXT("nested.box.text", "\"abcd\"");
    TELL_TEXT("flags.yes", "true");
    TELL_TEXT("grid.[1].[0]", "4");
    TELL_TEXT("nested.number.real", "1.5");
    CALLS(); strike(small + medium, text);
    sink += (int)negative + (int)widest + letter + byte + is_on + (operation ? operation(1) : 2) + mode + **outside + counter + by_value.x + big.number.halves.low;
    return grid[0][1] + (int)flags.second + nested.box.text[1] + (int)large + (int)real + medium + small;
}

static NOINLINE int work(int seed)
{
    volatile int before = seed + 1;
    TELL_PLACE(before);
#if SCENARIO == NULL_CALL || SCENARIO == DATA_CALL
    CALLS(); sink = poll_all(&temp);
#elif SCENARIO == ISR || SCENARIO == ISR_ON_THREAD || SCENARIO == NESTED || SCENARIO == STOPPED
    CALLS(); pend_systick();
#elif SCENARIO == FPU_LIVE
    volatile float start = (float)seed;
    CALLS(); sink = (int)blend(start + 0.5f, start * 2.0f, (double)start + 0.125);
#elif SCENARIO == RECURSION
    CALLS(); sink = even(8 + 2 * (SEED & 3), seed);
#elif SCENARIO == ALLOCA
    CALLS(); sink = on_moving_stack(5 + (SEED & 15), seed);
#elif SCENARIO == NORETURN
    CALLS(); sink = must_be_positive(-before);
#elif SCENARIO == TAIL_CALL
    CALLS(); hand_over(seed);
#elif SCENARIO == VALUES
    const struct point corner = {(int16_t)seed, -9};
    const struct nested whole = {{"whole", {{4, 5}, {6, (int16_t)seed}}}, {-0.25f}, {MODE_IDLE, MODE_LOST}, 0, 0};
    CALLS(); sink = many_values((int8_t)(seed & 0x7f), (uint16_t)seed, 0x123456789abll * before, before * 0.125, corner, whole);
#elif SCENARIO == NAKED
    CALLS(); __asm__ volatile("svc 7" ::: "memory");
#else
    CALLS(); sink = descend(2 + (SEED & 1), 0x100000000ull + SEED);
#endif
    return before + sink;
}

#ifndef __riscv
/* An entry without frame information: only the return address tells. */
__attribute__((naked)) void SVC_Handler(void)
{
    __asm__ volatile("mov r0, sp\n push {r4, lr}\n bl svc_body\n pop {r4, pc}\n");
}
__attribute__((used)) NOINLINE void svc_body(const uint32_t *frame)
{
    uint8_t number = ((const uint8_t *)frame[6])[-2];
    TELL(number);
    CALLS(); strike(number, "in a supervisor call");
    sink += number;
}

#if SCENARIO == HANDLER || SCENARIO == HANDLER_ON_THREAD
/* As cortex-m-rt enters the handler of a hard fault; the processor is stopped in there. */
__attribute__((naked)) void Fault_Vector(void)
{
    __asm__ volatile("mov r0, lr\n movs r1, #4\n tst r0, r1\n bne 1f\n mrs r0, msp\n b fault_body\n 1: mrs r0, psp\n b fault_body\n");
}
__attribute__((used, noreturn)) NOINLINE void fault_body(const uint32_t *frame)
{
    uint32_t at = frame[6];
    TELL(frame);
    TELL(at);
    for (;;) {
        CALLS(); stop_here();
        sink = sink + (int)at;
    }
}
#endif
#endif

NOINLINE void PendSV_Handler(void)
{
    int pended = SEED ^ 0x77;
    TELL(pended);
    CALLS(); strike(pended, "in a nested interrupt");
    sink += pended;
}

NOINLINE void SysTick_Handler(void)
{
    int tick = SEED ^ 0x55;
    TELL(tick);
#if SCENARIO == NESTED
    CALLS(); pend_pendsv();
#elif SCENARIO == STOPPED
    CALLS(); stop_here();
#else
    CALLS(); strike(tick, "in an interrupt");
#endif
    sink += tick;
}

void thread_entry(void)
{
    volatile int mine = SEED + 5;
    TELL_PLACE(mine);
    CALLS(); sink = work(mine);
    for (;;) {
        sink += mine + (int)humid.raw[1] + twice(sink) + (int)poll_all(&humid);
    }
}

int main(void)
{
#if SCENARIO == THREAD || SCENARIO == ISR_ON_THREAD || SCENARIO == HANDLER_ON_THREAD
    run_on_thread_stack(thread_entry);
#else
    CALLS(); int result = work(SEED & 0xffff);
    sink = result + (int)poll_all(&humid);
#endif
    return sink;
}
