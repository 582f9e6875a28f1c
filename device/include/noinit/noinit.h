/* noinit: a flight recorder in RAM that a reset leaves alone. This header is the whole SDK. */
#ifndef NOINIT_NOINIT_H
#define NOINIT_NOINIT_H

#include "noinit/crash.h"
#include "noinit/log.h"
#include "noinit/packetizer.h"
#include "noinit/port.h"
#include "noinit/reboot.h"
#include "noinit/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Recovers or reinitialises retained memory, closes the boot before with its reason, opens this one. Call it once, after .data and .bss
 * are set up; a log call that comes before it does its work, also from an interrupt. The second call gives NOINIT_ERR_ALREADY. Thread only;
 * of several cores, the first.
 */
noinit_result_t noinit_init(void);

/* The same for a further core, whose log has a ring of its own: on that core, once noinit_init has come back on the first. Thread only. */
noinit_result_t noinit_init_core(void);

#ifdef __cplusplus
}
#endif

#endif
