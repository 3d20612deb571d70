//  reader.h: an input file as blocks of whole records, with its SHA-256 on the way. Plain file I/O; no
//  socket, no rule. One thread.
#ifndef DMH_WORKER_INPUT_READER_H
#define DMH_WORKER_INPUT_READER_H

#include "messages/base/buffer.h"
#include "messages/base/digest.h"
#include "messages/job.h"
#include "worker/formats/format.h"
#include "worker/input/data_roots.h"
#include "worker/input/interruption.h"
#include "worker/input/limits.h"
#include "worker/input/object_pieces.h"
#include "worker/input/text_parts.h"

typedef struct reader reader_t;

//  Opens a regular file. `name` is what sentences call it. NULL with `error` set:
//  DMH_NOT_FOUND when it is not there, DMH_BAD_INPUT for a directory, a pipe, no permission.
reader_t *reader_new (const char *path, const char *name, struct error *error);
//  The same for a path that a message names: only when it leads into one of `roots` (NULL: anywhere). Then
//  also DMH_UNAUTHORIZED.
reader_t *reader_new_in (const data_roots_t *roots, const char *path, const char *name, struct error *error);
//  The same for an object of a store, which is borrowed: what is read of it is fetched then. NULL also as
//  object_pieces_read has it.
reader_t *reader_new_object (object_pieces_t *pieces, const char *name, struct error *error);
void reader_destroy (reader_t **self_p);

//  How many bytes the file may come to once it is unpacked.
void reader_limit (reader_t *self, struct byte_limit limit);

//  Who is told of each piece while the whole file is asked for its encoding.
void reader_tell (reader_t *self, void (*moved) (void *context, uint64_t done, uint64_t total),
                  void *context);

//  As source_interrupt.
void reader_interrupt (reader_t *self, struct interruption interruption);

//  Finds encoding (by the rule of charset.h), format and dialect from the first MiB of text, or from more
//  when no record ends there; options say encoding, delimiter, no_header and
//  record_bytes. *out is cleared first;
//  dialect_clear it. Errors as dialect_find has them, and those of reading. Before everything below.
int reader_find (reader_t *self, const struct options *options, struct dialect *out, struct error *error);

//  After a pass over UTF-8 that met bytes that are none: asks the whole file. *other: it is in another
//  encoding, so look again. Does nothing where that is known already.
int reader_survey (reader_t *self, bool *other, struct error *error);

//  The sample in UTF-8; *whole says whether that is all of the file. Borrowed.
const char *reader_sample (const reader_t *self, size_t *n, bool *whole);

//  The bytes that the file begins with of which the sample was made: where these are the same, it is.
size_t reader_head (const reader_t *self);

uint64_t reader_bytes (const reader_t *self);       //  the file's size when opened
uint64_t reader_position (const reader_t *self);    //  bytes of it handed out in this pass

uint64_t reader_offset (const reader_t *self);    //  of the next block's first byte in the text

//  `n` bytes of the text from `at` on, of a file that is neither compressed nor in another encoding. DMH_OK;
//  DMH_IO, also where there are not so many.
int reader_peek (const reader_t *self, uint64_t at, char *to, size_t n, struct error *error);

//  Begins a pass at the dialect's first record. `dialect` is borrowed for the pass.
int reader_rewind (reader_t *self, const struct dialect *dialect, struct error *error);

//  From the next rewind on passes are over that part of the text alone, as text_parts.h has cut it. Then
//  reader_finish tells no SHA-256, and DMH_BAD_INPUT where the bytes are others now. 0, or -1 out of memory.
int reader_stretch (reader_t *self, const struct text_part *part);

//  All of the text from its first byte on, as it stands, piece by piece, to `take`, which returns DMH_OK or
//  what ends it; `last`: nothing comes behind. As a pass of its own: reader_finish behind it.
//  Not `digested`: nobody wants the SHA-256, and reader_finish tells that of nothing.
int reader_walk (reader_t *self, bool digested,
                 int (*take) (void *context, const char *bytes, size_t n, bool last, struct error *error),
                 void *context, struct error *error);

//  When the file was last written, as of when it was opened, in ns of wall time.
int64_t reader_written_at (const reader_t *self);

//  Fills `in`, from its beginning, with about `bytes` (whole records; more for a long one); *first_line is
//  the line that they begin on. 1: filled; 0: the file is over; negative: DMH_BAD_INPUT, DMH_TOO_LARGE
//  (record too long), DMH_IO, DMH_INTERNAL.
int reader_fill (reader_t *self, struct buffer *in, size_t bytes, uint64_t *first_line, struct error *error);

//  Whether the record that the last block ends with goes on in the next one (FASTA); never after
//  reader_take_whole, of this pass and later ones: blocks grow then, as far as a record may.
bool reader_goes_on (const reader_t *self);
void reader_take_whole (reader_t *self);

//  As source_check.
int reader_check (const reader_t *self, struct error *error);

//  After 0 from reader_fill: the hex of the whole file's SHA-256, and whether the file is still the one that
//  was opened. DMH_INTERNAL when not all of it was handed out and hashed since the rewind.
int reader_finish (reader_t *self, char sha256[DIGEST_HEX_BYTES], struct error *error);

#endif
