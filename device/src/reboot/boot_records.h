/* Boot and reboot records on their way to the server (docs/formats/reboot.md), and what is retained to write the next one. */
#ifndef NOINIT_REBOOT_BOOT_RECORDS_H
#define NOINIT_REBOOT_BOOT_RECORDS_H

#include "core/head.h"

/* Why the chip says it was reset: for this start, or for an earlier one that was cut short before it could say so. */
typedef struct {
    uint16_t reason;
    uint32_t raw;
} noinit_boot_cause_t;

/* All of these: noinit_init only, in this order. */
void noinit_boot_records_recover(void);
noinit_boot_cause_t noinit_boot_cause(void);

/* Writes the reboot record of the boot that `noinit_head` still names; gives the reason that counts. */
uint16_t noinit_boot_records_close(const noinit_boot_cause_t *cause);

/* Writes the boot record of the one that `noinit_head` names by now. */
void noinit_boot_records_open(const noinit_boot_cause_t *cause, bool is_whole);

/* After the head was published: what was retained for the boot before is over. */
void noinit_boot_records_begin(void);

/* Records that wait, oldest first, each an entry. For the packetizer. */
extern const noinit_ring_t noinit_boot_ring;

#endif
