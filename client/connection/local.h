//  local.h: a broker and a worker in this process, for `dmh run`: the same code as the servers, over inproc,
//  with the store in memory.
#ifndef DMH_CLIENT_CONNECTION_LOCAL_H
#define DMH_CLIENT_CONNECTION_LOCAL_H

#include <stddef.h>

#include "messages/base/error.h"
#include "messages/keys/signing_key.h"

typedef struct local local_t;

//  Starts both and waits until they are ready. `results`: absolute folder for what the worker writes; it and
//  its bytes are borrowed until local_destroy. `slots` jobs at once (1 … 64), `threads` harmonizers (0: as
//  many as CPUs), `sign_key` signs the reports (borrowed likewise; NULL: nobody does). NULL with `error` set.
//  Block signals before (signals_open).
local_t *local_new (const char *results, size_t slots, size_t threads, const signing_key_t *sign_key,
                    struct error *error);

//  A sentence for the user when there are fewer slots or threads than wanted, for want of descriptors or
//  threads; else NULL. Borrowed.
const char *local_notice (const local_t *self);

//  The front to connect to. Borrowed.
const char *local_front (const local_t *self);

//  Stops both; running jobs are dropped. Takes NULL.
void local_destroy (local_t **self_p);

#endif
