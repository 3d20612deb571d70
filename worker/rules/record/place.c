//  place.c: see place.h.
#include "worker/rules/record/place.h"

#include "worker/rules/identifiers/phone.h"
#include "worker/rules/identifiers/state.h"

static uint16_t s_country (const struct record *self)
{
    return self->plan->country == FIELD_NONE ? COUNTRY_NONE : self->marks[self->plan->country];
}

bool record_is_foreign (const struct record *self)
{
    uint16_t country = s_country (self);
    return country != COUNTRY_NONE && !country_is_nanp (country_of (country));
}

static void s_phone (struct record *self, int f, uint16_t mark)
{
    struct text in = self->values[f], out;
    if (in.n == 0 || in.at[0] == '+' || self->plan->steps[f].mapped)
        return;
    const struct country *country = country_of (mark);
    enum rule rule = country ? RULE_PHONE_FORMAT : RULE_PHONE_ASSUMED;
    if (country ? !phone_from_national (in, country, &out, &self->scratch)
                : mark != COUNTRY_NONE || self->plan->places.foreign ||
                      !phone_in_north_american_form (in, &out, &self->scratch))
        return;
    self->values[f] = out;
    record_unnote (self, f, RULE_PHONE_FORMAT);
    record_note (self, f, rule, self->sources[f], out);
}

void record_read_phones (struct record *self)
{
    const struct plan *plan = self->plan;
    for (size_t i = 0; i < plan->phone_count; i++)
        s_phone (self, plan->phones[i], s_country (self));
}

static void s_state (struct record *self, int f, bool us)
{
    const struct step *step = &self->plan->steps[f];
    struct text in = visible_trim (self->sources[f]), out;
    if (self->values[f].n == 0 || step->mapped)
        return;
    if (!us) {
        record_unnote (self, f, RULE_STATE_MAPPED);
        self->values[f] = in;
    } else if (self->plan->places.regions[f] != REGION_US &&
               state_standardize (in, REGION_US, &out) == RULE_STATE_MAPPED) {
        self->values[f] = out;
        record_unnote (self, f, RULE_STATE_MAPPED);
        record_note (self, f, RULE_STATE_MAPPED, self->sources[f], out);
    }
}

void record_read_states (struct record *self)
{
    const struct plan *plan = self->plan;
    if (plan->state_count == 0)
        return;
    uint16_t country = s_country (self);
    bool us = country_has_us_states (country_of (country));
    for (size_t i = 0; i < plan->state_count && country != COUNTRY_NONE; i++)
        if (!us || plan->places.regions[plan->states[i]] != REGION_US)
            s_state (self, plan->states[i], us);
}
