//  replaced_file.c: see replaced_file.h.
#define _GNU_SOURCE
#include "client/result/replaced_file.h"

#include "client/result/folder_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int replaced_file_write (const char *folder, const char *name, const char *bytes, size_t n,
                         struct error *error)
{
    char *path = folder_tree_join (folder, name), *fresh = NULL;
    if (!path || asprintf (&fresh, "%s/.dmh-%s", folder, name) < 0) {
        free (path);
        return error_set (error, DMH_INTERNAL, "out of memory");
    }
    unlink (fresh);    //  of a run that was killed, or what somebody else put there to be written to
    int fd = open (fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0;
    for (ssize_t put; good && n > 0; n -= (size_t) put, bytes += put)
        good = (put = write (fd, bytes, n)) > 0;
    good = good && fsync (fd) == 0;
    int why = errno;
    if (fd >= 0 && close (fd) != 0 && good) {
        good = false;
        why = errno;
    }
    if (good && rename (fresh, path) != 0) {
        good = false;
        why = errno;
    }
    if (!good && fd >= 0)
        unlink (fresh);
    int rc = good ? DMH_OK
                  : error_set (error, DMH_IO, "%s cannot be written: %s; the results are there all the same",
                               path, strerror (why));
    free (path);
    free (fresh);
    return rc;
}
