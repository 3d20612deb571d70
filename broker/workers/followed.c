//  followed.c: see followed.h.
#include "broker/workers/followed.h"

#include "broker/file_tickets.h"
#include "broker/workers/result_host.h"
#include "messages/base/log.h"

enum {
    RESULT_BYTES = 200,    //  of a followed_result without its texts and lists
    OUTPUT_BYTES = 120,    //  of an output and
    A_TICKET_BYTES = HEX_BYTES + TICKET_BYTES + 20,
    ANSWER_BYTES = 60 * 1024
};

struct page {
    struct broker *broker;
    const char *user;
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
    return bytes + strlen (result->input) + strlen (result->source_file) + strlen (result->stands_at);
}

static int s_copy (const struct page *page, const struct job_record *record, struct followed_result *to)
{
    to->outputs = calloc (record->outputs_count + 1, sizeof *to->outputs);
    to->tickets = calloc (OUTPUTS_MAX + 1, sizeof *to->tickets);
    if (!to->outputs || !to->tickets)
        return DMH_UNAVAILABLE;
    memcpy (to->job, record->job, sizeof to->job);
    memcpy (to->name, record->name, sizeof to->name);
    memcpy (to->kind, record->kind, sizeof to->kind);
    memcpy (to->uri, record->result, sizeof to->uri);
    if (record->outputs_count)
        memcpy (to->outputs, record->outputs, record->outputs_count * sizeof *to->outputs);
    to->outputs_count = record->outputs_count;
    to->tickets_count = file_tickets_outputs (page->broker, page->user, record, to->tickets);
    return DMH_OK;
}

static int s_add (void *context, uint64_t place, const char *job, const struct job_record *record)
{
    struct page *page = context;
    (void) job;
    if (!record)    //  a job that follows it would not run
        return DMH_OK;
    struct followed_result *to = &page->results[page->count++];
    *to = (struct followed_result){.place = place};
    return s_copy (page, record, to);
}

//  What the result was made of.
static int s_add_input (const struct page *page, struct followed_result *to, struct error *error)
{
    struct store_job found;
    int rc = store_find (page->broker->store, to->job, &found, error);
    if (rc != DMH_OK)
        return rc;
    to->input = strdup (found.input.uri);
    to->source_file = strdup (found.input.source_file);
    to->stands_at = strdup (found.input.stands_at);
    to->input_bytes = found.input.bytes;
    to->tickets_count += file_tickets_input (page->broker, page->user, found.record.owner, &found.input,
                                             &to->tickets[to->tickets_count]);
    store_job_clear (&found);
    return to->input && to->source_file && to->stands_at ? DMH_OK : DMH_UNAVAILABLE;
}

static void s_clear (struct followed_result *self)
{
    free (self->outputs);
    free (self->tickets);
    free (self->input);
    free (self->source_file);
    free (self->stands_at);
    *self = (struct followed_result){.place = 0};
}

void followed_free (struct followed_result **out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        s_clear (&(*out)[i]);
    free (*out);
    *out = NULL;
}

//  As many as fit stay.
static int s_complete (struct page *page, size_t bytes, struct error *error)
{
    size_t all = page->count;
    int rc = DMH_OK;
    for (page->count = 0; rc == DMH_OK && page->count < all; page->count++) {
        rc = s_add_input (page, &page->results[page->count], error);
        size_t more = rc == DMH_OK ? s_size (&page->results[page->count]) : 0;
        if (rc != DMH_OK || more > bytes)
            break;
        bytes -= more;
    }
    for (size_t i = page->count; i < all; i++)
        s_clear (&page->results[i]);
    return rc;
}

int followed_read (struct broker *self, const struct job_record *record, const char *user, uint64_t from,
                   size_t most, size_t bytes, struct followed_result **out, size_t *count,
                   struct error *error)
{
    struct page page = {self, user, calloc (FOLLOWED_AT_ONCE, sizeof *page.results), 0};
    *out = NULL;
    *count = 0;
    if (!page.results)
        return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    int rc = store_followed (self->store, record->job, from, most, s_add, &page, error);
    if (rc == DMH_OK)
        rc = s_complete (&page, bytes, error);
    if (rc != DMH_OK) {
        followed_free (&page.results, page.count);
        return rc;
    }
    *out = page.results;
    *count = page.count;
    return DMH_OK;
}

//  The result at that place is not where its worker can read it. That nobody is there to bring it now may
//  change: its worker looks for it for a while, and asks again.
static void s_bring (struct broker *self, const struct followed_result *result)
{
    struct store_job found;
    struct error why = {.code = DMH_OK};
    int rc = store_find (self->store, result->job, &found, &why);
    if (rc == DMH_OK) {
        rc = result_host_bring (self, &found.record, &why);
        store_job_clear (&found);
    }
    if (rc != DMH_OK)
        log_event (LOG_LEVEL_WARNING, "result.not_brought", result->job, NULL, "error", why.text, NULL);
}

static int s_answer (struct broker *self, zframe_t *identity, const struct peer *peer,
                     const struct followed *asked, const struct job_record *record, struct error *error)
{
    struct followed_results answer = {.attempt = asked->attempt, .follows = record->follows};
    memcpy (answer.job, asked->job, sizeof answer.job);
    int rc = followed_read (self, record, peer->user, asked->from, asked->bring ? 1 : FOLLOWED_AT_ONCE,
                            ANSWER_BYTES, &answer.followed, &answer.followed_count, error);
    if (rc == DMH_OK && asked->bring && answer.followed_count)
        s_bring (self, &answer.followed[0]);
    if (answer.followed && rc == DMH_OK)
        rc = turn_send (self->turn, self->back, identity, &followed_results_shape, &answer, error);
    followed_free (&answer.followed, answer.followed_count);
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
