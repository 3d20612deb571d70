//  request.c: see request.h.
#include "broker/clients/request.h"

int request_answer (struct client_request *self, const struct shape *shape, const void *message,
                    struct error *error)
{
    return turn_send (self->broker->turn, self->broker->front, self->identity, shape, message, error);
}

int request_answer_opened (struct client_request *self, const struct shape *shape, const void *message,
                           struct error *error)
{
    return turn_send_opened (self->broker->turn, self->broker->front, self->identity, shape, message,
                             self->request, error);
}
