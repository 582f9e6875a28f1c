/* A bootloader that has nothing of the SDK but noinit/log_reader.h: prints the last five entries of the log in RAM, starts the application. */
#include <noinit/log_reader.h>

#include "board.h"

int main(void);
void noinit_fault_entry(void);
void noinit_watchdog_entry(void);

extern uint8_t __noinit_log_start[], __noinit_log_end[];

#define APP 0x100000u
#define VTOR (*(volatile uint32_t *)0xe000ed08u)

static void print_number(uint64_t value)
{
    char digits[24];
    uint32_t at = sizeof digits - 1u;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    for (; digits[at] != '\0'; at++) {
        qemu_uart_put((uint8_t)digits[at]);
    }
    qemu_uart_put(' ');
}

static void print_bytes(const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        qemu_uart_put((uint8_t)"0123456789abcdef"[bytes[i] >> 4]);
        qemu_uart_put((uint8_t)"0123456789abcdef"[bytes[i] & 15u]);
    }
}

/* `entry NUMBER KIND BOOT STAMP ID BUILD BODY`: what it says only the application's ELF file knows. */
static void print_entry(const noinit_log_reader_t *reader, const noinit_log_entry_t *entry)
{
    static const char WORD[] = "entry ";
    for (uint32_t i = 0; WORD[i] != '\0'; i++) {
        qemu_uart_put((uint8_t)WORD[i]);
    }
    print_number(entry->number);
    print_number(entry->kind);
    print_number(entry->segment->boot);
    print_number(entry->stamp);
    print_number(entry->id);
    print_bytes(entry->segment->build, sizeof entry->segment->build);
    qemu_uart_put(' ');
    for (uint32_t from = 0; from < entry->size;) {
        uint32_t size;
        const uint8_t *bytes = noinit_log_reader_body(reader, entry, from, &size);
        print_bytes(bytes, size);
        from += size;
    }
    qemu_uart_put('\n');
}

static _Noreturn void start_app(void)
{
    const uint32_t *vectors = (const uint32_t *)APP;
    VTOR = APP;
    __asm__ volatile("msr msp, %0\n\tbx %1" : : "r"(vectors[0]), "r"(vectors[1]) : "memory");
    for (;;) {
    }
}

void noinit_fault_entry(void)
{
    qemu_exit(9);
}

void noinit_watchdog_entry(void)
{
    qemu_exit(9);
}

int main(void)
{
    noinit_log_reader_t reader;
    noinit_log_entry_t entry;
    if (!noinit_log_reader_open(&reader, __noinit_log_start, (uint32_t)(__noinit_log_end - __noinit_log_start))) {
        qemu_print("no log");
        start_app();
    }
    (void)noinit_log_reader_last(&reader, 5);
    while (noinit_log_reader_next(&reader, &entry)) {
        print_entry(&reader, &entry);
    }
    start_app();
}
