//  dispatcher.c: see dispatcher.h. A job is a ticket: queued (in `queue`), waiting out a back-off (in
//  `later`), or running (in `leases`). A cancelled one that runs is a ticket without a future: it holds its
//  slot until the worker lets go or its lease ends.
#include "dispatcher.h"

#include "heap.h"

#include <czmq.h>

static const int64_t BACK_OFF_MS[] = {1000, 4000};

struct ticket {
    char job[ID_BYTES];
    int64_t priority;
    uint64_t sequence;
    uint64_t attempt;
    unsigned tries;
    bool cancelled;
    struct seat *seat;                       //  where it runs; NULL when it does not
    int64_t due;                             //  end of its lease, or of its back-off
    size_t in_queue, in_later, in_leases;    //  places in the heaps
};

//  A worker at its slots. One that was never heard (after a restart) is not registered: it gets nothing.
struct seat {
    struct ready ready;
    bool registered, draining;
    size_t busy;
    int64_t since, last_heard;
    uint64_t given;    //  when it was last given a job, counted in jobs
};

struct dispatcher {
    unsigned attempts;
    zhashx_t *tickets;    //  by job
    zhashx_t *seats;      //  by worker
    struct heap queue, later, leases;
    uint64_t given;
    zlistx_t *actions;
};

static bool s_queued_before (const void *a, const void *b)
{
    const struct ticket *x = a, *y = b;
    return x->priority != y->priority ? x->priority > y->priority : x->sequence < y->sequence;
}

static bool s_due_before (const void *a, const void *b)
{
    return ((const struct ticket *) a)->due < ((const struct ticket *) b)->due;
}

static void s_free (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

static void s_free_seat (void **item_p)
{
    struct seat *seat = *item_p;
    ready_clear (&seat->ready);
    s_free (item_p);
}

dispatcher_t *dispatcher_new (unsigned attempts)
{
    dispatcher_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->attempts = attempts;
    self->queue =
        (struct heap){.before = s_queued_before, .place_offset = offsetof (struct ticket, in_queue)};
    self->later = (struct heap){.before = s_due_before, .place_offset = offsetof (struct ticket, in_later)};
    self->leases = (struct heap){.before = s_due_before, .place_offset = offsetof (struct ticket, in_leases)};
    self->tickets = zhashx_new ();
    self->seats = zhashx_new ();
    self->actions = zlistx_new ();
    if (!self->tickets || !self->seats || !self->actions) {
        dispatcher_destroy (&self);
        return NULL;
    }
    zhashx_set_destructor (self->tickets, s_free);
    zhashx_set_destructor (self->seats, s_free_seat);
    zlistx_set_destructor (self->actions, s_free);
    return self;
}

void dispatcher_destroy (dispatcher_t **self_p)
{
    dispatcher_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->tickets);
    zhashx_destroy (&self->seats);
    zlistx_destroy (&self->actions);
    heap_clear (&self->queue);
    heap_clear (&self->later);
    heap_clear (&self->leases);
    free (self);
    *self_p = NULL;
}

static struct action *s_act (dispatcher_t *self, enum action_sort sort, const struct ticket *ticket)
{
    struct action *action = calloc (1, sizeof *action);
    if (!action || !zlistx_add_end (self->actions, action)) {
        free (action);
        return NULL;    //  the lease ends, and the job is tried again
    }
    action->sort = sort;
    action->attempt = ticket->attempt;
    action->tries = ticket->tries;
    snprintf (action->job, sizeof action->job, "%s", ticket->job);
    if (ticket->seat)
        snprintf (action->worker, sizeof action->worker, "%s", ticket->seat->ready.worker);
    return action;
}

bool dispatcher_action (dispatcher_t *self, struct action *out)
{
    struct action *action = zlistx_detach (self->actions, NULL);
    if (action)
        *out = *action;
    free (action);
    return action != NULL;
}

static struct seat *s_seat (dispatcher_t *self, const char *worker)
{
    struct seat *seat = zhashx_lookup (self->seats, worker);
    if (seat)
        return seat;
    seat = calloc (1, sizeof *seat);
    if (!seat)
        return NULL;
    snprintf (seat->ready.worker, sizeof seat->ready.worker, "%s", worker);
    zhashx_insert (self->seats, worker, seat);
    return seat;
}

//  Takes the ticket off its seat and out of every heap.
static void s_release (dispatcher_t *self, struct ticket *ticket)
{
    heap_remove (&self->queue, ticket);
    heap_remove (&self->later, ticket);
    heap_remove (&self->leases, ticket);
    if (ticket->seat)
        ticket->seat->busy--;
    ticket->seat = NULL;
}

static void s_close (dispatcher_t *self, struct ticket *ticket)
{
    s_release (self, ticket);
    zhashx_delete (self->tickets, ticket->job);
}

static int s_lease (dispatcher_t *self, struct ticket *ticket, struct seat *seat, int64_t due)
{
    ticket->seat = seat;
    ticket->due = due;
    seat->busy++;
    return heap_put (&self->leases, ticket);
}

int dispatcher_open (dispatcher_t *self, const struct opening *opening, int64_t lease_ms, int64_t now)
{
    if (zhashx_lookup (self->tickets, opening->job))
        return DMH_OK;
    struct ticket *ticket = calloc (1, sizeof *ticket);
    if (!ticket)
        return DMH_INTERNAL;
    snprintf (ticket->job, sizeof ticket->job, "%s", opening->job);
    ticket->priority = opening->priority;
    ticket->sequence = opening->sequence;
    ticket->attempt = opening->attempt;
    ticket->tries = opening->tries;
    ticket->in_queue = ticket->in_later = ticket->in_leases = HEAP_OUT;
    zhashx_insert (self->tickets, ticket->job, ticket);
    struct seat *seat = opening->worker ? s_seat (self, opening->worker) : NULL;
    if (opening->worker && !seat)
        return DMH_INTERNAL;
    int rc = seat ? s_lease (self, ticket, seat, now + lease_ms) : heap_put (&self->queue, ticket);
    return rc == 0 ? DMH_OK : DMH_INTERNAL;
}

static void s_failed (dispatcher_t *self, struct ticket *ticket, const char *code, const char *message)
{
    struct action *action = s_act (self, ACTION_FAILED, ticket);
    if (action) {
        snprintf (action->code, sizeof action->code, "%s", code);
        snprintf (action->message, sizeof action->message, "%s", message);
    }
    s_close (self, ticket);
}

//  An attempt is over without a result. `counts`: against the limit, with a back-off; else it is queued at
//  once.
static void s_again (dispatcher_t *self, struct ticket *ticket, bool counts, const char *code,
                     const char *message, int64_t now)
{
    if (ticket->cancelled) {
        s_close (self, ticket);
        return;
    }
    ticket->tries += counts;
    if (ticket->tries >= self->attempts) {
        s_failed (self, ticket, code, message);
        return;
    }
    s_act (self, ACTION_QUEUED, ticket);    //  names the worker that had it
    s_release (self, ticket);
    if (!counts) {
        heap_put (&self->queue, ticket);
        return;
    }
    size_t steps = sizeof BACK_OFF_MS / sizeof *BACK_OFF_MS;
    ticket->due = now + BACK_OFF_MS[ticket->tries <= steps ? ticket->tries - 1 : steps - 1];
    heap_put (&self->later, ticket);
}

//  Copies what a READY says; strings in it are inline, lists are not needed.
static void s_describe (struct seat *seat, const struct ready *ready)
{
    struct ready copy = *ready;
    copy.kinds = copy.formats = NULL;
    copy.running = NULL;
    copy.kinds_count = copy.formats_count = copy.running_count = 0;
    seat->ready = copy;
}

int dispatcher_ready (dispatcher_t *self, const struct ready *ready, int64_t now)
{
    struct seat *seat = s_seat (self, ready->worker);
    if (!seat)
        return DMH_INTERNAL;
    s_describe (seat, ready);
    if (!seat->registered)
        seat->since = now;
    seat->registered = true;
    seat->draining = false;
    dispatcher_heartbeat (self, ready->worker, ready->running, ready->running_count, now);
    return DMH_OK;
}

bool dispatcher_heartbeat (dispatcher_t *self, const char *worker, const struct running_job *running,
                           size_t count, int64_t now)
{
    struct seat *seat = zhashx_lookup (self->seats, worker);
    if (!seat || !seat->registered)
        return false;
    seat->last_heard = now;
    for (size_t i = 0; i < count; i++) {
        struct ticket *ticket = zhashx_lookup (self->tickets, running[i].job);
        bool current = ticket && ticket->seat == seat && ticket->attempt == running[i].attempt;
        if (current) {
            heap_remove (&self->leases, ticket);
            ticket->due = now + LEASE_MS;
            heap_put (&self->leases, ticket);
        }
        if (current && !ticket->cancelled)
            continue;
        //  An attempt that is not wanted any more.
        struct ticket stale = {.attempt = running[i].attempt, .seat = seat};
        snprintf (stale.job, sizeof stale.job, "%s", running[i].job);
        s_act (self, ACTION_STOP, &stale);
    }
    return true;
}

//  The open ticket of this attempt; NULL for an old one.
static struct ticket *s_current (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt)
{
    struct ticket *ticket = zhashx_lookup (self->tickets, job);
    if (!ticket || !ticket->seat || ticket->attempt != attempt || !streq (ticket->seat->ready.worker, worker))
        return NULL;
    return ticket;
}

static void s_heard (dispatcher_t *self, const char *worker, int64_t now)
{
    struct seat *seat = zhashx_lookup (self->seats, worker);
    if (seat)
        seat->last_heard = now;
}

bool dispatcher_result (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt,
                        int64_t now)
{
    s_heard (self, worker, now);
    struct ticket *ticket = s_current (self, worker, job, attempt);
    if (!ticket)
        return false;
    bool accepted = !ticket->cancelled;
    s_close (self, ticket);
    return accepted;
}

bool dispatcher_fail (dispatcher_t *self, const char *worker, const struct fail *fail, int64_t now)
{
    s_heard (self, worker, now);
    struct ticket *ticket = s_current (self, worker, fail->job, fail->attempt);
    if (!ticket)
        return false;
    if (fail->returned || fail->retryable || ticket->cancelled)
        s_again (self, ticket, !fail->returned, fail->code, fail->message, now);
    else
        s_failed (self, ticket, fail->code, fail->message);
    return true;
}

void dispatcher_drain (dispatcher_t *self, const char *worker)
{
    struct seat *seat = zhashx_lookup (self->seats, worker);
    if (seat)
        seat->draining = true;
}

//  Everything that runs at the seat is over; the seat is given up.
static void s_leave (dispatcher_t *self, struct seat *seat, bool counts, const char *why, int64_t now)
{
    char worker[ID_BYTES];
    snprintf (worker, sizeof worker, "%s", seat->ready.worker);
    zlistx_t *held = zlistx_new ();
    for (struct ticket *ticket = zhashx_first (self->tickets); held && ticket;
         ticket = zhashx_next (self->tickets))
        if (ticket->seat == seat)
            zlistx_add_end (held, ticket);
    for (struct ticket *ticket = held ? zlistx_first (held) : NULL; ticket; ticket = zlistx_next (held))
        s_again (self, ticket, counts, "unavailable", why, now);
    zlistx_destroy (&held);
    if (seat->busy == 0)
        zhashx_delete (self->seats, worker);
}

void dispatcher_bye (dispatcher_t *self, const char *worker, int64_t now)
{
    struct seat *seat = zhashx_lookup (self->seats, worker);
    if (seat)
        s_leave (self, seat, false, "its worker left", now);
}

bool dispatcher_cancel (dispatcher_t *self, const char *job, int64_t now)
{
    (void) now;
    struct ticket *ticket = zhashx_lookup (self->tickets, job);
    if (!ticket || ticket->cancelled)
        return false;
    if (ticket->seat) {
        ticket->cancelled = true;
        s_act (self, ACTION_STOP, ticket);
    } else
        s_close (self, ticket);
    return true;
}

static void s_expire (dispatcher_t *self, int64_t now)
{
    struct seat *silent;
    do {
        silent = NULL;
        for (struct seat *seat = zhashx_first (self->seats); seat && !silent;
             seat = zhashx_next (self->seats))
            if (seat->registered && seat->last_heard + WORKER_SILENT_MS <= now)
                silent = seat;
        if (silent)
            s_leave (self, silent, true, "its workers fell silent; the input may be what ends them", now);
    } while (silent);
    struct ticket *ticket;
    while ((ticket = heap_first (&self->leases)) && ticket->due <= now)
        s_again (self, ticket, true, "unavailable", "its workers lost it; the input may be what ends them",
                 now);
    while ((ticket = heap_first (&self->later)) && ticket->due <= now) {
        heap_remove (&self->later, ticket);
        heap_put (&self->queue, ticket);
    }
}

//  Most free slots first, then least recently given a job.
static struct seat *s_choose (dispatcher_t *self)
{
    struct seat *best = NULL;
    size_t most = 0;
    for (struct seat *seat = zhashx_first (self->seats); seat; seat = zhashx_next (self->seats)) {
        size_t free_slots = seat->ready.slots > seat->busy ? (size_t) seat->ready.slots - seat->busy : 0;
        if (!seat->registered || seat->draining || free_slots == 0)
            continue;
        if (free_slots > most || (free_slots == most && seat->given < best->given)) {
            best = seat;
            most = free_slots;
        }
    }
    return best;
}

void dispatcher_tick (dispatcher_t *self, int64_t now)
{
    s_expire (self, now);
    struct ticket *ticket;
    struct seat *seat;
    while ((ticket = heap_first (&self->queue)) && (seat = s_choose (self))) {
        heap_remove (&self->queue, ticket);
        ticket->attempt++;
        seat->given = ++self->given;
        s_lease (self, ticket, seat, now + LEASE_MS);
        s_act (self, ACTION_GIVE, ticket);
    }
}

int64_t dispatcher_deadline (const dispatcher_t *self)
{
    int64_t deadline = INT64_MAX;
    const struct ticket *lease = heap_first (&self->leases), *later = heap_first (&self->later);
    if (lease)
        deadline = lease->due;
    if (later && later->due < deadline)
        deadline = later->due;
    for (struct seat *seat = zhashx_first (self->seats); seat; seat = zhashx_next (self->seats))
        if (seat->registered && seat->last_heard + WORKER_SILENT_MS < deadline)
            deadline = seat->last_heard + WORKER_SILENT_MS;
    return deadline;
}

void dispatcher_workers (dispatcher_t *self, void (*each) (void *context, const struct worker_state *),
                         void *context)
{
    for (struct seat *seat = zhashx_first (self->seats); seat; seat = zhashx_next (self->seats)) {
        struct worker_state state = {&seat->ready, seat->busy, seat->since, seat->last_heard, seat->draining};
        if (seat->registered)
            each (context, &state);
    }
}

size_t dispatcher_open_count (const dispatcher_t *self)
{
    return zhashx_size (self->tickets);
}
