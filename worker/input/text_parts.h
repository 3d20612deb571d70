//  text_parts.h: where a text of records can be cut into parts of whole records, so that several workers can
//  read one file, each from where its part begins. The records of the parts, read alone and put one behind
//  the other, are those of the text. Where a quoted field closes is told by all bytes before it, so the text
//  is gone through once, in pieces and in order. Does no I/O: what it says depends on the bytes alone, not on
//  the pieces.
#ifndef DMH_WORKER_INPUT_TEXT_PARTS_H
#define DMH_WORKER_INPUT_TEXT_PARTS_H

#include "worker/formats/format.h"

enum { TEXT_PARTS_STEP_BYTES = 1024 * 1024 };    //  between places where it can be cut, or one record

//  Where its records begin and how many bytes they are, in the text; the line that they begin on, from 1; the
//  XXH3 of the bytes.
struct text_part {
    uint64_t at, bytes, line, hash;
};

typedef struct text_parts text_parts_t;

//  Whether a text in that dialect can be cut: CSV, and JSON with an object a line, in UTF-8 and as it stands.
//  DMH_OK, or DMH_UNSUPPORTED with a sentence that says why not; `source` is what it calls the file.
int text_parts_allow (const struct dialect *dialect, const char *source, struct error *error);

//  For parts of at most so many bytes, but for one step, or twice a record that is longer than a step.
//  `dialect` is borrowed; its `record_bytes` bound a record and with it the memory: three times that, and
//  three steps. `source` is borrowed for sentences. There are at most `most` (from 1 on) of them: what would
//  be one more is the last one's. NULL when out of memory.
text_parts_t *text_parts_new (const struct dialect *dialect, const char *source, uint64_t part_bytes,
                              size_t step_bytes, size_t most);
void text_parts_destroy (text_parts_t **self_p);

//  The next bytes of the text, from its first one on; `last`: it ends behind them. DMH_OK; DMH_BAD_INPUT as
//  the format's cut has it, DMH_TOO_LARGE for a record that is too long, DMH_INTERNAL.
int text_parts_feed (text_parts_t *self, const char *bytes, size_t n, bool last, struct error *error);

//  Once the last bytes were fed: the parts, in order; none of a text without records. Borrowed.
const struct text_part *text_parts_all (const text_parts_t *self, size_t *count);

#endif
