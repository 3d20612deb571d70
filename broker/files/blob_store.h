//  blob_store.h: the files that clients and workers left with the broker, on disk, each under its SHA-256.
//  One thread owns it. Knows no socket. One process a folder.
//
//  A file arrives in pieces, in order, as a part of its sender's own; it counts as SHA256 only when all of it
//  is there, its checksum is right and it is synced. A part outlives the process: its sender goes on where it
//  ends. No name but 64 hex digits is ever opened, nor any symbolic link. What has come takes room, what was
//  only announced does not.
//
//  A file is its owners': of those who have sent it whole, each by all of its bytes, or for whom that was
//  done, though it is kept once. To others it is not there. NULL as a sender or an owner is a broker without
//  keys, where all is everybody's.
#ifndef DMH_BROKER_FILES_BLOB_STORE_H
#define DMH_BROKER_FILES_BLOB_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "broker/files/listing.h"
#include "messages/base/error.h"

enum { BLOB_STORE_UPLOADS_MAX = 32 };    //  open at once

typedef struct blob_store blob_store_t;

//  The folder is made (0700) where it is absent; its parent must exist. `room`: bytes that all files together
//  may have. NULL with `error` set: DMH_IO (also when another process has the folder), DMH_INTERNAL.
blob_store_t *blob_store_new (const char *folder, uint64_t room, struct error *error);
void blob_store_destroy (blob_store_t **self_p);

//  A piece of a file of `bytes` bytes: n of them at `offset`; n may be 0, to ask.
struct blob_store_piece {
    const char *sha256;
    uint64_t bytes, offset;
    const void *at;
    size_t n;
    const char *sender;    //  its key
    const char *owner;     //  whose it is to be; NULL: the sender's
};

//  Takes a piece. *wanted becomes the offset that is wanted next, `bytes` once the file is whole, kept, and
//  its owner's; who sends for another has to send all of it. A piece elsewhere than at the wanted offset is
//  not taken, which is no error. Going on with a part of an earlier process, or one that
//  BLOB_STORE_UPLOADS_MAX others pushed aside, reads it once. DMH_OK; DMH_MALFORMED: no checksum, or beyond
//  the file's end; DMH_TOO_LARGE: no room, and the part is gone; DMH_CONFLICT: the checksum is not that of
//  the bytes (the part is gone, begin at 0); DMH_UNAVAILABLE: the disk refused, what was there before is
//  still there.
int blob_store_put (blob_store_t *self, const struct blob_store_piece *piece, uint64_t *wanted,
                    struct error *error);

//  Reads at most n bytes at `offset` of a whole file, as `owner` may (empty: a file that has no owner); *got
//  0 at its end; *bytes its size. Who reads it from its beginning to its end is told by DMH_NOT_FOUND instead
//  of its last bytes that it rotted on the disk; then it is gone, and may be put anew. DMH_OK, DMH_MALFORMED
//  (no checksum, beyond the end), DMH_NOT_FOUND (not there, or not that owner's), DMH_IO.
int blob_store_get (blob_store_t *self, const char *sha256, const char *owner, uint64_t offset, void *out,
                    size_t n, size_t *got, uint64_t *bytes, struct error *error);

//  Throws a whole file away, whosever it is; parts of it that are being sent go on. DMH_OK, also when there
//  is none; DMH_MALFORMED, DMH_IO.
int blob_store_remove (blob_store_t *self, const char *sha256, struct error *error);

//  Takes a file away from that owner (empty: from nobody) alone; without any owner left it goes. One that is
//  not the owner's, or was used after `until` (wall ms), stays as it is, and so do parts. DMH_OK, also when
//  there is none; DMH_MALFORMED, DMH_IO.
int blob_store_disown (blob_store_t *self, const char *sha256, const char *owner, int64_t until,
                       struct error *error);

//  Throws away what blob_store_list has told, the whole file or that one part. DMH_OK, DMH_IO.
int blob_store_drop (blob_store_t *self, const struct listing_file *file, struct error *error);

//  Tells each file; `tell` may remove that file. It stops at the first code that is not DMH_OK and returns
//  it. DMH_OK, DMH_IO.
int blob_store_list (blob_store_t *self, listing_tell *tell, void *context, struct error *error);

//  Syncs what was thrown away or disowned. DMH_OK; DMH_IO: it may be there again after a crash.
int blob_store_sync (blob_store_t *self, struct error *error);

//  Bytes that are kept or have come.
uint64_t blob_store_used (const blob_store_t *self);

#endif
