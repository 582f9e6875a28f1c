/* The sensors of a room and their drivers. */
#ifndef SENSORS_H
#define SENSORS_H

#include <stdint.h>

#include "calibration.h"
#include "product.h"

enum sensor_kind { SENSOR_TEMPERATURE, SENSOR_HUMIDITY, SENSOR_CO2, SENSOR_KINDS };
enum sensor_state { SENSOR_ABSENT, SENSOR_READY, SENSOR_FAILED };

struct sensor_driver {
    const char *name;
    uint8_t bus_address;
    int32_t (*convert)(const struct calibration *calibration, uint16_t raw);
};

struct sensor {
    const struct sensor_driver *driver;
    enum sensor_kind kind;
    enum sensor_state state;
    uint16_t history[4];
    uint8_t samples;
};

#define SENSOR_SLOTS 4u

struct climate {
    int32_t temperature; /* hundredths of a degree */
    int32_t humidity;    /* tenths of a percent */
    int32_t co2;         /* ppm */
};

void sensors_start(void);

/* A sensor was plugged into `slot`. */
void sensors_attach(const struct session *session, uint8_t slot, enum sensor_kind kind);

/* What the bus of `slot` says from now on. */
void sensors_set_raw(uint8_t slot, uint16_t raw);

/* Reads every ready sensor. */
struct climate sensors_read(const struct session *session, const struct calibration *calibration);

#endif
