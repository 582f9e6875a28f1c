#include "radio.h"

#include <noinit/noinit.h>
#include <string.h>

NOINIT_LOG_REGISTER(radio, NOINIT_LEVEL_DBG);

static volatile enum radio_status status_register;
static uint8_t next_sequence;

void radio_set_jammed(bool is_jammed)
{
    status_register = is_jammed ? RADIO_CHANNEL_BUSY : RADIO_IDLE;
    NOINIT_INF("channel %s", is_jammed ? "busy" : "free");
}

/* Defect of both releases: nobody gives up when the channel never gets free. */
static uint32_t wait_for_channel(const struct radio_packet *packet)
{
    uint32_t polls = 0;
    while (status_register == RADIO_CHANNEL_BUSY) {
        polls += packet->size;
    }
    return polls;
}

static struct radio_packet encode(const struct session *session, const struct message *message)
{
    struct radio_packet packet = {
        .session_token = session->token, .room = session->room, .sequence = next_sequence++, .size = sizeof message->climate};
    memcpy(packet.bytes, &message->climate, sizeof message->climate);
    return packet;
}

static void send(const struct session *session, const struct message *message)
{
    struct radio_packet packet = encode(session, message);
    const uint32_t polls = wait_for_channel(&packet);
    NOINIT_DBG("packet %u of kind %d sent after %u polls", packet.sequence, (int)message->kind, (unsigned)polls);
}

void radio_flush(const struct session *session, struct queue *queue)
{
    struct message message;
    while (queue_pop(queue, &message)) {
        send(session, &message);
    }
}
