//  unpack.h: gzip (RFC 1952) and zstd (RFC 8878) streams, told by their first bytes and unpacked piece by
//  piece. Several members or frames one after another are one file. Memory does not depend on what a stream
//  unpacks to: a window of at most 128 MiB.
#ifndef DMH_WORKER_FORMATS_ENCODING_UNPACK_H
#define DMH_WORKER_FORMATS_ENCODING_UNPACK_H

#include "messages/base/error.h"
#include "worker/text/text.h"

enum packing { PACKED_NOT, PACKED_GZIP, PACKED_ZSTD };

enum packing packing_of (const char *bytes, size_t n);
//  "gzip", "zstd"; NULL for PACKED_NOT. Borrowed.
const char *packing_name (enum packing self);

typedef struct unpack unpack_t;

//  NULL when out of memory. `packing` is not PACKED_NOT.
unpack_t *unpack_new (enum packing packing);
void unpack_destroy (unpack_t **self_p);
//  Begins a stream anew. 0, or -1 out of memory.
int unpack_reset (unpack_t *self);

//  Takes from `in`, makes into out [room]; either may be none. DMH_OK, or DMH_BAD_INPUT with one sentence
//  about `source`: damaged, something else behind the end. Sets *used and *made on DMH_OK alone.
int unpack_some (unpack_t *self, struct text in, size_t *used, char *out, size_t room, size_t *made,
                 const char *source, struct error *error);

//  Whether the stream could end here: at its begin, or behind a whole member.
bool unpack_is_whole (const unpack_t *self);

//  The error for a file that ends where unpack_is_whole says no.
int unpack_truncated (const char *source, enum packing packing, struct error *error);

#endif
