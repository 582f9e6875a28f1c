/* Rules that the building sends: "if it is warmer than this, close the valve; else look at that rule". */
#ifndef RULES_H
#define RULES_H

#include <stddef.h>
#include <stdint.h>

#include "product.h"
#include "sensors.h"

#define RULES_MAX 8u
#define RULES_END 0xffu

enum rule_action { RULE_NOTHING, RULE_OPEN_VALVE, RULE_CLOSE_VALVE, RULE_ALARM };

struct rule {
    int16_t temperature; /* hundredths of a degree */
    uint8_t action;      /* enum rule_action, taken when it is warmer */
    uint8_t otherwise;   /* the rule to look at else, or RULES_END */
};

/* Replaces all rules: four bytes a rule. */
void rules_set(const struct session *session, const uint8_t *bytes, size_t size);

enum rule_action rules_evaluate(const struct session *session, const struct climate *climate);

#endif
