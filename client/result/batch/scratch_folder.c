//  scratch_folder.c: see scratch_folder.h. The lock is flock's: it ends with its process, however that ends.
#define _GNU_SOURCE
#include "client/result/batch/scratch_folder.h"

#include "client/result/folder_tree.h"
#include "messages/base/folder.h"
#include "messages/text/terminal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stdint.h>
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

static const char ASIDE[] = "aside";

char *scratch_folder_aside (const char *path, const char *place)
{
    char *aside = NULL;
    return asprintf (&aside, "%s/%s/%s", path, ASIDE, place) < 0 ? NULL : aside;
}

static bool s_is_result (const char *folder)
{
    char *report = folder_tree_join (folder, "report.json");
    bool is = report && access (report, F_OK) == 0;
    free (report);
    return is;
}

//  Puts an old result back to `to`, unless a new one is there. false: it stays.
static bool s_put_back (const char *aside, const char *to)
{
    struct error ignored;
    struct stat about;
    const char *why = "something else is there";
    bool there = lstat (to, &about) == 0;
    if (there && s_is_result (to))
        return true;
    char *above = strndup (to, (size_t) (strrchr (to, '/') - to));
    bool back = !there && above && folder_make (above, &ignored) == DMH_OK && rename (aside, to) == 0;
    if (!back && !there)
        why = strerror (errno);
    free (above);
    if (back)
        terminal_print (stderr, "dmh: %s was put back; what was to replace it has not come\n", to);
    else
        terminal_print (stderr, "dmh: an old result cannot be put back to %s: %s; it is kept as %s\n", to,
                        why, aside);
    return back;
}

//  What lies below aside/. false: something of it stays.
static bool s_restore_tree (const char *folder, const char *aside)
{
    char *const paths[] = {(char *) (uintptr_t) aside, NULL};    //  fts does not change it
    size_t n = strlen (aside);
    bool gone = true;
    FTS *walk = fts_open (paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *entry; walk && (errno = 0, entry = fts_read (walk));) {
        gone = gone && entry->fts_info != FTS_DNR && entry->fts_info != FTS_ERR;
        if (entry->fts_info != FTS_D || !s_is_result (entry->fts_path))
            continue;
        char *to = entry->fts_path[n] ? folder_tree_join (folder, entry->fts_path + n + 1) : NULL;
        if (!to)
            terminal_print (stderr, "dmh: an old result is kept as %s\n", entry->fts_path);
        gone = to && s_put_back (entry->fts_path, to) && gone;
        free (to);
        fts_set (walk, entry, FTS_SKIP);
    }
    gone = gone && errno == 0;    //  fts_read's of the end
    if (walk)
        fts_close (walk);
    return walk && gone;
}

//  The old results in the scratch folder `path` in `folder`. false: something of it stays.
static bool s_restore (const char *folder, const char *path)
{
    DIR *names = opendir (path);
    bool gone = names != NULL;
    int why = 0;
    for (const struct dirent *entry; names && (entry = folder_next (names, &why));) {
        if (strncmp (entry->d_name, ASIDE, sizeof ASIDE - 1) != 0)
            continue;
        char *aside = folder_tree_join (path, entry->d_name);
        bool by_place = strcmp (entry->d_name, ASIDE) == 0;
        if (aside && !by_place)    //  as older versions called them
            terminal_print (stderr, "dmh: an old result is kept as %s\n", aside);
        gone = aside && by_place && s_restore_tree (folder, aside) && gone;
        free (aside);
    }
    if (names)
        closedir (names);
    return gone && why == 0;
}

void scratch_folder_remove (struct scratch_folder *self)
{
    char *folder =
        self->path ? strndup (self->path, (size_t) (strrchr (self->path, '/') - self->path)) : NULL;
    if (folder && s_restore (folder, self->path))
        folder_tree_remove (self->path);
    free (folder);
    scratch_folder_leave (self);
}

//  mkdtemp's name, which no job's id is.
static bool s_is_named_so (const char *name)
{
    size_t n = sizeof PREFIX - 1;
    return strncmp (name, PREFIX, n) == 0 && strlen (name) == n + RANDOM_LETTERS;
}

//  A file system without such locks says nothing of an owner: nothing is removed there.
static void s_sweep_one (const char *folder, const char *path)
{
    int lock = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) == 0 && s_restore (folder, path))
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
            s_sweep_one (folder, path);
        free (path);
    }
    if (names)
        closedir (names);
}
