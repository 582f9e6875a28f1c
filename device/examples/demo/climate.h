/* The control loop: sensors in, valve and report out. */
#ifndef CLIMATE_H
#define CLIMATE_H

#include "calibration.h"
#include "product.h"
#include "queue.h"

enum valve { VALVE_CLOSED, VALVE_OPEN };

struct controller {
    struct calibration calibration;
    struct queue outbox;
    enum valve valve;
    uint32_t rounds;
};

/* One round of the loop. */
void climate_control(const struct session *session, struct controller *controller);

#endif
