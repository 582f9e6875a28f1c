/* What the running boot leaves for the start after it: signs of life, and marks of why it will end. */
#ifndef NOINIT_REBOOT_MARKS_H
#define NOINIT_REBOOT_MARKS_H

#include "core/head.h"

/*
 * The last sign of life, in the order of the reboot record's keys from 12 on. `boot` is told once, at the start: what stands there from the
 * boot before is never taken for this one's. What ran is stored before when: after a reset in between it is newer than the uptime beside it.
 */
typedef struct {
    uint32_t words[5];
    uint32_t boot;
} noinit_sign_t;
#define NOINIT_SIGN_UPTIME 0u   /* milliseconds, low half, the high one follows: the last ones known to have been reached */
#define NOINIT_SIGN_INTERVAL 2u /* milliseconds since the sign before */
#define NOINIT_SIGN_TASK 3u
#define NOINIT_SIGN_PC 4u
#define NOINIT_SIGN_WORDS 5u
extern noinit_sign_t noinit_sign;

/* A mark, in the order of the reboot record's keys. The check is stored last; it covers the boot, so that nothing has to be erased. */
typedef struct {
    uint32_t words[4];
    uint32_t check;
} noinit_mark_t;
#define NOINIT_MARK_REASON 0u
#define NOINIT_MARK_PC 1u
#define NOINIT_MARK_LR 2u
#define NOINIT_MARK_UPTIME 3u /* milliseconds, low half */
#define NOINIT_MARK_WORDS 4u

/* The first one, and the first unexpected one after it. */
extern noinit_mark_t noinit_marks[2];

/* Whether it is one of the boot that `noinit_head` names. */
bool noinit_mark_is_whole(const noinit_mark_t *mark);

/* A mark that is older than this at the last known uptime does not count: the reset that it spoke of did not come. */
static inline bool noinit_mark_is_stale(const noinit_mark_t *mark, uint32_t uptime)
{
    return uptime - mark->words[NOINIT_MARK_UPTIME] > NOINIT_MARK_STALE_MS;
}

#endif
