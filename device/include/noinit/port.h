/*
 * What an integrator writes. All are plain undefined functions: a forgotten one is a link error that names it.
 * ports/template has a commented starting point.
 */
#ifndef NOINIT_PORT_H
#define NOINIT_PORT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Milliseconds since this start. Called from any context, also from the fault handler. */
uint32_t noinit_port_uptime_ms(void);

/* 32 bits that differ between two power-ons of the same device and between two devices. Called once a lineage, at noinit_init. */
uint32_t noinit_port_random(void);

/*
 * Why the chip says it was reset. Called once, early in noinit_init; stores the raw register through `raw`, clears the register
 * only after that, and gives a NOINIT_REASON_ value.
 */
uint16_t noinit_port_reset_cause(uint32_t *raw);

/* Resets the chip, RAM kept. Never returns. Called from the fault handler. */
__attribute__((noreturn)) void noinit_port_reset(void);

/* The version and hardware revision this firmware calls itself, at most 64 bytes each; may be empty, not NULL. */
const char *noinit_port_version(void);
const char *noinit_port_hardware(void);

/*
 * NOINIT_RAM_ECC only: whether retained RAM may hold words that nobody wrote since power-on, which fault when they are read. Asked once,
 * before anything there is read; all of it is then filled with zeros.
 */
bool noinit_port_ram_is_unwritten(void);

#ifdef __cplusplus
}
#endif

#endif
