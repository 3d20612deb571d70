//  queue.c: see queue.h.
#include "broker/dispatch/queue.h"

static bool s_queued_before (const void *a, const void *b)
{
    const struct open_job *x = a, *y = b;
    return x->priority != y->priority ? x->priority > y->priority : x->sequence < y->sequence;
}

static bool s_due_before (const void *a, const void *b)
{
    const struct open_job *x = a, *y = b;
    return x->due != y->due ? x->due < y->due : s_queued_before (a, b);
}

void queue_init (struct queue *self)
{
    self->queue =
        (struct heap){.before = s_queued_before, .place_offset = offsetof (struct open_job, in_queue)};
    self->alone =
        (struct heap){.before = s_queued_before, .place_offset = offsetof (struct open_job, in_alone)};
    self->later = (struct heap){.before = s_due_before, .place_offset = offsetof (struct open_job, in_later)};
}

void queue_clear (struct queue *self)
{
    heap_clear (&self->queue);
    heap_clear (&self->alone);
    heap_clear (&self->later);
}

int queue_reserve (struct queue *self, size_t count)
{
    return heap_reserve (&self->queue, count) == 0 && heap_reserve (&self->alone, count) == 0 &&
                   heap_reserve (&self->later, count) == 0
               ? 0
               : -1;
}

void queue_put (struct queue *self, struct open_job *open_job)
{
    heap_put (open_job_wants_alone (open_job) ? &self->alone : &self->queue, open_job);
}

void queue_put_later (struct queue *self, struct open_job *open_job, int64_t due)
{
    open_job->due = due;
    heap_put (&self->later, open_job);
}

void queue_remove (struct queue *self, struct open_job *open_job)
{
    heap_remove (&self->queue, open_job);
    heap_remove (&self->alone, open_job);
    heap_remove (&self->later, open_job);
}

struct open_job *queue_first (const struct queue *self)
{
    return heap_first (&self->queue);
}

struct open_job *queue_first_alone (const struct queue *self, bool *is_next)
{
    struct open_job *open_job = heap_first (&self->alone), *other = heap_first (&self->queue);
    *is_next = open_job && (!other || s_queued_before (open_job, other));
    return open_job;
}

void queue_wake (struct queue *self, int64_t now)
{
    struct open_job *open_job;
    while ((open_job = heap_first (&self->later)) && open_job->due <= now) {
        heap_remove (&self->later, open_job);
        queue_put (self, open_job);
    }
}

int64_t queue_deadline (const struct queue *self)
{
    const struct open_job *open_job = heap_first (&self->later);
    return open_job ? open_job->due : INT64_MAX;
}
