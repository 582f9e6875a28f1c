/* The radio that reports to the building. Its chip is not on the emulated board: its status register is a word in RAM. */
#ifndef RADIO_H
#define RADIO_H

#include <stdbool.h>
#include <stdint.h>

#include "product.h"
#include "queue.h"

enum radio_status { RADIO_IDLE, RADIO_SENDING, RADIO_CHANNEL_BUSY };

struct radio_packet {
    uint32_t session_token;
    uint16_t room;
    uint8_t sequence;
    uint8_t size;
    uint8_t bytes[16];
};

/* Another sender occupies the channel, or leaves it. */
void radio_set_jammed(bool is_jammed);

/* Sends everything that waits in the queue. */
void radio_flush(const struct session *session, struct queue *queue);

#endif
