//  submit.c: dmh submit: sends inputs to a broker; with --wait follows them, with -o brings the results here.
#include "client/arguments/inputs.h"
#include "client/commands/command.h"
#include "client/connection/follow.h"
#include "client/load/load.h"
#include "client/load/load_target.h"
#include "client/result/batch/batch_results.h"
#include "client/result/batch/batch_submission.h"
#include "client/result/batch/batch_summary.h"
#include "client/result/batch/dataset_load.h"
#include "client/result/batch/joined_tables.h"
#include "client/result/batch/outcome_table.h"
#include "client/result/download.h"
#include "client/result/folder_tree.h"
#include "client/result/following_jobs.h"
#include "client/result/task_result.h"
#include "client/terminal/json_line.h"
#include "messages/base/clock.h"
#include "messages/base/signals.h"
#include "messages/batch.h"
#include "messages/s3/name.h"
#include "messages/text/terminal.h"
#include "messages/uri.h"

#include <limits.h>
#include <unistd.h>

struct submission {
    struct arguments *arguments;
    int64_t began_at;
    struct input_list inputs;
    struct outcome *outcomes;
    size_t count;
    struct following_jobs following;    //  behind those of the inputs
    size_t jobs;                        //  count, and those
    struct joined_tables tables;        //  of --join
    struct batch_results results;       //  of -o
    struct file_transfer transfer;      //  while they come
};

//  The batch's id comes first, before anything else is said of it.
static void s_say_batch (const struct submission *self, const struct batch_submission *submission)
{
    if (!*submission->batch)
        return;
    if (!self->arguments->json)
        terminal_print (stderr, "%s\n", submission->batch);
    size_t known = submission->name ? submission->known : 0;    //  without: an answer was lost
    if (known && known == submission->submitted)
        terminal_print (stderr,
                        "dmh: batch %s was submitted before, with these inputs and options: nothing is "
                        "submitted again; another --batch NAME begins anew\n",
                        submission->name);
    else if (known)
        terminal_print (stderr, "dmh: %zu of the %zu jobs of batch %s were there already\n", known,
                        submission->submitted, submission->name);
}

//  The ids, one a line, as soon as they are known.
static void s_print_ids (const struct submission *self)
{
    for (size_t i = 0; i < self->jobs; i++) {
        const struct outcome *outcome = &self->outcomes[i];
        if (!*outcome->record.job)
            continue;
        if (!self->arguments->json) {
            terminal_print (stdout, "%s\n", outcome->record.job);
            continue;
        }
        json_line_t *line = json_line_new ();
        json_line_text (line, "job", outcome->record.job);
        json_line_text (line, "correlation_id", outcome->record.correlation);
        json_line_text (line, "input", outcome->word);
        json_line_text (line, "name", outcome->record.name);
        json_line_text (line, "state", outcome->record.state);
        json_line_text (line, "batch", outcome->record.batch);
        json_line_print (&line, stdout);
    }
    fflush (stdout);
}

//  One input, unless the same file, for another kind of record, is there already.
static int s_send_one (struct file_transfer *transfer, zhashx_t *sent, struct outcome *outcome)
{
    char uri[URI_BYTES];
    struct input input, there;
    const struct named_input *same = zhashx_lookup (sent, named_input_uri (outcome->input));
    named_input_get (outcome->input, &input);
    memcpy (uri, input.uri, sizeof uri);
    int rc = DMH_OK;
    if (same) {
        named_input_get (same, &there);
        memcpy (input.origin, there.origin, sizeof input.origin);
        memcpy (input.uri, there.uri, sizeof input.uri);
        memcpy (input.sha256, there.sha256, sizeof input.sha256);
        input.bytes = there.bytes;
    } else
        rc = file_transfer_send (transfer, &input, &outcome->error);
    if (rc == DMH_OK && named_input_set (outcome->input, &input) != DMH_OK)
        rc = error_set (&outcome->error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK && !same)
        zhashx_insert (sent, uri, outcome->input);
    return rc;
}

//  Inputs that others cannot see go to the broker first. One that cannot go ends nothing but itself.
static int s_send (const struct submission *self, connection_t *connection, struct error *error)
{
    //  The first line there is the batch's id; bars leave none.
    bool quiet =
        self->arguments->quiet || ((self->count > 1 || self->arguments->batch) && !isatty (STDERR_FILENO));
    progress_t *progress = quiet ? NULL : progress_new (stderr, self->count);
    struct file_transfer transfer = {connection, progress, NULL};
    if (progress)
        progress_expect (progress, outcome_bytes (self->outcomes, self->count));
    zhashx_t *sent = zhashx_new ();
    int rc = sent ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        struct outcome *outcome = &self->outcomes[i];
        const char *uri = named_input_uri (outcome->input);
        if (!outcome_is_open (outcome) || uri_is_stored (uri) || s3_name_is (uri))
            continue;
        rc = s_send_one (&transfer, sent, outcome);
        if (rc == DMH_CANCELLED || rc == DMH_UNAVAILABLE || rc == DMH_UNAUTHORIZED)
            *error = outcome->error;
        else
            rc = DMH_OK;
    }
    zhashx_destroy (&sent);
    if (rc == DMH_OK)
        rc = file_transfer_send_tables (&transfer, &self->arguments->options, error);
    file_transfer_close (&transfer);
    if (progress)
        progress_clear (progress);
    progress_destroy (&progress);
    if (rc == DMH_CANCELLED)
        error_set (error, rc, "interrupted; nothing was submitted, and the same command goes on");
    return rc;
}

//  A job has ended: with -o its result comes here.
static void s_ended (void *context, struct outcome *outcome)
{
    struct submission *self = context;
    struct batch_results *results = &self->results;
    char name[32];
    if (!self->arguments->folder)
        return;
    if (outcome == self->following.then) {
        if (job_has_result (&outcome->record) &&
            task_result_bring (&self->transfer, self->arguments, results, outcome) == DMH_OK)
            download_acknowledge (self->transfer.connection, &outcome, 1);
        return;
    }
    if (outcome == self->following.join) {
        batch_results_bring (results, true);
        if (job_has_result (&outcome->record) &&
            joined_tables_bring (&self->tables, &self->transfer, self->arguments, results, &outcome->record,
                                 &outcome->error) == DMH_OK)
            download_acknowledge (self->transfer.connection, &outcome, 1);
        return;
    }
    snprintf (name, sizeof name, "%zu", (size_t) (outcome - self->outcomes));
    const struct download_room room = {results->folder, results->root, results->scratch.path, name};
    if (job_has_result (&outcome->record) &&
        download_result (&self->transfer, self->arguments->transfer_mode, &room, outcome) == DMH_OK)
        batch_results_add (results, outcome);
    batch_results_changed (results);
    batch_results_bring (results, false);
}

static void s_rest (void *context)
{
    struct submission *self = context;
    if (self->arguments->folder)
        batch_results_bring (&self->results, false);
}

//  It is here for good.
static void s_committed (void *context, struct outcome **outcomes, size_t count)
{
    const struct submission *self = context;
    download_acknowledge (self->transfer.connection, outcomes, count);
}

static int s_follow (struct submission *self, connection_t *connection, struct error *error)
{
    const struct outcome_ends ends = {s_ended, s_rest, self};
    size_t open = outcome_open_count (self->outcomes, self->jobs);
    int rc = self->arguments->folder ? batch_results_begin (&self->results, error) : DMH_OK;
    if (rc != DMH_OK)
        return rc;
    self->transfer =
        (struct file_transfer){connection, self->arguments->quiet ? NULL : progress_new (stderr, open), NULL};
    self->results.commit.committed = s_committed;
    self->results.commit.context = self;
    if (self->transfer.progress)
        progress_expect (self->transfer.progress, outcome_bytes (self->outcomes, self->count));
    rc = outcome_follow (self->outcomes, self->jobs, connection, self->transfer.progress, &ends, error);
    if (self->arguments->folder)
        batch_results_bring (&self->results, true);
    file_transfer_close (&self->transfer);
    progress_destroy (&self->transfer.progress);
    return rc;
}

//  All inputs and tables go, or none, as a worker takes all of a job from one place.
static bool s_has_to_send (const struct submission *self, const connection_t *connection)
{
    enum transfer_mode mode = self->arguments->transfer_mode;
    bool needed = file_transfer_tables_are_needed (connection, mode, &self->arguments->options);
    for (size_t i = 0; !needed && i < self->count; i++)
        needed = outcome_is_open (&self->outcomes[i]) &&
                 file_transfer_is_needed (connection, mode, named_input_uri (self->outcomes[i].input));
    return needed;
}

//  Whether it is joined where the results come together: those that --skip-done passes over have no jobs.
static bool s_joins_here (const struct submission *self)
{
    return self->arguments->join && self->arguments->skip_done;
}

//  Everything at the broker.
static int s_submit (struct submission *self, connection_t *connection, struct error *error)
{
    const struct arguments *arguments = self->arguments;
    const struct following_wish wish = {.join = arguments->join && !s_joins_here (self),
                                        .folder = arguments->folder,
                                        .then = arguments->then};
    int rc = following_jobs_add (&self->following, &wish, self->outcomes, self->count, error);
    self->jobs += self->following.count;
    if (rc == DMH_OK && s_has_to_send (self, connection))
        rc = s_send (self, connection, error);
    if (rc == DMH_OK && self->following.count && outcome_open_count (self->outcomes, self->count) == 0)
        rc = error_set (error, DMH_BAD_INPUT, "no input could be sent, so there is nothing to %s",
                        wish.join ? "join" : "describe");
    if (rc != DMH_OK)
        return rc;
    struct batch_submission submission = {.name = arguments->batch,
                                          .join = wish.join,
                                          .then = wish.then,
                                          .reference_individuals = arguments->reference_individuals};
    rc = batch_submission_send (&submission, self->outcomes, self->count, &arguments->options, connection,
                                error);
    s_say_batch (self, &submission);
    if (!(arguments->json && arguments->wait))    //  with both, the line at the end has it all
        s_print_ids (self);
    if (rc == DMH_OK && arguments->wait)
        rc = s_follow (self, connection, error);
    if (rc == DMH_CANCELLED)
        error_set (error, rc, "interrupted; the jobs go on, dmh watch follows them");
    return rc;
}

static int s_work (struct submission *self, int interrupt, struct error *error)
{
    size_t usable = 0;
    int rc = self->arguments->folder
                 ? batch_results_open (&self->results, self->arguments, &self->inputs, self->outcomes, error)
                 : DMH_OK;
    if (rc == DMH_OK)
        usable = outcome_open_count (self->outcomes, self->count);
    if (usable) {
        connection_t *connection = command_connect (self->arguments, interrupt, error);
        rc = connection ? s_submit (self, connection, error) : error->code;
        connection_destroy (&connection);
    }
    if (self->arguments->folder)
        batch_results_close (&self->results);
    return rc;
}

//  What the further task has made, or why it has not.
static void s_tell_then (const struct submission *self)
{
    const struct outcome *then = self->following.then;
    if (then && then->folder && !self->arguments->json && !self->arguments->quiet)
        terminal_print (stdout, "%s: %s\n", then->word, then->folder);
    else if (then && !then->folder)
        outcome_complain (then, 1);
}

static int s_end (const struct submission *self, int rc, const struct error *error)
{
    const struct arguments *arguments = self->arguments;
    for (size_t i = 0; arguments->json && i < self->jobs; i++)
        if (arguments->wait || !*self->outcomes[i].record.job)
            outcome_line (&self->outcomes[i], stdout);
    if (rc != DMH_OK)
        return command_refuse (error);
    if (!arguments->wait) {
        int status = EXIT_DONE;
        for (size_t i = 0; i < self->count; i++)
            if (self->outcomes[i].error.code != DMH_OK) {
                outcome_complain (&self->outcomes[i], 1);
                status = EXIT_JOB_FAILED;
            }
        return status;
    }
    const struct batch_summary summary =
        batch_summary_of (arguments, &self->inputs, self->outcomes, self->count, self->began_at);
    batch_summary_say (&summary);
    if (!arguments->json && !arguments->quiet) {
        load_summary (self->outcomes, self->count, stdout);
        load_summary (self->tables.outcomes, self->tables.count, stdout);
    }
    int status =
        batch_results_tell (&self->results, outcome_exit (self->outcomes, self->jobs, arguments->strict));
    if (self->following.join && !self->tables.count)
        outcome_complain (self->following.join, 1);
    s_tell_then (self);
    return joined_tables_tell (&self->tables, arguments, status);
}

//  What it cannot do with these arguments.
static int s_check (const struct arguments *arguments, struct error *error)
{
    if (arguments->folder && !arguments->wait)
        return error_set (error, DMH_USAGE,
                          "-o brings results here at the end, so it needs --wait; dmh fetch does it later");
    if (arguments->skip_done && !arguments->folder)
        return error_set (error, DMH_USAGE,
                          "--skip-done looks at the results that are here, so it needs --wait and -o");
    if (arguments->skip_done && arguments->then)
        return error_set (error, DMH_USAGE,
                          "--then wants all results; --skip-done leaves some without a job");
    if (arguments->dataset && !arguments->folder)
        return error_set (error, DMH_USAGE,
                          "--dataset takes the results that come here, so it needs --wait and -o DIR");
    if (arguments->batch && batch_names_an_id (arguments->batch))
        return error_set (error, DMH_USAGE,
                          "--batch %s is written as an id is, so nobody could ask for it; take another name",
                          arguments->batch);
    return load_target_check (arguments, arguments->wait && arguments->folder, error);
}

//  As many inputs as one job can follow.
static int s_check_count (const struct submission *self, struct error *error)
{
    bool joins = self->arguments->join && !s_joins_here (self);
    if ((!joins && !self->arguments->then) || self->count <= FOLLOWED_MAX)
        return DMH_OK;
    return error_set (error, DMH_TOO_LARGE, "a job follows %d others at most, and these are %zu%s",
                      FOLLOWED_MAX, self->count, joins ? "; dmh run joins any number" : "");
}

//  The worker has yet to read what came through standard input.
static bool s_needs_spool (const struct submission *self)
{
    bool needed = false;
    for (size_t i = 0; self->outcomes && i < self->jobs; i++)
        needed = needed || (!uri_is_stored (named_input_uri (self->outcomes[i].input)) &&
                            (job_state_is (self->outcomes[i].record.state, JOB_QUEUED) ||
                             job_state_is (self->outcomes[i].record.state, JOB_RUNNING)));
    return needed;
}

int command_submit (struct arguments *arguments)
{
    struct submission self = {.arguments = arguments, .began_at = clock_mono_ms ()};
    struct error error = {.code = DMH_OK};
    int interrupt = signals_open ();
    int rc = s_check (arguments, &error);
    if (rc == DMH_OK)
        rc = inputs_find (arguments, interrupt, &self.inputs, &error);
    if (rc == DMH_OK)
        rc = load_check (arguments, interrupt, &error);
    if (rc == DMH_OK)
        rc = dataset_load_check (arguments, interrupt, &error);
    if (rc == DMH_OK)
        rc = input_list_spread (&self.inputs, arguments->kinds, arguments->kind_count, &error);
    self.count = self.jobs = self.inputs.count;
    if (rc == DMH_OK)
        rc = s_check_count (&self, &error);
    if (rc == DMH_OK && !(self.outcomes = outcome_new (&self.inputs)))
        rc = error_set (&error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = s_work (&self, interrupt, &error);
    if (rc == DMH_OK && s_joins_here (&self))
        rc = joined_tables_make (&self.tables, self.outcomes, self.count, arguments, interrupt, &error);
    if (rc == DMH_OK)
        rc = arguments->join
                 ? load_outcomes (arguments, self.tables.outcomes, self.tables.count, interrupt, &error)
                 : load_outcomes (arguments, self.outcomes, self.count, interrupt, &error);
    bool needed = s_needs_spool (&self);
    int status = self.outcomes ? s_end (&self, rc, &error) : command_refuse (&error);
    if (rc == DMH_OK && arguments->dataset &&
        dataset_load_batch (self.outcomes, self.count, arguments, interrupt, &status, &error) != DMH_OK)
        status = command_refuse (&error);
    outcome_destroy (&self.outcomes, self.jobs);
    joined_tables_clear (&self.tables);
    batch_results_clear (&self.results);
    if (*self.inputs.spool && !needed)    //  else the worker has yet to read it
        folder_tree_remove (self.inputs.spool);
    following_jobs_clear (&self.following);
    input_list_clear (&self.inputs);
    zsys_shutdown ();
    return status;
}
