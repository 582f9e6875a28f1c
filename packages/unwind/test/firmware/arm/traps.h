#ifndef TRAPS_H
#define TRAPS_H
#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))
#define ICSR REG(0xE000ED04)
#define NOINLINE __attribute__((noinline))

/* Prints all registers as they are at its first instruction, and all RAM; ends the program. Does not return. */
void stop(void);
int scenario(void);
void run_on_thread_stack(void (*entry)(void), void (*back)(void));

void fault_handler(void);
void svc_handler(void);
void pendsv_handler(void);
void systick_handler(void);
void irq0_handler(void);
#endif
