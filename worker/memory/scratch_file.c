//  scratch_file.c: see scratch_file.h.
#define _GNU_SOURCE
#include "worker/memory/scratch_file.h"

#include "messages/base/narrow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int scratch_file_open (const char *folder)
{
    char path[4096];
    int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    snprintf (path, sizeof path, "%s/.scratch-XXXXXX", folder);    //  not every file system has such
    fd = mkostemp (path, O_CLOEXEC);
    if (fd >= 0)
        unlink (path);
    return fd;
}

int scratch_file_write (int fd, const char *bytes, size_t n, uint64_t offset)
{
    for (size_t at = 0; at < n;) {
        ssize_t rc = pwrite (fd, bytes + at, n - at, NARROW (off_t, offset + at));
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc < 0)
            return -1;
        at += (size_t) rc;
    }
    return 0;
}

long scratch_file_read (int fd, char *to, size_t n, uint64_t offset)
{
    size_t got = 0;
    while (got < n) {
        ssize_t rc = pread (fd, to + got, n - got, NARROW (off_t, offset + got));
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc < 0)
            return -1;
        if (rc == 0)
            break;
        got += (size_t) rc;
    }
    return (long) got;
}
