/* Results of SDK calls. Zero is success; every result is looked at. */
#ifndef NOINIT_RESULT_H
#define NOINIT_RESULT_H

typedef enum {
    NOINIT_OK = 0,
    NOINIT_ERR_ALREADY = -1,     /* noinit_init was called before in this boot */
    NOINIT_ERR_MISALIGNED = -2,  /* the retained region or the log's does not start at a multiple of 8 */
    NOINIT_ERR_TOO_SMALL = -3,   /* a buffer or region cannot hold what it must */
    NOINIT_ERR_TOO_LARGE = -4,   /* an argument or region exceeds a documented limit */
    NOINIT_ERR_MALFORMED = -5,   /* bytes from outside are not what they should be */
    NOINIT_ERR_NO_BUILD_ID = -6, /* .note.gnu.build-id holds no GNU build id of 8 to 32 bytes */
    NOINIT_ERR_NOT_STARTED = -7, /* the first core has not come through noinit_init */
    NOINIT_ERR_NOT_READY = -8,   /* what it needs is not known yet: ask again later */
    NOINIT_ERR_NOT_KEPT = -9     /* retained RAM does not hold what was written before the reset */
} noinit_result_t;

#endif
