//  feed.c: see feed.h.
#include "broker/feed/feed.h"

#include "messages/base/random.h"

#include <czmq.h>

struct feed {
    zhashx_t *publications;        //  by topic
    zlistx_t *ended;               //  topics in the order in which their jobs ended
    struct publication passing;    //  the last one that is not remembered
};

static void s_free_text (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

static void s_free_publication (void **item_p)
{
    struct publication *publication = *item_p;
    free (publication->body);
    free (publication->owner);
    free (publication);
    *item_p = NULL;
}

feed_t *feed_new (void)
{
    feed_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->publications = zhashx_new ();
    self->ended = zlistx_new ();
    if (!self->publications || !self->ended) {
        feed_destroy (&self);
        return NULL;
    }
    zhashx_set_destructor (self->publications, s_free_publication);
    zhashx_set_key_duplicator (self->publications, NULL);    //  the keys are the publications' own
    zhashx_set_key_destructor (self->publications, NULL);
    zlistx_set_destructor (self->ended, s_free_text);
    return self;
}

void feed_destroy (feed_t **self_p)
{
    feed_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->publications);
    zlistx_destroy (&self->ended);
    free (self->passing.body);
    free (self->passing.owner);
    free (self);
    *self_p = NULL;
}

//  Forgets the job that ended first, unless it ended again later or was retried.
static void s_forget_first (feed_t *self)
{
    char *topic = zlistx_detach (self->ended, NULL);
    struct publication *publication = topic ? zhashx_lookup (self->publications, topic) : NULL;
    if (publication && --publication->ends == 0 && publication->ended)
        zhashx_delete (self->publications, topic);
    free (topic);
}

static int s_note_end (feed_t *self, struct publication *publication)
{
    char *copy = strdup (publication->topic);
    if (!copy || !zlistx_add_end (self->ended, copy)) {
        free (copy);
        return -1;
    }
    publication->ends++;
    while (zlistx_size (self->ended) > FEED_ENDED_MAX)
        s_forget_first (self);
    return 0;
}

static struct publication *s_publication (feed_t *self, const char *topic)
{
    struct publication *publication = zhashx_lookup (self->publications, topic);
    if (publication)
        return publication;
    publication = calloc (1, sizeof *publication);
    if (!publication)
        return NULL;
    snprintf (publication->topic, sizeof publication->topic, "%s", topic);
    zhashx_insert (self->publications, publication->topic, publication);
    return publication;
}

const struct publication *feed_put (feed_t *self, const struct event *event, const char *owner)
{
    char topic[EVENT_TOPIC_BYTES];
    void *body = NULL;
    size_t n = 0;
    enum job_state state;
    if (job_state_of (event->state, &state) != DMH_OK ||
        shape_encode (&event_shape, event, &body, &n, NULL) != DMH_OK)
        return NULL;
    struct publication *publication = s_publication (self, event_topic (event->job, topic));
    if (!publication) {
        free (body);
        return NULL;
    }
    if (owner && !publication->owner)
        publication->owner = strdup (owner);
    free (publication->body);
    publication->body = body;
    publication->bytes = n;
    bool ends = job_state_ended (state) && !publication->ended;
    publication->ended = job_state_ended (state);
    return ends && s_note_end (self, publication) != 0 ? NULL : publication;
}

//  One that stands among those that ended is remembered: its place there is.
const struct publication *feed_pass (feed_t *self, const struct event *event, const char *owner)
{
    struct publication *passing = &self->passing;
    char topic[EVENT_TOPIC_BYTES];
    const struct publication *known = zhashx_lookup (self->publications, event_topic (event->job, topic));
    if (known && known->ends)
        return feed_put (self, event, owner);
    zhashx_delete (self->publications, topic);
    free (passing->body);
    free (passing->owner);
    *passing = (struct publication){.owner = owner ? strdup (owner) : NULL};
    memcpy (passing->topic, topic, sizeof passing->topic);
    return shape_encode (&event_shape, event, &passing->body, &passing->bytes, NULL) == DMH_OK ? passing
                                                                                               : NULL;
}

int feed_last (const feed_t *self, const char *job, struct event *out)
{
    char topic[EVENT_TOPIC_BYTES];
    const struct publication *publication = zhashx_lookup (self->publications, event_topic (job, topic));
    return publication ? event_decode (publication->body, publication->bytes, out, NULL) : DMH_NOT_FOUND;
}

const char *feed_owner (const feed_t *self, const char *job)
{
    char topic[EVENT_TOPIC_BYTES];
    const struct publication *publication = zhashx_lookup (self->publications, event_topic (job, topic));
    return publication ? publication->owner : NULL;
}

bool feed_owner_topic (const struct publication *publication, char out[EVENT_OWNER_TOPIC_BYTES])
{
    if (!publication->owner || !strchr (publication->owner, '/'))
        return false;
    event_owner_topic (publication->owner, publication->topic + strlen (EVENT_TOPIC), out);
    return true;
}

bool feed_is_whole (const char *prefix, size_t n)
{
    size_t word = strlen (EVENT_TOPIC);
    return n == word + JOB_ID_DIGITS && memcmp (prefix, EVENT_TOPIC, word) == 0;
}

size_t feed_replay (feed_t *self, const char *prefix, size_t n,
                    void (*each) (void *context, const struct publication *publication), void *context)
{
    char topic[EVENT_OWNER_TOPIC_BYTES], of_owner[EVENT_OWNER_TOPIC_BYTES];
    size_t count = 0;
    if (n >= sizeof topic)
        return count;
    memcpy (topic, prefix, n);
    topic[n] = 0;
    //  All ids are of one length: a whole topic is no other's beginning, and needs no search.
    const struct publication *publication = zhashx_lookup (self->publications, topic);
    if (publication)
        each (context, publication);
    if (publication || feed_is_whole (prefix, n))
        return publication != NULL;
    for (publication = zhashx_first (self->publications); publication;
         publication = zhashx_next (self->publications))
        if (strncmp (publication->topic, topic, n) == 0 ||
            (*topic == *EVENT_OWNER_TOPIC && feed_owner_topic (publication, of_owner) &&
             strncmp (of_owner, topic, n) == 0)) {
            each (context, publication);
            count++;
        }
    return count;
}

void feed_forget (feed_t *self, const char *job)
{
    char topic[EVENT_TOPIC_BYTES];
    zhashx_delete (self->publications, event_topic (job, topic));
}

size_t feed_count (const feed_t *self)
{
    return zhashx_size (self->publications);
}
