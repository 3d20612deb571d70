//  launched.h: a worker that was launched, and what is noted of it as long as it may live: a file a worker in
//  $XDG_STATE_HOME/dmh/launched, beside its key and its log. Starts and ends nothing.
#ifndef DMH_CLIENT_LAUNCH_LAUNCHED_H
#define DMH_CLIENT_LAUNCH_LAUNCHED_H

#include "messages/base/error.h"
#include "messages/job.h"
#include "messages/keys/key.h"

enum { LAUNCHED_PATH_BYTES = 1024, LAUNCHED_BROKER_BYTES = 256 };

struct launched {
    char name[KEY_NAME_BYTES];          //  the worker's; unique
    char engine[WORD_BYTES];            //  who started it
    char host[NAME_BYTES];              //  where, as the engine was told; empty: wherever the engine decides
    char place[WORD_BYTES];             //  what the engine knows it by: a process, a task; empty: not started
    char reach[LAUNCHED_PATH_BYTES];    //  a file that the engine needs to get there again; may be empty
    char broker[LAUNCHED_BROKER_BYTES];    //  whose worker it is: the back, as the broker says it
    char keys[LAUNCHED_PATH_BYTES];        //  the folder of keys that lets it in; empty: it has no key
    int64_t at;                            //  wall ms of its launch
};

//  The folder, below $XDG_STATE_HOME or .local/state of $HOME; answers `out`.
const char *launched_folder (char *out, size_t size);

//  <folder>/<name><ending>: ".worker" (this), ".key" (its pair), ".log". Answers `out`; too long a path is
//  cut.
const char *launched_path (const char *name, const char *ending, char out[LAUNCHED_PATH_BYTES]);

//  Notes it, 0600, on disk when it returns; the folder is made. DMH_OK or DMH_IO.
int launched_note (const struct launched *self, struct error *error);

//  All that are noted, by name: *out [*count] is malloc'd and yours. Files that say something else are passed
//  over. DMH_OK; DMH_IO; DMH_INTERNAL.
int launched_all (struct launched **out, size_t *count, struct error *error);

//  Removes logs of launched workers that are known no more and older than LAUNCHED_LOG_DAYS. What cannot be
//  removed stays.
enum { LAUNCHED_LOG_DAYS = 14 };
void launched_sweep_logs (int64_t now_wall_ms);

//  Its key lets nobody in any more. DMH_OK or DMH_IO.
int launched_revoke (const struct launched *self, struct error *error);

//  Nothing is known of it any more, and its key lets nobody in. Its log stays. DMH_OK or DMH_IO.
int launched_forget (const struct launched *self, struct error *error);

#endif
