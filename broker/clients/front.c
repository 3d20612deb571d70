//  front.c: the clients' requests, one function a message: decode, decide, answer. See broker/context.h and
//  messages/request.h.
#include "broker/context.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/version.h"

enum {
    LIST_DEFAULT = 32,
    LIST_MAX = 64,
    BODY_BYTES_USED = 60 * 1024,    //  of BODY_BYTES_MAX by a list of parts, counted with their worst
    RECORD_BYTES = 1000,            //  of a job_record without name, result and message
    WORKER_BYTES = 450              //  of a worker_info without host
};

static int s_answer (struct asking *asking, const struct shape *shape, const void *message,
                     struct error *error)
{
    return turn_say (asking->broker->turn, asking->broker->front, asking->identity, shape, message, error);
}

static bool s_is_elsewhere (void *disk, const struct peer *peer)
{
    return !streq (peer->disk, disk);
}

static int s_hello (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct broker *self = asking->broker;
    struct hello hello;
    int rc = hello_decode (frame->body, frame->body_bytes, &hello, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, hello.request, sizeof asking->request);
    struct welcome welcome = {.version = DMH_VERSION};
    memcpy (welcome.request, hello.request, sizeof welcome.request);
    memcpy (welcome.broker_id, self->broker_id, sizeof welcome.broker_id);
    memcpy (welcome.feed, self->feed_endpoint, sizeof welcome.feed);
    memcpy (welcome.files, self->files_endpoint, sizeof welcome.files);
    welcome.shares_disk =
        *hello.disk && streq (hello.disk, self->disk) && !peers_any (self->peers, s_is_elsewhere, self->disk);
    hello_clear (&hello);
    return s_answer (asking, &welcome_shape, &welcome, error);
}

//  A running job's progress is known to the feed alone.
static void s_add_progress (const struct broker *self, struct job_record *record)
{
    struct event event;
    if (!streq (record->state, "running") || feed_last (self->feed, record->job, &event) != DMH_OK)
        return;
    if (event.attempt == record->attempt) {
        record->bytes_done = event.bytes_done;
        record->bytes_total = event.bytes_total;
        record->counts = event.counts;
        memcpy (record->kind, event.kind, sizeof record->kind);
    }
    event_clear (&event);
}

static int s_answer_state (struct asking *asking, const struct job_record *record, struct error *error)
{
    struct job_state_reply reply = {.job = *record};    //  outputs are borrowed from the record
    memcpy (reply.request, asking->request, sizeof reply.request);
    s_add_progress (asking->broker, &reply.job);
    return s_answer (asking, &job_state_reply_shape, &reply, error);
}

//  A job as it stands with everything that this turn has changed.
static int s_find (struct broker *self, const char *job, struct store_job *out, struct error *error)
{
    int rc = turn_flush (self->turn, error);
    return rc == DMH_OK ? store_find (self->store, job, out, error) : rc;
}

static int s_status (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct job_request status;
    struct store_job job;
    int rc = shape_decode (&status_shape, frame->body, frame->body_bytes, &status, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, status.request, sizeof asking->request);
    rc = s_find (asking->broker, status.job, &job, error);
    if (rc == DMH_OK) {
        rc = s_answer_state (asking, &job.record, error);
        store_job_clear (&job);
    }
    shape_clear (&status_shape, &status);
    return rc;
}

//  As many records as a body holds, all of them but `limit` at most; the client asks on after the last.
static int s_answer_list (struct asking *asking, struct job_record *records, size_t found, size_t limit,
                          struct error *error)
{
    struct jobs jobs = {.jobs = records};
    memcpy (jobs.request, asking->request, sizeof jobs.request);
    for (size_t bytes = 0; jobs.jobs_count < found && jobs.jobs_count < limit; jobs.jobs_count++) {
        struct job_record *record = &records[jobs.jobs_count];
        s_add_progress (asking->broker, record);
        bytes += RECORD_BYTES + strlen (record->name) + strlen (record->result) + strlen (record->message);
        if (bytes > BODY_BYTES_USED)
            break;
    }
    jobs.more = jobs.jobs_count < found;
    return s_answer (asking, &jobs_shape, &jobs, error);
}

static int s_list (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct broker *self = asking->broker;
    struct list list;
    enum job_state state;
    int rc = list_decode (frame->body, frame->body_bytes, &list, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, list.request, sizeof asking->request);
    if (*list.state && job_state_of (list.state, &state) != DMH_OK)
        return error_set (error, DMH_MALFORMED, "there is no state “%s”", list.state);
    size_t limit = list.limit == 0 ? LIST_DEFAULT : list.limit > LIST_MAX ? LIST_MAX : (size_t) list.limit;
    struct job_record *records = NULL;
    size_t found = 0;
    rc = turn_flush (self->turn, error);
    if (rc == DMH_OK)    //  one more than asked for tells whether there is more
        rc = store_list (self->store, list.state, list.after, limit + 1, &records, &found, error);
    if (rc == DMH_OK)
        rc = s_answer_list (asking, records, found, limit, error);
    free (records);
    list_clear (&list);
    return rc;
}

static int s_cancel_job (struct asking *asking, const char *job, struct error *error)
{
    struct broker *self = asking->broker;
    struct store_job found;
    int rc = s_find (self, job, &found, error);
    if (rc != DMH_OK)
        return rc;
    char state[WORD_BYTES];
    memcpy (state, found.record.state, sizeof state);
    store_job_clear (&found);
    struct job_record *record = NULL;
    if (streq (state, "queued") || streq (state, "running")) {
        record = turn_change (self->turn, job, NULL, error);
        if (!record)
            return error->code;
    }
    if (!record || !dispatcher_cancel (self->dispatcher, job, self->now))
        return error_set (error, DMH_CONFLICT, "job %s is %s already", job, state);
    snprintf (record->state, sizeof record->state, "%s", job_state_word (JOB_CANCELLED));
    record->finished_at = clock_wall_ms ();
    log_event (LOG_LEVEL_INFO, "job.cancelled", record->job, record->correlation, "was", state, NULL);
    return s_answer_state (asking, record, error);
}

static int s_cancel (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct job_request cancel;
    int rc = shape_decode (&cancel_shape, frame->body, frame->body_bytes, &cancel, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, cancel.request, sizeof asking->request);
    rc = s_cancel_job (asking, cancel.job, error);
    shape_clear (&cancel_shape, &cancel);
    return rc;
}

//  Back to the queue, as if it had never been tried, but under the next attempt's number.
static int s_reopen (struct asking *asking, const struct store_job *found, struct error *error)
{
    struct broker *self = asking->broker;
    const char *job = found->record.job;
    if (dispatcher_open_count (self->dispatcher) + turn_added (self->turn) >= self->queue_max)
        return error_set (error, DMH_UNAVAILABLE, "the queue is full (%zu jobs); try again later",
                          self->queue_max);
    int rc = quota_check (self->quota, asking->client, 1, found->input.bytes, error);
    if (rc != DMH_OK)
        return rc;
    unsigned *tries = NULL;
    struct job_record *record = turn_change (self->turn, job, &tries, error);
    if (!record)
        return error->code;
    struct opening opening = {job, found->options.priority, found->sequence, record->attempt, 0, NULL};
    if (dispatcher_open (self->dispatcher, &opening, 0, self->now) != DMH_OK)
        return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    snprintf (record->state, sizeof record->state, "%s", job_state_word (JOB_QUEUED));
    record->finished_at = record->started_at = 0;
    record->bytes_done = 0;
    record->counts = (struct counts){.read = 0};
    *record->code = *record->message = *record->worker = *record->host = 0;
    *tries = 0;
    quota_take (self->quota, asking->client, record->job, found->input.bytes);
    self->counters.retried++;
    log_event (LOG_LEVEL_INFO, "job.retried", record->job, record->correlation, NULL);
    return s_answer_state (asking, record, error);
}

static int s_retry (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct job_request retry;
    struct store_job found;
    int rc = shape_decode (&retry_shape, frame->body, frame->body_bytes, &retry, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, retry.request, sizeof asking->request);
    rc = s_find (asking->broker, retry.job, &found, error);
    if (rc != DMH_OK)
        return rc;
    if (streq (found.record.state, "failed") || streq (found.record.state, "cancelled"))
        rc = s_reopen (asking, &found, error);
    else
        rc =
            error_set (error, DMH_CONFLICT, "job %s is %s; only a failed or cancelled job can be tried again",
                       retry.job, found.record.state);
    store_job_clear (&found);
    shape_clear (&retry_shape, &retry);
    return rc;
}

//  Noted once, and told to nobody else: the job stays what it is.
static int s_note_fetched (struct asking *asking, const struct store_job *found, struct error *error)
{
    struct broker *self = asking->broker;
    if (!streq (found->record.state, "done"))
        return error_set (error, DMH_CONFLICT, "job %s is %s; only a job that is done has a result",
                          found->record.job, found->record.state);
    if (found->record.fetched_at)
        return s_answer_state (asking, &found->record, error);
    struct job_record *record = turn_change (self->turn, found->record.job, NULL, error);
    if (!record)
        return error->code;
    record->fetched_at = clock_wall_ms ();
    retention_wake (self->retention, self->clock_seen);
    log_event (LOG_LEVEL_INFO, "job.fetched", record->job, record->correlation, NULL);
    return s_answer_state (asking, record, error);
}

static int s_fetched (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct job_request fetched;
    struct store_job found;
    int rc = shape_decode (&fetched_shape, frame->body, frame->body_bytes, &fetched, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, fetched.request, sizeof asking->request);
    rc = s_find (asking->broker, fetched.job, &found, error);
    if (rc == DMH_OK) {
        rc = s_note_fetched (asking, &found, error);
        store_job_clear (&found);
    }
    shape_clear (&fetched_shape, &fetched);
    return rc;
}

//  A worker of the host that holds the result is asked to leave it with the files service; whoever asked
//  looks for it there.
static int s_bring (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct job_request bring;
    struct store_job found;
    int rc = shape_decode (&bring_shape, frame->body, frame->body_bytes, &bring, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, bring.request, sizeof asking->request);
    rc = s_find (asking->broker, bring.job, &found, error);
    if (rc == DMH_OK) {
        rc = expiry_bring (asking->broker, &found.record, error);
        if (rc == DMH_OK)
            rc = s_answer_state (asking, &found.record, error);
        store_job_clear (&found);
    }
    shape_clear (&bring_shape, &bring);
    return rc;
}

struct listing {
    struct worker_list list;
    size_t bytes;
    int64_t to_wall;
};

//  Those beyond what a body holds are left out; STATS counts them all.
static void s_add_worker (void *context, const struct worker_state *state)
{
    struct listing *listing = context;
    struct worker_list *list = &listing->list;
    listing->bytes += WORKER_BYTES + strlen (state->ready->host);
    if (list->workers_count == BODY_ENTRIES_MAX || listing->bytes > BODY_BYTES_USED)
        return;
    struct worker_info *info = &list->workers[list->workers_count++];
    memcpy (info->worker, state->ready->worker, sizeof info->worker);
    memcpy (info->host, state->ready->host, sizeof info->host);
    memcpy (info->version, state->ready->version, sizeof info->version);
    info->pid = state->ready->pid;
    info->slots = state->ready->slots;
    info->threads = state->ready->threads;
    info->busy = state->busy;
    info->since = state->since + listing->to_wall;
    info->last_heard = state->last_heard + listing->to_wall;
    info->draining = state->draining;
}

static int s_workers (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct bare_request workers;
    int rc = shape_decode (&workers_shape, frame->body, frame->body_bytes, &workers, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, workers.request, sizeof asking->request);
    struct listing listing = {.to_wall = clock_wall_ms () - asking->broker->now};
    struct worker_list *list = &listing.list;
    list->workers = calloc (BODY_ENTRIES_MAX, sizeof *list->workers);
    if (!list->workers)
        return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    memcpy (list->request, workers.request, sizeof list->request);
    dispatcher_workers (asking->broker->dispatcher, s_add_worker, &listing);
    rc = s_answer (asking, &worker_list_shape, list, error);
    free (list->workers);
    shape_clear (&workers_shape, &workers);
    return rc;
}

static void s_add_slots (void *context, const struct worker_state *state)
{
    struct counters *counters = context;
    counters->workers++;
    counters->slots += state->ready->slots;
    counters->busy += state->busy;
}

static int s_stats (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct broker *self = asking->broker;
    struct bare_request stats;
    int rc = shape_decode (&stats_shape, frame->body, frame->body_bytes, &stats, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, stats.request, sizeof asking->request);
    struct counters counters = self->counters;
    memcpy (counters.request, stats.request, sizeof counters.request);
    shape_clear (&stats_shape, &stats);
    uint64_t jobs[JOB_STATE_COUNT];
    rc = turn_flush (self->turn, error);
    if (rc == DMH_OK)
        rc = store_counts (self->store, jobs, error);
    if (rc != DMH_OK)
        return rc;
    counters.queued = jobs[JOB_QUEUED];
    counters.running = jobs[JOB_RUNNING];
    counters.done = jobs[JOB_DONE];
    counters.failed = jobs[JOB_FAILED];
    counters.cancelled = jobs[JOB_CANCELLED];
    dispatcher_workers (self->dispatcher, s_add_slots, &counters);
    return s_answer (asking, &counters_shape, &counters, error);
}

void front_take (struct broker *self, zframe_t *identity, zmsg_t *message)
{
    static const struct {
        const char *kind;
        int (*take) (struct asking *, const struct frame *, struct error *);
    } TABLE[] = {{"HELLO", s_hello},     {"SUBMIT", submit_take}, {"STATUS", s_status},   {"LIST", s_list},
                 {"CANCEL", s_cancel},   {"RETRY", s_retry},      {"WORKERS", s_workers}, {"STATS", s_stats},
                 {"FETCHED", s_fetched}, {"BRING", s_bring}};
    enum { KINDS = sizeof TABLE / sizeof *TABLE };
    const char *user = self->authorization ? authorization_user (zmsg_first (message)) : NULL;
    char *hex = user ? NULL : zframe_strhex (identity);
    struct asking asking = {.broker = self, .identity = identity, .client = user ? user : hex ? hex : ""};
    struct error error = {.code = DMH_OK};
    struct frame frame;
    int rc = frame_open (message, &frame, &error);
    size_t kind = 0;
    if (rc == DMH_OK)
        rc = quota_ask (self->quota, asking.client, self->clock_seen, &error);
    while (rc == DMH_OK && kind < KINDS && !streq (frame.kind, TABLE[kind].kind))
        kind++;
    if (rc == DMH_OK)
        rc = kind < KINDS
                 ? TABLE[kind].take (&asking, &frame, &error)
                 : error_set (&error, DMH_UNSUPPORTED, "a broker's front does not know “%s”", frame.kind);
    if (rc != DMH_OK)
        broker_refuse (self, self->front, identity, asking.request, &error);
    zstr_free (&hex);
}
