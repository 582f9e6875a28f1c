/* A capture without a reset. */
#ifndef NOINIT_CRASH_SNAPSHOT_H
#define NOINIT_CRASH_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

/* src/arch: the entry, kind noinit_capture_snapshot. It comes back with what the capture's end says. Thread or ISR. */
bool noinit_snapshot_entry(uint32_t reason);

#endif
