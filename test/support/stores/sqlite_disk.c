//  sqlite_disk.c: see sqlite_disk.h. A VFS of SQLite that is the usual one but for xSync.
#include "test/support/stores/sqlite_disk.h"

#include <criterion/criterion.h>
#include <sqlite3.h>

static struct sqlite_disk s_disk;
static sqlite3_vfs *s_usual, s_vfs;
//  A method table for the files of the usual one, of which there are several.
enum { TABLES = 8 };
static struct table {
    const sqlite3_io_methods *usual;
    sqlite3_io_methods ours;
} s_tables[TABLES];

static int s_sync (sqlite3_file *file, int flags)
{
    s_disk.syncs++;
    if (s_disk.before)
        s_disk.before ();
    if (s_disk.refuses)
        return SQLITE_IOERR_FSYNC;
    for (struct table *table = s_tables; table < s_tables + TABLES; table++)
        if (file->pMethods == &table->ours)
            return table->usual->xSync (file, flags);
    return SQLITE_IOERR_FSYNC;
}

static int s_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    (void) vfs;
    int rc = s_usual->xOpen (s_usual, name, file, flags, out_flags);
    if (!file->pMethods)
        return rc;
    struct table *table = s_tables;
    while (table->usual && table->usual != file->pMethods)
        cr_assert_lt (++table, s_tables + TABLES);
    table->usual = file->pMethods;
    table->ours = *table->usual;
    table->ours.xSync = s_sync;
    file->pMethods = &table->ours;
    return rc;
}

struct sqlite_disk *sqlite_disk_install (void)
{
    s_usual = sqlite3_vfs_find (NULL);
    cr_assert_not_null (s_usual);
    s_vfs = *s_usual;
    s_vfs.zName = "dmh-test";
    s_vfs.pNext = NULL;
    s_vfs.xOpen = s_open;
    cr_assert_eq (sqlite3_vfs_register (&s_vfs, 1), SQLITE_OK);
    return &s_disk;
}
