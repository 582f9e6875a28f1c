/* Crashes of one kind each, chosen by SCENARIO. SEED makes every value differ from build to build. */
#include "corpus.h"

#define STRIKE 1       /* an undefined instruction below recursion and inlined functions */
#define NULL_CALL 2    /* a call through a function pointer that is NULL */
#define IN_ISR 3       /* an undefined instruction in SysTick, which interrupted the main stack */
#define IN_THREAD 4    /* as STRIKE, on the process stack */
#define ISR_ON_THREAD 5 /* SysTick interrupted the process stack */
#define BAD_ADDRESS 6  /* a load that faults: where nothing answers, or (Armv6-M) not aligned */

#define NOINLINE __attribute__((noinline))
#define INLINE static inline __attribute__((always_inline))

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
volatile uint32_t bad_address = __ARM_ARCH >= 7 ? 0xF0000000u : 0x20000101u;
static int twice(int raw);
static struct sensor humid = {"humid0", {7, 8, 9, SEED}, twice, &humid, 0, -3, MODE_LOST, 0.25, {-1, 1}, {1}};
__attribute__((unused)) static struct sensor temp = {"temp0", {SEED, 2, 3, 4}, 0, &humid, 1, 7, MODE_BUSY, 1.5, {SEED & 0xff, -4}, {SEED}};

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
#if SCENARIO == BAD_ADDRESS
    sink = *(volatile int *)bad_address;
#else
    __asm__ volatile("udf #1");
#endif
    sink += local + label[0];
}

INLINE void inner(int value)
{
    int doubled = 2 * value;
    strike(doubled, "inlined");
    sink += doubled;
}

INLINE void outer(int value)
{
    struct point where = {(int16_t)value, (int16_t)-value};
    sink = where.x;
    inner(value + where.y / 2);
    sink += where.y;
}

__attribute__((unused)) static NOINLINE int descend(int depth, uint64_t wide)
{
    int below[3] = {depth, depth + 1, SEED};
    float ratio = (float)depth * 0.5f;
    sink = below[depth % 3];
    if (depth == 0) {
        outer(SEED & 0xfff);
    } else {
        sink += descend(depth - 1, wide * 3u);
    }
    sink += below[1] + (int)(ratio * 2.0f) + (int)wide;
    return sink + below[2];
}

static NOINLINE int read_sensor(struct sensor *s, int index)
{
    int raw = (int)s->raw[index & 3] + sink;
    int value = s->convert(raw);
    return value + raw;
}

static NOINLINE int poll_all(struct sensor *first)
{
    int sum = 0;
    int count = 0;
    for (struct sensor *s = first; count < 2; s = s->next) {
        sum += read_sensor(s, count);
        count++;
    }
    return sum + count;
}

static NOINLINE int work(int seed)
{
    volatile int before = seed + 1;
#if SCENARIO == NULL_CALL
    sink = poll_all(&temp);
#elif SCENARIO == IN_ISR || SCENARIO == ISR_ON_THREAD
    pend_systick();
#else
    sink = descend(2 + (SEED & 1), 0x100000000ull + SEED);
#endif
    return before + sink;
}

NOINLINE void SysTick_Handler(void)
{
    int tick = SEED ^ 0x55;
    strike(tick, "in an interrupt");
    sink += tick;
}

void thread_entry(void)
{
    volatile int mine = SEED + 5;
    sink = work(mine);
    for (;;) {
        sink += mine + (int)humid.raw[1] + twice(sink) + (int)poll_all(&humid);
    }
}

int main(void)
{
#if SCENARIO == IN_THREAD || SCENARIO == ISR_ON_THREAD
    run_on_thread_stack(thread_entry);
#else
    int result = work(SEED & 0xffff);
    sink = result + (int)poll_all(&humid);
#endif
    return sink;
}
