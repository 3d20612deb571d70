//  result_sync.c: see result_sync.h.
#define _GNU_SOURCE
#include "client/result/batch/result_sync.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FEW = 3 };    //  results whose files are synced one by one: what others write is not waited for

static _Atomic (int (*) (int)) s_fsync_call = fsync;
static _Atomic (int (*) (int)) s_syncfs_call = syncfs;

void result_sync_replace (int (*fsync_call) (int), int (*syncfs_call) (int))
{
    atomic_store (&s_fsync_call, fsync_call ? fsync_call : fsync);
    atomic_store (&s_syncfs_call, syncfs_call ? syncfs_call : syncfs);
}

static int s_refuse (const char *path, struct error *error)
{
    const char *advice =
        errno == ENOSPC || errno == EDQUOT ? "; free some space or choose another folder" : "";
    return error_set (error, DMH_IO, "%s cannot be written to disk: %s%s", path, strerror (errno), advice);
}

int result_sync_folder (const char *path, struct error *error)
{
    int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd >= 0 && atomic_load (&s_fsync_call) (fd) == 0 ? DMH_OK : s_refuse (path, error);
    if (fd >= 0)
        close (fd);
    return rc;
}

//  The files of one folder, then the folder.
static int s_sync_files (const struct result_sync_item *item, struct error *error)
{
    DIR *names = opendir (item->folder);
    bool good = names != NULL;
    for (struct dirent *entry; good && (entry = readdir (names));) {
        if (entry->d_name[0] == '.')
            continue;
        int fd = openat (dirfd (names), entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        good = fd >= 0 && atomic_load (&s_fsync_call) (fd) == 0;
        int why = errno;
        if (fd >= 0)
            close (fd);
        errno = why;
    }
    good = good && atomic_load (&s_fsync_call) (dirfd (names)) == 0;
    int rc = good ? DMH_OK : s_refuse (item->said, error);
    if (names)
        closedir (names);
    return rc;
}

int result_sync (const char *root, const struct result_sync_item *items, size_t count, struct error *error)
{
    int rc = DMH_OK;
    if (count <= FEW) {
        for (size_t i = 0; rc == DMH_OK && i < count; i++)
            rc = s_sync_files (&items[i], error);
        return rc;
    }
    int fd = open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || atomic_load (&s_syncfs_call) (fd) != 0)
        rc = s_refuse (root, error);
    if (fd >= 0)
        close (fd);
    return rc;
}
