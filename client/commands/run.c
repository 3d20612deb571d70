//  run.c: dmh run: harmonizes inputs in this process: broker and worker of local.c, submitted and
//  followed as by submit; each result is moved to where it belongs as its job ends.
#define _GNU_SOURCE
#include "client/arguments/inputs.h"
#include "client/commands/command.h"
#include "client/connection/follow.h"
#include "client/connection/local.h"
#include "client/load/load.h"
#include "client/load/load_target.h"
#include "client/result/batch/batch_results.h"
#include "client/result/batch/batch_submission.h"
#include "client/result/batch/batch_summary.h"
#include "client/result/batch/dataset_load.h"
#include "client/result/batch/joined_tables.h"
#include "client/result/folder_tree.h"
#include "messages/base/clock.h"
#include "messages/base/signals.h"
#include "messages/text/replace.h"
#include "messages/text/terminal.h"
#include "messages/uri.h"

#include <limits.h>
#include <unistd.h>

enum { SLOTS_LEAST = 4, SLOTS_MOST = 16 };

struct run {
    struct arguments *arguments;
    int64_t began_at;
    struct input_list inputs;
    struct outcome *outcomes;
    size_t count;
    int interrupt;
    signing_key_t *sign_key;         //  NULL: nobody signs
    struct joined_tables tables;     //  of --join
    struct batch_results results;    //  the folder that they go to
};

//  People know the place that a result goes to, not where it is made.
static void s_say_place (const struct run *self, struct outcome *outcome)
{
    char *from = NULL, *to = NULL;
    const struct job_record *record = &outcome->record;
    static const char PART[] = ".part";    //  as long as it is written
    if (asprintf (&from, "%s/%s.%llu%s", self->results.scratch.path, record->job,
                  (unsigned long long) record->attempt, PART) < 0)
        from = NULL;
    if (asprintf (&to, "%s/%s", self->results.folder, outcome->place) < 0)
        to = NULL;
    if (from && to) {
        text_replace (outcome->record.message, sizeof outcome->record.message, from, to);
        from[strlen (from) - strlen (PART)] = 0;
        text_replace (outcome->record.message, sizeof outcome->record.message, from, to);
    }
    free (from);
    free (to);
}

//  A job has ended: its result is to go to its place.
static void s_ended (void *context, struct outcome *outcome)
{
    struct run *self = context;
    char path[PATH_MAX];
    outcome->own = true;
    if (*outcome->record.message)
        s_say_place (self, outcome);
    if (job_has_result (&outcome->record) &&
        uri_to_path (outcome->record.result, path, sizeof path, &outcome->error) == DMH_OK) {
        if ((outcome->staged.folder = strdup (path)))
            batch_results_add (&self->results, outcome);
        else
            error_set (&outcome->error, DMH_INTERNAL, "out of memory");
    }
    batch_results_changed (&self->results);
}

static void s_rest (void *context)
{
    struct run *self = context;
    batch_results_bring (&self->results, false);
}

//  The user wants to stop: nobody waits for what still runs.
static void s_cancel (const struct run *self, connection_t *connection)
{
    char swallowed[256];
    while (read (self->interrupt, swallowed, sizeof swallowed) > 0)    //  a second signal interrupts this too
        ;
    for (size_t i = 0; i < self->count; i++) {
        struct job_record *record = &self->outcomes[i].record, now;
        enum job_state state;
        if (!*record->job || job_state_of (record->state, &state) != DMH_OK || job_state_ended (state))
            continue;
        int rc = connection_cancel (connection, record->job, &now, NULL);
        if (rc == DMH_OK)
            shape_clear (&job_record_shape, &now);
        if (rc == DMH_CANCELLED || rc == DMH_UNAVAILABLE)
            return;
    }
}

//  With this process all ends that has not: the index of the batch is to say so.
static void s_end_open (const struct run *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct outcome *outcome = &self->outcomes[i];
        enum job_state state = JOB_QUEUED;
        if (outcome_is_open (outcome) && !outcome->folder &&
            (job_state_of (outcome->record.state, &state) != DMH_OK || !job_state_ended (state)))
            job_state_set (outcome->record.state, JOB_CANCELLED);
    }
}

//  Jobs at once: while one reads or waits for the disk another works. More of them only take turns.
static size_t s_slots (void)
{
    long processors = sysconf (_SC_NPROCESSORS_ONLN);
    size_t slots = processors > 0 ? 2 * (size_t) processors : SLOTS_LEAST;
    return slots < SLOTS_LEAST ? SLOTS_LEAST : slots > SLOTS_MOST ? SLOTS_MOST : slots;
}

//  Everything between broker and worker of this process.
static int s_run (struct run *self, size_t open, struct error *error)
{
    const struct arguments *arguments = self->arguments;
    const struct outcome_ends ends = {s_ended, s_rest, self};
    struct batch_submission submission = {.name = arguments->batch};
    connection_t *connection = NULL;
    local_t *local = local_new (self->results.scratch.path, open < s_slots () ? open : s_slots (),
                                arguments->threads, self->sign_key, error);
    if (local && local_notice (local))
        terminal_print (stderr, "dmh: %s\n", local_notice (local));
    if (local)
        connection = connection_new (local_front (local), NULL, ANSWER_MS, self->interrupt, error);
    int rc = connection ? batch_submission_send (&submission, self->outcomes, self->count,
                                                 &arguments->options, connection, error)
                        : error->code;
    progress_t *progress = arguments->quiet ? NULL : progress_new (stderr, open);
    if (progress)
        progress_expect (progress, outcome_bytes (self->outcomes, self->count));
    if (rc == DMH_OK)
        rc = outcome_follow (self->outcomes, self->count, connection, progress, &ends, error);
    batch_results_bring (&self->results, true);
    progress_destroy (&progress);
    if (rc == DMH_CANCELLED && connection)
        s_cancel (self, connection);
    connection_destroy (&connection);
    local_destroy (&local);
    if (rc == DMH_CANCELLED)
        s_end_open (self);
    return rc;
}

static int s_work (struct run *self, struct error *error)
{
    size_t open = outcome_open_count (self->outcomes, self->count);
    if (open == 0)
        return DMH_OK;
    int rc = batch_results_open (&self->results, self->arguments, &self->inputs, self->outcomes, error);
    open = rc == DMH_OK ? outcome_open_count (self->outcomes, self->count) : 0;
    if (rc == DMH_OK && open)
        rc = batch_results_begin (&self->results, error);
    if (rc == DMH_OK && open)
        rc = s_run (self, open, error);
    batch_results_close (&self->results);
    return rc;
}

static int s_end (const struct run *self, int rc, const struct error *error)
{
    const struct arguments *arguments = self->arguments;
    for (size_t i = 0; arguments->json && i < self->count; i++)
        outcome_line (&self->outcomes[i], stdout);
    if (rc != DMH_OK)
        return command_refuse (error);
    const struct batch_summary summary =
        batch_summary_of (arguments, &self->inputs, self->outcomes, self->count, self->began_at);
    batch_summary_say (&summary);
    if (!arguments->json && !arguments->quiet) {
        load_summary (self->outcomes, self->count, stdout);
        load_summary (self->tables.outcomes, self->tables.count, stdout);
    }
    int status =
        batch_results_tell (&self->results, outcome_exit (self->outcomes, self->count, arguments->strict));
    return joined_tables_tell (&self->tables, arguments, status);
}

//  What the user is told who has stopped it.
static void s_say_interrupted (const struct run *self, struct error *error)
{
    size_t there = 0;
    for (size_t i = 0; i < self->count; i++)
        there += self->outcomes[i].folder != NULL;
    if (self->count > 1)
        error_set (error, DMH_CANCELLED, "interrupted; %zu of %zu results are in %s; --skip-done goes on",
                   there, self->count,
                   self->arguments->folder ? self->arguments->folder : "the current folder");
    else
        error_set (error, DMH_CANCELLED, "interrupted; what had not ended was cancelled and left nothing");
}

int command_run (struct arguments *arguments)
{
    struct run self = {.arguments = arguments, .began_at = clock_mono_ms ()};
    struct error error = {.code = DMH_OK};
    self.interrupt = signals_open ();
    int rc = load_target_check (arguments, true, &error);
    if (rc == DMH_OK)
        rc = inputs_find (arguments, self.interrupt, &self.inputs, &error);
    if (rc == DMH_OK)
        rc = load_check (arguments, self.interrupt, &error);
    if (rc == DMH_OK)
        rc = dataset_load_check (arguments, self.interrupt, &error);
    if (rc == DMH_OK)
        rc = command_ready (&error);
    if (rc == DMH_OK && arguments->sign_key &&
        !(self.sign_key = signing_key_read (arguments->sign_key, &error)))
        rc = error.code;
    if (rc == DMH_OK)
        rc = input_list_spread (&self.inputs, arguments->kinds, arguments->kind_count, &error);
    self.count = self.inputs.count;
    if (rc == DMH_OK && !(self.outcomes = outcome_new (&self.inputs)))
        rc = error_set (&error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = s_work (&self, &error);
    if (rc == DMH_OK && arguments->join)
        rc = joined_tables_make (&self.tables, self.outcomes, self.count, arguments, self.interrupt, &error);
    if (rc == DMH_CANCELLED && self.outcomes)
        s_say_interrupted (&self, &error);
    if (rc == DMH_OK)
        rc = arguments->join
                 ? load_outcomes (arguments, self.tables.outcomes, self.tables.count, self.interrupt, &error)
                 : load_outcomes (arguments, self.outcomes, self.count, self.interrupt, &error);
    int status = self.outcomes ? s_end (&self, rc, &error) : command_refuse (&error);
    if (rc == DMH_OK && arguments->dataset &&
        dataset_load_batch (self.outcomes, self.count, arguments, self.interrupt, &status, &error) != DMH_OK)
        status = command_refuse (&error);
    outcome_destroy (&self.outcomes, self.count);
    joined_tables_clear (&self.tables);
    batch_results_clear (&self.results);
    signing_key_destroy (&self.sign_key);
    if (*self.inputs.spool)
        folder_tree_remove (self.inputs.spool);
    input_list_clear (&self.inputs);
    zsys_shutdown ();
    return status;
}
