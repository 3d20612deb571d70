//  unnamed_file.c: see unnamed_file.h.
#define _GNU_SOURCE
#include "worker/memory/unnamed_file.h"

#include "messages/base/narrow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct unnamed_file {
    const char *folder, *what;
    int file;    //  -1: there is none
    uint64_t bytes;
    char *mapped;
};

unnamed_file_t *unnamed_file_new (const char *folder, const char *what)
{
    unnamed_file_t *self = calloc (1, sizeof *self);
    if (self)
        *self = (unnamed_file_t){.folder = folder, .what = what, .file = -1};
    return self;
}

static void s_unmap (unnamed_file_t *self)
{
    if (self->mapped)
        munmap (self->mapped, self->bytes);
    self->mapped = NULL;
}

void unnamed_file_destroy (unnamed_file_t **self_p)
{
    unnamed_file_t *self = *self_p;
    if (!self)
        return;
    s_unmap (self);
    if (self->file >= 0)
        close (self->file);
    free (self);
    *self_p = NULL;
}

static int s_refuse (const unnamed_file_t *self, struct error *error)
{
    return error_set (error, DMH_IO, "%s cannot be kept in %s: %s; free space there", self->what,
                      self->folder, strerror (errno));
}

//  Not every file system makes one without a name.
static int s_open (unnamed_file_t *self, struct error *error)
{
    char path[4096];
    self->file = open (self->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (self->file >= 0)
        return DMH_OK;
    snprintf (path, sizeof path, "%s/.unnamed-XXXXXX", self->folder);
    self->file = mkostemp (path, O_CLOEXEC);
    if (self->file < 0)
        return s_refuse (self, error);
    unlink (path);
    return DMH_OK;
}

int unnamed_file_append (unnamed_file_t *self, const void *bytes, size_t n, uint64_t *at, struct error *error)
{
    int rc = self->file < 0 ? s_open (self, error) : DMH_OK;
    s_unmap (self);
    *at = self->bytes;
    for (size_t done = 0; rc == DMH_OK && done < n;) {
        ssize_t some =
            pwrite (self->file, (const char *) bytes + done, n - done, NARROW (off_t, self->bytes));
        if (some < 0 && errno == EINTR)
            continue;
        if (some < 0)
            return s_refuse (self, error);
        done += (size_t) some;
        self->bytes += (uint64_t) some;
    }
    return rc;
}

int unnamed_file_read (const unnamed_file_t *self, uint64_t at, void *bytes, size_t n, struct error *error)
{
    for (size_t done = 0; done < n;) {
        ssize_t some = pread (self->file, (char *) bytes + done, n - done, NARROW (off_t, at + done));
        if (some < 0 && errno == EINTR)
            continue;
        if (some == 0)
            errno = EIO;
        if (some <= 0)
            return s_refuse (self, error);
        done += (size_t) some;
    }
    return DMH_OK;
}

const char *unnamed_file_map (unnamed_file_t *self, struct error *error)
{
    if (self->mapped)
        return self->mapped;
    void *at = mmap (NULL, self->bytes, PROT_READ, MAP_SHARED, self->file, 0);
    if (at == MAP_FAILED)
        s_refuse (self, error);
    else
        self->mapped = at;
    return self->mapped;
}

uint64_t unnamed_file_bytes (const unnamed_file_t *self)
{
    return self->bytes;
}
