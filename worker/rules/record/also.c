//  also.c: see also.h.
#include "worker/rules/record/also.h"

enum { SPELLING_LEAST = 4 };

uint16_t record_also_mark (const struct plan *plan, int f, struct text value)
{
    const struct step *step = &plan->steps[f], *other = &plan->steps[step->also];
    struct text own;
    int entry = value.n < SPELLING_LEAST ? VALUE_MAP_NONE : value_map_entry (other->codes, value);
    if (entry == VALUE_MAP_NONE || entry >= UINT16_MAX ||
        value_map_find (step->codes, value_map_code (other->codes, entry), &own) != RULE_CODE_UNMAPPED)
        return 0;
    return (uint16_t) (entry + 1);
}

void record_read_also (struct record *self)
{
    const struct plan *plan = self->plan;
    for (size_t i = 0; i < plan->also_count; i++) {
        int f = plan->also[i], other = plan->steps[f].also;
        if (self->marks[f] == 0)
            continue;
        struct text code = value_map_code (plan->steps[other].codes, self->marks[f] - 1);
        bool open = self->missing[other] && self->values[other].n == 0;
        if (!open && !text_equal (self->values[other], code))
            continue;
        if (self->values[f].n == 0) {
            record_unnote (self, f, RULE_CODE_UNMAPPED);
            self->missing[f] = true;
        }
        if (!open)
            continue;
        self->values[other] = code;
        self->missing[other] = false;
        record_note (self, other, RULE_CODE_MAPPED, self->sources[f], code);
    }
}
