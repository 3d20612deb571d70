//  source.h: an input file's bytes as the formats want them: unpacked (gzip, zstd, told by content), BCF as
//  the VCF that it stands for, and in UTF-8, from the beginning and as often as wanted, with the SHA-256 of
//  the bytes as they stand. Plain file I/O; knows no record. One thread.
#ifndef DMH_WORKER_INPUT_SOURCE_H
#define DMH_WORKER_INPUT_SOURCE_H

#include "messages/base/digest.h"
#include "worker/formats/encoding/charset.h"
#include "worker/formats/encoding/unpack.h"
#include "worker/input/input_file.h"
#include "worker/input/interruption.h"
#include "worker/input/limits.h"

typedef struct source source_t;

//  Opens a regular file, which leads into one of `roots` (NULL: anywhere). `name` is what sentences call it.
//  NULL with `error` set: DMH_NOT_FOUND when it is not there, DMH_UNAUTHORIZED, DMH_BAD_INPUT for a
//  directory, a pipe, no permission.
source_t *source_new (const data_roots_t *roots, const char *path, const char *name, struct error *error);
//  The same of an object of a store, which is borrowed; NULL also as object_pieces_read has it.
source_t *source_new_object (object_pieces_t *pieces, const char *name, struct error *error);
void source_destroy (source_t **self_p);

//  How many bytes it may come to once it is unpacked; as many as there are when nobody says.
void source_limit (source_t *self, struct byte_limit limit);

//  From now on reading answers DMH_CANCELLED once it is to end.
void source_interrupt (source_t *self, struct interruption interruption);

//  Begins again at the first byte, with this encoding for what source_read gives. DMH_OK or DMH_INTERNAL.
int source_rewind (source_t *self, enum charset charset, struct error *error);

//  From the next rewind on it is the bytes from `begin` to `end` alone, which are no compressed ones and
//  UTF-8: of those there is no SHA-256, but source_hash. 0, or -1 out of memory.
int source_stretch (source_t *self, uint64_t begin, uint64_t end);
//  The XXH3 of what was read since the rewind, of a stretch.
uint64_t source_hash (const source_t *self);

//  Fills to [n] with text as far as there is any; up to three bytes less where a character has no room any
//  more. DMH_OK, DMH_IO, DMH_INTERNAL; DMH_BAD_INPUT when a compressed stream is damaged or cut off,
//  DMH_TOO_LARGE when it comes to more than its limit.
int source_read (source_t *self, char *to, size_t n, size_t *got, struct error *error);
//  `n` bytes of the file from `at` on, wherever the reading is. DMH_OK; DMH_IO, also where it has less.
int source_peek (const source_t *self, uint64_t at, char *to, size_t n, struct error *error);
bool source_is_over (const source_t *self);    //  source_read has given all

//  Who is told of each piece of a survey; a file may take long.
void source_tell (source_t *self, void (*moved) (void *context, uint64_t done, uint64_t total),
                  void *context);

//  Reads the file to its end and says in which encoding all of it is. Rewind afterwards.
int source_survey (source_t *self, enum charset *out, struct error *error);

const char *source_packing (const source_t *self);    //  "gzip", "zstd" or NULL. Borrowed
uint64_t source_bytes (const source_t *self);         //  the file's size when opened
int64_t source_written_at (const source_t *self);     //  when it was last written, of then, in ns
uint64_t source_position (const source_t *self);      //  bytes of the file read since the rewind

//  DMH_OK; DMH_BAD_INPUT: it is not the file any more that was opened; DMH_IO.
int source_check (const source_t *self, struct error *error);

//  Whether from the next rewind on nobody wants the SHA-256, which source_finish then tells of nothing.
void source_leave_undigested (source_t *self, bool undigested);

//  Once all is read: the hex of the file's SHA-256 (of a stretch, of nothing). DMH_BAD_INPUT: it is not the
//  file any more that was opened. DMH_INTERNAL: not all of its bytes were hashed since the rewind.
int source_finish (source_t *self, char sha256[DIGEST_HEX_BYTES], struct error *error);

#endif
