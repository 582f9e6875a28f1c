/* A reset behind every store, and a flipped bit anywhere, of what is retained about boots. */
#include <string.h>

#include "check.h"
#include "core/head.h"
#include "host.h"
#include "noinit/noinit.h"
#include "reboot/boot_place.h"
#include "sent.h"

NOINIT_LOG_REGISTER(host);

/* --- marks --- */

static int mark_three_times(void)
{
    start();
    mark(1000, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000);
    mark(2000, NOINIT_REASON_FAULT, 0x2000);
    mark(3000, NOINIT_REASON_PANIC, 0x3000);
    return 0;
}

/* How many marks there are, each of them whole. */
static int check_marks(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    const bool has_first = words[FIRST] != 0;
    const bool has_later = words[LATER] != 0;
    CHECK(!has_first || has_mark(words, FIRST, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000, 1000));
    CHECK(!has_later || (has_first && has_mark(words, LATER, NOINIT_REASON_FAULT, 0x2000, 2000)));
    CHECK(words[REASON] == (has_first ? NOINIT_REASON_FIRMWARE_UPDATE : NOINIT_REASON_SOFTWARE_RESET) && words[UNEXPECTED] == has_later);
    CHECK(noinit_reboot_unexpected_count() == has_later);
    return 10 + has_first + has_later;
}

/* Cuts boot 1 behind each of its stores from the end of its start on; gives how often `check` of the next boot gave 10 to 13. */
static unsigned seen[4];

static void cut_boot_one(int (*code)(void), int (*check)(void))
{
    memset(seen, 0, sizeof seen);
    host_power_on();
    for (unsigned n = count_stores(start);; n++) {
        host_power_on();
        if (!host_run_until_store(n, code)) {
            return;
        }
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        const int result = host_run(check);
        CHECK(result >= 10 && result < 14);
        seen[result - 10]++;
    }
}

static void a_reset_among_the_stores_of_marks_leaves_each_whole_or_absent(void)
{
    cut_boot_one(mark_three_times, check_marks);
    CHECK(seen[0] > 5 && seen[1] > 5 && seen[2] > 0);
}

static int mark_and_take_back(void)
{
    start();
    mark(1000, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000);
    mark(2000, NOINIT_REASON_FAULT, 0x2000);
    noinit_reboot_unmark();
    mark(2000, NOINIT_REASON_SHUTDOWN, 0x3000);
    return 0;
}

static int check_taken_back(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    if (words[FIRST] == NOINIT_REASON_SHUTDOWN) {
        CHECK(has_mark(words, FIRST, NOINIT_REASON_SHUTDOWN, 0x3000, 2000) && words[LATER] == 0);
        return 13;
    }
    CHECK(words[LATER] == 0 || words[FIRST] != 0); /* never the later one alone */
    return 10 + (words[FIRST] != 0) + (words[LATER] != 0);
}

static void a_reset_among_the_stores_of_taking_back_never_leaves_the_later_mark_alone(void)
{
    cut_boot_one(mark_and_take_back, check_taken_back);
    CHECK(seen[0] > 5 && seen[1] > 5 && seen[2] > 0 && seen[3] > 0);
}

/* --- signs of life --- */

static int live_twice(void)
{
    start();
    host_uptime_ms = 5000;
    noinit_alive_at(1, 0x1000);
    host_uptime_ms = 6000;
    noinit_alive_at(2, 0x2000);
    return 0;
}

static int check_sign(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(words[UPTIME] == 0 || words[UPTIME] == 5000 || words[UPTIME] == 6000);
    CHECK(words[PC] % 0x1000 == 0 && words[PC] / 0x1000 <= words[UPTIME] / 5000 + 1);
    CHECK(words[TASK] <= words[UPTIME] / 5000 + 1 && words[UPTIME_HIGH] == 0);
    return 10 + (words[UPTIME] != 0) + (words[UPTIME] == 6000);
}

static void a_reset_among_the_stores_of_a_sign_of_life_leaves_an_uptime_that_was(void)
{
    cut_boot_one(live_twice, check_sign);
    CHECK(seen[0] > 0 && seen[1] > 0 && seen[2] > 0);
}

/* --- counters --- */

static int clear_both(void)
{
    start();
    noinit_reboot_unexpected_clear();
    noinit_healthy();
    return 0;
}

static int check_cleared(void)
{
    start();
    CHECK(noinit_crash_count() == 2);
    const uint32_t count = noinit_reboot_unexpected_count();
    CHECK(count == 2 || count == 1);
    CHECK(noinit_reboot_is_loop(1) && (count == 1 || noinit_reboot_is_loop(2)));
    return 10 + (count == 1) + !noinit_reboot_is_loop(2);
}

static void a_reset_among_the_stores_of_clearing_leaves_a_count_that_was(void)
{
    run_boot_one(start);
    host_reset(NOINIT_REASON_WATCHDOG, 8);
    uint8_t *const before = copy_retained();
    unsigned cuts[3] = {0};
    for (unsigned n = count_stores(start);; n++) {
        put_retained(before);
        host_reset(NOINIT_REASON_WATCHDOG, 8);
        if (!host_run_until_store(n, clear_both)) {
            break;
        }
        host_reset(NOINIT_REASON_WATCHDOG, 8);
        const int result = host_run(check_cleared);
        CHECK(result >= 10 && result < 13);
        cuts[result - 10]++;
    }
    CHECK(cuts[0] > 5 && cuts[1] > 5 && cuts[2] > 0);
    free(before);
}

/* --- sending --- */

/* Boots 1 and 2 sent nothing, boot 3 was cut while it sent: what it did not finish comes again, in the same order. */
static int check_what_is_left(void)
{
    start_and_send();
    static const struct {
        uint32_t kind, boot;
    } ORDER[] = {{1, 1}, {2, 1}, {1, 2}, {2, 2}, {1, 3}, {2, 3}, {1, 4}};
    const unsigned all = sizeof ORDER / sizeof *ORDER;
    CHECK(sent_count >= 2 && sent_count <= all);
    for (unsigned i = 0; i < sent_count; i++) {
        const unsigned k = all - sent_count + i;
        CHECK(sent[i].head.kind == ORDER[k].kind && sent[i].head.boot == ORDER[k].boot);
    }
    CHECK(sent_count < 6 || has_mark(reboot_of(1), FIRST, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000, 1000));
    return 10 + (int)sent_count;
}

static void a_reset_among_the_stores_of_acknowledging_sends_a_record_again_or_not_at_all(void)
{
    run_boot_one(mark_three_times);
    CHECK(host_run(start) == 0);
    uint8_t *const before = copy_retained();
    unsigned counts[8] = {0};
    for (unsigned n = count_stores(start);; n++) {
        put_retained(before);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        if (!host_run_until_store(n, start_and_send)) {
            break;
        }
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        const int result = host_run(check_what_is_left);
        CHECK(result >= 12 && result < 18);
        counts[result - 10]++;
    }
    for (unsigned left = 2; left <= 7; left++) {
        CHECK(counts[left] > 0);
    }
    free(before);
}

/* --- the register --- */

static int check_register(void)
{
    start_and_send();
    /* The cut start closed boot 1 or did not; the register's bits are told of one boot only. */
    const uint32_t boot = noinit_head.origin.key.boot;
    CHECK(boot == 2 || boot == 3);
    CHECK(reboot_of(1)[RAW] == 4 && reboot_of(1)[HARDWARE] == NOINIT_REASON_SOFTWARE_RESET);
    CHECK(boot == 2 || reboot_of(2)[RAW] == 0);
    CHECK(find_sent(1, 1) != NULL && find_sent(1, 2) != NULL && find_sent(1, boot) != NULL);
    CHECK(host_reset_raw == 0);
    return 10 + (boot == 3);
}

static void the_register_is_kept_before_it_is_cleared_and_told_once(void)
{
    run_boot_one(start);
    uint8_t *const before = copy_retained();
    unsigned cuts[2] = {0};
    for (unsigned n = 1;; n++) {
        put_retained(before);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        if (!host_run_until_store(n, start)) {
            break;
        }
        const int result = host_run(check_register); /* with what the cut start left in the register */
        CHECK(result == 10 || result == 11);
        cuts[result - 10]++;
    }
    CHECK(cuts[0] > 20 && cuts[1] > 0);
    free(before);
}

/* --- bits --- */

static uint32_t bent_boot;

static int check_bent(void)
{
    start_and_send();
    /* Of the bent boot each record is as it was, or missing; a mark of it may be missing; of the others nothing is. */
    for (uint32_t boot = 1; boot <= 3; boot++) {
        const sent_t *record = find_sent(1, boot);
        CHECK(record != NULL || boot == bent_boot);
        CHECK(record == NULL || (record->words.words[BOOT_RAW] == (boot == 1 ? 1u : 4u) && record->words.strings[0].bytes[19] == 19));
        CHECK(record == NULL || (record->words.strings[1].size == 5 && memcmp(record->words.strings[1].bytes, "1.2.3", 5) == 0));
        record = find_sent(2, boot);
        CHECK(record != NULL || boot == bent_boot);
        CHECK(record == NULL || record->words.words[HARDWARE] == NOINIT_REASON_SOFTWARE_RESET);
    }
    for (unsigned i = 0; i < sent_count; i++) {
        CHECK(sent[i].head.boot >= 1 && sent[i].head.boot <= 4 && sent[i].head.lineage == 0x12345678);
    }
    return 0;
}

static uint32_t place_offset;

static int tell_offset(void)
{
    extern uint8_t __noinit_start[];
    place_offset = (uint32_t)((uint8_t *)noinit_boot_place(bent_boot) - __noinit_start);
    return 0;
}

static void a_flipped_bit_in_a_closed_boot_costs_at_most_its_record(void)
{
    run_boot_one(start);
    for (unsigned i = 0; i < 2; i++) {
        CHECK(host_run(start) == 0);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
    }
    uint8_t *const before = copy_retained();
    bent_boot = 2; /* the next start closes boot 3, and opens 4 */
    (void)tell_offset();
    for (uint32_t bit = 0; bit < 8u * sizeof(noinit_boot_place_t); bit++) {
        put_retained(before);
        host_retained()[place_offset + bit / 8u] ^= (uint8_t)(1u << bit % 8u);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        CHECK(host_run(check_bent) == 0);
    }
    free(before);
}

static int check_bent_mark(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(words[REASON] == NOINIT_REASON_FIRMWARE_UPDATE || words[REASON] == NOINIT_REASON_FAULT || words[REASON] == NOINIT_REASON_SOFTWARE_RESET);
    CHECK(words[FIRST] == 0 || has_mark(words, FIRST, NOINIT_REASON_FIRMWARE_UPDATE, 0x1000, 1000));
    CHECK(words[LATER] == 0 || has_mark(words, LATER, NOINIT_REASON_FAULT, 0x2000, 2000));
    return 10 + (words[FIRST] == 0) + 2 * (words[LATER] == 0);
}

static void a_flipped_bit_in_a_mark_costs_the_mark(void)
{
    run_boot_one(mark_three_times);
    uint8_t *const before = copy_retained();
    bent_boot = 1;
    (void)tell_offset();
    const uint32_t first = place_offset + (uint32_t)offsetof(noinit_boot_place_t, reboot) + 4u * NOINIT_REBOOT_MARKS;
    const uint32_t checks = place_offset + (uint32_t)offsetof(noinit_boot_place_t, mark_checks);
    for (uint32_t bit = 0; bit < 8u * 40u; bit++) {
        put_retained(before);
        const uint32_t byte = bit / 8u < 32u ? first + bit / 8u : checks + bit / 8u - 32u;
        host_retained()[byte] ^= (uint8_t)(1u << bit % 8u);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        const bool is_later = (bit / 8u < 32u ? bit / 8u / 16u : (bit / 8u - 32u) / 4u) == 1u;
        CHECK(host_run(check_bent_mark) == 10 + (is_later ? 2 : 1));
    }
    free(before);
}

static int mark_and_publish(void)
{
    mark_three_times();
    noinit_healthy(); /* both copies of the head name this boot now */
    return 0;
}

static void the_head_outlives_a_flipped_bit_in_either_copy(void)
{
    run_boot_one(mark_and_publish);
    uint8_t *const before = copy_retained();
    const uint32_t head = 16; /* behind the stash */
    for (uint32_t bit = 0; bit < 8u * 2u * (uint32_t)(sizeof(noinit_head_t) + 4u); bit++) {
        put_retained(before);
        host_retained()[head + bit / 8u] ^= (uint8_t)(1u << bit % 8u);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        CHECK(host_run(check_marks) == 12);
    }
    free(before);
}

static int check_only_hardware(void)
{
    start_and_send();
    const uint32_t *words = reboot_of(1);
    CHECK(words[REASON] == NOINIT_REASON_SOFTWARE_RESET && words[HARDWARE] == NOINIT_REASON_SOFTWARE_RESET && words[RAW] == 4);
    for (uint32_t key = UNEXPECTED; key <= PC; key++) {
        CHECK(words[key] == 0);
    }
    CHECK(find_sent(1, 2) != NULL && sent_count == 2u + (find_sent(1, 1) != NULL));
    return 10 + (find_sent(1, 1) != NULL);
}

static void places_that_another_configuration_laid_out_are_not_believed(void)
{
    run_boot_one(mark_three_times);
    uint8_t *const before = copy_retained();
    bent_boot = 0;
    (void)tell_offset();
    const uint32_t size = NOINIT_BOOTS * sizeof(noinit_boot_place_t);
    for (uint32_t shift = 4; shift < size - 4u; shift += 4u) {
        memcpy(host_retained() + place_offset + shift, before + place_offset, size - shift);
        memcpy(host_retained() + place_offset, before + place_offset + size - shift, shift);
        host_reset(NOINIT_REASON_SOFTWARE_RESET, 4);
        /* In another place a whole record stays one, unless the new boot takes that. */
        const bool is_kept = shift % sizeof(noinit_boot_place_t) == 0 && shift != sizeof(noinit_boot_place_t);
        CHECK(host_run(check_only_hardware) == (is_kept ? 11 : 10));
        put_retained(before);
    }
    free(before);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    RUN(a_reset_among_the_stores_of_marks_leaves_each_whole_or_absent);
    RUN(a_reset_among_the_stores_of_taking_back_never_leaves_the_later_mark_alone);
    RUN(a_reset_among_the_stores_of_a_sign_of_life_leaves_an_uptime_that_was);
    RUN(a_reset_among_the_stores_of_clearing_leaves_a_count_that_was);
    RUN(a_reset_among_the_stores_of_acknowledging_sends_a_record_again_or_not_at_all);
    RUN(the_register_is_kept_before_it_is_cleared_and_told_once);
    RUN(a_flipped_bit_in_a_closed_boot_costs_at_most_its_record);
    RUN(a_flipped_bit_in_a_mark_costs_the_mark);
    RUN(places_that_another_configuration_laid_out_are_not_believed);
    RUN(the_head_outlives_a_flipped_bit_in_either_copy);
    return 0;
}
