//  replay.c: see replay.h.
#include "broker/jobs/replay.h"

#include "broker/feed/subscriptions.h"
#include "messages/base/narrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct replay {
    store_t *store;
    struct subscriptions asked;    //  not begun yet
    struct subscription now;
    bool walks;
    uint64_t walked;    //  the sequence of the last job
    size_t seen;        //  in this step
    void (*each) (void *context, const struct job_record *record);
    void *context;
};

replay_t *replay_new (store_t *store)
{
    replay_t *self = calloc (1, sizeof *self);
    if (self)
        self->store = store;
    return self;
}

void replay_destroy (replay_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

//  Too many at once are told everything.
void replay_add (replay_t *self, const void *prefix, size_t n)
{
    if (self->asked.count == SUBSCRIPTION_MAX)
        subscriptions_add (&self->asked, "", 0);
    else
        subscriptions_add (&self->asked, prefix, n);
}

bool replay_goes_on (const replay_t *self)
{
    return self->walks || self->asked.count;
}

static void s_begin (replay_t *self)
{
    self->now = self->asked.at[--self->asked.count];
    self->walks = true;
    self->walked = 0;
}

//  Whose jobs alone those are; NULL: they may be everybody's.
static const char *s_owner (const struct subscription *subscription, char out[OWNER_BYTES])
{
    size_t word = strlen (EVENT_OWNER_TOPIC);
    const char *begin = subscription->prefix + word;
    if (strncmp (subscription->prefix, EVENT_OWNER_TOPIC, word) != 0 || !strchr (begin, ' '))
        return NULL;
    snprintf (out, OWNER_BYTES, "%.*s", NARROW (int, strcspn (begin, " ")), begin);
    return out;
}

static int s_see (void *context, const struct store_job *job)
{
    replay_t *self = context;
    const struct job_record *record = &job->record;
    char topic[EVENT_TOPIC_BYTES], of_owner[EVENT_OWNER_TOPIC_BYTES];
    const struct subscription *now = &self->now;
    self->walked = job->sequence;
    self->seen++;
    if (strncmp (event_topic (record->job, topic), now->prefix, now->n) == 0 ||
        strncmp (event_owner_topic (record->owner, record->job, of_owner), now->prefix, now->n) == 0)
        self->each (self->context, record);
    return DMH_OK;
}

int replay_step (replay_t *self, size_t limit, void (*each) (void *context, const struct job_record *record),
                 void *context, struct error *error)
{
    char owner[OWNER_BYTES];
    if (!self->walks && self->asked.count)
        s_begin (self);
    if (!self->walks)
        return DMH_OK;
    self->each = each;
    self->context = context;
    self->seen = 0;
    int rc = store_queued (self->store, s_owner (&self->now, owner), self->walked, limit, s_see, self, error);
    self->walks = rc != DMH_OK || self->seen == limit;
    return rc;
}
