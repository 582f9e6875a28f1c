/*
 * Crash records in retained memory: NOINIT_CRASH_SLOTS of them, each kept from its first store until the server has it or, by
 * NOINIT_CRASH_POLICY, a later crash needs its place. And the word that says that a capture was begun.
 *
 * A record is written item by item; its state says how many bytes of closed items stand there. A reset while it is written leaves a cut
 * record, which is sent as it is.
 */
#ifndef NOINIT_CRASH_CRASH_SLOT_H
#define NOINIT_CRASH_CRASH_SLOT_H

#include <stdbool.h>
#include <stdint.h>

/* noinit_init: whether the boot that `noinit_head` names began a capture and did not finish it. */
bool noinit_crash_slot_is_open(void);

/* noinit_init, after the head was published: puts the canary at the end of the main stack. */
void noinit_crash_begin(void);

/* The oldest record that waits to be sent, without its CRC-32; size 0 if there is none. And that it waits no more. For the packetizer. */
uint32_t noinit_crash_slot_pending(const uint8_t **bytes);
void noinit_crash_slot_release(void);

/* For a self-test: the NOINIT_CRASH_CAPACITY bytes of the last slot that holds no record, which nothing sends; NULL where all do. Thread only. */
uint8_t *noinit_crash_slot_spare(void);

/* These are the capture's. The mark that it was begun, and that it came to its end. */
void noinit_crash_mark(bool is_open);

/* A slot under a sequence of its own, open and empty; NULL where there is none. A snapshot takes only a free one. */
uint8_t *noinit_crash_slot_take(bool is_snapshot, uint32_t *sequence);

/* `size` bytes of it are closed items, the last of them new; `is_complete`: and there will be no more. */
void noinit_crash_slot_publish(uint32_t size, bool is_complete);

/* How many bytes a record may have; a test makes it less. */
#ifndef NOINIT_CRASH_ROOM
#define NOINIT_CRASH_ROOM NOINIT_CRASH_CAPACITY
#endif

#endif
