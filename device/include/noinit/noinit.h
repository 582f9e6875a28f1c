/* noinit: a flight recorder in RAM that a reset leaves alone. This header is the whole SDK. */
#ifndef NOINIT_NOINIT_H
#define NOINIT_NOINIT_H

#include "noinit/crash.h"
#include "noinit/log.h"
#include "noinit/packetizer.h"
#include "noinit/port.h"
#include "noinit/reboot.h"
#include "noinit/result.h"

/*
 * Recovers or reinitialises retained memory, closes the boot before with its reason, opens this one. Call it once, after .data and .bss
 * are set up and before anything else of this SDK. Thread only.
 */
noinit_result_t noinit_init(void);

#endif
