//  whole_file.c: see whole_file.h.
#define _GNU_SOURCE
#include "messages/files/whole_file.h"

#include "messages/files/folder_sync.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int s_cannot (const char *path, struct error *error)
{
    return error_set (error, DMH_IO, "%s cannot be written: %s", path, strerror (errno));
}

static int s_is_there (const char *path, struct error *error)
{
    return error_set (error, DMH_CONFLICT, "there is a file %s already; move it away, or name another one",
                      path);
}

//  Where the disk cannot refuse to replace a file, it is looked for.
static int s_name (const char *part, const char *path, struct error *error)
{
    struct stat about;
    if (renameat2 (AT_FDCWD, part, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return DMH_OK;
    bool unknown = errno == EINVAL || errno == ENOSYS;
    if (errno == EEXIST || (unknown && lstat (path, &about) == 0))
        return s_is_there (path, error);
    return unknown && rename (part, path) == 0 ? DMH_OK : s_cannot (path, error);
}

//  The name is on the disk, too.
static int s_sync_name (const char *path, struct error *error)
{
    char *copy = strdup (path);
    int rc = copy ? folder_sync (dirname (copy), error)
                  : error_set (error, DMH_INTERNAL, "out of memory while writing %s", path);
    free (copy);
    return rc;
}

static int s_write (const char *path, bool fresh, whole_file_content_fn *content, void *context,
                    struct error *error)
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
    if (rc == DMH_OK)
        rc = fresh ? s_name (part, path, error) : rename (part, path) == 0 ? DMH_OK : s_cannot (path, error);
    if (rc != DMH_OK && fd >= 0)
        unlink (part);
    free (part);
    return rc == DMH_OK ? s_sync_name (path, error) : rc;
}

int whole_file_write (const char *path, whole_file_content_fn *content, void *context, struct error *error)
{
    return s_write (path, false, content, context, error);
}

int whole_file_create (const char *path, whole_file_content_fn *content, void *context, struct error *error)
{
    struct stat about;
    return lstat (path, &about) == 0 ? s_is_there (path, error)
                                     : s_write (path, true, content, context, error);
}
