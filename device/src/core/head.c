#include "core/head.h"

#include "core/crc.h"
#include "core/store.h"

/* Continues the CRC over the layout: a copy written by another layout has a wrong CRC here. */
#define LAYOUT_SEED 0x30444148u

typedef struct {
    noinit_head_t head;
    uint32_t crc;
} copy_t;

NOINIT_RETAINED static copy_t copies[2];
NOINIT_RETAINED noinit_last_seen_t noinit_last_seen;

static noinit_head_t current;

static uint32_t crc_of(const noinit_head_t *head)
{
    return noinit_crc32(LAYOUT_SEED, head, sizeof *head);
}

bool noinit_head_recover(noinit_head_t *head)
{
    const bool is_whole[2] = {copies[0].crc == crc_of(&copies[0].head), copies[1].crc == crc_of(&copies[1].head)};
    uint32_t newest = is_whole[0] ? 0u : 1u;
    if (is_whole[0] && is_whole[1] && (int32_t)(copies[1].head.generation - copies[0].head.generation) > 0) {
        newest = 1u;
    }
    *head = copies[newest].head;
    current.generation = head->generation;
    return is_whole[newest];
}

void noinit_head_publish(const noinit_head_t *head)
{
    const uint32_t generation = current.generation + 1u;
    current = *head;
    current.generation = generation;
    copy_t *copy = &copies[generation & 1u];
    NOINIT_STORE(copy->head.generation, generation);
    NOINIT_STORE(copy->head.lineage, current.lineage);
    NOINIT_STORE(copy->head.boot, current.boot);
    NOINIT_STORE(copy->head.sequence, current.sequence);
    NOINIT_STORE(copy->head.messages, current.messages);
    NOINIT_STORE(copy->head.unexpected, current.unexpected);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(copy->crc, crc_of(&current));
}

const noinit_head_t *noinit_head(void)
{
    return &current;
}

uint32_t noinit_head_take_sequence(void)
{
    const uint32_t lock = noinit_arch_lock();
    noinit_head_t next = current;
    const uint32_t sequence = next.sequence++;
    noinit_head_publish(&next);
    noinit_arch_unlock(lock);
    return sequence;
}

uint32_t noinit_head_take_message_id(void)
{
    const uint32_t lock = noinit_arch_lock();
    noinit_head_t next = current;
    const uint32_t message_id = (next.lineage + next.messages++) & 0xffffffu;
    noinit_head_publish(&next);
    noinit_arch_unlock(lock);
    return message_id;
}

/* ELF note: name size, descriptor size, type, "GNU", descriptor. Put there by the linker (--build-id) at this symbol. */
typedef struct {
    uint32_t name_size;
    uint32_t size;
    uint32_t type;
    uint8_t name[4];
    uint8_t bytes[32];
} note_t;
extern const note_t __noinit_build_id;

noinit_build_id_t noinit_build_id(void)
{
    const note_t *note = &__noinit_build_id;
    const bool is_build_id = note->name_size == 4u && note->type == 3u && note->size >= 8u && note->size <= 32u;
    return (noinit_build_id_t){.bytes = note->bytes, .size = is_build_id ? note->size : 0u};
}

noinit_segment_t noinit_head_segment(void)
{
    noinit_segment_t segment = {.lineage = current.lineage, .boot = current.boot};
    for (uint32_t i = 0; i < sizeof segment.build; i++) {
        segment.build[i] = noinit_build_id().bytes[i];
    }
    return segment;
}

void noinit_record_head(noinit_cbor_t *cbor, const noinit_record_head_t *head)
{
    noinit_cbor_head(cbor, NOINIT_CBOR_MAP, head->build != NULL ? 5u : 4u);
    noinit_cbor_pair(cbor, 0, head->kind);
    noinit_cbor_pair(cbor, 1, head->lineage);
    noinit_cbor_pair(cbor, 2, head->boot);
    noinit_cbor_pair(cbor, 3, head->sequence);
    if (head->build != NULL) {
        noinit_cbor_byte(cbor, 4);
        noinit_cbor_string(cbor, NOINIT_CBOR_BYTES, head->build, 8);
    }
}
