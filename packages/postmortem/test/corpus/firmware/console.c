/* Text through semihosting, on Arm and on RISC-V; what the program tells of itself. */
#include "console.h"

#define SYS_WRITE0 4
#define SYS_EXIT_EXTENDED 0x20

#ifdef __riscv
/* The three instructions must stand in one piece, uncompressed, within a page. */
__attribute__((naked, noinline, aligned(16))) static uint32_t semihost(uint32_t operation, const void *argument)
{
    __asm__ volatile(".option push\n .option norvc\n slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n .option pop\n ret");
}
#else
static uint32_t semihost(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}
#endif

static char line[128];
static uint32_t used;

static void flush(void)
{
    line[used] = 0;
    semihost(SYS_WRITE0, line);
    used = 0;
}

static void put(char c)
{
    if (used == sizeof line - 1) {
        flush();
    }
    line[used++] = c;
}

static void put_digits(uint32_t value, int digits)
{
    for (int shift = 4 * digits - 4; shift >= 0; shift -= 4) {
        put("0123456789abcdef"[(value >> shift) & 15]);
    }
}

void put_text(const char *text)
{
    while (*text) {
        put(*text++);
    }
    put(' ');
}

void put_word(uint32_t word)
{
    put_digits(word, 8);
    put(' ');
}

void put_words(const uint32_t *words, unsigned count)
{
    while (count-- > 0) {
        put_word(*words++);
    }
}

void end_line(void)
{
    put('\n');
    flush();
}

void put_memory(const void *from, const void *to)
{
    put_text("M");
    put_word((uint32_t)from);
    put_words(from, (unsigned)((const uint32_t *)to - (const uint32_t *)from));
    end_line();
}

void end_run(void)
{
    const uint32_t exit_block[2] = {0x20026u, 0};
    semihost(SYS_EXIT_EXTENDED, exit_block);
    for (;;) {
    }
}

void tell_call(const char *function, unsigned number)
{
    put_text("C");
    put_text(function);
    put_word(number);
    end_line();
}

void tell_value(const char *function, const char *name, const void *address, const void *bytes, unsigned size)
{
    put_text("V");
    put_text(function);
    put_text(name);
    if (address) {
        put_word((uint32_t)address);
    } else {
        put_text("-");
    }
    for (unsigned i = 0; i < size; i++) {
        put_digits(((const uint8_t *)bytes)[i], 2);
    }
    end_line();
}

void tell_text(const char *function, const char *path, const char *text)
{
    put_text("D");
    put_text(function);
    put_text(path);
    put_text(text);
    end_line();
}

/* libgcc's unwinder asks for the first where nothing is collected, abstract classes for the second. */
void abort(void)
{
    end_run();
}
void __cxa_pure_virtual(void)
{
    end_run();
}

/* The compilers call these for initialised arrays and copies of structs. Volatile, or they would become calls of themselves. */
void *memset(void *to, int value, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        ((volatile uint8_t *)to)[i] = (uint8_t)value;
    }
    return to;
}

void *memcpy(void *to, const void *from, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        ((volatile uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    }
    return to;
}

void *memmove(void *to, const void *from, unsigned length)
{
    if (to <= from) {
        return memcpy(to, from, length);
    }
    while (length-- > 0) {
        ((volatile uint8_t *)to)[length] = ((const uint8_t *)from)[length];
    }
    return to;
}

int memcmp(const void *left, const void *right, unsigned length)
{
    for (unsigned i = 0; i < length; i++) {
        const int difference = ((const volatile uint8_t *)left)[i] - ((const volatile uint8_t *)right)[i];
        if (difference != 0) {
            return difference;
        }
    }
    return 0;
}

#ifndef __riscv
/* The names that the Arm ABI gives them. */
void __aeabi_memset(void *to, unsigned length, int value)
{
    memset(to, value, length);
}
void __aeabi_memclr(void *to, unsigned length)
{
    memset(to, 0, length);
}
#define ALSO(name, parameters) void name##4 parameters __attribute__((alias(#name))); void name##8 parameters __attribute__((alias(#name)))
ALSO(__aeabi_memset, (void *, unsigned, int));
ALSO(__aeabi_memclr, (void *, unsigned));
void *__aeabi_memcpy(void *, const void *, unsigned) __attribute__((alias("memcpy")));
void *__aeabi_memcpy4(void *, const void *, unsigned) __attribute__((alias("memcpy")));
void *__aeabi_memcpy8(void *, const void *, unsigned) __attribute__((alias("memcpy")));
void *__aeabi_memmove(void *, const void *, unsigned) __attribute__((alias("memmove")));
void *__aeabi_memmove4(void *, const void *, unsigned) __attribute__((alias("memmove")));
void *__aeabi_memmove8(void *, const void *, unsigned) __attribute__((alias("memmove")));
#endif
