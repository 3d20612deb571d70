//  store.h: the jobs, so that they outlive the broker. One interface, an implementation a database behind it
//  (sqlite.c). Called by the broker's loop alone: one thread. Nothing is durable before store_commit has
//  answered DMH_OK; a commit that fails leaves nothing of its group.
#ifndef DMH_STORE_H
#define DMH_STORE_H

#include "../../messages/job.h"

typedef struct store store_t;

struct store_job_id {
    char job[ID_BYTES];
};

//  What is kept of a job beside its record.
struct store_job {
    struct job_record record;    //  outputs are owned; store_job_clear
    struct input input;
    struct options options;    //  mapping is owned
    char submit_key[ID_BYTES];
    uint64_t place;       //  of the input in its submission, from 0
    uint64_t sequence;    //  order of submission, given by the store
    unsigned tries;       //  attempts that count against the limit
};
void store_job_clear (struct store_job *self);

//  "sqlite:PATH" or "sqlite::memory:". Makes the file and its folder (0700) when missing, brings its tables
//  up to date. NULL with `error` set: not to be opened, of a newer version, in use by another broker.
store_t *store_open (const char *url, struct error *error);
void store_close (store_t **self_p);

//  A group of changes. store_begin again inside one does nothing.
int store_begin (store_t *self, struct error *error);
int store_commit (store_t *self, struct error *error);
void store_abandon (store_t *self);

//  Adds a job; job->sequence is set.
int store_add (store_t *self, struct store_job *job, struct error *error);
//  Writes record (its outputs too) and tries of a job that is there.
int store_change (store_t *self, const struct job_record *record, unsigned tries, struct error *error);

//  DMH_OK, DMH_NOT_FOUND, DMH_UNAVAILABLE. *out has to be cleared.
int store_find (store_t *self, const char *job, struct store_job *out, struct error *error);
//  The jobs of a submission in the order of its inputs; DMH_NOT_FOUND when the key is new. ids: malloc'd,
//  yours.
int store_find_key (store_t *self, const char *submit_key, struct store_job_id **ids, size_t *count,
                    struct error *error);
//  Records from the newest; `state` empty: all; `after` empty: from the newest. At most `limit`. *out
//  malloc'd, without outputs.
int store_list (store_t *self, const char *state, const char *after, size_t limit, struct job_record **out,
                size_t *count, struct error *error);

//  Every job that has not ended, in order of submission; `each` answers 0 to go on.
int store_open_jobs (store_t *self, int (*each) (void *context, const struct store_job *job), void *context,
                     struct error *error);

//  How many jobs are in each state.
int store_counts (store_t *self, uint64_t counts[JOB_STATE_COUNT], struct error *error);

#endif
