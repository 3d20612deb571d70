//  front.c: the clients' requests, one function a message: decode, decide, answer. See state.h and
//  messages/request.h.
#include "../messages/base/clock.h"
#include "../messages/base/log.h"
#include "../messages/base/random.h"
#include "../messages/version.h"
#include "state.h"

enum { LIST_DEFAULT = 32, LIST_MAX = 64, LIST_BODY_BYTES = 48 * 1024 };

//  A request on its way through: what every function needs to answer it.
struct asking {
    struct broker *broker;
    zframe_t *identity;
    char request[ID_BYTES];    //  empty until the body is decoded
};

static void s_answer (struct asking *asking, const struct shape *shape, const void *message)
{
    if (turn_say (asking->broker->turn, asking->broker->front, asking->identity, shape, message) == DMH_OK)
        return;
    struct error error = {.code = DMH_INTERNAL, .text = "the answer cannot be put together"};
    broker_refuse (asking->broker, asking->broker->front, asking->identity, asking->request, &error);
}

static int s_hello (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct hello hello;
    int rc = hello_decode (frame->body, frame->body_bytes, &hello, error);
    if (rc != DMH_OK)
        return rc;
    struct welcome welcome = {.version = DMH_VERSION};
    memcpy (welcome.request, hello.request, sizeof welcome.request);
    memcpy (welcome.broker_id, asking->broker->broker_id, sizeof welcome.broker_id);
    memcpy (welcome.feed, asking->broker->feed_endpoint, sizeof welcome.feed);
    s_answer (asking, &welcome_shape, &welcome);
    hello_clear (&hello);
    return DMH_OK;
}

static bool s_is_correlation (const char *text)
{
    return strlen (text) == CORRELATION_BYTES - 1 &&
           strspn (text, "0123456789abcdef") == CORRELATION_BYTES - 1;
}

static int s_check_submit (const struct submit *submit, struct error *error)
{
    if (!*submit->submit_key || submit->inputs_count == 0)
        return error_set (error, DMH_MALFORMED, "a submission needs a submit_key and one input at least");
    if (*submit->correlation && !s_is_correlation (submit->correlation))
        return error_set (error, DMH_MALFORMED, "a correlation is 32 hex digits in lower case");
    const struct options *options = &submit->options;
    if (options->block_bytes && (options->block_bytes < 4096 || options->block_bytes > 4 * 1024 * 1024))
        return error_set (error, DMH_MALFORMED, "block_bytes has to be 4096 to 4194304");
    for (size_t i = 0; i < submit->inputs_count; i++) {
        const struct input *input = &submit->inputs[i];
        if (strncmp (input->uri, "file:///", 8) != 0)
            return error_set (error, DMH_MALFORMED, "the uri of input %zu is not file:///…", i + 1);
        bool good = *input->name && !strchr (input->name, '/');
        for (const char *at = input->name; *at; at++)
            good = good && (unsigned char) *at >= 0x20 && *at != 0x7f;
        if (!good)
            return error_set (error, DMH_MALFORMED,
                              "the name of input %zu is empty, or holds / or a control character", i + 1);
    }
    return DMH_OK;
}

//  The jobs of a submission that was made before, in an earlier turn or this one.
static bool s_answer_again (struct asking *asking, const struct submit *submit)
{
    struct store_job_id *ids = NULL;
    size_t count = 0;
    bool here = turn_find_key (asking->broker->turn, submit->submit_key, &ids, &count) == DMH_OK;
    if (!here && store_find_key (asking->broker->store, submit->submit_key, &ids, &count, NULL) != DMH_OK)
        return false;
    struct job_id jobs[INPUTS_MAX];
    struct accepted accepted = {.jobs = jobs, .jobs_count = count};
    memcpy (accepted.request, submit->request, sizeof accepted.request);
    memcpy (accepted.correlation, submit->correlation, sizeof accepted.correlation);
    for (size_t i = 0; i < count; i++)
        memcpy (jobs[i].job, ids[i].job, sizeof jobs[i].job);
    free (ids);
    if (here)
        turn_accept (asking->broker->turn, asking->broker->front, asking->identity, &accepted_shape,
                     &accepted, submit->request);
    else
        s_answer (asking, &accepted_shape, &accepted);
    return true;
}

static int s_add_job (struct broker *self, const struct submit *submit, size_t place, const char *correlation,
                      struct job_id *id, struct error *error)
{
    struct store_job job = {.place = place};
    job.options = submit->options;
    job.options.mapping = submit->options.mapping ? strdup (submit->options.mapping) : NULL;
    if (submit->options.mapping && !job.options.mapping)
        return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    job.input = submit->inputs[place];
    memcpy (job.submit_key, submit->submit_key, sizeof job.submit_key);
    random_job_id (job.record.job);
    memcpy (id->job, job.record.job, sizeof id->job);
    memcpy (job.record.correlation, correlation, CORRELATION_BYTES);
    memcpy (job.record.name, job.input.name, sizeof job.record.name);
    snprintf (job.record.state, sizeof job.record.state, "%s", job_state_word (JOB_QUEUED));
    job.record.bytes_total = job.input.bytes;
    job.record.submitted_at = clock_wall_ms ();
    if (turn_add (self->turn, &job) == 0)
        return DMH_OK;
    store_job_clear (&job);
    return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
}

static int s_submit (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct broker *self = asking->broker;
    struct submit submit;
    int rc = submit_decode (frame->body, frame->body_bytes, &submit, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, submit.request, sizeof asking->request);
    rc = s_check_submit (&submit, error);
    if (rc == DMH_OK && s_answer_again (asking, &submit)) {
        submit_clear (&submit);
        return DMH_OK;
    }
    if (rc == DMH_OK && dispatcher_open_count (self->dispatcher) + submit.inputs_count > self->queue_max)
        rc = error_set (error, DMH_UNAVAILABLE, "the queue is full (%zu jobs); try again later",
                        self->queue_max);
    char correlation[CORRELATION_BYTES];
    if (*submit.correlation)
        memcpy (correlation, submit.correlation, sizeof correlation);
    else
        random_hex (correlation, CORRELATION_BYTES - 1);
    struct job_id jobs[INPUTS_MAX];
    for (size_t i = 0; rc == DMH_OK && i < submit.inputs_count; i++)
        rc = s_add_job (self, &submit, i, correlation, &jobs[i], error);
    if (rc == DMH_OK) {
        struct accepted accepted = {.jobs = jobs, .jobs_count = submit.inputs_count};
        memcpy (accepted.request, submit.request, sizeof accepted.request);
        memcpy (accepted.correlation, correlation, sizeof accepted.correlation);
        rc = turn_accept (self->turn, self->front, asking->identity, &accepted_shape, &accepted,
                          submit.request);
        self->counters.submitted += submit.inputs_count;
    }
    submit_clear (&submit);
    return rc;
}

//  A running job's progress is known to the feed alone.
static void s_add_progress (const struct broker *self, struct job_record *record)
{
    const struct event *event = feed_last (self->feed, record->job);
    if (!event || !streq (record->state, "running") || event->attempt != record->attempt)
        return;
    record->bytes_done = event->bytes_done;
    record->bytes_total = event->bytes_total;
    record->counts = event->counts;
    memcpy (record->kind, event->kind, sizeof record->kind);
}

static int s_answer_state (struct asking *asking, const struct job_record *record)
{
    struct job_state_reply reply = {.job = *record};    //  outputs are borrowed from the record
    memcpy (reply.request, asking->request, sizeof reply.request);
    s_add_progress (asking->broker, &reply.job);
    s_answer (asking, &job_state_reply_shape, &reply);
    return DMH_OK;
}

static int s_status (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct status status;
    struct store_job job;
    int rc = status_decode (frame->body, frame->body_bytes, &status, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, status.request, sizeof asking->request);
    rc = store_find (asking->broker->store, status.job, &job, error);
    if (rc == DMH_OK) {
        s_answer_state (asking, &job.record);
        store_job_clear (&job);
    }
    return rc;
}

static int s_list (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct list list;
    enum job_state state;
    int rc = list_decode (frame->body, frame->body_bytes, &list, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, list.request, sizeof asking->request);
    if (*list.state && job_state_of (list.state, &state) != DMH_OK)
        return error_set (error, DMH_MALFORMED, "there is no state “%s”", list.state);
    size_t limit = list.limit == 0 ? LIST_DEFAULT : list.limit > LIST_MAX ? LIST_MAX : (size_t) list.limit;
    struct jobs jobs = {.jobs = NULL};
    memcpy (jobs.request, list.request, sizeof jobs.request);
    rc = store_list (asking->broker->store, list.state, list.after, limit + 1, &jobs.jobs, &jobs.jobs_count,
                     error);
    if (rc != DMH_OK)
        return rc;
    //  As many as a body holds; the client asks on after the last.
    size_t count = 0;
    for (size_t bytes = 0; count < jobs.jobs_count && count < limit; count++) {
        struct job_record *record = &jobs.jobs[count];
        s_add_progress (asking->broker, record);
        bytes += 700 + strlen (record->name) + strlen (record->result) + strlen (record->message);
        if (bytes > LIST_BODY_BYTES)
            break;
    }
    jobs.more = count < jobs.jobs_count;
    jobs.jobs_count = count;
    s_answer (asking, &jobs_shape, &jobs);
    free (jobs.jobs);
    return DMH_OK;
}

static int s_cancel (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct broker *self = asking->broker;
    struct cancel cancel;
    int rc = cancel_decode (frame->body, frame->body_bytes, &cancel, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, cancel.request, sizeof asking->request);
    struct store_job job;
    rc = store_find (self->store, cancel.job, &job, error);
    if (rc != DMH_OK)
        return rc;
    char state[WORD_BYTES];
    memcpy (state, job.record.state, sizeof state);
    store_job_clear (&job);
    if (!dispatcher_cancel (self->dispatcher, cancel.job, clock_mono_ms ()))
        return error_set (error, DMH_CONFLICT, "job %s is %s already", cancel.job, state);
    struct job_record *record = turn_change (self->turn, self->store, cancel.job, NULL, error);
    if (!record)
        return error->code;
    snprintf (record->state, sizeof record->state, "%s", job_state_word (JOB_CANCELLED));
    record->finished_at = clock_wall_ms ();
    return s_answer_state (asking, record);
}

static int s_retry (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct broker *self = asking->broker;
    struct retry retry;
    int rc = retry_decode (frame->body, frame->body_bytes, &retry, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, retry.request, sizeof asking->request);
    struct store_job job;
    rc = store_find (self->store, retry.job, &job, error);
    if (rc != DMH_OK)
        return rc;
    bool may = streq (job.record.state, "failed") || streq (job.record.state, "cancelled");
    if (!may)
        rc =
            error_set (error, DMH_CONFLICT, "job %s is %s; only a failed or cancelled job can be tried again",
                       retry.job, job.record.state);
    unsigned *tries = NULL;
    struct job_record *record = may ? turn_change (self->turn, self->store, retry.job, &tries, error) : NULL;
    if (record) {
        snprintf (record->state, sizeof record->state, "%s", job_state_word (JOB_QUEUED));
        record->finished_at = record->started_at = 0;
        *record->code = *record->message = *record->worker = 0;
        *tries = 0;
        struct opening opening = {retry.job, job.options.priority, job.sequence, record->attempt, 0, NULL};
        rc = dispatcher_open (self->dispatcher, &opening, 0, clock_mono_ms ());
        self->counters.retried++;
        s_answer_state (asking, record);
    } else if (may)
        rc = error->code;
    store_job_clear (&job);
    return rc;
}

static void s_add_worker (void *context, const struct worker_state *state)
{
    struct worker_list *list = context;
    if (list->workers_count == BODY_ENTRIES_MAX)
        return;
    struct worker_info *info = &list->workers[list->workers_count++];
    int64_t to_wall = clock_wall_ms () - clock_mono_ms ();
    memcpy (info->worker, state->ready->worker, sizeof info->worker);
    memcpy (info->host, state->ready->host, sizeof info->host);
    memcpy (info->version, state->ready->version, sizeof info->version);
    info->pid = state->ready->pid;
    info->slots = state->ready->slots;
    info->threads = state->ready->threads;
    info->busy = state->busy;
    info->since = state->since + to_wall;
    info->last_heard = state->last_heard + to_wall;
    info->draining = state->draining;
}

static int s_workers (struct asking *asking, const struct frame *frame, struct error *error)
{
    struct workers workers;
    int rc = workers_decode (frame->body, frame->body_bytes, &workers, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, workers.request, sizeof asking->request);
    struct worker_list list = {.workers = calloc (BODY_ENTRIES_MAX, sizeof *list.workers)};
    if (!list.workers)
        return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    memcpy (list.request, workers.request, sizeof list.request);
    dispatcher_workers (asking->broker->dispatcher, s_add_worker, &list);
    s_answer (asking, &worker_list_shape, &list);
    free (list.workers);
    return DMH_OK;
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
    struct stats stats;
    int rc = stats_decode (frame->body, frame->body_bytes, &stats, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (asking->request, stats.request, sizeof asking->request);
    struct counters counters = self->counters;
    memcpy (counters.request, stats.request, sizeof counters.request);
    uint64_t jobs[JOB_STATE_COUNT];
    rc = store_counts (self->store, jobs, error);
    if (rc != DMH_OK)
        return rc;
    counters.queued = jobs[JOB_QUEUED];
    counters.running = jobs[JOB_RUNNING];
    counters.done = jobs[JOB_DONE];
    counters.failed = jobs[JOB_FAILED];
    counters.cancelled = jobs[JOB_CANCELLED];
    dispatcher_workers (self->dispatcher, s_add_slots, &counters);
    s_answer (asking, &counters_shape, &counters);
    return DMH_OK;
}

void front_take (struct broker *self, zframe_t *identity, zmsg_t *message)
{
    static const struct {
        const char *kind;
        int (*take) (struct asking *, const struct frame *, struct error *);
    } TABLE[] = {{"HELLO", s_hello},   {"SUBMIT", s_submit}, {"STATUS", s_status},   {"LIST", s_list},
                 {"CANCEL", s_cancel}, {"RETRY", s_retry},   {"WORKERS", s_workers}, {"STATS", s_stats}};
    struct asking asking = {.broker = self, .identity = identity};
    struct error error = {.code = DMH_OK};
    struct frame frame;
    int rc = frame_open (message, &frame, &error);
    if (rc == DMH_OK) {
        rc = DMH_UNSUPPORTED;
        for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++)
            if (streq (frame.kind, TABLE[i].kind)) {
                rc = TABLE[i].take (&asking, &frame, &error);
                break;
            }
        if (rc == DMH_UNSUPPORTED && error.code == DMH_OK)
            error_set (&error, DMH_UNSUPPORTED, "a broker's front does not know “%s”", frame.kind);
    }
    if (rc != DMH_OK)
        broker_refuse (self, self->front, identity, asking.request, &error);
}
