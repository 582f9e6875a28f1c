/* Why the device restarts: docs/formats/reboot.md. */
#ifndef NOINIT_REBOOT_H
#define NOINIT_REBOOT_H

#include <stdint.h>

#include "noinit/arch.h"
#include "noinit/port.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bit 15: unexpected. Bit 14: the project's own. Bits 0 to 7: the number. */
#define NOINIT_REASON_UNEXPECTED 0x8000u
#define NOINIT_REASON_POWER_ON 0x0001u
#define NOINIT_REASON_PIN_RESET 0x0002u
#define NOINIT_REASON_SOFTWARE_RESET 0x0003u
#define NOINIT_REASON_FIRMWARE_UPDATE 0x0004u
#define NOINIT_REASON_LOW_POWER_WAKE 0x0005u
#define NOINIT_REASON_SHUTDOWN 0x0006u
#define NOINIT_REASON_FACTORY_RESET 0x0007u
#define NOINIT_REASON_DEBUGGER 0x0008u
#define NOINIT_REASON_UNKNOWN 0x8000u
#define NOINIT_REASON_FAULT 0x8001u
#define NOINIT_REASON_ASSERT 0x8002u
#define NOINIT_REASON_WATCHDOG 0x8003u
#define NOINIT_REASON_SOFTWARE_WATCHDOG 0x8004u
#define NOINIT_REASON_STACK_OVERFLOW 0x8005u
#define NOINIT_REASON_OUT_OF_MEMORY 0x8006u
#define NOINIT_REASON_BROWN_OUT 0x8007u
#define NOINIT_REASON_LOCKUP 0x8008u
#define NOINIT_REASON_PANIC 0x8009u
#define NOINIT_REASON_CAPTURE_FAILED 0x800au

/* Marks why the next reset will happen; the first mark of a boot stands. Thread, ISR or fault handler. */
void noinit_reboot_mark_from(uint16_t reason, uint32_t pc, uint32_t lr);

/* The same, with the place of the call: inlined so that `lr` is where the function that marks returns to. */
__attribute__((always_inline)) static inline void noinit_reboot_mark(uint16_t reason)
{
    noinit_reboot_mark_from(reason, noinit_arch_pc(), NOINIT_ARCH_RETURN_ADDRESS());
}

/* Marks and resets. */
__attribute__((noreturn, always_inline)) static inline void noinit_reboot(uint16_t reason)
{
    noinit_reboot_mark(reason);
    noinit_port_reset();
}

/* Unexpected reboots since power-on, the last one included. Valid after noinit_init. */
uint32_t noinit_reboot_unexpected_count(void);

/* Called about once a second: remembers the uptime, so that the next start knows how long this boot lasted at least. */
void noinit_alive(void);

#ifdef __cplusplus
}
#endif

#endif
