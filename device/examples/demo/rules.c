#include "rules.h"

#include <board.h>
#include <noinit/noinit.h>

#include "link.h"

NOINIT_LOG_REGISTER(rules, NOINIT_LEVEL_DBG);

#define DEPTH_MAX 8u
/* The valve needs so long to say where it stands. */
#define VALVE_MS 40u

/* What one look at one rule knows. */
struct evaluation {
    uint32_t session_token;
    uint32_t depth;
    const struct rule *rule;
    const struct climate *climate;
    int32_t margin;
};

static struct rule rules[RULES_MAX] = {{.temperature = 2100, .action = RULE_CLOSE_VALVE, .otherwise = RULES_END}};
static uint8_t rule_count = 1;

void rules_set(const struct session *session, const uint8_t *bytes, size_t size)
{
    rule_count = 0;
    for (size_t at = 0; at + 4u <= size && rule_count < RULES_MAX; at += 4u) {
        rules[rule_count++] = (struct rule){
            .temperature = (int16_t)link_get_u16(&bytes[at]), .action = bytes[at + 2u], .otherwise = bytes[at + 3u]};
    }
    NOINIT_INF("room %u has %u new rules", session->room, rule_count);
}

static int32_t distance(const struct evaluation *evaluation)
{
    board_busy_wait_ms(VALVE_MS);
    return evaluation->climate->temperature - evaluation->rule->temperature;
}

/* NOLINTNEXTLINE(misc-no-recursion): that is this example's defect. */
static enum rule_action evaluate(const struct evaluation *outer, const struct rule *rule)
{
    struct evaluation here = {
        .session_token = outer->session_token, .depth = outer->depth + 1u, .rule = rule, .climate = outer->climate};
    here.margin = distance(&here);
    if (here.margin > 0) {
        return (enum rule_action)rule->action;
    }
#if PRODUCT_RELEASE < 140
    /* Defect of 1.4.0: this check got lost, so that a rule which leads back to itself has no end. */
    if (here.depth > DEPTH_MAX) {
        NOINIT_ERR("rule %d leads in a circle, margin %d", (int)(rule - rules), (int)here.margin);
        return RULE_NOTHING;
    }
#endif
    enum rule_action action = RULE_NOTHING;
    if (rule->otherwise < rule_count) {
        action = evaluate(&here, &rules[rule->otherwise]);
    }
    NOINIT_DBG("depth %u: action %d", (unsigned)here.depth, (int)action);
    return action;
}

enum rule_action rules_evaluate(const struct session *session, const struct climate *climate)
{
    const struct evaluation outermost = {.session_token = session->token, .climate = climate};
    return rule_count == 0u ? RULE_NOTHING : evaluate(&outermost, &rules[0]);
}
