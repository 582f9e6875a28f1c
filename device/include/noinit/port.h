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

/*
 * 32 bits that differ between two power-ons of the same device and between two devices: called where retained RAM was lost, at noinit_init.
 * A constant here makes two lives of a device look like one. ports/template mixes a random number generator or ring oscillator, the unique
 * id and what RAM held at power-up.
 */
uint32_t noinit_port_random(void);

/*
 * Why the chip says it was reset, in three steps that noinit_init takes once, early, and in this order: the raw register is read, kept in
 * retained RAM, cleared, and decoded into a NOINIT_REASON_ value. Several bits may be set together: decode the most specific first
 * (ports/reset_cause has tables for many families). Where reading clears, the second does nothing.
 */
uint32_t noinit_port_reset_cause_read(void);
void noinit_port_reset_cause_clear(void);
uint16_t noinit_port_reset_cause_decode(uint32_t raw);

/* Resets the chip, RAM kept. Never returns. Called from the fault handler. */
__attribute__((noreturn)) void noinit_port_reset(void);

/*
 * The version and hardware revision this firmware calls itself, may be empty; NOINIT_BOOT_TEXT_BYTES of each are taken. With
 * NOINIT_BOOT_DEFERRED=1 NULL means not known yet: noinit_boot_collect asks again.
 */
const char *noinit_port_version(void);
const char *noinit_port_hardware(void);

/*
 * NOINIT_RAM_ECC only: whether retained RAM may hold words that nobody wrote since power-on, which fault when they are read. Asked once,
 * before anything there is read; all of it is then filled with zeros.
 */
bool noinit_port_ram_is_unwritten(void);

/*
 * NOINIT_LINEAGE_STORE only: the lineage over power loss, in flash or EEPROM. `load` gives false where there is none; noinit checks what it
 * gives. `store` is called at each start, once. Thread only.
 */
typedef struct {
    uint32_t lineage;
    uint32_t boot;
    uint32_t crc;
} noinit_lineage_t;
bool noinit_port_lineage_load(noinit_lineage_t *lineage);
void noinit_port_lineage_store(const noinit_lineage_t *lineage);

/* Called by noinit_tick_entry (reboot.h) in the timer's interrupt, with the pc that it struck: clear the timer, then noinit_alive_at. */
void noinit_port_tick(uint32_t pc);

#ifdef __cplusplus
}
#endif

#endif
