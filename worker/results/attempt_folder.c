//  attempt_folder.c: see attempt_folder.h. The lock is flock's: it ends with its process, however that ends.
//  Where a file system knows no such locks nothing is removed.
#define _GNU_SOURCE
#include "worker/results/attempt_folder.h"

#include "messages/base/clock.h"
#include "messages/base/folder.h"
#include "messages/uri.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char PART[] = ".part";
enum { YOUNG_SECONDS = 60 };    //  one that was made this moment may not be locked yet

//  Letters, digits, - and _: no path, and with its attempt no "." or "..".
static bool s_is_id (const char *job)
{
    static const char LETTERS[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    return *job && strspn (job, LETTERS) == strlen (job);
}

int attempt_folder_path (const char *results, const char *job, uint64_t attempt, char path[URI_BYTES],
                         struct error *error)
{
    int n = snprintf (path, URI_BYTES, "%s/%s.%" PRIu64, results, job, attempt);
    return n >= 0 && n < URI_BYTES ? DMH_OK
                                   : error_set (error, DMH_INTERNAL, "the results folder's path is too long");
}

int attempt_folder_find (const char *results, const char *job, uint64_t attempt, const char *uri,
                         char name[ATTEMPT_FOLDER_BYTES], struct error *error)
{
    char path[URI_BYTES], own[URI_BYTES];
    if (!s_is_id (job))
        return error_set (error, DMH_MALFORMED, "a result of a job without a right id is asked for");
    snprintf (name, ATTEMPT_FOLDER_BYTES, "%s.%" PRIu64, job, attempt);
    if (attempt_folder_path (results, job, attempt, path, error) != DMH_OK ||
        uri_from_path (path, own, sizeof own, error) != DMH_OK || strcmp (own, uri) != 0)
        return error_set (error, DMH_NOT_FOUND, "%s is not among the results of this worker", name);
    return DMH_OK;
}

int attempt_folder_make (struct attempt_folder *self, const char *path, struct error *error)
{
    *self = (struct attempt_folder){.lock = -1};
    if (asprintf (&self->path, "%s%s", path, PART) < 0) {
        self->path = NULL;
        return error_set (error, DMH_INTERNAL, "out of memory for the name of a folder");
    }
    if (mkdir (self->path, 0700) == 0) {
        self->lock = open (self->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (self->lock >= 0)
            flock (self->lock, LOCK_SH | LOCK_NB);
        return DMH_OK;
    }
    int rc = error_set (error, DMH_IO, "%s cannot be created: %s; choose a folder that can be written to",
                        self->path, strerror (errno));
    free (self->path);
    self->path = NULL;
    return rc;
}

static int s_empty (int folder, unsigned depth);

//  Whether a folder holds nothing but files of a result: the table of a job that joins, or what it has
//  fetched. Whatever else somebody put there is not ours to remove.
static bool s_is_table (int folder)
{
    static const char *const NAMES[] = {"records.", "rejects.csv", "audit.ndjson", "datapackage.json",
                                        "report.json"};
    int own = dup (folder);
    DIR *listing = own >= 0 ? fdopendir (own) : NULL;
    bool table = listing != NULL;
    int why = 0;
    for (const struct dirent *entry; table && (entry = folder_next (listing, &why));) {
        bool known = false;
        for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES && !known; i++)
            known = strncmp (entry->d_name, NAMES[i], strlen (NAMES[i])) == 0;
        table = known;
    }
    if (listing)
        closedir (listing);
    else if (own >= 0)
        close (own);
    return table && why == 0;
}

//  One entry: a file, a link, never what that leads to; or a table's folder. 0, or errno.
static int s_remove_entry (int folder, const char *name, unsigned depth)
{
    if (unlinkat (folder, name, 0) == 0 || errno == ENOENT)
        return 0;
    int why = errno;
    int below = depth ? openat (folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    if (below < 0)
        return why;
    if (s_is_table (below))
        why = lseek (below, 0, SEEK_SET) == 0 && s_empty (below, depth - 1) == 0 ? 0 : errno;
    close (below);
    return why == 0 && unlinkat (folder, name, AT_REMOVEDIR) != 0 && errno != ENOENT ? errno : why;
}

//  The folder's files, and those of the folders in it, where there may be some. 0, or -1 with errno of the
//  first that stays, such as a folder deeper down, which is no part of a result.
static int s_empty (int folder, unsigned depth)
{
    int own = dup (folder), why = 0;
    DIR *listing = own >= 0 ? fdopendir (own) : NULL;
    if (!listing) {
        why = errno;
        if (own >= 0)
            close (own);
        errno = why;
        return -1;
    }
    int unread = 0;
    for (const struct dirent *entry; (entry = folder_next (listing, &unread));) {
        int stays = s_remove_entry (folder, entry->d_name, depth);
        why = why ? why : stays;
    }
    why = why ? why : unread;
    closedir (listing);
    errno = why;
    return why ? -1 : 0;
}

void attempt_folder_discard (const char *path)
{
    int folder = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder >= 0) {
        s_empty (folder, 1);
        close (folder);
    }
    rmdir (path);
}

static void s_let_go (struct attempt_folder *self)
{
    if (self->path && self->lock >= 0)
        close (self->lock);
    free (self->path);
    *self = (struct attempt_folder){.lock = -1};
}

int attempt_folder_finish (struct attempt_folder *self, const char *path, commit_group_t *group,
                           struct error *error)
{
    bool named = false;
    int rc = DMH_OK;
    if (group)
        rc = commit_group_finish (group, self->path, path, &named, error);
    else if (!(named = rename (self->path, path) == 0))
        rc = error_set (error, DMH_IO, "%s cannot get its name: %s", path, strerror (errno));
    if (named)
        s_let_go (self);
    if (named && rc != DMH_OK)
        attempt_folder_discard (path);
    return rc;
}

void attempt_folder_drop (struct attempt_folder *self, const char *name)
{
    unlinkat (self->lock, name, 0);
}

void attempt_folder_clear (struct attempt_folder *self)
{
    if (self->path)
        attempt_folder_discard (self->path);
    s_let_go (self);
}

static int s_refuse (const char *results, const char *name, struct error *error)
{
    return error_set (error, DMH_IO, "%s/%s cannot be removed: %s", results, name, strerror (errno));
}

//  Two workers of a host may be at it: what is gone is gone.
static int s_remove (int root, const char *results, const char *name, struct error *error)
{
    int folder = openat (root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0)
        return errno == ENOENT ? DMH_OK : s_refuse (results, name, error);
    int rc = s_empty (folder, 1) == 0 ? DMH_OK : s_refuse (results, name, error);
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
    int rc = attempt_folder_find (results, removal->job, removal->attempt, removal->uri, name, error);
    if (rc != DMH_OK)
        return rc;
    int root = open (results, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return s_refuse (results, name, error);
    rc = s_remove (root, results, name, error);
    close (root);
    return rc;
}

//  Removes one that nobody writes to any more; `age`: for how long it has to be there.
static void s_remove_unlocked (const char *path, time_t age)
{
    struct stat about;
    int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool left = fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &about) == 0 &&
                (time_t) (clock_wall_ms () / 1000) - about.st_mtime >= age;
    if (left)
        attempt_folder_discard (path);
    if (fd >= 0)
        close (fd);
}

void attempt_folder_forget (const char *results, const char *job, uint64_t attempt)
{
    char path[PATH_MAX], finished[URI_BYTES];
    struct error ignored;
    for (uint64_t before = attempt > 8 ? attempt - 8 : 1; results && before < attempt; before++)
        if (attempt_folder_path (results, job, before, finished, &ignored) == DMH_OK &&
            snprintf (path, sizeof path, "%s%s", finished, PART) < PATH_MAX) {
            s_remove_unlocked (path, 0);
            s_remove_unlocked (finished, 0);
        }
}

void attempt_folder_sweep (const char *results)
{
    char path[PATH_MAX];
    DIR *folder = opendir (results);
    struct dirent *entry;
    while (folder && (entry = readdir (folder)) != NULL) {
        size_t n = strlen (entry->d_name);
        if (n > sizeof PART && strcmp (entry->d_name + n - sizeof PART + 1, PART) == 0 &&
            snprintf (path, sizeof path, "%s/%s", results, entry->d_name) < PATH_MAX)
            s_remove_unlocked (path, YOUNG_SECONDS);
    }
    if (folder)
        closedir (folder);
}
