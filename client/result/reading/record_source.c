//  record_source.c: see record_source.h.
#define _GNU_SOURCE
#include "client/result/reading/record_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int record_source_line (struct record_source *self, const char *name, size_t *n, struct error *error)
{
    ssize_t got = getline (&self->line, &self->room, self->file);
    if (got < 0 && ferror (self->file))
        return error_set (error, DMH_IO, "%s cannot be read: %s", name, strerror (errno));
    if (got < 0)
        return feof (self->file) ? 0
                                 : error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
    *n = (size_t) got;
    return 1;
}

void record_source_close (struct record_source *self)
{
    table_file_destroy (&self->table);
    fasta_file_destroy (&self->fasta);
    database_file_destroy (&self->database);
    if (self->file)
        fclose (self->file);
    json_value_destroy (&self->object);
    free (self->line);
    *self = (struct record_source){.table = NULL};
}
