//  following_jobs.h: the jobs of a submission behind those of its inputs: one that joins their results, one
//  that makes something else of them.
#ifndef DMH_CLIENT_RESULT_FOLLOWING_JOBS_H
#define DMH_CLIENT_RESULT_FOLLOWING_JOBS_H

#include "client/result/outcome.h"

struct following_jobs {
    struct outcome *join;    //  NULL: nothing is joined; borrowed, behind the outcomes of the inputs
    struct outcome *then;    //  NULL: there is no further task
    size_t count;
    struct named_input of_join, of_then;
    char **places;    //  of the inputs' results, where none come here; NULL: they do
    size_t inputs;
};

//  Which there are to be. `folder`: the results come here, and have their places.
struct following_wish {
    bool join, folder;
    const char *then;    //  the name of a task; NULL: none
};

//  Fills outcomes [count] and what is behind it, for which outcome_new has made room. DMH_OK; DMH_TOO_LARGE:
//  a path is too long; DMH_INTERNAL. following_jobs_clear it in any case.
int following_jobs_add (struct following_jobs *self, const struct following_wish *wish,
                        struct outcome *outcomes, size_t count, struct error *error);
void following_jobs_clear (struct following_jobs *self);

#endif
