/* A failed check says where and ends the program. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                          \
    do {                                                                          \
        if (!(condition)) {                                                       \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);        \
            exit(1);                                                              \
        }                                                                         \
    } while (0)

#define RUN(test)          \
    do {                   \
        test();            \
        printf("ok %s\n", #test); \
    } while (0)

/* A small generator, the same on every run. */
static unsigned random_state = 1;
static inline unsigned next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

#endif
