#include "reboot/boot_records.h"

#include <stddef.h>

#include "core/crc.h"
#include "core/store.h"
#include "crash/crash_slot.h"
#include "log/clock.h"
#include "noinit/bootloader.h"
#include "noinit/port.h"
#include "noinit/reboot.h"
#include "reboot/boot_place.h"

NOINIT_RETAINED_AS("3.boots") static noinit_boot_place_t places[NOINIT_BOOTS];
noinit_boot_place_t *noinit_boot_now;
#if NOINIT_BOOT_DEFERRED
bool noinit_boot_is_held;
#endif

/* What the chip said, kept until the start that asked has written it down: asking clears the chip's register. */
typedef struct {
    uint32_t raw;
    uint32_t check; /* with the boot that it ended */
} cause_t;
NOINIT_RETAINED_AS("2.cause") static cause_t cause;
/* In every image, so that none has anything else there. */
NOINIT_RETAINED_AS("0.stash") __attribute__((used)) static noinit_stash_t stash;

noinit_boot_place_t *noinit_boot_place(uint32_t boot)
{
    return &places[boot % NOINIT_BOOTS];
}

enum { BOOT, REBOOT };

#if NOINIT_BOOT_DEFERRED
#define BOOT_END offsetof(noinit_boot_place_t, text_size)
#else
#define BOOT_END offsetof(noinit_boot_place_t, text_check)
#endif

static uint32_t check_of(const noinit_boot_place_t *place, uint32_t record)
{
    const uint32_t start = record == BOOT ? offsetof(noinit_boot_place_t, origin) : offsetof(noinit_boot_place_t, reboot);
    const uint32_t end = record == BOOT ? BOOT_END : offsetof(noinit_boot_place_t, origin.build);
    return noinit_crc32(0, (const uint8_t *)place + start, end - start);
}

#if NOINIT_BOOT_DEFERRED
static uint32_t text_check_of(const noinit_boot_place_t *place)
{
    return noinit_crc32(place->origin.key.boot, &place->text_size, sizeof place->text_size + sizeof place->text);
}

/* Of a boot that ended before they were known they are empty. */
static void put_strings(noinit_cbor_t *cbor, const noinit_boot_place_t *place)
{
    static const uint8_t EMPTY[] = {NOINIT_BOOT_NUMBERS + 1, NOINIT_CBOR_TEXT, NOINIT_BOOT_NUMBERS + 2, NOINIT_CBOR_TEXT};
    const bool has_text = place->text_check == text_check_of(place);
    noinit_cbor_raw(cbor, has_text ? place->text : EMPTY, has_text ? place->text_size : sizeof EMPTY);
}
#else
static void put_strings(noinit_cbor_t *cbor, const noinit_boot_place_t *place)
{
    noinit_cbor_raw(cbor, place->text, place->text_size);
}
#endif

/* The raw register is in retained RAM before it is cleared: a start that was cut in between has left it there for this one. */
static uint32_t take_cause(void)
{
    const uint32_t seed = ~noinit_head.origin.key.boot * 0x9e3779b1u; /* boots differ in many bits */
    if (cause.check != (cause.raw ^ seed)) {
        uint32_t raw = noinit_port_reset_cause_read();
#if NOINIT_BOOTLOADER_STASH
        if (raw == 0 && stash.magic == NOINIT_STASH_MAGIC && stash.check == ~stash.raw) {
            raw = stash.raw;
        }
#endif
        NOINIT_STORE(cause.raw, raw);
        NOINIT_ARCH_PUBLISH();
        NOINIT_STORE(cause.check, raw ^ seed);
        NOINIT_ARCH_FLUSH(&cause, sizeof cause);
    }
    noinit_port_reset_cause_clear();
#if NOINIT_BOOTLOADER_STASH
    NOINIT_STORE(stash.magic, 0u);
    NOINIT_ARCH_FLUSH(&stash, sizeof stash);
#endif
    return cause.raw;
}

/* The place of the boot that `noinit_head` names, with nothing in it that it did not say itself. */
static noinit_boot_place_t *open_place(void)
{
    noinit_boot_place_t *place = noinit_boot_place(noinit_head.origin.key.boot);
    for (uint32_t i = 0; i < NOINIT_REBOOT_NUMBERS; i++) {
        NOINIT_STORE(place->reboot[i], 0u);
    }
    NOINIT_STORE(place->origin.key.lineage, noinit_head.origin.key.lineage);
    NOINIT_STORE(place->origin.key.boot, noinit_head.origin.key.boot);
    return place;
}

/* The reboot record; docs/formats/reboot.md has the rules. All of it comes out the same when a start that was cut is done again. */
static void close_boot(uint32_t raw)
{
    noinit_boot_place_t *place = noinit_boot_place(noinit_head.origin.key.boot);
    const noinit_boot_key_t *key = &noinit_head.origin.key;
    if (place->origin.key.boot != key->boot || place->origin.key.lineage != key->lineage) {
        place = open_place(); /* damaged, or of another configuration */
    }
    uint32_t *numbers = place->reboot;
    uint32_t hardware = noinit_port_reset_cause_decode(raw);
    if (hardware == 0) {
        hardware = NOINIT_REASON_UNKNOWN; /* 0 is no reason */
    }
    const uint32_t later = noinit_mark_that_counts(place, 1);
    uint32_t reason = noinit_reason_marked(place);
    if (reason == 0) {
        reason = hardware;
    }
    if (noinit_crash_slot_is_open()) {
        reason = NOINIT_REASON_CAPTURE_FAILED;
    }
    const uint32_t unexpected = (reason | later) >> 15 & 1u; /* NOINIT_REASON_UNEXPECTED */
    NOINIT_STORE(numbers[NOINIT_REBOOT_REASON], reason);
    NOINIT_STORE(numbers[NOINIT_REBOOT_HARDWARE], hardware);
    NOINIT_STORE(numbers[NOINIT_REBOOT_RAW], raw);
    NOINIT_STORE(numbers[NOINIT_REBOOT_UNEXPECTED], unexpected);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(place->checks[REBOOT], check_of(place, REBOOT));
    NOINIT_ARCH_FLUSH(place, sizeof *place);

    uint32_t *counts = noinit_head.counts;
    if (hardware == NOINIT_REASON_POWER_ON) {
        counts[NOINIT_COUNT_UNEXPECTED] = 0;
    }
    for (uint32_t i = NOINIT_COUNT_UNEXPECTED; i <= NOINIT_COUNT_UNHEALTHY; i++) {
        counts[i] += unexpected;
    }
    const uint32_t uptime = numbers[NOINIT_REBOOT_UPTIME];
    counts[NOINIT_COUNT_OPERATING] += uptime;
    counts[NOINIT_COUNT_OPERATING + 1] += numbers[NOINIT_REBOOT_UPTIME + 1] + (counts[NOINIT_COUNT_OPERATING] < uptime ? 1u : 0u);
}

static void put_text(noinit_cbor_t *cbor, uint8_t key, const char *text)
{
    uint32_t size = 0;
    while (text != NULL && size < NOINIT_BOOT_TEXT_BYTES && text[size] != '\0') {
        size++;
    }
    noinit_cbor_byte(cbor, key);
    noinit_cbor_string(cbor, NOINIT_CBOR_TEXT, text, size);
}

/* Version and hardware; where the port does not know them yet, the boot is held. */
static void put_texts(noinit_boot_place_t *place)
{
    const char *version = noinit_port_version();
    const char *hardware = noinit_port_hardware();
#if NOINIT_BOOT_DEFERRED
    noinit_boot_is_held = version == NULL || hardware == NULL;
    if (noinit_boot_is_held) {
        return;
    }
#endif
    noinit_cbor_t cbor = {.data = place->text, .capacity = sizeof place->text};
    put_text(&cbor, NOINIT_BOOT_NUMBERS + 1, version);
    put_text(&cbor, NOINIT_BOOT_NUMBERS + 2, hardware);
    NOINIT_STORE(place->text_size, cbor.size);
#if NOINIT_BOOT_DEFERRED
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(place->text_check, text_check_of(place));
    NOINIT_ARCH_FLUSH(place, sizeof *place);
#endif
}

void noinit_boot_records_write(const noinit_build_id_t *build, bool is_whole)
{
    const uint32_t raw = take_cause();
    if (is_whole) {
        close_boot(raw);
    } else {
        noinit_head_begin();
    }
    noinit_head_t *head = &noinit_head;
    head->origin.key.boot++;
    noinit_boot_place_t *place = open_place();
    noinit_boot_now = place;
    NOINIT_STORE(place->boot[NOINIT_BOOT_RAW], raw);
    NOINIT_STORE(place->boot[NOINIT_BOOT_IS_WHOLE], is_whole);
    for (uint32_t i = 0; i < NOINIT_COUNTS; i++) {
        NOINIT_STORE(place->boot[NOINIT_BOOT_COUNTS + i], head->counts[i]);
    }
    NOINIT_STORE(place->boot[NOINIT_BOOT_LAYOUT], NOINIT_LAYOUT);
    NOINIT_STORE(place->boot[NOINIT_BOOT_FREQUENCY], NOINIT_LOG_CLOCK ? noinit_log_frequency() : 0u);
    NOINIT_STORE(place->build_size, build->size);
    uint8_t *bytes = place->origin.build;
    for (uint32_t i = 0; i < sizeof build->bytes; i++) {
        NOINIT_STORE(bytes[i], build->bytes[i]);
    }
    head->origin = place->origin;
    put_texts(place);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(place->checks[BOOT], check_of(place, BOOT));
    NOINIT_ARCH_FLUSH(place, sizeof *place);
}

/* No record waits. Asking costs a CRC-32 of every place, and the packetizer asks whenever it has nothing to send. */
static bool is_all_out;

/* The oldest record that waits; false where there is none. */
static bool find_waiting(noinit_boot_place_t **place, uint32_t *record)
{
    if (is_all_out) {
        return false;
    }
    for (uint32_t i = 2; i < 2u * NOINIT_BOOTS + 2u; i++) {
        *place = noinit_boot_place(noinit_head.origin.key.boot + i / 2u);
        *record = i % 2u;
        if ((*place)->checks[i % 2u] == check_of(*place, i % 2u)) {
            return true;
        }
    }
    is_all_out = true;
    return false;
}

/* A map of the numbers that are not 0 by their keys, and of so many more pairs behind them. */
static void put_numbers(noinit_cbor_t *cbor, const uint32_t *numbers, uint32_t count, uint32_t more)
{
    uint32_t pairs = more;
    for (uint32_t i = 0; i < count; i++) {
        pairs += numbers[i] != 0 ? 1u : 0u;
    }
    noinit_cbor_byte(cbor, (uint8_t)(NOINIT_CBOR_MAP | pairs));
    for (uint32_t i = 0; i < count; i++) {
        if (numbers[i] != 0) {
            noinit_cbor_pair(cbor, (uint8_t)i, numbers[i]);
        }
    }
}

bool noinit_boot_records_pending(noinit_cbor_t *cbor)
{
    noinit_boot_place_t *place;
    uint32_t record;
    if (!find_waiting(&place, &record)) {
        return false;
    }
    if (record == REBOOT) {
        noinit_record_head(cbor, NOINIT_RECORD_REBOOT, &place->origin, NOINIT_SEQUENCE_REBOOT);
        put_numbers(cbor, place->reboot, NOINIT_REBOOT_NUMBERS, 0);
        return true;
    }
    if (noinit_boot_is_held && place == noinit_boot_now) {
        return false;
    }
    noinit_record_head(cbor, NOINIT_RECORD_BOOT, &place->origin, NOINIT_SEQUENCE_BOOT);
    put_numbers(cbor, place->boot, NOINIT_BOOT_NUMBERS, 3);
    noinit_cbor_byte(cbor, NOINIT_BOOT_NUMBERS);
    noinit_cbor_string(cbor, NOINIT_CBOR_BYTES, place->origin.build, place->build_size);
    put_strings(cbor, place);
    return true;
}

static void count_out(noinit_boot_place_t *place, uint32_t record, uint32_t step)
{
    NOINIT_STORE(place->checks[record], place->checks[record] + step);
    NOINIT_ARCH_FLUSH(place, sizeof *place);
}

void noinit_boot_records_release(void)
{
    noinit_boot_place_t *place;
    uint32_t record;
    if (find_waiting(&place, &record)) {
        count_out(place, record, 1u);
    }
}

void noinit_boot_records_repeat(void)
{
    if (noinit_boot_now->checks[BOOT] == check_of(noinit_boot_now, BOOT) + 1u) {
        count_out(noinit_boot_now, BOOT, ~0u);
        is_all_out = false;
    }
}

#if NOINIT_BOOT_DEFERRED
noinit_result_t noinit_boot_collect(void)
{
    if (!noinit_is_open) {
        return NOINIT_ERR_NOT_STARTED;
    }
    if (noinit_boot_is_held) {
        put_texts(noinit_boot_now);
    }
    return noinit_boot_is_held ? NOINIT_ERR_NOT_READY : NOINIT_OK;
}
#endif

uint16_t noinit_boot_hardware(void)
{
    return noinit_port_reset_cause_decode(noinit_boot_now->boot[NOINIT_BOOT_RAW]);
}

bool noinit_reboot_last(noinit_reboot_t *reboot)
{
    if (!noinit_is_open || noinit_boot_now->boot[NOINIT_BOOT_IS_WHOLE] == 0) {
        return false;
    }
    const uint32_t *numbers = noinit_boot_place(noinit_boot_now->origin.key.boot - 1u)->reboot;
    reboot->reason = (uint16_t)numbers[NOINIT_REBOOT_REASON];
    reboot->hardware = (uint16_t)numbers[NOINIT_REBOOT_HARDWARE];
    reboot->raw = numbers[NOINIT_REBOOT_RAW];
    reboot->is_unexpected = numbers[NOINIT_REBOOT_UNEXPECTED] != 0;
    reboot->uptime_ms = numbers[NOINIT_REBOOT_UPTIME];
    return true;
}
