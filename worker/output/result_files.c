//  result_files.c: see result_files.h.
#include "worker/output/result_files.h"

#include "worker/output/rejects.h"
#include "worker/output/variants/variant_header.h"

#include <stdlib.h>

static int s_begin_variants (struct result_files *self, const struct dialect *dialect, struct error *error)
{
    struct buffer header = {.at = NULL};
    if (!self->variants)
        return DMH_OK;
    int rc = variant_header_write (&header, dialect);
    if (rc == 0)
        variant_file_begin (self->variants, (struct text){header.at, header.used});
    free (header.at);
    return rc == 0 ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory while making a result");
}

static bool s_open_records (struct result_files *self, const char *folder, const struct layout *layout,
                            const struct dialect *dialect, struct output_budget *budget,
                            const struct variant_limits *limits, struct error *error)
{
    *self = (struct result_files){.records = records_new (folder, layout, budget, error)};
    bool good = self->records, letters = dialect->format->part != NULL;
    if (good && letters)
        good = (self->letters = sequence_file_new (folder, budget, error)) != NULL;
    if (good && layout->encoder->variants)
        good = (self->variants = variant_file_new (folder, budget, limits, error)) != NULL;
    return good && s_begin_variants (self, dialect, error) == DMH_OK;
}

int result_files_open (struct result_files *self, const char *folder, const struct layout *layout,
                       const struct dialect *dialect, struct output_budget *budget,
                       const struct variant_limits *limits, struct error *error)
{
    if (s_open_records (self, folder, layout, dialect, budget, limits, error))
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
    variant_file_destroy (&self->variants);
    output_destroy (&self->rejects);
    audit_destroy (&self->audit);
}

void result_files_leave_unsynced (struct result_files *self, bool unsynced)
{
    records_leave_unsynced (self->records, unsynced);
    if (self->letters)
        sequence_file_leave_unsynced (self->letters, unsynced);
    if (self->variants)
        variant_file_leave_unsynced (self->variants, unsynced);
    output_leave_unsynced (self->rejects, unsynced);
    output_leave_unsynced (audit_file (self->audit), unsynced);
}

void result_files_rows (struct result_files *self, const char *rows, size_t n)
{
    if (self->variants)
        variant_file_rows (self->variants, rows, n);
    else
        records_write (self->records, rows, n);
}

int result_files_restart (struct result_files *self, const struct dialect *dialect, struct error *error)
{
    int rc = records_restart (self->records, error);
    if (rc == DMH_OK && self->letters)
        rc = sequence_file_restart (self->letters, error);
    if (rc == DMH_OK && self->variants)
        rc = variant_file_restart (self->variants, error);
    if (rc == DMH_OK)
        rc = s_begin_variants (self, dialect, error);
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
    if (rc == DMH_OK && self->variants)
        rc = variant_file_check (self->variants, error);
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
    if (!records_are_beside (self->records))
        rc = records_finish (self->records, counts->written, next++, error);
    if (rc == DMH_OK && self->letters) {
        rc = sequence_file_finish (self->letters, next, error);
        next += SEQUENCE_FILES;
    }
    if (rc == DMH_OK && self->variants) {
        rc = variant_file_finish (self->variants, next, error);
        next += VARIANT_FILES;
    }
    if (rc == DMH_OK)
        rc = output_finish (self->rejects, counts->conflicts + counts->rejected, next++, error);
    if (rc == DMH_OK)
        rc = output_finish (audit_file (self->audit), audit_lines (self->audit), next++, error);
    *count = rc == DMH_OK ? (size_t) (next - outputs) : 0;
    return rc;
}
