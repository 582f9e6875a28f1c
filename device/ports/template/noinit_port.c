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
 * The lineage: 32 bits that differ between two devices and between two lives of one. Three sources are mixed, because each of them alone can
 * fail: a generator that was not ready, boards without an id, RAM that powers up the same. Called once, and only where retained RAM was lost.
 */
#define REGISTER(address) (*(volatile uint32_t *)(address))

static uint32_t mix(uint32_t sum, uint32_t word)
{
    sum = (sum ^ word) * 0x9e3779b1u;
    return sum ^ sum >> 15;
}

/*
 * REPLACE: the chip's random number generator. This one is an STM32F4's; its 48 MHz must run. A generator that does not get ready in time
 * gives what it has, and the other sources remain. A chip with a ring oscillator instead, as the RP2040, reads its bit often:
 *
 *     for (uint32_t i = 0; i < 256u; i++) {
 *         sum = mix(sum, REGISTER(0x4006001cu)); // ROSC_RANDOMBIT: neighbouring bits are alike, hence so many
 *     }
 */
static uint32_t mix_generator(uint32_t sum)
{
    REGISTER(0x40023834u) |= 1u << 6; /* RCC_AHB2ENR: RNGEN */
    REGISTER(0x50060800u) = 1u << 2;  /* RNG_CR: RNGEN */
    for (uint32_t tries = 0; tries < 1000u && (REGISTER(0x50060804u) & 1u) == 0; tries++) {
    }
    return mix(sum, REGISTER(0x50060808u)); /* RNG_DR */
}

/* REPLACE: the unique id; an STM32F4's 96 bits. A serial number in flash will do. */
static uint32_t mix_unique_id(uint32_t sum)
{
    for (uint32_t i = 0; i < 3u; i++) {
        sum = mix(sum, REGISTER(0x1fff7a10u + 4u * i));
    }
    return sum;
}

/* Linker script. What stands there after power-up nobody wrote. Leave it out where RAM has ECC: it may not be read then. */
extern volatile uint32_t __noinit_start[], __noinit_end[];

static uint32_t mix_power_up_ram(uint32_t sum)
{
    for (volatile uint32_t *word = __noinit_start; word < __noinit_end; word++) {
        sum = mix(sum, *word);
    }
    return sum;
}

uint32_t noinit_port_random(void)
{
    return mix_power_up_ram(mix_unique_id(mix_generator(0)));
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

/*
 * REPLACE: what this firmware and this board call themselves; NOINIT_BOOT_TEXT_BYTES of each are taken. With NOINIT_BOOT_DEFERRED=1 NULL means
 * not known yet: noinit_boot_collect asks again.
 */
const char *noinit_port_version(void)
{
    return "0.0.0";
}

const char *noinit_port_hardware(void)
{
    return "";
}
