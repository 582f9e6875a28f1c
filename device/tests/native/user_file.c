/* A file as a project writes it: compiled, never run. */
#define NOINIT_LOG_MODULE "user"
#include "noinit/noinit.h"

void use_everything(int8_t i8, uint8_t u8, int16_t i16, uint16_t u16, long l, unsigned long ul, const char *text);
void use_everything(int8_t i8, uint8_t u8, int16_t i16, uint16_t u16, long l, unsigned long ul, const char *text)
{
    enum color { RED, GREEN } color = GREEN;
    char buffer[4] = "abc";
    const bool is_on = u8 > 3;
    NOINIT_ERR("nothing");
    NOINIT_WRN("%d", i8);
    NOINIT_INF("%u %d %u", u8, i16, u16);
    NOINIT_INF("%ld %lu %d", l, ul, is_on);
    NOINIT_INF("%s %s %d", text, buffer, (int)color);
    NOINIT_INF("%p %c %%", (void *)buffer, 'x');
    NOINIT_INF("%f %f %lld %llu", 1.5, (double)1.5f, (long long)l, (unsigned long long)ul);
    NOINIT_INF("%d %d %d %d %d", 1, 2, 3, 4, 5);
    NOINIT_INF("%d %d %d %d %d %d", 1, 2, 3, 4, 5, 6);
    NOINIT_INF("%d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7);
    NOINIT_INF("%d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8);
    NOINIT_DBG("removed %d", i8);
    if (is_on)
        NOINIT_ERR("in an if");
    else
        NOINIT_ERR("in an else");
    NOINIT_ASSERT(i8 != 7, "a %d %u %d", i8, u8, 5);
    NOINIT_ASSERT(i8 != 8, "b");
    noinit_reboot_mark(NOINIT_REASON_SHUTDOWN);
#ifdef WRONG_FORMAT
    NOINIT_INF("%s", 1);
    NOINIT_DBG("%d", "removed, and still checked");
    NOINIT_ERR("%d %f", 1, 2);
    NOINIT_ASSERT(i8 != 9, "%s", 3);
#endif
}
