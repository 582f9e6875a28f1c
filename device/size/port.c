/* The smallest port there can be: its cost is in both programs. */
#include "noinit/port.h"

#include "noinit/crash.h"
#include "noinit/reboot.h"

int main(void);
void reset_entry(void);
extern uint32_t __stack[];
static volatile uint32_t tick;

void reset_entry(void)
{
    (void)main();
}

__attribute__((used)) uint32_t noinit_port_uptime_ms(void)
{
    return tick;
}

__attribute__((used)) uint32_t noinit_port_random(void)
{
    return tick;
}

__attribute__((used)) uint16_t noinit_port_reset_cause(uint32_t *raw)
{
    *raw = tick;
    return NOINIT_REASON_UNKNOWN;
}

__attribute__((used)) _Noreturn void noinit_port_reset(void)
{
    for (;;) {
    }
}

__attribute__((used)) const char *noinit_port_version(void)
{
    return "1";
}

__attribute__((used)) const char *noinit_port_hardware(void)
{
    return "";
}

#ifdef WITH_SDK
#define FAULT_ENTRY noinit_fault_entry
#define WATCHDOG_ENTRY noinit_watchdog_entry
#else
#define FAULT_ENTRY reset_entry
#define WATCHDOG_ENTRY reset_entry
#endif

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*entries[15])(void);
} vectors = {__stack, {reset_entry, WATCHDOG_ENTRY, FAULT_ENTRY, FAULT_ENTRY, FAULT_ENTRY, FAULT_ENTRY}};
