//  loaded_kind.h: a kind of record in a data set, as a load finds or makes it: its number, which of several
//  records with one key stands, its columns.
#ifndef DMH_WORKER_DATASET_LOADED_KIND_H
#define DMH_WORKER_DATASET_LOADED_KIND_H

#include "worker/dataset/store.h"
#include "worker/join/joined_columns.h"

struct loaded_kind {
    dataset_t *set;
    const schema_t *schema;
    const char *asked;            //  --on-conflict of the load; "": as the set has it
    result_reader_t **results;    //  [count]: what is loaded
    size_t count;
    //  What is found:
    uint64_t number;
    char on_conflict[NAME_BYTES];
    struct joined_columns columns;    //  of the set and of the results; none is taken for common to all
    uint64_t *sets;                   //  [columns.set_count]: as the database has them
    bool mixed;                       //  it has several
};

//  Finds the rest, or makes it. DMH_OK, DMH_BAD_INPUT (another schema or --on-conflict), DMH_TOO_LARGE,
//  DMH_IO, DMH_CANCELLED, DMH_INTERNAL; loaded_kind_clear it in any case.
int loaded_kind_find (struct loaded_kind *self, struct error *error);
void loaded_kind_clear (struct loaded_kind *self);

#endif
