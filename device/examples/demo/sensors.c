#include "sensors.h"

#include <noinit/noinit.h>

NOINIT_LOG_REGISTER(sensors, NOINIT_LEVEL_DBG);

static int32_t convert_temperature(const struct calibration *calibration, uint16_t raw)
{
    return ((int32_t)raw - 4000) * calibration->gain / 1000 + calibration->temperature_offset;
}

static int32_t convert_humidity(const struct calibration *calibration, uint16_t raw)
{
    const int32_t tenths = (int32_t)raw / 16 + calibration->humidity_offset;
#if PRODUCT_RELEASE >= 140
    /* Defect of 1.4.0: a condensing sensor reports more than 100 %, which climate_control does not expect. */
    return tenths;
#else
    return tenths > 1000 ? 1000 : tenths;
#endif
}

/* Defect of 1.4.0: it knows the CO2 sensor, but nobody wrote its conversion. */
static const struct sensor_driver drivers[SENSOR_KINDS] = {
    [SENSOR_TEMPERATURE] = {.name = "temperature", .bus_address = 0x48, .convert = convert_temperature},
    [SENSOR_HUMIDITY] = {.name = "humidity", .bus_address = 0x40, .convert = convert_humidity},
    [SENSOR_CO2] = {.name = "co2", .bus_address = 0x61},
};

static struct sensor slots[SENSOR_SLOTS];
static uint16_t bus[SENSOR_SLOTS] = {6150, 7400, 0, 0};

static void plug(struct sensor *sensor, enum sensor_kind kind)
{
    *sensor = (struct sensor){.driver = &drivers[kind], .kind = kind, .state = SENSOR_READY};
}

void sensors_start(void)
{
    plug(&slots[0], SENSOR_TEMPERATURE);
    plug(&slots[1], SENSOR_HUMIDITY);
}

void sensors_attach(const struct session *session, uint8_t slot, enum sensor_kind kind)
{
#if PRODUCT_RELEASE < 140
    if (kind >= SENSOR_CO2) {
        NOINIT_WRN("slot %u: kind %d is not supported", slot, (int)kind);
        return;
    }
#endif
    if (slot >= SENSOR_SLOTS || kind >= SENSOR_KINDS) {
        NOINIT_ERR("room %u has no slot %u for kind %d", session->room, slot, (int)kind);
        return;
    }
    plug(&slots[slot], kind);
    NOINIT_INF("slot %u: %s sensor attached", slot, slots[slot].driver->name);
}

void sensors_set_raw(uint8_t slot, uint16_t raw)
{
    if (slot < SENSOR_SLOTS) {
        bus[slot] = raw;
    }
}

__attribute__((always_inline)) static inline uint16_t bus_read(uint8_t slot)
{
    return bus[slot];
}

/* The mean of the last samples, which is what the driver converts. */
static uint16_t sample(struct sensor *sensor, uint8_t slot)
{
    sensor->history[sensor->samples++ % 4u] = bus_read(slot);
    const uint8_t count = sensor->samples < 4u ? sensor->samples : 4u;
    uint32_t sum = 0;
    for (uint8_t i = 0; i < count; i++) {
        sum += sensor->history[i];
    }
    return (uint16_t)(sum / count);
}

static int32_t read_slot(const struct session *session, const struct calibration *calibration, uint8_t slot)
{
    struct sensor *sensor = &slots[slot];
    const uint32_t session_token = session->token;
    const uint16_t raw = sample(sensor, slot);
    const int32_t value = sensor->driver->convert(calibration, raw);
    NOINIT_DBG("slot %u: %d, session %08x", slot, (int)value, (unsigned)session_token);
    return value;
}

struct climate sensors_read(const struct session *session, const struct calibration *calibration)
{
    int32_t values[SENSOR_KINDS] = {0};
    for (uint8_t slot = 0; slot < SENSOR_SLOTS; slot++) {
        if (slots[slot].state == SENSOR_READY) {
            values[slots[slot].kind] = read_slot(session, calibration, slot);
        }
    }
    return (struct climate){
        .temperature = values[SENSOR_TEMPERATURE],
        .humidity = values[SENSOR_HUMIDITY],
        .co2 = values[SENSOR_CO2],
    };
}
