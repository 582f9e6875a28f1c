/* A processor for the capture's common part: what it finds is what the test puts here. */
#ifndef HOST_ARCH_H
#define HOST_ARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "crash/capture.h"

typedef struct {
    uint32_t pc, lr, exception, fault_bits;
    const uint32_t *stack;
    uint32_t stack_size;   /* bytes */
    uint32_t sets;         /* register sets beside set 1; as long as on Cortex-M */
    bool is_overflow;
    void (*on_place)(void);     /* called when the place is read; may fault */
    void (*on_registers)(void); /* and the registers */
} host_processor_t;
extern host_processor_t host_processor;

/* The words of set 1: 0x1000, 0x1001, … */
#define HOST_REGISTER(n) (0x1000u + (n))

/* An entry: true where the capture let the firmware go on (host_target then is what was to be called); else the process ends by a reset. */
bool host_capture(const noinit_capture_kind_t *kind, const uint32_t *argument);
extern void (*host_target)(void);

/* A fault. */
void host_fault(void);

#endif
