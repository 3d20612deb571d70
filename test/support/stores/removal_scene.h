//  removal_scene.h: for tests: removal over a store, with workers and a files service that answer, or do not.
#ifndef DMH_TEST_SUPPORT_REMOVAL_SCENE_H
#define DMH_TEST_SUPPORT_REMOVAL_SCENE_H

#include "test/support/stores/failing_store.h"

#include "broker/jobs/removal.h"

struct removal_scene {
    struct failing_store failing;
    store_t *store;
    removal_t *removal;
    int64_t now;
    bool away, silent;
    bool no_files, slow_files;
    bool by_owner;
    char asked[512], gone[512];    //  the jobs by their one letter
    char answers[512];             //  of workers, on their way
    char swept[512];               //  the files, by theirs, in the order of the alphabet
    int64_t until;                 //  of the last one
};

void removal_scene_open (struct removal_scene *self);
void removal_scene_close (struct removal_scene *self);
//  As a broker does that begins.
void removal_scene_start (struct removal_scene *self);

//  A job that is done, with the files of `files`: the first its input, the others outputs. `stored`: the
//  files service has its result; else it lies at host "near".
struct store_job removal_scene_job (const char *id, const char *files, bool stored, int64_t removal_at);
//  Takes the job's content over.
void removal_scene_add (struct removal_scene *self, struct store_job *job);
//  Both together.
void removal_scene_put (struct removal_scene *self, const char *id, const char *files, bool stored,
                        int64_t removal_at);
void removal_scene_put_as (struct removal_scene *self, const char *owner, const char *id, const char *files,
                           bool stored, int64_t removal_at);

//  Until there is nothing to do for now.
void removal_scene_work (struct removal_scene *self);

void removal_scene_expect_there (struct removal_scene *self, const char *jobs);

#endif
