/* Logs through instances only: it registers no module. */
#include "valve.h"

LOG_LEVEL_SET(LOG_LEVEL_WRN);

void valve_close(struct valve *valve)
{
    const uint8_t position[] = {0x00, (uint8_t)valve->opening};
    LOG_INST_WRN(valve->log, "closing in a hurry");
    LOG_INST_INF(valve->log, "compiled out");
    LOG_INST_HEXDUMP_ERR(valve->log, position, sizeof position, "position");
    valve->opening = 0;
}
