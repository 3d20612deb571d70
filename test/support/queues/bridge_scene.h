//  bridge_scene.h: for tests: a broker, a worker, a message queue and bridges between them, in a workplace.
#ifndef DMH_TEST_SUPPORT_BRIDGE_SCENE_H
#define DMH_TEST_SUPPORT_BRIDGE_SCENE_H

#include "test/support/queues/queue_server.h"

enum { BRIDGES_MAX = 4 };

struct bridge_scene {
    struct workplace place;
    struct servers servers;
    struct queue_server queue;
    pid_t bridges[BRIDGES_MAX];
    const char *options[12];    //  further words for bridges, ended by NULL
};

//  The workplace with labs.csv, and a queue that is not started. false: skipped, and nothing is there.
bool bridge_scene_open (struct bridge_scene *self, const struct queue_kind *kind);
//  Queue, broker, a worker of four slots and a bridge, which has found both.
void bridge_scene_start (struct bridge_scene *self);
//  Its log is bridgeN.log.
void bridge_scene_start_bridge (struct bridge_scene *self, size_t at);
void bridge_scene_await_bridge (struct bridge_scene *self, size_t at);
//  Sends the signal; its status.
int bridge_scene_end_bridge (struct bridge_scene *self, size_t at, int signal);
//  SIGTERM to all that are left, each of which has to end with 0.
void bridge_scene_close (struct bridge_scene *self);

//  A message whose id is that, of labs.csv; its job is called ID.csv.
void bridge_scene_send (struct bridge_scene *self, const char *id);
//  Waits until the queue was told that the message has ended; how often it was told so.
size_t bridge_scene_await_end (struct bridge_scene *self, const char *id);
//  Whether all lines that tell its end are the same.
bool bridge_scene_ends_are_same (struct bridge_scene *self, const char *id);
//  How often the text stands in that one.
size_t bridge_scene_count (const char *text, const char *part);
//  How many jobs the broker has whose input is called so.
size_t bridge_scene_jobs (struct bridge_scene *self, const char *name);
//  Waits until the texts of dead letters hold so many of those parts.
void bridge_scene_await_dead (struct bridge_scene *self, const char *part, size_t times);
//  Ends all bridges and begins them anew until no message is left; then none runs.
void bridge_scene_end_bridges (struct bridge_scene *self);

#endif
