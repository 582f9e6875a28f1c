/* The second file of the module. */
#define LOG_LEVEL LOG_LEVEL_DBG
#include "pressure.h"

LOG_MODULE_DECLARE(pump);

int pressure_read(void)
{
    char where[] = "inlet";
    const float bar = 4.25f;
    LOG_DBG("%s: %.2f bar of %lld samples", log_strdup(where), (double)bar, 1ll << 40);
    where[0] = '\0';
    return 425;
}
