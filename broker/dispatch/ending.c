//  ending.c: see ending.h.
#include "broker/dispatch/ending.h"

static const int64_t BACK_OFF_MS[] = {1000, 4000};    //  the last one again where there are more attempts
static const char POISONED[] =
    "three workers died while they ran it, the last one with nothing beside it, so "
    "the input is the likely reason; look at it with dmh inspect, or retry the "
    "job when the workers were ended for another reason";

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
    self->ended -= open_job->intent == INTENT_END;
    char job[ID_BYTES];    //  the open job is gone while its key is still looked at
    memcpy (job, open_job->job, sizeof job);
    zhashx_delete (self->open_jobs, job);
}

//  How much of a sentence fits into `room` bytes, cut between two characters of UTF-8.
static int s_fit (const char *text, size_t room)
{
    size_t n = strlen (text);
    if (n > room)
        for (n = room; n > 0 && (text[n] & 0xc0) == 0x80;)
            n--;
    return (int) n;
}

void ending_failed (struct dispatcher *self, struct open_job *open_job, const char *code, const char *message)
{
    char text[SENTENCE_BYTES], tried[32] = "";
    if (open_job->tries > 1)
        snprintf (tried, sizeof tried, " (tried %u times)", open_job->tries);
    snprintf (text, sizeof text, "%.*s%s", s_fit (message, sizeof text - sizeof tried), message, tried);
    ending_note (self, ACTION_FAILED, open_job, code, text);
    ending_close (self, open_job);
}

//  The attempt of a job that is not wanted any more is over.
void ending_let_go (struct dispatcher *self, struct open_job *open_job)
{
    if (open_job->intent == INTENT_END) {
        ending_close (self, open_job);
        return;
    }
    ending_vacate (self, open_job);
    open_job->intent = INTENT_RESULT;
    open_job->tries = 0;
    open_job->deaths = 0;
    queue_put (&self->queue, open_job);
}

void ending_again (struct dispatcher *self, struct open_job *open_job, enum loss loss, const char *code,
                   const char *message, int64_t now)
{
    if (open_job->intent != INTENT_RESULT) {
        ending_let_go (self, open_job);
        return;
    }
    open_job->tries += loss == LOSS_TRY;
    open_job->deaths += loss == LOSS_DEATH;
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
    size_t steps = sizeof BACK_OFF_MS / sizeof *BACK_OFF_MS;
    if (loss == LOSS_TRY)
        queue_put_later (&self->queue, open_job,
                         now + BACK_OFF_MS[open_job->tries <= steps ? open_job->tries - 1 : steps - 1]);
    else
        queue_put (&self->queue, open_job);
}
