/* What is linked into a capture only where somebody asked for it, and what comes after one. */
#ifndef NOINIT_CRASH_CAPTURE_PARTS_H
#define NOINIT_CRASH_CAPTURE_PARTS_H

#include "crash/capture.h"

/* A capture is running, or ended this boot; 0: another one may begin. Set to 0 before the firmware goes on. */
extern uint32_t noinit_capture_phase;

/* noinit_crash_chain: what goes on after a fault instead of the reset. */
extern void (*noinit_capture_chain)(void);

/* noinit_crash_threads: writes the other threads. */
extern void (*noinit_capture_threads)(noinit_crash_writer_t *writer);

/* NOINIT_CRASH_LOG_BYTES: the newest entries of this core's log. */
void noinit_capture_log(noinit_crash_writer_t *writer);

/* For a kind's put_detail: the pair of the reason. */
void noinit_capture_put_reason(noinit_cbor_t *cbor, const noinit_capture_t *capture);

#endif
