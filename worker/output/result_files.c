//  result_files.c: see result_files.h.
#include "worker/output/result_files.h"

#include "worker/output/rejects.h"

int result_files_open (struct result_files *self, const char *folder, const struct layout *layout,
                       bool letters, struct output_budget *budget, struct error *error)
{
    *self = (struct result_files){.records = records_new (folder, layout, budget, error)};
    bool good = self->records;
    if (good && letters)
        good = (self->letters = sequence_file_new (folder, budget, error)) != NULL;
    if (good)
        self->rejects = output_new (folder, "rejects.csv", error);
    output_file_t *audit = self->rejects ? output_new (folder, "audit.ndjson", error) : NULL;
    if (!audit)
        return error->code;
    self->audit = audit_new (&audit);
    if (!self->audit)
        return error_set (error, DMH_INTERNAL, "out of memory while making a result");
    output_share (self->rejects, budget);
    output_share (audit_file (self->audit), budget);
    rejects_header (self->rejects);
    return DMH_OK;
}

void result_files_close (struct result_files *self)
{
    records_destroy (&self->records);
    sequence_file_destroy (&self->letters);
    output_destroy (&self->rejects);
    audit_destroy (&self->audit);
}

void result_files_leave_unsynced (struct result_files *self, bool unsynced)
{
    records_leave_unsynced (self->records, unsynced);
    if (self->letters)
        sequence_file_leave_unsynced (self->letters, unsynced);
    output_leave_unsynced (self->rejects, unsynced);
    output_leave_unsynced (audit_file (self->audit), unsynced);
}

int result_files_restart (struct result_files *self, struct error *error)
{
    int rc = records_restart (self->records, error);
    if (rc == DMH_OK && self->letters)
        rc = sequence_file_restart (self->letters, error);
    if (rc == DMH_OK)
        rc = output_restart (self->rejects, error);
    if (rc == DMH_OK)
        rc = audit_restart (self->audit, error);
    if (rc == DMH_OK)
        rejects_header (self->rejects);
    return rc;
}

int result_files_check (const struct result_files *self, struct error *error)
{
    int rc = records_check (self->records, error);
    if (rc == DMH_OK && self->letters)
        rc = sequence_file_check (self->letters, error);
    if (rc == DMH_OK)
        rc = output_check (self->rejects, error);
    if (rc == DMH_OK)
        rc = output_check (audit_file (self->audit), error);
    return rc;
}

int result_files_finish (struct result_files *self, const struct counts *counts, struct output *outputs,
                         size_t *count, struct error *error)
{
    struct output *next = outputs;
    int rc = DMH_OK;
    if (!records_are_letters (self->records))
        rc = records_finish (self->records, counts->written, next++, error);
    if (rc == DMH_OK && self->letters) {
        rc = sequence_file_finish (self->letters, next, error);
        next += SEQUENCE_FILES;
    }
    if (rc == DMH_OK)
        rc = output_finish (self->rejects, counts->conflicts + counts->rejected, next++, error);
    if (rc == DMH_OK)
        rc = output_finish (audit_file (self->audit), audit_lines (self->audit), next++, error);
    *count = rc == DMH_OK ? (size_t) (next - outputs) : 0;
    return rc;
}
