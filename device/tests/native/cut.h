/* Runs code and stops it behind its n-th store into retained memory, as a reset would. */
#ifndef CUT_H
#define CUT_H

#include <stdbool.h>

/* True if `code(argument)` was cut behind its store `n` (from 1); false if it ended before. */
bool cut_after(unsigned n, void (*code)(unsigned), unsigned argument);

#endif
