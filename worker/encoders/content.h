//  content.h: what tells a record from another besides its canonical fields: the source's own columns, and
//  each value that was emptied as invalid, with the text it had. The same for every encoder. Pure.
#ifndef DMH_WORKER_ENCODERS_CONTENT_H
#define DMH_WORKER_ENCODERS_CONTENT_H

#include "worker/encoders/layout.h"

#include "messages/base/buffer.h"

//  Writes it into *out in place of what is there, in a form of its own, in which no two differ and look the
//  same; nothing (used = 0) where there is none. 0, or -1 out of memory. Hot path.
int content_gather (const struct layout *layout, const struct record *record, const struct row *row,
                    struct buffer *out);

//  The emptied values alone, where the row that is written holds the columns (layout.owns).
int content_gather_emptied (const struct layout *layout, const struct record *record, struct buffer *out);

#endif
