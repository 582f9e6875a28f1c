/* Log records on their way out of the rings (docs/formats/record.md), read where they stand: one at a time. One thread. */
#ifndef NOINIT_PACKETIZER_LOG_SOURCE_H
#define NOINIT_PACKETIZER_LOG_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/cbor.h"

/* Head 31, the log's map with all its keys 60. */
#define NOINIT_LOG_SOURCE_PREFIX_MAX 96u

/* Chooses the next record; gives how many bytes of entries it has, 0: nothing to send. */
uint32_t noinit_log_source_begin(void);

/* What stands before the entries: the same each time, for one record. */
void noinit_log_source_prefix(noinit_cbor_t *prefix, uint32_t size);

/* The bytes of the entries one after the other; and again from the first. */
uint8_t noinit_log_source_byte(void);
void noinit_log_source_rewind(void);

/* Whether its entries were not overwritten so far. What was read before it was asked is then right. */
bool noinit_log_source_is_intact(void);

/* The record is over: its entries may go, or their place was needed and the record ends without an end. */
void noinit_log_source_release(void);
void noinit_log_source_abandon(void);

#endif
