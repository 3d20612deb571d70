//  retention.h: for how long jobs that have ended are kept, with their results: which may go, in what order,
//  a few at a time. Knows the store, no socket and no clock.
//  Never touches a job that is queued or runs, nor, for room, a result that nobody has fetched.
#ifndef DMH_BROKER_JOBS_RETENTION_H
#define DMH_BROKER_JOBS_RETENTION_H

#include "broker/store/store.h"

typedef struct retention retention_t;

enum {
    KEEP_DAYS_MAX = 36500,
    RETENTION_ROUND_MS = 60000,      //  between two looks through the store
    RETENTION_WAKE_MS = 1000,        //  from a reason to look until it is looked
    RETENTION_PATIENCE_MS = 10000    //  with workers that do not answer
};

//  0: no limit.
struct retention_limits {
    uint64_t days;     //  since the end of a job
    uint64_t bytes;    //  of all results together that lie with workers
};

enum retention_verdict {
    RETENTION_KEEP,
    RETENTION_EXPIRED,    //  ended more than `days` ago, fetched or not
    RETENTION_FOR_ROOM    //  fetched, and too many bytes are kept: the first to go are asked about first
};

//  `excess`: bytes that are kept beyond the limit; `now`: wall ms.
enum retention_verdict retention_judge (const struct retention_limits *limits,
                                        const struct job_record *record, uint64_t excess, int64_t now);

//  A job on its way out.
struct leaving {
    char job[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char host[NAME_BYTES];    //  where its result is
    uint64_t attempt, bytes;
    enum retention_verdict why;
    bool cleared;    //  no worker has a result of it, or none has it any more
};

struct retention_actions {
    void *context;
    //  Asks for the removal of a result; retention_hear tells its end. false: nobody is there to be asked.
    bool (*ask) (void *context, const struct job_record *record);
    //  The store has forgotten the job.
    void (*gone) (void *context, const struct leaving *leaving);
    //  Whether an open job needs its result: then it stays. NULL: none ever does.
    bool (*needs) (void *context, const char *job);
};

//  Without limits. The store and the context are borrowed. NULL when out of memory.
retention_t *retention_new (store_t *store, const struct retention_actions *actions);
void retention_destroy (retention_t **self_p);

//  These limits from now on.
void retention_limit (retention_t *self, const struct retention_limits *limits);

//  A worker has come, or a result was fetched: soon there may be something to do. `now`: monotonic ms, as
//  below.
void retention_wake (retention_t *self, int64_t now);

//  The result of that attempt is no more, says a worker of `host`. What was not asked for changes nothing.
void retention_hear (retention_t *self, const char *job, uint64_t attempt, const char *host);

//  Looks at the next few jobs and forgets those whose results are gone, in a group of its own: no other may
//  be open. DMH_OK; else the store's reason, nothing was forgotten, and it is tried again.
int retention_step (retention_t *self, int64_t now, int64_t wall, struct error *error);

//  When retention_step has something to do; INT64_MAX: never.
int64_t retention_due (const retention_t *self);

//  Jobs that were found in the last round and whose results nobody could be asked to remove.
size_t retention_waiting (const retention_t *self);

#endif
