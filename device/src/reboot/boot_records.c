#include "reboot/boot_records.h"

#include <stddef.h>

#include "core/crc.h"
#include "core/store.h"
#include "crash/crash_slot.h"
#include "log/clock.h"
#include "noinit/bootloader.h"
#include "noinit/port.h"
#include "noinit/reboot.h"
#include "reboot/marks.h"

/* Keys of the reboot record. */
enum { REASON, HARDWARE, RAW, UNEXPECTED, MARKS, SIGN = MARKS + 2 * NOINIT_MARK_WORDS, REBOOT_WORDS = SIGN + NOINIT_SIGN_WORDS };
/* Keys of the boot record; the texts follow. */
enum { BOOT_RAW, IS_WHOLE, COUNTERS, LAYOUT = COUNTERS + NOINIT_COUNTS, FREQUENCY, BOOT_WORDS };

/*
 * What a start has to say: how the boot before ended, and which one begins. The words are the numbers of the records by their keys. Starts
 * follow one another in a ring by the boot's number: nothing has to be searched, and the oldest gives way.
 */
typedef struct {
    uint32_t check; /* CRC-32 of what is between here and the texts, plus how many of the two records are out */
    noinit_boot_key_t key;
    uint32_t words[REBOOT_WORDS + BOOT_WORDS]; /* of the reboot record, then of the boot record */
    uint32_t build_size;
    uint8_t build[32];
    uint32_t text_check; /* of the texts, which may be known later: until then they count as empty */
    char texts[2u * NOINIT_BOOT_TEXT_BYTES];
} start_t;
NOINIT_RETAINED_AS("5.records") static start_t starts[NOINIT_BOOTS];

/* What is out of a start's records. */
#define NONE_OUT 0u
#define REBOOT_OUT 1u
#define ALL_OUT 2u

/* What the chip said, kept until the start that asked has written it down: asking clears the chip's register. */
typedef struct {
    uint32_t raw;
    uint32_t check; /* with the boot that it ended */
} cause_t;
NOINIT_RETAINED_AS("4.cause") static cause_t cause;
NOINIT_RETAINED_AS("0.stash") static noinit_stash_t stash;
#define CAUSE_MAGIC 0x53554143u /* CAUS */

bool noinit_boot_is_held;

static start_t *start_of(uint32_t boot)
{
    return &starts[boot % NOINIT_BOOTS];
}

static uint32_t check_of(const start_t *start)
{
    return noinit_crc32(NOINIT_LAYOUT, &start->key, offsetof(start_t, text_check) - offsetof(start_t, key));
}

static uint32_t text_check_of(const start_t *start)
{
    return noinit_crc32(start->key.boot, start->texts, sizeof start->texts);
}

static void copy(uint32_t *to, const uint32_t *from, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        NOINIT_STORE(to[i], from[i]);
    }
}

/* The raw register is in retained RAM before it is cleared: a start that was cut in between has left it there for this one. */
static uint32_t take_cause(void)
{
    const uint32_t seed = CAUSE_MAGIC + noinit_head.origin.key.boot;
    if (cause.check != (cause.raw ^ seed)) {
        uint32_t raw = noinit_port_reset_cause_read();
        if (raw == 0 && stash.magic == NOINIT_STASH_MAGIC && stash.check == ~stash.raw) {
            raw = stash.raw;
        }
        NOINIT_STORE(cause.raw, raw);
        NOINIT_ARCH_PUBLISH();
        NOINIT_STORE(cause.check, raw ^ seed);
        NOINIT_ARCH_FLUSH(&cause, sizeof cause);
    }
    noinit_port_reset_cause_clear();
    NOINIT_STORE(stash.magic, 0u);
    return cause.raw;
}

/* The numbers of the reboot record; docs/formats/reboot.md has the rules. */
static void close_boot(uint32_t *words, uint32_t raw)
{
    const uint32_t hardware = noinit_port_reset_cause_decode(raw);
    uint32_t reason = hardware;
    uint32_t marked = 0;
    if (noinit_sign.boot == noinit_head.origin.key.boot) {
        copy(words + SIGN, noinit_sign.words, NOINIT_SIGN_WORDS);
    }
    for (uint32_t i = 2; i-- > 0;) {
        const noinit_mark_t *mark = &noinit_marks[i];
        if (noinit_mark_is_whole(mark)) {
            copy(words + MARKS + NOINIT_MARK_WORDS * i, mark->words, NOINIT_MARK_WORDS);
            if (!noinit_mark_is_stale(mark, words[SIGN])) {
                reason = mark->words[NOINIT_MARK_REASON];
                marked |= reason;
            }
        }
    }
    if (noinit_crash_slot_is_open()) {
        reason = NOINIT_REASON_CAPTURE_FAILED;
    }
    const uint32_t unexpected = (marked | reason) >> 15 & 1u; /* NOINIT_REASON_UNEXPECTED */
    NOINIT_STORE(words[REASON], reason);
    NOINIT_STORE(words[HARDWARE], hardware);
    NOINIT_STORE(words[RAW], raw);
    NOINIT_STORE(words[UNEXPECTED], unexpected);

    uint32_t *counts = noinit_head.counts;
    if (hardware == NOINIT_REASON_POWER_ON) {
        counts[NOINIT_COUNT_UNEXPECTED] = 0;
    }
    for (uint32_t i = NOINIT_COUNT_UNEXPECTED; i <= NOINIT_COUNT_UNHEALTHY; i++) {
        counts[i] += unexpected;
    }
    counts[NOINIT_COUNT_OPERATING] += words[SIGN];
    counts[NOINIT_COUNT_OPERATING + 1] += words[SIGN + 1] + (counts[NOINIT_COUNT_OPERATING] < words[SIGN] ? 1u : 0u);
}

/* False where the port does not know them yet. */
static bool put_texts(start_t *start)
{
    const char *text = noinit_port_version();
    const char *hardware = noinit_port_hardware();
    if (text == NULL || hardware == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < sizeof start->texts; i++) {
        if (i == NOINIT_BOOT_TEXT_BYTES) {
            text = hardware;
        }
        NOINIT_STORE(start->texts[i], *text);
        text += *text != '\0' ? 1 : 0;
    }
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(start->text_check, text_check_of(start));
    NOINIT_ARCH_FLUSH(start, sizeof *start);
    return true;
}

void noinit_boot_records_write(const noinit_build_id_t *build, bool is_whole)
{
    noinit_head_t *head = &noinit_head;
    const uint32_t raw = take_cause();
    if (!is_whole) {
        noinit_head_begin();
    }
    start_t *start = start_of(head->origin.key.boot + 1u);
    for (uint32_t i = 0; i < REBOOT_WORDS + BOOT_WORDS; i++) {
        NOINIT_STORE(start->words[i], 0u);
    }
    if (is_whole) {
        close_boot(start->words, raw);
    }
    head->origin.key.boot++;
    for (uint32_t i = 0; i < sizeof start->build; i++) {
        NOINIT_STORE(start->build[i], build->bytes[i]);
        if (i < sizeof head->origin.build) {
            head->origin.build[i] = build->bytes[i];
        }
    }
    NOINIT_STORE(start->build_size, build->size);
    NOINIT_STORE(start->key.lineage, head->origin.key.lineage);
    NOINIT_STORE(start->key.boot, head->origin.key.boot);
    uint32_t *words = start->words + REBOOT_WORDS;
    copy(words + COUNTERS, head->counts, NOINIT_COUNTS);
    NOINIT_STORE(words[BOOT_RAW], raw);
    NOINIT_STORE(words[IS_WHOLE], is_whole);
    NOINIT_STORE(words[LAYOUT], NOINIT_LAYOUT);
#if NOINIT_LOG_CLOCK
    NOINIT_STORE(words[FREQUENCY], noinit_log_frequency());
#endif
    noinit_boot_is_held = !put_texts(start);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(start->check, check_of(start) + (is_whole ? NONE_OUT : REBOOT_OUT));
    NOINIT_ARCH_FLUSH(start, sizeof *start);
}

void noinit_boot_records_begin(void)
{
    /* The values first: with the old boot's number on them, they count for neither. */
    for (uint32_t i = 0; i < NOINIT_SIGN_WORDS; i++) {
        NOINIT_STORE(noinit_sign.words[i], 0u);
    }
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(noinit_sign.boot, noinit_head.origin.key.boot);
    NOINIT_ARCH_FLUSH(&noinit_sign, sizeof noinit_sign);
}

/* The oldest start whose records wait; NULL if there is none. */
static start_t *find_start(void)
{
    for (uint32_t i = 1; i <= NOINIT_BOOTS; i++) {
        start_t *start = start_of(noinit_head.origin.key.boot + i);
        if (start->check - check_of(start) < ALL_OUT) {
            return start;
        }
    }
    return NULL;
}

/* A map of the words that are not 0 by their keys, and of so many more pairs behind them. */
static void put_words(noinit_cbor_t *cbor, const uint32_t *words, uint32_t count, uint32_t more)
{
    uint32_t pairs = more;
    for (uint32_t i = 0; i < count; i++) {
        pairs += words[i] != 0 ? 1u : 0u;
    }
    noinit_cbor_byte(cbor, (uint8_t)(NOINIT_CBOR_MAP | pairs));
    for (uint32_t i = 0; i < count; i++) {
        if (words[i] != 0) {
            noinit_cbor_pair(cbor, (uint8_t)i, words[i]);
        }
    }
}

static void put_strings(noinit_cbor_t *cbor, const start_t *start)
{
    noinit_cbor_byte(cbor, BOOT_WORDS);
    noinit_cbor_string(cbor, NOINIT_CBOR_BYTES, start->build, start->build_size);
    const bool has_texts = start->text_check == text_check_of(start);
    for (uint32_t i = 0; i < 2u; i++) {
        const char *text = start->texts + NOINIT_BOOT_TEXT_BYTES * i;
        uint32_t size = 0;
        while (has_texts && size < NOINIT_BOOT_TEXT_BYTES && text[size] != '\0') {
            size++;
        }
        noinit_cbor_byte(cbor, (uint8_t)(BOOT_WORDS + 1u + i));
        noinit_cbor_string(cbor, NOINIT_CBOR_TEXT, text, size);
    }
}

bool noinit_boot_records_pending(noinit_cbor_t *cbor)
{
    const start_t *start = find_start();
    if (start == NULL) {
        return false;
    }
    noinit_origin_t origin = noinit_head.origin;
    const bool is_reboot = start->check == check_of(start);
    if (!is_reboot && noinit_boot_is_held && start->key.boot == origin.key.boot) {
        return false;
    }
    origin.key = start->key;
    if (is_reboot) {
        origin.key.boot--;
        noinit_record_head(cbor, NOINIT_RECORD_REBOOT, &origin, NOINIT_SEQUENCE_REBOOT);
        put_words(cbor, start->words, REBOOT_WORDS, 0);
    } else {
        noinit_record_head(cbor, NOINIT_RECORD_BOOT, &origin, NOINIT_SEQUENCE_BOOT);
        put_words(cbor, start->words + REBOOT_WORDS, BOOT_WORDS, 3);
        put_strings(cbor, start);
    }
    return true;
}

void noinit_boot_records_release(void)
{
    start_t *start = find_start();
    if (start != NULL) {
        NOINIT_STORE(start->check, start->check + 1u);
        NOINIT_ARCH_FLUSH(start, sizeof *start);
    }
}

void noinit_boot_records_repeat(void)
{
    start_t *start = start_of(noinit_head.origin.key.boot);
    if (start->check == check_of(start) + ALL_OUT) {
        NOINIT_STORE(start->check, start->check - 1u);
        NOINIT_ARCH_FLUSH(start, sizeof *start);
    }
}

noinit_result_t noinit_boot_collect(void)
{
    if (!noinit_is_open) {
        return NOINIT_ERR_NOT_STARTED;
    }
    if (noinit_boot_is_held) {
        noinit_boot_is_held = !put_texts(start_of(noinit_head.origin.key.boot));
    }
    return noinit_boot_is_held ? NOINIT_ERR_NOT_READY : NOINIT_OK;
}

uint16_t noinit_boot_hardware(void)
{
    return noinit_port_reset_cause_decode(start_of(noinit_head.origin.key.boot)->words[REBOOT_WORDS + BOOT_RAW]);
}

bool noinit_reboot_last(noinit_reboot_t *reboot)
{
    const uint32_t *words = start_of(noinit_head.origin.key.boot)->words;
    if (!noinit_is_open || words[REASON] == 0) {
        return false;
    }
    reboot->reason = (uint16_t)words[REASON];
    reboot->hardware = (uint16_t)words[HARDWARE];
    reboot->raw = words[RAW];
    reboot->is_unexpected = words[UNEXPECTED] != 0;
    reboot->uptime_ms = words[SIGN];
    return true;
}
