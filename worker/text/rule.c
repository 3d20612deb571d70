//  rule.c: the table of rules; never changes.
#include "worker/text/rule.h"

const struct rule_entry RULE[RULE_COUNT] = {
#define X(ID, NAME, SORT, SEVERITY, SENTENCE) [RULE_##ID] = {NAME, RULE_SORT_##SORT, SEVERITY, SENTENCE},
    RULES (X)
#undef X
};
