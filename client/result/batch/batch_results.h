//  batch_results.h: the results of one run or submit in the folder that they go to: their places, what stands
//  there already, and what is brought there as each job ends.
#ifndef DMH_CLIENT_RESULT_BATCH_BATCH_RESULTS_H
#define DMH_CLIENT_RESULT_BATCH_BATCH_RESULTS_H

#include <limits.h>

#include "client/arguments/arguments.h"
#include "client/result/batch/group_commit.h"
#include "client/result/batch/scratch_folder.h"
#include "client/result/outcome.h"

struct batch_results {
    struct outcome *outcomes;    //  [count] borrowed
    size_t count;
    const char *folder;               //  as given; borrowed
    char root[PATH_MAX];              //  the same, real and absolute
    char **places;                    //  [count]
    struct batch_index *index;        //  NULL: only one input was asked for
    struct error unindexed;           //  why it is not as it should be
    struct scratch_folder scratch;    //  in it, so that a result is renamed, not copied
    struct group_commit commit;
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

//  The same of jobs whose results are fetched: the word of each outcome is its input's place; results of one
//  batch are named as that batch would be, and what stands at a place of another job's has the job's id
//  behind its name, unless they are replaced. With --skip-done those that are here are skipped.
int batch_results_open_fetched (struct batch_results *self, const struct arguments *arguments,
                                struct outcome *outcomes, size_t count, struct error *error);

//  Makes the scratch folder. DMH_OK, DMH_IO, DMH_INTERNAL.
int batch_results_begin (struct batch_results *self, struct error *error);

//  There is nothing more to come: the scratch folder goes, and the index is written.
void batch_results_close (struct batch_results *self);

//  Says on standard error, behind all else, what kept the index from being written. `status`, or where that
//  is 0 and there is something to say 1.
int batch_results_tell (const struct batch_results *self, int status);

//  The staged result of `outcome` is to go to its place.
void batch_results_add (struct batch_results *self, struct outcome *outcome);

//  As group_commit_bring.
void batch_results_bring (struct batch_results *self, bool now);

#endif
