#include "events.h"

#include <noinit/noinit.h>

#include "radio.h"
#include "rules.h"
#include "sensors.h"

NOINIT_LOG_REGISTER(events);

/* The product's own reason; its name and help reach the server through the ELF file. */
NOINIT_REASON(EXPECTED, 1, NewCalibration, "The building sent a new calibration, which is read at the start.");

_Noreturn static void restart_for_calibration(const struct session *session)
{
    NOINIT_INF("new calibration: restarting after session %08x", (unsigned)session->token);
    noinit_reboot(NOINIT_REASON_NewCalibration);
}

_Noreturn static void restart_for_update(const struct session *session)
{
    NOINIT_INF("update: restarting after session %08x", (unsigned)session->token);
    noinit_reboot(NOINIT_REASON_FIRMWARE_UPDATE);
}

void events_handle(struct session *session, const struct link_frame *frame)
{
    const uint8_t *arguments = &frame->payload[1];
    session->received++;
    if (frame->size < 1u) {
        return;
    }
    switch ((enum event_kind)frame->payload[0]) {
    case EVENT_READING:
        sensors_set_raw(arguments[0], link_get_u16(&arguments[1]));
        break;
    case EVENT_ATTACHED:
        sensors_attach(session, arguments[0], (enum sensor_kind)arguments[1]);
        break;
    case EVENT_RULES:
        rules_set(session, arguments, frame->size - 1u);
        break;
    case EVENT_CHANNEL:
        radio_set_jammed(arguments[0] != 0u);
        break;
    case EVENT_RESTART:
        restart_for_calibration(session);
    case EVENT_UPDATE:
        restart_for_update(session);
    default:
        NOINIT_WRN("unknown event %d", frame->payload[0]);
        break;
    }
}
