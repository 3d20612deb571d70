//  workers.c: see workers.h.
#include "broker/clients/workers.h"

#include "messages/base/clock.h"
#include "messages/base/log.h"

enum { WORKER_BYTES = 450 };    //  of a worker_info without host

//  Workers of a list, behind `after`.
struct gathered {
    const char *after;
    struct worker_state *states;
    size_t count, room;
};

static void s_count (void *context, const struct worker_state *state)
{
    (void) state;
    ((struct gathered *) context)->room++;
}

static void s_gather (void *context, const struct worker_state *state)
{
    struct gathered *self = context;
    if (strcmp (state->ready->worker, self->after) > 0)
        self->states[self->count++] = *state;
}

static int s_by_id (const void *a, const void *b)
{
    const struct worker_state *x = a, *y = b;
    return strcmp (x->ready->worker, y->ready->worker);
}

static void s_info (const struct worker_state *state, int64_t to_wall, struct worker_info *out)
{
    *out = (struct worker_info){.pid = state->ready->pid,
                                .slots = state->ready->slots,
                                .threads = state->ready->threads,
                                .busy = state->busy,
                                .since = state->since + to_wall,
                                .last_heard = state->last_heard + to_wall,
                                .draining = state->draining};
    memcpy (out->worker, state->ready->worker, sizeof out->worker);
    memcpy (out->host, state->ready->host, sizeof out->host);
    memcpy (out->version, state->ready->version, sizeof out->version);
}

//  As many as a body holds.
static void s_page (const struct gathered *gathered, int64_t to_wall, struct worker_list *list)
{
    size_t bytes = 0;
    for (size_t i = 0; i < gathered->count; i++) {
        const struct worker_state *state = &gathered->states[i];
        bytes += WORKER_BYTES + strlen (state->ready->host);
        list->more = list->workers_count == BODY_ENTRIES_MAX || bytes > BODY_BYTES_USED;
        if (list->more)
            return;
        s_info (state, to_wall, &list->workers[list->workers_count++]);
    }
}

int workers_list (struct client_request *request, const void *message, struct error *error)
{
    const struct bare_request *asked = message;
    struct broker *self = request->broker;
    struct gathered gathered = {.after = asked->after};
    struct worker_list list = {.workers = calloc (BODY_ENTRIES_MAX, sizeof *list.workers)};
    memcpy (list.request, request->request, sizeof list.request);
    dispatcher_workers (self->dispatcher, s_count, &gathered);
    gathered.states = calloc (gathered.room + 1, sizeof *gathered.states);
    int rc = DMH_UNAVAILABLE;
    if (list.workers && gathered.states) {
        dispatcher_workers (self->dispatcher, s_gather, &gathered);
        qsort (gathered.states, gathered.count, sizeof *gathered.states, s_by_id);
        s_page (&gathered, clock_wall_ms () - self->now, &list);
        rc = request_answer (request, &worker_list_shape, &list, error);
    } else
        error_set (error, rc, "the broker is out of memory; try again later");
    free (gathered.states);
    free (list.workers);
    return rc;
}

//  The one of that id.
struct search {
    const char *worker;
    int64_t to_wall;
    struct worker_info info;
};

static void s_look (void *context, const struct worker_state *state)
{
    struct search *self = context;
    if (streq (state->ready->worker, self->worker))
        s_info (state, self->to_wall, &self->info);
}

int workers_drain (struct client_request *request, const void *message, struct error *error)
{
    const struct drain_request *asked = message;
    struct broker *self = request->broker;
    char who[OWNER_BYTES];
    if (!request->removes_all)
        return error_set (error, DMH_UNAUTHORIZED, "to drain a worker needs a key with the right admin");
    struct search search = {.worker = asked->worker, .to_wall = clock_wall_ms () - self->now};
    dispatcher_workers (self->dispatcher, s_look, &search);
    const struct peer *peer = *search.info.worker ? peers_of_worker (self->peers, asked->worker) : NULL;
    if (!peer)
        return error_set (error, DMH_NOT_FOUND, "no worker %s is registered", asked->worker);
    struct drain drain = {.worker = ""};
    int rc = turn_send (self->turn, self->back, peer->identity, &drain_shape, &drain, error);
    if (rc != DMH_OK)
        return rc;
    dispatcher_drain (self->dispatcher, asked->worker);
    if (!peer->drains) {
        request_who (request, who);
        log_event (LOG_LEVEL_INFO, "worker.drain_asked", NULL, NULL, "worker", asked->worker, "by", who,
                   NULL);
    }
    peers_drain (self->peers, asked->worker);
    search.info.draining = true;
    struct worker_list list = {.workers = &search.info, .workers_count = 1};
    memcpy (list.request, request->request, sizeof list.request);
    return request_answer (request, &worker_list_shape, &list, error);
}
