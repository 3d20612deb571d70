//  records.h: the records of a result while they are written: a file of rows, or a table of a database, as
//  the encoder says. The first failure sticks, as in output_file.h. One thread.
#ifndef DMH_WORKER_OUTPUT_RECORDS_RECORDS_H
#define DMH_WORKER_OUTPUT_RECORDS_RECORDS_H

#include "worker/encoders/layout.h"
#include "worker/output/output_file.h"

typedef struct records records_t;

//  Creates the encoder's file in `folder`, which counts for `budget`. All is borrowed. NULL with `error` set.
records_t *records_new (const char *folder, const struct layout *layout, struct output_budget *budget,
                        struct error *error);
void records_destroy (records_t **self_p);

//  As output_leave_unsynced. A database is synced all the same.
void records_leave_unsynced (records_t *self, bool unsynced);

//  Appends rows, `n` bytes of whole ones as the encoder writes them.
void records_write (records_t *self, const char *rows, size_t n);

//  Whether what was written needs other columns beside the fields than the layout has; `wanted` (may be NULL)
//  receives the fields that need one.
bool records_contradict (const records_t *self, bool wanted[FIELDS_MAX]);

//  DMH_OK, or the sticking failure with its sentence.
int records_check (const records_t *self, struct error *error);

//  Whether there is no file of them here, as the letters of sequences, or sorted variants, are all that is
//  written.
bool records_are_beside (const records_t *self);

//  Completes and closes the file, where there is one. As output_finish.
int records_finish (records_t *self, uint64_t count, struct output *out, struct error *error);

//  Empties it for another pass, whose layout is another.
int records_restart (records_t *self, struct error *error);

#endif
