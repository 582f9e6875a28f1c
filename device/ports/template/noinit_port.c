/*
 * The functions of noinit/port.h for your chip: copy this file, replace what says REPLACE. Leave one out and the linker names it.
 */
#include "noinit/port.h"

#include "../reset_cause/stm32.h" /* REPLACE */

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
 * REPLACE: why the chip was reset. ports/reset_cause has a header for many families; this one is for an STM32F4. The SDK calls the three at
 * noinit_init, in this order, and keeps what the first gives before the second clears it.
 */
uint32_t noinit_port_reset_cause_read(void)
{
    return noinit_reset_cause_stm32f4_read();
}

void noinit_port_reset_cause_clear(void)
{
    noinit_reset_cause_stm32f4_clear();
}

uint16_t noinit_port_reset_cause_decode(uint32_t raw)
{
    return noinit_reset_cause_stm32f4(raw);
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
