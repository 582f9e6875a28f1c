#include "sent.h"

#include <string.h>

#include "check.h"
#include "host.h"
#include "noinit/noinit.h"

sent_t sent[SENT_MAX];
unsigned sent_count;

const sent_t *take_one(uint32_t chunk_size, bool is_acknowledged)
{
    const assembly_t *message = assembly_pull(chunk_size);
    if (message == NULL) {
        return NULL;
    }
    CHECK(message->is_whole && sent_count < SENT_MAX);
    sent_t *record = &sent[sent_count++];
    record->head = assembly_head(message);
    record->id = message->id;
    record->size = message->size;
    if (record->head.kind <= 2) {
        CHECK(message->size <= sizeof record->bytes);
        memcpy(record->bytes, message->bytes, message->size);
        record->words = read_words(record->bytes, record->head.items, message->size);
    }
    if (is_acknowledged) {
        uint8_t ack[16];
        CHECK(noinit_packetizer_ack(ack, assembly_ack(ack, message->id, 0, message->end)) == NOINIT_OK);
    }
    return record;
}

void send_all(void)
{
    sent_count = 0;
    while (take_one(64, true) != NULL) {
    }
}

const sent_t *find_sent(uint32_t kind, uint32_t boot)
{
    const sent_t *found = NULL;
    for (unsigned i = 0; i < sent_count; i++) {
        if (sent[i].head.kind == kind && sent[i].head.boot == boot) {
            CHECK(found == NULL);
            found = &sent[i];
        }
    }
    return found;
}

static const uint32_t *words_of(uint32_t kind, uint32_t boot)
{
    const sent_t *record = find_sent(kind, boot);
    CHECK(record != NULL);
    return record->words.words;
}

const uint32_t *reboot_of(uint32_t boot)
{
    return words_of(2, boot);
}

const uint32_t *boot_of(uint32_t boot)
{
    return words_of(1, boot);
}

int start(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    return 0;
}

int start_and_send(void)
{
    start();
    send_all();
    return 0;
}

void run_boot_one(int (*code)(void))
{
    host_power_on();
    CHECK(host_run(code) == 0);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
}

void mark(uint32_t uptime, uint16_t reason, uint32_t pc)
{
    host_uptime_ms = uptime;
    (void)noinit_reboot_mark_from(reason, pc, pc + 0x100);
}

bool has_mark(const uint32_t *words, uint32_t key, uint16_t reason, uint32_t pc, uint32_t uptime)
{
    return words[key] == reason && words[key + 1] == pc && words[key + 2] == pc + 0x100 && words[key + 3] == uptime;
}

uint8_t *copy_retained(void)
{
    uint8_t *copy = malloc(host_retained_size());
    memcpy(copy, host_retained(), host_retained_size());
    return copy;
}

void put_retained(const uint8_t *copy)
{
    memcpy(host_retained(), copy, host_retained_size());
}

unsigned count_stores(int (*code)(void))
{
    uint8_t *const before = copy_retained();
    const uint32_t raw = host_reset_raw;
    unsigned low = 0;
    for (unsigned step = 4096; step > 0; step /= 2) {
        put_retained(before);
        host_reset_raw = raw;
        low += host_run_until_store(low + step, code) ? step : 0u;
    }
    put_retained(before);
    host_reset_raw = raw;
    free(before);
    return low;
}
