//  spool.c: see spool.h. The file is mapped where all of it is wanted at once, which is for a reject alone.
#define _GNU_SOURCE
#include "worker/output/sequences/spool.h"

#include "messages/base/buffer.h"
#include "messages/base/narrow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MEMORY_BYTES = 4 * 1024 * 1024, PIECE_BYTES = 256 * 1024 };

struct spool {
    const char *folder;
    struct buffer memory;    //  the text's first bytes, then what is not in the file yet
    int file;                //  -1: there is none
    uint64_t filed;          //  bytes in it
    char *mapped;
    char *piece;
};

spool_t *spool_new (const char *folder)
{
    spool_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->folder = folder;
    self->file = -1;
    return self;
}

static void s_unmap (spool_t *self)
{
    if (self->mapped)
        munmap (self->mapped, self->filed);
    self->mapped = NULL;
}

void spool_destroy (spool_t **self_p)
{
    spool_t *self = *self_p;
    if (!self)
        return;
    s_unmap (self);
    if (self->file >= 0)
        close (self->file);
    free (self->memory.at);
    free (self->piece);
    free (self);
    *self_p = NULL;
}

static int s_refuse (const spool_t *self, struct error *error)
{
    return error_set (error, DMH_IO, "a long record cannot be kept in %s: %s; free space there", self->folder,
                      strerror (errno));
}

//  A file without a name, so that nothing is left whatever happens.
static int s_open (spool_t *self, struct error *error)
{
    char path[4096];
    self->file = open (self->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (self->file >= 0)
        return DMH_OK;
    snprintf (path, sizeof path, "%s/.record-XXXXXX", self->folder);    //  not every file system has such
    self->file = mkostemp (path, O_CLOEXEC);
    if (self->file < 0)
        return s_refuse (self, error);
    unlink (path);
    return DMH_OK;
}

//  Moves what is in memory to the file.
static int s_flush (spool_t *self, struct error *error)
{
    int rc = self->file < 0 ? s_open (self, error) : DMH_OK;
    for (size_t at = 0; rc == DMH_OK && at < self->memory.used;) {
        ssize_t n =
            pwrite (self->file, self->memory.at + at, self->memory.used - at, NARROW (off_t, self->filed));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return s_refuse (self, error);
        at += (size_t) n;
        self->filed += (uint64_t) n;
    }
    self->memory.used = 0;
    return rc;
}

int spool_add (spool_t *self, struct text more, struct error *error)
{
    s_unmap (self);
    if (self->memory.used && self->memory.used + more.n > MEMORY_BYTES) {
        int rc = s_flush (self, error);
        if (rc != DMH_OK)
            return rc;
    }
    if (buffer_reserve (&self->memory, more.n) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory for a record of many blocks");
    memcpy (self->memory.at + self->memory.used, more.at, more.n);
    self->memory.used += more.n;
    return DMH_OK;
}

int spool_read (spool_t *self, uint64_t *at, struct text *out, struct error *error)
{
    uint64_t end = self->filed + self->memory.used;
    if (*at >= self->filed) {
        size_t from = (size_t) (*at - self->filed);
        *out = (struct text){self->memory.at + from, self->memory.used - from};
        *at = end;
        return out->n ? 1 : 0;
    }
    if (!self->piece && !(self->piece = malloc (PIECE_BYTES)))
        return error_set (error, DMH_INTERNAL, "out of memory for a record of many blocks");
    uint64_t left = self->filed - *at;
    ssize_t n;
    do
        n = pread (self->file, self->piece, left < PIECE_BYTES ? (size_t) left : PIECE_BYTES,
                   NARROW (off_t, *at));
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return s_refuse (self, error);
    *out = (struct text){self->piece, (size_t) n};
    *at += (uint64_t) n;
    return 1;
}

int spool_text (spool_t *self, struct text *out, struct error *error)
{
    *out = (struct text){self->memory.at, self->memory.used};
    if (self->filed) {
        int rc = s_flush (self, error);
        if (rc != DMH_OK)
            return rc;
        if (!self->mapped) {
            void *at = mmap (NULL, self->filed, PROT_READ, MAP_SHARED, self->file, 0);
            if (at == MAP_FAILED)
                return s_refuse (self, error);
            self->mapped = at;
        }
        *out = (struct text){self->mapped, self->filed};
    }
    while (out->n && (out->at[out->n - 1] == '\n' || out->at[out->n - 1] == '\r'))
        out->n--;
    return DMH_OK;
}

void spool_clear (spool_t *self)
{
    s_unmap (self);
    if (self->file >= 0)
        close (self->file);
    self->file = -1;
    self->filed = 0;
    self->memory.used = 0;
}
