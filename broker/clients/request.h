//  request.h: a client's request on its way through: who asks, and how it is answered.
#ifndef DMH_BROKER_CLIENTS_REQUEST_H
#define DMH_BROKER_CLIENTS_REQUEST_H

#include "broker/context.h"

struct client_request {
    struct broker *broker;
    zframe_t *identity;
    const char *client;        //  who asks, for the quota
    char request[ID_BYTES];    //  the client's id of it; empty until the body is decoded
};

enum {
    BODY_BYTES_USED = 60 * 1024    //  of BODY_BYTES_MAX by a list of parts, counted with their worst
};

//  The answer, after the commit. DMH_OK or the encoder's error.
int request_answer (struct client_request *self, const struct shape *shape, const void *message,
                    struct error *error);
//  The same, of an answer that speaks of jobs which this turn opens: ERROR unavailable when the commit fails.
int request_answer_opened (struct client_request *self, const struct shape *shape, const void *message,
                           struct error *error);

#endif
