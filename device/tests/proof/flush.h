/* Tells the host what is flushed. */
#ifndef PROOF_FLUSH_H
#define PROOF_FLUSH_H

#include <stdint.h>

__attribute__((import_module("env"), import_name("proof_flush"))) void proof_flush(uint32_t address, uint32_t size);

#define NOINIT_ARCH_FLUSH(address, size) proof_flush((uint32_t)(uintptr_t)(address), (uint32_t)(size))

#endif
