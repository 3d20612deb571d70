//  folder_sync.c: see folder_sync.h. The files of a folder all begin their way to the disk before the first
//  of them is waited for, so that they share what the file system writes for each.
#define _GNU_SOURCE
#include "messages/files/folder_sync.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    FEW = 3,    //  folders whose files are synced one by one: what others write is not waited for
    FILES_AT_ONCE = 16
};

static _Atomic (int (*) (int)) s_fsync_call = fsync;
static _Atomic (int (*) (int)) s_syncfs_call = syncfs;

void folder_sync_replace (int (*fsync_call) (int), int (*syncfs_call) (int))
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

int folder_sync (const char *path, struct error *error)
{
    int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd >= 0 && atomic_load (&s_fsync_call) (fd) == 0 ? DMH_OK : s_refuse (path, error);
    if (fd >= 0)
        close (fd);
    return rc;
}

//  Waits for those files, and closes them. false with errno of the first that failed.
static bool s_sync_opened (const int *files, size_t count)
{
    bool good = true;
    int why = 0;
    for (size_t i = 0; i < count; i++) {
        if (good && atomic_load (&s_fsync_call) (files[i]) != 0) {
            good = false;
            why = errno;
        }
        close (files[i]);
    }
    errno = why;
    return good;
}

//  The files of one folder, then the folder.
static void s_sync_files (struct folder_sync_item *item)
{
    int files[FILES_AT_ONCE];
    size_t count = 0;
    DIR *names = opendir (item->folder);
    bool good = names != NULL;
    for (struct dirent *entry; good;) {
        errno = 0;
        entry = readdir (names);
        good = entry || errno == 0;
        if (!entry)
            break;
        if (entry->d_name[0] == '.')
            continue;
        int fd = openat (dirfd (names), entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        good = fd >= 0;
        if (!good)
            break;
        sync_file_range (fd, 0, 0, SYNC_FILE_RANGE_WRITE);    //  only a hint: fsync says what failed
        files[count++] = fd;
        if (count == FILES_AT_ONCE) {
            good = s_sync_opened (files, count);
            count = 0;
        }
    }
    int why = errno;
    if (!s_sync_opened (files, count) && good)
        good = false;
    else
        errno = why;
    good = good && atomic_load (&s_fsync_call) (dirfd (names)) == 0;
    if (!good)
        s_refuse (item->said, &item->error);
    if (names)
        closedir (names);
}

void folder_sync_all (int root, struct folder_sync_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        items[i].error = (struct error){.code = DMH_OK};
        if (count <= FEW)
            s_sync_files (&items[i]);
    }
    if (count <= FEW)
        return;
    bool good = atomic_load (&s_syncfs_call) (root) == 0;
    int why = errno;
    for (size_t i = 0; !good && i < count; i++) {
        errno = why;
        s_refuse (items[i].said, &items[i].error);
    }
}
