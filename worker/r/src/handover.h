//  handover.h: one job at a time on its way from a runner's thread, which waits for it, to R's thread, which
//  does it, and back. R is asked to stop by SIGINT, as a user at its console asks, and given up where it does
//  not. Knows neither R nor the broker.
#ifndef DMHR_HANDOVER_H
#define DMHR_HANDOVER_H

#include <pthread.h>

#include "worker/results/assignment.h"

enum { HANDOVER_STOP_MS = 1500, HANDOVER_TICK_MS = 1000 };

//  One of the results that the job follows.
struct handed_table {
    char *folder;    //  where it can be read
    char *source;    //  what people know it by
};

//  What R is to do.
struct handed {
    char job[ID_BYTES];
    char *out;    //  the folder for what it makes
    bool reference_individuals;
    struct handed_table *tables;
    size_t count;
};
void handed_clear (struct handed *self);

//  What became of it.
struct handed_answer {
    uint64_t records;      //  that it was made of
    struct error error;    //  code DMH_OK: all files are in the folder
};

enum handover_state {
    HANDOVER_FREE,
    HANDOVER_GIVEN,
    HANDOVER_TAKEN,
    HANDOVER_ANSWERED,
    HANDOVER_ABANDONED,
    HANDOVER_CLOSED
};

struct handover {
    pthread_mutex_t lock;
    pthread_t r;         //  the thread that takes
    int to_r, from_r;    //  readable when there is something
    enum handover_state state;
    bool closed;                    //  nothing more comes
    bool interrupted;               //  R was sent a SIGINT from here since it asked last
    uint64_t moved;                 //  how often R said that it gets on
    struct handed handed;           //  GIVEN
    struct handed_answer answer;    //  ANSWERED
};

//  The calling thread is R's. DMH_OK, or DMH_INTERNAL.
int handover_open (struct handover *self, struct error *error);
//  Nobody may be in it.
void handover_close (struct handover *self);

//  A runner's: waits until R has done what `handed` says, whose contents move here, or the attempt is to end.
//  DMH_OK and R's answer; DMH_CANCELLED: R has stopped, or will be heard no more; DMH_INTERNAL.
int handover_do (struct handover *self, struct handed *handed, const struct followed_task *task,
                 struct handed_answer *answer, struct error *error);

//  R's: the next job, where there is one within wait_ms; its contents are the caller's.
enum handover_news { HANDOVER_NOTHING, HANDOVER_JOB, HANDOVER_END };
enum handover_news handover_take (struct handover *self, int wait_ms, struct handed *out);
//  R's: what became of the one that it took. false: nobody waits for it any more.
bool handover_answer (struct handover *self, const struct handed_answer *answer);
//  R's: it will not do what it took, and wants to end.
void handover_give_up (struct handover *self);
//  R's, while it does one: it gets on.
void handover_moved (struct handover *self);
//  Whether R was interrupted from here, since it was asked that last.
bool handover_was_interrupted (struct handover *self);

//  Nothing more comes: handover_take says so. Any thread.
void handover_end (struct handover *self);
//  Whether R is still at something.
bool handover_is_busy (struct handover *self);

#endif
