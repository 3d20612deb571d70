//  job.c: the shared parts as tables, and the words of a job's states. See job.h.
#include "messages/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct shape_field s_input[] = {
    SHAPE_FIELD_TEXT (struct input, uri, true),          SHAPE_FIELD_TEXT (struct input, name, true),
    SHAPE_FIELD_U64 (struct input, bytes, false),        SHAPE_FIELD_TEXT (struct input, sha256, false),
    SHAPE_FIELD_TEXT (struct input, origin, false),      SHAPE_FIELD_TEXT (struct input, place, false),
    SHAPE_FIELD_TEXT (struct input, source_file, false), SHAPE_FIELD_TEXT (struct input, stands_at, false),
};
const struct shape input_shape = SHAPE_OF ("input", struct input, s_input);

static const struct shape_field s_stored_file[] = {
    SHAPE_FIELD_TEXT (struct stored_file, sha256, true),
    SHAPE_FIELD_U64 (struct stored_file, bytes, true),
};
static const struct shape s_stored_file_shape = SHAPE_OF ("stored_file", struct stored_file, s_stored_file);

static const struct shape_field s_file_ticket[] = {
    SHAPE_FIELD_TEXT (struct file_ticket, sha256, true),
    SHAPE_FIELD_TEXT (struct file_ticket, ticket, true),
};
const struct shape file_ticket_shape = SHAPE_OF ("file_ticket", struct file_ticket, s_file_ticket);

static const struct shape_field s_options[] = {
    SHAPE_FIELD_TEXT (struct options, kind, false),
    SHAPE_FIELD_TEXT (struct options, format, false),
    SHAPE_FIELD_TEXT (struct options, date_order, false),
    SHAPE_FIELD_TEXT (struct options, decimal, false),
    SHAPE_FIELD_TEXT (struct options, audit, false),
    SHAPE_FIELD_STRING (struct options, mapping, false, MAPPING_BYTES_MAX),
    SHAPE_FIELD_TEXT (struct options, mapping_name, false),
    SHAPE_FIELD_STRING (struct options, mapping_folder, false, URI_BYTES),
    SHAPE_FIELD_STRING (struct options, schema, false, MAPPING_BYTES_MAX),
    SHAPE_FIELD_TEXT (struct options, schema_name, false),
    SHAPE_FIELD_U64 (struct options, threads, false),
    SHAPE_FIELD_U64 (struct options, block_bytes, false),
    SHAPE_FIELD_I64 (struct options, priority, false),
    SHAPE_FIELD_BOOL (struct options, strict, false),
    SHAPE_FIELD_TEXT (struct options, fail_on, false),
    SHAPE_FIELD_TEXT (struct options, on_conflict, false),
    SHAPE_FIELD_TEXT (struct options, encoding, false),
    SHAPE_FIELD_TEXT (struct options, delimiter, false),
    SHAPE_FIELD_BOOL (struct options, no_header, false),
    SHAPE_FIELD_U64 (struct options, record_bytes, false),
    SHAPE_FIELD_U64 (struct options, time_limit, false),
    SHAPE_FIELD_U64 (struct options, stall_seconds, false),
    SHAPE_FIELD_U64 (struct options, output_bytes, false),
    SHAPE_FIELD_U64 (struct options, unpacked_bytes, false),
    SHAPE_FIELD_U64 (struct options, job_memory, false),
    SHAPE_FIELD_STRING (struct options, reference, false, URI_BYTES),
    SHAPE_FIELD_TEXT (struct options, contig_style, false),
    SHAPE_FIELD_U64 (struct options, memory, false),
    SHAPE_FIELD_BOOL (struct options, keep_case, false),
    SHAPE_FIELD_TEXT (struct options, task, false),
    SHAPE_FIELD_SAID (struct options, split_bytes),
    SHAPE_FIELD_BOOL (struct options, reference_individuals, false),
    SHAPE_FIELD_LIST (struct options, tables, false, TABLES_MAX, &s_stored_file_shape),
};
const struct shape options_shape = SHAPE_OF ("options", struct options, s_options);

bool options_copy (const struct options *options, struct options *out)
{
    struct options copy = *options;
    copy.mapping = options->mapping ? strdup (options->mapping) : NULL;
    copy.mapping_folder = options->mapping_folder ? strdup (options->mapping_folder) : NULL;
    copy.reference = options->reference ? strdup (options->reference) : NULL;
    copy.schema = options->schema ? strdup (options->schema) : NULL;
    copy.tables = options->tables_count ? calloc (options->tables_count, sizeof *copy.tables) : NULL;
    if (copy.tables)
        memcpy (copy.tables, options->tables, options->tables_count * sizeof *copy.tables);
    else
        copy.tables_count = 0;
    *out = copy;
    if (!copy.mapping == !options->mapping && !copy.mapping_folder == !options->mapping_folder &&
        !copy.reference == !options->reference && !copy.schema == !options->schema &&
        copy.tables_count == options->tables_count)
        return true;
    shape_clear (&options_shape, out);
    return false;
}

static const struct shape_field s_output[] = {
    SHAPE_FIELD_TEXT (struct output, name, true),
    SHAPE_FIELD_U64 (struct output, bytes, false),
    SHAPE_FIELD_TEXT (struct output, sha256, false),
    SHAPE_FIELD_U64 (struct output, records, false),
};
const struct shape output_shape = SHAPE_OF ("output", struct output, s_output);

static const struct shape_field s_job_record[] = {
    SHAPE_FIELD_TEXT (struct job_record, job, true),
    SHAPE_FIELD_TEXT (struct job_record, correlation, false),
    SHAPE_FIELD_TEXT (struct job_record, name, false),
    SHAPE_FIELD_TEXT (struct job_record, place, false),
    SHAPE_FIELD_TEXT (struct job_record, state, true),
    SHAPE_FIELD_TEXT (struct job_record, kind, false),
    SHAPE_FIELD_TEXT (struct job_record, worker, false),
    SHAPE_FIELD_TEXT (struct job_record, host, false),
    SHAPE_FIELD_U64 (struct job_record, attempt, false),
    SHAPE_FIELD_U64 (struct job_record, bytes_done, false),
    SHAPE_FIELD_U64 (struct job_record, bytes_total, false),
    COUNTS_FIELDS (struct job_record, counts),
    SHAPE_FIELD_TEXT (struct job_record, code, false),
    SHAPE_FIELD_TEXT (struct job_record, message, false),
    SHAPE_FIELD_TEXT (struct job_record, result, false),
    SHAPE_FIELD_LIST (struct job_record, outputs, false, OUTPUTS_MAX, &output_shape),
    SHAPE_FIELD_I64 (struct job_record, submitted_at, false),
    SHAPE_FIELD_I64 (struct job_record, started_at, false),
    SHAPE_FIELD_I64 (struct job_record, finished_at, false),
    SHAPE_FIELD_I64 (struct job_record, fetched_at, false),
    SHAPE_FIELD_U64 (struct job_record, deaths, false),
    SHAPE_FIELD_TEXT (struct job_record, owner, false),
    SHAPE_FIELD_I64 (struct job_record, removal_at, false),
    SHAPE_FIELD_TEXT (struct job_record, removal_by, false),
    SHAPE_FIELD_BOOL (struct job_record, removal_waits, false),
    SHAPE_FIELD_LIST (struct job_record, tickets, false, OUTPUTS_MAX, &file_ticket_shape),
    SHAPE_FIELD_TEXT (struct job_record, batch, false),
    SHAPE_FIELD_U64 (struct job_record, position, false),
    SHAPE_FIELD_U64 (struct job_record, follows, false),
    SHAPE_FIELD_U64 (struct job_record, waits_for, false),
    SHAPE_FIELD_TEXT (struct job_record, waiting, false),
    SHAPE_FIELD_U64 (struct job_record, revision, false),
    SHAPE_FIELD_U64 (struct job_record, parts, false),
    SHAPE_FIELD_U64 (struct job_record, part, false),
    SHAPE_FIELD_TEXT (struct job_record, part_of, false),
};
const struct shape job_record_shape = SHAPE_OF ("job_record", struct job_record, s_job_record);

static const char *const STATES[JOB_STATE_COUNT] = {"queued", "running", "done", "failed", "cancelled"};

const char *job_state_word (enum job_state state)
{
    return STATES[state];
}

int job_state_of (const char *word, enum job_state *out)
{
    for (int state = 0; state < JOB_STATE_COUNT; state++)
        if (strcmp (word, STATES[state]) == 0) {
            *out = (enum job_state) state;
            return DMH_OK;
        }
    return DMH_MALFORMED;
}

bool job_state_is (const char *word, enum job_state state)
{
    return strcmp (word, STATES[state]) == 0;
}

void job_state_set (char out[WORD_BYTES], enum job_state state)
{
    snprintf (out, WORD_BYTES, "%s", STATES[state]);
}

void counts_add (struct counts *self, const struct counts *more)
{
    self->read += more->read;
    self->written += more->written;
    self->duplicates += more->duplicates;
    self->conflicts += more->conflicts;
    self->rejected += more->rejected;
}

bool job_has_result (const struct job_record *record)
{
    return *record->result &&
           (job_state_is (record->state, JOB_DONE) || job_state_is (record->state, JOB_FAILED));
}

const char *job_shown_name (const struct job_record *record)
{
    return *record->place ? record->place : record->name;
}

bool job_has_tables (const struct job_record *record)
{
    return record->outputs_count && strchr (record->outputs[0].name, '/');
}

static bool s_is_name (const char *name, size_t n)
{
    return n > 0 && !(n == 1 && *name == '.') && !(n == 2 && name[0] == '.' && name[1] == '.');
}

bool output_name_is_plain (const char *name)
{
    const char *slash = strchr (name, '/'), *last = slash ? slash + 1 : name;
    return (!slash || s_is_name (name, (size_t) (slash - name))) && s_is_name (last, strlen (last)) &&
           !strchr (last, '/');
}

const struct output *job_output (const struct job_record *record, const char *name)
{
    for (size_t i = 0; i < record->outputs_count; i++)
        if (strcmp (record->outputs[i].name, name) == 0)
            return &record->outputs[i];
    return NULL;
}

bool task_is_of_split (const char *task)
{
    return strcmp (task, TASK_CUT) == 0 || strcmp (task, TASK_SURVEY) == 0 || strcmp (task, TASK_PART) == 0 ||
           strcmp (task, TASK_WRITE) == 0;
}

bool job_state_ended (enum job_state state)
{
    return state == JOB_DONE || state == JOB_FAILED || state == JOB_CANCELLED;
}
