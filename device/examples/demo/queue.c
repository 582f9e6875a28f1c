#include "queue.h"

#include <noinit/noinit.h>

NOINIT_LOG_REGISTER(queue);

void queue_push(struct queue *queue, const struct message *message)
{
    if (queue->count == QUEUE_LENGTH) {
        NOINIT_WRN("full: dropped the message of %u ms", (unsigned)queue->messages[queue->head].uptime_ms);
        queue->head = (uint8_t)((queue->head + 1u) % QUEUE_LENGTH);
        queue->count--;
    }
    queue->messages[(queue->head + queue->count) % QUEUE_LENGTH] = *message;
    queue->count++;
}

bool queue_pop(struct queue *queue, struct message *message)
{
    if (queue->count == 0u) {
        return false;
    }
    *message = queue->messages[queue->head];
    queue->head = (uint8_t)((queue->head + 1u) % QUEUE_LENGTH);
    queue->count--;
    return true;
}
