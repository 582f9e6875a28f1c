/*
 * The front end with other options: -DNOINIT_LOG_FUNCTION_PREFIX_WRN=1 -DNOINIT_LOG_OVERRIDE_LEVEL=2 -DNOINIT_LOG_MAX_LEVEL=3
 * -DNOINIT_LOG_RUNTIME_FILTER=0 -DNOINIT_LOG_ROM_STRINGS=1, and ROM is where `rom` is.
 */
#include <string.h>

#include "check.h"
#include "log_lines.h"
#include "noinit/noinit.h"

const char rom[64] = "a text in flash\0four\0fives";
const char *const rom_end = rom + sizeof rom;

NOINIT_LOG_REGISTER(quiet, NOINIT_LEVEL_ERR);

static void the_override_is_a_lower_bound(void)
{
    NOINIT_WRN("wanted by nobody but the override");
    expect_lines("2 quiet: the_override_is_a_lower_bound(): wanted by nobody but the override");
    NOINIT_INF("above it");
    expect_lines("");
}

static void the_maximum_is_an_upper_bound(void)
{
    NOINIT_LOG_DECLARE(quiet, NOINIT_LEVEL_DBG);
    NOINIT_INF("at the maximum");
    NOINIT_DBG("above it");
    expect_lines("3 quiet: at the maximum");
}

static void without_a_filter_the_word_is_not_looked_at(void)
{
    NOINIT_ERR("%d", 1);
    expect_lines("1 quiet: %d|1");
}

static void a_string_in_flash_goes_as_its_address(void)
{
    char expected[100];
    NOINIT_ERR("%s", rom);
    (void)snprintf(expected, sizeof expected, "1 quiet: %%s|@%llx", (unsigned long long)(uintptr_t)rom);
    expect_lines(expected);
    /* Shorter than its address, so it goes as it is. */
    NOINIT_ERR("%s", rom + 16);
    expect_lines("1 quiet: %s|four");
    NOINIT_ERR("%s", rom + 21);
    (void)snprintf(expected, sizeof expected, "1 quiet: %%s|@%llx", (unsigned long long)(uintptr_t)(rom + 21));
    expect_lines(expected);
    /* With a precision there may be no NUL to find there. */
    NOINIT_ERR("%.6s", rom);
    expect_lines("1 quiet: %.6s|a text");
    char copy[20];
    (void)strcpy(copy, rom);
    NOINIT_ERR("%s", copy);
    expect_lines("1 quiet: %s|a text in flash");
}

int main(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    RUN(the_override_is_a_lower_bound);
    RUN(the_maximum_is_an_upper_bound);
    RUN(without_a_filter_the_word_is_not_looked_at);
    RUN(a_string_in_flash_goes_as_its_address);
    return 0;
}
