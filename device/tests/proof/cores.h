/* Which core runs, as the test says. */
#ifndef PROOF_CORES_H
#define PROOF_CORES_H

#include <stdint.h>

uint32_t proof_core(void);

#endif
