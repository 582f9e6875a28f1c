/*
 * For a bootloader that reads, and so clears, the reset-cause register before the application can: it stashes what it read by one call. The
 * application, built with NOINIT_BOOTLOADER_STASH=1, takes the stash where its own register reads 0, once. A header alone: a bootloader links
 * nothing of the SDK. docs/formats/retained.md.
 */
#ifndef NOINIT_BOOTLOADER_H
#define NOINIT_BOOTLOADER_H

#include <stdint.h>

/* The first bytes of the retained region of every image, whatever its configuration. */
typedef struct {
    uint32_t magic; /* stored last */
    uint32_t raw;
    uint32_t check; /* ~raw */
    uint32_t reserved;
} noinit_stash_t;

#define NOINIT_STASH_MAGIC 0x48535453u /* STSH */

/* `retained`: where the retained region begins, the application's __noinit_start. Before the jump to the application, once a reset. */
static inline void noinit_stash_reset_cause(volatile void *retained, uint32_t raw)
{
    volatile noinit_stash_t *const stash = (volatile noinit_stash_t *)retained;
    stash->magic = 0;
    stash->raw = raw;
    stash->check = ~raw;
    stash->magic = NOINIT_STASH_MAGIC;
}

#endif
