//  sqlite_open.c: see sqlite_open.h.
#include "broker/store/sqlite_open.h"

#include "broker/store/migrations.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { APPLICATION_ID = 0x444d4831 };    //  "DMH1"; file(1) and we tell the store by it

static int s_run (sqlite3 *db, const char *sql, struct error *error)
{
    if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return DMH_OK;
    return error_set (error, DMH_UNAVAILABLE, "%s", sqlite3_errmsg (db));
}

//  The one number that a statement answers.
static int s_number (sqlite3 *db, const char *sql, int *out, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int rc = DMH_UNAVAILABLE;
    if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step (statement) == SQLITE_ROW) {
        *out = sqlite3_column_int (statement, 0);
        rc = DMH_OK;
    } else
        error_set (error, rc, "%s", sqlite3_errmsg (db));
    sqlite3_finalize (statement);
    return rc;
}

static int s_migrate (sqlite3 *db, struct error *error)
{
    int version = 0, application = 0, tables = 0;
    int rc = s_number (db, "PRAGMA user_version", &version, error);
    if (rc == DMH_OK)
        rc = s_number (db, "PRAGMA application_id", &application, error);
    if (rc == DMH_OK)
        rc = s_number (db, "SELECT count(*) FROM sqlite_master", &tables, error);
    if (rc == DMH_OK && application != APPLICATION_ID && tables > 0)
        return error_set (error, DMH_UNAVAILABLE, "it is a database of another program");
    if (rc == DMH_OK && version > MIGRATION_COUNT)
        return error_set (error, DMH_UNAVAILABLE,
                          "it was written by a newer dmh (version %d of its tables); use that one", version);
    for (; rc == DMH_OK && version < MIGRATION_COUNT; version++) {
        char set[96];
        snprintf (set, sizeof set, "PRAGMA user_version = %d; PRAGMA application_id = %d; COMMIT",
                  version + 1, APPLICATION_ID);
        rc = s_run (db, "BEGIN IMMEDIATE", error);
        if (rc == DMH_OK)
            rc = s_run (db, MIGRATIONS[version], error);
        if (rc == DMH_OK)
            rc = s_run (db, set, error);
    }
    return rc;
}

//  The folders above `path` as far as they are missing, and the file itself, for this user alone: jobs name
//  patients' files. SQLite gives the files beside it the same rights. An existing file is not opened here:
//  closing it would end the locks that this process holds on it.
static int s_make_file (const char *path, struct error *error)
{
    char *copy = strdup (path);
    if (!copy)
        return error_set (error, DMH_UNAVAILABLE, "out of memory");
    int rc = DMH_OK;
    for (char *slash = strchr (copy + 1, '/'); slash && rc == DMH_OK; slash = strchr (slash + 1, '/')) {
        *slash = 0;
        if (mkdir (copy, 0700) != 0 && errno != EEXIST)
            rc = error_set (error, DMH_UNAVAILABLE, "the folder %s cannot be made: %s", copy,
                            strerror (errno));
        *slash = '/';
    }
    free (copy);
    if (rc != DMH_OK)
        return rc;
    int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno != EEXIST)
        return error_set (error, DMH_UNAVAILABLE, "it cannot be made: %s", strerror (errno));
    if (fd >= 0)
        close (fd);
    return DMH_OK;
}

//  One broker a file: the lock that the first write takes is kept until the end.
static int s_lock (sqlite3 *db, struct error *error)
{
    int rc = s_run (db,
                    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                    "BEGIN EXCLUSIVE; COMMIT;",
                    error);
    int code = sqlite3_errcode (db) & 0xff;
    if (rc != DMH_OK && (code == SQLITE_BUSY || code == SQLITE_LOCKED))
        error_set (error, rc,
                   "it is in use by another broker; end that one or give this one its own --store");
    return rc;
}

//  SQLite passes over what it cannot set.
static int s_check_durable (sqlite3 *db, bool in_memory, struct error *error)
{
    enum { FULL = 2 };
    int synchronous = 0, is_wal = 0;
    int rc = s_number (db, "PRAGMA synchronous", &synchronous, error);
    if (rc == DMH_OK)
        rc = s_number (db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", &is_wal, error);
    if (rc == DMH_OK && (synchronous != FULL || (!is_wal && !in_memory)))
        rc = error_set (error, DMH_UNAVAILABLE,
                        "its commits would not be on the disk when they are answered (synchronous %d, "
                        "write-ahead log %s); put it on a disk of this host",
                        synchronous, is_wal ? "on" : "off");
    return rc;
}

sqlite3 *sqlite_open (const char *path, struct error *error)
{
    sqlite3 *db = NULL;
    struct error why = {.code = DMH_OK};
    bool in_memory = strcmp (path, ":memory:") == 0;
    int rc = in_memory ? DMH_OK : s_make_file (path, &why);
    if (rc == DMH_OK) {
        int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
        int opened = sqlite3_open_v2 (path, &db, flags, NULL);
        if (opened != SQLITE_OK)
            rc = error_set (&why, DMH_UNAVAILABLE, "%s", sqlite3_errstr (opened));
    }
    if (rc == DMH_OK)
        rc = s_lock (db, &why);
    if (rc == DMH_OK)
        rc = s_migrate (db, &why);
    if (rc == DMH_OK)
        rc = s_check_durable (db, in_memory, &why);
    if (rc == DMH_OK)
        return db;
    error_set (error, rc, "the job store %s cannot be opened: %s", path, why.text);
    sqlite3_close (db);
    return NULL;
}
