//  submit_split.c: see submit_split.h.
#include "broker/clients/submit_split.h"

#include "broker/follows.h"
#include "messages/base/random.h"

static uint64_t s_split_bytes (const struct broker *self, const struct options *options)
{
    return options->split_bytes ? options->split_bytes - 1 : self->config->split_bytes;
}

//  Whether somebody who is there could do all of it.
static bool s_is_known (const struct broker *self, const struct input *input, const struct options *options)
{
    static const char *const TASKS[] = {TASK_CUT, TASK_SURVEY, TASK_PART, TASK_WRITE};
    enum { TASK_COUNT = sizeof TASKS / sizeof *TASKS };
    struct needs needs[TASK_COUNT];
    struct options of_task = *options;    //  its strings are borrowed
    of_task.split_bytes = s_split_bytes (self, options) + 1;
    for (size_t i = 0; i < TASK_COUNT; i++) {
        snprintf (of_task.task, sizeof of_task.task, "%s", TASKS[i]);
        needs_of (input, &of_task, &needs[i]);
    }
    return dispatcher_can (self->dispatcher, needs, TASK_COUNT);
}

void submit_split_plan (struct broker *self, const struct submit *submit, const bool is_new[INPUTS_MAX],
                        const struct submit_follows *follows, struct split splits[INPUTS_MAX])
{
    const struct options *options = &submit->options;
    uint64_t split_bytes = s_split_bytes (self, options);
    size_t large = 0, open = follows_open_count (self) + turn_opens (self->turn) + submit->inputs_count;
    bool may[INPUTS_MAX] = {false};
    for (size_t i = 0; i < submit->inputs_count; i++) {
        may[i] = is_new[i] && follows->of[i].count == 0 && split_bytes &&
                 submit->inputs[i].bytes > split_bytes && split_is_for (&submit->inputs[i], options);
        large += may[i];
    }
    if (!large || !s_is_known (self, &submit->inputs[0], options))
        return;
    for (size_t i = 0; i < submit->inputs_count; i++) {
        struct split split = {.parts = 0};
        if (may[i])
            split = split_of (submit->inputs[i].bytes, split_bytes, SPLIT_PARTS_MAX / large);
        if (open + split_jobs (&split) > self->queue_max)
            continue;
        splits[i] = split;
        open += split_jobs (&split);
    }
}

//  Whom the job at that place follows, by the ids of those before it. false: out of memory.
static bool s_follow (const struct split_job *as, const struct store_job_id *ids, struct store_job *job)
{
    size_t count = 0;
    job->follows_count = split_follows (as);
    job->record.follows = job->follows_count;
    job->follows = calloc (job->follows_count + 1, sizeof *job->follows);
    for (size_t k = 0; job->follows && k < 2; k++)
        for (size_t i = 0; i < as->follows[k].count; i++)
            job->follows[count++] = ids[as->follows[k].from + i];
    return job->follows;
}

//  The job at that place; it is the turn's, or nobody's.
static int s_add (turn_t *turn, const struct split *split, size_t place, const struct store_job *whole,
                  struct store_job_id *ids)
{
    struct split_job as = split_job_at (split, place);
    struct store_job job = {.place = place, .input = whole->input, .record = whole->record};
    struct job_record *record = &job.record;
    bool made = options_copy (&whole->options, &job.options);
    if (made)
        snprintf (job.options.task, sizeof job.options.task, "%s", as.task);
    random_job_id (ids[place].job);
    memcpy (record->job, ids[place].job, sizeof record->job);
    memcpy (record->part_of, whole->record.job, sizeof record->part_of);
    *record->batch = 0;
    record->position = 0;
    record->part = as.part;
    split_key (whole->record.job, job.submit_key);
    made = made && s_follow (&as, ids, &job);
    if (made && turn_add (turn, &job) == 0)
        return DMH_OK;
    store_job_clear (&job);
    return DMH_UNAVAILABLE;
}

int submit_split_add (turn_t *turn, const struct split *split, struct store_job *whole, size_t *added)
{
    struct store_job_id ids[SPLIT_JOBS_MAX] = {{.place = 0}};
    struct split_job as = split_job_at (split, split_jobs (split));
    int rc = DMH_OK;
    whole->record.parts = split->parts;
    whole->options.split_bytes = split->split_bytes + 1;
    for (size_t i = 0; rc == DMH_OK && i < split_jobs (split); i++) {
        rc = s_add (turn, split, i, whole, ids);
        *added += rc == DMH_OK;
    }
    return rc == DMH_OK && s_follow (&as, ids, whole) ? DMH_OK : DMH_UNAVAILABLE;
}
