//  reference_file.c: see reference_file.h.
#define _GNU_SOURCE
#include "worker/input/reference_file.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NAME_BYTES_OF_FD = 32 };

//  What opens the file that was found. DMH_OK, or what `error` says.
static int s_find (const data_roots_t *roots, const char *path, int *fd, char name[NAME_BYTES_OF_FD],
                   struct error *error)
{
    int rc = data_roots_find (roots, path, fd, error);
    if (rc == DMH_OK)
        snprintf (name, NAME_BYTES_OF_FD, "/proc/self/fd/%d", *fd);
    return rc;
}

static reference_t *s_open_found (const char *path, const char *fai, const data_roots_t *roots,
                                  const char *name, struct error *error)
{
    char found[NAME_BYTES_OF_FD], index[NAME_BYTES_OF_FD];
    int fd = -1, fai_fd = -1;
    struct error why = {.code = DMH_OK};
    reference_t *reference = NULL;
    if (s_find (roots, path, &fd, found, &why) != DMH_OK)
        error_set (error, why.code, "the reference %.100s: %.300s", name, why.text);
    else {
        bool indexed = s_find (roots, fai, &fai_fd, index, &why) == DMH_OK;
        reference = reference_new (found, indexed ? index : NULL, name, error);
    }
    if (fd >= 0)
        close (fd);
    if (fai_fd >= 0)
        close (fai_fd);
    return reference;
}

reference_t *reference_file_open (const char *path, const data_roots_t *roots, struct error *error)
{
    const char *slash = strrchr (path, '/'), *name = slash ? slash + 1 : path;
    char fai[PATH_MAX];
    if (snprintf (fai, sizeof fai, "%s.fai", path) >= (int) sizeof fai) {
        error_set (error, DMH_BAD_INPUT, "the path of the reference %.100s is too long", name);
        return NULL;
    }
    if (roots)
        return s_open_found (path, fai, roots, name, error);
    return reference_new (path, access (fai, F_OK) == 0 ? fai : NULL, name, error);
}
