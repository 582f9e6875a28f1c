/* What the entries (entry.c) save, for capture.c. */
#ifndef NOINIT_ARCH_CORTEX_M_CONTEXT_H
#define NOINIT_ARCH_CORTEX_M_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "noinit/config.h"

#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define NOINIT_CM_HAS_LIMITS 1 /* MSPLIM and PSPLIM of this security world */
#else
#define NOINIT_CM_HAS_LIMITS 0
#endif

#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__)
#define NOINIT_CM_HAS_FAULT_STATUS 0
#else
#define NOINIT_CM_HAS_FAULT_STATUS 1
#endif

/* Register sets 1 and 2 of docs/formats/crash.md in their order, then what the others have. The assembly knows the offsets. */
typedef struct {
    uint32_t core[17];
    uint32_t special[9]; /* the limits are not written where there are none */
    uint32_t sp;         /* of the entry: MSP or PSP */
    /* By capture.c. */
    uint32_t known_core; /* of `core` */
    uint32_t mpu_ctrl;   /* as the entry found them */
    uint32_t ccr;
} noinit_cm_context_t;

enum { NOINIT_CM_R12 = 12, NOINIT_CM_SP, NOINIT_CM_LR, NOINIT_CM_PC, NOINIT_CM_XPSR };
enum { NOINIT_CM_MSP, NOINIT_CM_PSP, NOINIT_CM_CONTROL, NOINIT_CM_PRIMASK, NOINIT_CM_BASEPRI, NOINIT_CM_FAULTMASK, NOINIT_CM_EXC_RETURN };

_Static_assert(offsetof(noinit_cm_context_t, special) == 68 && offsetof(noinit_cm_context_t, sp) == 104, "the assembly counts on it");

/* Ends where the stack of the capture begins. A symbol of its own: the code that uses it is smaller so. */
extern noinit_cm_context_t noinit_cm_context;

/* Undoes noinit_arch_open_memory. */
void noinit_cm_close_memory(void);

#endif
