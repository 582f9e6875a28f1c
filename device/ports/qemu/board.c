/* The port functions and a UART for the machines of QEMU that boards.json lists. */
#include "board.h"

#include "noinit/noinit.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

#if defined(BOARD_mps2_an385) || defined(BOARD_mps2_an386) || defined(BOARD_mps2_an500) || defined(BOARD_mps2_an511)
#define CMSDK_UART 0x40004000u
#elif defined(BOARD_mps2_an505) || defined(BOARD_mps2_an521)
#define CMSDK_UART 0x50200000u /* the secure alias: this firmware knows one security world */
#elif defined(BOARD_mps3_an524)
#define CMSDK_UART 0x51303000u
#elif defined(BOARD_mps3_an547)
#define CMSDK_UART 0x59303000u
#elif defined(BOARD_lm3s6965evb)
#define PL011_UART 0x4000c000u
#elif defined(BOARD_musca_b1)
#define PL011_UART 0x50105000u
#elif defined(BOARD_netduino2) || defined(BOARD_netduinoplus2)
#define STM32_UART 0x40011000u
#elif defined(BOARD_emcraft_sf2)
#define MSF2_UART 0x40000000u
#endif

#if defined(CMSDK_UART)

static void uart_open(void)
{
    REGISTER(CMSDK_UART + 0x10u) = 16; /* BAUDDIV, the smallest allowed */
    REGISTER(CMSDK_UART + 0x08u) = 3;  /* CTRL: transmit and receive */
}

void qemu_uart_put(uint8_t byte)
{
    uart_open();
    while ((REGISTER(CMSDK_UART + 0x04u) & 1u) != 0) {
    }
    REGISTER(CMSDK_UART) = byte;
}

int qemu_uart_get(void)
{
    uart_open();
    return (REGISTER(CMSDK_UART + 0x04u) & 2u) != 0 ? (int)(REGISTER(CMSDK_UART) & 0xffu) : -1;
}

#elif defined(PL011_UART)

static void uart_open(void)
{
    REGISTER(PL011_UART + 0x2cu) = 0x60;  /* LCR_H: 8 bits */
    REGISTER(PL011_UART + 0x30u) = 0x301; /* CR: transmit and receive */
}

void qemu_uart_put(uint8_t byte)
{
    uart_open();
    while ((REGISTER(PL011_UART + 0x18u) & 0x20u) != 0) {
    }
    REGISTER(PL011_UART) = byte;
}

int qemu_uart_get(void)
{
    uart_open();
    return (REGISTER(PL011_UART + 0x18u) & 0x10u) == 0 ? (int)(REGISTER(PL011_UART) & 0xffu) : -1;
}

#elif defined(STM32_UART)

static void uart_open(void)
{
    REGISTER(STM32_UART + 0x0cu) = 1u << 13 | 1u << 3 | 1u << 2; /* CR1: on, transmit and receive */
}

void qemu_uart_put(uint8_t byte)
{
    uart_open();
    while ((REGISTER(STM32_UART) & 0x80u) == 0) {
    }
    REGISTER(STM32_UART + 4u) = byte;
}

int qemu_uart_get(void)
{
    uart_open();
    return (REGISTER(STM32_UART) & 0x20u) != 0 ? (int)(REGISTER(STM32_UART + 4u) & 0xffu) : -1;
}

#elif defined(MSF2_UART)

#define REGISTER8(address) (*(volatile uint8_t *)(address))

/* A 16550 whose registers are four bytes apart. */
void qemu_uart_put(uint8_t byte)
{
    while ((REGISTER8(MSF2_UART + 20u) & 0x20u) == 0) {
    }
    REGISTER8(MSF2_UART) = byte;
}

int qemu_uart_get(void)
{
    return (REGISTER8(MSF2_UART + 20u) & 1u) != 0 ? (int)REGISTER8(MSF2_UART) : -1;
}

#elif defined(BOARD_microbit)

#define UART 0x40002000u

static void uart_open(void)
{
    REGISTER(UART + 0x500u) = 4; /* ENABLE */
    REGISTER(UART + 0x008u) = 1; /* STARTTX */
    REGISTER(UART + 0x000u) = 1; /* STARTRX */
}

void qemu_uart_put(uint8_t byte)
{
    uart_open();
    REGISTER(UART + 0x11cu) = 0; /* TXDRDY */
    REGISTER(UART + 0x51cu) = byte;
    while (REGISTER(UART + 0x11cu) == 0) {
    }
}

int qemu_uart_get(void)
{
    uart_open();
    if (REGISTER(UART + 0x108u) == 0) { /* RXDRDY */
        return -1;
    }
    REGISTER(UART + 0x108u) = 0;
    return (int)(REGISTER(UART + 0x518u) & 0xffu);
}

#elif defined(BOARD_rv32)

#define REGISTER8(address) (*(volatile uint8_t *)(address))
#define UART 0x10000000u

void qemu_uart_put(uint8_t byte)
{
    while ((REGISTER8(UART + 5u) & 0x20u) == 0) {
    }
    REGISTER8(UART) = byte;
}

int qemu_uart_get(void)
{
    return (REGISTER8(UART + 5u) & 1u) != 0 ? (int)REGISTER8(UART) : -1;
}

#else
#error "define BOARD_ and one of the names in boards.json, with _ for -"
#endif

void qemu_print(const char *text)
{
    for (; *text != '\0'; text++) {
        qemu_uart_put((uint8_t)*text);
    }
    qemu_uart_put('\n');
}

#ifdef __riscv

/* RISC-V semihosting: the three instructions that name it must stand in one page and must not be compressed. */
uint32_t qemu_semihost(uint32_t operation, const void *argument);
/* clang-format off */
__asm__(
    "    .section .text.qemu_semihost,\"ax\",@progbits\n"
    "    .balign 16\n"
    "    .global qemu_semihost\n"
    "    .type qemu_semihost, @function\n"
    "qemu_semihost:\n"
    "    .option push\n"
    "    .option norvc\n"
    "    slli x0, x0, 0x1f\n"
    "    ebreak\n"
    "    srai x0, x0, 7\n"
    "    ret\n"
    "    .option pop\n"
    "    .previous\n");
/* clang-format on */

static uint32_t semihost(uint32_t operation, const void *argument)
{
    return qemu_semihost(operation, argument);
}

static void reset_chip(void)
{
    __asm__ volatile("fence" : : : "memory");
    REGISTER(0x100000u) = 0x7777u; /* the test finisher: reset */
}

#else

/* Arm semihosting: operation in r0, its argument in r1. */
static uint32_t semihost(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void reset_chip(void)
{
    __asm__ volatile("dsb" : : : "memory");
    REGISTER(0xe000ed0cu) = 0x05fa0004u; /* AIRCR: VECTKEY, SYSRESETREQ */
}

#endif

_Noreturn void qemu_exit(int code)
{
    const uint32_t exit_extended[2] = {0x20026u, (uint32_t)code};
    (void)semihost(0x20, exit_extended);
    for (;;) {
    }
}

static uint32_t parse_number(const char *text)
{
    uint32_t base = 10;
    if (text[0] == '0' && text[1] == 'x') {
        base = 16;
        text += 2;
    }
    uint32_t value = 0;
    for (; *text != '\0' && *text != ' '; text++) {
        const uint32_t digit = *text >= 'a' ? (uint32_t)(*text - 'a') + 10u : (uint32_t)(*text - '0');
        value = value * base + digit;
    }
    return value;
}

/* The text behind `name=` in `line`, or NULL. */
static const char *find_value(const char *line, const char *name)
{
    for (; *line != '\0'; line++) {
        uint32_t i = 0;
        while (name[i] != '\0' && line[i] == name[i]) {
            i++;
        }
        if (name[i] == '\0' && line[i] == '=') {
            return line + i + 1;
        }
    }
    return NULL;
}

uint32_t qemu_argument(const char *name, uint32_t otherwise)
{
    static char line[256];
    const struct {
        char *line;
        uint32_t size;
    } get_command_line = {line, sizeof line};
    if (semihost(0x15, &get_command_line) != 0) {
        return otherwise;
    }
    const char *value = find_value(line, name);
    return value != NULL ? parse_number(value) : otherwise;
}

#ifdef BOARD_rv32

#define CLINT 0x02000000u

/* mtime, which all harts share: 10 MHz. */
static uint64_t read_ticks(void)
{
    uint32_t high;
    uint32_t low;
    do {
        high = REGISTER(CLINT + 0xbffcu);
        low = REGISTER(CLINT + 0xbff8u);
    } while (high != REGISTER(CLINT + 0xbffcu));
    return (uint64_t)high << 32 | low;
}

uint32_t noinit_port_uptime_ms(void)
{
    return (uint32_t)(read_ticks() / 10000u);
}

uint64_t qemu_ticks(void)
{
    return read_ticks();
}

static void (*volatile hart_code)(void);

/* What startup_riscv.c runs on every hart but the first, on its own stack. */
void qemu_hart_main(void);
__attribute__((used)) void qemu_hart_main(void)
{
    REGISTER(CLINT + 4u) = 0; /* msip: left over from before a reset */
    while (REGISTER(CLINT + 4u) == 0) {
    }
    void (*const code)(void) = hart_code;
    hart_code = (void (*)(void))0;
    code();
    for (;;) {
    }
}

void qemu_start_hart(void (*code)(void))
{
    hart_code = code;
    while (hart_code == code) {
        __asm__ volatile("fence" : : : "memory");
        REGISTER(CLINT + 4u) = 1;
    }
}

#else

/* SysTick's reload gives no time without an interrupt: a uptime that counts its own calls is monotone and the same in every run. */
uint32_t noinit_port_uptime_ms(void)
{
    static uint32_t calls;
    return ++calls;
}

#endif

/* `random=` on the command line, so that a test decides; the host's clock otherwise. */
uint32_t noinit_port_random(void)
{
    const uint32_t seconds = semihost(0x11, NULL);
    const uint32_t hundredths = semihost(0x10, NULL);
    return qemu_argument("random", seconds * 2654435761u ^ hundredths);
}

typedef struct {
    uint32_t magic;
    uint32_t reason;
    uint32_t raw;
} mailbox_t;
NOINIT_RETAINED static mailbox_t mailbox;
#define MAILBOX_MAGIC 0x584f424du

void qemu_set_reset_cause(uint16_t reason, uint32_t raw)
{
    mailbox.reason = reason;
    mailbox.raw = raw;
    mailbox.magic = MAILBOX_MAGIC;
}

uint32_t noinit_port_reset_cause_read(void)
{
    return mailbox.magic == MAILBOX_MAGIC ? mailbox.raw : 1u;
}

void noinit_port_reset_cause_clear(void)
{
    mailbox.magic = 0;
}

uint16_t noinit_port_reset_cause_decode(uint32_t raw)
{
    return raw == mailbox.raw ? (uint16_t)mailbox.reason : NOINIT_REASON_POWER_ON;
}

_Noreturn void noinit_port_reset(void)
{
    if (mailbox.magic != MAILBOX_MAGIC) {
        qemu_set_reset_cause(NOINIT_REASON_SOFTWARE_RESET, 4u);
    }
    reset_chip();
    for (;;) {
    }
}

#ifndef FIRMWARE_VERSION
#define FIRMWARE_VERSION "1.0.0"
#endif

const char *noinit_port_version(void)
{
    return FIRMWARE_VERSION;
}

const char *noinit_port_hardware(void)
{
    return "qemu";
}

void qemu_send_chunks(uint32_t size)
{
    static uint8_t chunk[1024];
    for (;;) {
        size_t length = size < sizeof chunk ? size : sizeof chunk;
        if (!noinit_packetizer_get_chunk(chunk, &length)) {
            return;
        }
        static const char PREFIX[] = "chunk ";
        for (uint32_t i = 0; PREFIX[i] != '\0'; i++) {
            qemu_uart_put((uint8_t)PREFIX[i]);
        }
        for (uint32_t i = 0; i < length; i++) {
            qemu_uart_put((uint8_t)"0123456789abcdef"[chunk[i] >> 4]);
            qemu_uart_put((uint8_t)"0123456789abcdef"[chunk[i] & 15u]);
        }
        qemu_uart_put('\n');
    }
}
