/* Waiting for room, in a thread, where the newest entry would be dropped. */
#include "log/backend.h"
#include "noinit/config.h"
#include "noinit/log_control.h"
#include "noinit/port.h"

#if NOINIT_LOG_BLOCK_MS

bool noinit_log_block(uint32_t *waited_ms)
{
    if (*waited_ms >= NOINIT_LOG_BLOCK_MS) {
        return false;
    }
    const uint32_t before = noinit_port_uptime_ms();
    if (!noinit_port_log_pause()) {
        return false;
    }
    const uint32_t passed = noinit_port_uptime_ms() - before;
    const uint32_t waited = *waited_ms + (passed == 0 ? 1u : passed);
    *waited_ms = waited < *waited_ms || NOINIT_LOG_BLOCK_MS == UINT32_MAX ? *waited_ms : waited;
    return true;
}

#endif
