//  slot.h: a place for one job at a time in a worker: free, running, or ended and not yet acknowledged by the
//  broker. One thread.
#ifndef DMH_WORKER_SESSION_SLOT_H
#define DMH_WORKER_SESSION_SLOT_H

#include "messages/sockets/actor.h"
#include "messages/work.h"
#include "worker/pipeline/runner.h"

enum { SLOTS_MAX = 64 };

//  SLOT_GATHERING: not all of the results that its job follows are known yet.
enum slot_state { SLOT_FREE, SLOT_GATHERING, SLOT_RUNNING, SLOT_DONE, SLOT_FAILED };

struct slot {
    size_t index;
    enum slot_state state;
    struct job_order order;          //  owned, with its mapping
    struct assignment assignment;    //  what the runner is given
    char folder[URI_BYTES];          //  of the attempt
    char files[URI_BYTES];           //  the broker's files service when it began
    actor_t *runner;                 //  from slot_open on
    bool quiet;                      //  the runner had said nothing, and was told nothing since
    uint64_t bytes_done, moved;      //  as a heartbeat names them
    bool cancelled;                  //  the runner was told
    int64_t started_at;              //  mono ms
    struct result result;            //  SLOT_DONE; outputs owned
    struct fail fail;                //  SLOT_FAILED
};

//  Starts the slot's runner, which stays until slot_close; the slot is zero before. DMH_OK, or DMH_INTERNAL.
int slot_open (struct slot *self, harmonizers_t *harmonizers, size_t index, struct error *error);
//  Ends what runs, and the runner. A slot that was not opened is fine.
void slot_close (struct slot *self);

//  Gives the order, whose contents move here, to the runner. DMH_OK, or DMH_INTERNAL and the order stays the
//  caller's.
//  `terms`: what every attempt of this worker is given (catalog, roots, results, files, credential,
//  sign_key), all borrowed but the endpoint in `files`, of which the slot has its own.
int slot_start (struct slot *self, struct job_order *order, const struct assignment *terms,
                struct error *error);

//  What it follows, as the broker told; the results move here. It begins with the last of them. Of one that
//  does not gather, or of another place than comes next, nothing is taken. DMH_OK; DMH_INTERNAL, and it has
//  failed.
int slot_take_followed (struct slot *self, struct followed_results *answer, struct error *error);

//  The attempt has ended with `news` (NULL: there was no memory for them); its outputs move here.
void slot_end (struct slot *self, struct runner_news *news);

//  Removes the attempt's folder: its result is not wanted.
void slot_discard (const struct slot *self);

//  Asks the attempt that runs to end.
void slot_cancel (struct slot *self);

//  Ends the attempt, where one runs, and frees the slot.
void slot_clear (struct slot *self);

#endif
