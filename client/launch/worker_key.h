//  worker_key.h: the key of a worker that is launched, made for it alone: its public half goes to the keys of
//  the broker, the pair to launched_path (".key"), 0600. launched_forget takes both away.
#ifndef DMH_CLIENT_LAUNCH_WORKER_KEY_H
#define DMH_CLIENT_LAUNCH_WORKER_KEY_H

#include "client/launch/launched.h"

//  Whether `folder` is where the broker with that public key looks for its keys. DMH_OK, or a sentence.
int worker_key_check (const char *folder, const char *server, struct error *error);

//  For a worker that is noted, into its `keys`. DMH_OK; DMH_IO; DMH_INTERNAL.
int worker_key_make (const struct launched *worker, struct error *error);

#endif
