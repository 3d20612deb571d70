//  result_file.c: see result_file.h.
#define _GNU_SOURCE
#include "client/result/reading/result_file.h"

#include "client/result/folder_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int s_refuse (const char *name, int number, struct error *error)
{
    if (number == ELOOP)
        return error_set (error, DMH_MALFORMED,
                          "%s is a link and no regular file; take the result from where it was made", name);
    return error_set (error, number == ENOENT ? DMH_NOT_FOUND : DMH_IO, "%s cannot be read: %s", name,
                      strerror (number));
}

int result_files_folder (const char *folder, struct error *error)
{
    struct stat about;
    if (stat (folder, &about) != 0)
        return s_refuse (folder, errno, error);
    return S_ISDIR (about.st_mode)
               ? DMH_OK
               : error_set (error, DMH_USAGE,
                            "%s is no folder; give the folder of a result, which holds report.json", folder);
}

FILE *result_file_open (const char *folder, const char *name, struct error *error)
{
    struct stat about;
    FILE *file = NULL;
    char *path = folder_tree_join (folder, name);
    if (!path) {
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
        return NULL;
    }
    //  Without O_NONBLOCK a FIFO would be waited for.
    int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    free (path);
    if (fd < 0 || fstat (fd, &about) != 0)
        s_refuse (name, errno, error);
    else if (!S_ISREG (about.st_mode))
        error_set (error, DMH_MALFORMED, "%s is no regular file; take the result from where it was made",
                   name);
    else if (!(file = fdopen (fd, "rb")))
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
    if (!file && fd >= 0)
        close (fd);
    return file;
}
