#ifndef PRESSURE_H
#define PRESSURE_H

#include <logging/log.h>

/* Logs for the pump, whoever includes it. */
static inline int pressure_check(int kilopascal)
{
    LOG_MODULE_DECLARE(pump, LOG_LEVEL_INF);

    LOG_DBG("compiled out");
    if (kilopascal > 400) {
        LOG_WRN("%d kPa", kilopascal);
    }
    return kilopascal > 400;
}

int pressure_read(void);

#endif
