//  service.h: the files service: a thread of its own that answers PUT and GET from the store of files, so
//  that the broker's loop waits for no disk. Owns its socket and its blob_store.
#ifndef DMH_BROKER_FILES_SERVICE_H
#define DMH_BROKER_FILES_SERVICE_H

#include <czmq.h>

#include "broker/files/blob_store.h"
#include "broker/files/ticket.h"

typedef struct files files_t;

//  How many connections there may be at the files socket: a part of connections_room, so that a crowd here
//  leaves the other sockets theirs, and the other way round.
size_t files_connections (void);

//  Starts the thread. It takes a bound ROUTER, set never to wait, and the blob_store; both pointers are NULL
//  afterwards, also on failure. An answer to a peer that does not read is dropped; it asks again.
//  Its connections by TCP or a Unix socket are watched. NULL with `error` set: DMH_INTERNAL.
//  `secret`: of the tickets that peers show for files of others, where each peer has a key; copied; NULL:
//  without keys, where all files are everybody's.
files_t *files_new (zsock_t **socket, blob_store_t **blob_store, const struct ticket_secret *secret,
                    struct error *error);

//  Closes the socket, and with it every connection; then binds the other one, which is not bound yet, to
//  `endpoint` in its place. *socket is NULL afterwards.
void files_renew (files_t *self, zsock_t **socket, const char *endpoint);

//  Throws away what was last used before `before` and is not in `needed` (SHA-256 → anything), which is taken
//  over. Not waited for.
void files_sweep (files_t *self, zhashx_t **needed, time_t before);

//  Throws these away (SHA-256, with a secret "SHA256 OWNER", → int64_t, wall ms), which are taken over, as
//  clearing_remove; what was used after its time stays, as somebody else has begun to. files_told tells the
//  end. One at a time.
void files_remove (files_t *self, zhashx_t **files);
//  To be polled for files_told.
zsock_t *files_word (const files_t *self);
//  true: what files_remove began has ended; *removed: all of it is gone, or was never there.
bool files_told (files_t *self, bool *removed);

//  Bytes that all files have together.
uint64_t files_bytes (const files_t *self);

//  Ends the thread after the message that it is at; socket and blob_store are closed.
void files_destroy (files_t **self_p);

//  What the service answers to one message, without identity frame; the caller owns it. `user`: the key of
//  the peer that sent it; without `secret`, as of files_new, it is not looked at. NULL when out of memory.
//  The thread's one step, for tests and the fuzzer; does not wait but for the disk.
zmsg_t *files_answer (blob_store_t *blob_store, const struct ticket_secret *secret, const char *user,
                      zmsg_t *frames);

#endif
