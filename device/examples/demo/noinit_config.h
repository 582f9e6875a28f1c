/* noinit as this product wants it: RAM is plenty, and a crash takes the stack, what overflowed of it, and all variables along. */
#ifndef DEMO_NOINIT_CONFIG_H
#define DEMO_NOINIT_CONFIG_H

#define NOINIT_BOOTS 8
#define NOINIT_CRASH_STACK_BYTES 4096
#define NOINIT_CRASH_CAPACITY 6144

#endif
