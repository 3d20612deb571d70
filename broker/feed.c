//  feed.c: see feed.h.
#include "feed.h"

#include <czmq.h>

struct feed {
    zhashx_t *events;    //  by job
    zlistx_t *ended;     //  jobs in the order in which they ended
};

static void s_free (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

feed_t *feed_new (void)
{
    feed_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->events = zhashx_new ();
    self->ended = zlistx_new ();
    if (!self->events || !self->ended) {
        feed_destroy (&self);
        return NULL;
    }
    zhashx_set_destructor (self->events, s_free);
    zlistx_set_destructor (self->ended, s_free);
    return self;
}

void feed_destroy (feed_t **self_p)
{
    feed_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->events);
    zlistx_destroy (&self->ended);
    free (self);
    *self_p = NULL;
}

static bool s_ended (const struct event *event)
{
    enum job_state state;
    return job_state_of (event->state, &state) == DMH_OK && job_state_ended (state);
}

static int s_note_end (feed_t *self, const char *job)
{
    char *copy = strdup (job);
    if (!copy || !zlistx_add_end (self->ended, copy)) {
        free (copy);
        return -1;
    }
    while (zlistx_size (self->ended) > FEED_ENDED_MAX) {
        char *oldest = zlistx_detach (self->ended, NULL);
        const struct event *event = zhashx_lookup (self->events, oldest);
        if (event && s_ended (event))    //  one that was retried since lives on
            zhashx_delete (self->events, oldest);
        free (oldest);
    }
    return 0;
}

int feed_put (feed_t *self, const struct event *event)
{
    struct event *known = zhashx_lookup (self->events, event->job);
    bool ends = s_ended (event) && !(known && s_ended (known));
    if (!known) {
        known = malloc (sizeof *known);
        if (!known)
            return -1;
        zhashx_insert (self->events, event->job, known);
    }
    *known = *event;
    return ends ? s_note_end (self, event->job) : 0;
}

const struct event *feed_last (const feed_t *self, const char *job)
{
    return zhashx_lookup (self->events, job);
}

void feed_replay (feed_t *self, const char *prefix, size_t n,
                  void (*each) (void *context, const struct event *event), void *context)
{
    char topic[EVENT_TOPIC_BYTES];
    for (const struct event *event = zhashx_first (self->events); event; event = zhashx_next (self->events)) {
        event_topic (event->job, topic);
        if (n <= strlen (topic) && memcmp (topic, prefix, n) == 0)
            each (context, event);
    }
}
