//  attempt_folder.h: the folder of an attempt while it is written, <folder>.part, locked by the process that
//  writes it; and what processes that were killed have left of such folders. Called by attempt.c and the
//  session.
#ifndef DMH_WORKER_RESULTS_ATTEMPT_FOLDER_H
#define DMH_WORKER_RESULTS_ATTEMPT_FOLDER_H

#include <stdint.h>

#include "messages/base/error.h"

struct attempt_folder {
    char *path;    //  NULL: none, or it has its name
    int lock;      //  descriptor of the folder
};

//  Makes <folder>.part, which must not be there. DMH_OK; DMH_IO; DMH_INTERNAL.
int attempt_folder_make (struct attempt_folder *self, const char *folder, struct error *error);

//  Everything in it is written: it is synced and gets its name. DMH_OK; DMH_IO; DMH_INTERNAL, and nothing is
//  left.
int attempt_folder_name (struct attempt_folder *self, const char *folder, struct error *error);

//  Removes it where it has no name. Takes zeroed ones.
void attempt_folder_clear (struct attempt_folder *self);

//  Removes what attempts of that job before `attempt` have left in `results`, when nobody writes there.
void attempt_folder_forget (const char *results, const char *job, uint64_t attempt);

//  Removes every such folder in `results` that nobody writes to.
void attempt_folder_sweep (const char *results);

#endif
