//  reply.c: see reply.h.
#include "broker/reply.h"

#include "messages/base/clock.h"
#include "messages/base/log.h"

enum { REFUSED_LOGGED_MS = 1000 };    //  whoever sends rubbish does not fill the log

void reply_refuse (struct broker *self, zsock_t *to, zframe_t *identity, const char *request,
                   const struct error *error)
{
    struct problem problem = {.code = ""};
    snprintf (problem.request, sizeof problem.request, "%s", request);
    snprintf (problem.code, sizeof problem.code, "%s", error_word (error->code));
    snprintf (problem.message, sizeof problem.message, "%s", error->text);
    self->counters.refused++;
    frame_send (to, identity, &problem_shape, &problem, NULL);
    bool rubbish = error->code == DMH_MALFORMED || error->code == DMH_UNSUPPORTED;
    int64_t now = clock_mono_ms ();
    if (rubbish && now - self->refused_logged_at < REFUSED_LOGGED_MS)
        return;
    log_event (rubbish ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG, "frame.refused", NULL, NULL, "from",
               to == self->front ? "front" : "back", "code", problem.code, "error", problem.message,
               LOG_NUMBER ("so_far", self->counters.refused), NULL);
    if (rubbish)
        self->refused_logged_at = now;
}
