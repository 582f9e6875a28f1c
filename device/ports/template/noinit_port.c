/*
 * The functions of noinit/port.h for your chip: copy this file, replace what says REPLACE. Leave one out and the linker names it.
 */
#include "noinit/port.h"

#include "noinit/reboot.h"

/* REPLACE: your tick, in milliseconds since this start. Called from threads, interrupts and the fault handler: no locks, no waiting. */
extern volatile uint32_t my_tick_ms;

uint32_t noinit_port_uptime_ms(void)
{
    return my_tick_ms;
}

/*
 * REPLACE: mix what differs between two devices (a unique id) with what differs between two power-ons of one device: a random number
 * generator, or a ring oscillator's bit read 32 times, or RAM that nobody has written yet. A constant here makes two lives of
 * the device look like one.
 */
extern uint32_t my_random_number(void);

uint32_t noinit_port_random(void)
{
    return my_random_number();
}

/*
 * REPLACE: the reset-cause register. Most specific bit first: a watchdog reset often sets the pin bit as well. The addresses and bits here are STM32F4's RCC_CSR.
 */
#define RESET_CAUSE (*(volatile uint32_t *)0x40023874u)
#define RESET_CAUSE_CLEAR (1u << 24)

uint32_t noinit_port_reset_cause_read(void)
{
    return RESET_CAUSE;
}

void noinit_port_reset_cause_clear(void)
{
    RESET_CAUSE |= RESET_CAUSE_CLEAR;
}

uint16_t noinit_port_reset_cause_decode(uint32_t raw)
{
    static const struct {
        uint32_t bit;
        uint16_t reason;
    } REASONS[] = {
        {1u << 31, NOINIT_REASON_LOW_POWER_WAKE}, {1u << 30, NOINIT_REASON_WATCHDOG},       {1u << 29, NOINIT_REASON_WATCHDOG},
        {1u << 28, NOINIT_REASON_SOFTWARE_RESET}, {1u << 27, NOINIT_REASON_POWER_ON},       {1u << 25, NOINIT_REASON_BROWN_OUT},
        {1u << 26, NOINIT_REASON_PIN_RESET},
    };
    for (uint32_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++) {
        if ((raw & REASONS[i].bit) != 0) {
            return REASONS[i].reason;
        }
    }
    return NOINIT_REASON_UNKNOWN;
}

/* Cortex-M: a system reset request. Called from the fault handler. */
_Noreturn void noinit_port_reset(void)
{
    __asm__ volatile("dsb" : : : "memory");
    *(volatile uint32_t *)0xe000ed0cu = 0x05fa0004u;
    for (;;) {
    }
}

/* REPLACE: what this firmware and this board call themselves, at most 64 bytes each. */
const char *noinit_port_version(void)
{
    return "0.0.0";
}

const char *noinit_port_hardware(void)
{
    return "";
}
