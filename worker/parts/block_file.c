//  block_file.c: see block_file.h; part_sink.c has written it.
#define _GNU_SOURCE
#define XXH_INLINE_ALL
#include "worker/parts/block_file.h"

#include "worker/pipeline/parts/block_codec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

struct block_file {
    int fd;
    char *path;
    size_t fields, cells;
    uint64_t left;            //  bytes of the file that are not in `bytes` yet
    uint64_t read, passed;    //  bytes that were; those of them that need not stay in the system's cache
    struct buffer bytes;      //  what was read and is not used up, from `at` on
    size_t at;
};

enum { AHEAD_BYTES = 1024 * 1024, PASSED_BYTES = 8 * 1024 * 1024 };

static int s_no_memory (const block_file_t *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->path);
}

static int s_malformed (const block_file_t *self, struct error *error)
{
    return error_set (error, DMH_MALFORMED, "%s is damaged: it holds no blocks", self->path);
}

block_file_t *block_file_open (const char *path, size_t fields, size_t cells, struct error *error)
{
    block_file_t *self = calloc (1, sizeof *self);
    struct stat about;
    if (!self || !(self->path = strdup (path))) {
        free (self);
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", path);
        return NULL;
    }
    self->fields = fields;
    self->cells = cells;
    self->fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (self->fd < 0 || fstat (self->fd, &about) != 0 || !S_ISREG (about.st_mode)) {
        error_set (error, DMH_IO, "%s cannot be read: %s", path, strerror (errno));
        block_file_close (&self);
        return NULL;
    }
    posix_fadvise (self->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    self->left = (uint64_t) about.st_size;
    return self;
}

void block_file_close (block_file_t **self_p)
{
    block_file_t *self = *self_p;
    if (!self)
        return;
    if (self->fd >= 0)
        close (self->fd);
    free (self->bytes.at);
    free (self->path);
    free (self);
    *self_p = NULL;
}

//  What was read is read once: its memory goes to what is written of it. Only a hint: no error counts.
static void s_pass (block_file_t *self)
{
    posix_fadvise (self->fd, (off_t) self->passed, (off_t) (self->read - self->passed), POSIX_FADV_DONTNEED);
    self->passed = self->read;
}

//  Makes at least `n` bytes lie there, or all that are left.
static int s_want (block_file_t *self, size_t n, struct error *error)
{
    size_t held = self->bytes.used - self->at;
    if (held >= n)
        return DMH_OK;
    if (held)
        memmove (self->bytes.at, self->bytes.at + self->at, held);
    self->bytes.used = held;
    self->at = 0;
    size_t more = n - held < AHEAD_BYTES ? AHEAD_BYTES : n - held;
    more = more < self->left ? more : (size_t) self->left;
    if (buffer_reserve (&self->bytes, more) != 0)
        return s_no_memory (self, error);
    while (more) {
        ssize_t got = read (self->fd, self->bytes.at + self->bytes.used, more);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set (error, DMH_IO, "%s cannot be read: %s", self->path, strerror (errno));
        if (got == 0)
            return s_malformed (self, error);    //  it became shorter
        self->bytes.used += (size_t) got;
        self->left -= (uint64_t) got;
        self->read += (uint64_t) got;
        more -= (size_t) got;
    }
    if (self->read - self->passed >= PASSED_BYTES || self->left == 0)
        s_pass (self);
    return DMH_OK;
}

static struct packed s_held (const block_file_t *self)
{
    const char *at = self->bytes.at ? self->bytes.at + self->at : "";
    return (struct packed){at, at + (self->bytes.used - self->at), false};
}

int block_file_next (block_file_t *self, struct block *block, struct error *error)
{
    XXH64_hash_t hash = 0;
    int rc = s_want (self, PACK_NUMBER_BYTES + sizeof hash, error);
    if (rc != DMH_OK)
        return rc;
    struct packed from = s_held (self);
    if (from.at == from.end)
        return 0;
    uint64_t n = packed_number (&from);
    const char *told = packed_bytes (&from, sizeof hash);
    uint64_t held = (uint64_t) (from.end - from.at);
    if (told)
        memcpy (&hash, told, sizeof hash);
    if (from.bad || n > held + self->left)
        return s_malformed (self, error);
    self->at = (size_t) (from.at - self->bytes.at);
    rc = s_want (self, (size_t) n, error);
    if (rc != DMH_OK)
        return rc;
    from = s_held (self);
    from.end = from.at + n;
    if (XXH3_64bits (from.at, (size_t) n) != hash)
        return s_malformed (self, error);
    if (block_unpack (block, self->fields, self->cells, &from) != 0)
        return s_no_memory (self, error);
    self->at += (size_t) n;
    return packed_is_whole (&from) ? 1 : s_malformed (self, error);
}
