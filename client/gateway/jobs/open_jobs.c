//  open_jobs.c: see open_jobs.h. Those that are about to come by this gateway count from when they are asked
//  about until their call has ended, so that calls at the same time are no way around it.
#include "client/gateway/jobs/open_jobs.h"

#include "client/gateway/context.h"

#include <stdlib.h>
#include <string.h>

struct asking {
    struct call *call;
    call_fn *next;
};

static void s_fail (struct call *call, const struct error *error)
{
    if (error->code == DMH_UNAVAILABLE)
        call_problem (call, MHD_HTTP_TOO_MANY_REQUESTS, error_word (DMH_UNAVAILABLE), error->text);
    else
        call_fail (call, error);
    call_finish (call);
}

static void s_counted (void *context, int rc, void *answer, const struct error *error)
{
    struct asking asking = *(struct asking *) context;
    const struct counters *counters = answer;
    struct error why = {.code = DMH_OK};
    free (context);
    if (rc != DMH_OK) {
        call_fail (asking.call, error);
        call_finish (asking.call);
    } else if (share_check_jobs (&asking.call->share, counters->queued + counters->running, &why) != DMH_OK)
        s_fail (asking.call, &why);
    else
        asking.next (asking.call);
}

void open_jobs_check (struct call *call, uint64_t count, call_fn *next)
{
    struct error error = {.code = DMH_OK};
    if (!share_limits_jobs (&call->share) || !*call->caller) {    //  all are admin's
        next (call);
        return;
    }
    share_add_jobs (&call->share, count);
    struct bare_request stats = {.request = ""};
    memcpy (stats.correlation, call->correlation, sizeof stats.correlation);
    memcpy (stats.on_behalf_of, call->caller, sizeof stats.on_behalf_of);
    struct asking *asking = malloc (sizeof *asking);
    int rc = asking ? DMH_OK : error_set (&error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK) {
        *asking = (struct asking){call, next};
        rc = exchange_ask (call->gateway->exchange, &stats_shape, &stats, &counters_shape, s_counted, asking,
                           &error);
    }
    if (rc == DMH_OK)    //  s_counted has it
        // cppcheck-suppress memleak
        return;
    free (asking);
    call_fail (call, &error);
    call_finish (call);
}
