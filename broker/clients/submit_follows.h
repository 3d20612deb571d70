//  submit_follows.h: what the jobs of a SUBMIT follow, as ids: those that it names, and those of its own
//  submission that it names by their positions.
#ifndef DMH_BROKER_CLIENTS_SUBMIT_FOLLOWS_H
#define DMH_BROKER_CLIENTS_SUBMIT_FOLLOWS_H

#include "broker/clients/request.h"
#include "broker/jobs/batch.h"

//  By the place of the input in the SUBMIT; {NULL} is empty.
struct submit_follows {
    struct {
        struct store_job_id *ids;
        size_t count;
    } of[INPUTS_MAX];
};

//  `ids`: the jobs of the SUBMIT's inputs, new or not. DMH_OK; DMH_NOT_FOUND: one of them is not there, or
//  another's; DMH_CONFLICT: one is being removed; DMH_TOO_LARGE; or the store's reason. `out` is to be
//  cleared in any case.
int submit_follows_find (struct client_request *request, const struct submission *submission,
                         const struct submit *submit, const struct store_job_id *ids,
                         struct submit_follows *out, struct error *error);
//  Moves those of that input into the job.
void submit_follows_take (struct submit_follows *self, size_t input, struct store_job *job);
void submit_follows_clear (struct submit_follows *self);

#endif
