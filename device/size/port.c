/* The smallest port there can be: its cost is in both programs. */
#include "noinit/port.h"

#include <stdbool.h>
#include <stddef.h>

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

__attribute__((used)) uint32_t noinit_port_reset_cause_read(void)
{
    return tick;
}

__attribute__((used)) void noinit_port_reset_cause_clear(void)
{
    tick = 0;
}

__attribute__((used)) uint16_t noinit_port_reset_cause_decode(uint32_t raw)
{
    return (uint16_t)raw;
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

#ifdef WITH_TICK
__attribute__((used)) void noinit_port_tick(uint32_t pc)
{
    noinit_alive_at(1, pc);
}
#endif

#if NOINIT_LINEAGE_STORE
__attribute__((used)) bool noinit_port_lineage_load(noinit_lineage_t *lineage)
{
    (void)lineage;
    return tick != 0;
}

__attribute__((used)) void noinit_port_lineage_store(const noinit_lineage_t *lineage)
{
    (void)lineage;
    tick++;
}
#endif

/* What a back end calls: the bytes go nowhere. */
void noinit_port_log_put(const uint8_t *bytes, uint32_t size);
__attribute__((used)) void noinit_port_log_put(const uint8_t *bytes, uint32_t size)
{
    (void)bytes;
    tick = size;
}

bool noinit_port_log_pause(void);
void *noinit_port_log_thread_start(void (*run)(void), uint32_t delay_ms);
void noinit_port_log_thread_wait(void);
void noinit_port_log_wake(void *thread);
__attribute__((used)) bool noinit_port_log_pause(void)
{
    return tick != 0;
}

__attribute__((used)) void *noinit_port_log_thread_start(void (*run)(void), uint32_t delay_ms)
{
    tick = delay_ms;
    run();
    return NULL;
}

__attribute__((used)) void noinit_port_log_thread_wait(void)
{
    tick++;
}

__attribute__((used)) void noinit_port_log_wake(void *thread)
{
    tick = (uint32_t)(uintptr_t)thread;
}

#ifdef __riscv
/* The GNU compiler for RISC-V comes without the functions that it calls by itself. */
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
__attribute__((used)) void *memcpy(void *to, const void *from, size_t size)
{
    volatile uint8_t *out = to;
    const uint8_t *in = from;
    for (size_t i = 0; i < size; i++) {
        out[i] = in[i];
    }
    return to;
}

__attribute__((used)) void *memset(void *to, int value, size_t size)
{
    volatile uint8_t *out = to;
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)value;
    }
    return to;
}
#endif

#if defined(WITH_CRASH)
#define FAULT_ENTRY noinit_fault_entry
#else
#define FAULT_ENTRY reset_entry
#endif
#if defined(WITH_WATCHDOG)
#define WATCHDOG_ENTRY noinit_watchdog_entry
#else
#define WATCHDOG_ENTRY reset_entry
#endif
#if defined(WITH_TICK)
#define TICK_ENTRY noinit_tick_entry
#else
#define TICK_ENTRY reset_entry
#endif

#ifdef __riscv
__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {reset_entry, FAULT_ENTRY, WATCHDOG_ENTRY, TICK_ENTRY};
#else
__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*entries[15])(void);
} vectors = {__stack, {reset_entry, WATCHDOG_ENTRY, FAULT_ENTRY, FAULT_ENTRY, FAULT_ENTRY, FAULT_ENTRY, TICK_ENTRY}};
#endif
