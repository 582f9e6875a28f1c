/*
 * The retained head: which lineage and boot this is, and the numbers already given away.
 *
 * Two copies, each closed by its CRC; a change is written into the older one, CRC last, and counts from that store on. A reset in
 * between leaves the other copy, which is the state before the change.
 */
#ifndef NOINIT_CORE_HEAD_H
#define NOINIT_CORE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cbor.h"
#include "core/ring.h"
#include "noinit/config.h"

typedef struct {
    uint32_t generation; /* the copy with the later one counts */
    noinit_origin_t origin; /* this boot, and its firmware */
    uint32_t sequence;   /* of the next record; counts through the lineage */
    uint32_t messages;   /* given message ids */
    uint32_t counts[5]; /* in the order of the boot record's keys from 2 on */
} noinit_head_t;

#define NOINIT_COUNT_UNEXPECTED 0u /* reboots since power-on or noinit_reboot_unexpected_clear */
#define NOINIT_COUNT_CRASHES 1u    /* of the lineage */
#define NOINIT_COUNT_UNHEALTHY 2u  /* since the firmware was healthy */
#define NOINIT_COUNT_OPERATING 3u  /* milliseconds that ended boots ran, low half; the high one follows */
#define NOINIT_COUNTS 5u

/* Of this struct and all of docs/formats/retained.md. */
#define NOINIT_LAYOUT 1u

/* The head as it is; changes count once they are published. */
extern noinit_head_t noinit_head;

/* Whether the start-up work is done: before, nothing is recorded. Any context. */
extern bool noinit_is_open;

/*
 * The start-up work of this core (init.c): noinit_init and noinit_init_core do it, or the first log call before them. True: its ring takes
 * entries, now or since before. False: another context of this core is at it, the first core has not done its own, or it failed; the line is
 * lost, and counted. Any context.
 */
bool noinit_start(void);

/* Loads the newest whole copy; false if there is none. noinit_init only. */
bool noinit_head_recover(void);

/* Where there was none: opens a lineage, or goes on with the stored one. noinit_init only. */
void noinit_head_begin(void);

#if NOINIT_LINEAGE_STORE
/* lineage.c: the stored lineage into `noinit_head`, or a new one; and this boot's number into the store, before anybody may learn it. */
void noinit_lineage_load(void);
void noinit_lineage_keep(void);
#endif

/* Stores what `noinit_head` holds, under the next generation. Locked, or noinit_init. */
void noinit_head_publish(void);

/* A number given once in a lineage. Any context. */
uint32_t noinit_head_take_message_id(void);

/* The firmware's GNU build id in its ELF note, put at __noinit_build_id by the linker (--build-id). */
typedef struct {
    uint32_t name_size;
    uint32_t size; /* of the build id, 8 to 32 */
    uint32_t type;
    uint8_t name[4];
    uint8_t bytes[32];
} noinit_build_id_t;

/* NULL where the note is not one. */
const noinit_build_id_t *noinit_build_id(void);

/* The number of a record of this lineage, from 1: given once. Any context. */
uint32_t noinit_head_take_sequence(void);

/*
 * A record's head (docs/formats/record.md). What may outlive the firmware that wrote it says its build as well. The sequence of any but
 * these is a taken one.
 */
#define NOINIT_SEQUENCE_BOOT 0u
#define NOINIT_SEQUENCE_REBOOT 0xfffffffeu
#define NOINIT_RECORD_BOOT 1u
#define NOINIT_RECORD_REBOOT 2u
#define NOINIT_RECORD_CRASH 3u
#define NOINIT_RECORD_LOG 4u
void noinit_record_head(noinit_cbor_t *cbor, uint32_t kind, const noinit_origin_t *origin, uint32_t sequence);

#endif
