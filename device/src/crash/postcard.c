#include "crash/postcard.h"

#include "core/crc.h"
#include "core/head.h"
#include "core/store.h"
#include "crash/crash_writer.h"

#if NOINIT_POSTCARDS

/* As it is sent; both processors are little endian. What says that one stands here is its CRC, which is stored last. */
typedef struct {
    uint32_t what; /* 0x50, cause and machine, reason */
    uint32_t lineage;
    uint32_t boot;
    uint32_t build;
    uint32_t pc;
    uint32_t lr;
    uint32_t fault_bits;
    uint32_t crc;
} postcard_t;
_Static_assert(sizeof(postcard_t) == NOINIT_POSTCARD_BYTES + 4u, "docs/formats/postcard.md");
NOINIT_RETAINED_AS("6.postcards") static postcard_t postcards[NOINIT_POSTCARDS];

/* Of the one that the packetizer was given. */
static uint32_t pending_crc;

static uint32_t crc_of(const postcard_t *postcard)
{
    return noinit_crc32(0, postcard, NOINIT_POSTCARD_BYTES);
}

/*
 * How old one is: 0 where there is none, else the boot and 1; one of an earlier lineage counts as of boot 0.
 */
static uint32_t age_of(const postcard_t *postcard)
{
    if ((postcard->what & 0xffu) != 0x50u || postcard->crc != crc_of(postcard)) {
        return 0;
    }
    return postcard->lineage == noinit_head.origin.key.lineage ? postcard->boot + 1u : 1u;
}

/* The place of the lowest age from `least` on; NULL if there is none. */
static postcard_t *find(uint32_t least)
{
    postcard_t *found = NULL;
    uint32_t lowest = UINT32_MAX;
    for (postcard_t *postcard = postcards; postcard < postcards + NOINIT_POSTCARDS; postcard++) {
        const uint32_t age = age_of(postcard);
        if (age >= least && age < lowest) {
            lowest = age;
            found = postcard;
        }
    }
    return found;
}

void noinit_postcard_write(uint32_t cause, uint32_t reason, uint32_t pc, uint32_t lr, uint32_t fault_bits)
{
    const noinit_origin_t *origin = &noinit_head.origin;
    if (find(origin->key.boot + 1u) != NULL) {
        return; /* the firmware went on after a crash: the first one counts */
    }
    postcard_t *postcard = find(0);
    /* An old one's CRC goes first: a reset among these stores leaves none rather than a mixed one. */
    NOINIT_STORE(postcard->crc, ~crc_of(postcard));
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(postcard->what, 0x50u | cause << 8 | NOINIT_CRASH_MACHINE << 12 | reason << 16);
    NOINIT_STORE(postcard->lineage, origin->key.lineage);
    NOINIT_STORE(postcard->boot, origin->key.boot);
    NOINIT_STORE(postcard->build, origin->build[0] | (uint32_t)origin->build[1] << 8 | (uint32_t)origin->build[2] << 16 | (uint32_t)origin->build[3] << 24);
    NOINIT_STORE(postcard->pc, pc);
    NOINIT_STORE(postcard->lr, lr);
    NOINIT_STORE(postcard->fault_bits, fault_bits);
    NOINIT_ARCH_FLUSH(postcard, sizeof *postcard);
    NOINIT_ARCH_PUBLISH();
    NOINIT_STORE(postcard->crc, crc_of(postcard));
    NOINIT_ARCH_FLUSH(postcard, sizeof *postcard);
}

uint32_t noinit_postcard_pending(const uint8_t **bytes)
{
    const postcard_t *postcard = find(1);
    if (postcard == NULL) {
        return 0;
    }
    *bytes = (const uint8_t *)postcard;
    pending_crc = postcard->crc;
    return NOINIT_POSTCARD_BYTES;
}

void noinit_postcard_release(void)
{
    postcard_t *postcard = find(1);
    /* Another one where the firmware went on behind a crash that took its place. */
    if (postcard != NULL && postcard->crc == pending_crc) {
        NOINIT_STORE(postcard->crc, ~postcard->crc);
        NOINIT_ARCH_FLUSH(postcard, sizeof *postcard);
    }
}

#endif
