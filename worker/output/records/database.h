//  database.h: records.sqlite while it is written: one typed table, named by the kind, filled in the order of
//  the records; its indexes come last. The same records make the same bytes by the same SQLite. The first
//  failure sticks. One thread.
#ifndef DMH_WORKER_OUTPUT_RECORDS_DATABASE_H
#define DMH_WORKER_OUTPUT_RECORDS_DATABASE_H

#include "worker/encoders/layout.h"
#include "worker/output/output_file.h"

typedef struct database database_t;

//  Creates it in `folder` (0600), where it must not exist. All is borrowed. NULL with `error` set.
database_t *database_new (const char *folder, const struct layout *layout, struct output_budget *budget,
                          struct error *error);
//  Closes; removes nothing. Takes NULL.
void database_destroy (database_t **self_p);

//  Rows as ENCODER_SQLITE writes them, whole ones.
void database_insert (database_t *self, const char *rows, size_t n);

//  Whether the values of the field that were inserted need a column beside it: date-times in more than one
//  form (date, local time, time with an offset), numbers whose digits a double does not show (5.10).
bool database_wants_beside (const database_t *self, size_t field);

//  The table's name: the kind's, but that SQLite keeps those for itself which begin with sqlite_.
void database_table (const struct layout *layout, char *out, size_t size);

//  DMH_OK, or the sticking failure with its sentence.
int database_check (const database_t *self, struct error *error);

//  Makes the indexes, closes, fsyncs, and fills *out.
int database_finish (database_t *self, uint64_t records, struct output *out, struct error *error);

//  Begins again with what the layout is now.
int database_restart (database_t *self, struct error *error);

#endif
