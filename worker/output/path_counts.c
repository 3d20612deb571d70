//  path_counts.c: see path_counts.h.
#include "worker/output/path_counts.h"

#include "messages/base/narrow.h"

#include <stdlib.h>

static bool s_make_room (struct path_counts *self)
{
    if (!self->index)
        self->index = text_index_new ();
    if (!self->index)
        return false;
    if (self->count < self->room)
        return true;
    size_t room = self->room ? self->room * 2 : 32;
    struct path_count *paths = realloc (self->paths, room * sizeof *paths);
    if (!paths)
        return false;
    self->paths = paths;
    self->room = room;
    return true;
}

static int s_put (struct path_counts *self, const char *path, uint64_t count)
{
    char *copy = s_make_room (self) ? strdup (path) : NULL;
    if (!copy)
        return -1;
    self->paths[self->count] = (struct path_count){copy, count};
    return text_index_put (self->index, text_of (copy), NARROW (int, self->count++));
}

int path_counts_add (struct path_counts *self, const char *path, uint64_t count)
{
    int at = self->index ? text_index_find (self->index, text_of (path)) : TEXT_INDEX_NONE;
    if (at != TEXT_INDEX_NONE)
        self->paths[at].count += count;
    else if (self->count == PATH_COUNTS_MAX)
        self->others += count;
    else
        return s_put (self, path, count);
    return 0;
}

void path_counts_clear (struct path_counts *self)
{
    for (size_t i = 0; i < self->count; i++)
        free (self->paths[i].path);
    free (self->paths);
    text_index_destroy (&self->index);
    *self = (struct path_counts){.paths = NULL};
}

int path_counts_add_block (struct path_counts *self, const struct buffer *block)
{
    int rc = 0;
    for (size_t at = 0; rc == 0 && at < block->used;) {
        uint64_t count;
        const char *path = block->at + at + sizeof count;
        memcpy (&count, block->at + at, sizeof count);
        rc = path_counts_add (self, path, count);
        at += sizeof count + strlen (path) + 1;
    }
    return rc;
}
