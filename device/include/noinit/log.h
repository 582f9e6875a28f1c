/*
 * Logging whose texts stay out of the firmware (docs/formats/dictionary.md) and whose entries stay in RAM that a reset leaves alone
 * (docs/formats/log-ring.md).
 *
 *     #include <noinit/log.h>
 *     NOINIT_LOG_REGISTER(motor);                     once a module; other files of it: NOINIT_LOG_DECLARE(motor);
 *
 *     NOINIT_WRN("stalled at %d rpm, duty %u", rpm, duty);
 *     NOINIT_HEXDUMP_DBG(frame, size, "frame %u", number);
 *
 * A format is a literal of printf's. Up to 32 arguments: integers to 64 bit, float, double, long double, pointers, strings (copied up to
 * 126 bytes; NULL is told). Up to three that are no wider than 32 bit and no strings take the short path. C11, C++17.
 *
 * Thread, ISR and fault handler, also before noinit_init(): the first call then starts the SDK. Not before .data and .bss are set up, and
 * not from an NMI that returns.
 */
#ifndef NOINIT_LOG_H
#define NOINIT_LOG_H

#include <stdint.h>

#include "noinit/config.h"
#include "noinit/log_site.h"

#define NOINIT_LEVEL_OFF 0
#define NOINIT_LEVEL_ERR 1
#define NOINIT_LEVEL_WRN 2
#define NOINIT_LEVEL_INF 3
#define NOINIT_LEVEL_DBG 4

/*
 * REGISTER(name) or REGISTER(name, level) defines a module and names it for the file; DECLARE names a module that another file registers,
 * for the file or for the block it stands in. `level` is the most verbose that is compiled in: a constant, or NOINIT_LOG_DEFAULT_LEVEL.
 */
#define NOINIT_LOG_REGISTER(...) NOINIT_LOG_REGISTER_ARGUMENTS_((__VA_ARGS__, NOINIT_LOG_DEFAULT_LEVEL, 0))
#define NOINIT_LOG_DECLARE(...) NOINIT_LOG_DECLARE_ARGUMENTS_((__VA_ARGS__, NOINIT_LOG_DEFAULT_LEVEL, 0))
#define NOINIT_LOG_REGISTER_ARGUMENTS_(list) NOINIT_LOG_REGISTER_ list
#define NOINIT_LOG_DECLARE_ARGUMENTS_(list) NOINIT_LOG_DECLARE_ list

/* The level alone, for a file or block that only logs through instances. */
#ifdef __cplusplus
#define NOINIT_LOG_LEVEL_SET(level) static constexpr int noinit_log_level_ __attribute__((unused)) = NOINIT_LOG_RESOLVE_(level)
#else
#define NOINIT_LOG_LEVEL_SET(level) enum { noinit_log_level_ = NOINIT_LOG_RESOLVE_(level) }
#endif

/* A line. A level that is not compiled in costs no byte; its arguments are still checked and never evaluated. */
#define NOINIT_ERR(...) NOINIT_LOG_AT_(1, __VA_ARGS__)
#define NOINIT_WRN(...) NOINIT_LOG_AT_(2, __VA_ARGS__)
#define NOINIT_INF(...) NOINIT_LOG_AT_(3, __VA_ARGS__)
#define NOINIT_DBG(...) NOINIT_LOG_AT_(4, __VA_ARGS__)

/* Bytes with a caption; cut at 4,095 bytes. */
#define NOINIT_HEXDUMP_ERR(data, size, ...) NOINIT_LOG_HEXDUMP_AT_(1, data, size, __VA_ARGS__)
#define NOINIT_HEXDUMP_WRN(data, size, ...) NOINIT_LOG_HEXDUMP_AT_(2, data, size, __VA_ARGS__)
#define NOINIT_HEXDUMP_INF(data, size, ...) NOINIT_LOG_HEXDUMP_AT_(3, data, size, __VA_ARGS__)
#define NOINIT_HEXDUMP_DBG(data, size, ...) NOINIT_LOG_HEXDUMP_AT_(4, data, size, __VA_ARGS__)

/*
 * An instance of a module: a source with a level of its own, called module.instance. An object holds a pointer to it:
 *
 *     struct motor { NOINIT_LOG_INSTANCE_POINTER(log); … };
 *     NOINIT_LOG_INSTANCE_REGISTER(motor, left, NOINIT_LEVEL_INF);
 *     struct motor left = { NOINIT_LOG_INSTANCE_INIT(log, motor, left) };
 *
 *     NOINIT_INST_WRN(motor->log, "stalled at %d rpm", rpm);
 */
#define NOINIT_LOG_INSTANCE_POINTER(name) NOINIT_LOG_SOURCE_CONST_ noinit_source_t *name
#define NOINIT_LOG_INSTANCE_REGISTER(module, instance, level) \
    NOINIT_LOG_DEFINE_SOURCE_(module##_##instance, #module "." #instance, level, 1)
#define NOINIT_LOG_INSTANCE(module, instance) (&noinit_module_##module##_##instance)
#ifdef __cplusplus /* where C++17 has no designators: give it in its place */
#define NOINIT_LOG_INSTANCE_INIT(name, module, instance) NOINIT_LOG_INSTANCE(module, instance)
#else
#define NOINIT_LOG_INSTANCE_INIT(name, module, instance) .name = NOINIT_LOG_INSTANCE(module, instance)
#endif

#define NOINIT_INST_ERR(source, ...) NOINIT_LOG_INST_AT_(1, source, __VA_ARGS__)
#define NOINIT_INST_WRN(source, ...) NOINIT_LOG_INST_AT_(2, source, __VA_ARGS__)
#define NOINIT_INST_INF(source, ...) NOINIT_LOG_INST_AT_(3, source, __VA_ARGS__)
#define NOINIT_INST_DBG(source, ...) NOINIT_LOG_INST_AT_(4, source, __VA_ARGS__)
#define NOINIT_INST_HEXDUMP_ERR(source, data, size, ...) NOINIT_LOG_INST_HEXDUMP_AT_(1, source, data, size, __VA_ARGS__)
#define NOINIT_INST_HEXDUMP_WRN(source, data, size, ...) NOINIT_LOG_INST_HEXDUMP_AT_(2, source, data, size, __VA_ARGS__)
#define NOINIT_INST_HEXDUMP_INF(source, data, size, ...) NOINIT_LOG_INST_HEXDUMP_AT_(3, source, data, size, __VA_ARGS__)
#define NOINIT_INST_HEXDUMP_DBG(source, data, size, ...) NOINIT_LOG_INST_HEXDUMP_AT_(4, source, data, size, __VA_ARGS__)

/* Once in a boot, of this call; two contexts that come at the same moment may log it twice. */
#define NOINIT_ERR_ONCE(...) NOINIT_LOG_ONCE_AT_(1, __VA_ARGS__)
#define NOINIT_WRN_ONCE(...) NOINIT_LOG_ONCE_AT_(2, __VA_ARGS__)
#define NOINIT_INF_ONCE(...) NOINIT_LOG_ONCE_AT_(3, __VA_ARGS__)
#define NOINIT_DBG_ONCE(...) NOINIT_LOG_ONCE_AT_(4, __VA_ARGS__)

/* At most once in so many milliseconds, of this call. When it logs again, a line before says how many were skipped. */
#define NOINIT_ERR_EVERY(interval_ms, ...) NOINIT_LOG_EVERY_AT_(1, interval_ms, __VA_ARGS__)
#define NOINIT_WRN_EVERY(interval_ms, ...) NOINIT_LOG_EVERY_AT_(2, interval_ms, __VA_ARGS__)
#define NOINIT_INF_EVERY(interval_ms, ...) NOINIT_LOG_EVERY_AT_(3, interval_ms, __VA_ARGS__)
#define NOINIT_DBG_EVERY(interval_ms, ...) NOINIT_LOG_EVERY_AT_(4, interval_ms, __VA_ARGS__)

/* Raw text: printed as it is, without level, source or line end. Needs no module. Text that is no literal: noinit_log_text. */
#define NOINIT_PRINT(...)                                                                    \
    do {                                                                                     \
        NOINIT_LOG_SEND_(0, NOINIT_LOG_FLAG_TEXT, 0, &noinit_log_all, __VA_ARGS__);          \
        if (0) {                                                                             \
            noinit_log_check(__VA_ARGS__);                                                   \
        }                                                                                    \
    } while (0)

#ifdef __cplusplus
extern "C" {
#endif

/* Frames of other loggers, kept beside our own: a defmt frame as its encoder gave it, a Zephyr log package. Dropped, counted, if too long. */
#define NOINIT_LOG_FOREIGN_DEFMT 5u
#define NOINIT_LOG_FOREIGN_ZEPHYR 6u
void noinit_log_foreign(uint32_t kind, const void *bytes, uint32_t size);

#ifdef __cplusplus
}
#endif

/* What follows is what the macros above are made of. */
#define NOINIT_LOG_AT_(level, ...)                                                                                          \
    NOINIT_LOG_GUARD_(level, noinit_log_source_,                                                                            \
                      NOINIT_LOG_SEND_(level, 0, &noinit_log_module_, noinit_log_source_, __VA_ARGS__), __VA_ARGS__)
#define NOINIT_LOG_HEXDUMP_AT_(level, data, size, ...)                                                                      \
    NOINIT_LOG_GUARD_(level, noinit_log_source_,                                                                            \
                      NOINIT_LOG_DUMP_(level, &noinit_log_module_, noinit_log_source_, data, size, __VA_ARGS__), __VA_ARGS__)
#define NOINIT_LOG_INST_AT_(level, source, ...)                                                                             \
    do {                                                                                                                    \
        const noinit_source_t *const noinit_log_instance_ = (source);                                                       \
        NOINIT_LOG_GUARD_(level, noinit_log_instance_,                                                                      \
                          NOINIT_LOG_SEND_LIST_((level, 0, 0, noinit_log_instance_,                                         \
                                                 NOINIT_LOG_INSERT_(noinit_log_instance_, __VA_ARGS__))),                   \
                          __VA_ARGS__);                                                                                     \
    } while (0)
#define NOINIT_LOG_INST_HEXDUMP_AT_(level, source, data, size, ...)                                                         \
    do {                                                                                                                    \
        const noinit_source_t *const noinit_log_instance_ = (source);                                                       \
        NOINIT_LOG_GUARD_(level, noinit_log_instance_,                                                                      \
                          NOINIT_LOG_DUMP_LIST_((level, 0, noinit_log_instance_, data, size,                                \
                                                 NOINIT_LOG_INSERT_(noinit_log_instance_, __VA_ARGS__))),                   \
                          __VA_ARGS__);                                                                                     \
    } while (0)
#define NOINIT_LOG_SEND_LIST_(list) NOINIT_LOG_SEND_ list
#define NOINIT_LOG_DUMP_LIST_(list) NOINIT_LOG_DUMP_ list

#define NOINIT_LOG_ONCE_AT_(level, ...)                                                            \
    do {                                                                                           \
        static uint8_t noinit_log_was_ = 0;                                                        \
        if (noinit_log_was_ == 0) {                                                                \
            NOINIT_LOG_GUARD_(level, noinit_log_source_, noinit_log_was_ = 1;                      \
                              NOINIT_LOG_SEND_(level, 0, &noinit_log_module_, noinit_log_source_, __VA_ARGS__), __VA_ARGS__); \
        }                                                                                          \
    } while (0)
#define NOINIT_LOG_EVERY_AT_(level, interval_ms, ...)                                                                        \
    do {                                                                                                                     \
        static noinit_log_rate_t noinit_log_rate_ = {0, 0};                                                                  \
        NOINIT_LOG_GUARD_(level, noinit_log_source_, const uint32_t noinit_log_taken_ =                                      \
                                                         noinit_log_rate_take(&noinit_log_rate_, (interval_ms));             \
                          if (noinit_log_taken_ > 1u) {                                                                      \
                              NOINIT_LOG_SEND_(level, 0, &noinit_log_module_, noinit_log_source_,                            \
                                               "%u more like the next line were skipped", noinit_log_taken_ - 1u);           \
                          } if (noinit_log_taken_ != 0) {                                                                    \
                              NOINIT_LOG_SEND_(level, 0, &noinit_log_module_, noinit_log_source_, __VA_ARGS__);              \
                          },                                                                                                 \
                          __VA_ARGS__);                                                                                      \
    } while (0)

#endif
