/*
 * The RTT tee as a back end: lines of text into channel 0, entries as frames into channel 1 (docs/formats/log-rtt.md).
 *
 * A frame is put in whole or not at all; what was left out is counted and said in a gap frame as soon as there is room.
 */
#include <stddef.h>

#include "backends/rtt_channel.h"
#include "core/crc.h"
#include "core/ring.h"
#include "log/clock.h"
#include "log/log_ring.h"
#include "noinit/config.h"
#include "noinit/log_output.h"
#include "noinit/log_rtt.h"

#if NOINIT_LOG_RTT

#if NOINIT_LOG_RTT_BYTES

#define FRAME_HEAD 14u
#define MARKED 0x80u
#define SEGMENT_EVERY 32u /* frames: a debugger that comes late learns the clock */

/* COBS on the way into the channel, after a first pass that only counts. */
typedef struct {
    noinit_rtt_writer_t writer;
    bool is_counting;
    uint32_t count;
    uint32_t code_place;
    uint8_t code;
    uint16_t crc;
} frame_t;

static void open_group(frame_t *frame)
{
    frame->code = 1;
    frame->count++;
    if (!frame->is_counting) {
        frame->code_place = noinit_rtt_reserve(&frame->writer);
    }
}

static void close_group(const frame_t *frame)
{
    if (!frame->is_counting) {
        noinit_rtt_fill(&frame->writer, frame->code_place, frame->code);
    }
}

static void put_stuffed(frame_t *frame, uint8_t byte)
{
    if (frame->code == 0xffu || byte == 0) {
        const bool is_full = frame->code == 0xffu;
        close_group(frame);
        open_group(frame);
        if (!is_full) {
            return;
        }
        if (byte == 0) {
            close_group(frame);
            open_group(frame);
            return;
        }
    }
    frame->code++;
    frame->count++;
    if (!frame->is_counting) {
        noinit_rtt_fill(&frame->writer, noinit_rtt_reserve(&frame->writer), byte);
    }
}

static void put_byte(frame_t *frame, uint8_t byte)
{
    frame->crc = noinit_crc16(frame->crc, &byte, 1);
    put_stuffed(frame, byte);
}

static void put_little_endian(frame_t *frame, uint64_t value, uint32_t size)
{
    for (; size > 0; size--, value >>= 8) {
        put_byte(frame, (uint8_t)value);
    }
}

static void put_body(frame_t *frame, const noinit_log_message_t *message)
{
    uint8_t bytes[16];
    /* From the id on, which `size` does not count. */
    noinit_log_message_t whole = *message;
    whole.skip = 0;
    whole.size += message->skip;
    for (uint32_t from = 0;;) {
        const uint32_t got = noinit_log_message_read(&whole, from, bytes, sizeof bytes);
        if (got == 0) {
            return;
        }
        for (uint32_t i = 0; i < got; i++) {
            put_byte(frame, bytes[i]);
        }
        from += got;
    }
}

static void put_frame(frame_t *frame, const noinit_log_message_t *message)
{
    frame->crc = NOINIT_CRC16_START;
    frame->count = 0;
    open_group(frame);
    put_byte(frame, message->domain);
    put_byte(frame, (uint8_t)(message->kind | (message->is_marked ? MARKED : 0u)));
    put_little_endian(frame, message->number, 4);
    put_little_endian(frame, message->stamp, 8);
    put_body(frame, message);
    const uint16_t crc = frame->crc;
    put_stuffed(frame, (uint8_t)crc);
    put_stuffed(frame, (uint8_t)(crc >> 8));
    close_group(frame);
    frame->count++;
    if (!frame->is_counting) {
        noinit_rtt_fill(&frame->writer, noinit_rtt_reserve(&frame->writer), 0);
    }
}

static bool send(const noinit_log_message_t *message)
{
    frame_t frame = {.writer = noinit_rtt_open(NOINIT_LOG_RTT_ENTRIES), .is_counting = true};
    put_frame(&frame, message);
    if (!noinit_rtt_make_room(&frame.writer, frame.count)) {
        return false;
    }
    frame.is_counting = false;
    put_frame(&frame, message);
    return noinit_rtt_close(&frame.writer);
}

static uint32_t until_segment; /* frames */
static uint32_t lost;          /* before the next frame */

/* The clock, the boot and the build, as this boot's segment start has them. */
static bool send_segment(const noinit_log_message_t *message)
{
    const noinit_ring_t *ring = &noinit_log_rings[NOINIT_ARCH_CORE()];
    noinit_segment_t segment;
    ring->describe(ring, &segment);
    segment.number = message->number;
    segment.crc = noinit_crc16(NOINIT_CRC16_START, (const uint8_t *)&segment, offsetof(noinit_segment_t, crc));
    const noinit_log_message_t frame = {
        .stamp = (uint64_t)segment.stamp[1] << 32 | segment.stamp[0],
        .kind = NOINIT_RING_KIND_SEGMENT,
        .domain = message->domain,
        .number = message->number,
        .bytes = (const uint8_t *)&segment,
        .size = sizeof segment,
    };
    return send(&frame);
}

static bool send_gap(const noinit_log_message_t *message)
{
    uint8_t bytes[5];
    uint32_t size = 0;
    uint32_t left = lost;
    for (; left >= 0x80u; left >>= 7) {
        bytes[size] = (uint8_t)(left | 0x80u);
        size++;
    }
    bytes[size] = (uint8_t)left;
    const noinit_log_message_t frame = {
        .stamp = message->stamp,
        .kind = NOINIT_RING_KIND_GAP,
        .domain = message->domain,
        .number = message->number,
        .bytes = bytes,
        .size = size + 1u,
    };
    return send(&frame);
}

static void send_entry(const noinit_log_message_t *message)
{
    if (until_segment == 0 && send_segment(message)) {
        until_segment = SEGMENT_EVERY;
    }
    if (lost != 0 && send_gap(message)) {
        lost = 0;
    }
    /* An entry never stands behind a gap that is not told. */
    if (lost == 0 && send(message)) {
        until_segment -= until_segment != 0 ? 1u : 0u;
    } else {
        lost++;
    }
}
#endif

#if NOINIT_LOG_TEXT && NOINIT_LOG_RTT_TEXT_BYTES
static int put_text(uint8_t *bytes, size_t size, void *context)
{
    noinit_rtt_writer_t *writer = context;
    for (size_t i = 0; i < size; i++) {
        (void)noinit_rtt_put(writer, bytes[i]);
    }
    return (int)size;
}

static uint8_t line_buffer[16];
NOINIT_LOG_OUTPUT_DEFINE(output, put_text, line_buffer, sizeof line_buffer);

static uint32_t lost_lines;

static void send_text(const noinit_log_message_t *message)
{
    noinit_rtt_writer_t writer = noinit_rtt_open(NOINIT_LOG_RTT_TEXT);
    noinit_log_output_context_set(&output, &writer);
    if (lost_lines != 0) {
        noinit_log_output_dropped(&output, lost_lines, NOINIT_LOG_RTT_FLAGS);
    }
    noinit_log_output_message(&output, message, NOINIT_LOG_RTT_FLAGS);
    lost_lines = noinit_rtt_close(&writer) ? 0 : lost_lines + 1u;
}
#endif

static void process(const noinit_log_backend_t *backend, const noinit_log_message_t *message)
{
    (void)backend;
#if NOINIT_LOG_TEXT && NOINIT_LOG_RTT_TEXT_BYTES
    send_text(message);
#endif
#if NOINIT_LOG_RTT_BYTES
    send_entry(message);
#endif
}

static void dropped(const noinit_log_backend_t *backend, uint32_t count)
{
    (void)backend;
#if NOINIT_LOG_TEXT && NOINIT_LOG_RTT_TEXT_BYTES
    lost_lines += count;
#endif
#if NOINIT_LOG_RTT_BYTES
    lost += count;
#endif
}

static void init(const noinit_log_backend_t *backend)
{
    (void)backend;
    noinit_log_rtt_begin();
}

static const noinit_log_backend_api_t api = {.process = process, .dropped = dropped, .init = init};
NOINIT_LOG_BACKEND_DEFINE(noinit_log_rtt, api, true, NULL);

#endif
