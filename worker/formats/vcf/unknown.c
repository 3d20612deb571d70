//  unknown.c: see unknown.h.
#include "worker/formats/vcf/unknown.h"

#include <stdlib.h>

void vcf_unknown_begin (struct vcf_unknown *self)
{
    self->names.used = self->count = 0;
}

void vcf_unknown_clear (struct vcf_unknown *self)
{
    free (self->names.at);
    *self = (struct vcf_unknown){.count = 0};
}

struct text vcf_unknown_at (const struct vcf_unknown *self, size_t i)
{
    for (size_t at = 0; at < self->names.used; at += strlen (self->names.at + at) + 1)
        if (i-- == 0)
            return text_of (self->names.at + at);
    return (struct text){NULL, 0};
}

static bool s_has (const struct vcf_unknown *self, struct text where, struct text id)
{
    struct text known;
    for (size_t at = 0; at < self->names.used; at += known.n + 1) {
        known = text_of (self->names.at + at);
        if (known.n == where.n + id.n && memcmp (known.at, where.at, where.n) == 0 &&
            memcmp (known.at + where.n, id.at, id.n) == 0)
            return true;
    }
    return false;
}

int vcf_unknown_add (struct vcf_unknown *self, struct text where, struct text id)
{
    if (id.n == 0 || self->count >= VCF_UNKNOWN_MOST || s_has (self, where, id))
        return 0;
    if (buffer_reserve (&self->names, where.n + id.n + 1) != 0)
        return -1;
    char *to = self->names.at + self->names.used;
    memcpy (to, where.at, where.n);
    memcpy (to + where.n, id.at, id.n);
    to[where.n + id.n] = 0;
    self->names.used += where.n + id.n + 1;
    self->count++;
    return 0;
}
