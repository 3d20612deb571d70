//  batch_state.c: see batch_state.h.
#include "client/result/batch/batch_state.h"

#include "client/connection/subject.h"
#include "client/terminal/counts_text.h"
#include "client/terminal/table.h"
#include "messages/base/clock.h"

#include <stdio.h>

enum { FAILURES_SHOWN = 40, TEXT_BYTES = 256, STOP = 1 };

const char *batch_state_word (const struct batch_record *batch)
{
    enum job_state state = batch->running                             ? JOB_RUNNING
                           : batch->queued || batch_jobs (batch) == 0 ? JOB_QUEUED
                           : batch->failed                            ? JOB_FAILED
                           : batch->cancelled                         ? JOB_CANCELLED
                                                                      : JOB_DONE;
    return job_state_word (state);
}

void batch_state_line (json_line_t *line, const struct batch_record *batch)
{
    json_line_text (line, "batch", batch->batch);
    json_line_text (line, "name", batch->name);
    json_line_text (line, "state", batch_state_word (batch));
    json_line_number (line, "total", batch->total);
    json_line_object (line, "jobs");
    json_line_number (line, "queued", batch->queued);
    json_line_number (line, "running", batch->running);
    json_line_number (line, "done", batch->done);
    json_line_number (line, "failed", batch->failed);
    json_line_number (line, "cancelled", batch->cancelled);
    json_line_close (line);
    json_line_number (line, "bytes_done", batch->bytes_done);
    json_line_number (line, "bytes_total", batch->bytes_total);
    json_line_counts (line, &batch->counts);
    json_line_time (line, "submitted_at", batch->submitted_at);
    json_line_text (line, "owner", batch->owner);
}

static void s_row (table_t *table, const char *label, const char *value)
{
    if (!*value)
        return;
    table_cell (table, label);
    table_cell (table, value);
}

//  The failures of a batch, on the page or in the line.
struct failures {
    table_t *table;
    json_line_t *line;
    size_t count;
};

static int s_fail (void *context, struct job_record *record)
{
    struct failures *self = context;
    if (++self->count > FAILURES_SHOWN && self->table)
        return STOP;
    if (self->line) {
        json_line_object (self->line, NULL);
        json_line_text (self->line, "job", record->job);
        json_line_text (self->line, "name", record->name);
        json_line_text (self->line, "code", record->code);
        json_line_text (self->line, "message", record->message);
        json_line_close (self->line);
        return DMH_OK;
    }
    char text[PLACE_BYTES + SENTENCE_BYTES + ID_BYTES + 8];
    snprintf (text, sizeof text, "%s (%s): %s", job_shown_name (record), record->job, record->message);
    table_cell (self->table, "failed");
    table_tone (self->table, text, TABLE_BAD);
    return DMH_OK;
}

static void s_numbers (table_t *table, const struct batch_record *batch)
{
    char records[COUNTS_TEXT_BYTES];
    char text[TEXT_BYTES], at[CLOCK_TEXT_BYTES];
    uint64_t there = batch_jobs (batch);
    snprintf (text, sizeof text, "%llu done, %llu failed, %llu cancelled, %llu running, %llu queued",
              (unsigned long long) batch->done, (unsigned long long) batch->failed,
              (unsigned long long) batch->cancelled, (unsigned long long) batch->running,
              (unsigned long long) batch->queued);
    s_row (table, "jobs", text);
    if (there != batch->total) {
        snprintf (text, sizeof text, "%llu of %llu; the others were not submitted, or have left",
                  (unsigned long long) there, (unsigned long long) batch->total);
        s_row (table, "there", text);
    }
    snprintf (text, sizeof text, "%llu of %llu", (unsigned long long) batch->bytes_done,
              (unsigned long long) batch->bytes_total);
    s_row (table, "bytes", text);
    s_row (table, "records", counts_text (&batch->counts, false, records));
    s_row (table, "submitted", batch->submitted_at ? clock_text (batch->submitted_at, at) : "");
    s_row (table, "owner", batch->owner);
}

static int s_show_line (const struct batch_record *batch, connection_t *connection, struct error *error)
{
    struct failures failures = {.line = json_line_new ()};
    batch_state_line (failures.line, batch);
    json_line_array (failures.line, "failures");
    int rc = batch->failed ? subject_each_job (connection, batch->batch, job_state_word (JOB_FAILED), s_fail,
                                               &failures, error)
                           : DMH_OK;
    json_line_close (failures.line);
    json_line_print (&failures.line, stdout);
    return rc;
}

int batch_state_show (const struct batch_record *batch, connection_t *connection, bool json,
                      struct error *error)
{
    if (json)
        return s_show_line (batch, connection, error);
    char text[TEXT_BYTES];
    const char *word = batch_state_word (batch);
    table_t *table = table_new (stdout, false);
    struct failures failures = {.table = table};
    table_column (table, "", TABLE_WHOLE);
    table_column (table, "", TABLE_WRAP);
    s_row (table, "batch", batch->batch);
    s_row (table, "name", batch->name);
    table_cell (table, "state");
    table_tone (table, word, table_tone_of (word));
    s_numbers (table, batch);
    int rc = batch->failed ? subject_each_job (connection, batch->batch, job_state_word (JOB_FAILED), s_fail,
                                               &failures, error)
                           : DMH_OK;
    if (rc == STOP) {
        snprintf (text, sizeof text, "and %llu others: dmh list --batch %s --state failed",
                  (unsigned long long) (batch->failed - FAILURES_SHOWN), batch->batch);
        s_row (table, "", text);
        rc = DMH_OK;
    }
    table_print (&table);
    return rc;
}
