//  unnamed_file.c: see unnamed_file.h.
#include "worker/memory/unnamed_file.h"

#include "worker/memory/scratch_file.h"

#include <errno.h>
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

int unnamed_file_append (unnamed_file_t *self, const void *bytes, size_t n, uint64_t *at, struct error *error)
{
    s_unmap (self);
    *at = self->bytes;
    if (self->file < 0 && (self->file = scratch_file_open (self->folder)) < 0)
        return s_refuse (self, error);
    if (scratch_file_write (self->file, bytes, n, self->bytes) != 0)
        return s_refuse (self, error);
    self->bytes += n;
    return DMH_OK;
}

int unnamed_file_read (const unnamed_file_t *self, uint64_t at, void *bytes, size_t n, struct error *error)
{
    long got = scratch_file_read (self->file, bytes, n, at);
    if (got >= 0)
        errno = EIO;
    return got == (long) n ? DMH_OK : s_refuse (self, error);
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
