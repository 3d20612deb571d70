//  follows.c: see follows.h.
#include "broker/follows.h"

#include "broker/jobs/job_end.h"
#include "broker/opening.h"
#include "broker/splits.h"
#include "messages/base/log.h"

enum { AT_ONCE = 256, FAILED_A_TURN = 1024 };

static enum followed_state s_state_of (const struct job_record *record)
{
    if (!record || record->removal_at)
        return FOLLOWED_LOST;
    if (job_state_is (record->state, JOB_DONE))
        return FOLLOWED_DONE;
    bool open = job_state_is (record->state, JOB_QUEUED) || job_state_is (record->state, JOB_RUNNING);
    return open ? FOLLOWED_OPEN : FOLLOWED_LOST;
}

//  A walk over what a job follows.
struct walk {
    struct broker *broker;
    const char *job;
    uint64_t next;
    size_t seen;
    struct job_record lost;    //  the first that is; job empty: none. Owns nothing
    bool adds;
};

static int s_see (void *context, uint64_t place, const char *job, const struct job_record *record)
{
    struct walk *walk = context;
    enum followed_state state = s_state_of (record);
    walk->next = place + 1;
    walk->seen++;
    if (state == FOLLOWED_LOST && !*walk->lost.job) {
        walk->lost = record ? *record : (struct job_record){.state = ""};
        walk->lost.outputs = NULL;
        walk->lost.tickets = NULL;
        snprintf (walk->lost.job, sizeof walk->lost.job, "%s", job);
    }
    return walk->adds ? follow_add (walk->broker->follow, walk->job, job, state) : DMH_OK;
}

static int s_walk (struct walk *walk, struct error *error)
{
    int rc = DMH_OK;
    for (size_t before = 0, more = AT_ONCE; rc == DMH_OK && more == AT_ONCE; before = walk->seen) {
        rc = store_followed (walk->broker->store, walk->job, walk->next, AT_ONCE, s_see, walk, error);
        more = walk->seen - before;
    }
    return rc;
}

int follows_take_in (struct broker *self, const struct job_record *record, struct error *error)
{
    struct walk walk = {.broker = self, .job = record->job, .adds = true};
    int rc = follow_begin (self->follow, record->job, job_state_is (record->state, JOB_RUNNING));
    if (rc == DMH_OK)
        rc = s_walk (&walk, error);
    if (rc == DMH_OK)
        follow_begun (self->follow, record->job);
    else
        follow_drop (self->follow, record->job);
    if (rc == DMH_INTERNAL)
        error_set (error, rc, "out of memory for what a job follows");
    return rc;
}

//  Why it cannot begin, in `size` bytes.
static void s_say_lost (const struct job_record *lost, char *out, size_t size)
{
    char name[NAME_BYTES + 4] = "";
    const char *what = lost->removal_at                            ? "is being removed"
                       : job_state_is (lost->state, JOB_CANCELLED) ? "was cancelled"
                       : job_state_is (lost->state, JOB_FAILED)    ? "has failed"
                                                                   : "is not there any more";
    if (*lost->name)
        snprintf (name, sizeof name, " (%.200s)", lost->name);
    snprintf (out, size, "job %s%s, which it follows, %s%s%.200s", lost->job, name, what,
              *lost->message ? ": " : "", lost->message);
}

int follows_check (struct broker *self, const char *job, struct error *error)
{
    struct walk walk = {.broker = self, .job = job};
    char why[SENTENCE_BYTES];
    int rc = s_walk (&walk, error);
    if (rc != DMH_OK || !*walk.lost.job)
        return rc;
    s_say_lost (&walk.lost, why, sizeof why);
    return error_set (error, DMH_CONFLICT, "%s", why);
}

//  All that it follows are done: the dispatcher may have it.
static int s_give (struct broker *self, const char *job, struct error *error)
{
    struct store_job found;
    int rc = store_find (self->store, job, &found, error);
    if (rc != DMH_OK)
        return rc;
    struct queue_terms terms = queue_terms_of (&found);
    follow_did (self->follow, job);
    if (job_state_is (found.record.state, JOB_QUEUED) &&
        opening_give (self, &found.record, &terms, found.tries) != DMH_OK)
        self->recovery.unknown = true;
    log_event (LOG_LEVEL_INFO, "job.may_begin", job, found.record.correlation, NULL);
    store_job_clear (&found);
    return DMH_OK;
}

//  A job that a split one is made of ends it as it would have ended itself.
static void s_blame (const struct job_record *lost, struct job_record *record)
{
    if (record->parts && *lost->code) {
        memcpy (record->code, lost->code, sizeof record->code);
        memcpy (record->message, lost->message, sizeof record->message);
        return;
    }
    snprintf (record->code, sizeof record->code, "%s", FOLLOWED_CODE);
    s_say_lost (lost, record->message, sizeof record->message);
}

static int s_fail (struct broker *self, const char *job, const struct job_record *lost, struct error *error)
{
    struct job_record *record = turn_change (self->turn, job, NULL, error);
    if (!record)
        return error->code;
    follow_did (self->follow, job);
    if (!job_state_is (record->state, JOB_QUEUED))
        return DMH_OK;
    job_state_set (record->state, JOB_FAILED);
    s_blame (lost, record);
    follow_ended (self->follow, job, false);    //  those behind it fail in the same commit
    job_end (record);
    splits_ended (self, record);
    return DMH_OK;
}

//  As the store has it now: the one that was not done may have been tried again meanwhile.
static int s_hold_up (struct broker *self, const char *job, struct error *error)
{
    struct walk walk = {.broker = self, .job = job};
    int rc = turn_flush (self->turn, error);
    if (rc == DMH_OK)
        rc = s_walk (&walk, error);
    if (rc != DMH_OK)
        return rc;
    if (*walk.lost.job)
        return s_fail (self, job, &walk.lost, error);
    struct store_job found;
    rc = store_find (self->store, job, &found, error);
    if (rc == DMH_OK) {
        rc = follows_take_in (self, &found.record, error);
        store_job_clear (&found);
    }
    return rc;
}

int follows_act (struct broker *self, struct error *error)
{
    struct follow_action action;
    for (int failed = 0; failed < FAILED_A_TURN && follow_action (self->follow, &action);) {
        failed += action.sort == FOLLOW_FAIL;
        int rc = action.sort == FOLLOW_READY ? s_give (self, action.job, error)
                                             : s_hold_up (self, action.job, error);
        if (rc != DMH_OK && rc != DMH_NOT_FOUND && rc != DMH_INTERNAL)
            return rc;
        if (rc != DMH_OK)    //  it has left meanwhile, or is taken in again
            follow_drop (self->follow, action.job);
        self->recovery.unknown = self->recovery.unknown || rc == DMH_INTERNAL;
    }
    return DMH_OK;
}

size_t follows_open_count (const struct broker *self)
{
    return dispatcher_open_count (self->dispatcher) + follow_waiting (self->follow);
}

typedef int (reopen_follower) (void *context, const struct store_job *found, struct error *error);

//  One of the followers of a job that is tried again.
static int s_reopen (struct broker *self, const char *follower, reopen_follower *reopen, void *context,
                     bool *reopened, struct error *error)
{
    struct store_job found;
    struct error why = {.code = DMH_OK};
    *reopened = false;
    int rc = turn_flush (self->turn, error);
    if (rc == DMH_OK)
        rc = store_find (self->store, follower, &found, error);
    if (rc != DMH_OK)
        return rc == DMH_NOT_FOUND ? DMH_OK : rc;
    bool held_up = job_state_is (found.record.state, JOB_FAILED) && !found.record.removal_at &&
                   streq (found.record.code, FOLLOWED_CODE);
    rc = held_up ? follows_check (self, follower, &why) : DMH_OK;
    if (held_up && rc == DMH_OK) {
        rc = reopen (context, &found, error);
        *reopened = rc == DMH_OK;
    } else if (rc == DMH_CONFLICT)    //  another one keeps it
        rc = DMH_OK;
    else if (rc != DMH_OK)
        error_set (error, rc, "%s", why.text);
    store_job_clear (&found);
    return rc;
}

//  Jobs whose followers are still to be looked at.
struct reopened {
    struct store_job_id *jobs;
    size_t count, room;
};

static int s_remember (struct reopened *self, const char *job, struct error *error)
{
    void *jobs = self->jobs;
    int rc = outbox_room (&jobs, self->count, &self->room, sizeof *self->jobs);
    self->jobs = jobs;
    if (rc != 0)
        return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
    snprintf (self->jobs[self->count++].job, ID_BYTES, "%s", job);
    return DMH_OK;
}

//  Those that follow one job, some at a time.
static int s_reopen_followers (struct broker *self, const char *job, struct reopened *reopened,
                               reopen_follower *reopen, void *context, struct error *error)
{
    struct store_job_id ids[AT_ONCE];
    char after[ID_BYTES] = "";
    int rc = DMH_OK;
    for (size_t count = AT_ONCE; rc == DMH_OK && count == AT_ONCE;) {
        rc = store_followers (self->store, job, after, AT_ONCE, ids, &count, error);
        for (size_t i = 0; rc == DMH_OK && i < count; i++) {
            bool is_open;
            rc = s_reopen (self, ids[i].job, reopen, context, &is_open, error);
            if (rc == DMH_OK && is_open)
                rc = s_remember (reopened, ids[i].job, error);
        }
        if (count)
            memcpy (after, ids[count - 1].job, sizeof after);
    }
    return rc;
}

int follows_each_held_up (struct broker *self, const char *job, reopen_follower *reopen, void *context,
                          struct error *error)
{
    struct reopened reopened = {.jobs = NULL};
    char next[ID_BYTES];
    int rc = s_reopen_followers (self, job, &reopened, reopen, context, error);
    for (size_t i = 0; rc == DMH_OK && i < reopened.count; i++) {
        memcpy (next, reopened.jobs[i].job, sizeof next);    //  the list may move
        rc = s_reopen_followers (self, next, &reopened, reopen, context, error);
    }
    free (reopened.jobs);
    return rc;
}
