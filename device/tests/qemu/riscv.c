/* What is different on RISC-V: how an interrupt logs between a thread's lines. */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(riscv);

int main(void);
void noinit_test_tick(void);
void noinit_test_trap(void);

NOINIT_RETAINED static uint32_t starts;

#define CLINT 0x02000000u
#define REGISTER(address) (*(volatile uint32_t *)(address))

static volatile uint32_t ticks;

/* Interrupts to the function below, all else to the SDK; both find the registers as they were. */
__asm__(
    "    .section .text.noinit_test_trap,\"ax\",@progbits\n"
    "    .balign 4\n"
    "    .global noinit_test_trap\n"
    "noinit_test_trap:\n"
    "    csrw mscratch, t0\n"
    "    csrr t0, mcause\n"
    "    bltz t0, 1f\n"
    "    csrr t0, mscratch\n"
    "    j noinit_fault_entry\n"
    "1:  csrr t0, mscratch\n"
    "    j noinit_test_tick\n"
    "    .previous\n");

static void set_timer(uint64_t ticks_from_now)
{
    const uint64_t at = qemu_ticks() + ticks_from_now;
    REGISTER(CLINT + 0x4004u) = 0xffffffffu; /* mtimecmp, never below what it shall be */
    REGISTER(CLINT + 0x4000u) = (uint32_t)at;
    REGISTER(CLINT + 0x4004u) = (uint32_t)(at >> 32);
}

__attribute__((interrupt("machine"), used)) void noinit_test_tick(void)
{
    ticks++;
    NOINIT_INF("tick %u", (unsigned)ticks);
    set_timer(61);
}

/* Short ones, and long ones that go on in another block: the interrupt falls into reserving, filling and closing. */
static void log_against_the_timer(void)
{
    static const uint8_t DATA[300];
    __asm__ volatile("csrw mtvec, %0\n\tcsrs mie, %1\n\tcsrs mstatus, %2" : : "r"(noinit_test_trap), "r"(0x80u), "r"(8u) : "memory");
    set_timer(10);
    for (uint32_t i = 1; i <= 100u; i++) {
        NOINIT_INF("thread %u", (unsigned)i);
        if (i % 10u == 0) {
            NOINIT_HEXDUMP_INF(DATA, sizeof DATA, "dump %u", (unsigned)i);
        }
    }
    __asm__ volatile("csrc mstatus, %0" : : "r"(8u) : "memory");
    NOINIT_INF("%u ticks", (unsigned)ticks);
}

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_print("noinit_init failed");
        qemu_exit(1);
    }
    starts++;
    if (starts == 1) {
        log_against_the_timer();
        noinit_port_reset();
    }
    qemu_send_chunks(400);
    qemu_exit(0);
}
