//  queue.c: see queue.h.
#include "broker/dispatch/queue.h"

static bool s_queued_before (const void *a, const void *b)
{
    const struct ticket *x = a, *y = b;
    return x->priority != y->priority ? x->priority > y->priority : x->sequence < y->sequence;
}

static bool s_due_before (const void *a, const void *b)
{
    const struct ticket *x = a, *y = b;
    return x->due != y->due ? x->due < y->due : s_queued_before (a, b);
}

void backlog_init (struct backlog *self)
{
    self->queue =
        (struct heap){.before = s_queued_before, .place_offset = offsetof (struct ticket, in_queue)};
    self->later = (struct heap){.before = s_due_before, .place_offset = offsetof (struct ticket, in_later)};
}

void backlog_clear (struct backlog *self)
{
    heap_clear (&self->queue);
    heap_clear (&self->later);
}

int backlog_reserve (struct backlog *self, size_t count)
{
    return heap_reserve (&self->queue, count) == 0 && heap_reserve (&self->later, count) == 0 ? 0 : -1;
}

void backlog_put (struct backlog *self, struct ticket *ticket)
{
    heap_put (&self->queue, ticket);
}

void backlog_put_later (struct backlog *self, struct ticket *ticket, int64_t due)
{
    ticket->due = due;
    heap_put (&self->later, ticket);
}

void backlog_remove (struct backlog *self, struct ticket *ticket)
{
    heap_remove (&self->queue, ticket);
    heap_remove (&self->later, ticket);
}

struct ticket *backlog_first (const struct backlog *self)
{
    return heap_first (&self->queue);
}

void backlog_wake (struct backlog *self, int64_t now)
{
    struct ticket *ticket;
    while ((ticket = heap_first (&self->later)) && ticket->due <= now) {
        heap_remove (&self->later, ticket);
        heap_put (&self->queue, ticket);
    }
}

int64_t backlog_deadline (const struct backlog *self)
{
    const struct ticket *ticket = heap_first (&self->later);
    return ticket ? ticket->due : INT64_MAX;
}
