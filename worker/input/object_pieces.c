//  object_pieces.c: see object_pieces.h.
#include "worker/input/object_pieces.h"

#include "worker/memory/scratch_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

//  A range that begins no further behind the one before goes on with it, and is twice as long.
enum { NEAR_CHUNKS = 4, AHEAD_CHUNKS_MOST = 64 };

struct object_pieces {
    object_input_t *object;
    const char *folder;
    int fd;    //  -1: nothing was asked for
    uint64_t bytes, chunks;
    unsigned char *have;      //  a bit a chunk
    uint64_t next, length;    //  the chunk behind the last range that came, and how many that was of
};

object_pieces_t *object_pieces_new (object_input_t **object_p, const char *folder)
{
    object_pieces_t *self = calloc (1, sizeof *self);
    if (!self) {
        object_input_destroy (object_p);
        return NULL;
    }
    self->object = *object_p;
    *object_p = NULL;
    self->folder = folder;
    self->fd = -1;
    self->bytes = object_input_bytes (self->object);
    self->chunks = self->bytes / OBJECT_CHUNK_BYTES + 1;
    self->have = calloc (1, self->chunks / 8 + 1);
    if (!self->have)
        object_pieces_destroy (&self);
    return self;
}

void object_pieces_destroy (object_pieces_t **self_p)
{
    object_pieces_t *self = *self_p;
    if (!self)
        return;
    if (self->fd >= 0)
        close (self->fd);
    object_input_destroy (&self->object);
    free (self->have);
    free (self);
    *self_p = NULL;
}

uint64_t object_pieces_bytes (const object_pieces_t *self)
{
    return self->bytes;
}

object_input_t *object_pieces_object (object_pieces_t *self)
{
    return self->object;
}

static bool s_has (const object_pieces_t *self, uint64_t chunk)
{
    return self->have[chunk / 8] >> chunk % 8 & 1;
}

//  How many chunks are fetched from that one on, where it is needed up to the `end` one.
static uint64_t s_range (const object_pieces_t *self, uint64_t begin, uint64_t end)
{
    bool goes_on = self->length && begin >= self->next && begin - self->next <= NEAR_CHUNKS;
    uint64_t wanted = goes_on ? 2 * self->length : 0, length = 1;
    if (wanted > AHEAD_CHUNKS_MOST)
        wanted = AHEAD_CHUNKS_MOST;
    if (wanted < end - begin)
        wanted = end - begin;
    while (length < wanted && begin + length < self->chunks && !s_has (self, begin + length))
        length++;
    return length;
}

static int s_fetch (object_pieces_t *self, uint64_t begin, uint64_t end, struct error *error)
{
    uint64_t length = s_range (self, begin, end);
    const struct file_piece piece = {begin * OBJECT_CHUNK_BYTES, length * OBJECT_CHUNK_BYTES};
    int rc = object_input_bring_piece (self->object, piece, self->fd, error);
    if (rc != DMH_OK)
        return rc;
    for (uint64_t chunk = begin; chunk < begin + length; chunk++)
        self->have[chunk / 8] |= (unsigned char) (1 << chunk % 8);
    self->next = begin + length;
    self->length = length;
    return DMH_OK;
}

int object_pieces_read (object_pieces_t *self, uint64_t at, char *to, size_t n, struct error *error)
{
    int rc = DMH_OK;
    if (at > self->bytes || n > self->bytes - at)
        return error_set (error, DMH_IO, "an object has %llu bytes, and not those that are asked for",
                          (unsigned long long) self->bytes);
    if (n == 0)
        return DMH_OK;
    if (self->fd < 0 && (self->fd = scratch_file_open (self->folder)) < 0)
        return error_set (error, DMH_IO, "an object cannot be kept in %s: %s", self->folder,
                          strerror (errno));
    uint64_t end = (at + n - 1) / OBJECT_CHUNK_BYTES + 1;
    for (uint64_t chunk = at / OBJECT_CHUNK_BYTES; rc == DMH_OK && chunk < end; chunk++)
        if (!s_has (self, chunk))
            rc = s_fetch (self, chunk, end, error);
    if (rc == DMH_OK && scratch_file_read (self->fd, to, n, at) != (long) n)
        rc =
            error_set (error, DMH_IO, "an object that was fetched cannot be read here: %s", strerror (errno));
    return rc;
}
