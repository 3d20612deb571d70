//  whole_file.c: see whole_file.h.
#define _GNU_SOURCE
#include "messages/files/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int s_cannot (const char *path, struct error *error)
{
    return error_set (error, DMH_IO, "%s cannot be written: %s", path, strerror (errno));
}

int whole_file_write (const char *path, whole_file_content_fn *content, void *context, struct error *error)
{
    char *part = NULL;
    if (asprintf (&part, "%s.XXXXXX", path) < 0)
        return error_set (error, DMH_INTERNAL, "out of memory while writing %s", path);
    int fd = mkostemp (part, O_CLOEXEC);
    FILE *file = fd >= 0 ? fdopen (fd, "wb") : NULL;
    int rc = file ? content (context, file, error) : s_cannot (path, error);
    if (rc == DMH_OK && (fflush (file) != 0 || ferror (file) || fsync (fd) != 0))
        rc = s_cannot (path, error);
    if (file && fclose (file) != 0 && rc == DMH_OK)
        rc = s_cannot (path, error);
    if (!file && fd >= 0)
        close (fd);
    if (rc == DMH_OK && rename (part, path) != 0)
        rc = s_cannot (path, error);
    if (rc != DMH_OK && fd >= 0)
        unlink (part);
    free (part);
    return rc;
}
