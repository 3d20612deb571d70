//  rule.c: the table of rules; never changes.
#include "worker/text/rule.h"

#include <string.h>

const struct rule_entry RULE[RULE_COUNT] = {
#define X(ID, NAME, SORT, SEVERITY, SENTENCE) [RULE_##ID] = {NAME, RULE_SORT_##SORT, SEVERITY, SENTENCE},
    RULES (X)
#undef X
};

enum rule rule_find (const char *name)
{
    for (int rule = 0; rule < RULE_COUNT; rule++)
        if (strcmp (RULE[rule].name, name) == 0)
            return (enum rule) rule;
    return RULE_NONE;
}
