//  job_watch.c: see job_watch.h.
#include "client/bridge/job_watch.h"

#include "client/bridge/event_text.h"
#include "client/bridge/published.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"

enum {
    EVENTS_A_TURN = 1000,
    STATUS_AT_ONCE = 64,
    SILENCE_MS = 1000,    //  after which a job is asked for
    PROGRESS_MS = 1000    //  between two lines of the progress of a job
};

static bool s_is_end (const char *word)
{
    enum job_state state;
    return job_state_of (word, &state) == DMH_OK && job_state_ended (state);
}

static void s_publish (struct bridge *bridge, struct delivery_job *job, const struct event *event)
{
    job->told_at = clock_mono_ms ();
    published_add (bridge->published, job->of, event);
}

static void s_hear (struct bridge *bridge, const struct event *event)
{
    struct delivery_job *job = deliveries_job (bridge->deliveries, event->job);
    if (!job || job->ended)
        return;
    struct job_record *record = &job->record;
    bool moved = !streq (event->state, record->state) || event->attempt != record->attempt;
    job->news_at = clock_mono_ms ();
    //  The record says what came of it.
    if (s_is_end (event->state)) {
        job->noted = true;
        return;
    }
    //  One that was on its way while STATUS was answered is older than that.
    if (event->attempt < record->attempt ||
        (job_state_is (event->state, JOB_QUEUED) && !job_state_is (record->state, JOB_QUEUED)))
        return;
    if (job->told_at && !moved && job->news_at - job->told_at < PROGRESS_MS)
        return;
    memcpy (record->state, event->state, sizeof record->state);
    record->attempt = event->attempt;
    s_publish (bridge, job, event);
}

//  All jobs of a message have ended.
static int s_end_message (struct bridge *bridge, struct delivery *self, struct error *error)
{
    int rc = event_text_end (self, error);
    self->over = rc == DMH_OK;
    bridge->busy = true;
    return rc;
}

static int s_end_job (struct bridge *bridge, struct delivery_job *job, struct error *error)
{
    struct delivery *of = job->of;
    job->ended = true;
    connection_unfollow (bridge->connection, job->record.job);
    log_event (LOG_LEVEL_INFO, "job.ended", job->record.job, of->correlation, "id", of->id, "state",
               job->record.state, NULL);
    if (of->count > 1) {    //  a job's own end is the message's, else
        struct event event = event_of (&job->record);
        s_publish (bridge, job, &event);
    }
    return --of->open == 0 ? s_end_message (bridge, of, error) : DMH_OK;
}

//  Its record as the broker has it; takes over what `now` owns.
static int s_take_record (struct bridge *bridge, struct delivery_job *job, struct job_record *now,
                          struct error *error)
{
    bool moved = !streq (now->state, job->record.state) || now->attempt != job->record.attempt;
    shape_clear (&job_record_shape, &job->record);
    job->record = *now;
    job->noted = false;
    job->news_at = clock_mono_ms ();
    if (s_is_end (now->state))
        return s_end_job (bridge, job, error);
    if (moved) {
        struct event event = event_of (now);
        s_publish (bridge, job, &event);
    }
    return DMH_OK;
}

//  It was removed meanwhile: that is an end, too.
static int s_take_removed (struct bridge *bridge, struct delivery_job *job, struct error *error)
{
    job_state_set (job->record.state, JOB_FAILED);
    snprintf (job->record.code, sizeof job->record.code, "%s", error_word (DMH_NOT_FOUND));
    snprintf (job->record.message, sizeof job->record.message,
              "the job was removed before it was told how it ended");
    memcpy (job->record.correlation, job->of->correlation, sizeof job->record.correlation);
    return s_end_job (bridge, job, error);
}

static int s_ask (struct bridge *bridge, struct delivery_job *const *jobs, size_t count, struct error *error)
{
    struct job_request requests[STATUS_AT_ONCE];
    struct job_state_reply replies[STATUS_AT_ONCE];
    struct error why = {.code = DMH_OK};
    size_t answered = 0;
    int rc = DMH_OK;
    for (size_t i = 0; i < count; i++) {
        requests[i] = (struct job_request){.request = ""};
        memcpy (requests[i].job, jobs[i]->record.job, sizeof requests[i].job);
        jobs[i]->asked_at = clock_mono_ms ();
    }
    int said = connection_request_all (bridge->connection, &status_shape, requests, count,
                                       &job_state_reply_shape, replies, &answered, &why);
    for (size_t i = 0; i < answered && i < count; i++)
        if (rc == DMH_OK && !jobs[i]->ended)
            rc = s_take_record (bridge, jobs[i], &replies[i].job, error);
        else
            job_state_reply_clear (&replies[i]);
    bridge->busy = bridge->busy || answered < count;
    if (rc == DMH_OK && said == DMH_NOT_FOUND && answered < count && !jobs[answered]->ended)
        return s_take_removed (bridge, jobs[answered], error);
    return rc == DMH_OK && said != DMH_OK ? error_set (error, said, "%s", why.text) : rc;
}

//  Those that have ended, as it was heard, and those of which nothing is heard.
static int s_ask_some (struct bridge *bridge, struct error *error)
{
    struct delivery_job *jobs[STATUS_AT_ONCE];
    size_t count = 0;
    int64_t now = clock_mono_ms ();
    for (struct delivery *at = deliveries_first (bridge->deliveries); at;
         at = deliveries_next (bridge->deliveries))
        for (size_t i = 0; i < at->count && count < STATUS_AT_ONCE; i++) {
            struct delivery_job *job = &at->jobs[i];
            int64_t last = job->news_at > job->asked_at ? job->news_at : job->asked_at;
            if (!job->ended && (job->noted || now - last >= SILENCE_MS))
                jobs[count++] = job;
        }
    return count ? s_ask (bridge, jobs, count, error) : DMH_OK;
}

int job_watch_take (struct bridge *bridge, struct error *error)
{
    struct event event;
    int heard = connection_feed (bridge->connection) ? 1 : 0;
    for (int i = 0; heard == 1 && i < EVENTS_A_TURN; i++) {
        heard = connection_event (bridge->connection, 0, &event);
        if (heard == 1)
            s_hear (bridge, &event);
    }
    bridge->busy = bridge->busy || heard == 1;
    if (heard < 0)
        return error_set (error, DMH_CANCELLED, "interrupted");
    return s_ask_some (bridge, error);
}
