//  key_file.c: see key_file.h.
#define _GNU_SOURCE
#include "messages/keys/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int key_file_read (const char *path, char *bytes, size_t *n, struct key_file_access *access,
                   struct error *error)
{
    struct stat about;
    int rc = DMH_OK, fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat (fd, &about) != 0) {
        rc = error_set (error, errno == ENOENT ? DMH_NOT_FOUND : DMH_IO, "the key %s cannot be read: %s",
                        path, strerror (errno));
        if (fd >= 0)
            close (fd);
        return rc;
    }
    bool regular = S_ISREG (about.st_mode);
    ssize_t got = regular ? read (fd, bytes, KEY_FILE_BYTES_MAX + 1) : -1;
    if (got < 0)
        rc = error_set (error, DMH_IO, "the key %s cannot be read: %s", path,
                        regular ? strerror (errno) : "it is no file");
    close (fd);
    if (rc != DMH_OK)
        return rc;
    *n = (size_t) got;
    *access = (struct key_file_access){.owner = about.st_uid, .mode = about.st_mode & 07777};
    return DMH_OK;
}

int key_file_check_secret (const char *path, const struct key_file_access *access, uid_t reader,
                           struct error *error)
{
    bool shared_by_root = access->owner == 0 && reader != 0;
    return access->mode & (shared_by_root ? 037 : 077)
               ? error_set (error, DMH_UNAUTHORIZED,
                            "others can read the secret in %s (mode %04o); chmod 600 it, or make "
                            "another key",
                            path, (unsigned) access->mode)
               : DMH_OK;
}

//  The folder that a path is in, on disk.
static int s_sync_folder (const char *path)
{
    char *copy = strdup (path);
    int fd = copy ? open (dirname (copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    int rc = fd >= 0 ? fsync (fd) : -1;
    if (fd >= 0)
        close (fd);
    free (copy);
    return rc;
}

//  A file beside `path`, on disk: its name, yours to free; NULL: errno.
static char *s_beside (const char *path, const char *bytes, size_t n)
{
    char *beside = NULL;
    if (asprintf (&beside, "%s.XXXXXX", path) < 0)
        return NULL;
    int fd = mkostemp (beside, O_CLOEXEC);    //  0600
    bool good = fd >= 0 && write (fd, bytes, n) == (ssize_t) n && fsync (fd) == 0;
    int why = errno;
    if (fd >= 0)
        close (fd);
    if (good)
        return beside;
    if (fd >= 0)
        unlink (beside);
    free (beside);
    errno = why;
    return NULL;
}

static int s_failed (const char *path, struct error *error)
{
    return error_set (error, DMH_IO, "the key %s cannot be written: %s", path, strerror (errno));
}

int key_file_write (const char *path, const char *bytes, size_t n, struct error *error)
{
    char *beside = s_beside (path, bytes, n);
    if (!beside)
        return s_failed (path, error);
    int rc = DMH_OK;
    if (rename (beside, path) != 0) {
        rc = s_failed (path, error);
        unlink (beside);
    } else if (s_sync_folder (path) != 0)
        rc = s_failed (path, error);
    free (beside);
    return rc;
}

int key_file_create (const char *path, const char *bytes, size_t n, struct error *error)
{
    char *beside = s_beside (path, bytes, n);
    if (!beside)
        return s_failed (path, error);
    int rc = DMH_OK;
    if (link (beside, path) != 0)
        rc = errno == EEXIST
                 ? error_set (error, DMH_CONFLICT, "there is a key %s already; take another name", path)
                 : s_failed (path, error);
    if (unlink (beside) != 0 && rc == DMH_OK)
        rc = s_failed (path, error);
    if (rc == DMH_OK && s_sync_folder (path) != 0)
        rc = s_failed (path, error);
    free (beside);
    return rc;
}
