//  job.c: dmh status, cancel and retry: jobs and batches in, what is known of them out.
#include "client/commands/command.h"
#include "client/connection/subject.h"
#include "client/result/batch/batch_state.h"
#include "client/terminal/counts_text.h"
#include "client/terminal/json_line.h"
#include "client/terminal/table.h"
#include "messages/base/clock.h"
#include "messages/text/quantity.h"
#include "messages/text/terminal.h"
#include "messages/uri.h"

static void s_row (table_t *table, const char *label, const char *value)
{
    if (!value || !*value)
        return;
    table_cell (table, label);
    table_cell (table, value);
}

static void s_time (table_t *table, const char *label, int64_t wall_ms)
{
    char text[CLOCK_TEXT_BYTES];
    if (wall_ms)
        s_row (table, label, clock_text (wall_ms, text));
}

static void s_numbers (table_t *table, const struct job_record *record)
{
    char text[160], records[COUNTS_TEXT_BYTES];
    snprintf (text, sizeof text, "%llu of %llu", (unsigned long long) record->bytes_done,
              (unsigned long long) record->bytes_total);
    s_row (table, "bytes", text);
    s_row (table, "records", counts_text (&record->counts, false, records));
}

//  What keeps it from going on.
static void s_waits (table_t *table, const struct job_record *record)
{
    char text[96];
    snprintf (text, sizeof text, "%llu of the %s that it follows", (unsigned long long) record->waits_for,
              QUANTITY (record->follows, "job"));
    s_row (table, "waits for", record->waits_for ? text : NULL);
    s_row (table, "waits", *record->waiting ? record->waiting : NULL);
    s_row (table, "follows", record->follows ? QUANTITY (record->follows, "job") : NULL);
    s_row (table, "shared", record->parts ? QUANTITY (record->parts, "part") : NULL);
    s_row (table, "waits for", record->removal_waits ? "a worker of its host, to remove the result" : NULL);
}

static void s_print (const struct job_record *record)
{
    char attempt[24];
    table_t *table = table_new (stdout, false);
    table_column (table, "", TABLE_WHOLE);
    table_column (table, "", TABLE_WRAP);
    s_row (table, "job", record->job);
    s_row (table, "batch", record->batch);
    s_row (table, "name", job_shown_name (record));
    table_cell (table, "state");
    table_tone (table, record->state, table_tone_of (record->state));
    s_waits (table, record);
    s_row (table, "kind", record->kind);
    snprintf (attempt, sizeof attempt, "%llu", (unsigned long long) record->attempt);
    s_row (table, "attempt", attempt);
    s_row (table, "worker", record->worker);
    s_row (table, "host", record->host);
    s_numbers (table, record);
    s_row (table, "result",
           uri_is_stored (record->result) ? "with the broker, see dmh fetch" : record->result);
    s_row (table, "error", record->message);
    s_time (table, "submitted", record->submitted_at);
    s_time (table, "started", record->started_at);
    s_time (table, "finished", record->finished_at);
    s_time (table, "fetched", record->fetched_at);
    s_time (table, "removal asked", record->removal_at);
    s_row (table, "asked by", record->removal_by);
    s_row (table, "owner", record->owner);
    s_row (table, "correlation", record->correlation);
    table_print (&table);
}

//  What a command does to a job, and to the jobs of a batch.
struct deed {
    int (*ask) (connection_t *, const char *, struct job_record *, struct error *);
    enum batch_action action;
};

static int s_job (const struct arguments *arguments, connection_t *connection, const char *job,
                  const struct deed *deed, struct error *error)
{
    struct job_record record = {.job = ""};
    int rc = deed->ask (connection, job, &record, error);
    if (rc == DMH_OK && arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_record (line, &record);
        json_line_print (&line, stdout);
    } else if (rc == DMH_OK)
        s_print (&record);
    shape_clear (&job_record_shape, &record);
    return rc;
}

static int s_batch (const struct arguments *arguments, connection_t *connection, const char *batch,
                    const struct deed *deed, struct error *error)
{
    struct batch_request request = {.request = ""};
    struct batch_reply reply = {.more = true};
    uint64_t changed = 0;
    int rc = DMH_OK;
    snprintf (request.batch, sizeof request.batch, "%s", batch);
    snprintf (request.action, sizeof request.action, "%s", batch_action_word (deed->action));
    while (rc == DMH_OK && reply.more) {
        request.from = reply.next;
        rc = connection_batch (connection, &request, &reply, error);
        changed += rc == DMH_OK ? reply.changed : 0;
    }
    if (rc == DMH_OK && deed->action != BATCH_STATE && !arguments->json)
        terminal_print (stderr, "dmh: %s: %s of batch %s\n",
                        deed->action == BATCH_CANCEL ? "cancelled" : "tried again", QUANTITY (changed, "job"),
                        batch);
    return rc == DMH_OK ? batch_state_show (&reply.batch, connection, arguments->json, error) : rc;
}

//  Each word by itself: what is wrong with one ends nothing else, unless nobody answers any more.
static int s_each (const struct arguments *arguments, const struct deed *deed)
{
    struct error error = {.code = DMH_OK};
    connection_t *connection = command_connect (arguments, -1, &error);
    int status = connection ? EXIT_DONE : command_refuse (&error);
    for (size_t i = 0; connection && i < arguments->word_count; i++) {
        struct subject subject;
        int rc = subject_find (connection, arguments->words[i], &subject, &error);
        if (rc == DMH_OK && i && !arguments->json)
            terminal_print (stdout, "\n");
        if (rc == DMH_OK)
            rc = (subject.is_batch ? s_batch : s_job) (arguments, connection, subject.id, deed, &error);
        if (rc == DMH_OK)
            continue;
        status = command_refuse (&error);
        if (rc == DMH_UNAVAILABLE || rc == DMH_CANCELLED)
            break;
    }
    connection_destroy (&connection);
    zsys_shutdown ();
    return status;
}

int command_status (struct arguments *arguments)
{
    return arguments->word_count ? s_each (arguments, &(struct deed){connection_status, BATCH_STATE})
                                 : command_overview (arguments);
}

int command_cancel (struct arguments *arguments)
{
    return s_each (arguments, &(struct deed){connection_cancel, BATCH_CANCEL});
}

//  An id a line, or its record.
static int s_retry_one (const struct arguments *arguments, connection_t *connection, const char *job,
                        struct error *error)
{
    struct job_record record = {.job = ""};
    if (arguments->json)
        return s_job (arguments, connection, job, &(struct deed){connection_retry, BATCH_RETRY}, error);
    int rc = connection_retry (connection, job, &record, error);
    if (rc == DMH_OK)
        terminal_print (stdout, "%s\n", job);
    shape_clear (&job_record_shape, &record);
    return rc;
}

//  All jobs that have failed, whoever's they are that this client sees. Those are looked for first: the list
//  would move under what is tried again.
static int s_retry_failed (const struct arguments *arguments, connection_t *connection, struct error *error)
{
    struct list list = {.limit = 64};
    char (*jobs)[ID_BYTES] = NULL;
    size_t count = 0, tried = 0;
    int rc = DMH_OK;
    job_state_set (list.state, JOB_FAILED);
    for (bool more = true; rc == DMH_OK && more;) {
        struct jobs page;
        rc = connection_list (connection, &list, &page, error);
        if (rc != DMH_OK)
            break;
        char (*larger)[ID_BYTES] = realloc (jobs, (count + page.jobs_count + 1) * sizeof *jobs);
        if (larger)
            jobs = larger;
        else
            rc = error_set (error, DMH_INTERNAL, "out of memory");
        for (size_t i = 0; rc == DMH_OK && i < page.jobs_count; i++)
            memcpy (jobs[count++], page.jobs[i].job, ID_BYTES);
        if (rc == DMH_OK && page.jobs_count)
            memcpy (list.after, jobs[count - 1], sizeof list.after);
        more = page.more && page.jobs_count;
        jobs_clear (&page);
    }
    //  The oldest first: what is followed stands before what follows it.
    while (rc == DMH_OK && count-- > 0) {
        struct error why = {.code = DMH_OK};
        rc = s_retry_one (arguments, connection, jobs[count], &why);
        tried += rc == DMH_OK;
        if (rc == DMH_CONFLICT || rc == DMH_NOT_FOUND)    //  tried again with another, or gone
            rc = DMH_OK;
        else if (rc != DMH_OK)
            error_set (error, rc, "%s", why.text);
    }
    free (jobs);
    if (rc == DMH_OK && !arguments->json)
        terminal_print (stderr, "dmh: tried again: %s\n", QUANTITY (tried, "job"));
    return rc;
}

int command_retry (struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    if (!arguments->failed && arguments->word_count)
        return s_each (arguments, &(struct deed){connection_retry, BATCH_RETRY});
    if (arguments->word_count)
        return s_each (arguments, &(struct deed){connection_retry, BATCH_RETRY_FAILED});
    if (!arguments->failed) {
        error_set (&error, DMH_USAGE, "retry needs JOB…, or --failed for all that have failed");
        return command_refuse (&error);
    }
    connection_t *connection = command_connect (arguments, -1, &error);
    int rc = connection ? s_retry_failed (arguments, connection, &error) : error.code;
    connection_destroy (&connection);
    zsys_shutdown ();
    return rc == DMH_OK ? EXIT_DONE : command_refuse (&error);
}
