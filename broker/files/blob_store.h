//  blob_store.h: the files that clients and workers left with the broker, on disk, each under its SHA-256.
//  One thread owns it. Knows no socket. One process a folder.
//
//  A file arrives in pieces, in order, as SHA256.part; it counts as SHA256 only when all of it is there, its
//  checksum is right and it is synced. A part outlives the process: its sender goes on where it ends. No name
//  but 64 hex digits is ever opened, nor any symbolic link. Room for the whole file is set aside at its first
//  piece.
#ifndef DMH_BROKER_FILES_BLOB_STORE_H
#define DMH_BROKER_FILES_BLOB_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "messages/base/error.h"

enum {
    BLOB_STORE_UPLOADS_MAX = 32,    //  open at once
    BLOB_STORE_IDLE_S = 60
};

typedef struct blob_store blob_store_t;

//  The folder is made (0700) where it is absent; its parent must exist. `room`: bytes that all files together
//  may have. NULL with `error` set: DMH_IO (also when another process has the folder), DMH_INTERNAL.
blob_store_t *blob_store_new (const char *folder, uint64_t room, struct error *error);
void blob_store_destroy (blob_store_t **self_p);

//  Takes the n bytes at `offset` of the file of `bytes` bytes; n may be 0, to ask. *wanted becomes the
//  offset that is wanted next, `bytes` once the file is whole and kept; a piece elsewhere than at the wanted
//  offset is not taken, which is no error. Going on with a part of an earlier process, or one that
//  BLOB_STORE_UPLOADS_MAX others pushed aside, reads it once.
//  DMH_OK; DMH_MALFORMED: no checksum, or beyond the file's end; DMH_TOO_LARGE: no room; DMH_CONFLICT: the
//  checksum is not that of the bytes (the part is gone, begin at 0), or another size was said before;
//  DMH_UNAVAILABLE: the disk refused, what was there before is still there.
int blob_store_put (blob_store_t *self, const char *sha256, uint64_t bytes, uint64_t offset,
                    const void *piece, size_t n, uint64_t *wanted, struct error *error);

//  Senders that have said nothing since `before` have no room set aside any more but for what is there; they
//  may go on where that fits. blob_store_put does it by itself for those that were silent for
//  BLOB_STORE_IDLE_S when there is no room.
void blob_store_rest (blob_store_t *self, time_t before);

//  Reads at most n bytes at `offset` of a whole file; *got 0 at its end; *bytes its size.
//  DMH_OK, DMH_MALFORMED (no checksum, beyond the end), DMH_NOT_FOUND, DMH_IO.
int blob_store_get (blob_store_t *self, const char *sha256, uint64_t offset, void *out, size_t n, size_t *got,
                    uint64_t *bytes, struct error *error);

//  Throws a file and its part away. DMH_OK, also when there is none; DMH_MALFORMED, DMH_IO.
int blob_store_remove (blob_store_t *self, const char *sha256, struct error *error);

struct blob_store_file {
    const char *sha256;    //  borrowed, for the call alone
    uint64_t bytes;        //  on disk
    time_t used_at;        //  when it was last written, asked for or begun to be read
    bool whole;            //  else a part
};

//  Tells each file; `tell` may remove that file. It stops at the first code that is not DMH_OK and returns
//  it. DMH_OK, DMH_IO.
int blob_store_list (blob_store_t *self, int (*tell) (void *context, const struct blob_store_file *file),
                     void *context, struct error *error);

//  Bytes that are kept or set aside.
uint64_t blob_store_used (const blob_store_t *self);

#endif
