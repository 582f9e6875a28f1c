/* Boot and reboot records on their way to the server (docs/formats/reboot.md), and what is retained to write the next one. */
#ifndef NOINIT_REBOOT_BOOT_RECORDS_H
#define NOINIT_REBOOT_BOOT_RECORDS_H

#include "core/head.h"

/* All of these: start-up only, in this order. */

/* Asks the chip why it was reset, unless an earlier start did that was cut short before it could say so; gives the reason. */
uint16_t noinit_boot_cause(void);

/* Writes the reboot record of the boot that `noinit_head` still names; gives the reason that counts. */
uint16_t noinit_boot_records_close(void);

/* Writes the boot record of the one that `noinit_head` names by now. */
void noinit_boot_records_open(const noinit_build_id_t *build, bool is_whole);

/* After the head was published: what was retained for the boot before is over. */
void noinit_boot_records_begin(void);

/* The oldest record that waits, without its CRC-32; size 0 if there is none. And that it waits no more. For the packetizer. */
uint32_t noinit_boot_records_pending(const uint8_t **bytes);
void noinit_boot_records_release(void);

#endif
