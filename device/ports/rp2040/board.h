/* A board with an RP2040 at 1 MHz: a one-second tick, a watchdog that warns, a UART with flow control. */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Clocks, pins, UART and tick. Thread only, once, first of all. */
void board_start(void);

/* Starts the watchdog: 4 s after the last board_watchdog_feed it resets the chip, 1 s before that noinit_watchdog_entry runs. */
void board_watchdog_start(void);
void board_watchdog_feed(void);

/* Sleeps until an interrupt came since the last call. Thread only. */
void board_sleep(void);

/* Ticks of one second since the start. */
uint32_t board_seconds(void);

/* Waits without sleeping. Any context. */
void board_busy_wait_ms(uint32_t milliseconds);

/* Waits for room, then hands the byte to the UART. Thread only. */
void board_uart_write(uint8_t byte);

/* A received byte, oldest first; false: none. Thread only. */
bool board_uart_read(uint8_t *byte);

/* What noinit_port_random gives; from outside, since nothing on this board is random. Before noinit_init. */
void board_set_random(uint32_t value);

/* Runs at every tick, in the tick interrupt. The firmware gives it. */
void board_on_tick(void);

#endif
