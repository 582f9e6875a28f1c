#ifndef MACHINE_H
#define MACHINE_H
#include "console.h"
#ifdef __cplusplus
extern "C" {
#endif

/* Written by each program. */
int main(void);
void SysTick_Handler(void);
void PendSV_Handler(void);
void SVC_Handler(void);

/* Goes on in thread mode on the process stack (RISC-V: on another stack); does not return. The entry's return address is 0. */
void run_on_thread_stack(void (*entry)(void)) __attribute__((noreturn));
/* SysTick strikes before this returns; PendSV goes before SysTick. RISC-V: a software interrupt; the second from within the first. */
void pend_systick(void);
void pend_pendsv(void);
/* Prints the registers as a debugger would that stops the processor behind the call, and the memory. */
void stop_here(void);

#ifdef __cplusplus
}
#endif
#endif
