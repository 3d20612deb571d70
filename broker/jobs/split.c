//  split.c: see split.h.
#include "broker/jobs/split.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { CUT = 0, SURVEYS = 1 };    //  places
#define KEY_BEGINS "~"

struct split split_of (uint64_t bytes, uint64_t split_bytes, size_t most)
{
    if (split_bytes == 0 || bytes <= split_bytes || most < 2)
        return (struct split){.parts = 0};
    uint64_t least = bytes / most + (bytes % most > 0);
    uint64_t length = split_bytes > least ? split_bytes : least;
    return (struct split){(size_t) (bytes / length + (bytes % length > 0)), length};
}

bool split_is_for (const struct input *input, const struct options *options)
{
    static const char *const ENDS[] = {".csv", ".tsv", ".tab", ".psv", ".txt", ".ndjson", ".jsonl"};
    const char *end = strrchr (input->name, '.');
    bool is_named = false;
    for (size_t i = 0; end && i < sizeof ENDS / sizeof *ENDS; i++)
        is_named = is_named || strcasecmp (end, ENDS[i]) == 0;
    return is_named && strcmp (input->uri, FOLLOWED_URI) != 0 && !*options->task &&
           (!*options->encoding || strcmp (options->encoding, "utf-8") == 0);
}

size_t split_jobs (const struct split *self)
{
    return self->parts ? 1 + 2 * self->parts : 0;
}

struct split_job split_job_at (const struct split *self, size_t place)
{
    size_t n = self->parts, parts = SURVEYS + n;
    static const struct split_range THE_CUT = {CUT, 1};
    if (place == CUT)
        return (struct split_job){.task = TASK_CUT};
    if (place < parts)
        return (struct split_job){TASK_SURVEY, place - SURVEYS, {THE_CUT}};
    if (place < parts + n)
        return (struct split_job){TASK_PART, place - parts, {THE_CUT, {SURVEYS, n}}};
    return (struct split_job){TASK_WRITE, 0, {THE_CUT, {SURVEYS, 2 * n}}};
}

size_t split_follows (const struct split_job *job)
{
    return job->follows[0].count + job->follows[1].count;
}

bool split_is_part (const struct job_record *record)
{
    return *record->part_of != 0;
}

bool split_is_whole (const struct job_record *record)
{
    return record->parts && !split_is_part (record);
}

void split_set_task (const struct job_record *record, struct options *options)
{
    if (split_is_whole (record))
        snprintf (options->task, sizeof options->task, TASK_WRITE);
}

char *split_key (const char *whole, char out[ID_BYTES])
{
    snprintf (out, ID_BYTES, KEY_BEGINS "%.*s", ID_BYTES - 2, whole);
    return out;
}

bool split_is_key (const char *submit_key)
{
    return strncmp (submit_key, KEY_BEGINS, strlen (KEY_BEGINS)) == 0;
}
