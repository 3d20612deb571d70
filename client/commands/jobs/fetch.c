//  fetch.c: dmh fetch: brings the results of jobs, or of the jobs of batches, to the folder that -o names,
//  each to its place in the tree that its submitter named; joined tables to joined/KIND.
#include "client/arguments/input_name.h"
#include "client/commands/command.h"
#include "client/connection/follow.h"
#include "client/connection/subject.h"
#include "client/result/batch/batch_results.h"
#include "client/result/batch/batch_summary.h"
#include "client/result/batch/joined_tables.h"
#include "client/result/download.h"
#include "client/terminal/counts_text.h"
#include "client/terminal/json_line.h"
#include "messages/base/signals.h"
#include "messages/text/terminal.h"

struct fetch {
    const struct arguments *arguments;
    struct outcome *outcomes;
    char **words;    //  [count] of the outcomes
    size_t count;
    struct batch_results results;
    struct file_transfer transfer;
};

//  One result is here.
static void s_say (const struct fetch *self, const struct outcome *outcome)
{
    const struct arguments *arguments = self->arguments;
    const struct job_record *record = &outcome->record;
    const struct output *report = job_output (record, "report.json");
    if (arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_record (line, record);
        json_line_text (line, "folder", outcome->folder);
        json_line_text (line, "report_sha256", report ? report->sha256 : NULL);
        if (outcome->skipped)
            json_line_flag (line, "skipped", true);
        json_line_print (&line, stdout);
    } else if (!arguments->quiet) {
        terminal_data (stdout, outcome->folder);    //  and nothing else there: scripts read it
        terminal_print (stdout, "\n");
        if (report && self->count <= SUMMARY_ROWS_MOST)
            terminal_print (stderr, "dmh: the SHA-256 of %s/report.json is %s\n", outcome->folder,
                            report->sha256);
        if (outcome->has_older)
            terminal_print (stderr, "dmh: the good result of an earlier time stays beside %s\n",
                            outcome->folder);
    }
}

//  Results are here for good: the broker hears of them, and they are said.
static void s_committed (void *context, struct outcome **outcomes, size_t count)
{
    const struct fetch *self = context;
    download_acknowledge (self->transfer.connection, outcomes, count);
    for (size_t i = 0; i < count; i++)
        s_say (self, outcomes[i]);
}

//  Of a job that joins: each table is said as a result.
static int s_fetch_tables (struct fetch *self, struct outcome *outcome)
{
    struct joined_tables tables = {.count = 0};
    int rc = joined_tables_bring (&tables, &self->transfer, self->arguments, &self->results, &outcome->record,
                                  &outcome->error);
    for (size_t i = 0; i < tables.count; i++)
        if (tables.outcomes[i].folder)
            s_say (self, &tables.outcomes[i]);
    if (rc == DMH_OK) {
        download_acknowledge (self->transfer.connection, &outcome, 1);
        outcome->folder = strdup (self->arguments->folder);
    }
    joined_tables_clear (&tables);
    return rc;
}

//  Each of them: one without a result ends nothing but itself. What ends all is answered.
static int s_fetch_all (struct fetch *self)
{
    struct batch_results *results = &self->results;
    int rc = DMH_OK;
    for (size_t i = 0; i < self->count && rc != DMH_UNAVAILABLE && rc != DMH_CANCELLED; i++) {
        struct outcome *outcome = &self->outcomes[i];
        char name[32];
        snprintf (name, sizeof name, "%zu", i);
        const struct download_room room = {results->folder, results->root, results->scratch.path, name};
        if (outcome->skipped)
            s_say (self, outcome);
        if (!outcome_is_open (outcome) || !job_has_result (&outcome->record))
            continue;
        if (job_has_tables (&outcome->record)) {
            rc = s_fetch_tables (self, outcome);
            continue;
        }
        rc = download_result (&self->transfer, self->arguments->transfer_mode, &room, outcome);
        if (rc == DMH_OK)
            batch_results_add (results, outcome);
        batch_results_bring (results, false);
    }
    batch_results_bring (results, true);
    return rc;
}

//  Those that could not be brought, last of all. The exit code.
static int s_complain (const struct fetch *self, const struct error *error)
{
    size_t there = 0;
    int status = error->code == DMH_OK ? EXIT_DONE : command_refuse (error);
    for (size_t i = 0; i < self->count; i++) {
        const struct outcome *outcome = &self->outcomes[i];
        const struct job_record *record = &outcome->record;
        struct error why = outcome->error;
        there += outcome->folder && why.code == DMH_OK;
        if (why.code == DMH_OK && !job_has_result (record))
            error_set (&why, DMH_CONFLICT, "job %s is %s and has no result%s%s", record->job, record->state,
                       *record->message ? ": " : "", record->message);
        if (why.code == DMH_OK)
            continue;
        if (self->count > 1)
            terminal_print (stderr, "dmh: %s (%s): %s\n", outcome->word, record->job, why.text);
        status = self->count > 1 ? command_exit (why.code) : command_refuse (&why);
    }
    if (self->count > SUMMARY_ROWS_MOST && !self->arguments->quiet && !self->arguments->json) {
        char numbers[2][32];
        terminal_print (stderr, "dmh: %s of %s results are in %s\n", grouped_number (there, numbers[0]),
                        grouped_number (self->count, numbers[1]), self->arguments->folder);
    }
    return status;
}

static int s_bring (struct fetch *self, connection_t *connection)
{
    struct error error = {.code = DMH_OK};
    int rc =
        batch_results_open_fetched (&self->results, self->arguments, self->outcomes, self->count, &error);
    if (rc == DMH_OK)
        rc = batch_results_begin (&self->results, &error);
    if (rc == DMH_OK) {
        bool silent = self->arguments->quiet || self->arguments->json;
        self->transfer = (struct file_transfer){connection, silent ? NULL : progress_new (stderr, 0), NULL};
        self->results.commit.committed = s_committed;
        self->results.commit.context = self;
        s_fetch_all (self);
        file_transfer_close (&self->transfer);
        progress_destroy (&self->transfer.progress);
        batch_results_close (&self->results);
    }
    int status = batch_results_tell (&self->results, s_complain (self, &error));
    batch_results_clear (&self->results);
    return status;
}

//  An outcome for each record, which it takes over.
static bool s_take (struct fetch *self, struct job_record *records, size_t count)
{
    self->outcomes = calloc (count + 1, sizeof *self->outcomes);
    self->words = calloc (count + 1, sizeof *self->words);
    for (size_t i = 0; self->outcomes && self->words && i < count; i++) {
        struct outcome *outcome = &self->outcomes[i];
        const char *place = *records[i].place ? records[i].place : records[i].name;
        if (!(self->words[i] = input_name_place (place)))
            return false;
        outcome->record = records[i];
        records[i] = (struct job_record){.outputs = NULL};
        outcome->word = self->words[i];
        self->count++;
    }
    return self->outcomes && self->words;
}

int command_fetch (struct arguments *arguments)
{
    struct fetch self = {.arguments = arguments};
    struct error error = {.code = DMH_OK};
    struct job_record *records = NULL;
    size_t count = 0;
    if (!arguments->folder) {
        error_set (&error, DMH_USAGE, "fetch needs a folder for the results: -o DIR");
        return command_refuse (&error);
    }
    connection_t *connection = command_connect (arguments, signals_open (), &error);
    int rc = connection ? subject_jobs (connection, arguments->words, arguments->word_count, true, &records,
                                        &count, &error)
                        : error.code;
    if (rc == DMH_OK && !s_take (&self, records, count))
        rc = error_set (&error, DMH_INTERNAL, "out of memory");
    int status = rc == DMH_OK ? s_bring (&self, connection) : command_refuse (&error);
    for (size_t i = 0; i < count; i++)
        shape_clear (&job_record_shape, &records[i]);
    free (records);
    outcome_destroy (&self.outcomes, self.count);
    for (size_t i = 0; self.words && i < self.count; i++)
        free (self.words[i]);
    free (self.words);
    connection_destroy (&connection);
    zsys_shutdown ();
    return status;
}
