/* The scenarios of program.c in C++: methods, templates, references, lambdas, inheritance. */
#include "tell.h"

volatile int sink;
#ifdef __riscv
volatile uint32_t bad_address = 0x00000008u;
#else
volatile uint32_t bad_address = __ARM_ARCH >= 7 ? 0xF0000000u : 0x20000101u;
#endif
#if SCENARIO == DATA_CALL
/* Undefined instructions, on both machines, so that nothing runs. */
static uint32_t not_code[4] = {0xde01de01u & IS_ARM, 0xde01de01u & IS_ARM, 0, 0};
#endif

/* Never called, collected where sections are. */
int collected(int value)
{
    int shifted = value << 3;
    sink = sink + shifted;
    return shifted;
}

namespace plant {

enum class Mode : int8_t { idle = 3, busy = 100, lost = -7 };
enum Flavour { sweet, sour = 300 };

struct Point {
    int16_t x;
    int16_t y;
};

template <typename T, unsigned N>
struct Row {
    T items[N];
    unsigned used;

    NOINLINE T add(T item)
    {
        items[used % N] = item;
        used++;
        T first = items[0];
        TELL(item);
        TELL(first);
        CALLS(); T reported = report(*this, first);
        return reported + item;
    }
};

NOINLINE void strike(int code, const char *why)
{
    volatile int local = code * 3;
    char label[8] = "lab0";
    label[3] = (char)('0' + (code & 7));
    sink = label[3] + (why != nullptr);
    TELL(code);
    TELL(why);
    TELL_PLACE(local);
    TELL_PLACE(label);
#if SCENARIO == BAD_ADDRESS
    CALLS(); sink = *(volatile int *)bad_address;
#else
    CALLS(); UNDEFINED_INSTRUCTION();
#endif
    sink = sink + local + label[0] + code + (int)(uintptr_t)why;
}

template <typename T, unsigned N>
NOINLINE T report(const Row<T, N> &row, T value)
{
    T doubled = value + value;
    TELL_PLACE(doubled);
    TELL_TEXT("row.used", row.used == 1 ? "1" : "2");
    CALLS(); strike((int)doubled, "in a template");
    sink = sink + (int)doubled + (int)row.used;
    return doubled;
}

class Sensor {
public:
    Sensor(const char *name, int gain) : name_(name), gain_(gain) {}
    virtual int read(int index) = 0;
    virtual int convert(int raw) { return raw * gain_; }
    NOINLINE int poll(int rounds);
    static int polled;

protected:
    const char *name_;
    int gain_;
    Mode mode_ = Mode::busy;
};
int Sensor::polled = SEED;

class Counted {
public:
    virtual int count() const { return count_; }
    int count_ = 5;
};

class Thermometer final : public Sensor, public Counted {
public:
    Thermometer(const char *name, int offset) : Sensor(name, 2), offset_(offset), last_{1, -1} {}
    NOINLINE int read(int index) override;

private:
    int offset_;
    Point last_;
    unsigned valid_ : 1 = 1;
    signed drift_ : 6 = -9;
};

NOINLINE int Sensor::poll(int rounds)
{
    int sum = 0;
    for (int round = 0; round < rounds; round++) {
        TELL(round);
        TELL(rounds);
        CALLS(); sum += read(round);
    }
    return sum;
}

NOINLINE int Thermometer::read(int index)
{
    Point &place = last_;
    int raw = offset_ + index;
    place.x = (int16_t)raw;
    TELL(raw);
    TELL(index);
#if SCENARIO == NULL_CALL || SCENARIO == DATA_CALL
#if SCENARIO == NULL_CALL
    int (*volatile hook)(int) = nullptr;
#else
    int (*volatile hook)(int) = (int (*)(int))((char *)not_code + 1);
#endif
    TELL_PLACE(hook);
    CALLS(); raw += hook(raw);
#else
    CALLS(); strike(raw, name_);
#endif
    return raw + place.x + polled;
}

namespace {

Thermometer outside{"outside", SEED};

INLINE void inner(int value)
{
    int doubled = 2 * value;
    TELL(doubled);
    CALLS(); strike(doubled, "inlined");
    sink = sink + doubled;
}

INLINE void outer(const Point &where)
{
    int sum = where.x + where.y / 2;
    TELL(sum);
    CALLS(); inner(sum);
    sink = sink + where.y;
}

NOINLINE int descend(int depth, uint64_t wide)
{
    int below[3] = {depth, depth + 1, SEED};
    float ratio = (float)depth * 0.5f;
    sink = below[depth % 3];
    TELL(depth);
    TELL(wide);
    TELL(ratio);
    TELL_PLACE(below);
    if (depth == 0) {
        CALLS(); outer(Point{(int16_t)(SEED & 0xfff), (int16_t) - (SEED & 0xfff)});
    } else {
        CALLS(); sink = sink + descend(depth - 1, wide * 3u);
    }
    sink = sink + below[1] + (int)(ratio * 2.0f) + (int)wide;
    return sink + below[2];
}

} // namespace

/* A destructor that runs on the way out; the call in it is the crash of one scenario. */
struct Guard {
    int kept;
    explicit Guard(int value) : kept(value) {}
    NOINLINE ~Guard()
    {
        sink = sink + kept;
    }
};

[[noreturn]] NOINLINE void give_up(const char *file, int line)
{
    volatile int kept = line;
    TELL(file);
    TELL(line);
    CALLS(); strike(kept, file);
    for (;;) {
        sink = sink + kept;
    }
}
NOINLINE int must_be_positive(int value)
{
    int limit = value * 2;
    TELL(value);
    TELL(limit);
    if (limit < 0) {
        CALLS(); give_up("program.cpp", limit);
    }
    return limit;
}

NOINLINE void hand_over(int value)
{
    sink = sink + value;
    strike(value + 1, "after a jump");
}

template <unsigned N>
NOINLINE int countdown(int carried)
{
    int mine = carried * 3 + (int)N;
    TELL(mine);
    if constexpr (N == 0) {
        CALLS(); strike(mine, "at the bottom");
        return mine;
    } else {
        CALLS(); int result = countdown<N - 1>(mine);
        return result + mine;
    }
}

NOINLINE int fill(volatile uint8_t *area, unsigned size, int seed)
{
    for (unsigned i = 0; i < size; i++) {
        area[i] = (uint8_t)(seed + (int)i);
    }
    return area[size / 2];
}
NOINLINE int on_moving_stack(unsigned size, int seed)
{
    uint8_t *block = (uint8_t *)__builtin_alloca(size * 2);
    int filled = fill(block, size * 2, seed + 1);
    TELL(size);
    TELL(seed);
    TELL(filled);
    TELL(block);
    CALLS(); strike(filled, "on a moving stack");
    return filled + block[1];
}

NOINLINE float blend(float a, float b, double c)
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

template <typename T>
class Maybe {
public:
    Maybe() : empty_(0), has_(false) {}
    explicit Maybe(T value) : value_(value), has_(true) {}

private:
    union {
        T value_;
        char empty_;
    };
    bool has_;
};

struct Base {
    int base = 11;
};
struct Left : virtual Base {
    int left = 12;
};
struct Right : virtual Base {
    int right = 13;
};
struct Bottom : Left, Right {
    int bottom = SEED;
};
struct Empty {};
struct Tagged : Empty, Point {
    static constexpr int version = 4;
    Flavour flavour;
    Tagged *next;
};

template <typename Function>
NOINLINE int call(Function &&function, int argument)
{
    TELL(argument);
    CALLS(); return function(argument) + 1;
}

NOINLINE int many_values(const Tagged &tagged, Tagged copy, Sensor *sensor, int64_t large)
{
    Mode mode = Mode::lost;
    Flavour flavour = sour;
    Maybe<Point> some{Point{3, -SEED & 0xff}};
    Maybe<double> none;
    Bottom bottom;
    Row<Point, 2> row{{{1, 2}, {3, 4}}, 2};
    int numbers[2][2] = {{1, 2}, {3, SEED}};
    int (&reference)[2][2] = numbers;
    int &&temporary = (int)large + 1;
    int Point::*unused = nullptr;
    int16_t Point::*member = &Point::y;
    int (Sensor::*method)(int) = &Sensor::poll;
    int (*function)(int) = must_be_positive;
    const char16_t wide = u'\u00e9';
    bool is_on = sensor != nullptr;
    unsigned long long big = 0xfedcba9876543210ull - (unsigned)SEED;
    const Base &upcast = bottom;
    decltype(nullptr) nothing = nullptr;
    (void)unused;
    (void)nothing;
    TELL_PLACE(copy);
    TELL(mode);
    TELL(flavour);
    TELL_PLACE(some);
    TELL_PLACE(none);
    TELL_PLACE(bottom);
    TELL_PLACE(row);
    TELL_PLACE(numbers);
    TELL(member);
    TELL_PLACE(method);
    TELL(function);
    TELL(wide);
    TELL(is_on);
    TELL(big);
    TELL(large);
    TELL(sensor);
    TELL_TEXT("mode", "lost");
    TELL_TEXT("flavour", "sour");
    TELL_TEXT("copy.flavour", "sour");
    auto lambda = [&row, large, is_on](int delta) {
        int sum = row.items[1].x + delta + (int)large;
        TELL(delta);
        TELL(sum);
        CALLS(); strike(sum, is_on ? "in a lambda" : "off");
        return sum;
    };
    CALLS(); int result = call(lambda, reference[1][0]);
    sink = sink + temporary + upcast.base + (int)(tagged.*member) + (int)big + wide + (int)mode + function(1);
    return result + (sensor->*method)(1) + bottom.left + row.items[0].y + copy.x;
}

NOINLINE int work(int seed)
{
    volatile int before = seed + 1;
    TELL_PLACE(before);
#if SCENARIO == NULL_CALL || SCENARIO == DATA_CALL
    CALLS(); sink = outside.poll(2);
#elif SCENARIO == ISR || SCENARIO == ISR_ON_THREAD || SCENARIO == NESTED || SCENARIO == STOPPED
    Guard guard{before};
    CALLS(); pend_systick();
#elif SCENARIO == FPU_LIVE
    volatile float start = (float)seed;
    CALLS(); sink = (int)blend(start + 0.5f, start * 2.0f, (double)start + 0.125);
#elif SCENARIO == RECURSION
    CALLS(); sink = countdown<7>(seed);
#elif SCENARIO == ALLOCA
    CALLS(); sink = on_moving_stack(5 + (SEED & 15), seed);
#elif SCENARIO == NORETURN
    CALLS(); sink = must_be_positive(-before);
#elif SCENARIO == TAIL_CALL
    CALLS(); hand_over(seed);
#elif SCENARIO == VALUES
    Tagged tagged{{}, {(int16_t)seed, -9}, sour, nullptr};
    tagged.next = &tagged;
    CALLS(); sink = many_values(tagged, tagged, &outside, 0x123456789abll * before);
#elif SCENARIO == BAD_ADDRESS
    Row<int64_t, 3> row{{before, 2, 3}, 0};
    CALLS(); sink = (int)row.add(before);
#elif SCENARIO == NAKED
    CALLS(); __asm__ volatile("svc 7" ::: "memory");
#elif SCENARIO == THREAD
    CALLS(); sink = outside.poll(2);
#else
    Guard guard{before};
    CALLS(); sink = descend(2 + (SEED & 1), 0x100000000ull + SEED);
#endif
    return before + sink;
}

} // namespace plant

extern "C" {

#ifndef __riscv
__attribute__((naked)) void SVC_Handler(void)
{
    __asm__ volatile("mov r0, sp\n push {r4, lr}\n bl svc_body\n pop {r4, pc}\n");
}
__attribute__((used)) NOINLINE void svc_body(const uint32_t *frame)
{
    uint8_t number = ((const uint8_t *)frame[6])[-2];
    TELL(number);
    CALLS(); plant::strike(number, "in a supervisor call");
    sink = sink + number;
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
    CALLS(); plant::strike(pended, "in a nested interrupt");
    sink = sink + pended;
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
    CALLS(); plant::strike(tick, "in an interrupt");
#endif
    sink = sink + tick;
}

void thread_entry(void)
{
    volatile int mine = SEED + 5;
    TELL_PLACE(mine);
    CALLS(); sink = plant::work(mine);
    for (;;) {
        sink = sink + mine;
    }
}

int main(void)
{
#if SCENARIO == THREAD || SCENARIO == ISR_ON_THREAD || SCENARIO == HANDLER_ON_THREAD
    run_on_thread_stack(thread_entry);
#else
    CALLS(); int result = plant::work(SEED & 0xffff);
    sink = result;
#endif
    return sink;
}
}
