//  statistics.c: dmh statistics: a job that describes the results of other jobs is submitted, unless it is
//  there, followed, and its result fetched.
#include "client/commands/command.h"
#include "client/connection/follow.h"
#include "client/connection/subject.h"
#include "messages/base/digest.h"
#include "messages/base/signals.h"
#include "messages/text/terminal.h"

#include <stdlib.h>
#include <string.h>

enum { FOLLOWED_BY_NAME_MOST = 256 };    //  as PROTOCOL.md bounds a list of `follows`

//  What is described, or the job that does it already.
struct description {
    const struct job_record **jobs;    //  [count] borrowed
    size_t count;
    const struct job_record *there;    //  NULL: none is known
};

//  A job of the task, or of a join: no input is called so and follows others.
static bool s_is_of (const struct job_record *record, const char *name)
{
    return record->follows && strcmp (record->name, name) == 0;
}

//  Of a batch that joins, the table says it all; one that describes it may be there.
static int s_choose (const struct job_record *records, size_t count, struct description *out,
                     struct error *error)
{
    *out = (struct description){.jobs = calloc (count + 1, sizeof *out->jobs)};
    if (!out->jobs)
        return error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; i < count; i++)
        if (s_is_of (&records[i], TASK_STATISTICS))
            out->there = &records[i];
        else if (s_is_of (&records[i], "joined"))
            out->jobs[out->count++] = &records[i];
    for (size_t i = 0; out->count == 0 && i < count; i++)
        if (!records[i].follows)
            out->jobs[out->count++] = &records[i];
    if (!out->there && out->count == 0)
        return error_set (error, DMH_NOT_FOUND, "there is no job with records among these");
    if (!out->there && out->count > FOLLOWED_BY_NAME_MOST)
        return error_set (error, DMH_TOO_LARGE,
                          "%zu jobs are more than the %d that can be described together later; submit them "
                          "with --then statistics",
                          out->count, FOLLOWED_BY_NAME_MOST);
    return DMH_OK;
}

//  The same jobs and options are the same description, whoever asks again.
static int s_key (const struct description *what, bool individuals, char key[ID_BYTES], struct error *error)
{
    char hex[DIGEST_HEX_BYTES];
    digest_t *digest = digest_new ();
    if (!digest)
        return error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; i < what->count; i++)
        digest_update (digest, what->jobs[i]->job, strlen (what->jobs[i]->job) + 1);
    digest_update (digest, individuals ? "reference" : "any", individuals ? 9 : 3);
    snprintf (key, ID_BYTES, "stat-%.32s", digest_hex (digest, hex));
    digest_destroy (&digest);
    return DMH_OK;
}

static int s_submit (const struct arguments *arguments, connection_t *connection,
                     const struct description *what, char job[ID_BYTES], struct error *error)
{
    struct follow_entry *follows = calloc (what->count + 1, sizeof *follows);
    struct input input = {.uri = FOLLOWED_URI, .name = TASK_STATISTICS};
    struct submit submit = {.inputs = &input, .inputs_count = 1, .follows = follows};
    struct accepted accepted;
    submit.options.reference_individuals = arguments->reference_individuals;
    snprintf (submit.options.task, sizeof submit.options.task, "%s", TASK_STATISTICS);
    for (size_t i = 0; follows && i < what->count; i++)
        memcpy (follows[submit.follows_count++].job, what->jobs[i]->job, sizeof follows->job);
    int rc = follows ? s_key (what, arguments->reference_individuals, submit.submit_key, error)
                     : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = connection_submit (connection, &submit, &accepted, error);
    if (rc == DMH_OK) {
        memcpy (job, accepted.jobs[0].job, ID_BYTES);
        accepted_clear (&accepted);
    }
    free (follows);
    return rc;
}

//  One that did not end well is tried again. Says what keeps it from beginning.
static int s_begin (connection_t *connection, const struct arguments *arguments, struct job_record *record,
                    struct error *error)
{
    char job[ID_BYTES];
    memcpy (job, record->job, sizeof job);
    int rc = connection_status (connection, job, record, error);
    if (rc == DMH_OK &&
        (job_state_is (record->state, JOB_FAILED) || job_state_is (record->state, JOB_CANCELLED))) {
        shape_clear (&job_record_shape, record);
        rc = connection_retry (connection, job, record, error);
    }
    if (rc == DMH_OK && *record->waiting && !arguments->quiet)
        terminal_print (stderr, "dmh: %s waits: %s; Rscript -e 'dmhr::work()' starts one\n", record->job,
                        record->waiting);
    return rc;
}

static int s_follow (connection_t *connection, const struct arguments *arguments, struct job_record *record,
                     struct error *error)
{
    bool bars = !arguments->quiet && !arguments->json;
    struct follow follow = {.progress = bars ? progress_new (stderr, 1) : NULL};
    int rc = follow_end (&follow, connection, &record, 1, error);
    progress_destroy (&follow.progress);
    if (rc == DMH_CANCELLED)
        return error_set (error, rc, "interrupted; job %s goes on, and the same command takes it up again",
                          record->job);
    if (rc == DMH_OK && !job_has_result (record))
        return error_set (error, DMH_BAD_INPUT, "job %s is %s%s%s", record->job, record->state,
                          *record->message ? ": " : "", record->message);
    return rc;
}

//  Finds or submits the job and waits for its end; its id is in `job`.
static int s_describe (const struct arguments *arguments, connection_t *connection, char job[ID_BYTES],
                       struct error *error)
{
    struct job_record *records = NULL, record = {.job = ""};
    struct description what = {.jobs = NULL};
    size_t count = 0;
    int rc =
        subject_jobs (connection, arguments->words, arguments->word_count, false, &records, &count, error);
    if (rc == DMH_OK)
        rc = s_choose (records, count, &what, error);
    if (rc == DMH_OK && what.there)
        memcpy (record.job, what.there->job, sizeof record.job);
    else if (rc == DMH_OK)
        rc = s_submit (arguments, connection, &what, record.job, error);
    if (rc == DMH_OK)
        rc = s_begin (connection, arguments, &record, error);
    if (rc == DMH_OK)
        rc = s_follow (connection, arguments, &record, error);
    if (rc == DMH_OK)
        memcpy (job, record.job, ID_BYTES);
    shape_clear (&job_record_shape, &record);
    for (size_t i = 0; i < count; i++)
        shape_clear (&job_record_shape, &records[i]);
    free (records);
    free (what.jobs);
    return rc;
}

int command_statistics (struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    char job[ID_BYTES] = "";
    if (!arguments->folder) {
        error_set (&error, DMH_USAGE, "statistics needs a folder for the result: -o DIR");
        return command_refuse (&error);
    }
    connection_t *connection = command_connect (arguments, signals_open (), &error);
    int rc = connection ? s_describe (arguments, connection, job, &error) : error.code;
    connection_destroy (&connection);
    if (rc == DMH_OK) {    //  as anybody fetches a job
        arguments->words[0] = job;
        arguments->word_count = 1;
        return command_fetch (arguments);
    }
    zsys_shutdown ();
    return command_refuse (&error);
}
