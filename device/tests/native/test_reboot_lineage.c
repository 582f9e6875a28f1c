/* NOINIT_LINEAGE_STORE: the lineage in flash, over starts that lost RAM. Build with -DNOINIT_LINEAGE_STORE=1. */
#include <string.h>

#include "check.h"
#include "core/head.h"
#include "host.h"
#include "noinit/noinit.h"
#include "sent.h"

NOINIT_LOG_REGISTER(host);

static uint32_t expected_boot, expected_lineage;
static bool is_whole;

static int check_boot(void)
{
    start_and_send();
    CHECK(noinit_head.origin.key.boot == expected_boot && noinit_head.origin.key.lineage == expected_lineage);
    CHECK(boot_of(expected_boot)[WHOLE] == is_whole && (find_sent(2, expected_boot - 1u) != NULL) == is_whole);
    return (int)(sent[sent_count - 1u].id & 0x7fu);
}

/* Gives seven bits of the last message's id. */
static int expect(uint32_t boot, uint32_t lineage, bool whole)
{
    expected_boot = boot;
    expected_lineage = lineage;
    is_whole = whole;
    const int result = host_run(check_boot);
    const noinit_lineage_t *kept = host_flash();
    CHECK(kept->boot == boot && kept->lineage == lineage);
    return result;
}

static void boots_go_on_in_their_lineage_where_ram_was_lost(void)
{
    memset(host_flash(), 0xff, sizeof(noinit_lineage_t));
    host_power_on();
    host_random = 0x11111111;
    expect(1, 0x11111111, false);
    host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    host_random = 0x22222222;
    expect(2, 0x11111111, true);
    for (uint32_t boot = 3; boot < 6; boot++) {
        host_power_on();
        host_random = 0x22222222u + boot;
        /* Message ids begin where the port's random number is, not at the lineage again. */
        CHECK(expect(boot, 0x11111111, false) == (int)((0x11111111u + 0x22222222u + boot) & 0x7fu));
    }
}

static int start_only(void)
{
    return start();
}

static void a_boot_has_its_number_in_the_store_before_anybody_may_learn_it(void)
{
    memset(host_flash(), 0xff, sizeof(noinit_lineage_t));
    host_power_on();
    host_random = 0x11111111;
    unsigned last = 0;
    const unsigned stores = count_stores(start_only);
    for (unsigned n = 1; n <= stores; n++) {
        memset(host_flash(), 0xff, sizeof(noinit_lineage_t));
        host_power_on();
        host_random = 0x11111111;
        CHECK(host_run_until_store(n, start_only));
        const noinit_lineage_t *kept = host_flash();
        const bool is_stored = kept->boot == 1;
        CHECK(last == 0 || is_stored);
        last = is_stored;
        /* Power is lost as well. */
        host_power_on();
        host_random = 0x33333333;
        expect(is_stored ? 2 : 1, is_stored ? 0x11111111 : 0x33333333, false);
    }
    CHECK(last == 1);
}

static void a_bent_store_opens_a_new_lineage(void)
{
    memset(host_flash(), 0xff, sizeof(noinit_lineage_t));
    host_power_on();
    host_random = 0x11111111;
    expect(1, 0x11111111, false);
    noinit_lineage_t kept;
    memcpy(&kept, host_flash(), sizeof kept);
    for (uint32_t bit = 0; bit < 8u * sizeof kept; bit++) {
        memcpy(host_flash(), &kept, sizeof kept);
        ((uint8_t *)host_flash())[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
        host_power_on();
        host_random = 0x44444444;
        expect(1, 0x44444444, false);
    }
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    (void)host_flash();
    RUN(boots_go_on_in_their_lineage_where_ram_was_lost);
    RUN(a_boot_has_its_number_in_the_store_before_anybody_may_learn_it);
    RUN(a_bent_store_opens_a_new_lineage);
    return 0;
}
