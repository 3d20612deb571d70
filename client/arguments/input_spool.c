//  input_spool.c: see input_spool.h.
#define _GNU_SOURCE
#include "client/arguments/input_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SPOOL_BYTES = 256 * 1024 };

//  Waits for standard input. DMH_CANCELLED: the user wants to stop.
static int s_wait (int interrupt)
{
    struct pollfd items[] = {{0, POLLIN, 0}, {interrupt, POLLIN, 0}};
    while (poll (items, interrupt >= 0 ? 2 : 1, -1) < 0 && errno == EINTR)
        ;
    return interrupt >= 0 && items[1].revents ? DMH_CANCELLED : DMH_OK;
}

//  Standard input to `file`, until its end. DMH_TOO_LARGE: it has more than `most` bytes, and none is kept.
static int s_pour (int file, uint64_t most, int interrupt)
{
    char *buffer = malloc (SPOOL_BYTES);
    int rc = buffer ? DMH_OK : DMH_INTERNAL;
    for (ssize_t n = 1; rc == DMH_OK && n != 0;) {
        rc = s_wait (interrupt);
        n = rc == DMH_OK ? read (0, buffer, SPOOL_BYTES) : 0;
        if (n < 0 && errno != EINTR)
            rc = DMH_IO;
        if (n > 0 && (uint64_t) n > most)
            rc = ftruncate (file, 0) == 0 ? DMH_TOO_LARGE : DMH_IO;
        most -= n > 0 ? (uint64_t) n : 0;
        for (ssize_t done = 0, put; rc == DMH_OK && done < n; done += put)
            if ((put = write (file, buffer + done, (size_t) (n - done))) <= 0)
                rc = DMH_IO;
    }
    free (buffer);
    return rc;
}

//  Standard input to <spool>/stdin.
int input_spool_read (char spool[PATH_MAX], char path[PATH_MAX], uint64_t most, int interrupt,
                      struct error *error)
{
    const char *temporary = getenv ("TMPDIR");
    snprintf (spool, PATH_MAX, "%s/dmh-XXXXXX", temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp (spool)) {
        int rc =
            error_set (error, DMH_IO, "standard input cannot be kept in %s: %s", spool, strerror (errno));
        *spool = 0;
        return rc;
    }
    snprintf (path, PATH_MAX, "%.*s/stdin", PATH_MAX - 8, spool);
    int file = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int rc = file < 0 ? DMH_IO : s_pour (file, most, interrupt);
    if (file >= 0 && close (file) != 0 && rc == DMH_OK)
        rc = DMH_IO;
    if (rc == DMH_CANCELLED)
        error_set (error, rc, "interrupted");
    else if (rc == DMH_TOO_LARGE)
        error_set (
            error, rc,
            "standard input has more than %llu bytes, and all of it is kept in %.300s first; give a file, or "
            "allow more with --stdin-bytes",
            (unsigned long long) most, spool);
    else if (rc != DMH_OK)
        error_set (error, rc, "standard input cannot be kept in %s: %s", path, strerror (errno));
    return rc;
}
