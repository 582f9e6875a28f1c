/*
 * Reads the log out of the ring where it stands: blocks as in docs/formats/log-ring.md, "A stream of blocks", for any transport. Needs
 * NOINIT_LOG_CONSUMER=1 and NOINIT_PACKETIZER_LOG=0: the log has one reader, and a second one does not link.
 *
 *     noinit_log_grant_t grant;
 *     while (noinit_log_read(&grant)) {
 *         noinit_log_release(transmit(&grant)); // may be less than was granted: the rest comes again
 *     }
 *
 * All of these: one thread, on any core, after noinit_init.
 */
#ifndef NOINIT_LOG_CONSUMER_H
#define NOINIT_LOG_CONSUMER_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Bytes that wait, in the order of the two slices; the second is empty unless they go round the ring's end. Where a stream begins behind a
 * segment start that was overwritten, that comes first, in a block and a grant of its own.
 */
typedef struct {
    const uint8_t *bytes[2];
    uint32_t size[2];
    uint32_t core; /* whose ring; with several cores, their rings come in turn, and each is a stream of its own */
} noinit_log_grant_t;

/*
 * Grants what is there now. Until it is released nothing of it is overwritten: where the ring is full the newest entries are dropped and
 * counted meanwhile. Asked again before that, gives the same bytes, and further ones. False: nothing waits.
 */
bool noinit_log_read(noinit_log_grant_t *grant);

/*
 * The first `size` bytes of the grant were transmitted, all of them if it is more; the grant ends. It may end inside an entry or a block: the
 * next grant goes on there, and after a reset it begins with that entry again.
 */
void noinit_log_release(uint32_t size);

/* Whether nothing waits. */
bool noinit_log_is_empty(void);

/*
 * Called once when something waits after noinit_log_read or noinit_log_is_empty has said that nothing does: by whoever logged it, which may
 * be an interrupt or a fault handler, and not under a lock. It may set a flag or wake a thread; it must not read. NULL: nobody.
 */
void noinit_log_on_data(void (*callback)(void));

#ifdef __cplusplus
}
#endif

#endif
