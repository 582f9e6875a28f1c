/* One log call of a shape, or seventeen of them: a sixteenth of the difference is what a call site costs in flash. */
#include <noinit/noinit.h>

int main(void);
NOINIT_LOG_REGISTER(sites);

#ifdef SHAPE_NONE
#define SITE NOINIT_INF("nothing")
#elif defined(SHAPE_TWO)
#define SITE NOINIT_INF("%d %d", 23, 1013)
#elif defined(SHAPE_STRING)
#define SITE NOINIT_INF("%s", "text")
#endif

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        return 1;
    }
    for (;;) {
        SITE;
#ifdef SEVENTEEN
        SITE; SITE; SITE; SITE; SITE; SITE; SITE; SITE;
        SITE; SITE; SITE; SITE; SITE; SITE; SITE; SITE;
#endif
    }
}
