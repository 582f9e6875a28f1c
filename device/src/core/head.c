#include "core/head.h"

#include "core/crc.h"
#include "core/store.h"
#include "noinit/port.h"

/* Continues the CRC over the layout: a copy written by another layout has a wrong CRC here. */
#define LAYOUT_SEED 0x32444148u

typedef struct {
    noinit_head_t head;
    uint32_t crc;
} copy_t;

NOINIT_RETAINED_AS("1.head") static copy_t copies[2];

noinit_head_t noinit_head;
bool noinit_is_open;

static uint32_t crc_of(const noinit_head_t *head)
{
    return noinit_crc32(LAYOUT_SEED, head, sizeof *head);
}

bool noinit_head_recover(void)
{
    bool is_found = false;
    for (uint32_t i = 0; i < 2u; i++) {
        const noinit_head_t *copy = &copies[i].head;
        if (copies[i].crc == crc_of(copy) && (!is_found || (int32_t)(copy->generation - noinit_head.generation) > 0)) {
            noinit_head = *copy;
            is_found = true;
        }
    }
    return is_found;
}

/* The rest is 0 from the start-up code. */
void noinit_head_begin(void)
{
#if NOINIT_LINEAGE_STORE
    noinit_lineage_load();
#else
    noinit_head.origin.key.lineage = noinit_port_random();
#endif
    noinit_head.sequence = 1;
}

void noinit_head_publish(void)
{
    const uint32_t generation = noinit_head.generation + 1u;
    copy_t *copy = &copies[generation & 1u];
    for (uint32_t i = 0; i < sizeof noinit_head / sizeof(uint32_t); i++) {
        NOINIT_STORE(((uint32_t *)&copy->head)[i], ((const uint32_t *)&noinit_head)[i]);
    }
    NOINIT_STORE(copy->head.generation, generation);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(copy->crc, crc_of(&copy->head));
    NOINIT_ARCH_FLUSH(copy, sizeof *copy);
    /* Last: a fault handler that comes in before begins anew with the same copy, and leaves the whole one alone. */
    noinit_head.generation = generation;
}

/* Gives the number at `*field` of the current head and counts it up. */
static uint32_t take(uint32_t *field)
{
    const uint32_t lock = noinit_arch_lock();
    const uint32_t number = (*field)++;
    noinit_head_publish();
    noinit_arch_unlock(lock);
    return number;
}

uint32_t noinit_head_take_message_id(void)
{
    return (noinit_head.origin.key.lineage + take(&noinit_head.messages)) & 0xffffffu;
}

uint32_t noinit_head_take_sequence(void)
{
    return take(&noinit_head.sequence);
}

extern const noinit_build_id_t __noinit_build_id;

const noinit_build_id_t *noinit_build_id(void)
{
    const noinit_build_id_t *note = &__noinit_build_id;
    return note->name_size == 4u && note->type == 3u && note->size >= 8u && note->size <= 32u ? note : NULL;
}

void noinit_record_head(noinit_cbor_t *cbor, uint32_t kind, const noinit_origin_t *origin, uint32_t sequence)
{
    const bool has_build = kind >= NOINIT_RECORD_CRASH;
    noinit_cbor_byte(cbor, NOINIT_CBOR_MAP | (has_build ? 5u : 4u));
    noinit_cbor_pair(cbor, 0, kind);
    noinit_cbor_pair(cbor, 1, origin->key.lineage);
    noinit_cbor_pair(cbor, 2, origin->key.boot);
    noinit_cbor_pair(cbor, 3, sequence);
    if (has_build) {
        noinit_cbor_byte(cbor, 4);
        noinit_cbor_string(cbor, NOINIT_CBOR_BYTES, origin->build, sizeof origin->build);
    }
}
