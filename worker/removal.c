//  removal.c: see removal.h.
#define _GNU_SOURCE
#include "removal.h"

#include "../messages/uri.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FOLDER_NAME_BYTES = ID_BYTES + 24 };    //  job "." attempt

//  Letters, digits, - and _: no path, and with its attempt no "." or "..".
static bool s_is_id (const char *job)
{
    static const char LETTERS[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    return *job && strspn (job, LETTERS) == strlen (job);
}

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

int removal_do (const char *results, const struct remove_result *removal, struct error *error)
{
    char name[FOLDER_NAME_BYTES], path[URI_BYTES], uri[URI_BYTES];
    if (!s_is_id (removal->job))
        return error_set (error, DMH_MALFORMED, "a result of a job without a right id is asked for");
    snprintf (name, sizeof name, "%s.%llu", removal->job, (unsigned long long) removal->attempt);
    int n = snprintf (path, sizeof path, "%s/%s", results, name);
    if (n < 0 || (size_t) n >= sizeof path || uri_from_path (path, uri, sizeof uri, error) != DMH_OK ||
        strcmp (uri, removal->uri) != 0)
        return error_set (error, DMH_NOT_FOUND, "%s is not among the results of this worker", name);
    int root = open (results, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return s_refuse (results, name, error);
    int rc = s_remove (root, results, name, error);
    close (root);
    return rc;
}
