//  batch_index.h: batch.json and batch.csv, which say of every input of a batch what became of it. They stand
//  in the folder of the results, are replaced as wholes, and never say that a result is there which is not.
#ifndef DMH_CLIENT_RESULT_BATCH_BATCH_INDEX_H
#define DMH_CLIENT_RESULT_BATCH_BATCH_INDEX_H

#include "client/result/outcome.h"

typedef struct batch_index batch_index_t;

//  Of these outcomes (borrowed), whose places stand below `root` (borrowed). `passed_over`: files of folders
//  that were. NULL: out of memory.
batch_index_t *batch_index_new (const char *root, const struct outcome *outcomes, size_t count,
                                size_t passed_over);
void batch_index_destroy (batch_index_t **self_p);

//  Writes both files. Entries of earlier batches stay, or of others that run now, as long as their results
//  are there and none of these outcomes has their place. `over`: it is the last time. DMH_OK, DMH_IO,
//  DMH_INTERNAL.
int batch_index_write (batch_index_t *self, bool over, struct error *error);

//  Something has changed: writes them when it is time to, which is so seldom that all of it costs a twentieth
//  of the run. What fails then fails again at the end.
void batch_index_touch (batch_index_t *self);

#endif
