/* The UART back end: lines of text through the port, which sends them before it returns. */
#include "noinit/config.h"
#include "noinit/log_backend.h"
#include "noinit/log_output.h"

#if NOINIT_LOG_UART
#if !NOINIT_LOG_TEXT
#error "NOINIT_LOG_UART needs NOINIT_LOG_TEXT=1"
#endif

static int put(uint8_t *bytes, size_t size, void *context)
{
    (void)context;
    noinit_port_log_put(bytes, (uint32_t)size);
    return (int)size;
}

static uint8_t buffer[32];
NOINIT_LOG_OUTPUT_DEFINE(output, put, buffer, sizeof buffer);

static void process(const noinit_log_backend_t *backend, const noinit_log_message_t *message)
{
    (void)backend;
    noinit_log_output_message(&output, message, NOINIT_LOG_UART_FLAGS);
}

static void dropped(const noinit_log_backend_t *backend, uint32_t count)
{
    (void)backend;
    noinit_log_output_dropped(&output, count, NOINIT_LOG_UART_FLAGS);
}

/* What the interrupted line has left in the buffer goes out with the next one. */
static const noinit_log_backend_api_t api = {.process = process, .dropped = dropped};
NOINIT_LOG_BACKEND_DEFINE(noinit_log_uart, api, true, NULL);

#endif
