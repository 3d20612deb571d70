//  submit_follows.c: see submit_follows.h.
#include "broker/clients/submit_follows.h"

enum { ALL_MAX = 2 * FOLLOWED_MAX };    //  of one SUBMIT together

//  Room for `count` more of that input; NULL with `error` set.
static struct store_job_id *s_grow (struct submit_follows *self, size_t input, size_t count,
                                    struct error *error)
{
    size_t all = count, now = self->of[input].count + count;
    for (size_t i = 0; i < INPUTS_MAX; i++)
        all += self->of[i].count;
    if (now > FOLLOWED_MAX || all > ALL_MAX) {
        error_set (error, DMH_TOO_LARGE, "a job follows at most %d others, those of one SUBMIT %d together",
                   FOLLOWED_MAX, ALL_MAX);
        return NULL;
    }
    struct store_job_id *ids = realloc (self->of[input].ids, now * sizeof *ids);
    if (!ids) {
        error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
        return NULL;
    }
    self->of[input].ids = ids;
    self->of[input].count = now;
    memset (ids + now - count, 0, count * sizeof *ids);
    return ids + now - count;
}

static int s_add_named (struct client_request *request, const struct follow_entry *entry,
                        struct submit_follows *out, struct error *error)
{
    struct store_job found;
    int rc = request_find_kept (request, entry->job, &found, error);
    if (rc != DMH_OK)
        return rc;
    store_job_clear (&found);
    struct store_job_id *id = s_grow (out, (size_t) entry->input, 1, error);
    if (!id)
        return error->code;
    memcpy (id->job, entry->job, sizeof id->job);
    return DMH_OK;
}

//  Those before this SUBMIT are there already, or are not; the others stand in it.
static int s_add_range (struct client_request *request, const struct submission *submission,
                        const struct submit *submit, const struct store_job_id *ids,
                        const struct follow_entry *entry, struct submit_follows *out, struct error *error)
{
    size_t count = (size_t) entry->count, before = 0;
    struct store_job_id *to = s_grow (out, (size_t) entry->input, count, error);
    if (!to)
        return error->code;
    if (entry->at < submit->at)
        before = submit->at - entry->at < count ? (size_t) (submit->at - entry->at) : count;
    int rc = before ? batch_find_places (request->broker->turn, request->broker->store, submission, entry->at,
                                         to, before, error)
                    : DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        if (i >= before)
            to[i] = ids[entry->at + i - submit->at];
        if (!*to[i].job)
            rc = error_set (error, DMH_NOT_FOUND, "position %llu, which input %llu follows, is not there",
                            (unsigned long long) (entry->at + i), (unsigned long long) entry->input);
    }
    return rc;
}

int submit_follows_find (struct client_request *request, const struct submission *submission,
                         const struct submit *submit, const struct store_job_id *ids,
                         struct submit_follows *out, struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < submit->follows_count; i++) {
        const struct follow_entry *entry = &submit->follows[i];
        rc = *entry->job ? s_add_named (request, entry, out, error)
                         : s_add_range (request, submission, submit, ids, entry, out, error);
    }
    return rc;
}

void submit_follows_take (struct submit_follows *self, size_t input, struct store_job *job)
{
    job->follows = self->of[input].ids;
    job->follows_count = self->of[input].count;
    self->of[input].ids = NULL;
    self->of[input].count = 0;
}

void submit_follows_clear (struct submit_follows *self)
{
    for (size_t i = 0; i < INPUTS_MAX; i++)
        free (self->of[i].ids);
    memset (self, 0, sizeof *self);
}
