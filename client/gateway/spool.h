//  spool.h: files on their way through: each one without a name in a folder, gone with the process however
//  that ends; and how much room all of them have. Any thread.
#ifndef DMH_CLIENT_GATEWAY_SPOOL_H
#define DMH_CLIENT_GATEWAY_SPOOL_H

#include "messages/base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct spool spool_t;

//  `folder` is borrowed; `most`: bytes of all files (0: as many as the disk holds). NULL: out of memory.
spool_t *spool_new (const char *folder, uint64_t most);
void spool_destroy (spool_t **self_p);    //  takes NULL

//  Who keeps files that nobody waits for: it is called, in any thread, when there is no room for others.
void spool_when_full (spool_t *self, void (*make_room) (void *context), void *context);

//  A descriptor to read and to write, of mode 0600. -1 with `error` set: DMH_IO.
int spool_open (const spool_t *self, struct error *error);

//  Room for n bytes more, until they are given back. DMH_OK, DMH_UNAVAILABLE.
int spool_reserve (spool_t *self, uint64_t n, struct error *error);
void spool_give_back (spool_t *self, uint64_t n);

//  Writes all n bytes at `at`. DMH_OK, DMH_IO.
int spool_write (int fd, uint64_t at, const char *bytes, size_t n, struct error *error);

#endif
