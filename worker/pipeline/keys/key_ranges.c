//  key_ranges.c: see key_ranges.h. Of a record's number a chunk has what it is behind the first one.
#define XXH_INLINE_ALL
#include "worker/pipeline/keys/key_ranges.h"

#include "messages/base/narrow.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    ALL_BYTES = 16 * 1024 * 1024,
    CHUNK_LEAST = 4096,
    CHUNK_MOST = 256 * 1024,
    KEY_BYTES = 24,
    RANK_BYTES = 8,
    RANGES_MOST = 10000,
    CHUNKS_MOST = 16 * 1024 * 1024    //  of a range
};
//  Above it the end of a chunk would be at no place of a file.
#define FILE_BYTES_MOST ((uint64_t) 1 << 62)

struct key_ranges {
    output_file_t *file;
    uint64_t written;    //  bytes of it
    size_t chunk;        //  bytes that a range gathers
    struct key_directory directory;
    //  Of each range what is in no chunk yet.
    struct gathered {
        char *at;    //  owned, `chunk` bytes
        size_t used;
        uint64_t first;
    } * gathered;
};

static size_t s_stride (const struct key_directory *self)
{
    return KEY_BYTES + (self->ranked ? RANK_BYTES : 0);
}

int key_directory_init (struct key_directory *self, size_t ranges)
{
    *self = (struct key_directory){.chunks = calloc (ranges + 1, sizeof *self->chunks)};
    if (!self->chunks)
        return -1;
    self->ranges = ranges;
    return 0;
}

void key_directory_clear (struct key_directory *self)
{
    for (size_t i = 0; i < self->ranges; i++)
        free (self->chunks[i].at);
    free (self->chunks);
    *self = (struct key_directory){.ranges = 0};
}

size_t key_directory_chunks (const struct key_directory *self, size_t range)
{
    return self->chunks[range].used / sizeof (struct key_chunk);
}

struct key_chunk key_directory_chunk (const struct key_directory *self, size_t range, size_t at)
{
    struct key_chunk chunk;
    memcpy (&chunk, self->chunks[range].at + at * sizeof chunk, sizeof chunk);
    return chunk;
}

uint64_t key_directory_bytes (const struct key_directory *self, const struct key_chunk *chunk)
{
    return chunk->count * s_stride (self);
}

static int s_add_chunk (struct key_directory *self, size_t range, const struct key_chunk *chunk)
{
    struct buffer *chunks = &self->chunks[range];
    if (buffer_reserve (chunks, sizeof *chunk) != 0)
        return -1;
    memcpy (chunks->at + chunks->used, chunk, sizeof *chunk);
    chunks->used += sizeof *chunk;
    return 0;
}

void key_directory_pack (const struct key_directory *self, struct packer *to)
{
    pack_number (to, self->ranked);
    pack_number (to, self->ranges);
    for (size_t r = 0; r < self->ranges; r++) {
        size_t count = key_directory_chunks (self, r);
        pack_number (to, count);
        for (size_t i = 0; i < count; i++) {
            struct key_chunk chunk = key_directory_chunk (self, r, i);
            pack_number (to, chunk.at);
            pack_number (to, chunk.count);
            pack_number (to, chunk.first);
            pack_bytes (to, &chunk.hash, sizeof chunk.hash);
        }
    }
}

static int s_unpack_chunk (struct key_directory *self, size_t range, struct packed *from)
{
    struct key_chunk chunk = {.at = packed_number_most (from, FILE_BYTES_MOST)};
    chunk.count = packed_number_most (from, CHUNK_MOST / KEY_BYTES);
    chunk.first = packed_number_most (from, INT64_MAX);
    const char *hash = packed_bytes (from, sizeof chunk.hash);
    if (!hash)
        return 0;
    memcpy (&chunk.hash, hash, sizeof chunk.hash);
    return s_add_chunk (self, range, &chunk);
}

int key_directory_unpack (struct key_directory *self, struct packed *from)
{
    bool ranked = packed_number_most (from, 1);
    size_t ranges = (size_t) packed_number_most (from, RANGES_MOST);
    int rc = key_directory_init (self, from->bad ? 0 : ranges);
    self->ranked = ranked;
    for (size_t r = 0; rc == 0 && r < self->ranges && !from->bad; r++) {
        uint64_t count = packed_number_most (from, CHUNKS_MOST);
        for (uint64_t i = 0; rc == 0 && i < count && !from->bad; i++)
            rc = s_unpack_chunk (self, r, from);
    }
    return rc;
}

key_ranges_t *key_ranges_new (output_file_t *file, size_t ranges)
{
    key_ranges_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->file = file;
    self->chunk = ALL_BYTES / ranges;
    self->chunk = self->chunk < CHUNK_LEAST  ? CHUNK_LEAST
                  : self->chunk > CHUNK_MOST ? CHUNK_MOST
                                             : self->chunk;
    bool good = key_directory_init (&self->directory, ranges) == 0;
    if (good)
        self->gathered = calloc (ranges, sizeof *self->gathered);
    good = good && self->gathered;
    for (size_t i = 0; good && i < ranges; i++)
        good = (self->gathered[i].at = malloc (self->chunk)) != NULL;
    if (!good)
        key_ranges_destroy (&self);
    return self;
}

void key_ranges_destroy (key_ranges_t **self_p)
{
    key_ranges_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; self->gathered && i < self->directory.ranges; i++)
        free (self->gathered[i].at);
    free (self->gathered);
    key_directory_clear (&self->directory);
    free (self);
    *self_p = NULL;
}

void key_ranges_begin (key_ranges_t *self, bool ranked)
{
    self->written = 0;
    self->directory.ranked = ranked;
    for (size_t i = 0; i < self->directory.ranges; i++)
        self->directory.chunks[i].used = self->gathered[i].used = 0;
}

static int s_write (key_ranges_t *self, size_t range)
{
    struct gathered *gathered = &self->gathered[range];
    const struct key_chunk chunk = {.at = self->written,
                                    .count = gathered->used / s_stride (&self->directory),
                                    .first = gathered->first,
                                    .hash = XXH3_64bits (gathered->at, gathered->used)};
    output_write (self->file, gathered->at, gathered->used);
    self->written += gathered->used;
    gathered->used = 0;
    return s_add_chunk (&self->directory, range, &chunk);
}

int key_ranges_add (key_ranges_t *self, const struct key_hash *hash, uint64_t record, uint64_t rank)
{
    size_t range = key_range_of (hash, self->directory.ranges), stride = s_stride (&self->directory);
    struct gathered *gathered = &self->gathered[range];
    bool far = gathered->used && record - gathered->first > UINT32_MAX;
    if ((far || self->chunk - gathered->used < stride) && s_write (self, range) != 0)
        return -1;
    if (gathered->used == 0)
        gathered->first = record;
    uint32_t behind = NARROW (uint32_t, record - gathered->first);
    char *at = gathered->at + gathered->used;
    memcpy (at, &hash->key, 8);
    memcpy (at + 8, &hash->content, 8);
    memcpy (at + 16, &hash->key_more, 4);
    memcpy (at + 20, &behind, 4);
    if (self->directory.ranked)
        memcpy (at + KEY_BYTES, &rank, RANK_BYTES);
    gathered->used += stride;
    return 0;
}

const struct key_directory *key_ranges_end (key_ranges_t *self)
{
    for (size_t i = 0; i < self->directory.ranges; i++)
        if (self->gathered[i].used && s_write (self, i) != 0)
            return NULL;
    return &self->directory;
}

struct ranged_key key_chunk_key (const struct key_directory *self, const struct key_chunk *chunk,
                                 const char *bytes, size_t at)
{
    struct ranged_key key = {.rank = 0};
    uint32_t behind;
    bytes += at * s_stride (self);
    memcpy (&key.hash.key, bytes, 8);
    memcpy (&key.hash.content, bytes + 8, 8);
    memcpy (&key.hash.key_more, bytes + 16, 4);
    memcpy (&behind, bytes + 20, 4);
    if (self->ranked)
        memcpy (&key.rank, bytes + KEY_BYTES, RANK_BYTES);
    key.record = chunk->first + behind;
    return key;
}

bool key_chunk_is_whole (const struct key_directory *self, const struct key_chunk *chunk, const char *bytes)
{
    return XXH3_64bits (bytes, (size_t) key_directory_bytes (self, chunk)) == chunk->hash;
}
