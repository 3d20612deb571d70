//  result.c: see result.h.
#include "client/gateway/jobs/result.h"

#include "client/gateway/jobs/question.h"

#include <czmq.h>

struct work {
    const char *name;
    result_record_fn *take;
    const struct result_reader *reader;
    struct job_record record;    //  owned
    const struct output *output;
};

static void s_destroy (void *argument)
{
    struct work *work = argument;
    shape_clear (&job_record_shape, &work->record);
    free (work);
}

//  The records' own, in whatever format.
static const struct output *s_find (const struct job_record *record, const char *name)
{
    if (name)
        return job_output (record, name);
    for (size_t i = 0; i < record->outputs_count; i++)
        if (strncmp (record->outputs[i].name, "records.", strlen ("records.")) == 0)
            return &record->outputs[i];
    return NULL;
}

static void s_open (void *context, bool stopping)
{
    struct call *call = context;
    struct work *work = call->work;
    struct error error = {.code = DMH_OK};
    int fd = -1;
    if (stopping)
        error_set (&error, DMH_UNAVAILABLE, "the gateway ends; try again later");
    else
        fd = result_files_open (call->gateway->result_files, &work->record, work->output, call->caller,
                                &error);
    if (fd < 0)
        call_fail (call, &error);
    else
        work->reader->opened (call, work->output, fd);
    call_finish (call);
}

//  The answer is set, or the file is on its way (false).
static bool s_take_file (struct call *call, struct work *work)
{
    struct error error = {.code = DMH_OK};
    work->output = s_find (&work->record, work->name);
    if (!work->output) {
        call_problem (call, MHD_HTTP_NOT_FOUND, error_word (DMH_NOT_FOUND),
                      "the result of this job has no such file");
        return true;
    }
    if (work->reader->answer_now (call, work->output))
        return true;
    if (tasks_add (call->gateway->tasks, s_open, call, &error) == DMH_OK)
        return false;
    call_fail (call, &error);
    return true;
}

static void s_answered (void *context, int rc, void *answer, const struct error *error)
{
    struct call *call = context;
    struct work *work = call->work;
    struct job_state_reply *reply = answer;
    bool is_set = true;
    if (rc != DMH_OK)
        call_fail (call, error);
    else if (!job_has_result (&reply->job) || reply->job.removal_at) {
        char sentence[128];
        snprintf (sentence, sizeof sentence, "the job is %s and has no result",
                  reply->job.removal_at ? "being removed" : reply->job.state);
        call_problem (call, MHD_HTTP_CONFLICT, error_word (DMH_CONFLICT), sentence);
    } else {
        work->record = reply->job;    //  taken over
        reply->job = (struct job_record){.job = ""};
        if (work->take)
            work->take (call, &work->record);
        else
            is_set = s_take_file (call, work);
    }
    if (is_set)
        call_finish (call);
}

static void s_ask (struct call *call, const char *name, result_record_fn *take,
                   const struct result_reader *reader)
{
    struct job_request status = {.request = ""};
    struct work *work = calloc (1, sizeof *work);
    bool fits = snprintf (status.job, sizeof status.job, "%s", call->parts[0]) < (int) sizeof status.job;
    memcpy (status.correlation, call->correlation, sizeof status.correlation);
    memcpy (status.on_behalf_of, call->caller, sizeof status.on_behalf_of);
    if (work) {
        *work = (struct work){.name = name, .take = take, .reader = reader};
        call->work = work;
        call->work_destroy = s_destroy;
    }
    if (work && fits) {
        call_ask (call, &status_shape, &status, &job_state_reply_shape, s_answered);
        return;
    }
    if (!fits)
        call_problem (call, MHD_HTTP_NOT_FOUND, error_word (DMH_NOT_FOUND),
                      "there is no job with so long an id");
    call_finish (call);
}

void result_ask (struct call *call, const char *name, result_record_fn *take)
{
    s_ask (call, name, take, NULL);
}

void result_open (struct call *call, const char *name, const struct result_reader *reader)
{
    s_ask (call, name, NULL, reader);
}
