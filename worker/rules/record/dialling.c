//  dialling.c: see dialling.h.
#include "worker/rules/record/dialling.h"

#include "worker/rules/identifiers/phone.h"

//  Takes back that the number was written as one of North America.
static void s_drop_format (struct record *self, int field)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->finding_count; i++)
        if (self->findings[i].field != field || self->findings[i].rule != RULE_PHONE_FORMAT)
            self->findings[kept++] = self->findings[i];
    self->finding_count = kept;
}

void record_read_phone (struct record *self)
{
    const struct plan *plan = self->plan;
    struct text source = text_trim (self->sources[plan->phone]), out;
    if (self->values[plan->phone].n == 0 || plan->steps[plan->phone].mapped ||
        !phone_from_national (source, self->values[plan->country], &out, &self->scratch))
        return;
    s_drop_format (self, plan->phone);
    self->values[plan->phone] = out;
    if (!text_equal (out, source))
        record_note (self, plan->phone, RULE_PHONE_FORMAT, self->sources[plan->phone], out);
}
