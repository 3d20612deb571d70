//  scratch_folder.c: see scratch_folder.h. The lock is flock's: it ends with its process, however that ends.
#define _GNU_SOURCE
#include "client/result/batch/scratch_folder.h"

#include "client/result/folder_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char PREFIX[] = ".dmh-";
enum { RANDOM_LETTERS = 6, TRIES = 8 };

//  Locked, and not removed by a sweep that came between its making and its lock.
static bool s_lock (struct scratch_folder *self)
{
    struct stat about;
    self->lock = open (self->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool locked = self->lock >= 0 && (flock (self->lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK);
    if (locked && stat (self->path, &about) == 0)
        return true;
    if (self->lock >= 0)
        close (self->lock);
    self->lock = -1;
    return false;
}

int scratch_folder_make (struct scratch_folder *self, const char *folder, struct error *error)
{
    *self = (struct scratch_folder){.lock = -1};
    for (int i = 0; i < TRIES; i++) {
        if (asprintf (&self->path, "%s/%sXXXXXX", folder, PREFIX) < 0) {
            self->path = NULL;
            return error_set (error, DMH_INTERNAL, "out of memory");
        }
        bool made = mkdtemp (self->path) != NULL;
        if (made && s_lock (self))
            return DMH_OK;
        int why = errno;
        free (self->path);
        self->path = NULL;
        if (!made)
            return error_set (error, DMH_IO, "the folder %s cannot be written: %s", folder, strerror (why));
    }
    return error_set (error, DMH_IO, "the folder %s cannot be written: others remove what is made there",
                      folder);
}

void scratch_folder_leave (struct scratch_folder *self)
{
    if (self->path && self->lock >= 0)
        close (self->lock);
    free (self->path);
    *self = (struct scratch_folder){.lock = -1};
}

void scratch_folder_remove (struct scratch_folder *self)
{
    if (self->path)
        folder_tree_remove (self->path);
    scratch_folder_leave (self);
}

//  mkdtemp's name, which no job's id is.
static bool s_is_named_so (const char *name)
{
    size_t n = sizeof PREFIX - 1;
    return strncmp (name, PREFIX, n) == 0 && strlen (name) == n + RANDOM_LETTERS;
}

static bool s_holds_aside (int folder)
{
    int own = dup (folder);
    DIR *names = own >= 0 ? fdopendir (own) : NULL;
    bool holds = !names;
    for (struct dirent *entry; names && !holds && (entry = readdir (names));)
        holds = strncmp (entry->d_name, "aside", 5) == 0;
    if (names)
        closedir (names);
    else if (own >= 0)
        close (own);
    return holds;
}

//  A file system without such locks says nothing of an owner: nothing is removed there.
static void s_sweep_one (const char *path)
{
    int lock = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) == 0 && !s_holds_aside (lock))
        folder_tree_remove (path);
    if (lock >= 0)
        close (lock);
}

void scratch_folder_sweep (const char *folder)
{
    DIR *names = opendir (folder);
    for (struct dirent *entry; names && (entry = readdir (names));) {
        char *path = s_is_named_so (entry->d_name) ? folder_tree_join (folder, entry->d_name) : NULL;
        if (path)
            s_sweep_one (path);
        free (path);
    }
    if (names)
        closedir (names);
}
