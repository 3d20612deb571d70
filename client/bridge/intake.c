//  intake.c: see intake.h.
#include "client/bridge/intake.h"

#include "client/bridge/input_source.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"

enum { AT_ONCE = 32, PUT_OFF_MOST_MS = 4000 };

//  The SUBMITs of several messages on their way: one a kind.
struct sending {
    struct delivery *of[AT_ONCE];
    struct submit submits[AT_ONCE];
    struct accepted accepted[AT_ONCE];
    size_t count;
};

static void s_die (struct delivery *self, const struct error *reason)
{
    self->over = true;
    self->reason = *reason;
    log_event (LOG_LEVEL_WARNING, "message.refused", NULL, self->correlation, "id", self->id, "entry",
               self->message.handle, "code", error_word (reason->code), "reason", reason->text, NULL);
}

static void s_later (struct delivery *self, int64_t now)
{
    self->patience = self->patience ? self->patience * 2 : LATER_MS;
    if (self->patience > PUT_OFF_MOST_MS)
        self->patience = PUT_OFF_MOST_MS;
    self->again_at = now + self->patience;
}

//  Whether a message is told so for good, as trying again does not help.
static bool s_is_final (int code)
{
    return code == DMH_MALFORMED || code == DMH_USAGE || code == DMH_TOO_LARGE || code == DMH_BAD_INPUT ||
           code == DMH_CONFLICT || code == DMH_NOT_FOUND || code == DMH_UNSUPPORTED;
}

static int s_decode (struct delivery *self, struct error *error)
{
    struct error why = {.code = DMH_OK};
    int rc = job_message_read (self->message.body, self->message.n, self->message.id, &self->request, &why);
    self->decoded = true;
    memcpy (self->id, self->request.id, sizeof self->id);
    memcpy (self->correlation, self->request.correlation, sizeof self->correlation);
    memcpy (self->batch_name, self->request.batch, sizeof self->batch_name);
    if (rc == DMH_INTERNAL)
        return error_set (error, rc, "%s", why.text);
    if (rc != DMH_OK)
        s_die (self, &why);
    else if (job_message_jobs (&self->request) > INPUTS_MAX) {
        error_set (&why, DMH_TOO_LARGE, "the message asks for more than %d jobs; send several", INPUTS_MAX);
        s_die (self, &why);
    } else
        log_event (LOG_LEVEL_DEBUG, "message.taken", NULL, self->correlation, "id", self->id, "entry",
                   self->message.handle, NULL);
    return DMH_OK;
}

static int s_find_inputs (struct bridge *bridge, struct delivery *self, struct error *error)
{
    const struct job_message *request = &self->request;
    struct input *inputs = calloc (request->count, sizeof *inputs);
    struct error why = {.code = DMH_OK};
    int rc = inputs ? DMH_OK : error_set (&why, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; rc == DMH_OK && i < request->count; i++)
        rc = input_source_find (bridge->connection, bridge->config->data_roots, &request->inputs[i],
                                &inputs[i], &why);
    if (rc == DMH_OK) {
        self->inputs = inputs;
        return rc;
    }
    free (inputs);
    if (s_is_final (rc)) {
        s_die (self, &why);
        return DMH_OK;
    }
    if (rc == DMH_IO) {
        log_event (LOG_LEVEL_WARNING, "message.waits", NULL, self->correlation, "id", self->id, "reason",
                   why.text, NULL);
        s_later (self, clock_mono_ms ());
        return DMH_OK;
    }
    return error_set (error, rc, "%s", why.text);
}

//  One a kind; together they are a batch, where there is more than one job.
static void s_make_submits (struct delivery *self, struct sending *sending)
{
    const struct arguments *arguments = &self->request.arguments;
    size_t kinds = arguments->kind_count > 1 ? arguments->kind_count : 1, count = self->request.count;
    for (size_t k = 0; k < kinds; k++) {
        struct submit *submit = &sending->submits[sending->count];
        *submit =
            (struct submit){.inputs = self->inputs, .inputs_count = count, .options = arguments->options};
        if (kinds > 1)
            snprintf (submit->options.kind, sizeof submit->options.kind, "%s", arguments->kinds[k]);
        memcpy (submit->correlation, self->correlation, sizeof submit->correlation);
        memcpy (submit->submit_key, self->request.key, sizeof submit->submit_key);
        if (kinds * count > 1 || *self->batch_name) {
            submit->total = kinds * count;
            submit->at = k * count;
            memcpy (submit->batch, self->batch_name, sizeof submit->batch);
        }
        sending->of[sending->count++] = self;
    }
}

//  All SUBMITs of a message, from `at` on, are answered: its jobs are there.
static int s_accept (struct bridge *bridge, struct sending *sending, size_t at, struct error *error)
{
    struct delivery *self = sending->of[at];
    int64_t now = clock_mono_ms ();
    size_t count = job_message_jobs (&self->request), n = 0;
    const struct accepted *first = &sending->accepted[at];
    memcpy (self->correlation, first->correlation, sizeof self->correlation);
    memcpy (self->batch, first->batch, sizeof self->batch);
    int rc = deliveries_accept (bridge->deliveries, self, count, error);
    for (; rc == DMH_OK && at < sending->count && sending->of[at] == self; at++)
        for (size_t i = 0; rc == DMH_OK && i < sending->accepted[at].jobs_count && n < count; i++) {
            struct delivery_job *job = &self->jobs[n++];
            memcpy (job->record.job, sending->accepted[at].jobs[i].job, sizeof job->record.job);
            job_state_set (job->record.state, JOB_QUEUED);
            job->news_at = now;
            deliveries_put_job (bridge->deliveries, job);
            rc = connection_follow (bridge->connection, job->record.job, error);
            log_event (LOG_LEVEL_INFO, "job.submitted", job->record.job, self->correlation, "id", self->id,
                       NULL);
        }
    return rc;
}

//  The answer to the SUBMIT there is an error.
static int s_refused (struct sending *sending, size_t at, const struct error *why, struct error *error)
{
    struct delivery *self = sending->of[at];
    if (s_is_final (why->code)) {
        s_die (self, why);
        return DMH_OK;
    }
    return error_set (error, why->code, "%s", why->text);
}

static int s_send (struct bridge *bridge, struct sending *sending, struct error *error)
{
    int rc = DMH_OK;
    size_t at = 0, done = 0;
    //  After one that is refused the rest is said again, which is the same.
    while (rc == DMH_OK && at < sending->count) {
        struct error why = {.code = DMH_OK};
        size_t answered = 0;
        int said = connection_submit_all (bridge->connection, sending->submits + at, sending->count - at,
                                          sending->accepted + at, &answered, &why);
        done = at = at + answered;
        if (said == DMH_OK)
            break;
        if (at >= sending->count)
            rc = error_set (error, said, "%s", why.text);
        else if ((rc = s_refused (sending, at, &why, error)) == DMH_OK)
            for (const struct delivery *of = sending->of[at]; at < sending->count && sending->of[at] == of;)
                at++;
        done = rc == DMH_OK ? at : done;
    }
    for (size_t i = 0; i < done; i++) {
        struct delivery *self = sending->of[i];
        bool is_first = i == 0 || sending->of[i - 1] != self;
        size_t end = i;
        while (end < sending->count && sending->of[end] == self)
            end++;
        if (rc == DMH_OK && is_first && !self->over && end <= done)
            rc = s_accept (bridge, sending, i, error);
    }
    for (size_t i = 0; i < sending->count; i++)
        accepted_clear (&sending->accepted[i]);
    bridge->busy = bridge->busy || done;
    return rc;
}

//  Whether it is to be submitted now; then it is made ready.
static int s_prepare (struct bridge *bridge, struct delivery *self, int64_t now, bool *ready,
                      struct error *error)
{
    *ready = false;
    if (self->over || self->jobs || now < self->again_at)
        return DMH_OK;
    int rc = self->decoded ? DMH_OK : s_decode (self, error);
    if (rc == DMH_OK && !self->over && !deliveries_name (bridge->deliveries, self)) {
        self->again_at = now + LATER_MS;    //  its twin is under way, and this one is a repetition
        return rc;
    }
    if (rc == DMH_OK && !self->over && !self->inputs)
        rc = s_find_inputs (bridge, self, error);
    *ready = rc == DMH_OK && !self->over && self->inputs;
    return rc;
}

//  A broker whose queue is full, or that is away, takes them later; what is under way goes on meanwhile.
static int s_put_off (struct sending *sending, int rc, const struct error *why)
{
    if (rc != DMH_UNAVAILABLE)
        return rc;
    for (size_t i = 0; i < sending->count; i++)
        if (!sending->of[i]->jobs && !sending->of[i]->over &&
            (i == 0 || sending->of[i] != sending->of[i - 1]))
            s_later (sending->of[i], clock_mono_ms ());
    log_event (LOG_LEVEL_WARNING, "message.waits", NULL, NULL, LOG_NUMBER ("messages", sending->count),
               "reason", why->text, NULL);
    return DMH_OK;
}

int intake_submit (struct bridge *bridge, struct error *error)
{
    int rc = DMH_OK;
    int64_t now = clock_mono_ms ();
    struct sending *sending = calloc (1, sizeof *sending);
    if (!sending)
        return error_set (error, DMH_INTERNAL, "out of memory");
    for (struct delivery *at = deliveries_first (bridge->deliveries); rc == DMH_OK && at;
         at = deliveries_next (bridge->deliveries)) {
        bool ready;
        rc = s_prepare (bridge, at, now, &ready, error);
        if (ready)
            s_make_submits (at, sending);
        if (sending->count + KINDS_MAX > AT_ONCE)
            break;
    }
    if (sending->count && (rc == DMH_OK || rc == DMH_UNAVAILABLE)) {
        struct error why = {.code = DMH_OK};
        int sent = s_put_off (sending, s_send (bridge, sending, &why), &why);
        if (rc == DMH_OK && sent != DMH_OK)
            rc = error_set (error, sent, "%s", why.text);
    }
    free (sending);
    return rc;
}
