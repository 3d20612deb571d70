//  runner_news.h: what a runner tells of its attempt, as plain data.
#ifndef DMH_WORKER_PIPELINE_RUNNER_NEWS_H
#define DMH_WORKER_PIPELINE_RUNNER_NEWS_H

#include "messages/base/error.h"
#include "messages/job.h"

//  Sent on the actor's pipe as ("sp", WORD, pointer); the receiver frees with free () after
//  runner_news_clear. PROGRESS: at most 10 a second. BRING, of a job that follows others. Then exactly one of
//  DONE or FAILED (with NULL: no memory for the news either), after which the runner waits for the next RUN.
struct runner_news {
    char kind[WORD_BYTES];    //  empty while the input is on its way here
    uint64_t bytes_done, bytes_total;
    uint64_t moved;    //  grows with each piece that is fetched, read or handed over
    struct counts counts;
    double records_per_second;
    uint64_t wanted;           //  BRING: place of the followed result that has to be brought
    struct output *outputs;    //  DONE
    size_t outputs_count;
    bool stored;             //  DONE: the outputs are with the broker, not in the attempt's folder
    struct error refusal;    //  DONE: why all of it is not good enough; code DMH_OK: it is
    struct error error;    //  FAILED; code DMH_BAD_INPUT, DMH_NOT_FOUND, DMH_TOO_LARGE: trying again does not
                           //  help; DMH_CANCELLED after CANCEL
};
void runner_news_clear (struct runner_news *self);

#endif
