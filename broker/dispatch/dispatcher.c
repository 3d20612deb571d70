//  dispatcher.c: see dispatcher.h. Every open job is a ticket: in the backlog, or at a seat of the roster
//  with a lease here.
#include "broker/dispatch/dispatcher.h"

#include "broker/dispatch/actions.h"
#include "broker/dispatch/pool.h"
#include "broker/dispatch/queue.h"

static const int64_t BACK_OFF_MS[] = {1000, 4000};    //  the last one again where there are more attempts

struct dispatcher {
    unsigned attempts;
    zhashx_t *tickets;    //  by job
    size_t ended;         //  those that only wait for their slot (SUBSCRIPTION_END)
    struct backlog backlog;
    struct roster roster;
    struct heap leases;
    uint64_t beat;
    agenda_t *agenda;
};

static bool s_due_before (const void *a, const void *b)
{
    return ((const struct ticket *) a)->due < ((const struct ticket *) b)->due;
}

static void s_free (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

dispatcher_t *dispatcher_new (unsigned attempts)
{
    dispatcher_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->attempts = attempts;
    self->leases = (struct heap){.before = s_due_before, .place_offset = offsetof (struct ticket, in_leases)};
    backlog_init (&self->backlog);
    self->tickets = zhashx_new ();
    self->agenda = agenda_new ();
    if (roster_init (&self->roster) != 0 || !self->tickets || !self->agenda) {
        dispatcher_destroy (&self);
        return NULL;
    }
    zhashx_set_destructor (self->tickets, s_free);
    return self;
}

void dispatcher_destroy (dispatcher_t **self_p)
{
    dispatcher_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->tickets);
    agenda_destroy (&self->agenda);
    backlog_clear (&self->backlog);
    roster_clear (&self->roster);
    heap_clear (&self->leases);
    free (self);
    *self_p = NULL;
}

//  Notes what becomes of a ticket's attempt.
static void s_note (dispatcher_t *self, enum action_sort sort, const struct ticket *ticket, const char *code,
                    const char *message)
{
    agenda_note (self->agenda, sort, ticket->seat ? ticket->seat->ready.worker : NULL, ticket->job,
                 ticket->attempt, ticket->tries, code, message);
}

bool dispatcher_action (dispatcher_t *self, struct action *out)
{
    return agenda_take (self->agenda, out);
}

//  A seat is kept while it is registered or holds something.
static void s_vacate (dispatcher_t *self, struct ticket *ticket)
{
    struct seat *seat = ticket->seat;
    heap_remove (&self->leases, ticket);
    roster_release (&self->roster, ticket);
    if (seat && !seat->registered && seat->busy == 0)
        roster_remove (&self->roster, seat);
}

static void s_close (dispatcher_t *self, struct ticket *ticket)
{
    s_vacate (self, ticket);
    backlog_remove (&self->backlog, ticket);
    self->ended -= ticket->wish == SUBSCRIPTION_END;
    char job[ID_BYTES];    //  the ticket is gone while its key is still looked at
    memcpy (job, ticket->job, sizeof job);
    zhashx_delete (self->tickets, job);
}

static void s_lease (dispatcher_t *self, struct ticket *ticket, int64_t due)
{
    heap_remove (&self->leases, ticket);
    ticket->due = due;
    heap_put (&self->leases, ticket);
}

//  Room in every heap for one ticket more, so that no later move of a ticket can fail.
static struct ticket *s_new_ticket (dispatcher_t *self, const struct opening *opening)
{
    size_t count = zhashx_size (self->tickets) + 1;
    if (backlog_reserve (&self->backlog, count) != 0 || heap_reserve (&self->leases, count) != 0)
        return NULL;
    struct ticket *ticket = calloc (1, sizeof *ticket);
    if (!ticket)
        return NULL;
    snprintf (ticket->job, sizeof ticket->job, "%s", opening->job);
    ticket->priority = opening->priority;
    ticket->sequence = opening->sequence;
    ticket->attempt = opening->attempt;
    ticket->tries = opening->tries;
    ticket->in_queue = ticket->in_later = ticket->in_leases = HEAP_OUT;
    return ticket;
}

int dispatcher_open (dispatcher_t *self, const struct opening *opening, int64_t lease_ms, int64_t now)
{
    struct ticket *ticket = zhashx_lookup (self->tickets, opening->job);
    if (ticket) {
        self->ended -= ticket->wish == SUBSCRIPTION_END;
        if (ticket->wish == SUBSCRIPTION_END)
            ticket->wish = SUBSCRIPTION_AGAIN;
        return DMH_OK;
    }
    struct seat *seat = NULL;
    if (opening->worker && !(seat = roster_seat (&self->roster, opening->worker)))
        return DMH_INTERNAL;
    ticket = s_new_ticket (self, opening);
    if (!ticket)
        return DMH_INTERNAL;
    zhashx_insert (self->tickets, ticket->job, ticket);
    if (seat) {
        roster_hold (&self->roster, seat, ticket, false);
        s_lease (self, ticket, now + lease_ms);
    } else
        backlog_put (&self->backlog, ticket);
    return DMH_OK;
}

//  How much of a sentence fits into `room` bytes, cut between two characters of UTF-8.
static int s_fit (const char *text, size_t room)
{
    size_t n = strlen (text);
    if (n > room)
        for (n = room; n > 0 && (text[n] & 0xc0) == 0x80;)
            n--;
    return (int) n;
}

static void s_failed (dispatcher_t *self, struct ticket *ticket, const char *code, const char *message)
{
    char text[SENTENCE_BYTES], tried[32] = "";
    if (ticket->tries > 1)
        snprintf (tried, sizeof tried, " (tried %u times)", ticket->tries);
    snprintf (text, sizeof text, "%.*s%s", s_fit (message, sizeof text - sizeof tried), message, tried);
    s_note (self, ACTION_FAILED, ticket, code, text);
    s_close (self, ticket);
}

//  The attempt of a job that is not wanted any more is over.
static void s_let_go (dispatcher_t *self, struct ticket *ticket)
{
    if (ticket->wish == SUBSCRIPTION_END) {
        s_close (self, ticket);
        return;
    }
    s_vacate (self, ticket);
    ticket->wish = SUBSCRIPTION_RESULT;
    ticket->tries = 0;
    backlog_put (&self->backlog, ticket);
}

//  An attempt is over without a result. `counts`: against the limit, with a back-off; else the job is queued
//  at once.
static void s_again (dispatcher_t *self, struct ticket *ticket, bool counts, const char *code,
                     const char *message, int64_t now)
{
    if (ticket->wish != SUBSCRIPTION_RESULT) {
        s_let_go (self, ticket);
        return;
    }
    ticket->tries += counts;
    if (counts && ticket->tries >= self->attempts) {
        s_failed (self, ticket, code, message);
        return;
    }
    s_note (self, ACTION_QUEUED, ticket, code, message);
    s_vacate (self, ticket);
    size_t steps = sizeof BACK_OFF_MS / sizeof *BACK_OFF_MS;
    if (counts)
        backlog_put_later (&self->backlog, ticket,
                           now + BACK_OFF_MS[ticket->tries <= steps ? ticket->tries - 1 : steps - 1]);
    else
        backlog_put (&self->backlog, ticket);
}

int dispatcher_ready (dispatcher_t *self, const struct ready *ready, int64_t now)
{
    struct seat *seat = roster_seat (&self->roster, ready->worker);
    if (!seat)
        return DMH_INTERNAL;
    roster_register (&self->roster, seat, ready, now);
    dispatcher_heartbeat (self, ready->worker, ready->running, ready->running_count, now);
    return DMH_OK;
}

//  Attempts that were to stop and that the worker does not name any more: long enough after CANCEL, so that
//  the heartbeat cannot have been on its way before the worker had even seen the job.
static void s_let_go_unnamed (dispatcher_t *self, struct seat *seat, int64_t now)
{
    struct ticket *next;
    for (struct ticket *ticket = seat->held; ticket; ticket = next) {
        next = ticket->after;
        if (ticket->wish != SUBSCRIPTION_RESULT && ticket->beat != self->beat &&
            ticket->stopped_at + HEARTBEAT_MS <= now)
            s_let_go (self, ticket);
    }
}

bool dispatcher_heartbeat (dispatcher_t *self, const char *worker, const struct running_job *running,
                           size_t count, int64_t now)
{
    struct seat *seat = roster_find (&self->roster, worker);
    if (!seat || !seat->registered)
        return false;
    roster_heard (&self->roster, seat, now);
    self->beat++;
    for (size_t i = 0; i < count; i++) {
        struct ticket *ticket = zhashx_lookup (self->tickets, running[i].job);
        bool current = ticket && ticket->seat == seat && ticket->attempt == running[i].attempt;
        if (current) {
            ticket->beat = self->beat;
            s_lease (self, ticket, now + LEASE_MS);
        }
        if (!current || ticket->wish != SUBSCRIPTION_RESULT)
            agenda_note (self->agenda, ACTION_STOP, worker, running[i].job, running[i].attempt, 0, NULL,
                         NULL);
    }
    s_let_go_unnamed (self, seat, now);
    return true;
}

//  The open ticket of this attempt; NULL for an old one. Whoever speaks was heard.
static struct ticket *s_current (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt,
                                 int64_t now)
{
    struct seat *seat = roster_find (&self->roster, worker);
    if (seat)
        roster_heard (&self->roster, seat, now);
    struct ticket *ticket = zhashx_lookup (self->tickets, job);
    return seat && ticket && ticket->seat == seat && ticket->attempt == attempt ? ticket : NULL;
}

bool dispatcher_result (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt,
                        int64_t now)
{
    struct ticket *ticket = s_current (self, worker, job, attempt, now);
    if (!ticket)
        return false;
    bool wanted = ticket->wish == SUBSCRIPTION_RESULT;
    if (wanted)
        s_close (self, ticket);
    else
        s_let_go (self, ticket);
    return wanted;
}

bool dispatcher_fail (dispatcher_t *self, const char *worker, const struct fail *fail, int64_t now)
{
    struct ticket *ticket = s_current (self, worker, fail->job, fail->attempt, now);
    if (!ticket)
        return false;
    if (fail->returned || fail->retryable || ticket->wish != SUBSCRIPTION_RESULT)
        s_again (self, ticket, !fail->returned, fail->code, fail->message, now);
    else {
        ticket->tries++;
        s_failed (self, ticket, fail->code, fail->message);
    }
    return true;
}

void dispatcher_drain (dispatcher_t *self, const char *worker)
{
    struct seat *seat = roster_find (&self->roster, worker);
    if (seat)
        roster_drain (&self->roster, seat);
}

//  Everything that runs at the seat is over; the seat is given up.
static void s_leave (dispatcher_t *self, struct seat *seat, bool counts, const char *why, int64_t now)
{
    char worker[ID_BYTES];
    memcpy (worker, seat->ready.worker, sizeof worker);
    agenda_note (self->agenda, ACTION_GONE, worker, NULL, 0, 0, NULL, why);
    //  A seat that is not registered goes with the last thing it held.
    while ((seat = roster_find (&self->roster, worker)) && seat->held)
        s_again (self, seat->held, counts, "unavailable", why, now);
    if (seat)
        roster_remove (&self->roster, seat);
}

void dispatcher_bye (dispatcher_t *self, const char *worker, int64_t now)
{
    struct seat *seat = roster_find (&self->roster, worker);
    if (seat)
        s_leave (self, seat, false, "its worker left", now);
}

void dispatcher_undelivered (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt)
{
    struct seat *seat = roster_find (&self->roster, worker);
    struct ticket *ticket = zhashx_lookup (self->tickets, job);
    if (!seat || !ticket || ticket->seat != seat || ticket->attempt != attempt)
        return;
    roster_unreachable (&self->roster, seat);
    s_again (self, ticket, false, "unavailable", "its worker could not be reached", 0);
}

bool dispatcher_cancel (dispatcher_t *self, const char *job, int64_t now)
{
    struct ticket *ticket = zhashx_lookup (self->tickets, job);
    if (!ticket || ticket->wish == SUBSCRIPTION_END)
        return false;
    if (!ticket->seat) {
        s_close (self, ticket);
        return true;
    }
    if (ticket->wish == SUBSCRIPTION_RESULT) {
        ticket->stopped_at = now;
        s_note (self, ACTION_STOP, ticket, NULL, NULL);
    }
    ticket->wish = SUBSCRIPTION_END;
    self->ended++;
    return true;
}

static void s_expire (dispatcher_t *self, int64_t now)
{
    struct seat *seat;
    while ((seat = roster_silent (&self->roster, now)))
        s_leave (
            self, seat, true,
            "the worker that ran it fell silent; when that happens each time, the input may be the reason",
            now);
    struct ticket *ticket;
    while ((ticket = heap_first (&self->leases)) && ticket->due <= now)
        s_again (self, ticket, true, "unavailable", "the worker that ran it lost it", now);
    backlog_wake (&self->backlog, now);
}

void dispatcher_tick (dispatcher_t *self, int64_t now)
{
    s_expire (self, now);
    struct ticket *ticket;
    struct seat *seat;
    while ((ticket = backlog_first (&self->backlog)) && (seat = roster_choose (&self->roster))) {
        backlog_remove (&self->backlog, ticket);
        ticket->attempt++;
        roster_hold (&self->roster, seat, ticket, true);
        s_lease (self, ticket, now + LEASE_MS);
        s_note (self, ACTION_GIVE, ticket, NULL, NULL);
    }
}

int64_t dispatcher_deadline (const dispatcher_t *self)
{
    const struct ticket *lease = heap_first (&self->leases);
    int64_t deadline = roster_deadline (&self->roster), later = backlog_deadline (&self->backlog);
    if (later < deadline)
        deadline = later;
    return lease && lease->due < deadline ? lease->due : deadline;
}

void dispatcher_workers (dispatcher_t *self, void (*each) (void *context, const struct worker_state *),
                         void *context)
{
    zhashx_t *seats = self->roster.seats;
    for (struct seat *seat = zhashx_first (seats); seat; seat = zhashx_next (seats)) {
        struct worker_state state = {&seat->ready, seat->busy, seat->since, seat->last_heard, seat->draining};
        if (seat->registered)
            each (context, &state);
    }
}

size_t dispatcher_open_count (const dispatcher_t *self)
{
    return zhashx_size (self->tickets) - self->ended;
}
