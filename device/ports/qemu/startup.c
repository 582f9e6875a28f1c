/* Vector table and reset for a Cortex-M on QEMU. */
#include <stdint.h>

#include "noinit/crash.h"

extern uint32_t __data_start[], __data_end[], __data_load[], __bss_start[], __bss_end[], __stack[];

int main(void);
void reset_entry(void);
void idle_entry(void);

/* A scenario may bring its own. */
__attribute__((weak)) void idle_entry(void)
{
    for (;;) {
    }
}
__attribute__((weak, alias("idle_entry"))) void svc_entry(void);
__attribute__((weak, alias("idle_entry"))) void pendsv_entry(void);
__attribute__((weak, alias("idle_entry"))) void systick_entry(void);
__attribute__((weak, alias("idle_entry"))) void irq2_entry(void);
__attribute__((weak, alias("idle_entry"))) void irq3_entry(void);

void reset_entry(void)
{
#ifdef __ARM_FP
    /* The compiler may use floating-point registers from main's first instruction on. */
    *(volatile uint32_t *)0xe000ed88u |= 0xfu << 20;
    __asm__ volatile("dsb\n\tisb");
#endif
    for (uint32_t *to = __data_start, *from = __data_load; to < __data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = __bss_start; to < __bss_end;) {
        *to++ = 0;
    }
    (void)main();
    for (;;) {
    }
}

/* The watchdog of the mps2 machines announces itself by an NMI, half its time before it resets. */
#define NMI_ENTRY noinit_watchdog_entry

typedef void (*entry_t)(void);
__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    entry_t entries[19];
} vectors = {__stack,
             {reset_entry, NMI_ENTRY, noinit_fault_entry, noinit_fault_entry, noinit_fault_entry, noinit_fault_entry, noinit_fault_entry,
              idle_entry, idle_entry, idle_entry, svc_entry, idle_entry, idle_entry, pendsv_entry, systick_entry,
              idle_entry, idle_entry, irq2_entry, irq3_entry}};
