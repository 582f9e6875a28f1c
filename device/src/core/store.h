/*
 * Every store into memory that outlives a reset goes through NOINIT_STORE: a reset may strike between any two of them, and the tests
 * put one behind each (tests/native/store_hook.h).
 */
#ifndef NOINIT_CORE_STORE_H
#define NOINIT_CORE_STORE_H

#include "noinit/arch.h"

/* RAM with ECC that holds its last write back until another word is written: this one, in retained RAM as well. */
#if NOINIT_ECC_FLUSH
extern volatile uint32_t noinit_ecc_word;
#undef NOINIT_ARCH_FLUSH
#define NOINIT_ARCH_FLUSH(address, size) ((void)(address), (void)(size), noinit_ecc_word = 0u)
#endif

#ifdef NOINIT_STORE_HOOK
#include NOINIT_STORE_HOOK
#endif

#ifndef NOINIT_STORE
#define NOINIT_STORE(place, value) ((place) = (value))
#endif

#endif
