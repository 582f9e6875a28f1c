/* Faults whose cause has a name in the source. FAULT chooses one. */
#include "../firmware/corpus.h"

struct bus {
    uint32_t id;
    struct sensor *sensor;
};
struct sensor {
    uint8_t kind;
    struct {
        int16_t low, high;
    } limits[2];
};
static struct bus bus;
volatile int result;

__attribute__((noipa)) static int read_limit(struct sensor *sensor)
{
    return sensor->limits[1].high;
}
__attribute__((noipa)) static int read_by_bus(struct bus *of)
{
    return of->sensor->limits[0].low;
}
__attribute__((noipa)) static void set_first(uint32_t *words)
{
    *words = 7;
}
__attribute__((noipa)) static int average(int sum, int count)
{
    return sum / count;
}
__attribute__((noipa)) static int ratio(const struct bus *of)
{
    int unrelated = 0;
    result = unrelated;
    return 100 / (int)of->id;
}
__attribute__((noipa)) static uint64_t pair(const uint64_t *both)
{
    return *both;
}

void SysTick_Handler(void)
{
}

int main(void)
{
    struct sensor *nowhere = (struct sensor *)0xf0000000u;
    bus.sensor = nowhere;
    *(volatile uint32_t *)0xE000ED14 |= 1u << 4;
    switch (FAULT) {
    case 1:
        result = read_limit(nowhere);
        break;
    case 2:
        result = read_by_bus(&bus);
        break;
    case 3:
        set_first((uint32_t *)0xf0000100u);
        break;
    case 4:
        result = average(100, 0);
        break;
    case 5:
        result = ratio(&bus);
        break;
    case 6:
        result = (int)pair((const uint64_t *)0x20000002u);
        break;
    case 7:
        __asm__ volatile("mov r4, %0\n ldr r5, [r4, #12]" ::"r"(nowhere) : "r4", "r5");
        break;
    }
    for (;;) {
    }
}
