/* A message as a back end gets it: one entry of the ring, there as long as the back end handles it. */
#ifndef NOINIT_ZEPHYR_LOG_MSG_H
#define NOINIT_ZEPHYR_LOG_MSG_H

#include "logging/log_core.h"

#include "noinit/log_backend.h"
#include "noinit/log_control.h"

#ifdef CONFIG_LOG_TIMESTAMP_64BIT
typedef uint64_t log_timestamp_t;
#else
typedef uint32_t log_timestamp_t;
#endif

/* Values are logged with their own types, so this is a name only. */
typedef unsigned long log_arg_t;

#define LOG_MAX_NARGS 32
#define LOG_MSG_TYPE_STD 0
#define LOG_MSG_TYPE_HEXDUMP 1
#define LOG_MSG_HEXDUMP_LENGTH_BITS 12
#define LOG_MSG_HEXDUMP_MAX_LENGTH 4095

struct log_msg {
    const noinit_log_message_t *entry;
};

/* Version 2 of the messages has names of its own for the same. */
#define log_msg2 log_msg
#define log_msg2_generic log_msg_generic
union log_msg_generic {
    struct log_msg log;
};

/* Severity and origin, for text that is in no message. */
struct log_msg_ids {
    uint16_t level : 3;
    uint16_t domain_id : 3;
    uint16_t source_id : 10;
};

/* Entries are held while they are handled; there is nothing to count. */
static inline void log_msg_get(struct log_msg *msg)
{
    (void)msg;
}
static inline void log_msg_put(struct log_msg *msg)
{
    (void)msg;
}
static inline void log_msg_pool_init(void)
{
}

static inline uint32_t log_msg_domain_id_get(struct log_msg *msg)
{
    return msg->entry->domain;
}

/* 0 where the entry has no source or, without NOINIT_LOG_TEXT, nobody knows it. */
static inline uint32_t log_msg_source_id_get(struct log_msg *msg)
{
    const int32_t id = noinit_log_source_id(msg->entry->source);
    return id < 0 ? 0 : (uint32_t)id;
}
static inline uint32_t log_msg_level_get(struct log_msg *msg)
{
    return msg->entry->level;
}
static inline log_timestamp_t log_msg_timestamp_get(struct log_msg *msg)
{
    return (log_timestamp_t)msg->entry->stamp;
}
static inline bool log_msg_is_std(struct log_msg *msg)
{
    return msg->entry->kind != NOINIT_LOG_KIND_HEXDUMP;
}

/*
 * What follows reads the site's descriptor (docs/formats/dictionary.md), which is in the firmware with NOINIT_LOG_TEXT only. Without it a
 * message has no arguments and no text.
 */

/* The types of its arguments; of an instance's message the source is the first. */
static inline const uint8_t *noinit_zephyr_types_(const struct log_msg *msg)
{
    static const uint8_t none[1] = {0};
    const uint8_t *descriptor = (const uint8_t *)msg->entry->descriptor;
    return descriptor == NULL ? none : descriptor + 8 + 2 * sizeof(void *);
}
static inline const uint8_t *noinit_zephyr_own_types_(const struct log_msg *msg)
{
    const uint8_t *types = noinit_zephyr_types_(msg);
    return types[0] == NOINIT_LOG_TYPE_SOURCE ? types + 1 : types;
}

/* The argument of that type at byte `*at`, as a word, and on to the next. */
static inline log_arg_t noinit_zephyr_take_(const struct log_msg *msg, uint32_t *at, uint32_t type)
{
    uint8_t bytes[16] = {0};
    (void)noinit_log_message_read(msg->entry, *at, bytes, sizeof bytes);
    uint32_t size = 1;
    switch (type) {
    case NOINIT_LOG_TYPE_F32:
        size = 4;
        break;
    case NOINIT_LOG_TYPE_I64:
    case NOINIT_LOG_TYPE_U64:
    case NOINIT_LOG_TYPE_F64:
        size = 8;
        break;
    case NOINIT_LOG_TYPE_F128:
        size = 16;
        break;
    case NOINIT_LOG_TYPE_STRING:
        if (bytes[0] != 0xffu) {
            *at += 1u + (bytes[0] & 0x7fu);
            return 0;
        }
        break;
    default:
        break;
    }
    log_arg_t value = 0;
    if (size == 1) {
        /* A varint: a string's address behind its 0xff, or a word in zigzag. */
        const uint32_t start = type == NOINIT_LOG_TYPE_STRING ? 1u : 0u;
        uint32_t shift = 0;
        for (size = start; size < start + 10u; size++, shift += 7u) {
            value |= shift < 8u * sizeof value ? (log_arg_t)(bytes[size] & 0x7fu) << shift : 0u;
            if (bytes[size] < 0x80u) {
                break;
            }
        }
        size++;
        if (start == 0) {
            value = (value >> 1) ^ (0u - (value & 1u));
        }
    } else {
        for (uint32_t i = 0; i < size && i < sizeof value; i++) {
            value |= (log_arg_t)bytes[i] << (8u * i);
        }
    }
    *at += size;
    return value;
}

static inline uint32_t log_msg_nargs_get(struct log_msg *msg)
{
    uint32_t count = 0;
    for (const uint8_t *type = noinit_zephyr_own_types_(msg); *type != 0; type++) {
        count++;
    }
    return count;
}

/* As a word: the low half of a wider one, 0 of a string that was copied. */
static inline log_arg_t log_msg_arg_get(struct log_msg *msg, uint32_t arg_idx)
{
    const uint8_t *own = noinit_zephyr_own_types_(msg);
    uint32_t at = 0;
    for (const uint8_t *type = noinit_zephyr_types_(msg); *type != 0; type++) {
        const log_arg_t value = noinit_zephyr_take_(msg, &at, *type);
        if (type >= own && arg_idx-- == 0) {
            return value;
        }
    }
    return 0;
}

/* The format as it stands in the source; NULL without NOINIT_LOG_TEXT. */
static inline const char *log_msg_str_get(struct log_msg *msg)
{
    const uint8_t *type = noinit_zephyr_types_(msg);
    if (msg->entry->descriptor == NULL) {
        return NULL;
    }
    while (*type != 0) {
        type++;
    }
    const char *text = (const char *)type + 1;
    while (*text != '\x1f' && *text != '\0') {
        text++;
    }
    return *text == '\0' ? text : text + 1;
}

/* `*length` bytes from byte `offset` on; `*length` becomes how many there were. */
static inline void log_msg_hexdump_data_get(struct log_msg *msg, uint8_t *data, size_t *length, size_t offset)
{
    uint32_t at = 0;
    for (const uint8_t *type = noinit_zephyr_types_(msg); *type != 0; type++) {
        (void)noinit_zephyr_take_(msg, &at, *type);
    }
    *length = noinit_log_message_read(msg->entry, at + (uint32_t)offset, data, (uint32_t)*length);
}

#endif
