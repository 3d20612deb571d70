//  request.c: see request.h.
#include "broker/clients/request.h"

int request_answer (struct client_request *self, const struct shape *shape, const void *message,
                    struct error *error)
{
    return turn_say (self->broker->turn, self->broker->front, self->identity, shape, message, error);
}
