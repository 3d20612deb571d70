//  table_results.c: see table_results.h.
#include "client/result/table_results.h"

#include "messages/base/narrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  Whether the output lies in the folder of that kind.
static bool s_is_of (const struct output *output, const char *kind)
{
    size_t n = strlen (kind);
    return strncmp (output->name, kind, n) == 0 && output->name[n] == '/';
}

static int s_take (struct table_results *self, const struct job_record *record, const char *kind,
                   struct error *error)
{
    struct job_record *table = &self->records[self->count];
    *table = *record;
    table->outputs = calloc (record->outputs_count, sizeof *table->outputs);
    table->outputs_count = 0;
    if (!table->outputs)
        return error_set (error, DMH_INTERNAL, "out of memory");
    self->count++;
    snprintf (table->kind, sizeof table->kind, "%s", kind);
    snprintf (table->name, sizeof table->name, "%.200s/%s", record->name, kind);
    table->counts.read = UINT64_MAX;    //  the job's are of all kinds together
    if (strncmp (record->result, "file:", 5) == 0)
        snprintf (table->result, sizeof table->result, "%.*s/%s", URI_BYTES - WORD_BYTES - 2, record->result,
                  kind);
    for (size_t i = 0; i < record->outputs_count; i++) {
        if (!s_is_of (&record->outputs[i], kind))
            continue;
        struct output *output = &table->outputs[table->outputs_count++];
        *output = record->outputs[i];
        memmove (output->name, output->name + strlen (kind) + 1, strlen (output->name) - strlen (kind));
    }
    return DMH_OK;
}

int table_results_of (struct table_results *self, const struct job_record *record, struct error *error)
{
    int rc = DMH_OK;
    *self = (struct table_results){.records = calloc (record->outputs_count + 1, sizeof *self->records)};
    if (!self->records)
        return error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; rc == DMH_OK && i < record->outputs_count; i++) {
        const char *name = record->outputs[i].name, *slash = strchr (name, '/');
        char kind[WORD_BYTES];
        if (!slash || slash - name >= WORD_BYTES || !output_name_is_plain (name))
            return error_set (error, DMH_MALFORMED,
                              "the result of job %s has a file that is in no table's folder", record->job);
        snprintf (kind, sizeof kind, "%.*s", NARROW (int, slash - name), name);
        bool known = false;
        for (size_t k = 0; k < self->count; k++)
            known = known || strcmp (self->records[k].kind, kind) == 0;
        if (!known)
            rc = s_take (self, record, kind, error);
    }
    return rc;
}

void table_results_clear (struct table_results *self)
{
    for (size_t i = 0; i < self->count; i++)
        free (self->records[i].outputs);
    free (self->records);
    *self = (struct table_results){.count = 0};
}
