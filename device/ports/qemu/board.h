/* What differs between the QEMU machines that the tests use. BOARD_ and one of the names in boards.json (_ for -) is defined. */
#ifndef NOINIT_QEMU_BOARD_H
#define NOINIT_QEMU_BOARD_H

#include <stdint.h>

/* Waits for room, then sends one byte. */
void qemu_uart_put(uint8_t byte);

/* The next byte received, or -1. */
int qemu_uart_get(void);

/* Leaves QEMU with this exit code. */
_Noreturn void qemu_exit(int code);

/* The value of `name=VALUE` on the semihosting command line (-semihosting-config arg=…), decimal or 0x…; `otherwise` if it is not there. */
uint32_t qemu_argument(const char *name, uint32_t otherwise);

/*
 * What the next start will be told by noinit_port_reset_cause_read: no machine here has a reset-cause register, so the port keeps one in
 * RAM. A reset by the SDK reads as a software reset by itself.
 */
void qemu_set_reset_cause(uint16_t reason, uint32_t raw);

/* Sends every chunk that is ready as a line `chunk HEX`, at most `size` bytes each. */
void qemu_send_chunks(uint32_t size);

#ifdef BOARD_rv32
/* Runs `code` on the second hart (-smp 2); comes back when it has begun. */
void qemu_start_hart(void (*code)(void));

/* Of the clock that all harts share: 10 MHz. */
uint64_t qemu_ticks(void);
#endif

/* A line of text. */
void qemu_print(const char *text);

#endif
