/* The SDK on the host: ports that a test steers, and memory that outlives a simulated reset. */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>
#include <stdint.h>

extern uint32_t host_uptime_ms;
extern uint32_t host_random;
extern uint16_t host_reset_reason; /* what host_reset_raw means where it is not 0, which means nothing */
extern uint32_t host_reset_raw;    /* the register; a start clears it, also for the ones after it */
extern void (*host_interrupt)(void); /* what comes in between while a start asks for the reset cause; NULL: nothing */

/* The firmware's build id. */
#ifndef HOST_BUILD_ID_SIZE
#define HOST_BUILD_ID_SIZE 20
#endif
extern uint8_t *const host_build;

/* NULL: not known yet. */
extern const char *host_version;
extern const char *host_hardware;

/* NOINIT_LINEAGE_STORE only: the stored lineage. Called once before the first process. */
void *host_flash(void);

/* What host_run gives of a process that reset the chip. */
#define HOST_RESET_EXIT 3

/* What the register says at the next start; and at one where RAM holds anything. */
void host_reset(uint16_t reason, uint32_t raw);
void host_power_on(void);

/* Runs `code` in a process of its own, which starts with the retained memory as the last one left it; gives its exit code. */
int host_run(int (*code)(void));

/* The same, and the process ends behind its n-th store into retained memory; false if there were fewer. */
bool host_run_until_store(unsigned n, int (*code)(void));

/* The retained memory, to be kept, compared, put back and damaged. */
uint32_t host_retained_size(void);
uint8_t *host_retained(void);

#endif
