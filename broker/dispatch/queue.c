//  queue.c: see queue.h.
#include "broker/dispatch/queue.h"

#include "broker/dispatch/matching.h"

static bool s_due_before (const void *a, const void *b)
{
    const struct open_job *x = a, *y = b;
    return x->due != y->due ? x->due < y->due : open_job_before (a, b);
}

void queue_init (struct queue *self)
{
    self->later = (struct heap){.before = s_due_before, .place_offset = offsetof (struct open_job, in_later)};
}

void queue_clear (struct queue *self)
{
    heap_clear (&self->later);
}

int queue_reserve (struct queue *self, size_t count)
{
    return heap_reserve (&self->later, count);
}

void queue_put (struct open_job *open_job)
{
    matching_put (open_job, open_job_wants_alone (open_job) ? WAY_ALONE : WAY_BESIDE);
}

void queue_put_later (struct queue *self, struct open_job *open_job, int64_t due)
{
    open_job->due = due;
    heap_put (&self->later, open_job);
}

void queue_remove (struct queue *self, struct open_job *open_job)
{
    matching_remove (open_job);
    heap_remove (&self->later, open_job);
}

void queue_wake (struct queue *self, int64_t now)
{
    struct open_job *open_job;
    while ((open_job = heap_first (&self->later)) && open_job->due <= now) {
        heap_remove (&self->later, open_job);
        queue_put (open_job);
    }
}

int64_t queue_deadline (const struct queue *self)
{
    const struct open_job *open_job = heap_first (&self->later);
    return open_job ? open_job->due : INT64_MAX;
}
