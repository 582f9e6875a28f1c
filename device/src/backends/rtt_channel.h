/* The channels of the RTT tee: rings that a debugger empties. */
#ifndef NOINIT_BACKENDS_RTT_CHANNEL_H
#define NOINIT_BACKENDS_RTT_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

/* What is put in is seen by the debugger only once it is whole. */
typedef struct {
    uint32_t channel;
    uint32_t at;   /* where the next byte goes */
    uint32_t left; /* room by now */
    bool is_cut;   /* something did not fit */
} noinit_rtt_writer_t;

/* One writer for a channel at a time. */
noinit_rtt_writer_t noinit_rtt_open(uint32_t channel);

/* False: no room, and the mode says not to wait. */
bool noinit_rtt_put(noinit_rtt_writer_t *writer, uint8_t byte);

/* A place for a byte that is known later; it must be filled before the next one is taken. Only after noinit_rtt_make_room. */
uint32_t noinit_rtt_reserve(noinit_rtt_writer_t *writer);
void noinit_rtt_fill(const noinit_rtt_writer_t *writer, uint32_t place, uint8_t byte);

/* So many bytes fit, if need be after waiting. */
bool noinit_rtt_make_room(noinit_rtt_writer_t *writer, uint32_t size);

/* Shows the debugger what was put in. False: nothing, because it was cut and the mode wants all or nothing. */
bool noinit_rtt_close(noinit_rtt_writer_t *writer);

#endif
