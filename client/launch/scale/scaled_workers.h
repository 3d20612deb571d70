//  scaled_workers.h: the workers that are scaled: those that were launched from here on one engine for one
//  broker, as their notes, the broker and the engine tell of them. What has ended is put away. Never prints.
#ifndef DMH_CLIENT_LAUNCH_SCALE_SCALED_WORKERS_H
#define DMH_CLIENT_LAUNCH_SCALE_SCALED_WORKERS_H

#include "client/connection/connection.h"
#include "client/launch/engine.h"
#include "client/launch/scale/scaling.h"

enum scaled_news {
    SCALED_CAME,    //  it is registered
    SCALED_LEFT,    //  it drained, and has ended
    SCALED_LOST     //  it has ended otherwise, or did not come in time
};

struct scaled_workers {
    const struct engine *engine;
    const char *broker;     //  as in struct launched
    int64_t patience_ms;    //  with one that starts
    //  Told of each change; `lost` of one that never came counts as a refusal of the engine.
    void (*tell) (void *context, enum scaled_news news, const char *worker, bool came);
    void *context;
    //  What is known now, in step.
    struct scaling_worker *workers;    //  [count], owned
    struct launched *noted;            //  [count], owned
    struct scaled_since {
        int64_t at;    //  since when it is awaited; monotonic ms
        bool came;     //  it was registered
    } * since;         //  [count], owned
    size_t count;
    int64_t looked_at;
};

//  Takes in what is noted, what the broker's list says, and now and then what the engine sees. DMH_OK, or
//  what kept it from knowing; then nothing has changed but what was told.
int scaled_workers_refresh (struct scaled_workers *self, const struct worker_list *list, int64_t now,
                            struct error *error);
void scaled_workers_clear (struct scaled_workers *self);

#endif
