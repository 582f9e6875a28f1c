#include "noinit/reboot.h"

#include "core/crc.h"
#include "core/store.h"
#include "crash/crash_slot.h"
#include "log/clock.h"
#include "noinit/config.h"
#include "noinit/port.h"
#include "reboot/boot_records.h"

#define MARK_MAGIC 0x6b6d0000u /* with the reason in the low half; stored last */
#define CAUSE_MAGIC 0x61630000u

/* The longest version and hardware text that a record takes (docs/formats/reboot.md). */
#define TEXT_MAX 64u
/* Head 21, build id 35, two texts of 67, four numbers with keys 20, CRC elsewhere. */
#define RECORD_MAX 224u

/* Why the running boot will end, as the firmware itself says. Counts for the boot it names only, so that nothing has to be erased. */
typedef struct {
    uint32_t boot;
    uint32_t pc;
    uint32_t lr;
    uint32_t reason; /* MARK_MAGIC and the reason, or anything else: no mark */
} mark_t;

/* What the chip said, kept until the start that asked has written it down: asking clears the chip's register. */
typedef struct {
    uint32_t boot; /* that it ended */
    uint32_t raw;
    uint32_t reason; /* CAUSE_MAGIC and the reason, or anything else: not asked */
} cause_t;

/*
 * A record in the order of cells that it takes, from the first that is free; behind the last cell goes on the first, but no record. What
 * says that a record begins in a cell is its CRC, which is stored last: nothing else has to be kept, and any bytes may stand there.
 */
#define CELL 8u
#define RECORD_SEED 0x4345524eu /* NREC */
typedef struct {
    uint32_t crc;    /* of the rest */
    uint16_t number; /* the oldest has the lowest */
    uint16_t size;
    uint8_t bytes[];
} record_t;

typedef struct {
    mark_t mark;
    cause_t cause;
    _Alignas(CELL) uint8_t records[NOINIT_REBOOT_CAPACITY];
} memory_t;
NOINIT_RETAINED_AS("5.records") static memory_t memory;

static uint32_t crc_of(const record_t *record)
{
    return noinit_crc32(RECORD_SEED, &record->number, 4u + record->size);
}

static record_t *record_at(uint32_t offset)
{
    return (record_t *)(void *)(memory.records + offset);
}

/* The record with the lowest number (`sign` 1) or the highest (-1); NULL if there is none. */
static record_t *find_record(int32_t sign)
{
    record_t *found = NULL;
    for (uint32_t offset = 0; offset < NOINIT_REBOOT_CAPACITY; offset += CELL) {
        record_t *record = record_at(offset);
        if (record->size - 1u < RECORD_MAX && offset + sizeof *record + record->size <= NOINIT_REBOOT_CAPACITY && record->crc == crc_of(record) &&
            (found == NULL || (int16_t)(record->number - found->number) * sign < 0)) {
            found = record;
        }
    }
    return found;
}

static void append_record(const noinit_cbor_t *cbor)
{
    const record_t *newest = find_record(-1);
    uint32_t offset = 0;
    uint32_t number = 0;
    if (newest != NULL) {
        offset = ((uint32_t)((const uint8_t *)newest - memory.records) + (uint32_t)sizeof *newest + newest->size + CELL - 1u) & ~(CELL - 1u);
        number = newest->number + 1u;
    }
    if (offset + sizeof *newest + cbor->size > NOINIT_REBOOT_CAPACITY) {
        offset = 0;
    }
    /* An old record's CRC goes first: a reset among these stores leaves none here rather than a mixed one. */
    record_t *record = record_at(offset);
    NOINIT_STORE(record->crc, ~record->crc);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(record->number, (uint16_t)number);
    NOINIT_STORE(record->size, (uint16_t)cbor->size);
    for (uint32_t i = 0; i < cbor->size; i++) {
        NOINIT_STORE(record->bytes[i], cbor->data[i]);
    }
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(record->crc, crc_of(record));
    NOINIT_ARCH_FLUSH(record, sizeof *record + record->size);
}

uint32_t noinit_boot_records_pending(const uint8_t **bytes)
{
    const record_t *oldest = find_record(1);
    if (oldest == NULL) {
        return 0;
    }
    *bytes = oldest->bytes;
    return oldest->size;
}

void noinit_boot_records_release(void)
{
    record_t *oldest = find_record(1);
    if (oldest != NULL) {
        NOINIT_STORE(oldest->crc, ~oldest->crc);
        NOINIT_ARCH_FLUSH(oldest, sizeof *oldest);
    }
}

static bool is_marked(void)
{
    return (memory.mark.reason & 0xffff0000u) == MARK_MAGIC && memory.mark.boot == noinit_head.origin.key.boot;
}

void noinit_reboot_mark_from(uint16_t reason, uint32_t pc, uint32_t lr)
{
    noinit_alive();
    const uint32_t lock = noinit_arch_lock();
    if (noinit_is_open && !is_marked()) {
        /* An old mark's magic goes first: a reset among these stores leaves no mark rather than a mixed one. */
        NOINIT_STORE(memory.mark.reason, 0u);
        NOINIT_ARCH_PUBLISH();
        NOINIT_STORE(memory.mark.boot, noinit_head.origin.key.boot);
        NOINIT_STORE(memory.mark.pc, pc & ~1u);
        NOINIT_STORE(memory.mark.lr, lr);
        NOINIT_ARCH_FLUSH(&memory.mark, sizeof memory.mark);
        NOINIT_ARCH_PUBLISH();
        NOINIT_STORE(memory.mark.reason, MARK_MAGIC | reason);
        NOINIT_ARCH_FLUSH(&memory.mark, sizeof memory.mark);
    }
    noinit_arch_unlock(lock);
}

void noinit_alive(void)
{
    /* Before noinit_init the word still speaks of the boot before. */
    if (noinit_is_open) {
        NOINIT_STORE(noinit_last_seen.uptime, noinit_port_uptime_ms());
        NOINIT_ARCH_FLUSH(&noinit_last_seen, sizeof noinit_last_seen);
        noinit_log_clock_alive();
    }
}

uint32_t noinit_reboot_unexpected_count(void)
{
    return noinit_head.unexpected;
}

uint16_t noinit_boot_cause(void)
{
    if ((memory.cause.reason & 0xffff0000u) != CAUSE_MAGIC || memory.cause.boot != noinit_head.origin.key.boot) {
        NOINIT_STORE(memory.cause.reason, 0u);
        NOINIT_STORE(memory.cause.boot, noinit_head.origin.key.boot);
        NOINIT_STORE(memory.cause.raw, noinit_port_reset_cause_read());
        NOINIT_ARCH_FLUSH(&memory.cause, sizeof memory.cause);
        NOINIT_ARCH_PUBLISH();
        NOINIT_STORE(memory.cause.reason, CAUSE_MAGIC | noinit_port_reset_cause_decode(memory.cause.raw));
        NOINIT_ARCH_FLUSH(&memory.cause, sizeof memory.cause);
        noinit_port_reset_cause_clear();
    }
    return (uint16_t)memory.cause.reason;
}

static void put_hardware(noinit_cbor_t *cbor)
{
    noinit_cbor_byte(cbor, 1);
    noinit_cbor_byte(cbor, NOINIT_CBOR_ARRAY | 2u);
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, memory.cause.reason & 0xffffu);
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, memory.cause.raw);
}

static void put_mark(noinit_cbor_t *cbor)
{
    noinit_cbor_byte(cbor, 3);
    noinit_cbor_byte(cbor, NOINIT_CBOR_ARRAY | 3u);
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, memory.mark.reason & 0xffffu);
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, memory.mark.pc);
    noinit_cbor_head(cbor, NOINIT_CBOR_UINT, memory.mark.lr);
}

uint16_t noinit_boot_records_close(void)
{
    const bool has_mark = is_marked();
    uint16_t reason = (uint16_t)memory.cause.reason;
    if (has_mark) {
        reason = (uint16_t)memory.mark.reason;
    } else if (noinit_crash_slot_is_open()) {
        reason = NOINIT_REASON_CAPTURE_FAILED;
    }

    uint8_t bytes[RECORD_MAX];
    noinit_cbor_t cbor = {.data = bytes, .capacity = sizeof bytes};
    noinit_record_head(&cbor, NOINIT_RECORD_REBOOT, &noinit_head.origin, noinit_head.sequence);
    noinit_cbor_byte(&cbor, NOINIT_CBOR_MAP | (has_mark ? 4u : 3u));
    noinit_cbor_pair(&cbor, 0, reason);
    put_hardware(&cbor);
    noinit_cbor_pair(&cbor, 2, noinit_last_seen.boot == noinit_head.origin.key.boot ? noinit_last_seen.uptime : 0u);
    if (has_mark) {
        put_mark(&cbor);
    }
    append_record(&cbor);
    return reason;
}

static void put_text(noinit_cbor_t *cbor, uint8_t key, const char *text)
{
    uint32_t size = 0;
    while (size < TEXT_MAX && text[size] != '\0') {
        size++;
    }
    noinit_cbor_byte(cbor, key);
    noinit_cbor_string(cbor, NOINIT_CBOR_TEXT, text, size);
}

void noinit_boot_records_open(const noinit_build_id_t *build, bool is_whole)
{
    uint8_t bytes[RECORD_MAX];
    noinit_cbor_t cbor = {.data = bytes, .capacity = sizeof bytes};
    noinit_record_head(&cbor, NOINIT_RECORD_BOOT, &noinit_head.origin, 0);
    noinit_cbor_byte(&cbor, NOINIT_CBOR_MAP | 6u);
    noinit_cbor_byte(&cbor, 0);
    noinit_cbor_string(&cbor, NOINIT_CBOR_BYTES, build->bytes, build->size);
    put_text(&cbor, 1, noinit_port_version());
    noinit_cbor_pair(&cbor, 2, memory.cause.raw);
    noinit_cbor_byte(&cbor, 3);
    noinit_cbor_byte(&cbor, is_whole ? NOINIT_CBOR_TRUE : NOINIT_CBOR_FALSE);
    noinit_cbor_pair(&cbor, 4, noinit_head.unexpected);
    put_text(&cbor, 5, noinit_port_hardware());
    append_record(&cbor);
}

void noinit_boot_records_begin(void)
{
    /* The value first: with the old boot's number on it, it counts for neither. */
    NOINIT_STORE(noinit_last_seen.uptime, 0u);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(noinit_last_seen.boot, noinit_head.origin.key.boot);
}
