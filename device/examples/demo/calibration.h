/* Calibration of the room's sensors, as the gateway keeps it. */
#ifndef CALIBRATION_H
#define CALIBRATION_H

#include <stdint.h>

#include "product.h"

#define CALIBRATION_BYTES 6u

struct calibration {
    int16_t temperature_offset; /* hundredths of a degree */
    int16_t humidity_offset;    /* tenths of a percent */
    uint16_t gain;              /* 1000 is 1 */
};

/* Reads and checks the block of CALIBRATION_BYTES that came with the session. */
struct calibration calibration_load(const struct session *session, const uint8_t *block);

#endif
