/* Calls what measure.mjs asks for by WITH_ and a name; nothing where it asks for nothing. The difference of two links is what it costs. */
#include <noinit/noinit.h>
#if defined(WITH_CONTROL) || defined(WITH_PROCESS) || defined(WITH_UART) || defined(WITH_RTT) || defined(WITH_CLOCK)
#include <noinit/log_control.h>
#endif
#ifdef WITH_RTT
#include <noinit/log_rtt.h>
#endif
#ifdef WITH_CONSUMER
#include <noinit/log_consumer.h>
#endif
#ifdef WITH_READER
#include <noinit/log_reader.h>
#endif
#if defined(WITH_SELFTEST) || defined(WITH_CRASHES)
#include <noinit/selftest.h>
#endif

int main(void);
extern volatile uint32_t counter;
volatile uint32_t counter;

#if defined(WITH_WORDS) || defined(WITH_INSTANCE)
NOINIT_LOG_REGISTER(size);
#endif
#ifdef WITH_INSTANCE
NOINIT_LOG_INSTANCE_REGISTER(size, one, NOINIT_LEVEL_INF);
#endif

#ifdef WITH_CRASH
static const noinit_crash_region_t REGIONS[] = {{&counter, sizeof counter}};
#endif

#ifdef WITH_THREADS
static bool next_thread(uint32_t index, noinit_thread_t *thread)
{
    thread->id = index;
    return index < counter;
}
#endif

#ifdef WITH_CHAIN
static void on_fault(void)
{
    counter++;
}
#endif

#ifdef WITH_REASON
NOINIT_REASON(UNEXPECTED, 17, ValveStuck, "The valve did not move.");
#endif

#if defined(WITH_PROCESS)
static void process(const noinit_log_backend_t *backend, const noinit_log_message_t *message)
{
    (void)backend;
    counter = message->number;
}
static const noinit_log_backend_api_t API = {.process = process};
NOINIT_LOG_BACKEND_DEFINE(counting, API, true, 0);
#endif

#ifdef WITH_CLOCK
static uint32_t ticks(void)
{
    return counter;
}
#endif

#ifdef WITH_CONSUMER
static void on_data(void)
{
    counter++;
}
#endif

int main(void)
{
#ifdef WITH_START
    if (noinit_init() != NOINIT_OK) {
        return 1;
    }
    noinit_alive();
#endif
#ifdef WITH_WORDS
    NOINIT_INF("%u %d", counter, 7);
#endif
#ifdef WITH_LONG
    NOINIT_INF("%s %llu %f", "text", 1ull, 2.5);
#endif
#ifdef WITH_LIMIT
    NOINIT_INF("%.*s", 2, "text");
#endif
#ifdef WITH_HEXDUMP
    NOINIT_HEXDUMP_INF("data", 4u, "caption");
#endif
#ifdef WITH_TEXT
    noinit_log_text("text", 4u);
#endif
#ifdef WITH_EVERY
    NOINIT_INF_EVERY(1000, "%u", counter);
#endif
#ifdef WITH_ONCE
    NOINIT_INF_ONCE("%u", counter);
#endif
#ifdef WITH_INSTANCE
    NOINIT_INST_INF(NOINIT_LOG_INSTANCE(size, one), "%u", counter);
#endif
#ifdef WITH_FOREIGN
    noinit_log_foreign(NOINIT_LOG_FOREIGN_DEFMT, "frame", 5u);
#endif
#ifdef WITH_CONTROL
    (void)noinit_log_ring_level_set(noinit_log_source_count() - 1u, counter);
    (void)noinit_log_filter_get(0, counter);
#endif
#if defined(WITH_PROCESS) || defined(WITH_UART) || defined(WITH_RTT)
    while (noinit_log_process()) {
    }
#endif
#ifdef WITH_PANIC
    noinit_log_panic();
#endif
#ifdef WITH_CLOCK
    (void)noinit_log_clock_set(ticks, 32768);
#endif
#ifdef WITH_CONSUMER
    noinit_log_on_data(on_data);
    if (!noinit_log_is_empty()) {
        noinit_log_grant_t grant;
        if (noinit_log_read(&grant)) {
            noinit_log_release(counter);
        }
    }
#endif
#ifdef WITH_READER
    noinit_log_reader_t reader;
    noinit_log_entry_t entry;
    if (noinit_log_reader_open(&reader, (const void *)0x20001000, 2048u)) {
        noinit_log_reader_last(&reader, 5);
        while (noinit_log_reader_next(&reader, &entry)) {
            counter = entry.kind;
        }
    }
#endif
#ifdef WITH_PACKETIZER
    uint8_t chunk[64];
    size_t size = sizeof chunk;
    if (noinit_packetizer_get_chunk(chunk, &size)) {
        if (noinit_packetizer_ack(chunk, size) != NOINIT_OK) {
            noinit_packetizer_resend();
        }
    }
#endif
#ifdef WITH_REBOOT
    noinit_reboot_t reboot;
    if (noinit_reboot_last(&reboot) && reboot.is_unexpected) {
        noinit_reboot(NOINIT_REASON_SHUTDOWN);
    }
#endif
#ifdef WITH_REASON
    NOINIT_REBOOT_MARK(ValveStuck);
#endif
#ifdef WITH_COUNTERS
    if (noinit_reboot_is_loop(3)) {
        noinit_healthy();
        counter = noinit_operating_seconds() + noinit_crash_count() + noinit_reboot_unexpected_count();
    }
#endif
#ifdef WITH_COLLECT
    (void)noinit_boot_collect();
#endif
#ifdef WITH_CRASH
    noinit_crash_regions(REGIONS, 1);
#endif
#ifdef WITH_THREADS
    noinit_crash_threads(next_thread);
#endif
#ifdef WITH_SNAPSHOT
    (void)noinit_snapshot(NOINIT_REASON_SECURITY);
#endif
#ifdef WITH_GUARD
    noinit_stack_guard(&counter, 32);
#endif
#ifdef WITH_CHECK
    noinit_stack_check();
    if (counter == 4) {
        noinit_stack_overflow("task");
    }
#endif
#ifdef WITH_MEMORY
    if (counter == 5) {
        noinit_out_of_memory(counter);
    }
#endif
#ifdef WITH_GIVE_UP
    if (counter == 6) {
        noinit_panic("text", 4);
    }
#endif
#ifdef WITH_ABORT
    if (counter == 7) {
        noinit_abort();
    }
#endif
#ifdef WITH_CHAIN
    noinit_crash_chain(on_fault);
#endif
#ifdef WITH_SECURE
    noinit_secure_fault(NOINIT_REASON_SECURITY, counter);
#endif
#ifdef WITH_SELFTEST
    counter = (uint32_t)noinit_selftest_retained();
#endif
#ifdef WITH_CRASHES
    counter = (uint32_t)noinit_selftest_crash((noinit_crash_kind_t)counter);
#endif
#ifdef WITH_ASSERT
    NOINIT_ASSERT(counter != 3, "three: %u", counter);
#endif
    for (;;) {
    }
}
