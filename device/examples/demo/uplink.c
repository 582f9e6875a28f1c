#include "uplink.h"

#include <board.h>
#include <noinit/noinit.h>

NOINIT_LOG_REGISTER(uplink);

void uplink_send(void)
{
    uint8_t chunk[LINK_MAX_PAYLOAD];
    size_t size = sizeof chunk;
    while (noinit_packetizer_get_chunk(chunk, &size)) {
        link_send(LINK_CHUNK, chunk, size);
        size = sizeof chunk;
        /* A long report is progress: it must not end in the watchdog, of which there would be more to report. */
        board_watchdog_feed();
    }
}

void uplink_handle(const struct link_frame *frame)
{
    if (frame->type == LINK_RESEND) {
        noinit_packetizer_resend();
    } else if (noinit_packetizer_ack(frame->payload, frame->size) != NOINIT_OK) {
        NOINIT_WRN("could not use an acknowledgement of %u bytes", frame->size);
    }
}
