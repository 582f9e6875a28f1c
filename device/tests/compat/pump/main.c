/* A pump as a project would log it; compat.test.ts says what must come out. */
#include <logging/log.h>
#include <logging/log_ctrl.h>

#include "compat.h"
#include "pressure.h"
#include "valve.h"

LOG_MODULE_REGISTER(pump, LOG_LEVEL_DBG);

VALVE_DEFINE(inlet, LOG_LEVEL_DBG);
VALVE_DEFINE(outlet, LOG_LEVEL_WRN);

int compat_main(void)
{
    LOG_INF("logged before anything was started");
    log_init();
    valve_open(&inlet, 40);
    valve_open(&outlet, 60);
    if (pressure_check(pressure_read())) {
        valve_close(&outlet);
    }
    printk("raw %c%c\n", 'o', 'k');
    while (LOG_PROCESS()) {
    }
    LOG_ERR("stopping");
    LOG_PANIC();
    LOG_ERR("stopped");
    return 0;
}
