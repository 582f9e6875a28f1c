/* Before every file of a build for coverage: a process that ends by _exit writes down what it ran. */
#ifndef COVERAGE_H
#define COVERAGE_H

#include <unistd.h>

void __gcov_dump(void);
#define _exit(code) (__gcov_dump(), (_exit)(code))

#endif
