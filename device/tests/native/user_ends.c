/* A project's own file about reboots and crashes, with each macro and each function once: compiled as C and as C++, never linked. */
#include <noinit/bootloader.h>
#include <noinit/noinit.h>
#include <noinit/selftest.h>

NOINIT_LOG_REGISTER(ends);

NOINIT_REASON(UNEXPECTED, 17, ValveStuck, "The valve did not move.");
NOINIT_REASON(EXPECTED, 255, Demo, "");
#ifdef TAKEN_TWICE
NOINIT_REASON(EXPECTED, 17, Other, "The number is taken.");
#endif

NOINIT_SECRET static uint8_t key[16];
NOINIT_RETAINED static uint32_t starts;
static uint32_t counter;
static const noinit_crash_region_t REGIONS[] = {{&counter, sizeof counter}, {key, sizeof key}};

void say_why(void);
void set_up(void);
void end_by(int how, int16_t small, const char *text);
void boot(volatile void *retained, uint32_t raw);

void boot(volatile void *retained, uint32_t raw)
{
    noinit_stash_reset_cause(retained, raw);
}

static bool next_thread(uint32_t index, noinit_thread_t *thread)
{
    thread->id = index;
    thread->name = "idle";
    thread->known = 0;
    return index == 0;
}

static void on_fault(void)
{
    counter++;
}

void set_up(void)
{
    noinit_crash_regions(REGIONS, 2);
    noinit_crash_threads(next_thread);
    noinit_crash_chain(on_fault);
    noinit_stack_guard(&counter, 32);
    key[0] = (uint8_t)starts++;
}

void say_why(void)
{
    noinit_reboot_t reboot;
    if (noinit_reboot_last(&reboot)) {
        NOINIT_INF("reason %x, hardware %x (%x), %u ms, %d", reboot.reason, reboot.hardware,
                   (unsigned)reboot.raw, (unsigned)reboot.uptime_ms, reboot.is_unexpected);
    }
    NOINIT_INF("%u of %u, %u s, %u", (unsigned)noinit_reboot_unexpected_count(), (unsigned)noinit_crash_count(),
               (unsigned)noinit_operating_seconds(), (unsigned)noinit_snapshot_refused());
    if (noinit_reboot_is_loop(3)) {
        noinit_reboot_unexpected_clear();
    }
    noinit_healthy();
    noinit_alive();
    noinit_alive_at(1, 0x1234u);
    if (noinit_boot_collect() != NOINIT_OK) {
        NOINIT_WRN("not yet");
    }
    noinit_reboot_unmark();
    noinit_stack_check();
}

void end_by(int how, int16_t small, const char *text)
{
    NOINIT_ASSERT(how != 0, "none");
    NOINIT_ASSERT(how != 1, "one %d", small);
    NOINIT_ASSERT(how != 2, "three %d %u %x", small, 7u, how);
    NOINIT_ASSERT_REASON(text != NULL, NOINIT_REASON_OUT_OF_MEMORY, "%u bytes", 5u);
    NOINIT_ASSERT_REASON(how != 3, NOINIT_REASON_ValveStuck, "valve %d", small);
    switch (how) {
    case 4:
        NOINIT_REBOOT_MARK(ValveStuck);
        break;
    case 5:
        noinit_reboot(NOINIT_REASON_Demo);
    case 6:
        noinit_out_of_memory(64);
    case 7:
        noinit_panic(text, 4);
    case 8:
        noinit_abort();
    case 9:
        noinit_stack_overflow(text);
    case 10:
        noinit_secure_fault(NOINIT_REASON_SECURITY, 0x1234u);
        break;
    case 11:
        (void)noinit_snapshot(NOINIT_REASON_ValveStuck);
        break;
    case 12:
        (void)noinit_selftest_retained();
        break;
    case 13:
        (void)noinit_selftest_crash(NOINIT_CRASH_KIND_DOUBLE);
        break;
    default:
        NOINIT_ASSERT_FAILED("how %d", how);
    }
}
