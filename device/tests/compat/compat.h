/* What the programs here are run by: port_host.c, port_qemu.c. */
#ifndef COMPAT_H
#define COMPAT_H

#include <stdint.h>

/* The program; gives 0 where all is well. */
int compat_main(void);

/* Text that the program prints. */
void compat_write(const uint8_t *bytes, uint32_t size);

/* Ends a program that would go on for ever. */
_Noreturn void compat_end(int code);

#endif
