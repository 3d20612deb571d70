//  result.c: see result.h.
#include "client/gateway/jobs/result.h"

#include "client/gateway/jobs/question.h"

#include <czmq.h>

struct work {
    const char *kind, *name;
    result_record_fn *take;
    const struct result_reader *reader;
    struct job_record record;    //  owned
    const struct output *output;
    result_files_t *files;
    brought_t *brought;    //  for as long as the answer is on its way; so is what follows
    spool_t *spool;
    uint64_t held;    //  of it
};

static void s_destroy (void *argument)
{
    struct work *work = argument;
    shape_clear (&job_record_shape, &work->record);
    result_files_release (work->files, &work->brought);
    if (work->held)
        spool_give_back (work->spool, work->held);
    free (work);
}

//  The kind whose tables are wanted, n letters at the begin of outputs' names; none (0): they lie in no
//  folder, or there is no such. false: there are several, and none is named.
static bool s_kind (const struct work *work, const char **kind, size_t *n)
{
    const struct job_record *record = &work->record;
    *kind = work->kind ? work->kind : record->outputs[0].name;
    *n = work->kind ? strlen (work->kind) : strcspn (*kind, "/");
    for (size_t i = 0; !work->kind && i < record->outputs_count; i++)
        if (strncmp (record->outputs[i].name, *kind, *n + 1) != 0)
            return false;
    return true;
}

//  `name` of that kind, or the records' own, in whatever format.
static const struct output *s_find (const struct job_record *record, const char *kind, size_t n,
                                    const char *name)
{
    for (size_t i = 0; i < record->outputs_count; i++) {
        const char *of = record->outputs[i].name;
        if (n && (strncmp (of, kind, n) != 0 || of[n] != '/'))
            continue;
        of += n ? n + 1 : 0;
        if (name ? streq (of, name) : strncmp (of, "records.", strlen ("records.")) == 0)
            return &record->outputs[i];
    }
    return NULL;
}

//  false: the answer is set.
static bool s_choose (struct call *call, struct work *work)
{
    const char *kind = NULL;
    size_t n = 0;
    if ((work->kind || job_has_tables (&work->record)) && !s_kind (work, &kind, &n)) {
        call_problem (call, MHD_HTTP_BAD_REQUEST, error_word (DMH_MALFORMED),
                      "the result has tables of several kinds; name one with ?kind=, as its files tell");
        return false;
    }
    work->output = s_find (&work->record, kind, n, work->name);
    if (!work->output)
        call_problem (call, MHD_HTTP_NOT_FOUND, error_word (DMH_NOT_FOUND),
                      "the result of this job has no such file");
    return work->output;
}

int result_hold (struct call *call, uint64_t n, struct error *error)
{
    struct work *work = call->work;
    int rc = spool_reserve (work->spool, n, error);
    work->held = rc == DMH_OK ? n : 0;
    return rc;
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
        fd = result_files_open (work->files, &work->record, work->output, call->caller, &work->brought,
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
    if (!s_choose (call, work))
        return true;
    if (work->reader->answer_now (call, work->output))
        return true;
    if (tasks_add (call->gateway->bringing, s_open, call, call->caller, &error) == DMH_OK)
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

static void s_ask (struct call *call, const struct work *wanted)
{
    struct job_request status = {.request = ""};
    struct work *work = calloc (1, sizeof *work);
    bool fits = snprintf (status.job, sizeof status.job, "%s", call->parts[0]) < (int) sizeof status.job;
    memcpy (status.correlation, call->correlation, sizeof status.correlation);
    memcpy (status.on_behalf_of, call->caller, sizeof status.on_behalf_of);
    if (work) {
        *work = *wanted;
        work->files = call->gateway->result_files;
        work->spool = call->gateway->spool;
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
    const struct work wanted = {.name = name, .take = take};
    s_ask (call, &wanted);
}

void result_open (struct call *call, const char *kind, const char *name, const struct result_reader *reader)
{
    const struct work wanted = {.kind = kind, .name = name, .reader = reader};
    s_ask (call, &wanted);
}
