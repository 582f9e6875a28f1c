/* The internal thread: the port starts it once, it handles what waits and sleeps. */
#include <setjmp.h>

#include "check.h"
#include "host.h"
#include "noinit/log_control.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(motor, 4);

static uint32_t processed;
static void process(const noinit_log_backend_t *backend, const noinit_log_message_t *message)
{
    (void)backend;
    (void)message;
    processed++;
}
static const noinit_log_backend_api_t api = {.process = process};
NOINIT_LOG_BACKEND_DEFINE(backend, api, true, NULL);

static uint32_t starts;
static uint32_t waits;
static uint32_t wakes;
static void (*thread)(void);
static jmp_buf scheduler;

void *noinit_port_log_thread_start(void (*run)(void), uint32_t delay_ms)
{
    CHECK(delay_ms == 250u);
    starts++;
    thread = run;
    return &starts;
}

/* Back to whoever let the thread run. */
void noinit_port_log_thread_wait(void)
{
    waits++;
    longjmp(scheduler, 1);
}

void noinit_port_log_wake(void *woken)
{
    CHECK(woken == &starts);
    wakes++;
}

static void run_thread(void)
{
    if (setjmp(scheduler) == 0) {
        thread();
    }
}

static void it_is_started_once_and_after_its_delay(void)
{
    CHECK(noinit_init() == NOINIT_OK && starts == 1u);
    CHECK(noinit_init() == NOINIT_ERR_ALREADY && starts == 1u);
}

static void it_handles_all_and_sleeps(void)
{
    NOINIT_INF("one");
    NOINIT_INF("two");
    CHECK(processed == 0u);
    run_thread();
    CHECK(processed == 2u && waits == 1u);
    run_thread();
    CHECK(processed == 2u && waits == 2u);
}

static void it_is_woken_at_the_threshold_and_by_nobody_else(void)
{
    int other;
    noinit_log_thread_set(&other);
    for (uint32_t i = 0; i < NOINIT_LOG_TRIGGER_THRESHOLD; i++) {
        NOINIT_INF("%u", i);
    }
    CHECK(wakes == 1u && NOINIT_LOG_TRIGGER_THRESHOLD == 10);
    run_thread();
    CHECK(processed == 12u);
}

int main(void)
{
    RUN(it_is_started_once_and_after_its_delay);
    RUN(it_handles_all_and_sleeps);
    RUN(it_is_woken_at_the_threshold_and_by_nobody_else);
    return 0;
}
