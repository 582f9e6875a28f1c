#include "board.h"

#include <noinit/noinit.h>

#include "rp2040.h"

#define TICK_ALARM 0u
#define WARNING_ALARM 3u
#define TICK_US 1000000u
#define WARNING_US 3000000u
#define WATCHDOG_US 4000000u
/* Erratum RP2040-E1: the watchdog counts twice a microsecond. */
#define WATCHDOG_COUNTS (2u * WATCHDOG_US)

/* Filled by the UART interrupt at head, emptied by the thread at tail; a power of two. */
#define RECEIVE_BYTES 256u
static volatile uint8_t receive_bytes[RECEIVE_BYTES];
static volatile uint32_t receive_head;
static volatile uint32_t receive_tail;
static volatile uint32_t seconds;

static void start_clocks(void)
{
    XOSC_CTRL = XOSC_CTRL_ENABLE_1_15MHZ;
    while ((XOSC_STATUS & XOSC_STATUS_STABLE) == 0u) {
    }
    CLOCKS_REF_CTRL = CLOCKS_REF_CTRL_XOSC;
    while ((CLOCKS_REF_SELECTED & (1u << CLOCKS_REF_CTRL_XOSC)) == 0u) {
    }
    /* 12 MHz / 12: a battery device has time. */
    CLOCKS_SYS_DIV = 12u << 8;
    CLOCKS_SYS_CTRL = CLOCKS_SYS_CTRL_REF;
    CLOCKS_PERI_CTRL = CLOCKS_PERI_CTRL_ENABLE | CLOCKS_PERI_CTRL_XOSC;
    WATCHDOG_TICK = WATCHDOG_TICK_ENABLE | 12u;
}

static void start_peripherals(void)
{
    const uint32_t used = RESETS_IO_BANK0 | RESETS_PADS_BANK0 | RESETS_TIMER | RESETS_UART0;
    RP2040_REGISTER(RESETS_RESET + RP2040_CLEAR_BITS) = used;
    while ((RESETS_RESET_DONE & used) != used) {
    }
    IO_BANK0_GPIO0_CTRL = IO_BANK0_FUNCTION_UART;
    IO_BANK0_GPIO1_CTRL = IO_BANK0_FUNCTION_UART;
    /* 12 MHz / (16 * 115200) = 6.51 */
    UART0_IBRD = 6u;
    UART0_FBRD = 33u;
    UART0_LCR_H = UART_LCR_H_8_BITS_FIFO;
    UART0_CR = UART_CR_ENABLE_TX_RX_RTS_CTS;
    UART0_IMSC = UART_INTERRUPT_RECEIVE;
}

static void start_interrupts(void)
{
    /* The warning preempts everything, so that it can show what hung; the tick preempts the UART. */
    NVIC_IPR(0) = 0x00000080u;
    NVIC_IPR(IRQ_UART0 / 4u) = 0x000000c0u;
    TIMER_INTE = (1u << TICK_ALARM) | (1u << WARNING_ALARM);
    NVIC_ISER = (1u << IRQ_TIMER_0) | (1u << IRQ_TIMER_3) | (1u << IRQ_UART0);
    TIMER_ALARM(TICK_ALARM) = TIMER_TIMERAWL + TICK_US;
}

void board_start(void)
{
    start_clocks();
    start_peripherals();
    start_interrupts();
}

void board_watchdog_start(void)
{
    PSM_WDSEL = PSM_WDSEL_ALL_BUT_OSCILLATORS;
    board_watchdog_feed();
    WATCHDOG_CTRL = WATCHDOG_CTRL_ENABLE;
}

void board_watchdog_feed(void)
{
    WATCHDOG_LOAD = WATCHDOG_COUNTS;
    TIMER_ALARM(WARNING_ALARM) = TIMER_TIMERAWL + WARNING_US;
}

void board_sleep(void)
{
    /* Unlike wfi it does not sleep through an interrupt that came just before it. */
    __asm__ volatile("wfe" ::: "memory");
}

uint32_t board_seconds(void)
{
    return seconds;
}

void board_busy_wait_ms(uint32_t milliseconds)
{
    const uint32_t start = TIMER_TIMERAWL;
    while (TIMER_TIMERAWL - start < milliseconds * 1000u) {
    }
}

void board_uart_write(uint8_t byte)
{
    while ((UART0_FR & UART_FR_TXFF) != 0u) {
    }
    UART0_DR = byte;
}

bool board_uart_read(uint8_t *byte)
{
    if (receive_tail == receive_head) {
        return false;
    }
    *byte = receive_bytes[receive_tail % RECEIVE_BYTES];
    receive_tail = receive_tail + 1u;
    /* There is room again: the interrupt was switched off when the buffer was full. */
    UART0_IMSC = UART_INTERRUPT_RECEIVE;
    return true;
}

void board_uart_interrupt(void)
{
    while ((UART0_FR & UART_FR_RXFE) == 0u) {
        if (receive_head - receive_tail == RECEIVE_BYTES) {
            /* Bytes stay in the FIFO, and RTS holds the sender back. */
            UART0_IMSC = 0u;
            return;
        }
        receive_bytes[receive_head % RECEIVE_BYTES] = (uint8_t)UART0_DR;
        receive_head = receive_head + 1u;
    }
}

void board_tick_interrupt(void)
{
    TIMER_INTR = 1u << TICK_ALARM;
    TIMER_ALARM(TICK_ALARM) = TIMER_ALARM(TICK_ALARM) + TICK_US;
    seconds = seconds + 1u;
    board_on_tick();
}
