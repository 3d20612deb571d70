//  action.h: one thing that the dispatcher has decided and the broker has to do.
#ifndef DMH_BROKER_DISPATCH_ACTION_H
#define DMH_BROKER_DISPATCH_ACTION_H

#include "messages/job.h"

enum action_sort {
    ACTION_GIVE,      //  send JOB (job, attempt) to worker; the job is running now: persist and tell
    ACTION_STOP,      //  send CANCEL (job, attempt) to worker
    ACTION_QUEUED,    //  the job went back to the queue, why in `message`: persist and tell
    ACTION_FAILED,    //  the job has failed, reason in `code` and `message`: persist and tell
    ACTION_GONE       //  the worker is forgotten, why in `message`, with a `code` when it did not say that it
                      //  leaves: forget how to reach it
};

struct action {
    enum action_sort sort;
    char job[ID_BYTES], worker[ID_BYTES];
    uint64_t attempt;
    unsigned tries;     //  attempts that count against the limit so far
    uint64_t deaths;    //  of workers while it ran, so far
    char code[WORD_BYTES];
    char message[SENTENCE_BYTES];
};

#endif
