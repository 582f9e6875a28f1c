/*
 * `scenario=` is the address of the function that ends the first boot, and `where=` what calls it; the second boot sends what was recorded.
 * `separate=0`: all faults are HardFaults.
 */
#include "faults.h"

NOINIT_LOG_REGISTER(faults);

int main(void);
void irq2_entry(void);
void irq3_entry(void);

volatile uint32_t sink;
volatile uint32_t zero;

typedef struct {
    uint16_t id;
    int8_t celsius;
    char name[5];
} sensor_t;

typedef void (*code_t)(void);

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

NOINLINE uint32_t outer(code_t code, uint32_t seed)
{
    volatile uint32_t kept = seed + 1u;
    const uint32_t result = middle(code, 2u * seed);
    return result + kept;
}

NOINLINE float weigh(code_t code, float grams)
{
    volatile float half = grams / 2.0f;
    const float twice = grams * 2.0f;
    const uint32_t result = outer(code, 30u);
    return twice + half + (float)result;
}

NOINLINE void interrupt(uint32_t number)
{
    REGISTER(0xe000e100u) = 1u << number; /* NVIC: enable, set pending */
    REGISTER(0xe000e200u) = 1u << number;
    __asm__ volatile("dsb\n\tisb");
}

/* What the interrupts are to do. */
static code_t interrupt_code;
static bool is_nested;

NOINLINE static uint32_t handle(uint32_t number)
{
    volatile uint32_t handled = 100u + number;
    const uint32_t result = outer(interrupt_code, number);
    return result + handled;
}

NOINLINE static uint32_t handle_and_be_interrupted(uint32_t number)
{
    volatile uint32_t interrupted = 200u + number;
    interrupt(number + 1u);
    return interrupted;
}

void irq2_entry(void)
{
    sink = is_nested ? handle_and_be_interrupted(2) : handle(2);
}

void irq3_entry(void)
{
    sink = handle(3);
}

#define POINTER(name) name,
static const code_t scenarios[] = {SCENARIOS(POINTER)};
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

/* In a thread, or in main. */
NOINLINE static void be_interrupted(void)
{
    volatile uint32_t calm = 77u;
    interrupt_code = scenario;
    interrupt(2);
    sink = calm;
}

NOINLINE static void in_thread(void)
{
    sink = outer(scenario, 20u);
}

NOINLINE static void weigh_in_thread(void)
{
    sink = (uint32_t)weigh(scenario, 1.5f);
}

/* As threads of an operating system that protects itself run. */
NOINLINE static void in_unprivileged_thread(void)
{
    __asm__ volatile("msr control, %0\n\tisb" : : "r"(3) : "memory");
    sink = outer(scenario, 20u);
}

enum { IN_MAIN, IN_INTERRUPT, IN_NESTED, IN_THREAD, IN_INTERRUPT_OF_THREAD, WITH_FLOATS, WITH_FLOATS_IN_THREAD, IN_UNPRIVILEGED_THREAD };

NOINLINE static void end_boot(uint32_t where)
{
    switch (where) {
    case IN_INTERRUPT:
        be_interrupted();
        break;
    case IN_NESTED:
        is_nested = true;
        be_interrupted();
        break;
    case IN_THREAD:
        run_threads(in_thread);
        break;
    case IN_INTERRUPT_OF_THREAD:
        run_threads(be_interrupted);
        break;
    case WITH_FLOATS:
        sink = (uint32_t)weigh(scenario, 1.5f);
        break;
    case WITH_FLOATS_IN_THREAD:
        run_threads(weigh_in_thread);
        break;
    case IN_UNPRIVILEGED_THREAD:
        run_threads(in_unprivileged_thread);
        break;
    default:
        sink = outer(scenario, 20u);
    }
}

static void set_up_core(void)
{
    REGISTER(0xe000e400u) = 0x40800000u; /* priorities of interrupts 0 to 3: 3 above 2 */
    REGISTER(0xe000ed20u) = 0x00ff0000u; /* PendSV lowest */
#if HAS_FAULT_STATUS
    REGISTER(0xe000ed14u) |= 0x18u; /* CCR: UNALIGN_TRP, DIV_0_TRP */
    if (qemu_argument("separate", 1) != 0) {
        REGISTER(0xe000ed24u) |= 7u << 16; /* SHCSR */
    }
#endif
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
    scenario = (code_t)(uintptr_t)(qemu_argument("scenario", 0) | 1u);
    if (!is_scenario(scenario)) {
        qemu_print("no such scenario");
        qemu_exit(3);
    }
    NOINIT_INF("start %u", (unsigned)starts);
    set_up_core();
    end_boot(qemu_argument("where", IN_MAIN));
    qemu_print("came through");
    qemu_exit(2);
}
