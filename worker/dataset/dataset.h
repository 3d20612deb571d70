//  dataset.h: a data set that stays: tables of records, one a kind, to which the results of job after job are
//  added. What it holds already is passed over, a corrected record replaces a preliminary one, which is kept.
//  A folder with dataset.json, which tells its format, and dataset.sqlite. Each load is one transaction: the
//  set is as before it or as after it, whatever happens. One thread; processes wait for each other.
#ifndef DMH_WORKER_DATASET_DATASET_H
#define DMH_WORKER_DATASET_DATASET_H

#include <stdbool.h>
#include <stdio.h>

#include "worker/join/join.h"

typedef struct dataset dataset_t;

#define DATASET_MEMORY ((uint64_t) 256 * 1024 * 1024)

//  Opens the set in `folder`; with `create` an empty one is made where nothing is. `memory`: bytes that it
//  may take for the pages of its index. `interrupt` readable: the user wants to stop; -1: nobody does. NULL
//  with `error` set: DMH_NOT_FOUND, DMH_CONFLICT (something else is there), DMH_UNSUPPORTED (a later format),
//  DMH_IO, DMH_INTERNAL.
dataset_t *dataset_open (const char *folder, bool create, uint64_t memory, int interrupt,
                         struct error *error);
//  Whether records can be added to a set in `folder`, as far as looking tells: one is there, or nothing is.
//  DMH_OK, or as dataset_open. Changes nothing.
int dataset_usable (const char *folder, int interrupt, struct error *error);
void dataset_destroy (dataset_t **self_p);

//  What a load has added of one kind. read = written + duplicates + conflicts + rejected; `replaced`: records
//  of earlier loads that do not stand any more; `records`: those that stand now.
struct dataset_added {
    char kind[WORD_BYTES];
    struct counts counts;
    uint64_t replaced, records;
};

//  Adds the results of request->inputs, in their order; request->folder is not used. added [JOINED_KINDS_MAX]
//  receives *count kinds. DMH_OK; else the set is as it was: DMH_CANCELLED, DMH_BAD_INPUT (another schema or
//  --on-conflict than the set has; a conflict where the set is to fail then), DMH_UNSUPPORTED, DMH_IO,
//  DMH_MALFORMED, DMH_TOO_LARGE, DMH_INTERNAL.
int dataset_load (dataset_t *self, const struct join_request *request, struct dataset_added *added,
                  size_t *count, struct error *error);

//  What a set holds of one kind, and what one load has brought.
struct dataset_kind {
    const char *kind, *on_conflict;    //  "": as the kind has it
    uint64_t records, set_aside, columns;
};
struct dataset_input {
    uint64_t load;
    const char *loaded_at, *kind, *source_file, *sha256;
    struct counts counts;
    uint64_t replaced;
};
//  Tells all kinds, then all inputs in the order in which they were loaded; texts are borrowed for the call.
struct dataset_listener {
    void (*kind) (void *context, const struct dataset_kind *kind);
    void (*input) (void *context, const struct dataset_input *input);
    void *context;
};
int dataset_show (dataset_t *self, const struct dataset_listener *listener, struct error *error);

//  Checks the set as a whole; each thing that is wrong is told in a sentence, which holds no value. DMH_OK
//  also then, with their number in *problems.
int dataset_check (dataset_t *self, void (*found) (void *context, const char *sentence), void *context,
                   uint64_t *problems, struct error *error);

//  Writes the records that stand into folder/KIND/records.*, those that were set aside into history.csv, and
//  datapackage.json; `folder` exists and is empty. `format`: csv or ndjson. DMH_OK, DMH_UNSUPPORTED, DMH_IO,
//  DMH_MALFORMED, DMH_CANCELLED, DMH_INTERNAL.
int dataset_export (dataset_t *self, const char *format, const char *folder, struct error *error);

#endif
