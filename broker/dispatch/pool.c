//  pool.c: see pool.h.
#include "broker/dispatch/pool.h"

static size_t s_free_slots (const struct seat *seat)
{
    return seat->ready.slots > seat->busy ? (size_t) seat->ready.slots - seat->busy : 0;
}

static bool s_chosen_before (const void *a, const void *b)
{
    const struct seat *x = a, *y = b;
    size_t p = s_free_slots (x), q = s_free_slots (y);
    if (p != q)
        return p > q;
    return x->given != y->given ? x->given < y->given : x->order < y->order;
}

static bool s_heard_before (const void *a, const void *b)
{
    return ((const struct seat *) a)->last_heard < ((const struct seat *) b)->last_heard;
}

static void s_free_seat (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

int roster_init (struct roster *self)
{
    *self = (struct roster){.seats = zhashx_new ()};
    self->choice =
        (struct heap){.before = s_chosen_before, .place_offset = offsetof (struct seat, in_choice)};
    self->heard = (struct heap){.before = s_heard_before, .place_offset = offsetof (struct seat, in_heard)};
    if (!self->seats)
        return -1;
    zhashx_set_destructor (self->seats, s_free_seat);
    return 0;
}

void roster_clear (struct roster *self)
{
    zhashx_destroy (&self->seats);
    heap_clear (&self->choice);
    heap_clear (&self->heard);
}

struct seat *roster_find (struct roster *self, const char *worker)
{
    return zhashx_lookup (self->seats, worker);
}

struct seat *roster_seat (struct roster *self, const char *worker)
{
    struct seat *seat = roster_find (self, worker);
    size_t count = zhashx_size (self->seats) + 1;
    if (seat)
        return seat;
    if (heap_reserve (&self->choice, count) != 0 || heap_reserve (&self->heard, count) != 0)
        return NULL;
    seat = calloc (1, sizeof *seat);
    if (!seat)
        return NULL;
    snprintf (seat->ready.worker, sizeof seat->ready.worker, "%s", worker);
    seat->order = ++self->arrived;
    seat->in_choice = seat->in_heard = HEAP_OUT;
    zhashx_insert (self->seats, worker, seat);
    return seat;
}

void roster_remove (struct roster *self, struct seat *seat)
{
    heap_remove (&self->choice, seat);
    heap_remove (&self->heard, seat);
    char worker[ID_BYTES];    //  the seat is gone while its key is still looked at
    memcpy (worker, seat->ready.worker, sizeof worker);
    zhashx_delete (self->seats, worker);
}

//  Puts the seat where its free slots belong: before such a change it is taken out, after it put back.
static void s_take_out (struct roster *self, struct seat *seat)
{
    heap_remove (&self->choice, seat);
}

static void s_put_back (struct roster *self, struct seat *seat)
{
    if (seat->registered && !seat->draining && !seat->unreachable && s_free_slots (seat) > 0)
        heap_put (&self->choice, seat);
}

void roster_register (struct roster *self, struct seat *seat, const struct ready *ready, int64_t now)
{
    s_take_out (self, seat);
    seat->ready = *ready;
    seat->ready.kinds = seat->ready.formats = NULL;
    seat->ready.running = NULL;
    seat->ready.kinds_count = seat->ready.formats_count = seat->ready.running_count = 0;
    if (!seat->registered)
        seat->since = now;
    seat->registered = true;
    s_put_back (self, seat);
    roster_heard (self, seat, now);
}

void roster_heard (struct roster *self, struct seat *seat, int64_t now)
{
    heap_remove (&self->heard, seat);
    seat->last_heard = now;
    if (seat->registered)
        heap_put (&self->heard, seat);
    if (!seat->unreachable)
        return;
    s_take_out (self, seat);
    seat->unreachable = false;
    s_put_back (self, seat);
}

void roster_drain (struct roster *self, struct seat *seat)
{
    s_take_out (self, seat);
    seat->draining = true;
}

void roster_unreachable (struct roster *self, struct seat *seat)
{
    s_take_out (self, seat);
    seat->unreachable = true;
}

void roster_hold (struct roster *self, struct seat *seat, struct open_job *open_job, bool fresh)
{
    s_take_out (self, seat);
    open_job->seat = seat;
    open_job->before = NULL;
    open_job->after = seat->held;
    if (seat->held)
        seat->held->before = open_job;
    seat->held = open_job;
    seat->busy++;
    if (fresh)
        seat->given = ++self->given;
    s_put_back (self, seat);
}

void roster_release (struct roster *self, struct open_job *open_job)
{
    struct seat *seat = open_job->seat;
    if (!seat)
        return;
    s_take_out (self, seat);
    if (open_job->before)
        open_job->before->after = open_job->after;
    else
        seat->held = open_job->after;
    if (open_job->after)
        open_job->after->before = open_job->before;
    open_job->before = open_job->after = NULL;
    open_job->seat = NULL;
    seat->busy--;
    s_put_back (self, seat);
}

struct seat *roster_choose (const struct roster *self)
{
    return heap_first (&self->choice);
}

struct seat *roster_silent (const struct roster *self, int64_t now)
{
    struct seat *seat = heap_first (&self->heard);
    return seat && seat->last_heard + WORKER_SILENT_MS <= now ? seat : NULL;
}

int64_t roster_deadline (const struct roster *self)
{
    const struct seat *seat = heap_first (&self->heard);
    return seat ? seat->last_heard + WORKER_SILENT_MS : INT64_MAX;
}
