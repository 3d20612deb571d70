//  batch_results.h: the results of one run or submit in the folder that they go to: their places, what stands
//  there already, and what is brought there as each job ends.
#ifndef DMH_CLIENT_RESULT_BATCH_BATCH_RESULTS_H
#define DMH_CLIENT_RESULT_BATCH_BATCH_RESULTS_H

#include <limits.h>

#include "client/result/outcome.h"

struct batch_results {
    struct outcome *outcomes;    //  [count] borrowed
    size_t count;
    const char *folder;     //  as given; borrowed
    char root[PATH_MAX];    //  the same, real and absolute
    char **places;          //  [count]
};

//  Makes the folder, removes what dead processes left in it, and gives each outcome its place. Outcomes whose
//  result could not go there are refused now, before the work, by their own error. `replace`: see
//  result_owner_check. DMH_OK, DMH_IO, DMH_INTERNAL; batch_results_clear it in any case.
int batch_results_open (struct batch_results *self, struct outcome *outcomes, size_t count,
                        const char *folder, bool replace, struct error *error);
void batch_results_clear (struct batch_results *self);

//  The result of `outcome`, which has one in the worker's folder, goes to its place; its folder and record
//  say so then, or its error why not. `aside`: see result_folder_move.
void batch_results_take (const struct batch_results *self, struct outcome *outcome, const char *aside);

//  Outcomes there is work to do for.
size_t batch_results_open_count (const struct batch_results *self);

#endif
