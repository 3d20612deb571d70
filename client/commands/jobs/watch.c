//  watch.c: dmh watch: follows jobs until they end; with --json each event is a line.
#include "client/commands/command.h"
#include "client/connection/follow.h"
#include "client/connection/subject.h"
#include "client/result/batch/batch_summary.h"
#include "client/result/batch/outcome_table.h"
#include "client/result/outcome.h"
#include "client/terminal/json_line.h"
#include "messages/base/signals.h"
#include "messages/text/terminal.h"

static void s_print (const struct event *event)
{
    json_line_event (event, stdout);
}

//  The jobs named, by themselves or as batches, or all that are open. What is known of a named one is asked
//  for, so that a wrong id is said at once.
static int s_find (const struct arguments *arguments, connection_t *connection, struct job_record **records,
                   size_t *count, struct error *error)
{
    if (arguments->word_count == 0)
        return subject_open_jobs (connection, records, count, error);
    return subject_jobs (connection, arguments->words, arguments->word_count, false, records, count, error);
}

static int s_follow (const struct arguments *arguments, connection_t *connection, struct job_record *records,
                     size_t count, struct error *error)
{
    bool bars = !arguments->quiet && !arguments->json;
    const char **names = calloc (count + 1, sizeof *names);
    struct job_record **followed = calloc (count + 1, sizeof *followed);
    if (!names || !followed) {
        free (names);
        free (followed);
        return error_set (error, DMH_INTERNAL, "out of memory");
    }
    struct follow follow = {.progress = bars ? progress_new (stderr, count) : NULL,
                            .names = names,
                            .heard = arguments->json ? s_print : NULL};
    for (size_t i = 0; i < count; i++) {
        struct event event = event_of (&records[i]);
        names[i] = job_shown_name (&records[i]);
        followed[i] = &records[i];
        if (arguments->json)
            s_print (&event);
        else
            follow_show (&follow, i, &event);
    }
    int rc = follow_end (&follow, connection, followed, count, error);
    progress_destroy (&follow.progress);
    free (names);
    free (followed);
    if (rc == DMH_CANCELLED)
        error_set (error, rc, "interrupted; the jobs go on");
    return rc;
}

//  From when the first of them was submitted until the last has ended.
static int64_t s_elapsed (const struct job_record *records, size_t count)
{
    int64_t from = 0, to = 0;
    for (size_t i = 0; i < count; i++) {
        from = from && from < records[i].submitted_at ? from : records[i].submitted_at;
        to = to > records[i].finished_at ? to : records[i].finished_at;
    }
    return to > from ? to - from : 0;
}

//  The same as after submit --wait, but for what only a result that is here tells. Jobs that join others are
//  no files, and come last.
static int s_end (const struct arguments *arguments, const struct job_record *records, size_t count)
{
    const struct input_list none = {.count = 0};
    struct outcome *outcomes = calloc (count + 1, sizeof *outcomes);
    size_t files = 0, last = count;
    if (!outcomes)
        return EXIT_JOB_FAILED;
    for (size_t i = 0; i < count; i++) {
        struct outcome *outcome = &outcomes[records[i].follows ? --last : files++];
        outcome->record = records[i];
        outcome->word = job_shown_name (&records[i]);
    }
    struct batch_summary summary = batch_summary_of (arguments, &none, outcomes, files, 0);
    summary.elapsed_ms = s_elapsed (records, count);
    if (files)
        batch_summary_say (&summary);
    outcome_complain (outcomes + files, count - files);
    if (!arguments->json && !arguments->quiet && count > files)
        outcome_table (outcomes + files, count - files, stdout);
    int status = outcome_exit (outcomes, count, false);
    free (outcomes);
    return status;
}

int command_watch (struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    struct job_record *records = NULL;
    size_t count = 0;
    connection_t *connection = command_connect (arguments, signals_open (), &error);
    int rc = connection ? s_find (arguments, connection, &records, &count, &error) : error.code;
    if (rc == DMH_OK && count == 0 && !arguments->json && !arguments->quiet)
        terminal_print (stderr, "no job is queued or running\n");
    if (rc == DMH_OK)
        rc = s_follow (arguments, connection, records, count, &error);
    int status = rc == DMH_OK ? s_end (arguments, records, count) : command_refuse (&error);
    for (size_t i = 0; i < count; i++)
        shape_clear (&job_record_shape, &records[i]);
    free (records);
    connection_destroy (&connection);
    zsys_shutdown ();
    return status;
}
