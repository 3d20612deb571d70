//  launch.h: workers are started on an engine, and waited for until the broker knows them. Never prints.
#ifndef DMH_CLIENT_LAUNCH_LAUNCH_H
#define DMH_CLIENT_LAUNCH_LAUNCH_H

#include "client/connection/connection.h"
#include "client/launch/engine.h"

struct launch {
    const struct engine *engine;
    struct launch_plan plan;
    connection_t *connection;
    const char *keys;       //  the folder of the broker's keys; NULL: it has none
    int64_t patience_ms;    //  with workers that have not registered; 0: they are not waited for
    //  What has become of it.
    struct launched *workers;    //  [count], owned
    bool *registered;            //  [count], owned
    size_t count;
    char tail[ENGINE_TAIL_BYTES];    //  the end of the log of one that did not come; may be empty
};

//  Starts `count` workers. DMH_OK: all are registered, or with patience_ms 0 started. DMH_CANCELLED:
//  interrupted, they come all the same. Else what went wrong: those that have not registered are ended and
//  forgotten, those that have work on. launch_clear it in any case.
int launch_start (struct launch *self, size_t count, struct error *error);
void launch_clear (struct launch *self);

#endif
