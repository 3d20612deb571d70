//  unpacking.c: see unpacking.h.
#include "client/gateway/jobs/unpacking.h"

#include "client/gateway/context.h"

static bool s_stops (const void *context)
{
    return tasks_are_ending (context);
}

//  In a task.
static void s_unpack (void *context, bool stopping)
{
    struct call *call = context;
    struct error error = {.code = DMH_OK};
    int rc = stopping ? error_set (&error, DMH_CANCELLED, "the gateway ends")
                      : upload_unpack (call->upload, s_stops, call->gateway->unpacking, &error);
    if (rc == DMH_OK)
        rc = upload_finish (call->upload, &error);
    if (rc == DMH_OK) {
        call->route->handler (call);
        return;
    }
    call_fail (call, &error);
    call_finish (call);
}

void unpacking_begin (struct call *call)
{
    struct error error = {.code = DMH_OK};
    if (tasks_add (call->gateway->unpacking, s_unpack, call, call->caller, &error) == DMH_OK)
        return;
    call_fail (call, &error);
    call_finish (call);
}
