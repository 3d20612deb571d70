//  retention_scene.h: for tests: retention over a store, with workers that are there, away, or silent.
#ifndef DMH_TEST_SUPPORT_RETENTION_SCENE_H
#define DMH_TEST_SUPPORT_RETENTION_SCENE_H

#include <czmq.h>

#include "test/support/stores/failing_store.h"

#include "broker/jobs/retention.h"

static const int64_t RETENTION_SCENE_DAY = 86400000, RETENTION_SCENE_NOW = 1000 * (int64_t) 86400000;

struct retention_scene {
    struct failing_store failing;
    store_t *store;
    retention_t *retention;
    int64_t now;
    bool away, silent;
    const char *needed;            //  a job whose result another one needs; NULL: none
    char asked[512], gone[512];    //  the jobs in order, by their one letter; of more there is the number
    size_t asked_count, gone_count, in_flight, most_in_flight;
    zlistx_t *answers;
};

void retention_scene_open (struct retention_scene *self, const char *url, uint64_t days, uint64_t bytes);
void retention_scene_close (struct retention_scene *self);

//  A job that ended some days ago at host "near" ("far" where its id says so); one with bytes is done, at the
//  files service where its id says "stored".
void retention_scene_put (struct retention_scene *self, const char *id, const char *state, int64_t ago,
                          bool fetched, uint64_t bytes);
void retention_scene_put_several (struct retention_scene *self);
//  `count` that are done, of 40 days ago.
void retention_scene_put_many (struct retention_scene *self, int count);

//  As the loop does: a step whenever one is due, and the workers' answers after it, until `until`. Time goes
//  on to when a step is due. How many steps it took.
size_t retention_scene_live (struct retention_scene *self, int64_t until);

bool retention_scene_has (struct retention_scene *self, const char *job);

#endif
