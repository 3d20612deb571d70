//  outbox.c: see outbox.h.
#include "broker/jobs/outbox.h"

#include "messages/base/clock.h"
#include "messages/base/metrics.h"
#include "messages/codec/frame.h"
#include "messages/request.h"

int outbox_room (void **items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return 0;
    size_t more = *room ? *room * 2 : 16;
    void *larger = realloc (*items, more * size);
    if (!larger)
        return -1;
    *items = larger;
    *room = more;
    return 0;
}

struct outbox_message *outbox_add (struct outbox *self, void *to, zframe_t *identity,
                                   const struct shape *shape, const void *message, struct error *error)
{
    void *items = self->items;
    int rc = outbox_room (&items, self->count, &self->room, sizeof *self->items);
    self->items = items;
    if (rc != 0) {
        error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
        return NULL;
    }
    zmsg_t *frames = frame_new (shape, message, error);
    zframe_t *copy = frames ? zframe_dup (identity) : NULL;
    if (!copy) {
        zmsg_destroy (&frames);
        return NULL;
    }
    struct outbox_message *outgoing = &self->items[self->count++];
    *outgoing = (struct outbox_message){.to = to, .identity = copy, .message = frames};
    if (shape == &accepted_shape)
        outgoing->submitted_at = clock_mono_us ();
    return outgoing;
}

static void s_drop (struct outbox_message *outgoing)
{
    zframe_destroy (&outgoing->identity);
    zmsg_destroy (&outgoing->message);
}

//  ZeroMQ takes all frames of a message or refuses the first.
static bool s_send (struct outbox_message *outgoing)
{
    zframe_t *identity = outgoing->identity;
    if (outgoing->submitted_at)
        metrics_observe (METRIC_SUBMIT_SECONDS, (uint64_t) (clock_mono_us () - outgoing->submitted_at));
    zframe_t *frame = outgoing->message ? zmsg_first (outgoing->message) : NULL;
    bool sent = frame && frame_put (outgoing->to, zframe_data (identity), zframe_size (identity), true);
    while (sent && frame) {
        zframe_t *next = zmsg_next (outgoing->message);
        sent = frame_put (outgoing->to, zframe_data (frame), zframe_size (frame), next != NULL);
        frame = next;
    }
    s_drop (outgoing);
    return sent;
}

static void s_note_undelivered (struct outbox *self, const struct undelivered_order *order)
{
    void *items = self->undelivered;
    int rc =
        outbox_room (&items, self->undelivered_count, &self->undelivered_room, sizeof *self->undelivered);
    self->undelivered = items;
    if (rc == 0)    //  else its lease ends by itself
        self->undelivered[self->undelivered_count++] = *order;
}

void outbox_send (struct outbox *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct outbox_message *outgoing = &self->items[i];
        if (!s_send (outgoing) && outgoing->sort == OUTBOX_ORDER)
            s_note_undelivered (self, &outgoing->order);
    }
    self->count = 0;
}

void outbox_refuse (struct outbox *self, const struct error *why)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++) {
        struct outbox_message *outgoing = &self->items[i];
        if (outgoing->sort != OUTBOX_OPENED) {
            self->items[kept++] = *outgoing;
            continue;
        }
        struct problem problem = {.code = ""};
        snprintf (problem.code, sizeof problem.code, "%s", error_word (why->code));
        memcpy (problem.request, outgoing->request, sizeof problem.request);
        snprintf (problem.message, sizeof problem.message, "%s", why->text);
        zmsg_destroy (&outgoing->message);
        outgoing->message = frame_new (&problem_shape, &problem, NULL);
        outgoing->submitted_at = 0;
        s_send (outgoing);
    }
    self->count = kept;
}

void outbox_clear (struct outbox *self)
{
    for (size_t i = 0; i < self->count; i++)
        s_drop (&self->items[i]);
    self->count = self->undelivered_count = 0;
}

void outbox_free (struct outbox *self)
{
    outbox_clear (self);
    free (self->items);
    free (self->undelivered);
    *self = (struct outbox){.items = NULL};
}
