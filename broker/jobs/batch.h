//  batch.h: which jobs of a submission are there already: in the turn, or in the store. Knows no socket.
#ifndef DMH_BROKER_JOBS_BATCH_H
#define DMH_BROKER_JOBS_BATCH_H

#include "broker/jobs/turn.h"

//  A submission: whose, and by which key.
struct submission {
    const char *owner, *submit_key;
};

//  A new id. Returns out.
char *batch_new_id (char out[ID_BYTES]);

//  The batch that was submitted so; without counts. DMH_OK, DMH_NOT_FOUND, or the store's reason.
int batch_find_key (const turn_t *turn, store_t *store, const struct submission *submission,
                    struct store_batch *out, struct error *error);

//  The jobs at the places `from` to `from` + `count` - 1 of a submission, into ids [count] by place; an empty
//  id where there is none. DMH_OK, or the store's reason.
int batch_find_places (const turn_t *turn, store_t *store, const struct submission *submission, uint64_t from,
                       struct store_job_id *ids, size_t count, struct error *error);

#endif
