//  host_list.h: the hosts of a file, one a line: HOST [SLOTS], # begins a comment. HOST is what ssh takes: a
//  name, an address, USER@HOST, or a name of its configuration.
#ifndef DMH_CLIENT_LAUNCH_REMOTE_HOST_LIST_H
#define DMH_CLIENT_LAUNCH_REMOTE_HOST_LIST_H

#include <stdint.h>

#include "messages/base/error.h"
#include "messages/job.h"

enum { HOST_LIST_MAX = 1000, HOST_SLOTS_MAX = 64 };

struct host {
    char name[NAME_BYTES];
    uint64_t slots;    //  0: not said
};

//  *out [*count] is malloc'd and yours; none stands in it twice. DMH_OK; DMH_USAGE with the line that is
//  wrong, or that there is none; DMH_NOT_FOUND; DMH_INTERNAL.
int host_list_read (const char *path, struct host **out, size_t *count, struct error *error);

#endif
