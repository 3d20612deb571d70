//  config.h: what a session is started with.
#ifndef DMH_WORKER_SESSION_CONFIG_H
#define DMH_WORKER_SESSION_CONFIG_H

#include "messages/keys/credential.h"
#include "messages/keys/signing_key.h"
#include "worker/input/data_roots.h"
#include "worker/input/limits.h"
#include "worker/results/followed_task.h"

//  All borrowed.
struct session_config {
    const char *broker;                     //  back endpoint, tcp://HOST:5571 or inproc://…
    const char *name;                       //  by which the broker knows it; NULL: host, pid and chance
    const char *results;                    //  absolute folder; attempts go to <results>/<job>.<attempt>
    const struct s3_name *objects;          //  where results go, in an object store; NULL: they stay
    const char *schemas;                    //  further schema files, or NULL
    size_t slots;                           //  jobs at once, 1 … 64
    size_t threads;                         //  harmonizers, 1 … 256
    uint64_t memory;                        //  bytes, for all its jobs together; 0: not said
    uint64_t block_bytes;                   //  0: default
    const struct credential *credential;    //  shown to a broker that has keys; NULL: none
    const signing_key_t *sign_key;          //  signs the reports; NULL: nobody does
    struct ceilings ceilings;               //  that no option of a job raises
    const data_roots_t *roots;              //  where inputs may be; NULL: anywhere
    const struct named_task *tasks;    //  that it does instead of all that a worker does by itself; or none
    size_t tasks_count;
    bool unsynced;    //  who takes the results, in this process, syncs them: several at once
};

#endif
