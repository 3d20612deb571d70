//  ending.c: see ending.h.
#include "broker/dispatch/ending.h"

#include "messages/base/narrow.h"

#include <string.h>
#include <xxhash.h>

static const int64_t BACK_OFF_MS[] = {1000, 4000};    //  the last one again where there are more attempts
static const char POISONED[] =
    "three workers died while they ran it, the last one with nothing beside it, so "
    "the input is the likely reason; look at it with dmh inspect, or retry the "
    "job when the workers were ended for another reason";

static uint64_t s_hash (const char *worker)
{
    return XXH3_64bits (worker, strlen (worker)) | 1;
}

static bool s_is_blamed (const struct open_job *open_job)
{
    for (size_t i = 0; i < DEATHS_MAX; i++)
        if (open_job->dead[i])
            return true;
    return false;
}

//  Among those that are blamed, so that who comes back looks through those alone.
static void s_list (struct dispatcher *self, struct open_job *open_job)
{
    open_job->blamed_before = NULL;
    open_job->blamed_after = self->blamed;
    if (self->blamed)
        self->blamed->blamed_before = open_job;
    self->blamed = open_job;
}

static void s_unlist (struct dispatcher *self, struct open_job *open_job)
{
    if (open_job->blamed_before)
        open_job->blamed_before->blamed_after = open_job->blamed_after;
    else
        self->blamed = open_job->blamed_after;
    if (open_job->blamed_after)
        open_job->blamed_after->blamed_before = open_job->blamed_before;
    open_job->blamed_before = open_job->blamed_after = NULL;
}

static void s_blame (struct dispatcher *self, struct open_job *open_job)
{
    size_t free = 0;    //  there is one: with DEATHS_MAX of them it has failed
    while (open_job->dead[free])
        free++;
    if (!s_is_blamed (open_job))
        s_list (self, open_job);
    open_job->dead[free] = s_hash (open_job->member->ready.worker);
    open_job->deaths++;
}

//  Nothing is held against it any more.
static void s_acquit (struct dispatcher *self, struct open_job *open_job)
{
    if (s_is_blamed (open_job))
        s_unlist (self, open_job);
    memset (open_job->dead, 0, sizeof open_job->dead);
}

void ending_note (struct dispatcher *self, enum action_sort sort, const struct open_job *open_job,
                  const char *code, const char *message)
{
    actions_note (self->actions,
                  &(struct action_note){.sort = sort,
                                        .worker = open_job->member ? open_job->member->ready.worker : NULL,
                                        .job = open_job->job,
                                        .attempt = open_job->attempt,
                                        .tries = open_job->tries,
                                        .deaths = open_job->deaths,
                                        .code = code,
                                        .message = message});
}

//  A member is kept while it is registered or holds something.
void ending_vacate (struct dispatcher *self, struct open_job *open_job)
{
    struct pool_member *member = open_job->member;
    heap_remove (&self->leases, open_job);
    pool_release (&self->pool, open_job);
    if (member && !member->registered && member->busy == 0)
        pool_remove (&self->pool, member);
}

void ending_close (struct dispatcher *self, struct open_job *open_job)
{
    ending_vacate (self, open_job);
    queue_remove (&self->queue, open_job);
    if (open_job->abandoned)
        self->abandoned--;
    else {
        self->ended -= open_job->intent == INTENT_END;
        s_acquit (self, open_job);
        table_remove (&self->open_jobs, open_job->job);
    }
    matching_leave (&self->pool.matching, open_job->lane);
    if (open_job->next_lane)
        matching_leave (&self->pool.matching, open_job->next_lane);
    free (open_job);
}

//  How much of a sentence fits into `room` bytes, cut between two characters of UTF-8.
static int s_fit (const char *text, size_t room)
{
    size_t fits = 0;
    for (size_t at = 0; at <= room; at++) {
        if ((text[at] & 0xc0) != 0x80)
            fits = at;
        if (!text[at])
            break;
    }
    return NARROW (int, fits);
}

static void s_note_failed (struct dispatcher *self, const struct open_job *open_job, const char *code,
                           const char *message)
{
    char text[SENTENCE_BYTES], tried[32] = "";
    if (open_job->tries > 1)
        snprintf (tried, sizeof tried, " (tried %u times)", open_job->tries);
    snprintf (text, sizeof text, "%.*s%s", s_fit (message, sizeof text - sizeof tried), message, tried);
    ending_note (self, ACTION_FAILED, open_job, code, text);
}

void ending_failed (struct dispatcher *self, struct open_job *open_job, const char *code, const char *message)
{
    s_note_failed (self, open_job, code, message);
    ending_close (self, open_job);
}

static void s_wait (struct dispatcher *self, struct open_job *open_job, int64_t now)
{
    size_t steps = sizeof BACK_OFF_MS / sizeof *BACK_OFF_MS, tries = open_job->tries;
    queue_put_later (&self->queue, open_job, now + BACK_OFF_MS[tries <= steps ? tries - 1 : steps - 1]);
}

//  The job of an open job that is left to its attempt; NULL when out of memory.
static struct open_job *s_successor (struct dispatcher *self, const struct open_job *open_job)
{
    if (heap_reserve (&self->leases, self->open_jobs.count + self->abandoned + 1) != 0)
        return NULL;
    struct open_job *next = malloc (sizeof *next);
    if (!next || matching_join_again (open_job->lane) != 0) {
        free (next);
        return NULL;
    }
    *next = *open_job;
    next->member = NULL;
    next->before = next->after = next->blamed_before = next->blamed_after = NULL;
    next->alone = false;
    next->next_lane = NULL;
    next->in_queue = next->in_alone = next->in_later = next->in_leases = HEAP_OUT;
    return next;
}

//  Takes an attempt that may still go on from its worker. `again`: the job is tried again where tries are
//  left. false: out of memory, nothing was changed.
static bool s_take_away (struct dispatcher *self, struct open_job *open_job, bool again, const char *code,
                         const char *message, int64_t now)
{
    again = again && open_job->tries + 1 < self->attempts;
    struct open_job *next = again ? s_successor (self, open_job) : NULL;
    if (again && !next)
        return false;
    open_job->tries++;
    ending_note (self, ACTION_STOP, open_job, NULL, NULL);
    if (again)
        ending_note (self, ACTION_QUEUED, open_job, code, message);
    else
        s_note_failed (self, open_job, code, message);
    table_remove (&self->open_jobs, open_job->job);
    if (next && s_is_blamed (next))
        s_list (self, next);
    s_acquit (self, open_job);
    open_job->abandoned = true;
    open_job->intent = INTENT_END;
    open_job->stopped_at = now;
    self->abandoned++;
    if (next) {
        next->tries++;
        table_put (&self->open_jobs, next);
        s_wait (self, next, now);
    }
    return true;
}

//  Whoever stalled here may not elsewhere. Without memory it has as long again.
void ending_stalled (struct dispatcher *self, struct open_job *open_job, int64_t now)
{
    char message[SENTENCE_BYTES];
    snprintf (message, sizeof message,
              "it did not get on by a byte for %lld s; where its input is that slow, --stall-seconds gives "
              "it longer",
              (long long) (open_job->stall_ms / 1000));
    if (!s_take_away (self, open_job, true, "stalled", message, now))
        open_job->moved_at = now;
}

//  What takes too long always does.
void ending_too_long (struct dispatcher *self, struct open_job *open_job, int64_t now)
{
    char message[SENTENCE_BYTES];
    snprintf (message, sizeof message, "it ran for more than the %lld s that --time-limit gives it",
              (long long) (open_job->time_limit_ms / 1000));
    s_take_away (self, open_job, false, "time_limit", message, now);
}

int ending_wanted_again (struct dispatcher *self, struct open_job *open_job, const struct needs *needs)
{
    struct lane *lane = matching_join (&self->pool.matching, needs);
    if (!lane)
        return DMH_INTERNAL;
    if (open_job->next_lane)
        matching_leave (&self->pool.matching, open_job->next_lane);
    open_job->next_lane = lane;
    open_job->intent = INTENT_AGAIN;
    self->ended--;
    return DMH_OK;
}

//  The attempt of a job that is not wanted any more is over.
void ending_let_go (struct dispatcher *self, struct open_job *open_job)
{
    if (open_job->intent == INTENT_END) {
        ending_close (self, open_job);
        return;
    }
    ending_vacate (self, open_job);
    if (open_job->next_lane) {
        matching_leave (&self->pool.matching, open_job->lane);
        open_job->lane = open_job->next_lane;
        open_job->next_lane = NULL;
    }
    open_job->intent = INTENT_RESULT;
    open_job->tries = 0;
    open_job->deaths = 0;
    s_acquit (self, open_job);
    queue_put (open_job);
}

void ending_came_back (struct dispatcher *self, const char *worker)
{
    uint64_t hash = s_hash (worker);
    struct open_job *next;
    for (struct open_job *open_job = self->blamed; open_job; open_job = next) {
        next = open_job->blamed_after;
        for (size_t i = 0; i < DEATHS_MAX; i++)
            if (open_job->dead[i] == hash) {
                open_job->dead[i] = 0;
                open_job->deaths--;
            }
        if (!s_is_blamed (open_job))
            s_unlist (self, open_job);
        if (open_job->in_alone != HEAP_OUT && !open_job_wants_alone (open_job)) {
            queue_remove (&self->queue, open_job);
            queue_put (open_job);
        }
    }
}

void ending_again (struct dispatcher *self, struct open_job *open_job, enum loss loss, const char *code,
                   const char *message, int64_t now)
{
    if (open_job->intent != INTENT_RESULT) {
        ending_let_go (self, open_job);
        return;
    }
    open_job->tries += loss == LOSS_TRY;
    if (loss == LOSS_DEATH)
        s_blame (self, open_job);
    if (loss == LOSS_TRY && open_job->tries >= self->attempts) {
        ending_failed (self, open_job, code, message);
        return;
    }
    if (open_job->deaths >= DEATHS_MAX) {
        ending_failed (self, open_job, "poison", POISONED);
        return;
    }
    ending_note (self, ACTION_QUEUED, open_job, code, message);
    ending_vacate (self, open_job);
    if (loss == LOSS_TRY)
        s_wait (self, open_job, now);
    else
        queue_put (open_job);
}
