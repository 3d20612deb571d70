//  joined_tables.c: see joined_tables.h.
#define _GNU_SOURCE
#include "client/result/batch/joined_tables.h"

#include "client/result/batch/join_inputs.h"
#include "client/result/batch/outcome_table.h"
#include "client/result/batch/scratch_folder.h"
#include "client/result/folder_tree.h"
#include "client/result/places/done_result.h"
#include "client/result/places/result_owner.h"
#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "client/result/result_folder.h"
#include "client/result/table_results.h"
#include "messages/base/folder.h"
#include "messages/base/narrow.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    char *aside = NULL, *folder = NULL, *name;
    snprintf (record->name, sizeof record->name, "%s/%s", JOINED, joined->kind);
    memcpy (record->kind, joined->kind, sizeof record->kind);
    job_state_set (record->state, good ? JOB_DONE : JOB_FAILED);
    snprintf (record->message, sizeof record->message, "%s", good ? "" : joined->refusal.text);
    record->counts = joined->counts;
    record->outputs = calloc (joined->output_count + 1, sizeof *record->outputs);
    name = result_folder_name_of (record, record->name);
    if (name) {
        folder = folder_tree_join (batch->folder, name);
        aside = scratch_folder_aside (scratch, name);
    }
    free (name);
    int rc = aside && folder && record->outputs ? DMH_OK : s_no_memory (error);
    if (rc == DMH_OK) {
        record->outputs_count = joined->output_count;
        memcpy (record->outputs, joined->outputs, joined->output_count * sizeof *record->outputs);
        rc = result_folder_move (joined->folder, folder, aside, error);
    }
    if (rc == DMH_OK) {
        outcome_arrived (out, folder);
        folder = NULL;
    }
    if (rc == DMH_OK && good)
        result_folder_forget_failed (batch->folder, record->name);
    free (folder);
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

//  A sentence names the place that was meant, not the scratch folder, which is gone by then.
static void s_name_place (const struct joined_batch *batch, const char *scratch, struct error *error)
{
    struct error why = *error;
    const char *at = scratch ? strstr (why.text, scratch) : NULL;
    if (at)
        error_set (error, why.code, "%.*s%.200s/%s%s", NARROW (int, at - why.text), why.text, batch->folder,
                   JOINED, at + strlen (scratch));
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
    if (rc != DMH_OK)
        s_name_place (batch, scratch.path, error);
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

//  The counts of a table are in its report.
static int s_read_counts (struct job_record *record, const char *folder, struct error *error)
{
    struct json_value *report = result_document_read (folder, "report.json", error);
    if (!report)
        return error->code;
    record->counts = report_counts (json_value_member (report, "counts"));
    json_value_destroy (&report);
    return DMH_OK;
}

//  Where the table goes: joined/KIND, unless another job's that says otherwise stands there. Yours to free;
//  NULL: out of memory.
static char *s_place_of (const struct arguments *arguments, const struct batch_results *results,
                         const struct job_record *table)
{
    char *place = NULL, *named = result_folder_name_of (table, table->name),
         *to = named ? folder_tree_join (results->root, named) : NULL;
    bool taken = to && !arguments->replace && access (to, F_OK) == 0 &&
                 !result_owner_is_job (to, table->job) && !done_result_is_alike (to, table);
    free (named);
    free (to);
    int n = taken ? asprintf (&place, "%s.%s/%s", JOINED, table->job, table->kind)
                  : asprintf (&place, "%s/%s", JOINED, table->kind);
    if (n < 0)
        return NULL;
    return place;
}

static int s_bring (struct outcome *out, struct file_transfer *transfer, const struct arguments *arguments,
                    const struct batch_results *results, struct error *error)
{
    struct group_commit commit;
    char *place = s_place_of (arguments, results, &out->record);
    const struct download_room room = {results->folder, results->root, results->scratch.path, "table"};
    int rc =
        place ? group_commit_open (&commit, results->folder, results->root, 1, error) : s_no_memory (error);
    if (rc != DMH_OK) {
        free (place);
        return rc;
    }
    out->place = place;
    rc = download_result (transfer, arguments->transfer_mode, &room, out);
    if (rc == DMH_OK) {
        group_commit_add (&commit, out);
        group_commit_bring (&commit, results->scratch.path, true);
        rc = out->error.code;
    }
    if (rc != DMH_OK)
        *error = out->error;
    out->place = NULL;
    group_commit_clear (&commit);
    free (place);
    return rc == DMH_OK ? s_read_counts (&out->record, out->folder, error) : rc;
}

int joined_tables_bring (struct joined_tables *self, struct file_transfer *transfer,
                         const struct arguments *arguments, const struct batch_results *results,
                         const struct job_record *record, struct error *error)
{
    struct table_results tables;
    int rc = table_results_of (&tables, record, error);
    *self = (struct joined_tables){.outcomes = calloc (tables.count + 1, sizeof *self->outcomes)};
    if (rc == DMH_OK && !self->outcomes)
        rc = s_no_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < tables.count; i++) {
        struct outcome *out = &self->outcomes[self->count++];
        out->record = tables.records[i];
        out->record.tickets = NULL;    //  the job's
        out->record.tickets_count = 0;
        tables.records[i].outputs = NULL;
        rc = s_bring (out, transfer, arguments, results, error);
    }
    table_results_clear (&tables);
    return rc;
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
