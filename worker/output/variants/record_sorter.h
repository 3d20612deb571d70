//  record_sorter.h: records by number, those of one number in the order they came in: in memory, and beyond
//  that in sorted runs on the disk, which are merged. One thread.
#ifndef DMH_WORKER_OUTPUT_VARIANTS_RECORD_SORTER_H
#define DMH_WORKER_OUTPUT_VARIANTS_RECORD_SORTER_H

#include "messages/base/error.h"
#include "worker/text/text.h"

typedef struct record_sorter record_sorter_t;

//  `memory`: bytes of records that are held at most, but for one record more. `folder` (borrowed) is where
//  runs go. NULL when out of memory.
record_sorter_t *record_sorter_new (const char *folder, size_t memory);
void record_sorter_destroy (record_sorter_t **self_p);

//  Adds a record, which is copied. DMH_OK, DMH_IO (the disk refuses a run), DMH_INTERNAL.
int record_sorter_add (record_sorter_t *self, uint64_t number, struct text record, struct error *error);

//  Once all are there: the next one, borrowed until the next call; 1, 0 at the end, DMH_IO, DMH_INTERNAL.
int record_sorter_next (record_sorter_t *self, uint64_t *number, struct text *record, struct error *error);

//  How many runs there are on the disk.
size_t record_sorter_runs (const record_sorter_t *self);

//  Begins again without a record.
void record_sorter_restart (record_sorter_t *self);

#endif
