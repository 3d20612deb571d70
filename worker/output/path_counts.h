//  path_counts.h: what of an input no column took, counted by its path in the records, added up block by
//  block in their order.
#ifndef DMH_WORKER_OUTPUT_PATH_COUNTS_H
#define DMH_WORKER_OUTPUT_PATH_COUNTS_H

#include "messages/base/buffer.h"
#include "worker/formats/format.h"
#include "worker/text/index.h"

enum { PATH_COUNTS_MAX = 1000 };

struct path_counts {
    struct path_count *paths;    //  in order of appearance, each path owned
    size_t count, room;
    uint64_t others;    //  of the paths that come after PATH_COUNTS_MAX
    text_index_t *index;
};

//  0, or -1 out of memory.
int path_counts_add (struct path_counts *self, const char *path, uint64_t count);
//  The same of all that a block holds: a count of 64 bits and the path, ended by NUL, one behind the other.
int path_counts_add_block (struct path_counts *self, const struct buffer *block);
void path_counts_clear (struct path_counts *self);    //  frees

#endif
