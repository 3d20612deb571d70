//  standstill.c: see standstill.h.
#include "client/connection/standstill.h"

#include "messages/base/clock.h"

enum {
    SILENCE_MS = 6000,    //  without a word of the broker, which is said then
    LOOK_MS = 500,
    STILL_MS = 3000    //  without a byte of any job, whose reason is asked for then
};

const char STANDSTILL_SILENT[] = "the broker has said nothing for more than 6 s";

void standstill_begin (struct standstill *self, connection_t *connection)
{
    *self = (struct standstill){.connection = connection};
    self->heard_at = self->moved_at = clock_mono_ms ();
}

void standstill_heard (struct standstill *self)
{
    self->heard_at = clock_mono_ms ();
}

void standstill_moved (struct standstill *self)
{
    self->heard_at = self->moved_at = clock_mono_ms ();
}

int64_t standstill_silence (const struct standstill *self)
{
    return clock_mono_ms () - self->heard_at;
}

//  Which of the open jobs runs for another time, as its worker was lost; NULL: none.
static const struct job_record *s_again (struct job_record *const *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (records[i]->deaths && job_state_is (records[i]->state, JOB_RUNNING))
            return records[i];
    return NULL;
}

//  Which of them no worker that is registered can take, though others are; NULL: none.
static const struct job_record *s_refused (struct job_record *const *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (*records[i]->waiting && !streq (records[i]->waiting, WAITING_FOR_WORKERS) &&
            job_state_is (records[i]->state, JOB_QUEUED))
            return records[i];
    return NULL;
}

static bool s_one_runs (struct job_record *const *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (job_state_is (records[i]->state, JOB_RUNNING))
            return true;
    return false;
}

//  What the workers say to jobs that wait.
static void s_ask_workers (struct standstill *self)
{
    struct worker_list list;
    uint64_t slots = 0, busy = 0;
    if (connection_workers (self->connection, &list, NULL) != DMH_OK)
        return;
    standstill_heard (self);
    for (size_t i = 0; i < list.workers_count; i++)
        if (!list.workers[i].draining) {
            slots += list.workers[i].slots;
            busy += list.workers[i].busy;
        }
    *self->reason = 0;
    if (slots == 0)
        snprintf (self->reason, sizeof self->reason,
                  "waits: no worker is registered with the broker that takes jobs; start dmh-worker");
    else if (busy >= slots)
        snprintf (self->reason, sizeof self->reason,
                  slots == 1 ? "waits for a free slot: the only one is busy"
                             : "waits for a free slot: all %llu are busy",
                  (unsigned long long) slots);
    worker_list_clear (&list);
}

const char *standstill_reason (struct standstill *self, struct job_record *const *records, size_t count,
                               bool ask)
{
    int64_t now = clock_mono_ms ();
    if (now - self->heard_at >= SILENCE_MS)
        return STANDSTILL_SILENT;
    if (now - self->looked_at >= LOOK_MS) {
        const struct job_record *again = s_again (records, count), *refused = s_refused (records, count);
        bool still = !s_one_runs (records, count) && now - self->moved_at >= STILL_MS;
        self->looked_at = now;
        if (again)
            snprintf (self->reason, sizeof self->reason,
                      "%.100s: a worker was lost, and this is attempt %llu", again->name,
                      (unsigned long long) again->attempt);
        else if (!still)
            *self->reason = 0;
        else if (refused)
            snprintf (self->reason, sizeof self->reason, "%.60s waits: %.180s", refused->name,
                      refused->waiting);
        else if (ask && now - self->asked_at >= STILL_MS) {
            s_ask_workers (self);
            self->asked_at = clock_mono_ms ();
        }
    }
    return *self->reason ? self->reason : NULL;
}
