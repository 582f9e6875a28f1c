#ifndef TELL_H
#define TELL_H
#include "machine.h"

/* QUIET: the program tells nothing, and the compiler optimises as if nobody asked. */
#ifdef QUIET
#define CALLS() ((void)0)
#define TELL(variable) ((void)0)
#define TELL_PLACE(variable) ((void)0)
#define TELL_TEXT(path, text) ((void)0)
#else
/* Stands in the line of the call that the frame is left by. */
#define CALLS() tell_call(__func__, __LINE__)
/* The value; the variable may stay in a register. */
#define TELL(variable)                                                  \
    do {                                                                \
        __typeof__(variable) told_ = (variable);                        \
        tell_value(__func__, #variable, 0, &told_, sizeof told_);       \
    } while (0)
/* Address and value; the variable must be in memory. */
#define TELL_PLACE(variable) tell_value(__func__, #variable, (const void *)&(variable), (const void *)&(variable), sizeof(variable))
#define TELL_TEXT(path, text) tell_text(__func__, path, text)
#endif

#define NOINLINE __attribute__((noinline))
#define INLINE static inline __attribute__((always_inline))

/* Numbers as in scenarios.ts. */
#define FAULT 1
#define NULL_CALL 2
#define ISR 3
#define THREAD 4
#define ISR_ON_THREAD 5
#define BAD_ADDRESS 6
#define NESTED 7
#define FPU_LIVE 8
#define DATA_CALL 9
#define NAKED 10
#define TAIL_CALL 11
#define NORETURN 12
#define RECURSION 13
#define ALLOCA 14
#define VALUES 15
#define STOPPED 16
#define HANDLER 17
#define HANDLER_ON_THREAD 18

#ifdef __riscv
#define IS_ARM 0
#define UNDEFINED_INSTRUCTION() __asm__ volatile(".word 0")
#else
#define IS_ARM 0xffffffffu
#define UNDEFINED_INSTRUCTION() __asm__ volatile("udf #1")
#endif

#endif
