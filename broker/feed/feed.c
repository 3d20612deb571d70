//  feed.c: see feed.h.
#include "broker/feed/feed.h"

#include <czmq.h>

struct feed {
    zhashx_t *tellings;    //  by topic
    zlistx_t *ended;       //  topics in the order in which their jobs ended
};

static void s_free_text (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

static void s_free_telling (void **item_p)
{
    struct telling *telling = *item_p;
    free (telling->body);
    free (telling);
    *item_p = NULL;
}

feed_t *feed_new (void)
{
    feed_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->tellings = zhashx_new ();
    self->ended = zlistx_new ();
    if (!self->tellings || !self->ended) {
        feed_destroy (&self);
        return NULL;
    }
    zhashx_set_destructor (self->tellings, s_free_telling);
    zlistx_set_destructor (self->ended, s_free_text);
    return self;
}

void feed_destroy (feed_t **self_p)
{
    feed_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->tellings);
    zlistx_destroy (&self->ended);
    free (self);
    *self_p = NULL;
}

//  Forgets the job that ended first, unless it ended again later or was retried.
static void s_forget_first (feed_t *self)
{
    char *topic = zlistx_detach (self->ended, NULL);
    struct telling *telling = topic ? zhashx_lookup (self->tellings, topic) : NULL;
    if (telling && --telling->ends == 0 && telling->ended)
        zhashx_delete (self->tellings, topic);
    free (topic);
}

static int s_note_end (feed_t *self, struct telling *telling)
{
    char *copy = strdup (telling->topic);
    if (!copy || !zlistx_add_end (self->ended, copy)) {
        free (copy);
        return -1;
    }
    telling->ends++;
    while (zlistx_size (self->ended) > FEED_ENDED_MAX)
        s_forget_first (self);
    return 0;
}

static struct telling *s_telling (feed_t *self, const char *topic)
{
    struct telling *telling = zhashx_lookup (self->tellings, topic);
    if (telling)
        return telling;
    telling = calloc (1, sizeof *telling);
    if (!telling)
        return NULL;
    snprintf (telling->topic, sizeof telling->topic, "%s", topic);
    zhashx_insert (self->tellings, topic, telling);
    return telling;
}

const struct telling *feed_put (feed_t *self, const struct event *event)
{
    char topic[EVENT_TOPIC_BYTES];
    void *body = NULL;
    size_t n = 0;
    enum job_state state;
    if (job_state_of (event->state, &state) != DMH_OK ||
        shape_encode (&event_shape, event, &body, &n, NULL) != DMH_OK)
        return NULL;
    struct telling *telling = s_telling (self, event_topic (event->job, topic));
    if (!telling) {
        free (body);
        return NULL;
    }
    free (telling->body);
    telling->body = body;
    telling->bytes = n;
    bool ends = job_state_ended (state) && !telling->ended;
    telling->ended = job_state_ended (state);
    return ends && s_note_end (self, telling) != 0 ? NULL : telling;
}

int feed_last (const feed_t *self, const char *job, struct event *out)
{
    char topic[EVENT_TOPIC_BYTES];
    const struct telling *telling = zhashx_lookup (self->tellings, event_topic (job, topic));
    return telling ? event_decode (telling->body, telling->bytes, out, NULL) : DMH_NOT_FOUND;
}

void feed_replay (feed_t *self, const char *prefix, size_t n,
                  void (*each) (void *context, const struct telling *telling), void *context)
{
    char topic[EVENT_TOPIC_BYTES];
    if (n >= sizeof topic)
        return;
    memcpy (topic, prefix, n);
    topic[n] = 0;
    //  All ids are of one length: a whole topic is no other's beginning, and needs no search.
    const struct telling *telling = zhashx_lookup (self->tellings, topic);
    if (telling) {
        each (context, telling);
        return;
    }
    for (telling = zhashx_first (self->tellings); telling; telling = zhashx_next (self->tellings))
        if (strncmp (telling->topic, topic, n) == 0)
            each (context, telling);
}

void feed_forget (feed_t *self, const char *job)
{
    char topic[EVENT_TOPIC_BYTES];
    zhashx_delete (self->tellings, event_topic (job, topic));
}

size_t feed_count (const feed_t *self)
{
    return zhashx_size (self->tellings);
}
