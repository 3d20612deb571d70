//  fetched_places.h: where the results of jobs go that are fetched: in the tree that their submitters named.
#ifndef DMH_CLIENT_RESULT_PLACES_FETCHED_PLACES_H
#define DMH_CLIENT_RESULT_PLACES_FETCHED_PLACES_H

#include "client/result/outcome.h"

//  Sets the places of outcomes, whose words are those of their inputs, below the absolute folder `root`: jobs
//  of one batch are named as result_places_name does it; where another result is there than one that
//  says the same (done_result_is_alike), or another job's is to come by the same command, the job's id
//  follows. `replace`: what is there does not count. *places [count] owns them: result_places_clear. DMH_OK
//  or DMH_INTERNAL.
int fetched_places_name (struct outcome *outcomes, size_t count, const char *root, bool replace,
                         char ***places, struct error *error);

#endif
