//  results_folder.h: where a worker keeps its results: where nobody says, and that it is there.
#ifndef DMH_WORKER_RESULTS_RESULTS_FOLDER_H
#define DMH_WORKER_RESULTS_RESULTS_FOLDER_H

#include "messages/base/error.h"

#include <stddef.h>

//  $XDG_STATE_HOME/dmh/results, or below .local/state of $HOME; answers `out`.
const char *results_folder_default (char *out, size_t size);

//  Makes it where it is missing; *out is its absolute path, malloc'd. DMH_OK; DMH_IO: it cannot be made, or
//  not be written to.
int results_folder_make (const char *path, char **out, struct error *error);

#endif
