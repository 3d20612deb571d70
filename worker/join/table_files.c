//  table_files.c: see table_files.h.
#include "worker/join/table_files.h"

#include "worker/output/rejects.h"

#include <stdio.h>

int table_files_open (struct table_files *self, const char *folder, const char *records, struct error *error)
{
    *self = (struct table_files){.records = output_new (folder, records, error)};
    if (self->records)
        self->rejects = output_new (folder, "rejects.csv", error);
    output_file_t *audit = self->rejects ? output_new (folder, "audit.ndjson", error) : NULL;
    if (!audit)
        return error->code;
    self->audit = audit_new (&audit);
    return self->audit ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory while making a table");
}

void table_files_clear (struct table_files *self)
{
    output_destroy (&self->records);
    output_destroy (&self->rejects);
    audit_destroy (&self->audit);
}

int table_files_restart (struct table_files *self, struct error *error)
{
    int rc = output_restart (self->records, error);
    if (rc == DMH_OK)
        rc = output_restart (self->rejects, error);
    return rc == DMH_OK ? audit_restart (self->audit, error) : rc;
}

int table_files_check (const struct table_files *self, struct error *error)
{
    int rc = output_check (self->records, error);
    if (rc == DMH_OK)
        rc = output_check (self->rejects, error);
    return rc == DMH_OK ? output_check (audit_file (self->audit), error) : rc;
}

int table_files_finish (struct table_files *self, const struct counts *counts, struct output *outputs,
                        struct error *error)
{
    audit_end (self->audit, counts);
    int rc = output_finish (self->records, counts->written, &outputs[0], error);
    if (rc == DMH_OK)
        rc = output_finish (self->rejects, counts->conflicts + counts->rejected, &outputs[1], error);
    return rc == DMH_OK
               ? output_finish (audit_file (self->audit), audit_lines (self->audit), &outputs[2], error)
               : rc;
}

void set_aside_header (output_file_t *file)
{
    output_text (file, "record,line,reason,rule,field,message,raw,raw_encoding,source_file,source_record\n");
}

static void s_cell (output_file_t *file, struct text value)
{
    output_csv (file, value);
    output_text (file, ",");
}

static void s_count (output_file_t *file, uint64_t number, const char *end)
{
    output_number (file, number);
    output_text (file, end);
}

static void s_why (output_file_t *file, const struct set_aside *self)
{
    char message[SENTENCE_BYTES + NAME_BYTES];
    if (!self->key) {
        output_text (file, "rejected,");
        s_cell (file, self->record->rule);
        s_cell (file, self->record->field);
        s_cell (file, self->record->message);
        return;
    }
    snprintf (message, sizeof message,
              "has the key of record %llu and other content; that one is record %llu of %.*s",
              (unsigned long long) self->stands, (unsigned long long) self->stands_number, NAME_BYTES,
              self->stands_file);
    output_text (file, "conflict,");
    s_cell (file, text_of (RULE[RULE_RECORD_CONFLICT].name));
    s_cell (file, text_of (self->key));
    s_cell (file, text_of (message));
}

void set_aside_write (output_file_t *file, const struct set_aside *self)
{
    bool own = self->record->fate != FATE_WRITTEN;
    s_count (file, self->at.record, ",");
    s_count (file, self->at.line, ",");
    s_why (file, self);
    if (own) {
        s_cell (file, self->record->raw);
        output_csv (file, self->record->raw_encoding);
    } else
        rejects_raw (file, self->raw);
    output_text (file, ",");
    s_cell (file, text_of (self->file));
    s_count (file, self->record->number, "\n");
}
