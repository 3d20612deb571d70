//  commit_group.h: results of several slots that come to the disk together: who comes while one is written
//  waits, and those share the next sync.
#ifndef DMH_WORKER_RESULTS_COMMIT_GROUP_H
#define DMH_WORKER_RESULTS_COMMIT_GROUP_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/base/error.h"

typedef struct commit_group commit_group_t;

//  For the folder of a worker's results, before anything is written to it. NULL: out of memory, or it cannot
//  be opened: errno.
commit_group_t *commit_group_new (const char *results);
//  Nobody may be in it.
void commit_group_destroy (commit_group_t **self_p);

//  Syncs the files in the folder `from`, gives it its name `to` in the same folder, and syncs that. Any
//  thread; waits for the disk. DMH_OK: it is there for good. DMH_IO: it has its old name, or is named and its
//  name may not be on the disk: *named says so.
int commit_group_finish (commit_group_t *self, const char *from, const char *to, bool *named,
                         struct error *error);

//  How many wait for the one that is at the disk.
size_t commit_group_waiting (commit_group_t *self);

#endif
