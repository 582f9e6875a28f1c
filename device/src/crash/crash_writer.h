/* Writes a crash record into its slot, item by item (docs/formats/crash.md). Fault handler only; noinit_capture does it. */
#ifndef NOINIT_CRASH_CRASH_WRITER_H
#define NOINIT_CRASH_CRASH_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/cbor.h"

/* Why a crash record is written: the numbers of docs/formats/crash.md. */
#define NOINIT_CRASH_FAULT 1u
#define NOINIT_CRASH_ASSERT 2u
#define NOINIT_CRASH_STACK_OVERFLOW 3u
#define NOINIT_CRASH_WATCHDOG 4u
#define NOINIT_CRASH_SNAPSHOT 5u
#define NOINIT_CRASH_OUT_OF_MEMORY 6u
#define NOINIT_CRASH_PANIC 7u

#if defined(__riscv)
#define NOINIT_CRASH_MACHINE 2u
#else
#define NOINIT_CRASH_MACHINE 1u /* Cortex-M; the tests on a host look like one */
#endif

#define NOINIT_CRASH_REGION_STACK 1u
#define NOINIT_CRASH_REGION_DATA 2u

typedef struct {
    noinit_cbor_t cbor;
    uint32_t item;    /* where the item being written begins */
    bool is_cut;      /* something did not fit */
} noinit_crash_writer_t;

/* An item: its head, then whatever it holds by noinit_cbor_, then its end, which drops it where it did not fit. */
void noinit_crash_open_item(noinit_crash_writer_t *writer, uint32_t elements, uint8_t kind);
void noinit_crash_close_item(noinit_crash_writer_t *writer);

/* The head of a register set of `count` words; they and noinit_crash_close_item follow. */
void noinit_crash_open_registers(noinit_crash_writer_t *writer, uint8_t set, uint32_t known, uint32_t count);

/* A whole one. */
void noinit_crash_registers(noinit_crash_writer_t *writer, uint8_t set, uint32_t known, const uint32_t *words, uint32_t count);

/* As much of it as fits, in whole words, without what is secret. */
void noinit_crash_region(noinit_crash_writer_t *writer, uint8_t kind, uintptr_t address, uint32_t size);

#endif
