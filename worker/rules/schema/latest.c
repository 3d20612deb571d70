//  latest.c: see latest.h.
#include "worker/rules/schema/latest.h"

uint8_t latest_place (const struct latest *self, struct text code)
{
    for (size_t i = 0; code.n && i < self->code_count; i++)
        if (self->codes[i].n == code.n && memcmp (self->codes[i].code, code.at, code.n) == 0)
            return self->codes[i].place;
    return self->none;
}
