//  block.c: see block.h.
#include "worker/pipeline/block.h"

#include "worker/memory/pages.h"
#include "worker/pipeline/pass.h"

#include <stdlib.h>
#include <string.h>

struct block *block_new (size_t field_count, size_t bytes)
{
    struct block *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    if (tally_init (&self->tally, field_count) != 0 || buffer_reserve (&self->in, bytes) != 0)
        block_destroy (&self);
    return self;
}

void block_destroy (struct block **self_p)
{
    struct block *self = *self_p;
    if (!self)
        return;
    free (self->in.at);
    free (self->out.at);
    free (self->notes.at);
    free (self->made.at);
    free (self->unknown.at);
    free (self->skipped.at);
    free (self->left_over.at);
    free (self->urls.at);
    free (self->titles.at);
    free (self->links.at);
    free (self->runs.at);
    free (self->verdicts);
    free (self->remarks);
    tally_clear (&self->tally);
    free (self);
    *self_p = NULL;
}

static void s_trim (struct buffer *buffer, size_t most)
{
    buffer->used = 0;
    if (buffer->size <= most)
        return;
    free (buffer->at);
    *buffer = (struct buffer){NULL, 0, 0};
}

void block_reset_part (struct block *self)
{
    self->made.used = self->out.used = self->notes.used = 0;
    self->unknown.used = 0;
    self->skipped.used = 0;
    self->left_over.used = 0;
    self->urls.used = 0;
    self->titles.used = 0;
    self->links.used = 0;
    self->runs.used = 0;
    self->verdict_count = 0;
    self->remark_count = 0;
    tally_reset (&self->tally);
}

void block_reset (struct block *self, size_t bytes)
{
    block_reset_part (self);
    s_trim (&self->in, bytes * 2 + 4096);
    s_trim (&self->made, bytes * 8 + 65536);
    s_trim (&self->out, bytes * 8 + 65536);
    s_trim (&self->notes, bytes * 8 + 65536);
    self->sort = BLOCK_WORK;
    self->load = NULL;
    self->error.code = DMH_OK;
    self->doomed = self->cut = self->goes_on = false;
    self->open_at = SIZE_MAX;
    self->parts = 0;
}

size_t block_bytes_next (const struct block *self, size_t bytes, size_t most)
{
    enum { LEAST = 16 * 1024 };
    size_t least = most < LEAST ? most : LEAST;
    if (self->parts)
        return bytes / 2 > least ? bytes / 2 : least;
    if (block_made (self) >= self->pass->part_bytes / 4)
        return bytes;
    return bytes < most / 2 ? bytes * 2 : most;
}

static int s_make_verdicts (struct block *self, size_t room)
{
    struct verdict *verdicts = realloc (self->verdicts, room * sizeof *verdicts);
    if (!verdicts)
        return -1;
    self->verdicts = verdicts;
    self->verdict_room = room;
    return 0;
}

void block_expect (struct block *self, const struct block_needs *needs)
{
    enum { BYTES_A_ROW = 64, SPARE = 64 };    //  as long as nothing is known; and a part that is added
    size_t rows = needs->rows ? needs->rows : self->in.used / BYTES_A_ROW;
    size_t bytes = needs->bytes ? needs->bytes : self->in.used + self->in.used / 2;
    rows += rows / SPARE;
    bytes += bytes / SPARE;
    if (self->verdict_room == 0 && rows && s_make_verdicts (self, rows) == 0)
        pages_prepare (self->verdicts, rows * sizeof *self->verdicts);
    if (self->out.size == 0 && bytes && buffer_reserve (&self->out, bytes) == 0)
        pages_prepare (self->out.at, bytes);
}

void block_learn (const struct block *self, struct block_needs *needs)
{
    if (needs->rows < self->verdict_count)
        needs->rows = self->verdict_count;
    if (needs->bytes < self->out.used)
        needs->bytes = self->out.used;
}

struct verdict *block_add_verdict (struct block *self)
{
    if (self->verdict_count == self->verdict_room &&
        s_make_verdicts (self, self->verdict_room ? self->verdict_room * 2 : 1024) != 0)
        return NULL;
    return &self->verdicts[self->verdict_count++];
}

struct remark *block_add_remark (struct block *self)
{
    if (self->remark_count == self->remark_room) {
        size_t room = self->remark_room ? self->remark_room * 2 : 256;
        struct remark *remarks = realloc (self->remarks, room * sizeof *remarks);
        if (!remarks)
            return NULL;
        self->remarks = remarks;
        self->remark_room = room;
    }
    return &self->remarks[self->remark_count++];
}
