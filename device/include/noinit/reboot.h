/* Why the device restarts: docs/formats/reboot.md. */
#ifndef NOINIT_REBOOT_H
#define NOINIT_REBOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "noinit/arch.h"
#include "noinit/port.h"
#include "noinit/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bit 15: unexpected. Bit 14: the project's own. Bits 0 to 7: the number. */
#define NOINIT_REASON_UNEXPECTED 0x8000u
#define NOINIT_REASON_CUSTOM 0x4000u

#define NOINIT_REASON_POWER_ON 0x0001u
#define NOINIT_REASON_PIN_RESET 0x0002u
#define NOINIT_REASON_SOFTWARE_RESET 0x0003u
#define NOINIT_REASON_FIRMWARE_UPDATE 0x0004u
#define NOINIT_REASON_LOW_POWER_WAKE 0x0005u
#define NOINIT_REASON_SHUTDOWN 0x0006u
#define NOINIT_REASON_FACTORY_RESET 0x0007u
#define NOINIT_REASON_DEBUGGER 0x0008u
#define NOINIT_REASON_SELF_TEST 0x0009u
#define NOINIT_REASON_USER_RESET 0x000au
#define NOINIT_REASON_LOW_BATTERY 0x000bu
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
#define NOINIT_REASON_CLOCK_FAILURE 0x800bu
#define NOINIT_REASON_MEMORY_ERROR 0x800cu
#define NOINIT_REASON_SECURITY 0x800du
#define NOINIT_REASON_TEMPERATURE 0x800eu
#define NOINIT_REASON_UPDATE_FAILED 0x800fu
#define NOINIT_REASON_NMI 0x8010u
#define NOINIT_REASON_HARDWARE 0x8011u

/*
 * A reason of the project's own: NOINIT_REASON(UNEXPECTED, 17, ValveStuck, "The valve did not move."); at file scope, best in one header that
 * every user includes, makes NOINIT_REASON_ValveStuck. EXPECTED or UNEXPECTED; the number is 1 to 255, written in decimal, and stays for
 * ever. One that is used twice does not compile. Name and help reach the host through the ELF file and cost no flash.
 */
#define NOINIT_REASON(class_, number_, name_, help_)                                                                                \
    enum {                                                                                                                          \
        NOINIT_REASON_##name_ = NOINIT_REASON_CLASS_##class_ + 0x4000 + (number_),                                                  \
        noinit_reason_number_##number_##_is_taken                                                                                   \
    };                                                                                                                              \
    NOINIT_STATIC_ASSERT_((number_) >= 1 && (number_) <= 255, "the number of a reason is 1 to 255");                                \
    NOINIT_STATIC_ASSERT_(1##number_ - (number_) == 10 || 1##number_ - (number_) == 100 || 1##number_ - (number_) == 1000,          \
                          "the number of a reason is written in decimal, so that one that is used twice is seen");                  \
    NOINIT_REASON_DESCRIPTOR_(NOINIT_REASON_##name_, number_, name_, help_)
#ifdef __cplusplus
#define NOINIT_STATIC_ASSERT_ static_assert
#else
#define NOINIT_STATIC_ASSERT_ _Static_assert
#endif
/* Its descriptor: docs/formats/dictionary.md. A section each, as for log sites. */
#define NOINIT_REASON_DESCRIPTOR_(value_, number_, name_, help_)                                                                    \
    __attribute__((section("noinit_log.reason." #number_), aligned(16), used)) static const struct {                                \
        uint8_t magic, version;                                                                                                     \
        uint16_t value;                                                                                                             \
        char text[sizeof(#name_ "\x1f" help_)];                                                                                     \
    } noinit_reason_descriptor_##number_ = {0x72, 0, (uint16_t)(value_), #name_ "\x1f" help_}
#define NOINIT_REASON_CLASS_EXPECTED 0
#define NOINIT_REASON_CLASS_UNEXPECTED 0x8000

/*
 * Marks why the next reset will happen. The first mark of a boot gives the reason; the first unexpected one after it, or a fault, is kept
 * too and makes the reboot unexpected. One that is NOINIT_MARK_STALE_MS old gives way: its reset did not come. Gives the reason that
 * counts by now. Thread, ISR or fault handler; of several cores, one at a time.
 */
uint16_t noinit_reboot_mark_from(uint16_t reason, uint32_t pc, uint32_t lr);

/* The same, with the place of the call: inlined so that `lr` is where the function that marks returns to. */
__attribute__((always_inline)) static inline void noinit_reboot_mark(uint16_t reason)
{
    (void)noinit_reboot_mark_from(reason, noinit_arch_pc(), NOINIT_ARCH_RETURN_ADDRESS());
}

/* For the project's own reasons: NOINIT_REBOOT_MARK(ValveStuck). */
#define NOINIT_REBOOT_MARK(name_) noinit_reboot_mark((uint16_t)NOINIT_REASON_##name_)

/* Takes back what was marked in this boot: the reset will not happen after all. Thread or ISR. */
void noinit_reboot_unmark(void);

/* Marks and resets. */
__attribute__((noreturn, always_inline)) static inline void noinit_reboot(uint16_t reason)
{
    noinit_reboot_mark(reason);
    noinit_port_reset();
}

/* How the boot before ended, as its reboot record says it. */
typedef struct {
    uint16_t reason;      /* what counts */
    uint16_t hardware;    /* what the chip says, decoded */
    uint32_t raw;         /* and as its register said it */
    bool is_unexpected;
    uint32_t uptime_ms;   /* last one known to have been reached */
} noinit_reboot_t;

/* False where there was no boot before: retained RAM was lost, or noinit_init did not come through. Thread or ISR. */
bool noinit_reboot_last(noinit_reboot_t *reboot);

/* Unexpected reboots since power-on or since they were cleared, the last one included. Valid after noinit_init. Any context. */
uint32_t noinit_reboot_unexpected_count(void);
void noinit_reboot_unexpected_clear(void);

/*
 * Boot loops: unexpected reboots since the firmware was last found healthy. It is healthy by this call, or by itself when noinit_alive is
 * called NOINIT_HEALTHY_MS after the start.
 */
bool noinit_reboot_is_loop(uint32_t limit);
void noinit_healthy(void);

/* Seconds that the firmware ran in this lineage, this boot included; and crashes of it (unexpected reboots that nobody can clear). */
uint32_t noinit_operating_seconds(void);
uint32_t noinit_crash_count(void);

/*
 * Called about once a second or more often: remembers the uptime, and what ran then, so that the next start knows how long this boot lasted
 * at least, and what it was doing, even where no interrupt comes before the watchdog. The caller's place is taken. Thread or ISR.
 */
void noinit_alive(void);

/*
 * The same from a timer's interrupt, with what was interrupted: a number of the task (its control block's address, say; 0: none) and its pc
 * (0: not known). On Cortex-M, noinit_tick_entry in the timer's vector finds the pc and calls noinit_port_tick(pc); on RISC-V it is mepc.
 */
void noinit_alive_at(uint32_t task, uint32_t pc);
void noinit_tick_entry(void);

/*
 * NOINIT_BOOT_DEFERRED=1 only. Asks the port again for the version and hardware that noinit_port_version and _hardware did not know yet (NULL)
 * at noinit_init, and lets the boot record go. Until then nothing of this boot is sent, nor what waits behind its record.
 * NOINIT_ERR_NOT_READY: still not known, and everything is kept. Thread only, the packetizer's.
 */
noinit_result_t noinit_boot_collect(void);

#ifdef __cplusplus
}
#endif

#endif
