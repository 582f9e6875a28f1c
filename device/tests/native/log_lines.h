/*
 * What was logged since the last look, a line an entry: `level module: format|argument|argument`. A cut string ends in `…`, an address in place
 * of one is `@`; data of a hexdump is its last argument; a line that only a back end wanted begins with `*`. Other kinds: number and bytes.
 */
#ifndef LOG_LINES_H
#define LOG_LINES_H

const char *log_lines(void);

/* They are these, or the program ends. */
void expect_lines(const char *expected);

#endif
