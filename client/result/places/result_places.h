//  result_places.h: where the results of a batch stand below its folder: one place an input, none inside or
//  instead of another's.
#ifndef DMH_CLIENT_RESULT_PLACES_RESULT_PLACES_H
#define DMH_CLIENT_RESULT_PLACES_RESULT_PLACES_H

#include "messages/job.h"

//  Sets *out to the places of `paths` [count] (each relative, cleaned, endings still there): the path without
//  its endings. Endings stay where two inputs come to the same, where the result would hold another's or take
//  the name of its failed one, and where dmh needs the name; where that is not enough, a number follows.
//  Below a place stands no other but what its input's folder shares. Both *out and its texts are yours to
//  free (result_places_clear). DMH_OK or DMH_INTERNAL.
int result_places_name (const char *const *paths, size_t count, char ***out, struct error *error);
void result_places_clear (char ***places_p, size_t count);

#endif
