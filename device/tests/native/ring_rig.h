/* A ring in memory from malloc, so that the sanitizer sees each access outside; entries whose bytes follow from their id; and what a walk finds. */
#ifndef RING_RIG_H
#define RING_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ring.h"

#define RIG_IDS 6000u

extern noinit_ring_t rig;
extern uint32_t rig_boot;
extern uint64_t rig_now;

/* Memory that was never a ring, of `blocks` blocks; recovered, with the first boot's segment open. */
void rig_new(uint32_t blocks, bool drops_newest);
void rig_free(void);

/* A reset: only the region stays. */
void rig_reset(void);
/* A reset and the start behind it. */
void rig_boot_again(void);

/* Writes entry `id`; false: dropped. */
bool rig_log(uint32_t id);
/* The same in steps. */
bool rig_reserve(noinit_ring_writer_t *writer, uint32_t id);
void rig_fill_and_close(noinit_ring_writer_t *writer, uint32_t id);
uint32_t rig_size_of(uint32_t id);

/* What stands in the ring. Every check is done on the way: bytes, order, numbers, segments. */
typedef struct {
    uint32_t first; /* id of the oldest, 0: none */
    uint32_t last;
    uint32_t entries; /* with an id */
    uint32_t gaps;    /* sum of their counts */
    uint32_t opens;
    uint32_t segments;
    uint32_t jumps;    /* missing numbers inside */
    uint32_t unsound;
    uint32_t missing;  /* ids between the first and the last that no gap, open entry or jump stands for */
} rig_tally_t;
rig_tally_t rig_walk(void);

/* A walk where nothing may be wrong: no jump, nothing unsound, nothing missing. */
rig_tally_t rig_check(void);

/* The pending count. */
uint32_t rig_lost(void);

/* Region and RAM, to be put back. */
typedef struct rig_image rig_image_t;
rig_image_t *rig_save(void);
void rig_restore(const rig_image_t *image);

uint32_t rig_region_size(void);
uint8_t *rig_region(void);

#endif
