//  records.c: see records.h.
#include "worker/output/records/records.h"

#include "worker/output/records/database.h"

#include <stdlib.h>

struct records {
    const struct layout *layout;
    output_file_t *file;
    database_t *database;    //  in place of the file
};

records_t *records_new (const char *folder, const struct layout *layout, struct output_budget *budget,
                        struct error *error)
{
    const struct encoder *encoder = layout->encoder;
    records_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while making a result");
        return NULL;
    }
    self->layout = layout;
    if (encoder->letters || encoder->variants)    //  which files of their own hold
        return self;
    if (encoder->database)
        self->database = database_new (folder, layout, budget, error);
    else if ((self->file = output_new (folder, encoder->file, error))) {
        output_share (self->file, budget);
        output_write (self->file, layout->header.at, layout->header.n);
    }
    if (!self->file && !self->database)
        records_destroy (&self);
    return self;
}

void records_destroy (records_t **self_p)
{
    records_t *self = *self_p;
    if (!self)
        return;
    output_destroy (&self->file);
    database_destroy (&self->database);
    free (self);
    *self_p = NULL;
}

void records_leave_unsynced (records_t *self, bool unsynced)
{
    if (self->file)
        output_leave_unsynced (self->file, unsynced);
}

void records_write (records_t *self, const char *rows, size_t n)
{
    if (self->database)
        database_insert (self->database, rows, n);
    else if (self->file)
        output_write (self->file, rows, n);
}

bool records_contradict (const records_t *self, bool wanted[FIELDS_MAX])
{
    bool other = false;
    for (size_t f = 0; f < FIELDS_MAX; f++) {
        bool wants = self->database && database_wants_beside (self->database, f);
        if (wanted)
            wanted[f] = wants;
        other = other || wants != (self->layout->beside[f] != NULL);
    }
    return other;
}

int records_check (const records_t *self, struct error *error)
{
    if (self->database)
        return database_check (self->database, error);
    return self->file ? output_check (self->file, error) : DMH_OK;
}

bool records_are_beside (const records_t *self)
{
    return !self->file && !self->database;
}

int records_finish (records_t *self, uint64_t count, struct output *out, struct error *error)
{
    return self->database ? database_finish (self->database, count, out, error)
                          : output_finish (self->file, count, out, error);
}

int records_restart (records_t *self, struct error *error)
{
    if (self->database)
        return database_restart (self->database, error);
    if (!self->file)
        return DMH_OK;
    int rc = output_restart (self->file, error);
    output_write (self->file, self->layout->header.at, self->layout->header.n);
    return rc;
}
