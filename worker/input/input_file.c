//  input_file.c: see input_file.h.
#define _GNU_SOURCE
#include "worker/input/input_file.h"

#include "messages/base/file_change.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int s_open (struct input_file *self, const char *path, const char *name, struct error *error)
{
    struct stat *opened = &self->opened;
    self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (self->fd < 0) {
        bool passes = errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == EIO;
        return error_set (error,
                          passes                                ? DMH_IO
                          : errno == ENOENT || errno == ENOTDIR ? DMH_NOT_FOUND
                                                                : DMH_BAD_INPUT,
                          "%s cannot be opened: %s", name, strerror (errno));
    }
    if (fstat (self->fd, opened) != 0)
        return error_set (error, DMH_IO, "%s cannot be examined: %s", name, strerror (errno));
    if (S_ISDIR (opened->st_mode))
        return error_set (error, DMH_BAD_INPUT, "%s is a directory; name the files in it", name);
    if (!S_ISREG (opened->st_mode))
        return error_set (error, DMH_BAD_INPUT,
                          "%s is not a regular file; give its content on standard input (-)", name);
    self->bytes = (uint64_t) opened->st_size;
    posix_fadvise (self->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return DMH_OK;
}

int input_file_open (struct input_file *self, const data_roots_t *roots, const char *path, const char *name,
                     struct error *error)
{
    char found_path[32];
    struct error why = {.code = DMH_OK};
    int found = -1;
    *self = (struct input_file){.fd = -1, .path = strdup (path)};
    if (!self->path)
        return error_set (error, DMH_INTERNAL, "out of memory while opening %s", name);
    if (!roots)
        return s_open (self, path, name, error);
    if (data_roots_find (roots, path, &found, &why) != DMH_OK)
        return error_set (error, why.code, "%s: %.300s", name, why.text);
    snprintf (found_path, sizeof found_path, "/proc/self/fd/%d", found);
    int rc = s_open (self, found_path, name, error);
    close (found);
    return rc;
}

void input_file_open_object (struct input_file *self, object_pieces_t *pieces)
{
    *self = (struct input_file){.fd = -1, .pieces = pieces, .bytes = object_pieces_bytes (pieces)};
}

void input_file_close (struct input_file *self)
{
    if (self->fd >= 0)
        close (self->fd);
    free (self->path);
    *self = (struct input_file){.fd = -1};
}

static int s_read_object (const struct input_file *self, uint64_t at, char *to, size_t n, size_t *got,
                          struct error *error)
{
    uint64_t left = at < self->bytes ? self->bytes - at : 0;
    n = n < left ? n : (size_t) left;
    int rc = object_pieces_read (self->pieces, at, to, n, error);
    *got = rc == DMH_OK ? n : 0;
    return rc;
}

int input_file_read (const struct input_file *self, const char *name, uint64_t at, char *to, size_t n,
                     size_t *got, struct error *error)
{
    *got = 0;
    if (self->pieces)
        return s_read_object (self, at, to, n, got, error);
    while (*got < n) {
        ssize_t rc = pread (self->fd, to + *got, n - *got, (off_t) (at + *got));
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc < 0)
            return error_set (error, DMH_IO, "%s cannot be read at byte %llu: %s", name,
                              (unsigned long long) (at + *got), strerror (errno));
        if (rc == 0)
            break;
        *got += (size_t) rc;
    }
    return DMH_OK;
}

int input_file_check (const struct input_file *self, const char *name, struct error *error)
{
    bool changed = true;
    if (self->pieces)
        return DMH_OK;
    if (file_change_check (self->fd, self->path, &self->opened, &changed) != 0)
        return error_set (error, DMH_IO, "%s cannot be examined: %s", name, strerror (errno));
    if (changed)
        return error_set (error, DMH_BAD_INPUT,
                          "%s changed while it was read; submit it again when it is complete", name);
    return DMH_OK;
}
