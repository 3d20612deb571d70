//  passed_by.c: see passed_by.h.
#include "worker/pipeline/passed_by.h"

#include "worker/encoders/escape.h"
#include "worker/pipeline/link_set.h"

#include <stdlib.h>
#include <string.h>

static int s_gather_unknown (struct block *block, const struct format *format, rows_t *rows)
{
    if (!format->unknown)
        return 0;
    for (size_t i = 0;; i++) {
        struct text name = format->unknown (rows, i);
        if (!name.at)
            return 0;
        if (buffer_reserve (&block->unknown, name.n + 1) != 0)
            return -1;
        char *end = escape_bytes (block->unknown.at + block->unknown.used, name.at, name.n);
        *end = 0;
        block->unknown.used += name.n + 1;
    }
}

static int s_fill (struct buffer *self, const void *from, size_t bytes)
{
    if (bytes == 0)
        return 0;
    if (!from || buffer_reserve (self, bytes) != 0)
        return -1;
    memcpy (self->at, from, bytes);
    self->used = bytes;
    return 0;
}

static int s_gather_skipped (struct block *block, const struct format *format, const rows_t *rows,
                             uint64_t without)
{
    struct skipped_records results = {"rows without a result", without};
    size_t count = 0;
    if (without)
        return s_fill (&block->skipped, &results, sizeof results);
    const struct skipped_records *skipped = format->skipped ? format->skipped (rows, &count) : NULL;
    return s_fill (&block->skipped, skipped, count * sizeof *skipped);
}

static int s_gather_left_over (struct block *block, const struct format *format, rows_t *rows)
{
    size_t count = 0;
    const struct path_count *paths = format->left_over ? format->left_over (rows, &count) : NULL;
    if (!paths)
        return count ? -1 : 0;
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen (paths[i].path) + 1;
        if (buffer_reserve (&block->left_over, sizeof paths[i].count + n) != 0)
            return -1;
        char *to = block->left_over.at + block->left_over.used;
        memcpy (to, &paths[i].count, sizeof paths[i].count);
        memcpy (to + sizeof paths[i].count, paths[i].path, n);
        block->left_over.used += sizeof paths[i].count + n;
    }
    return 0;
}

static int s_gather_links (struct block *block, const struct format *format, const rows_t *rows)
{
    size_t count = 0;
    const struct link *links = format->links ? format->links (rows, &count) : NULL;
    return s_fill (&block->links, links, count * sizeof *links);
}

static int s_gather_runs (struct block *block, const struct format *format, const rows_t *rows)
{
    size_t count = 0;
    const struct record_run *runs = format->runs ? format->runs (rows, &count) : NULL;
    return s_fill (&block->runs, runs, count * sizeof *runs);
}

void passed_by_gather (struct block *block, const struct format *format, rows_t *rows, uint64_t without)
{
    if (s_gather_unknown (block, format, rows) != 0)
        error_set (&block->error, DMH_INTERNAL, "out of memory while gathering column names");
    if (s_gather_skipped (block, format, rows, without) != 0 ||
        s_gather_left_over (block, format, rows) != 0 || s_gather_links (block, format, rows) != 0 ||
        s_gather_runs (block, format, rows) != 0)
        error_set (&block->error, DMH_INTERNAL, "out of memory while counting what was passed by");
}

int passed_by_add (struct passed_by *self, const struct block *block)
{
    int rc = skipped_add (&self->skipped, (const struct skipped_records *) (const void *) block->skipped.at,
                          block->skipped.used / sizeof (struct skipped_records));
    if (rc == 0)
        rc = path_counts_add_block (&self->left_over, &block->left_over);
    return rc == 0 ? link_set_add (&self->links, &block->links) : rc;
}

void passed_by_clear (struct passed_by *self)
{
    skipped_clear (&self->skipped);
    path_counts_clear (&self->left_over);
    free (self->links.at);
    self->links = (struct buffer){.at = NULL};
}
