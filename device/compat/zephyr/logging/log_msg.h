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

#endif
