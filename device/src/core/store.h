/*
 * Every store into memory that outlives a reset goes through NOINIT_STORE: a reset may strike between any two of them, and the tests
 * put one behind each (tests/native/store_hook.h).
 */
#ifndef NOINIT_CORE_STORE_H
#define NOINIT_CORE_STORE_H

#include "noinit/arch.h"

#ifdef NOINIT_STORE_HOOK
#include NOINIT_STORE_HOOK
#endif

#ifndef NOINIT_STORE
#define NOINIT_STORE(place, value) ((place) = (value))
#endif

#endif
