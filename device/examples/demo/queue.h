/* Messages that wait for the radio, oldest first. */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "sensors.h"

enum message_kind { MESSAGE_REPORT, MESSAGE_ALARM };

struct message {
    enum message_kind kind;
    uint32_t uptime_ms;
    struct climate climate;
};

#define QUEUE_LENGTH 8u

struct queue {
    struct message messages[QUEUE_LENGTH];
    uint8_t head;
    uint8_t count;
};

/* A full queue loses its oldest message. */
void queue_push(struct queue *queue, const struct message *message);
bool queue_pop(struct queue *queue, struct message *message);

#endif
