//  attempt_folder.h: the folder of one attempt in a worker's folder of results: its name <job>.<attempt>,
//  how it is made, locked, finished and removed. While it is written it is <name>.part, locked by the process
//  that writes it. Nothing here follows a link or goes into a folder inside one.
#ifndef DMH_WORKER_RESULTS_ATTEMPT_FOLDER_H
#define DMH_WORKER_RESULTS_ATTEMPT_FOLDER_H

#include <stdint.h>

#include "messages/job.h"
#include "messages/work.h"
#include "worker/results/commit_group.h"

enum { ATTEMPT_FOLDER_BYTES = ID_BYTES + 24 };    //  job "." attempt

//  One that is written.
struct attempt_folder {
    char *path;    //  NULL: none, or it is finished
    int lock;      //  descriptor of the folder
};

//  Where the attempt's result goes: <results>/<job>.<attempt>. DMH_OK, or DMH_INTERNAL: the path is too long.
int attempt_folder_path (const char *results, const char *job, uint64_t attempt, char path[URI_BYTES],
                         struct error *error);

//  The name in `results` (absolute) of the folder of that attempt, when `uri` is that very folder; what is in
//  a message is never opened. DMH_OK; DMH_MALFORMED: the job's name is no id; DMH_NOT_FOUND: the uri is not
//  where this worker puts that result.
int attempt_folder_find (const char *results, const char *job, uint64_t attempt, const char *uri,
                         char name[ATTEMPT_FOLDER_BYTES], struct error *error);

//  Makes <path>.part, which must not be there. DMH_OK; DMH_IO; DMH_INTERNAL.
int attempt_folder_make (struct attempt_folder *self, const char *path, struct error *error);

//  It moves to who takes it.
static inline struct attempt_folder attempt_folder_take (struct attempt_folder *self)
{
    struct attempt_folder taken = *self;
    *self = (struct attempt_folder){.path = NULL};
    return taken;
}

//  Removes one of its files.
void attempt_folder_drop (struct attempt_folder *self, const char *name);

//  Everything in it is written: it is synced by the group (NULL: that is left to others) and gets its name,
//  `path`. DMH_OK; DMH_IO; DMH_INTERNAL, and nothing is left.
int attempt_folder_finish (struct attempt_folder *self, const char *path, commit_group_t *group,
                           struct error *error);

//  Removes it where it is not finished. Takes zeroed ones.
void attempt_folder_clear (struct attempt_folder *self);

//  Removes a finished one whose result is not wanted, as far as that goes.
void attempt_folder_discard (const char *path);

//  Removes a result that the broker has kept for long enough, where this worker puts the results of that very
//  attempt. `results`: absolute. DMH_OK: nothing of it is there, now or before. DMH_MALFORMED, DMH_NOT_FOUND:
//  as attempt_folder_find. DMH_IO: it is there, or a part of it, and cannot be removed. Waits for the disk.
int attempt_folder_remove (const char *results, const struct remove_result *removal, struct error *error);

//  Removes what attempts of that job before `attempt` have left in `results`, when nobody writes there:
//  unfinished, or finished and void since, as there is another attempt.
void attempt_folder_forget (const char *results, const char *job, uint64_t attempt);

//  Removes every unfinished one in `results` that nobody writes to.
void attempt_folder_sweep (const char *results);

#endif
