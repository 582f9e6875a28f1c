#include "cut.h"

#include <setjmp.h>

#include "store_hook.h"

static jmp_buf cut_here;
static unsigned stores_left; /* 0: never cut */

bool cut_after(unsigned n, void (*code)(unsigned), unsigned argument)
{
    stores_left = n;
    if (setjmp(cut_here) != 0) {
        return true;
    }
    code(argument);
    stores_left = 0;
    return false;
}

void after_store(void)
{
    if (stores_left != 0 && --stores_left == 0) {
        longjmp(cut_here, 1);
    }
}
