/* Boot and reboot records (docs/formats/reboot.md): written by a start, kept as words, and made into CBOR each time they are sent. */
#ifndef NOINIT_REBOOT_BOOT_RECORDS_H
#define NOINIT_REBOOT_BOOT_RECORDS_H

#include "core/head.h"

/* Head 21; a map of 17 numbers 94; or 9 numbers 50, build id 35, texts. */
#define NOINIT_BOOT_RECORD_MAX (21u + 50u + 35u + 2u * (3u + NOINIT_BOOT_TEXT_BYTES))

/*
 * Start-up only. Asks why the chip was reset; writes the records of the boot that `noinit_head` names and of the one that begins; makes
 * `noinit_head` that one's, to be published.
 */
void noinit_boot_records_write(const noinit_build_id_t *build, bool is_whole);

/*
 * The oldest record that waits, into `cbor`, which holds NOINIT_BOOT_RECORD_MAX. False where there is none, or where it is the running
 * boot's and the port does not know its version yet (noinit_boot_is_held). For the packetizer.
 */
bool noinit_boot_records_pending(noinit_cbor_t *cbor);

/* It waits no more. */
void noinit_boot_records_release(void);

/* The running boot's record waits again. */
void noinit_boot_records_repeat(void);

/* What the chip said at this start, decoded, also where retained RAM was lost and nothing was closed. After noinit_init. Any context. */
uint16_t noinit_boot_hardware(void);

/* Nothing of this boot may be sent: its record comes first, and waits for noinit_boot_collect. */
#if NOINIT_BOOT_DEFERRED
extern bool noinit_boot_is_held;
#else
#define noinit_boot_is_held false
#endif

#endif
