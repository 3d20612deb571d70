//  request.h: a client's request on its way through: who asks, whose jobs it may see, and how it is answered.
#ifndef DMH_BROKER_CLIENTS_REQUEST_H
#define DMH_BROKER_CLIENTS_REQUEST_H

#include "broker/context.h"

struct client_request {
    struct broker *broker;
    zframe_t *identity;
    const char *client;         //  who asks, for the quota
    const char *user;           //  its public key; NULL without keys
    char request[ID_BYTES];     //  the client's id of it; empty until the body is decoded
    char owner[OWNER_BYTES];    //  whose the jobs are that it submits; see broker/access/ownership.h
    bool all;                   //  every job is its to see and to change,
    bool removes_all;           //  and to remove
};

enum {
    BODY_BYTES_USED = 60 * 1024    //  of BODY_BYTES_MAX by a list of parts, counted with their worst
};

//  Settles for whom it speaks; `name`: whom the message says, or empty. DMH_OK; DMH_UNAUTHORIZED: the key may
//  speak for itself alone; DMH_MALFORMED: no such name can be.
int request_speak_for (struct client_request *self, const char *name, struct error *error);

//  A job as it stands with everything that this turn has changed; of one that is another's the answer is that
//  of one that is not there. DMH_OK: store_job_clear it.
int request_find (struct client_request *self, const char *job, struct store_job *out, struct error *error);
//  The same of a job that is to be used: DMH_CONFLICT when it was asked to leave, or is a part of another
//  one.
int request_find_kept (struct client_request *self, const char *job, struct store_job *out,
                       struct error *error);

//  Who asks, for the log: the name of its key, of a gateway with the one that it speaks for.
void request_who (const struct client_request *self, char out[OWNER_BYTES]);

//  The answer, after the commit. DMH_OK or the encoder's error.
int request_answer (struct client_request *self, const struct shape *shape, const void *message,
                    struct error *error);
//  The same, of an answer that speaks of jobs which this turn opens: ERROR unavailable when the commit fails.
int request_answer_opened (struct client_request *self, const struct shape *shape, const void *message,
                           struct error *error);
//  JOB_STATE of a job of this turn, with what its record does not know; its outputs are borrowed.
int request_answer_state (struct client_request *self, const struct job_record *record, struct error *error);
//  Adds the progress of a job that runs, and whether one that leaves has to wait.
void request_add_progress (const struct client_request *self, struct job_record *record);

#endif
