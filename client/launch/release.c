//  release.c: see release.h.
#include "client/launch/release.h"

#include "messages/base/clock.h"

#include <poll.h>

enum { LOOK_MS = 50, END_MS = 5000, UNSTARTED_MS = 600000 };

//  Until it is gone by itself.
static void s_await (const struct engine *engine, const struct launched *worker)
{
    struct engine_sight sight = {.state = ENGINE_LIVES};
    int64_t until = clock_mono_ms () + END_MS;
    while (engine->look (worker, 1, &sight, NULL) == DMH_OK && sight.state != ENGINE_GONE &&
           sight.state != ENGINE_UNKNOWN && clock_mono_ms () < until)
        poll (NULL, 0, LOOK_MS);
}

int release_worker (const struct launched *worker, bool leaving, struct error *error)
{
    const struct engine *engine = engine_find (worker->engine);
    if (!engine)
        return error_set (error, DMH_UNSUPPORTED, "%s was launched on %s, which this dmh does not know",
                          worker->name, worker->engine);
    if (leaving)
        s_await (engine, worker);
    int rc = launched_revoke (worker, error);    //  whether or not its host can be reached
    if (rc == DMH_OK)
        rc = engine->end (worker, error);
    return rc == DMH_OK ? launched_forget (worker, error) : rc;
}

static bool s_is_registered (const struct worker_list *list, const char *name)
{
    for (size_t i = 0; i < list->workers_count; i++)
        if (streq (list->workers[i].worker, name))
            return true;
    return false;
}

//  One that is not started yet may be so in a moment, by another dmh.
static bool s_may_be_lost (const struct launched *worker, const struct worker_list *registered)
{
    bool young = !*worker->place && clock_wall_ms () - worker->at < UNSTARTED_MS;
    return !young && !s_is_registered (registered, worker->name);
}

void release_lost (const struct launched *workers, size_t count, const struct worker_list *registered)
{
    for (size_t i = 0; i < count; i++) {
        const struct engine *engine = engine_find (workers[i].engine);
        struct engine_sight sight;
        if (engine && s_may_be_lost (&workers[i], registered) &&
            engine->look (&workers[i], 1, &sight, NULL) == DMH_OK && sight.state == ENGINE_GONE)
            release_worker (&workers[i], false, NULL);
    }
}
