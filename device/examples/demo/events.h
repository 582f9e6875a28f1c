/* What the gateway tells of the world: payloads of LINK_EVENT. */
#ifndef EVENTS_H
#define EVENTS_H

#include "link.h"
#include "product.h"

enum event_kind {
    EVENT_READING = 'r',  /* slot, raw (2 bytes) */
    EVENT_ATTACHED = 'n', /* slot, kind */
    EVENT_RULES = 'l',    /* four bytes a rule */
    EVENT_CHANNEL = 'c',  /* 1 busy, 0 free */
    EVENT_RESTART = 'k',  /* the calibration changed, which is read at start */
    EVENT_UPDATE = 'u',   /* new firmware lies in the other slot */
};

/* Does what the event asks. EVENT_RESTART and EVENT_UPDATE do not return. */
void events_handle(struct session *session, const struct link_frame *frame);

#endif
