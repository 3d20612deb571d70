//  subscriptions.c: see subscriptions.h.
#include "broker/feed/subscriptions.h"

#include <string.h>

static bool s_covers (const void *prefix, size_t n, const void *longer, size_t longer_n)
{
    return n <= longer_n && memcmp (prefix, longer, n) == 0;
}

void subscriptions_add (struct subscriptions *self, const void *prefix, size_t n)
{
    if (n >= EVENT_OWNER_TOPIC_BYTES)
        return;
    for (size_t i = 0; i < self->count; i++)
        if (s_covers (self->at[i].prefix, self->at[i].n, prefix, n))
            return;
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++)
        if (!s_covers (prefix, n, self->at[i].prefix, self->at[i].n))
            self->at[kept++] = self->at[i];
    self->count = kept;
    if (kept == SUBSCRIPTION_MAX)
        return;
    struct subscription *subscription = &self->at[self->count++];
    memset (subscription, 0, sizeof *subscription);
    memcpy (subscription->prefix, prefix, n);
    subscription->n = n;
}
