#ifndef CONSOLE_H
#define CONSOLE_H
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Lines of text through semihosting. Words are hex. */
void put_text(const char *text);
void put_word(uint32_t word);
void put_words(const uint32_t *words, unsigned count);
/* `M address words…`: the memory between the two. */
void put_memory(const void *from, const void *to);
void end_line(void);
void end_run(void) __attribute__((noreturn));

/* What the program knows of itself, told before it crashes. */
/* `C function line`: this function is about to call, or to crash, in this line. */
void tell_call(const char *function, unsigned line);
/* `V function name address bytes`: address 0 is said as `-`: the variable need not be in memory. */
void tell_value(const char *function, const char *name, const void *address, const void *bytes, unsigned size);
/* `D function path text`: how the value of that path reads. */
void tell_text(const char *function, const char *path, const char *text);

#ifdef __cplusplus
}
#endif
#endif
