/* The SDK's configuration for two cores, one after the other: a test says which one it is. */
#ifndef TWO_CORES_H
#define TWO_CORES_H

#include <stdint.h>

extern uint32_t host_core;
#define NOINIT_CORES 2
#define NOINIT_ARCH_CORE() host_core

#endif
