//  run.c: dmh run: harmonizes inputs in this process: broker and worker of local.c, submitted and
//  followed as by submit, then the results moved to where they belong.
#define _GNU_SOURCE
#include "client/commands/command.h"
#include "client/connection/follow.h"
#include "client/connection/local.h"
#include "client/result/outcome.h"
#include "client/result/result_folder.h"
#include "messages/base/folder.h"
#include "messages/text/terminal.h"
#include "messages/uri.h"

#include <limits.h>
#include <unistd.h>

enum { SLOTS_MOST = 8 };

struct run {
    struct arguments *arguments;
    struct outcome *outcomes;
    size_t count;
    int interrupt;
    signing_key_t *sign_key;      //  NULL: nobody signs
    char folder[PATH_MAX];        //  absolute, where results go
    char scratch[PATH_MAX];       //  in it; empty: not made
    char (*names)[NAME_BYTES];    //  of the results' folders
};

//  The folder for results and the scratch folder in it, so that a result is renamed, not copied.
static int s_scratch (struct run *self, struct error *error)
{
    const char *folder = self->arguments->folder ? self->arguments->folder : ".";
    int rc = folder_make (folder, error);
    if (rc != DMH_OK)
        return rc;
    if (!realpath (folder, self->folder))
        return error_set (error, DMH_IO, "the folder %s cannot be used: %s", folder, strerror (errno));
    if (snprintf (self->scratch, sizeof self->scratch, "%.*s/.dmh-XXXXXX", PATH_MAX - 64, self->folder) < 0 ||
        !mkdtemp (self->scratch)) {
        *self->scratch = 0;
        return error_set (error, DMH_IO, "the folder %s cannot be written: %s", folder, strerror (errno));
    }
    return DMH_OK;
}

//  Moves one result out of the scratch folder.
static void s_collect (const struct run *self, struct outcome *outcome, size_t number, const char *name)
{
    char from[PATH_MAX], aside[PATH_MAX + 32];
    char named[NAME_BYTES];
    const char *folder = self->arguments->folder ? self->arguments->folder : ".";
    bool good = job_state_is (outcome->record.state, JOB_DONE);
    result_folder_name_of (&outcome->record, name, named);
    snprintf (aside, sizeof aside, "%s/aside-%zu", self->scratch, number);
    char *to = result_folder_join (folder, named), *absolute = result_folder_join (self->folder, named);
    int rc = to && absolute ? uri_to_path (outcome->record.result, from, sizeof from, &outcome->error)
                            : error_set (&outcome->error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = result_folder_move (from, absolute, aside, &outcome->error);
    if (rc == DMH_OK)
        rc = uri_from_path (absolute, outcome->record.result, sizeof outcome->record.result, &outcome->error);
    if (rc == DMH_OK) {
        if (good)
            result_folder_forget_failed (self->folder, name);
        outcome->folder = to;
        to = NULL;
    } else if (!good) {
        struct error why = outcome->error;
        error_set (&outcome->error, rc, "%.250s; and all of it is lost: %.200s", outcome->record.message,
                   why.text);
    }
    free (to);
    free (absolute);
}

static void s_collect_all (const struct run *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (job_has_result (&self->outcomes[i].record))
            s_collect (self, &self->outcomes[i], i, self->names[i]);
}

//  Names the results' folders, and refuses inputs whose result could not go there: before the work, not after
//  it.
static int s_name (struct run *self, struct error *error)
{
    struct input *inputs = calloc (self->count, sizeof *inputs);
    self->names = calloc (self->count, sizeof *self->names);
    int rc = self->names && inputs ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        inputs[i] = self->outcomes[i].input;
    if (rc == DMH_OK)
        rc = result_folder_names (inputs, self->count, self->names, error);
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        char *to = result_folder_join (self->folder, self->names[i]);
        if (to && self->outcomes[i].error.code == DMH_OK)
            result_folder_check (to, &self->outcomes[i].error);
        free (to);
    }
    free (inputs);
    return rc;
}

static size_t s_usable (const struct run *self)
{
    size_t usable = 0;
    for (size_t i = 0; i < self->count; i++)
        usable += self->outcomes[i].error.code == DMH_OK;
    return usable;
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

static int s_work (struct run *self, struct error *error)
{
    if (s_usable (self) == 0)
        return DMH_OK;
    int rc = s_scratch (self, error);
    if (rc == DMH_OK)
        rc = s_name (self, error);
    size_t usable = s_usable (self);
    local_t *local = NULL;
    connection_t *connection = NULL;
    if (rc == DMH_OK && usable) {
        local = local_new (self->scratch, usable < SLOTS_MOST ? usable : SLOTS_MOST, self->arguments->threads,
                           self->sign_key, error);
        if (local && local_notice (local))
            terminal_print (stderr, "dmh: %s\n", local_notice (local));
        if (local)
            connection = connection_new (local_front (local), NULL, ANSWER_MS, self->interrupt, error);
        rc = connection
                 ? outcome_submit (self->outcomes, self->count, &self->arguments->options, connection, error)
                 : error->code;
    }
    if (rc == DMH_OK && usable)
        rc = outcome_follow (self->outcomes, self->count, connection, self->arguments->quiet, error);
    if (rc == DMH_CANCELLED && connection)
        s_cancel (self, connection);
    if (rc == DMH_OK || rc == DMH_CANCELLED)
        s_collect_all (self);
    connection_destroy (&connection);
    local_destroy (&local);
    if (*self->scratch)
        result_folder_remove (self->scratch);
    return rc;
}

static int s_end (const struct run *self, int rc, const struct error *error)
{
    for (size_t i = 0; self->arguments->json && i < self->count; i++)
        outcome_line (&self->outcomes[i], stdout);
    if (rc != DMH_OK)
        return command_refuse (error);
    outcome_complain (self->outcomes, self->count);
    if (!self->arguments->json && !self->arguments->quiet)
        outcome_table (self->outcomes, self->count, stdout);
    return outcome_exit (self->outcomes, self->count, self->arguments->strict);
}

int command_run (struct arguments *arguments)
{
    struct run self = {.arguments = arguments, .count = arguments->word_count};
    struct input_argument *inputs = NULL;
    struct error error = {.code = DMH_OK};
    char spool[PATH_MAX] = "";
    self.interrupt = follow_interrupt ();
    int rc = inputs_find (arguments->words, arguments->word_count, arguments->stdin_bytes, self.interrupt,
                          &inputs, spool, &error);
    if (rc == DMH_OK)
        rc = command_ready (&error);
    if (rc == DMH_OK && arguments->sign_key &&
        !(self.sign_key = signing_key_read (arguments->sign_key, &error)))
        rc = error.code;
    if (rc == DMH_OK)
        rc = inputs_spread (&inputs, &self.count, arguments->kinds, arguments->kind_count, &error);
    if (rc == DMH_OK && !(self.outcomes = outcome_new (inputs, self.count)))
        rc = error_set (&error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = s_work (&self, &error);
    if (rc == DMH_CANCELLED)
        error_set (&error, rc, "interrupted; what had not ended was cancelled and left nothing");
    int status = self.outcomes ? s_end (&self, rc, &error) : command_refuse (&error);
    outcome_destroy (&self.outcomes, self.count);
    signing_key_destroy (&self.sign_key);
    free (self.names);
    free (inputs);
    if (*spool)
        result_folder_remove (spool);
    zsys_shutdown ();
    return status;
}
