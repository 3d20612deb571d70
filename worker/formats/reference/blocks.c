//  blocks.c: see blocks.h. The table is made of the blocks' heads alone, so that no .gzi has to be there.
#define _GNU_SOURCE
#include "worker/formats/reference/blocks.h"

#include "messages/base/narrow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>

enum { HEAD_BYTES = 18, TAIL_BYTES = 8, MEMBER_BYTES = 64 * 1024, RAW_DEFLATE = -15 };

struct block_place {
    uint64_t file, text;    //  where it begins
};

struct blocks {
    int fd;
    char *name;
    struct block_place *at;    //  [count + 1]: behind the last one, where all ends
    size_t count, size;
};

static int s_memory (const char *name, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory for the blocks of %s", name);
}

//  All of [n) bytes at `offset`, or an error.
static int s_pread (int fd, uint64_t offset, unsigned char *to, size_t n, const char *name,
                    struct error *error)
{
    size_t got = 0;
    while (got < n) {
        ssize_t rc = pread (fd, to + got, n - got, (off_t) (offset + got));
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc < 0)
            return error_set (error, DMH_IO, "%s cannot be read: %s", name, strerror (errno));
        if (rc == 0)
            return error_set (error, DMH_BAD_INPUT, "%s is cut off inside of a block of bgzip", name);
        got += (size_t) rc;
    }
    return DMH_OK;
}

static uint64_t s_little (const unsigned char *at, size_t n)
{
    uint64_t number = 0;
    while (n)
        number = number << 8 | at[--n];
    return number;
}

static int s_add (blocks_t *self, struct block_place place)
{
    if (self->count == self->size) {
        size_t size = self->size ? self->size * 2 : 256;
        struct block_place *at = realloc (self->at, size * sizeof *at);
        if (!at)
            return -1;
        self->at = at;
        self->size = size;
    }
    self->at[self->count++] = place;
    return 0;
}

//  The length of the block that begins with `head`; 0: bgzip has not written it. Its own field is the first
//  one, as all that write such blocks have it.
static size_t s_block_bytes (const unsigned char head[HEAD_BYTES])
{
    static const unsigned char BEGIN[] = {31, 139, 8, 4};
    if (memcmp (head, BEGIN, sizeof BEGIN) != 0 || s_little (head + 10, 2) != 6 ||
        memcmp (head + 12, "BC\2\0", 4) != 0)
        return 0;
    size_t n = (size_t) s_little (head + 16, 2) + 1;
    return n < HEAD_BYTES + TAIL_BYTES ? 0 : n;
}

static int s_table (blocks_t *self, struct error *error)
{
    struct stat info;
    if (fstat (self->fd, &info) != 0)
        return error_set (error, DMH_IO, "%s cannot be examined: %s", self->name, strerror (errno));
    uint64_t end = (uint64_t) info.st_size;
    struct block_place place = {0, 0};
    while (place.file < end) {
        unsigned char head[HEAD_BYTES], length[4];
        size_t left = end - place.file < HEAD_BYTES ? (size_t) (end - place.file) : HEAD_BYTES;
        int rc = s_pread (self->fd, place.file, head, left, self->name, error);
        size_t n = rc == DMH_OK && left == HEAD_BYTES ? s_block_bytes (head) : 0;
        if (rc == DMH_OK && n == 0)
            return error_set (error, DMH_BAD_INPUT,
                              "%s is compressed, but not by bgzip, so that no place in it can be read; use "
                              "bgzip, or unpack it",
                              self->name);
        if (rc == DMH_OK)
            rc = s_pread (self->fd, place.file + n - 4, length, 4, self->name, error);
        if (rc != DMH_OK)
            return rc;
        uint64_t text = s_little (length, 4);
        if (text > BLOCK_TEXT_BYTES)
            return error_set (error, DMH_BAD_INPUT, "%s has a block that bgzip cannot have written",
                              self->name);
        if (text && s_add (self, place) != 0)
            return s_memory (self->name, error);
        place.file += n;
        place.text += text;
    }
    if (s_add (self, place) != 0)
        return s_memory (self->name, error);
    self->count--;
    return DMH_OK;
}

blocks_t *blocks_new (int fd, const char *name, struct error *error)
{
    blocks_t *self = calloc (1, sizeof *self);
    if (self) {
        self->fd = fd;
        self->name = strdup (name);
    }
    if (!self || !self->name) {
        s_memory (name, error);
        blocks_destroy (&self);
    } else if (s_table (self, error) != DMH_OK)
        blocks_destroy (&self);
    return self;
}

void blocks_destroy (blocks_t **self_p)
{
    blocks_t *self = *self_p;
    if (!self)
        return;
    free (self->at);
    free (self->name);
    free (self);
    *self_p = NULL;
}

uint64_t blocks_text_bytes (const blocks_t *self)
{
    return self->at[self->count].text;
}

static size_t s_find (const blocks_t *self, uint64_t at)
{
    size_t low = 0, high = self->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (self->at[middle].text <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool s_inflate (const unsigned char *in, size_t n, char *to, size_t room)
{
    z_stream stream = {.next_in = in};
    if (inflateInit2 (&stream, RAW_DEFLATE) != Z_OK)
        return false;
    stream.avail_in = NARROW (unsigned, n);
    stream.next_out = (unsigned char *) to;
    stream.avail_out = NARROW (unsigned, room);
    bool good = inflate (&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd (&stream);
    return good;
}

int blocks_read (const blocks_t *self, uint64_t at, char *to, uint64_t *begin, size_t *n, struct error *error)
{
    unsigned char member[MEMBER_BYTES];
    *n = 0;
    *begin = at;
    if (at >= blocks_text_bytes (self))
        return DMH_OK;
    size_t i = s_find (self, at);
    int rc = s_pread (self->fd, self->at[i].file, member, HEAD_BYTES, self->name, error);
    size_t bytes = rc == DMH_OK ? s_block_bytes (member) : 0;
    if (bytes)
        rc = s_pread (self->fd, self->at[i].file, member, bytes, self->name, error);
    if (rc != DMH_OK)
        return rc;
    size_t text = (size_t) (self->at[i + 1].text - self->at[i].text);
    if (!bytes || !s_inflate (member + HEAD_BYTES, bytes - HEAD_BYTES - TAIL_BYTES, to, text) ||
        crc32 (0, (const unsigned char *) to, NARROW (unsigned, text)) !=
            s_little (member + bytes - TAIL_BYTES, 4))
        return error_set (error, DMH_BAD_INPUT, "%s: the block at byte %llu is damaged; make it again",
                          self->name, (unsigned long long) self->at[i].file);
    *begin = self->at[i].text;
    *n = text;
    return DMH_OK;
}
