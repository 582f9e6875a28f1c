/* What the entries leave of the code that called them or was struck by a trap. */
#ifndef NOINIT_ARCH_RISCV_CONTEXT_H
#define NOINIT_ARCH_RISCV_CONTEXT_H

#include <stdint.h>

/* The assembly knows the offsets. */
typedef struct {
    uint32_t core[32]; /* pc, then x1 to x31, as in register set 1 of docs/formats/crash.md */
    uint32_t mstatus;
} noinit_riscv_context_t;

/* Numbers of `core`. */
enum { NOINIT_RISCV_PC = 0, NOINIT_RISCV_RA = 1, NOINIT_RISCV_SP = 2, NOINIT_RISCV_A0 = 10 };

/* Where an interrupt goes that came to noinit_fault_entry, because mtvec is direct; NULL: it is captured as a fault. */
extern void (*volatile noinit_riscv_interrupt)(void);

#endif
