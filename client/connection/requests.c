//  requests.c: what a client asks a broker, a function a request. See connection.h.
#include "client/connection/connection.h"

int connection_submit (connection_t *self, struct submit *submit, struct accepted *out, struct error *error)
{
    int rc = connection_request (self, &submit_shape, submit, &accepted_shape, out, error);
    if (rc == DMH_OK && out->jobs_count != submit->inputs_count) {
        accepted_clear (out);
        rc = error_set (error, DMH_MALFORMED, "the broker answered with another number of jobs than inputs");
    }
    return rc;
}

//  A job's id in, its record out.
static int s_about_job (connection_t *self, const struct shape *shape, const char *job,
                        struct job_record *out, struct error *error)
{
    struct job_request request = {.request = ""};
    struct job_state_reply reply;
    if (snprintf (request.job, sizeof request.job, "%s", job) >= (int) sizeof request.job)
        return error_set (error, DMH_NOT_FOUND, "there is no job with so long an id");
    int rc = connection_request (self, shape, &request, &job_state_reply_shape, &reply, error);
    if (rc == DMH_OK)
        *out = reply.job;    //  with what it owns
    return rc;
}

int connection_status (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &status_shape, job, out, error);
}

int connection_cancel (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &cancel_shape, job, out, error);
}

int connection_retry (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &retry_shape, job, out, error);
}

int connection_bring (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &bring_shape, job, out, error);
}

int connection_remove (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &remove_shape, job, out, error);
}

int connection_fetched (connection_t *self, const char *job, struct job_record *out, struct error *error)
{
    return s_about_job (self, &fetched_shape, job, out, error);
}

int connection_list (connection_t *self, struct list *list, struct jobs *out, struct error *error)
{
    return connection_request (self, &list_shape, list, &jobs_shape, out, error);
}

//  A page behind what has come; *more: another one follows.
static int s_more_workers (connection_t *self, struct worker_list *out, bool *more, struct error *error)
{
    struct bare_request workers = {.request = ""};
    struct worker_list page;
    if (out->workers_count)
        memcpy (workers.after, out->workers[out->workers_count - 1].worker, sizeof workers.after);
    int rc = connection_request (self, &workers_shape, &workers, &worker_list_shape, &page, error);
    if (rc != DMH_OK)
        return rc;
    struct worker_info *all =
        realloc (out->workers, (out->workers_count + page.workers_count + 1) * sizeof *all);
    if (all) {
        out->workers = all;
        if (page.workers_count)
            memcpy (all + out->workers_count, page.workers, page.workers_count * sizeof *all);
        out->workers_count += page.workers_count;
    } else
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    *more = page.more && page.workers_count;
    worker_list_clear (&page);
    return rc;
}

int connection_workers (connection_t *self, struct worker_list *out, struct error *error)
{
    struct worker_list list = {.workers = NULL};
    bool more = true;
    int rc = DMH_OK;
    while (rc == DMH_OK && more)
        rc = s_more_workers (self, &list, &more, error);
    if (rc == DMH_OK)
        *out = list;
    else
        worker_list_clear (&list);
    return rc;
}

int connection_drain (connection_t *self, const char *worker, struct error *error)
{
    struct drain_request drain = {.request = ""};
    struct worker_list list;
    if (snprintf (drain.worker, sizeof drain.worker, "%s", worker) >= (int) sizeof drain.worker)
        return error_set (error, DMH_NOT_FOUND, "no worker has so long a name");
    int rc = connection_request (self, &drain_request_shape, &drain, &worker_list_shape, &list, error);
    if (rc == DMH_OK)
        worker_list_clear (&list);
    return rc;
}

int connection_stats (connection_t *self, struct counters *out, struct error *error)
{
    struct bare_request stats = {.request = ""};
    return connection_request (self, &stats_shape, &stats, &counters_shape, out, error);
}

int connection_batch (connection_t *self, struct batch_request *batch, struct batch_reply *out,
                      struct error *error)
{
    return connection_request (self, &batch_request_shape, batch, &batch_reply_shape, out, error);
}

int connection_find (connection_t *self, const char *word, struct found *out, struct error *error)
{
    struct find find = {.request = ""};
    if (snprintf (find.word, sizeof find.word, "%s", word) >= (int) sizeof find.word)
        return error_set (error, DMH_NOT_FOUND, "there is no job or batch with so long a name");
    return connection_request (self, &find_shape, &find, &found_shape, out, error);
}

int connection_submit_all (connection_t *self, struct submit *submits, size_t count, struct accepted *outs,
                           size_t *answered, struct error *error)
{
    int rc =
        connection_request_all (self, &submit_shape, submits, count, &accepted_shape, outs, answered, error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        if (outs[i].jobs_count != submits[i].inputs_count)
            rc = error_set (error, DMH_MALFORMED,
                            "the broker answered with another number of jobs than inputs");
    return rc;
}
