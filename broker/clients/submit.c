//  submit.c: see submit.h.
#include "broker/clients/submit.h"

#include "broker/clients/submit_check.h"
#include "broker/clients/submit_follows.h"
#include "broker/clients/submit_split.h"
#include "broker/follows.h"
#include "broker/jobs/batch.h"
#include "messages/base/clock.h"
#include "messages/base/random.h"

//  What is made of a SUBMIT: the jobs of its inputs, those that are there already and new ones.
struct plan {
    const struct submit *submit;
    struct submission submission;
    struct store_job_id ids[INPUTS_MAX];
    bool is_new[INPUTS_MAX];
    size_t new_count;
    struct store_batch batch;    //  record.batch empty: none
    bool new_batch;
    struct submit_follows follows;
    struct split splits[INPUTS_MAX];    //  of those that several workers share
    size_t added;                       //  to the turn
    struct accepted accepted;
    struct job_id jobs[INPUTS_MAX];
};

//  The correlation that a submission's jobs were given.
static int s_correlation (struct broker *self, const char *job, char out[CORRELATION_BYTES],
                          struct error *error)
{
    size_t count;
    const struct store_job *jobs = turn_opened (self->turn, &count);
    for (size_t i = 0; i < count; i++)
        if (streq (jobs[i].record.job, job)) {
            memcpy (out, jobs[i].record.correlation, CORRELATION_BYTES);
            return DMH_OK;
        }
    struct store_job found;
    int rc = store_find (self->store, job, &found, error);
    if (rc == DMH_OK) {
        memcpy (out, found.record.correlation, CORRELATION_BYTES);
        store_job_clear (&found);
    }
    return rc == DMH_NOT_FOUND ? DMH_INTERNAL : rc;
}

static int s_answer (struct client_request *request, struct accepted *accepted, struct error *error)
{
    memcpy (accepted->request, request->request, sizeof accepted->request);
    bool opens = turn_opens (request->broker->turn) > 0;
    return (opens ? request_answer_opened : request_answer) (request, &accepted_shape, accepted, error);
}

//  The jobs of a submission without a batch that was made before, in an earlier turn or in this one: DMH_OK
//  when answered, DMH_NOT_FOUND when the key is new.
static int s_answer_again (struct client_request *request, struct plan *plan, struct error *error)
{
    struct broker *self = request->broker;
    struct store_job_id *ids = NULL;
    size_t count = 0;
    int rc = turn_find_key (self->turn, request->owner, plan->submit->submit_key, &ids, &count);
    if (rc != DMH_OK)
        rc = store_find_key (self->store, request->owner, plan->submit->submit_key, &ids, &count, error);
    if (rc != DMH_OK)
        return rc;
    plan->accepted.jobs_count = plan->accepted.known = count;
    for (size_t i = 0; i < count; i++)
        memcpy (plan->jobs[i].job, ids[i].job, sizeof plan->jobs[i].job);
    free (ids);
    rc = s_correlation (self, plan->jobs[0].job, plan->accepted.correlation, error);
    return rc == DMH_OK ? s_answer (request, &plan->accepted, error) : rc;
}

//  Which of a batch's jobs are there already, and the batch itself.
static int s_plan_batch (struct client_request *request, struct plan *plan, struct error *error)
{
    struct broker *self = request->broker;
    const struct submit *submit = plan->submit;
    struct batch_record *record = &plan->batch.record;
    int rc = batch_find_key (self->turn, self->store, &plan->submission, &plan->batch, error);
    plan->new_batch = rc == DMH_NOT_FOUND;
    if (rc == DMH_OK && record->total != submit->total)
        return error_set (error, DMH_CONFLICT,
                          "this submit_key is of a batch of %llu jobs, not of %llu; another batch needs "
                          "another key",
                          (unsigned long long) record->total, (unsigned long long) submit->total);
    if (plan->new_batch) {
        rc = DMH_OK;
        plan->batch = (struct store_batch){.record = {.total = submit->total}};
        batch_new_id (record->batch);
        record->submitted_at = clock_wall_ms ();
        memcpy (record->owner, request->owner, sizeof record->owner);
        memcpy (record->name, submit->batch, sizeof record->name);
        memcpy (plan->batch.submit_key, submit->submit_key, sizeof plan->batch.submit_key);
    } else if (rc == DMH_OK)
        rc = batch_find_places (self->turn, self->store, &plan->submission, submit->at, plan->ids,
                                submit->inputs_count, error);
    memcpy (plan->accepted.batch, record->batch, sizeof plan->accepted.batch);
    return rc;
}

static int s_plan_jobs (struct client_request *request, struct plan *plan, struct error *error)
{
    const char *known = NULL;
    size_t count = plan->submit->inputs_count;
    for (size_t i = 0; i < count; i++) {
        plan->is_new[i] = !*plan->ids[i].job;
        plan->new_count += plan->is_new[i];
        if (plan->is_new[i])
            random_job_id (plan->ids[i].job);
        else
            known = plan->ids[i].job;
        memcpy (plan->jobs[i].job, plan->ids[i].job, sizeof plan->jobs[i].job);
    }
    plan->accepted.jobs_count = count;
    plan->accepted.known = count - plan->new_count;
    if (*plan->submit->correlation)
        memcpy (plan->accepted.correlation, plan->submit->correlation, sizeof plan->accepted.correlation);
    else if (known)
        return s_correlation (request->broker, known, plan->accepted.correlation, error);
    else
        random_hex (plan->accepted.correlation, CORRELATION_BYTES - 1);
    return DMH_OK;
}

//  Whether there is room for them.
static int s_admit (struct client_request *request, const struct plan *plan, struct error *error)
{
    struct broker *self = request->broker;
    const struct submit *submit = plan->submit;
    size_t open = follows_open_count (self) + turn_opens (self->turn);
    if (open + plan->new_count > self->queue_max)
        return error_set (error, DMH_UNAVAILABLE, "the queue is full (%zu of %zu jobs); try again later",
                          open, self->queue_max);
    uint64_t bytes = 0;
    for (size_t i = 0; i < submit->inputs_count; i++) {
        uint64_t more = plan->is_new[i] ? submit->inputs[i].bytes : 0;
        bytes += more < UINT64_MAX - bytes ? more : UINT64_MAX - bytes;
    }
    return quota_check (self->quota, request->client, plan->new_count, bytes, error);
}

//  One behind the other, the submitted one last.
static int s_add (struct client_request *request, struct plan *plan, size_t i, struct store_job *job)
{
    turn_t *turn = request->broker->turn;
    if (plan->splits[i].parts && submit_split_add (turn, &plan->splits[i], job, &plan->added) != DMH_OK)
        return DMH_UNAVAILABLE;
    int rc = turn_add (turn, job) == 0 ? DMH_OK : DMH_UNAVAILABLE;
    plan->added += rc == DMH_OK;
    return rc;
}

static int s_add_job (struct client_request *request, struct plan *plan, size_t i, struct error *error)
{
    const struct submit *submit = plan->submit;
    struct store_job job = {.place = submit->at + i};
    struct job_record *record = &job.record;
    bool copied = options_copy (&submit->options, &job.options);
    submit_follows_take (&plan->follows, i, &job);
    job.input = submit->inputs[i];
    memcpy (job.submit_key, submit->submit_key, sizeof job.submit_key);
    memcpy (record->job, plan->ids[i].job, sizeof record->job);
    memcpy (record->correlation, plan->accepted.correlation, CORRELATION_BYTES);
    memcpy (record->name, job.input.name, sizeof record->name);
    memcpy (record->place, job.input.place, sizeof record->place);
    memcpy (record->owner, request->owner, sizeof record->owner);
    memcpy (record->batch, plan->batch.record.batch, sizeof record->batch);
    record->position = *record->batch ? job.place : 0;
    record->follows = job.follows_count;
    job_state_set (record->state, JOB_QUEUED);
    record->bytes_total = job.input.bytes;
    record->submitted_at = clock_wall_ms ();
    if (copied && s_add (request, plan, i, &job) == DMH_OK)
        return DMH_OK;
    store_job_clear (&job);
    return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
}

//  All that are new, or none.
static int s_add_jobs (struct client_request *request, struct plan *plan, struct error *error)
{
    struct broker *self = request->broker;
    const struct submit *submit = plan->submit;
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < submit->inputs_count; i++)
        if (plan->is_new[i])
            rc = s_add_job (request, plan, i, error);
    if (rc == DMH_OK && plan->new_batch && turn_add_batch (self->turn, &plan->batch) != 0)
        rc = error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    //  Nothing after this may fail: the batch would be there without its jobs.
    struct error late = {.code = DMH_OK};
    int answered = rc == DMH_OK ? s_answer (request, &plan->accepted, &late) : rc;
    if (rc == DMH_OK && answered != DMH_OK && !plan->new_batch)
        rc = error_set (error, answered, "%s", late.text);
    if (rc != DMH_OK)
        turn_take_back (self->turn, plan->added);
    for (size_t i = 0; rc == DMH_OK && i < submit->inputs_count; i++)
        if (plan->is_new[i])
            quota_take (self->quota, request->client, plan->ids[i].job, submit->inputs[i].bytes);
    return rc;
}

static int s_take (struct client_request *request, struct plan *plan, struct error *error)
{
    int rc = s_plan_jobs (request, plan, error);
    if (rc == DMH_OK && plan->new_count == 0)
        return s_answer (request, &plan->accepted, error);
    if (rc == DMH_OK)
        rc = submit_follows_find (request, &plan->submission, plan->submit, plan->ids, &plan->follows, error);
    if (rc == DMH_OK)
        rc = s_admit (request, plan, error);
    if (rc == DMH_OK)
        submit_split_plan (request->broker, plan->submit, plan->is_new, &plan->follows, plan->splits);
    if (rc == DMH_OK)
        rc = s_add_jobs (request, plan, error);
    submit_follows_clear (&plan->follows);
    return rc;
}

int submit_take (struct client_request *request, const void *message, struct error *error)
{
    const struct submit *submit = message;
    struct error before = {.code = DMH_OK};
    int rc = submit_check (submit, error);
    if (rc != DMH_OK)
        return rc;
    struct plan *plan = calloc (1, sizeof *plan);
    if (!plan)
        return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    plan->submit = submit;
    plan->submission = (struct submission){request->owner, submit->submit_key};
    plan->accepted.jobs = plan->jobs;
    if (submit->total == 0) {
        rc = s_answer_again (request, plan, &before);
        if (rc == DMH_NOT_FOUND)
            rc = s_take (request, plan, error);
        else if (rc != DMH_OK)
            error_set (error, rc, "%s", before.text);
    } else {
        rc = s_plan_batch (request, plan, error);
        if (rc == DMH_OK)
            rc = s_take (request, plan, error);
    }
    free (plan);
    return rc;
}
