/* Syslog lines, RFC 5424: <PRI>1 STAMP HOST APP - - STRUCTURED text. One message is one line without its end. */
#include <stddef.h>

#include "log_text/line.h"
#include "noinit/config.h"

#if NOINIT_LOG_TEXT && NOINIT_LOG_TEXT_SYSLOG

#define FACILITY_LOCAL0 16u

void noinit_text_put_priority(noinit_text_line_t *line, uint32_t level)
{
    static const uint8_t severities[] = {7, 3, 4, 6, 7};
    noinit_text_put(&line->sink, "<", 1);
    noinit_text_put_number(&line->sink, FACILITY_LOCAL0 * 8u + severities[level <= NOINIT_LEVEL_DBG ? level : 0u], 1);
    noinit_text_put(&line->sink, ">1 ", 3);
}

#if NOINIT_LOG_TEXT_SYSLOG > 1
static uint32_t sequence;

static void put_structured(noinit_text_line_t *line, uint64_t stamp)
{
    noinit_text_sink_t *sink = &line->sink;
    sequence = sequence == 0x7fffffffu ? 1u : sequence + 1u; /* RFC 5424 7.3.1 */
    noinit_text_put_string(sink, "[meta sequenceId=\"");
    noinit_text_put_number(sink, sequence, 1);
    noinit_text_put_string(sink, "\" sysUpTime=\"");
    noinit_text_put_number(sink, noinit_log_output_microseconds(stamp) / 10000u, 1);
    noinit_text_put_string(sink, "\"][origin software=\"" NOINIT_LOG_TEXT_SOFTWARE "\" swVersion=\"" NOINIT_LOG_TEXT_VERSION
                                 "\"][timeQuality tzKnown=\"0\" isSynced=\"0\"]");
}
#endif

void noinit_text_put_syslog(noinit_text_line_t *line, const char *thread, uint64_t stamp)
{
    noinit_text_sink_t *sink = &line->sink;
    const char *host = line->output->state->hostname;
    noinit_text_put_string(sink, host == NULL ? "noinit" : host);
    noinit_text_put(sink, " ", 1);
    noinit_text_put_string(sink, thread == NULL ? "-" : thread);
#if NOINIT_LOG_TEXT_SYSLOG > 1
    noinit_text_put_string(sink, " - - ");
    put_structured(line, stamp);
#else
    (void)stamp;
    noinit_text_put_string(sink, " - - - ");
#endif
}

#endif
