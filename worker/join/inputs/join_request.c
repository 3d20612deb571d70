//  join_request.c: see join_request.h.
#include "worker/join/inputs/join_request.h"

#include <poll.h>

bool join_request_stops (const struct join_request *self, const struct counts *so_far)
{
    struct pollfd stop = {.fd = self->interrupt, .events = POLLIN};
    if (self->interrupt >= 0 && poll (&stop, 1, 0) > 0)
        return true;
    return self->goes_on && !self->goes_on (self->context, so_far);
}
