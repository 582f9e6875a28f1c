/* What stands between a capture and memory. */
#ifndef NOINIT_ARCH_CORTEX_M_MEMORY_H
#define NOINIT_ARCH_CORTEX_M_MEMORY_H

#include <stdint.h>

/* As the entry found them. */
extern uint32_t noinit_cm_mpu_ctrl, noinit_cm_ccr;

/* Undoes noinit_arch_open_memory. */
void noinit_cm_close_memory(void);

#endif
