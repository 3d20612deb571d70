//  transfer.h: files to the broker's store and from it: the other side of the files service, for client and
//  worker alike. It speaks for itself, over a socket of its own. One thread; a file at a time. Whatever dies
//  on the way, the same call later goes on where the bytes end.
#ifndef DMH_MESSAGES_FILES_TRANSFER_H
#define DMH_MESSAGES_FILES_TRANSFER_H

#include <czmq.h>

#include "messages/files/route.h"
#include "messages/job.h"
#include "messages/keys/credential.h"

typedef struct transfer transfer_t;

struct transfer_config {
    const char *endpoint;                   //  of the files service; empty: there is none
    route_t *route;                         //  in its place, where the service may move meanwhile; or NULL
    const struct credential *credential;    //  NULL: nothing to show
    int patience_ms;                        //  of silence, or of a disk that refuses
    zmq_pollitem_t stop;    //  readable when the owner wants to end it; {NULL, -1, 0, 0}: never
    //  How much of the file is there; called for each piece; NULL: nobody wants to know.
    void (*moved) (void *context, uint64_t done, uint64_t total);
    void *context;
    //  What is shown for a file that is another's, by its SHA-256, and for whom files are left (NULL:
    //  nobody).
    const struct file_ticket *tickets;
    size_t tickets_count;
    const char *deposit;
};

//  `config` and what it points to are borrowed. NULL with `error` set: DMH_UNAVAILABLE (no such service),
//  DMH_INTERNAL.
transfer_t *transfer_new (const struct transfer_config *config, struct error *error);
void transfer_destroy (transfer_t **self_p);

//  Leaves the `bytes` bytes of the descriptor with the broker, whose SHA-256 is known; none travel when it
//  has them, unless they are few. DMH_OK: whole, checked and on its disk. DMH_CANCELLED; DMH_UNAVAILABLE
//  after the patience; DMH_CONFLICT: the bytes are not of that SHA-256 (any more); DMH_TOO_LARGE: the broker
//  has no room; DMH_IO: they cannot be read here; else what the broker said.
int transfer_put (transfer_t *self, int fd, const char *sha256, uint64_t bytes, struct error *error);

//  Brings a file of `bytes` bytes into the descriptor (open to read and to write), going on with what is in
//  it. DMH_OK: whole and checked, not synced. DMH_NOT_FOUND: the broker has it not (any more); DMH_MALFORMED:
//  what came is another file, and the descriptor is empty again; DMH_IO: it cannot be written here; else as
//  transfer_put.
int transfer_get (transfer_t *self, const char *sha256, uint64_t bytes, int fd, struct error *error);

//  Brings `n` bytes from `at` on of a file of `bytes` bytes, as far as it has them, to the same place in the
//  descriptor. That they are the file's nobody has checked: only a whole has a SHA-256. As transfer_get.
int transfer_get_piece (transfer_t *self, const char *sha256, uint64_t bytes, uint64_t at, uint64_t n, int fd,
                        struct error *error);

#endif
