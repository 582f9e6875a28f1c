/* The reset-cause register of a chip that has none: a word of PSRAM, which no image has anything else in. Bit 4 is the watchdog's. */
#ifndef STASH_H
#define STASH_H

#include <stdint.h>

#define RESET_CAUSE (*(volatile uint32_t *)0x21f00000u)
#define RESET_CAUSE_WATCHDOG 16u

#endif
