//  submit.c: dmh submit: sends inputs to a broker; with --wait follows them, with -o brings the results here.
#include "client/commands/command.h"
#include "client/connection/follow.h"
#include "client/result/download.h"
#include "client/result/outcome.h"
#include "client/result/result_folder.h"
#include "client/terminal/json_line.h"
#include "messages/text/terminal.h"
#include "messages/uri.h"

#include <limits.h>

struct submission {
    struct arguments *arguments;
    struct outcome *outcomes;
    size_t count;
};

//  The ids, one a line, as soon as they are known.
static void s_print_ids (const struct submission *self)
{
    for (size_t i = 0; i < self->count; i++) {
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
        json_line_print (&line, stdout);
    }
    fflush (stdout);
}

//  Inputs that others cannot see go to the broker first. One that cannot go ends nothing but itself.
static int s_send (const struct submission *self, connection_t *connection, struct error *error)
{
    progress_t *progress = self->arguments->quiet ? NULL : progress_new (stderr, self->count + TABLES_MAX);
    struct file_transfer transfer = {connection, progress};
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        struct outcome *outcome = &self->outcomes[i];
        if (outcome->error.code != DMH_OK || uri_is_stored (outcome->input.uri))
            continue;
        char uri[URI_BYTES];
        memcpy (uri, outcome->input.uri, sizeof uri);
        rc = file_transfer_send (&transfer, &outcome->input, &outcome->error);
        //  The same file for another kind of record is there already.
        for (size_t k = i + 1; rc == DMH_OK && k < self->count; k++)
            if (self->outcomes[k].error.code == DMH_OK && streq (self->outcomes[k].input.uri, uri)) {
                memcpy (self->outcomes[k].input.uri, outcome->input.uri, sizeof uri);
                memcpy (self->outcomes[k].input.sha256, outcome->input.sha256, HEX_BYTES);
                self->outcomes[k].input.bytes = outcome->input.bytes;
            }
        if (rc == DMH_CANCELLED || rc == DMH_UNAVAILABLE || rc == DMH_UNAUTHORIZED)
            *error = outcome->error;
        else
            rc = DMH_OK;
    }
    if (rc == DMH_OK)
        rc = file_transfer_send_tables (&transfer, &self->arguments->options, error);
    if (progress)
        progress_clear (progress);
    progress_destroy (&progress);
    if (rc == DMH_CANCELLED)
        error_set (error, rc, "interrupted; nothing was submitted, and the same command goes on");
    return rc;
}

static int s_fetch (const struct submission *self, connection_t *connection, struct error *error)
{
    progress_t *progress = self->arguments->quiet ? NULL : progress_new (stderr, self->count * OUTPUTS_MAX);
    struct file_transfer transfer = {connection, progress};
    char (*names)[NAME_BYTES] = calloc (self->count, sizeof *names);
    struct input *inputs = calloc (self->count, sizeof *inputs);
    int rc = names && inputs ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        inputs[i] = self->outcomes[i].input;
    if (rc == DMH_OK)
        rc = result_folder_names (inputs, self->count, names, error);
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        struct outcome *outcome = &self->outcomes[i];
        if (job_has_result (&outcome->record) &&
            download_result (&transfer, self->arguments->transfer_mode, &outcome->record,
                             self->arguments->folder, names[i], &outcome->folder, &outcome->error) == DMH_OK)
            download_acknowledge (connection, &outcome->record);
    }
    progress_destroy (&progress);
    free (names);
    free (inputs);
    return rc;
}

//  All inputs and tables go, or none, as a worker takes all of a job from one place.
static bool s_has_to_send (const struct submission *self, const connection_t *connection)
{
    enum transfer_mode mode = self->arguments->transfer_mode;
    bool needed = file_transfer_tables_are_needed (connection, mode, &self->arguments->options);
    for (size_t i = 0; !needed && i < self->count; i++)
        needed = self->outcomes[i].error.code == DMH_OK &&
                 file_transfer_is_needed (connection, mode, self->outcomes[i].input.uri);
    return needed;
}

static int s_work (const struct submission *self, int interrupt, struct error *error)
{
    size_t usable = 0;
    for (size_t i = 0; i < self->count; i++)
        usable += self->outcomes[i].error.code == DMH_OK;
    if (usable == 0)
        return DMH_OK;
    connection_t *connection = command_connect (self->arguments, interrupt, error);
    if (!connection)
        return error->code;
    int rc = DMH_OK;
    if (s_has_to_send (self, connection))
        rc = s_send (self, connection, error);
    if (rc != DMH_OK) {
        connection_destroy (&connection);
        return rc;
    }
    rc = outcome_submit (self->outcomes, self->count, &self->arguments->options, connection, error);
    if (!(self->arguments->json && self->arguments->wait))    //  with both, the line at the end has it all
        s_print_ids (self);
    if (rc == DMH_OK && self->arguments->wait)
        rc = outcome_follow (self->outcomes, self->count, connection, self->arguments->quiet, error);
    if (rc == DMH_CANCELLED)
        error_set (error, rc, "interrupted; the jobs go on, dmh watch follows them");
    if (rc == DMH_OK && self->arguments->wait && self->arguments->folder)
        rc = s_fetch (self, connection, error);
    connection_destroy (&connection);
    return rc;
}

static int s_end (const struct submission *self, int rc, const struct error *error)
{
    const struct arguments *arguments = self->arguments;
    for (size_t i = 0; arguments->json && i < self->count; i++)
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
    outcome_complain (self->outcomes, self->count);
    if (!arguments->json && !arguments->quiet)
        outcome_table (self->outcomes, self->count, stdout);
    return outcome_exit (self->outcomes, self->count, arguments->strict);
}

int command_submit (struct arguments *arguments)
{
    struct submission self = {.arguments = arguments, .count = arguments->word_count};
    struct input_argument *inputs = NULL;
    struct error error = {.code = DMH_OK};
    char spool[PATH_MAX] = "";
    if (arguments->folder && !arguments->wait) {
        error_set (&error, DMH_USAGE,
                   "-o brings results here at the end, so it needs --wait; dmh fetch does it later");
        return command_refuse (&error);
    }
    int interrupt = follow_interrupt ();
    int rc = inputs_find (arguments->words, arguments->word_count, arguments->stdin_bytes, interrupt, &inputs,
                          spool, &error);
    if (rc == DMH_OK)
        rc = inputs_spread (&inputs, &self.count, arguments->kinds, arguments->kind_count, &error);
    if (rc == DMH_OK && !(self.outcomes = outcome_new (inputs, self.count)))
        rc = error_set (&error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = s_work (&self, interrupt, &error);
    bool needed = false;
    for (size_t i = 0; self.outcomes && i < self.count; i++)
        needed = needed || (!uri_is_stored (self.outcomes[i].input.uri) &&
                            (job_state_is (self.outcomes[i].record.state, JOB_QUEUED) ||
                             job_state_is (self.outcomes[i].record.state, JOB_RUNNING)));
    int status = self.outcomes ? s_end (&self, rc, &error) : command_refuse (&error);
    outcome_destroy (&self.outcomes, self.count);
    free (inputs);
    if (*spool && !needed)    //  else the worker has yet to read it
        result_folder_remove (spool);
    zsys_shutdown ();
    return status;
}
