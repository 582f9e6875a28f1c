#include "climate.h"

#include <noinit/noinit.h>

#include "radio.h"
#include "rules.h"
#include "sensors.h"

NOINIT_LOG_REGISTER(climate, NOINIT_LEVEL_DBG);

#define HUMIDITY_MAX 1000
#define HISTORY_ROUNDS 340u

/* Not cleared at start: only the rounds of this boot count. Lies below the stack (rp2040.ld). */
static struct climate history[HISTORY_ROUNDS] __attribute__((section(".history")));

/* Hundredths of a degree since the round before; 0 in the first one. */
static int32_t remember(const struct climate *climate, uint32_t round)
{
    history[round % HISTORY_ROUNDS] = *climate;
    return round == 0u ? 0 : climate->temperature - history[(round - 1u) % HISTORY_ROUNDS].temperature;
}

/* How far the air is from condensing, in tenths of a percent of humidity. */
static int32_t dryness(const struct session *session, const struct climate *climate)
{
    const uint32_t session_token = session->token;
    const int32_t margin = HUMIDITY_MAX - climate->humidity;
    NOINIT_ASSERT(margin >= 0, "humidity %d is above %d in room %u", (int)climate->humidity, HUMIDITY_MAX, session->room);
    NOINIT_DBG("margin %d, session %08x", (int)margin, (unsigned)session_token);
    return margin;
}

static enum message_kind assess(const struct session *session, const struct climate *climate)
{
    return dryness(session, climate) < 100 ? MESSAGE_ALARM : MESSAGE_REPORT;
}

__attribute__((always_inline)) static inline void apply(struct controller *controller, enum rule_action action)
{
    if (action == RULE_OPEN_VALVE) {
        controller->valve = VALVE_OPEN;
    } else if (action == RULE_CLOSE_VALVE) {
        controller->valve = VALVE_CLOSED;
    }
}

void climate_control(const struct session *session, struct controller *controller)
{
    const struct climate climate = sensors_read(session, &controller->calibration);
    struct message message = {.kind = assess(session, &climate), .uptime_ms = noinit_port_uptime_ms(), .climate = climate};
    apply(controller, rules_evaluate(session, &climate));
    queue_push(&controller->outbox, &message);
    radio_flush(session, &controller->outbox);
    const int32_t trend = remember(&climate, controller->rounds++);
    NOINIT_INF("temperature %d, trend %d, humidity %d", (int)climate.temperature, (int)trend, (int)climate.humidity);
}
