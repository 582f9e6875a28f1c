/* Boot records on a link without a way back. Build with -DNOINIT_PACKETIZER_ONE_WAY=1, and NOINIT_BOOT_REPEAT as it is or 0. */
#include "check.h"
#include "core/head.h"
#include "host.h"
#include "noinit/noinit.h"
#include "sent.h"

NOINIT_LOG_REGISTER(host);

/* One chunk of a message at most goes out between two looks. */
static unsigned take_boots(unsigned messages, unsigned *distance)
{
    unsigned boots = 0;
    *distance = 0;
    unsigned since = 0;
    for (unsigned i = 0; i < messages; i++) {
        NOINIT_INF("line %u", i);
        uint8_t chunk[1024];
        size_t size = sizeof chunk;
        CHECK(noinit_packetizer_get_chunk(chunk, &size));
        const record_head_t head = assembly_head(assembly_take(chunk, (uint32_t)size));
        if (head.kind == 1) {
            CHECK(head.boot == noinit_head.origin.key.boot && head.sequence == 0);
            boots++;
            *distance = since;
            since = 0;
        } else {
            CHECK(head.kind == 4);
            since++;
        }
    }
    return boots;
}

static int check_repeats(void)
{
    start();
    unsigned distance;
    const unsigned boots = take_boots(200, &distance);
    if (NOINIT_BOOT_REPEAT == 0) {
        CHECK(boots == 1);
    } else {
        CHECK(boots == 1u + 199u / (NOINIT_BOOT_REPEAT + 1u) && distance == NOINIT_BOOT_REPEAT);
    }
    return 0;
}

static void the_running_boots_record_comes_again_after_so_many_messages(void)
{
    host_power_on();
    CHECK(host_run(check_repeats) == 0);
}

static int check_earlier(void)
{
    start();
    uint8_t chunk[1024];
    static const struct {
        uint32_t kind, boot;
    } ORDER[] = {{1, 1}, {2, 1}, {1, 2}};
    for (unsigned i = 0; i < 3; i++) {
        size_t size = sizeof chunk;
        CHECK(noinit_packetizer_get_chunk(chunk, &size));
        const record_head_t head = assembly_head(assembly_take(chunk, (uint32_t)size));
        CHECK(head.kind == ORDER[i].kind && head.boot == ORDER[i].boot);
    }
    unsigned distance;
    return (int)take_boots(40, &distance);
}

static void only_the_running_boots_record_comes_again(void)
{
    run_boot_one(start);
    CHECK(host_run(check_earlier) == (NOINIT_BOOT_REPEAT == 0 ? 0 : 40 / (NOINIT_BOOT_REPEAT + 1)));
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    RUN(the_running_boots_record_comes_again_after_so_many_messages);
    RUN(only_the_running_boots_record_comes_again);
    return 0;
}
