/* Takes what noinit recorded to the gateway, and its acknowledgements back. */
#ifndef UPLINK_H
#define UPLINK_H

#include "link.h"

/* Sends every chunk there is now. */
void uplink_send(void);

/* LINK_ACKS or LINK_RESEND. */
void uplink_handle(const struct link_frame *frame);

#endif
