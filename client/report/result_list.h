//  result_list.h: the results in a folder: it is one itself, or holds some at any depth; each is found by its
//  report.json. No link is followed, and nothing hidden is looked into.
#ifndef DMH_CLIENT_REPORT_RESULT_LIST_H
#define DMH_CLIENT_REPORT_RESULT_LIST_H

#include <stddef.h>

#include "messages/base/error.h"

struct result_list {
    char **folders;    //  their paths, in byte order; owned
    char **names;      //  what is below the folder that was asked for, "" for itself; in `folders`
    size_t count;
    //  Of jobs that made statistics of results, in byte order; owned. They are no results of an input.
    char **described;
    size_t described_count;
};

//  DMH_OK with *out filled (result_list_clear it), at least one of either; DMH_NOT_FOUND: there is none;
//  DMH_IO, DMH_INTERNAL.
int result_list_find (const char *folder, struct result_list *out, struct error *error);
void result_list_clear (struct result_list *self);

#endif
