//  batch_results.h: the results of one run or submit in the folder that they go to: their places, what stands
//  there already, and what is brought there as each job ends.
#ifndef DMH_CLIENT_RESULT_BATCH_BATCH_RESULTS_H
#define DMH_CLIENT_RESULT_BATCH_BATCH_RESULTS_H

#include <limits.h>

#include "client/arguments/arguments.h"
#include "client/result/outcome.h"

struct batch_results {
    struct outcome *outcomes;    //  [count] borrowed
    size_t count;
    const char *folder;           //  as given; borrowed
    char root[PATH_MAX];          //  the same, real and absolute
    char **places;                //  [count]
    struct batch_index *index;    //  NULL: only one input was asked for
    struct outcome **waiting;     //  [waiting_count] whose results are to be brought; room for all
    size_t waiting_count;
    int64_t waits_since;    //  when the first of them came
};

//  Makes the folder that `arguments` name, removes what dead processes left in it, and gives each outcome of
//  `inputs` its place. With --skip-done those whose result is there are skipped; outcomes whose result could
//  not go to its place are refused now, before the work, by their own error. DMH_OK, DMH_IO, DMH_CONFLICT (a
//  batch.json that is not of dmh), DMH_INTERNAL; batch_results_clear it in any case.
int batch_results_open (struct batch_results *self, const struct arguments *arguments,
                        const struct input_list *inputs, struct outcome *outcomes, struct error *error);
void batch_results_clear (struct batch_results *self);

//  One more of the outcomes has come to its end: the index of the batch is told, now or soon.
void batch_results_changed (struct batch_results *self);

//  There is nothing more to come: the index is written. Returns rc, or what kept the index from being written
//  where rc is DMH_OK.
int batch_results_close (struct batch_results *self, int rc, struct error *error);

//  The result of `outcome`, in the worker's folder and not on the disk yet, is to go to its place.
void batch_results_add (struct batch_results *self, struct outcome *outcome);

//  Brings the results that were added: they are synced, several at once, and get their names then; folder and
//  record of their outcomes say so, or their error why not. Without `now` only where it is time to: many
//  wait, or one for long enough. `scratch`: a folder on that file system for what is replaced meanwhile.
void batch_results_bring (struct batch_results *self, const char *scratch, bool now);

#endif
