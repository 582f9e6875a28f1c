/* A file as a project writes it, C11 and C++17: compiled, never run. Every shape of a log call. */
#include "noinit/noinit.h"

#ifdef __cplusplus
#define USER_BOOL bool
extern "C" {
#else
#define USER_BOOL _Bool
#endif
void use_everything(int8_t i8, uint8_t u8, int16_t i16, uint16_t u16, long l, unsigned long ul, const char *text);
void use_instances(void);
void use_another_module(void);
#ifdef __cplusplus
}
#endif

/* As in a header: a function that logs for a module of its own. */
static inline void use_block_scope(int value)
{
    NOINIT_LOG_DECLARE(other, NOINIT_LEVEL_DBG);
    NOINIT_DBG("in a block: %d", value);
}

NOINIT_LOG_REGISTER(user);
NOINIT_LOG_INSTANCE_REGISTER(user, left, NOINIT_LEVEL_DBG);

struct object {
    NOINIT_LOG_INSTANCE_POINTER(log);
    int value;
};
static struct object object = {NOINIT_LOG_INSTANCE_INIT(log, user, left), 3};

static void use_arguments(const char *text, const void *pointer, float f, double d, long double ld)
{
    enum color { RED, GREEN } color = GREEN;
    struct {
        unsigned small : 3;
        int i;
    } bits = {5, 6};
    char buffer[4] = "abc";
    const USER_BOOL is_on = pointer != 0;
    NOINIT_INF("%f %g %Le", (double)f, d, ld);
    NOINIT_INF("%f", (double)f);
    NOINIT_INF("%p %p %p", pointer, (void *)buffer, (void *)0);
    NOINIT_INF("%d %d %c", is_on, (int)color, 'x');
    NOINIT_INF("%d %d", (int)bits.small, bits.i);
    NOINIT_INF("%s %s %s", text, buffer, "literal");
    NOINIT_INF("%.*s|%.3s|%-10.4s|%*d", 3, text, buffer, text, 5, 7);
    NOINIT_INF("%lld %llu %%", -1LL, 1ULL);
    NOINIT_INF("%hhd %hu %ld %lu %zu", (signed char)1, (unsigned short)2, 3L, 4UL, sizeof(int));
    NOINIT_INF("%d %d %d %d", 1, 2, 3, 4);
    NOINIT_INF("%d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8);
    NOINIT_INF("%d %d %d %d %d %d %d %d %s", 1, 2, 3, 4, 5, 6, 7, 8, text);
    NOINIT_INF("%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %f %s", 1, 2, 3, 4, 5, 6, 7,
               8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, d, text);
}

void use_everything(int8_t i8, uint8_t u8, int16_t i16, uint16_t u16, long l, unsigned long ul, const char *text)
{
    NOINIT_ERR("nothing");
    NOINIT_WRN("%d", i8);
    NOINIT_INF("%u %d %u", u8, i16, u16);
    NOINIT_INF("%ld %lu %d", l, ul, u8 > 3);
    NOINIT_DBG("removed %d", i8);
    if (u8 > 3)
        NOINIT_ERR("in an if");
    else
        NOINIT_ERR("in an else");
    use_arguments(text, text, 1.5f, 2.5, 3.5L);
    use_block_scope(u16);

    NOINIT_HEXDUMP_ERR(text, 4u, "a caption");
    NOINIT_HEXDUMP_WRN(&i16, sizeof i16, "%d of %s", i16, text);
    NOINIT_HEXDUMP_INF(text, u8, "%.*s", 2, text);
    NOINIT_HEXDUMP_DBG(text, 4u, "removed %d", i8);
    NOINIT_PRINT("raw\n");
    NOINIT_PRINT("raw %d %s\n", i8, text);
    noinit_log_text(text, 4u);
    NOINIT_ERR_ONCE("once");
    NOINIT_WRN_ONCE("once %d", i8);
    NOINIT_INF_ONCE("once %s", text);
    NOINIT_DBG_ONCE("removed %s", text);
    NOINIT_ERR_EVERY(1000, "every second");
    NOINIT_WRN_EVERY(1000, "every second %d", i8);
    NOINIT_INF_EVERY(500u + u8, "every %s", text);
    NOINIT_DBG_EVERY(1000, "removed");
    noinit_log_foreign(NOINIT_LOG_FOREIGN_DEFMT, text, 4u);

    NOINIT_ASSERT(i8 != 7, "a %d %u %d", i8, u8, 5);
    NOINIT_ASSERT(i8 != 8, "b");
    NOINIT_ASSERT(i8 != 9, "c %p", (const void *)text);
    noinit_reboot_mark(NOINIT_REASON_SHUTDOWN);
#ifdef WRONG_FORMAT
    NOINIT_INF("%s", 1);
    NOINIT_DBG("%d", "removed, and still checked");
    NOINIT_ERR("%d %f", 1, 2);
    NOINIT_INST_ERR(object.log, "%s", 4);
    NOINIT_HEXDUMP_INF(text, 4u, "%s", 5);
    NOINIT_PRINT("%s", 6);
    NOINIT_ERR_ONCE("%s", 7);
    NOINIT_ERR_EVERY(100, "%s", 8);
    NOINIT_INF("%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %s", 1, 2, 3, 4, 5, 6, 7,
               8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32);
    NOINIT_ASSERT(i8 != 10, "%s", 3);
#endif
}

void use_instances(void)
{
    NOINIT_INST_ERR(object.log, "nothing");
    NOINIT_INST_WRN(object.log, "%d", object.value);
    NOINIT_INST_INF(NOINIT_LOG_INSTANCE(user, left), "%d %d %d", 1, 2, 3);
    NOINIT_INST_DBG(object.log, "removed %s", "text");
    NOINIT_INST_HEXDUMP_ERR(object.log, &object.value, sizeof object.value, "a caption");
    NOINIT_INST_HEXDUMP_WRN(object.log, &object.value, sizeof object.value, "%d %s", 1, "text");
    NOINIT_INST_HEXDUMP_INF(object.log, "abc", 3u, "%s", "text");
    NOINIT_INST_HEXDUMP_DBG(object.log, "abc", 3u, "removed");
}

/* A file or function without a module, that logs through instances alone. */
void use_another_module(void)
{
    NOINIT_LOG_DECLARE(other);
    NOINIT_INF("declared in a function");
}
