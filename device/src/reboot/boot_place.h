/*
 * What is retained of a boot, in one place from its start until both of its records are acknowledged: docs/formats/reboot.md. The start
 * opens it, signs of life and marks go into it while the boot runs, and the next start closes it.
 */
#ifndef NOINIT_REBOOT_BOOT_PLACE_H
#define NOINIT_REBOOT_BOOT_PLACE_H

#include "core/head.h"

/* The numbers of both records by their keys: the reboot record's first, the boot record's from NOINIT_REBOOT_NUMBERS on. */
enum {
    NOINIT_REBOOT_REASON,
    NOINIT_REBOOT_HARDWARE,
    NOINIT_REBOOT_RAW,
    NOINIT_REBOOT_UNEXPECTED,
    NOINIT_REBOOT_MARKS, /* two of them */
    NOINIT_MARK_REASON = 0,
    NOINIT_MARK_PC,
    NOINIT_MARK_LR,
    NOINIT_MARK_UPTIME, /* milliseconds, low half */
    NOINIT_MARK_NUMBERS,
    NOINIT_REBOOT_UPTIME = NOINIT_REBOOT_MARKS + 2 * NOINIT_MARK_NUMBERS, /* milliseconds, low half and high half: the last one known */
    NOINIT_REBOOT_INTERVAL = NOINIT_REBOOT_UPTIME + 2,                    /* between the last two signs of life */
    NOINIT_REBOOT_TASK,
    NOINIT_REBOOT_PC,
    NOINIT_REBOOT_NUMBERS,
    NOINIT_BOOT_RAW = 0,
    NOINIT_BOOT_IS_WHOLE,
    NOINIT_BOOT_COUNTS,
    NOINIT_BOOT_LAYOUT = NOINIT_BOOT_COUNTS + NOINIT_COUNTS,
    NOINIT_BOOT_FREQUENCY,
    NOINIT_BOOT_NUMBERS,
    NOINIT_NUMBERS = NOINIT_REBOOT_NUMBERS + NOINIT_BOOT_NUMBERS
};

typedef struct {
    /* A record waits to be sent where the CRC-32 of its part is right; one is added to it when the record is out. */
    uint32_t checks[2]; /* of the boot record, and of the reboot record */
    uint32_t mark_checks[2]; /* CRC-32; stored behind its mark */
    /* The reboot record's part is from here to the build id, which is not in it. */
    uint32_t reboot[NOINIT_REBOOT_NUMBERS];
    /* The boot record's is from here to the end; without the texts where they have their own. */
    noinit_origin_t origin; /* with the first 8 bytes of the build id */
    uint8_t build[24];      /* with the others */
    uint32_t build_size;
    uint32_t boot[NOINIT_BOOT_NUMBERS];
    /* Version and hardware as CBOR; where they may be known later, with a CRC-32 of their own: until then they are empty. */
    uint32_t text_size;
    uint8_t text[2u * (3u + NOINIT_BOOT_TEXT_BYTES)];
    uint32_t text_check;
} noinit_boot_place_t;

/* Boots follow one another in a ring by their number: nothing has to be searched, and the oldest gives way. */
noinit_boot_place_t *noinit_boot_place(uint32_t boot);

/* The running boot's, once noinit_is_open. */
extern noinit_boot_place_t *noinit_boot_now;

/* The reason of mark 0 or 1, 0 where it is none or stale. One that is not whole is made one without a reason. Locked, or start-up. */
uint32_t noinit_mark_that_counts(noinit_boot_place_t *place, uint32_t i);

/* The reason of the first of them that counts; 0: neither. */
uint32_t noinit_reason_marked(noinit_boot_place_t *place);

#endif
