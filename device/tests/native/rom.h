/* What stands for flash in test_log_options.c. */
#ifndef ROM_H
#define ROM_H

extern const char rom[64];

#endif
