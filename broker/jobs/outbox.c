//  outbox.c: see outbox.h.
#include "broker/jobs/outbox.h"

#include "messages/codec/frame.h"
#include "messages/request.h"

int said_room (void **items, size_t count, size_t *room, size_t size)
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

struct saying *said_add (struct said *self, void *to, zframe_t *identity, const struct shape *shape,
                         const void *message, struct error *error)
{
    void *items = self->items;
    int rc = said_room (&items, self->count, &self->room, sizeof *self->items);
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
    struct saying *saying = &self->items[self->count++];
    *saying = (struct saying){.to = to, .identity = copy, .message = frames};
    return saying;
}

static void s_drop (struct saying *saying)
{
    zframe_destroy (&saying->identity);
    zmsg_destroy (&saying->message);
}

//  ZeroMQ takes all frames of a message or refuses the first.
static bool s_send (struct saying *saying)
{
    zframe_t *identity = saying->identity;
    zframe_t *frame = saying->message ? zmsg_first (saying->message) : NULL;
    bool sent = frame && frame_put (saying->to, zframe_data (identity), zframe_size (identity), true);
    while (sent && frame) {
        zframe_t *next = zmsg_next (saying->message);
        sent = frame_put (saying->to, zframe_data (frame), zframe_size (frame), next != NULL);
        frame = next;
    }
    s_drop (saying);
    return sent;
}

static void s_note_undelivered (struct said *self, const struct undelivered *order)
{
    void *items = self->undelivered;
    int rc = said_room (&items, self->undelivered_count, &self->undelivered_room, sizeof *self->undelivered);
    self->undelivered = items;
    if (rc == 0)    //  else its lease ends by itself
        self->undelivered[self->undelivered_count++] = *order;
}

void said_send (struct said *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct saying *saying = &self->items[i];
        if (!s_send (saying) && saying->sort == SAYING_ORDERS)
            s_note_undelivered (self, &saying->order);
    }
    self->count = 0;
}

void said_refuse (struct said *self, const struct error *why)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++) {
        struct saying *saying = &self->items[i];
        if (saying->sort != SAYING_ACCEPTS) {
            self->items[kept++] = *saying;
            continue;
        }
        struct problem problem = {.code = "unavailable"};
        memcpy (problem.request, saying->request, sizeof problem.request);
        snprintf (problem.message, sizeof problem.message, "%s", why->text);
        zmsg_destroy (&saying->message);
        saying->message = frame_new (&problem_shape, &problem, NULL);
        s_send (saying);
    }
    self->count = kept;
}

void said_clear (struct said *self)
{
    for (size_t i = 0; i < self->count; i++)
        s_drop (&self->items[i]);
    self->count = self->undelivered_count = 0;
}

void said_free (struct said *self)
{
    said_clear (self);
    free (self->items);
    free (self->undelivered);
    *self = (struct said){.items = NULL};
}
