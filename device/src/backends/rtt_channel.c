/*
 * The control block as debuggers know it: an id of 16 bytes, how many channels there are up and down, then for each channel its name,
 * buffer, size, the writer's and the reader's offset, and the mode. A channel is empty where both offsets are the same, so one byte stays
 * free. The device moves `write`, the debugger moves `read` and may change `mode` at any time.
 *
 * A debugger searches RAM for the id. So the id is put together at run time, its first byte last: it stands nowhere in flash, and not in
 * RAM before everything else is right.
 */
#include "backends/rtt_channel.h"

#include <stddef.h>

#include "noinit/arch.h"
#include "noinit/config.h"
#include "noinit/log_rtt.h"

#if NOINIT_LOG_RTT

#define ID_SIZE 16u
#define CHANNELS 2u

typedef struct {
    const char *name;
    uint8_t *buffer;
    uint32_t size;
    volatile uint32_t write;
    volatile uint32_t read;
    volatile uint32_t mode;
} channel_t;

typedef struct {
    volatile char id[ID_SIZE];
    uint32_t up_count;
    uint32_t down_count;
    channel_t up[CHANNELS];
} control_block_t;

extern control_block_t noinit_log_rtt_block __asm__("_SEGGER_RTT");
control_block_t noinit_log_rtt_block;

#if NOINIT_LOG_RTT_TEXT_BYTES
static uint8_t text_buffer[NOINIT_LOG_RTT_TEXT_BYTES];
#endif
#if NOINIT_LOG_RTT_BYTES
static uint8_t entry_buffer[NOINIT_LOG_RTT_BYTES];
#endif

static void set_up(uint32_t channel, const char *name, uint8_t *buffer, uint32_t size)
{
    channel_t *up = &noinit_log_rtt_block.up[channel];
    up->name = name;
    up->buffer = buffer;
    up->size = size;
}

void noinit_log_rtt_begin(void)
{
    /* The id, each letter one on. */
    static const char shifted[] = "TFHHFS!SUU";
    if (noinit_log_rtt_block.up_count != 0) {
        return;
    }
#if NOINIT_LOG_RTT_TEXT_BYTES
    set_up(NOINIT_LOG_RTT_TEXT, "Terminal", text_buffer, sizeof text_buffer);
#endif
#if NOINIT_LOG_RTT_BYTES
    set_up(NOINIT_LOG_RTT_ENTRIES, "noinit", entry_buffer, sizeof entry_buffer);
#endif
    noinit_log_rtt_block.up_count = CHANNELS;
    NOINIT_ARCH_PUBLISH();
    for (uint32_t i = sizeof shifted - 1u; i > 0; i--) {
        noinit_log_rtt_block.id[i - 1u] = (char)(shifted[i - 1u] - 1);
    }
}

void noinit_log_rtt_mode_set(uint32_t channel, uint32_t mode)
{
    if (channel < CHANNELS) {
        noinit_log_rtt_block.up[channel].mode = mode;
    }
}

static bool waits(const channel_t *up)
{
    return (up->mode & 3u) == NOINIT_LOG_RTT_BLOCK;
}

/* The debugger's offset is foreign: one that leads outside is taken for a full channel. */
static uint32_t room_of(const channel_t *up, uint32_t at)
{
    const uint32_t read = up->read;
    if (read >= up->size) {
        return 0;
    }
    return read > at ? read - at - 1u : up->size - 1u - at + read;
}

noinit_rtt_writer_t noinit_rtt_open(uint32_t channel)
{
    const channel_t *up = &noinit_log_rtt_block.up[channel];
    const uint32_t at = up->write < up->size ? up->write : 0u;
    return (noinit_rtt_writer_t){.channel = channel, .at = at, .left = room_of(up, at)};
}

static void show(channel_t *up, uint32_t at)
{
    NOINIT_ARCH_PUBLISH();
    up->write = at;
}

bool noinit_rtt_make_room(noinit_rtt_writer_t *writer, uint32_t size)
{
    const channel_t *up = &noinit_log_rtt_block.up[writer->channel];
    if (size >= up->size) {
        return false;
    }
    while (writer->left < size) {
        writer->left = room_of(up, writer->at);
        if (writer->left < size && !waits(up)) {
            return false;
        }
    }
    return true;
}

uint32_t noinit_rtt_reserve(noinit_rtt_writer_t *writer)
{
    const uint32_t place = writer->at;
    writer->at = place + 1u == noinit_log_rtt_block.up[writer->channel].size ? 0u : place + 1u;
    writer->left--;
    return place;
}

void noinit_rtt_fill(const noinit_rtt_writer_t *writer, uint32_t place, uint8_t byte)
{
    noinit_log_rtt_block.up[writer->channel].buffer[place] = byte;
}

bool noinit_rtt_put(noinit_rtt_writer_t *writer, uint8_t byte)
{
    channel_t *up = &noinit_log_rtt_block.up[writer->channel];
    if (writer->left == 0) {
        writer->left = room_of(up, writer->at);
        if (writer->left == 0 && waits(up) && !writer->is_cut) {
            show(up, writer->at); /* there is nothing else that the debugger could make room of */
        }
        while (writer->left == 0 && waits(up) && !writer->is_cut) {
            writer->left = room_of(up, writer->at);
        }
    }
    if (writer->left == 0 || writer->is_cut) {
        writer->is_cut = true;
        return false;
    }
    noinit_rtt_fill(writer, noinit_rtt_reserve(writer), byte);
    return true;
}

bool noinit_rtt_close(noinit_rtt_writer_t *writer)
{
    channel_t *up = &noinit_log_rtt_block.up[writer->channel];
    if (writer->is_cut && (up->mode & 3u) == NOINIT_LOG_RTT_SKIP) {
        return false;
    }
    show(up, writer->at);
    return true;
}

#endif
