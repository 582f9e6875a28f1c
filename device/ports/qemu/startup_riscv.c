/* Reset for RV32 on QEMU's virt machine, -bios none, and the four functions of a C library that compilers call by themselves. */
#include <stddef.h>
#include <stdint.h>

#include "noinit/crash.h"

extern uint32_t __data_start[], __data_end[], __data_load[], __bss_start[], __bss_end[];

int main(void);
void qemu_hart_main(void);
void cold_entry(void);

/* clang-format off */
__asm__(
    "    .section .vectors,\"ax\",@progbits\n"
    "    .global reset_entry\n"
    "    .type reset_entry, @function\n"
    "reset_entry:\n"
    "    .option push\n"
    "    .option norelax\n"
    "    la gp, __global_pointer$\n"
    "    .option pop\n"
    "    la t0, noinit_fault_entry\n"
    "    csrw mtvec, t0\n"
    "    csrr t0, mhartid\n"
    "    bnez t0, 1f\n"
    "    la sp, __stack\n"
    "    j cold_entry\n"
    /* Every other hart has a stack of its own; more than two wait for ever. */
    "1:  li t1, 1\n"
    "2:  bne t0, t1, 2b\n"
    "    la sp, qemu_hart_stack + 2048\n"
    "    j qemu_hart_main\n"
    "    .previous\n");
/* clang-format on */

__attribute__((used)) uint64_t qemu_hart_stack[2048 / 8];

__attribute__((used)) void cold_entry(void)
{
    for (uint32_t *to = __data_start, *from = __data_load; to < __data_end;) {
        *to++ = *from++;
    }
    for (volatile uint32_t *to = __bss_start; to < __bss_end;) {
        *to++ = 0;
    }
    (void)main();
    for (;;) {
    }
}

/* Volatile, or the compiler would make each of them call itself. */
void *memcpy(void *to, const void *from, size_t size);
__attribute__((weak, used)) void *memcpy(void *to, const void *from, size_t size)
{
    volatile uint8_t *out = to;
    const uint8_t *in = from;
    for (size_t i = 0; i < size; i++) {
        out[i] = in[i];
    }
    return to;
}

void *memmove(void *to, const void *from, size_t size);
__attribute__((weak, used)) void *memmove(void *to, const void *from, size_t size)
{
    volatile uint8_t *out = to;
    const uint8_t *in = from;
    if ((uintptr_t)to < (uintptr_t)from) {
        return memcpy(to, from, size);
    }
    for (size_t i = size; i > 0; i--) {
        out[i - 1u] = in[i - 1u];
    }
    return to;
}

void *memset(void *to, int byte, size_t size);
__attribute__((weak, used)) void *memset(void *to, int byte, size_t size)
{
    volatile uint8_t *out = to;
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)byte;
    }
    return to;
}

int memcmp(const void *one, const void *other, size_t size);
__attribute__((weak, used)) int memcmp(const void *one, const void *other, size_t size)
{
    const volatile uint8_t *a = one;
    const volatile uint8_t *b = other;
    for (size_t i = 0; i < size; i++) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}
