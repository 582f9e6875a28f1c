/* A log that is read by the Consumer, over two starts of the same memory: `scenario=` says what happens. */
#include <noinit/log_consumer.h>
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(persist, 4);

int main(void);
void systick_entry(void);

enum { BASIC = 1, WAKE, WRAPAROUND, PERSIST, PANIC, CORRUPT };

NOINIT_RETAINED static uint32_t starts;

/* `bytes HEX`: what a transport would carry. */
static void print_bytes(const uint8_t *bytes, uint32_t size)
{
    static const char WORD[] = "bytes ";
    for (uint32_t i = 0; WORD[i] != '\0'; i++) {
        qemu_uart_put((uint8_t)WORD[i]);
    }
    for (uint32_t i = 0; i < size; i++) {
        qemu_uart_put((uint8_t)"0123456789abcdef"[bytes[i] >> 4]);
        qemu_uart_put((uint8_t)"0123456789abcdef"[bytes[i] & 15u]);
    }
    qemu_uart_put('\n');
}

static void drain(void)
{
    noinit_log_grant_t grant;
    while (noinit_log_read(&grant)) {
        print_bytes(grant.bytes[0], grant.size[0]);
        if (grant.size[1] != 0) {
            print_bytes(grant.bytes[1], grant.size[1]);
        }
        noinit_log_release(grant.size[0] + grant.size[1]);
    }
}

static void log_every_level(void)
{
    NOINIT_PRINT("printed %d\n", 1);
    NOINIT_ERR("error %d", 2);
    NOINIT_WRN("warning %d", 3);
    NOINIT_INF("info %d", 4);
    NOINIT_DBG("debug %d", 5);
    drain();
}

static volatile bool is_woken;
static volatile uint32_t ticks;

static void wake(void)
{
    is_woken = true;
}

void systick_entry(void)
{
    ticks++;
    if (ticks <= 3u) {
        NOINIT_INF("message %u", (unsigned)ticks);
    }
}

/* The interrupt writes, this reads whenever it is woken, and never asks in between. */
static void read_when_woken(void)
{
    drain();
    noinit_log_on_data(wake);
    *(volatile uint32_t *)0xe000e014u = 250000u; /* SysTick: 10 ms at 25 MHz */
    *(volatile uint32_t *)0xe000e018u = 0;
    *(volatile uint32_t *)0xe000e010u = 7;
    for (uint32_t woken = 0; woken < 3u; woken++) {
        while (!is_woken) {
            __asm__ volatile("wfi");
        }
        is_woken = false;
        qemu_print("woken");
        drain();
    }
    while (ticks < 6u) {
        __asm__ volatile("wfi");
    }
    qemu_print(is_woken ? "woken for nothing" : "done");
}

static void log_a_thousand(void)
{
    for (uint32_t i = 0; i < 1000u; i++) {
        NOINIT_INF("message %u of a thousand", (unsigned)i);
        if (i % 20u == 19u) {
            drain();
        }
    }
}

static void panic(void)
{
    static const char TEXT[] = "panicked at main:\nindex 9, length 4\n";
    NOINIT_INF("drained");
    drain();
    NOINIT_INF("before the panic");
    noinit_log_text(TEXT, sizeof TEXT - 1u);
    NOINIT_ASSERT_FAILED("index %d of %u", 9, 4u);
}

static void first_start(uint32_t scenario)
{
    switch (scenario) {
    case BASIC:
        log_every_level();
        break;
    case WAKE:
        read_when_woken();
        break;
    case WRAPAROUND:
        log_a_thousand();
        break;
    case PANIC:
        panic();
        break;
    default:
        for (int i = 1; i <= 6; i++) {
            NOINIT_INF("message %d of the first start", i);
        }
    }
}

int main(void)
{
    const uint32_t scenario = qemu_argument("scenario", BASIC);
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    starts++;
    if (starts == 1) {
        first_start(scenario);
    } else {
        NOINIT_INF("hello from start %u", (unsigned)starts);
        drain();
    }
    qemu_exit(0);
}
