//  path_list.h: a list of paths in a file or on standard input: a line each, or each ended by a NUL.
#ifndef DMH_CLIENT_ARGUMENTS_PATH_LIST_H
#define DMH_CLIENT_ARGUMENTS_PATH_LIST_H

#include <stddef.h>

#include "messages/base/error.h"

struct path_list {
    char **at;
    size_t count;
    char *text;    //  that they stand in
};

//  Reads the file `path`, or standard input where it is "-". Where a NUL stands in it, paths end with NULs
//  and lines are part of them; else a line is a path, its CR at the end taken off. Empty ones are passed
//  over. DMH_OK (path_list_clear it); DMH_USAGE, it cannot be read; DMH_CANCELLED; DMH_TOO_LARGE;
//  DMH_INTERNAL.
int path_list_read (struct path_list *self, const char *path, int interrupt, struct error *error);
void path_list_clear (struct path_list *self);

#endif
