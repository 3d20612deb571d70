//  published.c: see published.h.
#include "client/bridge/published.h"

#include "client/bridge/event_text.h"

enum { AT_ONCE = 128 };

//  Outlives its delivery.
struct entry {
    char id[MESSAGE_ID_BYTES], job[ID_BYTES], correlation[CORRELATION_BYTES], state[WORD_BYTES];
    char *text;
    size_t n;
};

struct published {
    zlistx_t *entries;
};

static void s_free (void **self_p)
{
    struct entry *self = *self_p;
    if (self)
        free (self->text);
    free (self);
    *self_p = NULL;
}

struct published *published_new (void)
{
    struct published *self = calloc (1, sizeof *self);
    if (self && !(self->entries = zlistx_new ()))
        published_destroy (&self);
    if (self)
        zlistx_set_destructor (self->entries, s_free);
    return self;
}

void published_destroy (struct published **self_p)
{
    struct published *self = *self_p;
    if (self)
        zlistx_destroy (&self->entries);
    free (self);
    *self_p = NULL;
}

void published_add (struct published *self, const struct delivery *delivery, const struct event *event)
{
    struct entry *entry = calloc (1, sizeof *entry);
    if (!entry)
        return;
    memcpy (entry->id, delivery->id, sizeof entry->id);
    memcpy (entry->job, event->job, sizeof entry->job);
    memcpy (entry->correlation, event->correlation, sizeof entry->correlation);
    memcpy (entry->state, event->state, sizeof entry->state);
    entry->text = event_text_change (delivery->id, event, &entry->n);
    if (!entry->text || !zlistx_add_end (self->entries, entry))
        s_free ((void **) &entry);
}

int published_flush (struct published *self, const struct queue *queue, void *to, struct error *error)
{
    int rc = DMH_OK;
    while (rc == DMH_OK && zlistx_size (self->entries)) {
        struct queue_line lines[AT_ONCE];
        size_t count = 0;
        for (struct entry *at = zlistx_first (self->entries); at && count < AT_ONCE;
             at = zlistx_next (self->entries))
            lines[count++] = (struct queue_line){.id = at->id,
                                                 .job = at->job,
                                                 .correlation = at->correlation,
                                                 .state = at->state,
                                                 .text = at->text,
                                                 .n = at->n};
        rc = queue->publish (to, lines, count, error);
        for (size_t i = 0; i < count; i++) {
            void *gone = zlistx_detach (self->entries, NULL);
            s_free (&gone);
        }
    }
    zlistx_purge (self->entries);
    return rc;
}
