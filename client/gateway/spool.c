//  spool.c: see spool.h.
#define _GNU_SOURCE
#include "client/gateway/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

//  Where the file system has no files without a name: one whose name goes at once.
static int s_open_named (const char *folder)
{
    char *path;
    if (asprintf (&path, "%s/upload-XXXXXX", folder) < 0)
        return -1;
    int fd = mkostemp (path, O_CLOEXEC);
    if (fd >= 0)
        unlink (path);
    free (path);
    return fd;
}

int spool_open (const char *folder, struct error *error)
{
    int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
        fd = s_open_named (folder);
    if (fd < 0)
        error_set (error, DMH_IO, "the gateway cannot keep a file in its --spool: %s", strerror (errno));
    return fd;
}

int spool_write (int fd, uint64_t at, const char *bytes, size_t n, struct error *error)
{
    for (size_t done = 0; done < n;) {
        ssize_t put = pwrite (fd, bytes + done, n - done, (off_t) (at + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return error_set (error, DMH_IO, "the gateway's disk does not take the upload: %s",
                              put < 0 ? strerror (errno) : "it is full");
        done += (size_t) put;
    }
    return DMH_OK;
}
