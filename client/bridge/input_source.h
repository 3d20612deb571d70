//  input_source.h: where the inputs of a message are: opened, below the folders that were allowed, and named
//  to the broker by path where its workers see the same disk, else left with its files service.
#ifndef DMH_CLIENT_BRIDGE_INPUT_SOURCE_H
#define DMH_CLIENT_BRIDGE_INPUT_SOURCE_H

#include "client/bridge/job_message.h"
#include "client/connection/connection.h"

//  The folders of a list with commas, without links, as a list; malloc'd. NULL with `error` set: DMH_USAGE,
//  one of them is none; DMH_INTERNAL.
char *input_source_roots (const char *list, struct error *error);

//  `roots` as above; NULL: no path is taken. Waits while a file goes to the broker. DMH_OK; DMH_CANCELLED;
//  DMH_UNAVAILABLE or DMH_IO: later; DMH_BAD_INPUT (also: its path is none that is allowed), DMH_CONFLICT
//  (the file changed), DMH_TOO_LARGE: it cannot be had.
int input_source_find (connection_t *connection, const char *roots, const struct message_input *input,
                       struct input *out, struct error *error);

#endif
