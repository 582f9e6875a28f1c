/* What this firmware is: a room climate controller with a few sensors, a valve and a radio. Two releases come from this source. */
#ifndef PRODUCT_H
#define PRODUCT_H

#include <stdint.h>

/* 132 is release 1.3.2, 140 is release 1.4.0, which has more defects: look for PRODUCT_RELEASE. */
#ifndef PRODUCT_RELEASE
#error "say which release: -DPRODUCT_RELEASE=132 or 140"
#endif

/* One run of the firmware, opened by the gateway at every start. Lives on main's stack; everything below gets a pointer. */
struct session {
    uint32_t token;
    uint32_t started_at_ms;
    uint16_t room;
    uint16_t received;
};

#endif
