#include "calibration.h"

#include <noinit/noinit.h>

#include "link.h"

NOINIT_LOG_REGISTER(calibration);

#define GAIN_MIN 500u
#define GAIN_MAX 2000u

static struct calibration decode(const uint8_t *block)
{
    return (struct calibration){
        .temperature_offset = (int16_t)link_get_u16(&block[0]),
        .humidity_offset = (int16_t)link_get_u16(&block[2]),
        .gain = link_get_u16(&block[4]),
    };
}

struct calibration calibration_load(const struct session *session, const uint8_t *block)
{
    struct calibration loaded = decode(block);
    const uint32_t session_token = session->token;
    NOINIT_INF("calibration: offset %d, gain %u, session %08x", loaded.temperature_offset, loaded.gain, (unsigned)session_token);
#if PRODUCT_RELEASE >= 140
    /* Defect of 1.4.0: a bad block stops the device at every start, until somebody mends the block. */
    NOINIT_ASSERT(loaded.gain >= GAIN_MIN && loaded.gain <= GAIN_MAX, "gain %u of room %u is not in %u to 2000", loaded.gain, session->room,
                  GAIN_MIN);
#else
    if (loaded.gain < GAIN_MIN || loaded.gain > GAIN_MAX) {
        NOINIT_ERR("gain %u is out of range, using 1000", loaded.gain);
        loaded.gain = 1000;
    }
#endif
    return loaded;
}
