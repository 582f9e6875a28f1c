/*
 * The descriptors of log sites and sources as they stand in flash with NOINIT_LOG_TEXT, for what prints on the device
 * (docs/formats/dictionary.md). Without it they are in the ELF file alone.
 */
#ifndef NOINIT_LOG_SRC_SITE_H
#define NOINIT_LOG_SRC_SITE_H

#include <stdint.h>

#include "noinit/log_site.h"

#define NOINIT_LOG_SITE_MAGIC 0x6eu
#define NOINIT_LOG_SOURCE_MAGIC 0x73u

typedef struct {
    uint8_t magic;
    uint8_t version;
    uint8_t level; /* most verbose that is compiled in */
    uint8_t kind;  /* 0 module, 1 instance */
    uint16_t zero;
    uint16_t zero_too;
    const noinit_source_t *source;
    char name[]; /* NUL at the end */
} noinit_log_source_descriptor_t;

typedef struct {
    uint8_t magic;
    uint8_t version;
    uint8_t level;
    uint8_t nargs; /* the source of an instance is the first */
    uint16_t line;
    uint16_t flags; /* NOINIT_LOG_FLAG_ */
    /* Nothing where the first argument says it, or the level is 0. */
    const noinit_log_source_descriptor_t *source;
    const char *function; /* NULL: no prefix */
    uint8_t types[];      /* nargs of NOINIT_LOG_TYPE_, then 0, then the text: file 0x1F format NUL */
} noinit_log_site_t;

/* A site's id on the wire. */
#define NOINIT_LOG_ID(site) ((uint32_t)((site) >> 4))

#endif
