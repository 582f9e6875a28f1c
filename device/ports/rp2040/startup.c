/*
 * Vector table and the way to main. The image starts at its vector table: it is made for the emulator, which has no boot ROM. A real
 * RP2040 needs a second-stage boot loader of 256 bytes in front of it, which this port does not have.
 */
#include <noinit/crash.h>
#include <stdint.h>

#include "rp2040.h"

extern uint32_t __data_start__[], __data_end__[], __data_load__[], __bss_start__[], __bss_end__[], __stack[];

typedef void (*vector_t)(void);
extern const vector_t vectors[];

int main(void);
void reset_handler(void);
void board_tick_interrupt(void);
void board_uart_interrupt(void);

/* .noinit is left alone: that is the point. */
__attribute__((noreturn)) void reset_handler(void)
{
    SCB_VTOR = (uint32_t)(uintptr_t)vectors;
    const uint32_t *from = __data_load__;
    for (uint32_t *to = __data_start__; to < __data_end__; to++) {
        *to = *from++;
    }
    for (uint32_t *to = __bss_start__; to < __bss_end__; to++) {
        *to = 0u;
    }
    main();
    for (;;) {
    }
}

/* An interrupt that nobody serves is a fault like any other. */
__attribute__((section(".vectors"), used)) const vector_t vectors[16 + 26] = {
    [0] = (vector_t)(uintptr_t)__stack,
    [1] = reset_handler,
    [2 ... 15] = noinit_fault_entry,
    [16 + IRQ_TIMER_0] = board_tick_interrupt,
    [16 + IRQ_TIMER_0 + 1 ... 16 + IRQ_TIMER_3 - 1] = noinit_fault_entry,
    [16 + IRQ_TIMER_3] = noinit_watchdog_entry,
    [16 + IRQ_TIMER_3 + 1 ... 16 + IRQ_UART0 - 1] = noinit_fault_entry,
    [16 + IRQ_UART0] = board_uart_interrupt,
    [16 + IRQ_UART0 + 1 ... 16 + 25] = noinit_fault_entry,
};
