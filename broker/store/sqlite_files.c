//  sqlite_files.c: see sqlite_files.h.
#include "broker/store/sqlite_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int sqlite_files_watch (struct sqlite_files *self, const char *path, const char *file, struct error *error)
{
    const char *const names[SQLITE_FILES] = {path, file, file}, *const endings[SQLITE_FILES] = {"", "",
                                                                                                "-wal"};
    if (strcmp (path, ":memory:") == 0)
        return DMH_OK;
    for (size_t i = 0; i < SQLITE_FILES; i++) {
        struct stat about;
        size_t size = strlen (names[i]) + strlen (endings[i]) + 1;
        char *name = self->files[i].path = malloc (size);
        if (!name)
            return error_set (error, DMH_UNAVAILABLE, "out of memory");
        snprintf (name, size, "%s%s", names[i], endings[i]);
        if (stat (name, &about) != 0)
            return error_set (error, DMH_UNAVAILABLE, "%s cannot be looked at: %s", name, strerror (errno));
        self->files[i].device = about.st_dev;
        self->files[i].inode = about.st_ino;
    }
    return DMH_OK;
}

void sqlite_files_clear (struct sqlite_files *self)
{
    for (size_t i = 0; i < SQLITE_FILES; i++)
        free (self->files[i].path);
    memset (self, 0, sizeof *self);
}

int sqlite_files_check (const struct sqlite_files *self, struct error *error)
{
    for (size_t i = 0; i < SQLITE_FILES && self->files[i].path; i++) {
        struct stat about;
        if (stat (self->files[i].path, &about) != 0 || about.st_dev != self->files[i].device ||
            about.st_ino != self->files[i].inode)
            return error_set (
                error, DMH_UNAVAILABLE,
                "%s was deleted or replaced under the broker, so nothing is taken; put the file "
                "back, or restart the broker on what is there",
                self->files[i].path);
    }
    return DMH_OK;
}
