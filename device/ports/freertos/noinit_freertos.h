/*
 * FreeRTOS's tasks in a crash record. Include it at the end of FreeRTOSConfig.h and compile noinit_freertos.c: FreeRTOS's own trace macros tell
 * of each task that is created or deleted, so nothing here knows what a task control block looks like beyond what the kernel promises (its
 * first member is the saved stack pointer). docs/guide/threads.md.
 */
#ifndef NOINIT_FREERTOS_H
#define NOINIT_FREERTOS_H

#if !defined(__ASSEMBLER__) /* some ports read FreeRTOSConfig.h from assembly */

#include <stddef.h>
#include <stdint.h>

#include "noinit/crash.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Tasks that are listed; one that is created when so many exist is not. */
#ifndef NOINIT_FREERTOS_TASKS
#define NOINIT_FREERTOS_TASKS 16
#endif

/* How the port saves a task's registers; chosen by the processor, unless the configuration knows better. */
#define NOINIT_FREERTOS_PORT_CM3 1   /* ARM_CM0, ARM_CM3: r4 to r11, the frame */
#define NOINIT_FREERTOS_PORT_CM4F 2  /* ARM_CM4F, ARM_CM7: r4 to r11, EXC_RETURN, s16 to s31 where they are used, the frame */
#define NOINIT_FREERTOS_PORT_CM33 3  /* ARM_CM23/CM33/CM55/CM85_NTZ: PSPLIM, EXC_RETURN, r4 to r11, s16 to s31, the frame */
#define NOINIT_FREERTOS_PORT_RISCV 4 /* RISC-V: mepc, x1, x5 to x31, critical nesting, mstatus */
#ifndef NOINIT_FREERTOS_PORT
#if defined(__riscv)
#define NOINIT_FREERTOS_PORT NOINIT_FREERTOS_PORT_RISCV
#elif defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8M_BASE__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define NOINIT_FREERTOS_PORT NOINIT_FREERTOS_PORT_CM33
#elif defined(__ARM_FP)
#define NOINIT_FREERTOS_PORT NOINIT_FREERTOS_PORT_CM4F
#else
#define NOINIT_FREERTOS_PORT NOINIT_FREERTOS_PORT_CM3
#endif
#endif

/*
 * Words that the port keeps below those: 1 for the secure context of a non-secure task (configENABLE_TRUSTZONE), those of
 * portasmADDITIONAL_CONTEXT_SIZE on RISC-V.
 */
#ifndef NOINIT_FREERTOS_EXTRA_WORDS
#define NOINIT_FREERTOS_EXTRA_WORDS 0
#endif

/* By the macros below. The kernel calls them in critical sections. */
void noinit_freertos_created(const volatile void *task, const volatile void *stack, const char *name);
void noinit_freertos_deleted(const volatile void *task);
void noinit_freertos_refused(size_t size);

/* RISC-V: what mtvec points to instead of freertos_risc_v_trap_handler. */
void noinit_freertos_trap_entry(void);

/* They are expanded in tasks.c and heap_n.c, which know the members. One of the project's own goes on as before: call these from there. */
#ifndef traceTASK_CREATE
#define traceTASK_CREATE(task_) noinit_freertos_created((task_), (task_)->pxStack, (task_)->pcTaskName)
#endif
#ifndef traceTASK_DELETE
#define traceTASK_DELETE(task_) noinit_freertos_deleted(task_)
#endif
#ifndef traceMALLOC
#define traceMALLOC(address_, size_) ((address_) == NULL ? noinit_freertos_refused(size_) : (void)0)
#endif

/* File and line stand in the descriptor; the condition may hold a % and so is no text. */
#ifndef configASSERT
#define configASSERT(condition_) NOINIT_ASSERT((condition_), "configASSERT")
#endif

#ifdef __cplusplus
}
#endif

#endif
#endif
