//  rabbitmq_confirms.c: see rabbitmq_confirms.h.
#include "client/bridge/engines/rabbitmq_confirms.h"

#include <assert.h>
#include <string.h>

void rabbitmq_confirms_publish (struct rabbitmq_confirms *self)
{
    assert (self->published - self->base < UNCONFIRMED_MAX);
    self->published++;
}

void rabbitmq_confirms_take (struct rabbitmq_confirms *self, uint64_t tag, bool multiple)
{
    for (uint64_t at = multiple ? self->base + 1 : tag; at <= tag && at <= self->published; at++)
        if (at > self->base)
            self->got[at - self->base - 1] = true;
}

bool rabbitmq_confirms_are_all (struct rabbitmq_confirms *self)
{
    for (uint64_t i = 0; i < self->published - self->base; i++)
        if (!self->got[i])
            return false;
    self->base = self->published;
    memset (self->got, 0, sizeof self->got);
    return true;
}
