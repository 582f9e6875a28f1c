#ifndef CORPUS_H
#define CORPUS_H
#include <stdint.h>

int main(void);
void SysTick_Handler(void);
/* Goes on in thread mode on the process stack; does not return. The entry's return address is 0. */
void run_on_thread_stack(void (*entry)(void));
/* SysTick strikes before this returns. */
void pend_systick(void);

#endif
