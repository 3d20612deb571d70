//  progress_test.c: what is said of running jobs where there is no terminal.
#include "client/terminal/progress.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

//  Job `number` is in that state now.
static void s_take (progress_t *progress, int number, enum job_state state)
{
    struct event event = {.attempt = 1};
    snprintf (event.job, sizeof event.job, "job-%d", number);
    snprintf (event.name, sizeof event.name, "%d.csv", number);
    job_state_set (event.state, state);
    progress_take (progress, &event);
}

//  `count` jobs are queued and run; all but the last are done, which fails. What was said, yours to free.
static char *s_said (int count)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = tmpfile ();    //  a file, so that it is known to be no terminal
    progress_t *progress = progress_new (to, (size_t) count);
    cr_assert (to && progress);
    for (int i = 0; i < count; i++)
        s_take (progress, i, JOB_RUNNING);
    progress_tick (progress, "waits for a free slot: all 2 are busy");
    progress_tick (progress, "waits for a free slot: all 2 are busy");
    for (int i = 0; i < count; i++)
        s_take (progress, i, i + 1 < count ? JOB_DONE : JOB_FAILED);
    progress_tick (progress, NULL);
    progress_destroy (&progress);
    n = (size_t) ftell (to);
    rewind (to);
    text = calloc (n + 1, 1);
    cr_assert_not_null (text);
    cr_assert_eq (fread (text, 1, n, to), n);
    fclose (to);
    return text;
}

static size_t s_lines (const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

Test (progress, of_few_jobs_each_change_is_a_line)
{
    char *text = s_said (20);
    cr_expect_eq (s_lines (text), 20 + 1 + 20, "%s", text);
    cr_expect_not_null (strstr (text, "0.csv: running\n"), "%s", text);
    cr_expect_not_null (strstr (text, "18.csv: done"), "%s", text);
    free (text);
}

Test (progress, of_many_jobs_only_failures_are_and_why_nothing_moves_is_said_once)
{
    char *text = s_said (21);
    cr_expect_str_eq (text, "waits for a free slot: all 2 are busy\n20.csv: failed\n");
    free (text);
}
