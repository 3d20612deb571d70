//  followed.c: see followed.h.
#include "broker/workers/followed.h"

#include "broker/file_tickets.h"
#include "messages/uri.h"

enum {
    RESULT_BYTES = 200,    //  of a followed_result without its texts and lists
    OUTPUT_BYTES = 120,    //  of an output and
    A_TICKET_BYTES = HEX_BYTES + TICKET_BYTES + 20,
    ANSWER_BYTES = 60 * 1024
};

struct page {
    struct broker *broker;
    const char *user;
    size_t left;
    struct followed_result *results;
    size_t count;
};

static size_t s_size (const struct followed_result *result)
{
    size_t bytes =
        RESULT_BYTES + strlen (result->name) + strlen (result->uri) + result->tickets_count * A_TICKET_BYTES;
    for (size_t i = 0; i < result->outputs_count; i++)
        //  NOLINTNEXTLINE(*-core.NonNullParamChecker): a name that was decoded is there
        bytes += OUTPUT_BYTES + strlen (result->outputs[i].name);
    return bytes;
}

static int s_copy (struct page *page, const struct job_record *record, struct followed_result *to)
{
    to->outputs = calloc (record->outputs_count + 1, sizeof *to->outputs);
    to->tickets = calloc (OUTPUTS_MAX, sizeof *to->tickets);
    if (!to->outputs || !to->tickets)
        return DMH_UNAVAILABLE;
    memcpy (to->job, record->job, sizeof to->job);
    memcpy (to->name, record->name, sizeof to->name);
    memcpy (to->kind, record->kind, sizeof to->kind);
    memcpy (to->uri, record->result, sizeof to->uri);
    if (record->outputs_count)
        memcpy (to->outputs, record->outputs, record->outputs_count * sizeof *to->outputs);
    to->outputs_count = record->outputs_count;
    if (uri_is_stored (record->result))
        to->tickets_count = file_tickets_outputs (page->broker, page->user, record, to->tickets);
    return DMH_OK;
}

//  1: no more fits.
static int s_add (void *context, uint64_t place, const char *job, const struct job_record *record)
{
    struct page *page = context;
    struct followed_result *to = &page->results[page->count];
    (void) job;
    if (!record)    //  a job that follows it would not run
        return DMH_OK;
    *to = (struct followed_result){.place = place};
    int rc = s_copy (page, record, to);
    size_t more = s_size (to);
    if (rc != DMH_OK || more > page->left) {
        free (to->outputs);
        free (to->tickets);
        return rc != DMH_OK ? rc : 1;
    }
    page->left -= more;
    page->count++;
    return DMH_OK;
}

void followed_free (struct followed_result **out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free ((*out)[i].outputs);
        free ((*out)[i].tickets);
    }
    free (*out);
    *out = NULL;
}

int followed_read (struct broker *self, const struct job_record *record, const char *user, uint64_t from,
                   size_t bytes, struct followed_result **out, size_t *count, struct error *error)
{
    struct page page = {self, user, bytes, calloc (FOLLOWED_AT_ONCE, sizeof *page.results), 0};
    *out = NULL;
    *count = 0;
    if (!page.results)
        return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    int rc = store_followed (self->store, record->job, from, FOLLOWED_AT_ONCE, s_add, &page, error);
    if (rc == 1)
        rc = DMH_OK;
    if (rc != DMH_OK) {
        followed_free (&page.results, page.count);
        return rc;
    }
    *out = page.results;
    *count = page.count;
    return DMH_OK;
}

static int s_answer (struct broker *self, zframe_t *identity, const struct peer *peer,
                     const struct followed *asked, const struct job_record *record, struct error *error)
{
    struct followed_results answer = {.attempt = asked->attempt, .follows = record->follows};
    memcpy (answer.job, asked->job, sizeof answer.job);
    int rc = followed_read (self, record, peer->user, asked->from, ANSWER_BYTES, &answer.followed,
                            &answer.followed_count, error);
    if (rc == DMH_OK) {
        rc = turn_send (self->turn, self->back, identity, &followed_results_shape, &answer, error);
        followed_free (&answer.followed, answer.followed_count);
    }
    return rc;
}

int followed_take (struct broker *self, zframe_t *identity, const struct peer *peer,
                   const struct followed *asked, struct error *error)
{
    struct store_job found;
    int rc = turn_flush (self->turn, error);
    if (rc == DMH_OK)
        rc = store_find (self->store, asked->job, &found, error);
    if (rc != DMH_OK)
        return rc;
    const struct job_record *record = &found.record;
    bool runs = job_state_is (record->state, JOB_RUNNING) && record->attempt == asked->attempt &&
                streq (record->worker, peer->worker);
    rc = runs ? s_answer (self, identity, peer, asked, record, error)
              : error_set (error, DMH_NOT_FOUND, "attempt %llu of job %s does not run at this worker",
                           (unsigned long long) asked->attempt, asked->job);
    store_job_clear (&found);
    return rc;
}
