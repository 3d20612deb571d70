//  reader.c: see reader.h. What follows the last whole record of a block is carried over to the next one.
#define _GNU_SOURCE
#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct reader {
    int fd;
    char *name;
    struct stat opened;
    char *sample;
    size_t sample_bytes;
    bool whole;
    const struct dialect *dialect;
    digest_t *digest;
    struct buffer carry;    //  bytes read beyond the last block's records
    uint64_t offset;        //  bytes of the file read so far
    uint64_t line;          //  of the next block's first byte
    bool over;
};

static int s_read (reader_t *self, char *to, size_t n, size_t *got, struct error *error)
{
    *got = 0;
    while (*got < n) {
        ssize_t rc = pread (self->fd, to + *got, n - *got, (off_t) (self->offset + *got));
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc < 0)
            return error_set (error, DMH_IO, "%s cannot be read at byte %llu: %s", self->name,
                              (unsigned long long) (self->offset + *got), strerror (errno));
        if (rc == 0)
            break;
        *got += (size_t) rc;
    }
    return DMH_OK;
}

static int s_open (reader_t *self, const char *path, struct error *error)
{
    self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (self->fd < 0)
        return error_set (error, errno == ENOENT || errno == ENOTDIR ? DMH_NOT_FOUND : DMH_BAD_INPUT,
                          "%s cannot be opened: %s", self->name, strerror (errno));
    if (fstat (self->fd, &self->opened) != 0)
        return error_set (error, DMH_IO, "%s cannot be examined: %s", self->name, strerror (errno));
    if (S_ISDIR (self->opened.st_mode))
        return error_set (error, DMH_BAD_INPUT, "%s is a directory; name the files in it", self->name);
    if (!S_ISREG (self->opened.st_mode))
        return error_set (error, DMH_BAD_INPUT,
                          "%s is not a regular file; give its content on standard input (-)", self->name);
    posix_fadvise (self->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    size_t size =
        (uint64_t) self->opened.st_size < SAMPLE_BYTES ? (size_t) self->opened.st_size : SAMPLE_BYTES;
    self->sample = malloc (size + 1);
    if (!self->sample)
        return error_set (error, DMH_INTERNAL, "out of memory while opening %s", self->name);
    int rc = s_read (self, self->sample, size, &self->sample_bytes, error);
    self->whole = (uint64_t) self->opened.st_size <= self->sample_bytes;
    return rc;
}

reader_t *reader_new_in (const roots_t *roots, const char *path, const char *name, struct error *error)
{
    char found_path[32];
    struct error why = {.code = DMH_OK};
    int found = -1;
    if (!roots)
        return reader_new (path, name, error);
    if (roots_find (roots, path, &found, &why) != DMH_OK) {
        error_set (error, why.code, "%s: %.300s", name, why.text);
        return NULL;
    }
    snprintf (found_path, sizeof found_path, "/proc/self/fd/%d", found);
    reader_t *self = reader_new (found_path, name, error);
    close (found);
    return self;
}

reader_t *reader_new (const char *path, const char *name, struct error *error)
{
    reader_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while opening %s", name);
        return NULL;
    }
    self->fd = -1;
    self->name = strdup (name);
    self->digest = digest_new ();
    if (!self->name || !self->digest) {
        error_set (error, DMH_INTERNAL, "out of memory while opening %s", name);
        reader_destroy (&self);
    } else if (s_open (self, path, error) != DMH_OK)
        reader_destroy (&self);
    return self;
}

void reader_destroy (reader_t **self_p)
{
    reader_t *self = *self_p;
    if (!self)
        return;
    if (self->fd >= 0)
        close (self->fd);
    digest_destroy (&self->digest);
    free (self->carry.at);
    free (self->sample);
    free (self->name);
    free (self);
    *self_p = NULL;
}

const char *reader_sample (const reader_t *self, size_t *n, bool *whole)
{
    *n = self->sample_bytes;
    *whole = self->whole;
    return self->sample;
}

uint64_t reader_bytes (const reader_t *self)
{
    return (uint64_t) self->opened.st_size;
}

uint64_t reader_position (const reader_t *self)
{
    return self->offset - self->carry.used;
}

//  The bytes before the first record are part of the file's digest.
int reader_rewind (reader_t *self, const struct dialect *dialect, struct error *error)
{
    self->dialect = dialect;
    self->offset = 0;
    self->carry.used = 0;
    self->over = false;
    self->line = dialect->data_line;
    digest_reset (self->digest);
    char chunk[4096];
    while (self->offset < dialect->data_offset) {
        uint64_t left = dialect->data_offset - self->offset;
        size_t got = 0;
        int rc = s_read (self, chunk, left < sizeof chunk ? (size_t) left : sizeof chunk, &got, error);
        if (rc != DMH_OK)
            return rc;
        if (got == 0)
            return error_set (error, DMH_BAD_INPUT, "%s became shorter while it was read", self->name);
        digest_update (self->digest, chunk, got);
        self->offset += got;
    }
    return DMH_OK;
}

//  Reads until block->in holds `want` bytes or the file ends.
static int s_more (reader_t *self, struct block *block, size_t want, struct error *error)
{
    struct buffer *in = &block->in;
    if (in->used >= want)
        return DMH_OK;
    if (buffer_reserve (in, want - in->used) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->name);
    size_t got = 0, wanted = want - in->used;
    int rc = s_read (self, in->at + in->used, wanted, &got, error);
    if (rc != DMH_OK)
        return rc;
    digest_update (self->digest, in->at + in->used, got);
    in->used += got;
    self->offset += got;
    self->over = got < wanted;
    return DMH_OK;
}

//  The rest after the last whole record waits for the next block.
static int s_carry (reader_t *self, struct block *block, size_t cut, struct error *error)
{
    size_t rest = block->in.used - cut;
    self->carry.used = 0;
    if (buffer_reserve (&self->carry, rest + 1) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->name);
    memcpy (self->carry.at, block->in.at + cut, rest);
    self->carry.used = rest;
    block->in.used = cut;
    return DMH_OK;
}

int reader_fill (reader_t *self, struct block *block, size_t bytes, struct error *error)
{
    block->in.used = 0;
    block->first_line = self->line;
    if (buffer_reserve (&block->in, self->carry.used > bytes ? self->carry.used : bytes) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->name);
    if (self->carry.used)
        memcpy (block->in.at, self->carry.at, self->carry.used);
    block->in.used = self->carry.used;
    self->carry.used = 0;
    for (size_t want = bytes;; want = block->in.used * 2) {
        if (want > RECORD_BYTES_MAX + bytes)
            want = RECORD_BYTES_MAX + bytes;
        int rc = self->over ? DMH_OK : s_more (self, block, want, error);
        if (rc != DMH_OK)
            return rc;
        if (block->in.used == 0)
            return 0;
        size_t cut = 0;
        uint64_t lines = 0;
        rc = self->dialect->format->cut (self->dialect, block->in.at, block->in.used, self->over, self->line,
                                         self->name, &cut, &lines, error);
        if (rc != DMH_OK)
            return rc;
        if (cut > 0) {
            self->line += lines;
            rc = s_carry (self, block, cut, error);
            return rc == DMH_OK ? 1 : rc;
        }
        if (self->over)
            return 0;
        if (block->in.used >= RECORD_BYTES_MAX)
            return error_set (
                error, DMH_TOO_LARGE,
                "%s: the record that begins on line %llu is longer than %d MiB; is a quote not closed?",
                self->name, (unsigned long long) self->line, RECORD_BYTES_MAX >> 20);
    }
}

int reader_finish (reader_t *self, char sha256[DIGEST_HEX_BYTES], struct error *error)
{
    struct stat now;
    digest_hex (self->digest, sha256);
    if (fstat (self->fd, &now) != 0)
        return error_set (error, DMH_IO, "%s cannot be examined: %s", self->name, strerror (errno));
    if (now.st_size != self->opened.st_size || now.st_mtim.tv_sec != self->opened.st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != self->opened.st_mtim.tv_nsec)
        return error_set (error, DMH_BAD_INPUT,
                          "%s changed while it was read; submit it again when it is complete", self->name);
    return DMH_OK;
}
