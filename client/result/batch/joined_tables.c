//  joined_tables.c: see joined_tables.h.
#define _GNU_SOURCE
#include "client/result/batch/joined_tables.h"

#include "client/result/batch/join_inputs.h"
#include "client/result/batch/outcome_table.h"
#include "client/result/batch/scratch_folder.h"
#include "client/result/folder_tree.h"
#include "client/result/result_folder.h"
#include "messages/base/folder.h"

#include <stdlib.h>
#include <string.h>

static const char JOINED[] = "joined";

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while joining results");
}

//  What is joined, and where it goes.
struct joined_batch {
    const struct outcome *outcomes;
    size_t count;
    const struct options *options;
    const char *folder;
    int interrupt;
};

//  Puts one table in its place.
static int s_place (const struct joined_batch *batch, const char *scratch, const struct joined *joined,
                    struct outcome *out, struct error *error)
{
    struct job_record *record = &out->record;
    bool good = joined->refusal.code == DMH_OK;
    char *aside = NULL, *name;
    snprintf (record->name, sizeof record->name, "%s/%s", JOINED, joined->kind);
    memcpy (record->kind, joined->kind, sizeof record->kind);
    job_state_set (record->state, good ? JOB_DONE : JOB_FAILED);
    snprintf (record->message, sizeof record->message, "%s", good ? "" : joined->refusal.text);
    record->counts = joined->counts;
    record->outputs = calloc (joined->output_count + 1, sizeof *record->outputs);
    name = result_folder_name_of (record, record->name);
    if (name) {
        out->folder = folder_tree_join (batch->folder, name);
        aside = scratch_folder_aside (scratch, name);
    }
    free (name);
    int rc = aside && out->folder && record->outputs ? DMH_OK : s_no_memory (error);
    if (rc == DMH_OK) {
        record->outputs_count = joined->output_count;
        memcpy (record->outputs, joined->outputs, joined->output_count * sizeof *record->outputs);
        rc = result_folder_move (joined->folder, out->folder, aside, error);
    }
    if (rc == DMH_OK && good)
        result_folder_forget_failed (batch->folder, record->name);
    free (aside);
    return rc;
}

static int s_place_all (const struct joined_batch *batch, const char *scratch, const struct joined *joined,
                        size_t count, struct outcome **tables, struct error *error)
{
    char *folder = folder_tree_join (batch->folder, JOINED);
    struct outcome *out = calloc (count + 1, sizeof *out);
    int rc = folder && out ? folder_make (folder, error) : s_no_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        rc = s_place (batch, scratch, &joined[i], &out[i], error);
    free (folder);
    if (rc != DMH_OK)
        outcome_destroy (&out, count);
    *tables = out;
    return rc;
}

static int s_make (const struct joined_batch *batch, struct joined_tables *tables, struct error *error)
{
    struct joined *joined = calloc (JOINED_KINDS_MAX, sizeof *joined);
    struct scratch_folder scratch = {.lock = -1};
    struct join_input *inputs = NULL;
    size_t count = 0;
    if (joined)
        inputs = join_inputs_new (batch->outcomes, batch->count, batch->folder);
    int rc = inputs ? DMH_OK : s_no_memory (error);
    if (rc == DMH_OK)
        rc = scratch_folder_make (&scratch, batch->folder, error);
    if (rc == DMH_OK) {
        const struct join_request request = {.inputs = inputs,
                                             .count = batch->count,
                                             .options = batch->options,
                                             .folder = scratch.path,
                                             .correlation = batch->outcomes[0].record.correlation,
                                             .interrupt = batch->interrupt};
        rc = join_results (&request, joined, &count, error);
    }
    if (rc == DMH_OK && count)
        rc = s_place_all (batch, scratch.path, joined, count, &tables->outcomes, error);
    tables->count = rc == DMH_OK ? count : 0;
    scratch_folder_remove (&scratch);
    free (inputs);
    free (joined);
    return rc;
}

int joined_tables_make (struct joined_tables *self, const struct outcome *outcomes, size_t count,
                        const struct arguments *arguments, int interrupt, struct error *error)
{
    const struct joined_batch batch = {.outcomes = outcomes,
                                       .count = count,
                                       .options = &arguments->options,
                                       .folder = arguments->folder ? arguments->folder : ".",
                                       .interrupt = interrupt};
    *self = (struct joined_tables){.outcomes = NULL};
    return join_inputs_any (outcomes, count) ? s_make (&batch, self, error) : DMH_OK;
}

void joined_tables_clear (struct joined_tables *self)
{
    outcome_destroy (&self->outcomes, self->count);
    self->count = 0;
}

int joined_tables_tell (const struct joined_tables *self, const struct arguments *arguments, int status)
{
    for (size_t i = 0; arguments->json && i < self->count; i++)
        outcome_line (&self->outcomes[i], stdout);
    outcome_complain (self->outcomes, self->count);
    if (!arguments->json && !arguments->quiet && self->count)
        outcome_table (self->outcomes, self->count, stdout);
    int joined = outcome_exit (self->outcomes, self->count, arguments->strict);
    return status == 0 || joined == 1 ? joined : status;
}
