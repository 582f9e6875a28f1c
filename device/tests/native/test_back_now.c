/* Immediate mode: each entry is handed over inside the call that logs it. */
#include <string.h>

#include "check.h"
#include "host.h"
#include "noinit/log_control.h"
#include "noinit/log_output.h"
#include "noinit/noinit.h"
#include "printed.h"

NOINIT_LOG_REGISTER(motor, 4);

/* A second back end that logs whenever it gets an entry that it did not log itself. */
static void (*interrupt)(void);
static void process(const noinit_log_backend_t *backend, const noinit_log_message_t *message)
{
    (void)backend;
    (void)message;
    if (interrupt != NULL) {
        void (*const once)(void) = interrupt;
        interrupt = NULL;
        once();
    }
}
static const noinit_log_backend_api_t api = {.process = process};
NOINIT_LOG_BACKEND_DEFINE(nosy, api, true, NULL);

static void lines_are_out_when_the_call_returns(void)
{
    CHECK(noinit_init() == NOINIT_OK);
    NOINIT_INF("one");
    expect("[00:00:01.000,000] <inf> motor: one\r\n");
    NOINIT_ERR("%s %d", "two", 2);
    expect("[00:00:01.000,000] <err> motor: two 2\r\n");
    noinit_log_text("three\n", 6);
    expect("three\r\n");
    CHECK(noinit_log_buffered() == 0u && !noinit_log_process());
}

static void log_in_between(void)
{
    NOINIT_WRN("interrupt");
    NOINIT_WRN("interrupt %s", "again");
}

static void an_interrupt_leaves_its_lines_to_whom_it_interrupted(void)
{
    interrupt = log_in_between;
    NOINIT_INF("thread");
    expect("[00:00:01.000,000] <inf> motor: thread\r\n"
           "[00:00:01.000,000] <wrn> motor: interrupt\r\n"
           "[00:00:01.000,000] <wrn> motor: interrupt again\r\n");
}

int main(void)
{
    RUN(lines_are_out_when_the_call_returns);
    RUN(an_interrupt_leaves_its_lines_to_whom_it_interrupted);
    return 0;
}
