/* A line on its way out, between the parts of the text output. */
#ifndef NOINIT_LOG_TEXT_LINE_H
#define NOINIT_LOG_TEXT_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "log/site.h"
#include "log_text/print.h"
#include "noinit/log_output.h"

typedef struct {
    noinit_text_sink_t sink;
    const noinit_log_output_t *output;
    uint32_t flags;
    uint32_t column; /* bytes so far, colours not counted */
    uint32_t indent; /* of a hexdump's lines: where the text began */
    bool is_raw;     /* an LF gets a CR in front */
} noinit_text_line_t;

noinit_text_line_t noinit_text_line(const noinit_log_output_t *output, uint32_t flags);

/* As the flags want it. */
void noinit_text_line_end(noinit_text_line_t *line);

/* `[00:00:01.234,000] ` or as the flags want it. */
void noinit_text_put_stamp(noinit_text_line_t *line, uint64_t stamp);

/* Syslog: `<131>1 `, and what stands behind the stamp. */
void noinit_text_put_priority(noinit_text_line_t *line, uint32_t level);
void noinit_text_put_syslog(noinit_text_line_t *line, const char *thread, uint64_t stamp);

/* An entry as SyS-T message in hex. */
void noinit_text_put_syst(const noinit_log_output_t *output, const noinit_log_message_t *message, uint32_t flags);

/* A site's format, and its arguments in an entry behind the source that an instance's begin with. */
const char *noinit_text_site_format(const noinit_log_site_t *site);
void noinit_text_site_arguments(noinit_text_entry_arguments_t *arguments, const noinit_log_message_t *message);

/* Goes behind the last argument, whatever the format has used. */
void noinit_text_skip_arguments(noinit_text_entry_arguments_t *arguments);

#endif
