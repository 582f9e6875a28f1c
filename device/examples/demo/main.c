#include <board.h>
#include <noinit/noinit.h>
#include <stdbool.h>

#include "climate.h"
#include "events.h"
#include "link.h"
#include "product.h"
#include "sensors.h"
#include "uplink.h"

NOINIT_LOG_REGISTER(main);

#if PRODUCT_RELEASE >= 140
#define VERSION "1.4.0"
#else
#define VERSION "1.3.2"
#endif

/* Seconds between two rounds of the control loop, and between two looks at what waits to be sent. */
#define CONTROL_SECONDS 300u
#define UPLINK_SECONDS 600u
/* So long after a start it talks every second: what the boot before left behind is wanted soon. */
#define EAGER_SECONDS 30u
/* So long it does nothing else: a device that crashes as soon as it works must still get its reports out. */
#define REPORT_SECONDS 5u
/* token, random, room, calibration */
#define START_BYTES (4u + 4u + 2u + CALIBRATION_BYTES)

/* All variables go with a crash, so that what a pointer on the stack leads to can be shown (rp2040.ld). */
extern uint8_t __data_start__[];
extern uint8_t __variables_size__[];
static const noinit_crash_region_t variables = {__data_start__, (uint32_t)__variables_size__};

const char *noinit_port_version(void)
{
    return VERSION;
}

const char *noinit_port_hardware(void)
{
    return "room rev C";
}

void board_on_tick(void)
{
    noinit_stack_check();
}

/* Asks the gateway, once a second, until it opens a session. */
static struct session open_session(uint8_t calibration[CALIBRATION_BYTES])
{
    struct link_frame frame;
    uint32_t asked_at = UINT32_MAX;
    while (!link_receive(&frame) || frame.type != LINK_START || frame.size != START_BYTES) {
        if (board_seconds() != asked_at) {
            asked_at = board_seconds();
            link_send(LINK_HELLO, (const uint8_t *)VERSION, sizeof VERSION - 1u);
        }
        board_sleep();
    }
    board_set_random(link_get_u32(&frame.payload[4]));
    for (uint32_t i = 0; i < CALIBRATION_BYTES; i++) {
        calibration[i] = frame.payload[10u + i];
    }
    return (struct session){.token = link_get_u32(&frame.payload[0]),
                            .started_at_ms = noinit_port_uptime_ms(),
                            .room = link_get_u16(&frame.payload[8])};
}

/* True if the world changed, which wants a round of the control loop at once. */
static bool serve_link(struct session *session)
{
    struct link_frame frame;
    bool has_changed = false;
    while (link_receive(&frame)) {
        if (frame.type == LINK_EVENT) {
            events_handle(session, &frame);
            has_changed = true;
        } else if (frame.type == LINK_ACKS || frame.type == LINK_RESEND) {
            uplink_handle(&frame);
            uplink_send();
        }
    }
    return has_changed;
}

static void report_first(struct session *session)
{
    const uint32_t end = board_seconds() + REPORT_SECONDS;
    while (board_seconds() < end) {
        uplink_send();
        board_sleep();
        serve_link(session);
        board_watchdog_feed();
    }
}

__attribute__((noreturn)) static void run(struct session *session, struct controller *controller)
{
    uint32_t last = UINT32_MAX;
    for (;;) {
        const bool has_changed = serve_link(session);
        const uint32_t now = board_seconds();
        const bool is_new_second = now != last;
        if (has_changed || (is_new_second && now % CONTROL_SECONDS == 1u)) {
            climate_control(session, controller);
        }
        if (is_new_second) {
            board_watchdog_feed();
            noinit_alive();
            if (now < EAGER_SECONDS || now % UPLINK_SECONDS == 0u) {
                uplink_send();
            }
        }
        last = now;
        board_sleep();
    }
}

int main(void)
{
    uint8_t calibration[CALIBRATION_BYTES];
    board_start();
    struct session session = open_session(calibration);
    const uint32_t session_token = session.token;
    const noinit_result_t result = noinit_init();
    noinit_crash_regions(&variables, 1);
    board_watchdog_start();
    NOINIT_INF("room %u starts, session %08x, noinit says %d", session.room, (unsigned)session_token, (int)result);
    NOINIT_INF("%u unexpected restarts since power-on", (unsigned)noinit_reboot_unexpected_count());
    report_first(&session);
    sensors_start();
    struct controller controller = {.calibration = calibration_load(&session, calibration)};
    run(&session, &controller);
}
