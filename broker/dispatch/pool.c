//  pool.c: see pool.h.
#include "broker/dispatch/pool.h"

static size_t s_free_slots (const struct pool_member *member)
{
    return member->ready.slots > member->busy ? (size_t) member->ready.slots - member->busy : 0;
}

static bool s_chosen_before (const void *a, const void *b)
{
    const struct pool_member *x = a, *y = b;
    size_t p = s_free_slots (x), q = s_free_slots (y);
    if (p != q)
        return p > q;
    return x->given != y->given ? x->given < y->given : x->order < y->order;
}

static bool s_heard_before (const void *a, const void *b)
{
    return ((const struct pool_member *) a)->last_heard < ((const struct pool_member *) b)->last_heard;
}

static void s_free_member (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

int pool_init (struct pool *self)
{
    *self = (struct pool){.members = zhashx_new ()};
    self->choice =
        (struct heap){.before = s_chosen_before, .place_offset = offsetof (struct pool_member, in_choice)};
    self->heard =
        (struct heap){.before = s_heard_before, .place_offset = offsetof (struct pool_member, in_heard)};
    if (!self->members)
        return -1;
    zhashx_set_destructor (self->members, s_free_member);
    return 0;
}

void pool_clear (struct pool *self)
{
    zhashx_destroy (&self->members);
    heap_clear (&self->choice);
    heap_clear (&self->heard);
}

struct pool_member *pool_find (struct pool *self, const char *worker)
{
    return zhashx_lookup (self->members, worker);
}

struct pool_member *pool_take_in (struct pool *self, const char *worker)
{
    struct pool_member *member = pool_find (self, worker);
    size_t count = zhashx_size (self->members) + 1;
    if (member)
        return member;
    if (heap_reserve (&self->choice, count) != 0 || heap_reserve (&self->heard, count) != 0)
        return NULL;
    member = calloc (1, sizeof *member);
    if (!member)
        return NULL;
    snprintf (member->ready.worker, sizeof member->ready.worker, "%s", worker);
    member->order = ++self->arrived;
    member->in_choice = member->in_heard = HEAP_OUT;
    zhashx_insert (self->members, worker, member);
    return member;
}

void pool_remove (struct pool *self, struct pool_member *member)
{
    heap_remove (&self->choice, member);
    heap_remove (&self->heard, member);
    if (self->reserved == member)
        self->reserved = NULL;
    char worker[ID_BYTES];    //  the member is gone while its key is still looked at
    memcpy (worker, member->ready.worker, sizeof worker);
    zhashx_delete (self->members, worker);
}

//  Puts the member where its free slots belong: before such a change it is taken out, after it put back.
static void s_take_out (struct pool *self, struct pool_member *member)
{
    heap_remove (&self->choice, member);
}

//  Whether it takes jobs at all, its slots aside.
static bool s_takes_jobs (const struct pool_member *member)
{
    return member->registered && !member->draining && !member->unreachable && member->alone == 0;
}

static void s_put_back (struct pool *self, struct pool_member *member)
{
    if (s_takes_jobs (member) && s_free_slots (member) > 0 && member != self->reserved)
        heap_put (&self->choice, member);
}

void pool_register (struct pool *self, struct pool_member *member, const struct ready *ready, int64_t now)
{
    s_take_out (self, member);
    member->ready = *ready;
    member->ready.kinds = member->ready.formats = NULL;
    member->ready.running = NULL;
    member->ready.kinds_count = member->ready.formats_count = member->ready.running_count = 0;
    if (!member->registered)
        member->since = now;
    member->registered = true;
    s_put_back (self, member);
    pool_heard (self, member, now);
}

void pool_heard (struct pool *self, struct pool_member *member, int64_t now)
{
    heap_remove (&self->heard, member);
    member->last_heard = now;
    if (member->registered)
        heap_put (&self->heard, member);
    if (!member->unreachable)
        return;
    s_take_out (self, member);
    member->unreachable = false;
    s_put_back (self, member);
}

void pool_drain (struct pool *self, struct pool_member *member)
{
    s_take_out (self, member);
    member->draining = true;
}

void pool_unreachable (struct pool *self, struct pool_member *member)
{
    s_take_out (self, member);
    member->unreachable = true;
}

void pool_hold (struct pool *self, struct pool_member *member, struct open_job *open_job, bool fresh)
{
    s_take_out (self, member);
    open_job->member = member;
    open_job->before = NULL;
    open_job->after = member->held;
    if (member->held)
        member->held->before = open_job;
    member->held = open_job;
    member->busy++;
    open_job->alone = open_job_wants_alone (open_job);
    member->alone += open_job->alone;
    if (fresh)
        member->given = ++self->given;
    s_put_back (self, member);
}

void pool_release (struct pool *self, struct open_job *open_job)
{
    struct pool_member *member = open_job->member;
    if (!member)
        return;
    s_take_out (self, member);
    if (open_job->before)
        open_job->before->after = open_job->after;
    else
        member->held = open_job->after;
    if (open_job->after)
        open_job->after->before = open_job->before;
    open_job->before = open_job->after = NULL;
    open_job->member = NULL;
    member->busy--;
    member->alone -= open_job->alone;
    open_job->alone = false;
    s_put_back (self, member);
}

struct pool_member *pool_choose (const struct pool *self)
{
    return heap_first (&self->choice);
}

static void s_reserve (struct pool *self, struct pool_member *member)
{
    struct pool_member *before = self->reserved;
    if (before == member)
        return;
    self->reserved = member;
    if (before)
        s_put_back (self, before);
    if (member)
        s_take_out (self, member);
}

//  Whether it is still busy with an attempt that nobody waits for any more, and which may never let go.
static bool s_is_held_up (const struct pool_member *member)
{
    for (const struct open_job *held = member->held; held; held = held->after)
        if (held->abandoned || held->intent != INTENT_RESULT)
            return true;
    return false;
}

//  One that is reserved never gets busier, so that one is idle in the end, whatever else is given out; those
//  that may never be are not reserved.
struct pool_member *pool_choose_idle (struct pool *self)
{
    struct pool_member *best = NULL;
    for (struct pool_member *member = zhashx_first (self->members); member && !(best && best->busy == 0);
         member = zhashx_next (self->members))
        if (s_takes_jobs (member) && !s_is_held_up (member) && (!best || member->busy < best->busy))
            best = member;
    bool idle = best && best->busy == 0;
    s_reserve (self, idle ? NULL : best);
    return idle ? best : NULL;
}

void pool_unreserve (struct pool *self)
{
    s_reserve (self, NULL);
}

struct pool_member *pool_silent (const struct pool *self, int64_t now)
{
    struct pool_member *member = heap_first (&self->heard);
    return member && member->last_heard + WORKER_SILENT_MS <= now ? member : NULL;
}

int64_t pool_deadline (const struct pool *self)
{
    const struct pool_member *member = heap_first (&self->heard);
    return member ? member->last_heard + WORKER_SILENT_MS : INT64_MAX;
}
