//  assignment.h: what a slot's runner is given: one attempt at a job, and what it may use for it.
#ifndef DMH_WORKER_RESULTS_ASSIGNMENT_H
#define DMH_WORKER_RESULTS_ASSIGNMENT_H

#include "messages/files/route.h"
#include "messages/job.h"
#include "messages/keys/credential.h"
#include "messages/keys/signing_key.h"
#include "messages/work.h"
#include "worker/input/data_roots.h"
#include "worker/input/fetched_files.h"
#include "worker/input/limits.h"
#include "worker/results/commit_group.h"
#include "worker/results/followed_task.h"
#include "worker/rules/schema/catalog.h"

//  Everything is borrowed until the runner says that the attempt has ended.
struct assignment {
    char job[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    uint64_t attempt;
    struct input input;
    const struct options *options;
    size_t slot;    //  of the runner
    const catalog_t *catalog;
    const data_roots_t *roots;    //  where the input may be; NULL: anywhere
    const char *folder;     //  absolute path of the attempt's own folder; made by the runner, must not exist
    const char *results;    //  the folder that it is in
    const struct s3_name
        *objects;         //  where its result goes, in an object store; NULL: it stays, or is handed over
    const char *files;    //  endpoint of the broker's files service; empty: there is none
    route_t *route;       //  in its place, where the broker may become another one; or NULL
    const struct credential *credential;    //  shown to it; NULL: none
    const struct file_ticket *tickets;      //  for the files that it keeps of the job; or none
    size_t tickets_count;
    const char *deposit;              //  shown when outputs are left there; NULL or empty: nothing
    const signing_key_t *sign_key;    //  signs the report; NULL: nobody does
    struct ceilings ceilings;         //  of the worker
    uint64_t key_memory;              //  bytes for the keys of its records; 0: no bound
    //  Of a job that follows others: their results, and what is made of them; NULL: its input is harmonized.
    const struct followed_result *followed;
    size_t followed_count;
    followed_task_fn *task;
    uint64_t part, parts, split_bytes;    //  of a task on a part of the input, as JOB says them
    commit_group_t *group;    //  by which the result gets to the disk; NULL: who takes it sees to that
};

//  The files of the job that lie elsewhere; see fetched_files_fetch.
//  `pieces`: of the input alone these; NULL: all of it.
int assignment_fetch (const struct assignment *self, const struct followed_task *task,
                      const struct input_pieces *pieces, struct fetched_files *files, struct error *error);

//  See fetched_files_fetch_more.
int assignment_fetch_more (const struct assignment *self, const struct followed_task *task,
                           const struct input_pieces *pieces, struct fetched_files *files,
                           struct error *error);

//  Whether its outputs do not stay on this disk: they go to an object store, or to the broker, as who has
//  sent the input there does not see it.
bool assignment_leaves (const struct assignment *self, const struct fetched_files *files);

//  Leaves the outputs of the finished folder there; the folder goes whatever comes of it. As upload_folder.
int assignment_upload (const struct assignment *self, const struct followed_task *task,
                       const struct output *outputs, size_t count, struct error *error);

#endif
