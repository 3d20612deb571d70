//  scratch_vfs.c: see scratch_vfs.h.
#include "worker/output/records/scratch_vfs.h"

#include <errno.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scratch_vfs {
    sqlite3_vfs vfs, *system;    //  the latter is SQLite's own
    char name[32];
    const sqlite3_io_methods *system_methods;    //  of the files that are open
    sqlite3_io_methods methods;                  //  the same, but for the writing
    bool was_full;
    int number;    //  errno of a write that failed; 0: none has
    char *path;    //  of a file to sort in; one is gone from the folder before the next one comes
};

static struct scratch_vfs *s_of (const sqlite3_file *file)
{
    return (struct scratch_vfs *) ((char *) file->pMethods - offsetof (struct scratch_vfs, methods));
}

static int s_write (sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
    struct scratch_vfs *self = s_of (file);
    int rc = self->system_methods->xWrite (file, bytes, n, at);
    if (rc != SQLITE_OK)
        self->number = errno;
    self->was_full = self->was_full || rc == SQLITE_FULL;
    return rc;
}

//  A file without a name is one to sort in. All files have the methods of the first one.
static int s_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    struct scratch_vfs *self = vfs->pAppData;
    int rc = self->system->xOpen (self->system, name ? name : self->path, file, flags, out);
    if (rc == SQLITE_OK && !self->system_methods) {
        self->system_methods = file->pMethods;
        self->methods = *file->pMethods;
        self->methods.xWrite = s_write;
    }
    if (rc == SQLITE_OK && file->pMethods == self->system_methods)
        file->pMethods = &self->methods;
    return rc;
}

scratch_vfs_t *scratch_vfs_new (const char *folder)
{
    static const char NAME[] = "/.sorting";
    scratch_vfs_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    size_t n = strlen (folder);
    self->path = calloc (n + sizeof NAME + 1, 1);    //  SQLite wants names to end twice
    self->system = sqlite3_vfs_find ("unix-none");
    if (!self->path || !self->system) {
        scratch_vfs_destroy (&self);
        return NULL;
    }
    memcpy (self->path, folder, n);
    memcpy (self->path + n, NAME, sizeof NAME);
    snprintf (self->name, sizeof self->name, "dmh-%p", (void *) self);
    self->vfs = *self->system;
    self->vfs.pNext = NULL;
    self->vfs.zName = self->name;
    self->vfs.pAppData = self;
    self->vfs.xOpen = s_open;
    if (sqlite3_vfs_register (&self->vfs, 0) != SQLITE_OK) {
        self->vfs.zName = NULL;
        scratch_vfs_destroy (&self);
    }
    return self;
}

void scratch_vfs_destroy (scratch_vfs_t **self_p)
{
    scratch_vfs_t *self = *self_p;
    if (!self)
        return;
    if (self->vfs.zName)
        sqlite3_vfs_unregister (&self->vfs);
    free (self->path);
    free (self);
    *self_p = NULL;
}

const char *scratch_vfs_name (const scratch_vfs_t *self)
{
    return self->name;
}

bool scratch_vfs_was_full (const scratch_vfs_t *self)
{
    return self->was_full;
}

int scratch_vfs_errno (const scratch_vfs_t *self)
{
    return self->number;
}
