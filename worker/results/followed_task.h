//  followed_task.h: what is made of the results that a job follows, in the place of harmonizing an input; and
//  what its runner does for it meanwhile.
#ifndef DMH_WORKER_RESULTS_FOLLOWED_TASK_H
#define DMH_WORKER_RESULTS_FOLLOWED_TASK_H

#include <czmq.h>

#include "messages/job.h"

struct assignment;
struct attempt;
struct runner_news;

//  All borrowed for the attempt.
struct followed_task {
    zmq_pollitem_t stop;    //  readable when the attempt is to end
    //  A piece of a file came, or went; as of struct transfer_config.
    void (*moved) (void *context, uint64_t done, uint64_t total);
    //  How far it is; NULL: as before. false: the attempt is to end.
    bool (*goes_on) (void *context, const struct counts *so_far);
    //  So many bytes of the job's input, of so many, are done: of a task that takes blocks from elsewhere
    //  than from `pass`. What was said before never becomes less.
    void (*reached) (void *context, uint64_t done, uint64_t total);
    //  The followed result of that place cannot be read here: its worker is to leave it with the broker. May
    //  be said again.
    void (*bring) (void *context, uint64_t place);
    //  One pass of an attempt that the task has prepared, on at most so many `harmonizers`. *whole: it has
    //  come to its end. DMH_OK, or why it could not.
    int (*pass) (void *context, struct attempt *attempt, bool *whole, struct error *error);
    size_t harmonizers;
    void *context;
};

//  One attempt: makes the folder of the assignment and gives it its name at the end. Fills *news (DONE).
//  DMH_OK, or why not, and nothing is left.
typedef int (followed_task_fn) (const struct assignment *assignment, const struct followed_task *task,
                                struct runner_news *news, struct error *error);

//  By its name, as a job's options have it.
struct named_task {
    const char *name;
    followed_task_fn *run;
};

#endif
