//  removal.c: see removal.h.
#define _GNU_SOURCE
#include "worker/results/removal.h"

#include "worker/results/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int s_refuse (const char *results, const char *name, struct error *error)
{
    return error_set (error, DMH_IO, "%s/%s cannot be removed: %s", results, name, strerror (errno));
}

//  The folder's files; a link goes, never what it leads to. A folder inside it is no part of a result.
static int s_empty (int folder, const char *results, const char *name, struct error *error)
{
    int own = dup (folder), rc = DMH_OK;
    DIR *listing = own >= 0 ? fdopendir (own) : NULL;
    if (!listing) {
        s_refuse (results, name, error);
        if (own >= 0)
            close (own);
        return DMH_IO;
    }
    const struct dirent *entry;
    while (rc == DMH_OK && (errno = 0, entry = readdir (listing))) {
        bool itself = strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0;
        if (!itself && unlinkat (folder, entry->d_name, 0) != 0 && errno != ENOENT)
            rc = s_refuse (results, name, error);
    }
    if (rc == DMH_OK && errno)
        rc = s_refuse (results, name, error);
    closedir (listing);
    return rc;
}

//  Two workers of a host may be at it: what is gone is gone.
static int s_remove (int root, const char *results, const char *name, struct error *error)
{
    int folder = openat (root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0)
        return errno == ENOENT ? DMH_OK : s_refuse (results, name, error);
    int rc = s_empty (folder, results, name, error);
    close (folder);
    if (rc == DMH_OK && unlinkat (root, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
        rc = s_refuse (results, name, error);
    //  The broker forgets the job now: the folder must not be back after a power cut.
    if (rc == DMH_OK && fsync (root) != 0)
        rc = s_refuse (results, name, error);
    return rc;
}

int attempt_folder_remove (const char *results, const struct remove_result *removal, struct error *error)
{
    char name[ATTEMPT_FOLDER_BYTES];
    int rc = attempt_folder_named (results, removal->job, removal->attempt, removal->uri, name, error);
    if (rc != DMH_OK)
        return rc;
    int root = open (results, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return s_refuse (results, name, error);
    rc = s_remove (root, results, name, error);
    close (root);
    return rc;
}
