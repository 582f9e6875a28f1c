/* A module's instances: each valve has a level of its own and shows as pump.NAME. */
#ifndef VALVE_H
#define VALVE_H

#include <zephyr/logging/log.h>
#include <zephyr/logging/log_instance.h>

struct valve {
    LOG_INSTANCE_PTR_DECLARE(log);
    unsigned opening;
};

#define VALVE_DEFINE(name, level)              \
    LOG_INSTANCE_REGISTER(pump, name, level)   \
    struct valve name = {                      \
        LOG_INSTANCE_PTR_INIT(log, pump, name) \
        .opening = 0,                          \
    }

/* In a header the level is the function's. */
static inline void valve_open(struct valve *valve, unsigned percent)
{
    LOG_LEVEL_SET(LOG_LEVEL_DBG);

    valve->opening = percent;
    LOG_INST_DBG(valve->log, "open by %u%%", percent);
}

void valve_close(struct valve *valve);

#endif
