/*
 * The oracle's firmware: makes all generated calls and sends both what the C library printed and what was logged. On the UART stand
 * frames: one letter, two bytes of length, low first, and the bytes. P is what one call prints, C a chunk of the log; the first P are those
 * that the C library is known to print in another way than C11 says.
 */
#include "oracle.h"

#include "board.h"

NOINIT_LOG_REGISTER(oracle);

char oracle_line[ORACLE_LINE_BYTES];

extern void (*const oracle_parts[])(void);
extern const unsigned oracle_part_count;
void oracle_known_cases(void);

static void send(uint8_t kind, const void *bytes, uint32_t size)
{
    qemu_uart_put(kind);
    qemu_uart_put((uint8_t)size);
    qemu_uart_put((uint8_t)(size >> 8));
    for (uint32_t i = 0; i < size; i++) {
        qemu_uart_put(((const uint8_t *)bytes)[i]);
    }
}

static void send_chunks(void)
{
    static uint8_t chunk[1024];
    for (;;) {
        size_t size = sizeof chunk;
        if (!noinit_packetizer_get_chunk(chunk, &size)) {
            return;
        }
        send('C', chunk, (uint32_t)size);
    }
}

void oracle_printed(int size)
{
    if (size < 0 || (uint32_t)size >= sizeof oracle_line) {
        qemu_print("a line that does not fit");
        qemu_exit(2);
    }
    send('P', oracle_line, (uint32_t)size);
}

void oracle_logged(void)
{
    static unsigned calls;
    calls++;
    if (calls % 8u == 0) { /* eight of the largest entries fit into the ring */
        send_chunks();
    }
}

/* The C library's heap, which printing of floating point takes some of, and what it calls where it finds itself wrong. */
void *_sbrk(ptrdiff_t size);
void *_sbrk(ptrdiff_t size)
{
    static uint64_t heap[8192];
    static ptrdiff_t used;
    if (used + size > (ptrdiff_t)sizeof heap) {
        return (void *)-1;
    }
    void *const at = (uint8_t *)heap + used;
    used += size;
    return at;
}

_Noreturn void __assert_func(const char *file, int line, const char *function, const char *expression);
_Noreturn void __assert_func(const char *file, int line, const char *function, const char *expression)
{
    (void)file;
    (void)line;
    (void)function;
    qemu_print(expression);
    qemu_exit(3);
}

static void run(void)
{
    oracle_known_cases();
    for (unsigned part = 0; part < oracle_part_count; part++) {
        oracle_parts[part]();
    }
    send_chunks();
    qemu_exit(0);
}

int main(void)
{
    static uint64_t stack[8192]; /* the board's own is too small for the C library */
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    __asm__ volatile("msr msp, %0\n\tbx %1" : : "r"(&stack[8192]), "r"(run) : "memory");
    return 0;
}
