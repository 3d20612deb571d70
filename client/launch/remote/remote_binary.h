//  remote_binary.h: dmh-worker on another host: what is installed there where it is not older than the one
//  here, else a copy of the one here in ~/.local/lib/dmh.
#ifndef DMH_CLIENT_LAUNCH_REMOTE_REMOTE_BINARY_H
#define DMH_CLIENT_LAUNCH_REMOTE_REMOTE_BINARY_H

#include "messages/base/error.h"

//  Looks, copies `worker` where that is needed, and tries it. DMH_OK; DMH_UNAVAILABLE: the host cannot be
//  reached; DMH_UNSUPPORTED: it is another kind of machine, or what the program needs is missing there;
//  DMH_IO.
int remote_binary_provide (const char *config, const char *host, const char *worker, struct error *error);

//  A line of sh that sets `worker` to the program that is to be run there.
extern const char REMOTE_BINARY_CHOICE[];

#endif
