//  attempt_folder.c: see attempt_folder.h. The lock is flock's: it ends with its process, however that ends.
//  Where a file system knows no such locks nothing is removed.
#define _GNU_SOURCE
#include "worker/results/attempt_folder.h"

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

int attempt_folder_make (struct attempt_folder *self, const char *folder, struct error *error)
{
    *self = (struct attempt_folder){.lock = -1};
    if (asprintf (&self->path, "%s%s", folder, PART) < 0) {
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

//  A name is on disk when its folder is.
static int s_sync (const char *path, struct error *error)
{
    int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd >= 0 && fsync (fd) == 0
                 ? DMH_OK
                 : error_set (error, DMH_IO, "%s cannot be written to disk: %s", path, strerror (errno));
    if (fd >= 0)
        close (fd);
    return rc;
}

static int s_sync_parent (const char *path, struct error *error)
{
    char *parent = strdup (path), *slash = parent ? strrchr (parent, '/') : NULL;
    if (!parent)
        return error_set (error, DMH_INTERNAL, "out of memory");
    if (slash && slash != parent)
        *slash = 0;
    int rc = slash && slash != parent ? s_sync (parent, error) : DMH_OK;
    free (parent);
    return rc;
}

//  The files of a folder, and the folder; it holds no other folders.
static void s_remove (const char *path)
{
    int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir (fd) : NULL;
    struct dirent *entry;
    while (folder && (entry = readdir (folder)) != NULL)
        if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
            unlinkat (fd, entry->d_name, 0);
    if (folder)
        closedir (folder);
    else if (fd >= 0)
        close (fd);
    rmdir (path);
}

static void s_let_go (struct attempt_folder *self)
{
    if (self->path && self->lock >= 0)
        close (self->lock);
    free (self->path);
    *self = (struct attempt_folder){.lock = -1};
}

int attempt_folder_name (struct attempt_folder *self, const char *folder, struct error *error)
{
    int rc = s_sync (self->path, error);
    if (rc != DMH_OK)
        return rc;
    if (rename (self->path, folder) != 0)
        return error_set (error, DMH_IO, "%s cannot be named %s: %s", self->path, folder, strerror (errno));
    s_let_go (self);
    rc = s_sync_parent (folder, error);
    if (rc != DMH_OK)
        s_remove (folder);
    return rc;
}

void attempt_folder_clear (struct attempt_folder *self)
{
    if (self->path)
        s_remove (self->path);
    s_let_go (self);
}

//  Whether nobody writes there any more; `age`: for how long it has to be there.
static void s_remove_left (const char *path, time_t age)
{
    struct stat about;
    int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool left = fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &about) == 0 &&
                time (NULL) - about.st_mtime >= age;
    if (left)
        s_remove (path);
    if (fd >= 0)
        close (fd);
}

void attempt_folder_forget (const char *results, const char *job, uint64_t attempt)
{
    char path[PATH_MAX];
    for (uint64_t before = attempt > 8 ? attempt - 8 : 1; results && before < attempt; before++)
        if (snprintf (path, sizeof path, "%s/%s.%" PRIu64 "%s", results, job, before, PART) < PATH_MAX)
            s_remove_left (path, 0);
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
            s_remove_left (path, YOUNG_SECONDS);
    }
    if (folder)
        closedir (folder);
}
