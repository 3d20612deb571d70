//  store.c: see store.h and dataset.h.
#define _GNU_SOURCE
#include "worker/dataset/store.h"

#include "messages/base/folder.h"
#include "messages/files/whole_file.h"
#include "worker/dataset/tables.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { APPLICATION = 1684891748, FORMAT = 1, WAIT_MS = 50, KIB = 1024 };

static const char MANIFEST[] = "{\"format\":\"dmh-dataset/1\"}\n";

static int s_fail (const dataset_t *self, int code, struct error *error)
{
    const char *what = self->db ? sqlite3_errmsg (self->db) : sqlite3_errstr (code);
    if (code == SQLITE_BUSY || code == SQLITE_INTERRUPT)
        return error_set (error, DMH_CANCELLED, "interrupted; the data set is as it was");
    if (code == SQLITE_NOMEM)
        return error_set (error, DMH_INTERNAL, "out of memory while using %.200s", self->path);
    if (code == SQLITE_NOTADB)
        return error_set (error, DMH_CONFLICT,
                          "%.300s is no database, so this is no data set, or it was damaged; give another "
                          "folder, or put a copy in its place",
                          self->path);
    if (code == SQLITE_FULL || (self->db && sqlite3_system_errno (self->db) == ENOSPC))
        return error_set (error, DMH_IO,
                          "%.200s cannot be written: the disk is full; the data set is as it was",
                          self->path);
    return error_set (error, DMH_IO,
                      "%.200s: %s; dmh dataset check looks at all of it; a damaged one comes from a backup, "
                      "or its inputs are loaded again",
                      self->path, what);
}

bool store_is_interrupted (const dataset_t *self)
{
    struct pollfd stop = {.fd = self->interrupt, .events = POLLIN};
    return self->interrupt >= 0 && poll (&stop, 1, 0) > 0;
}

//  Another process loads: it is waited for until the user wants to stop.
static int s_wait (void *context, int tries)
{
    const dataset_t *self = context;
    struct pollfd stop = {.fd = self->interrupt, .events = POLLIN};
    (void) tries;
    return poll (&stop, 1, WAIT_MS) <= 0;
}

sqlite3_stmt *store_prepare (dataset_t *self, const char *sql, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL);
    if (code != SQLITE_OK)
        s_fail (self, code, error);
    return statement;
}

void store_finish (sqlite3_stmt **statement_p)
{
    sqlite3_finalize (*statement_p);
    *statement_p = NULL;
}

void store_reset (sqlite3_stmt *statement)
{
    sqlite3_reset (statement);
}

//  What cannot be bound for want of memory is told by the step, which then lacks it too.
void store_number (sqlite3_stmt *statement, int i, uint64_t number)
{
    sqlite3_bind_int64 (statement, i, (sqlite3_int64) number);
}

void store_bytes (sqlite3_stmt *statement, int i, struct text bytes)
{
    sqlite3_bind_blob64 (statement, i, bytes.n ? bytes.at : "", bytes.n, SQLITE_STATIC);
}

void store_string (sqlite3_stmt *statement, int i, const char *string)
{
    sqlite3_bind_text (statement, i, string, -1, SQLITE_STATIC);
}

//  SQLite ends a transaction by itself where it has no memory for a value, and what is written behind that
//  would stand by itself.
static bool s_is_lost (const dataset_t *self)
{
    return self->no_memory || (self->loads && sqlite3_get_autocommit (self->db));
}

int store_step (dataset_t *self, sqlite3_stmt *statement, struct error *error)
{
    if (s_is_lost (self))
        return s_fail (self, SQLITE_NOMEM, error);
    int code = sqlite3_step (statement);
    return code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : s_fail (self, code, error);
}

uint64_t store_column_number (sqlite3_stmt *statement, int i)
{
    return (uint64_t) sqlite3_column_int64 (statement, i);
}

//  A value that is NULL, or for which there is no memory.
static void s_see (dataset_t *self, const void *value)
{
    self->no_memory = self->no_memory || (!value && sqlite3_errcode (self->db) == SQLITE_NOMEM);
}

struct text store_column_bytes (dataset_t *self, sqlite3_stmt *statement, int i)
{
    struct text text = {.at = sqlite3_column_blob (statement, i)};
    text.n = text.at ? (size_t) sqlite3_column_bytes (statement, i) : 0;
    s_see (self, text.at);
    return text;
}

const char *store_column_string (dataset_t *self, sqlite3_stmt *statement, int i)
{
    const char *text = (const char *) sqlite3_column_text (statement, i);
    s_see (self, text);
    return text ? text : "";
}

int dataset_begin (dataset_t *self, struct error *error)
{
    int rc = store_do (self, "BEGIN IMMEDIATE", error);
    self->loads = rc == DMH_OK;
    return rc;
}

int dataset_end (dataset_t *self, int rc, struct error *error)
{
    bool begun = self->loads;
    if (begun && rc == DMH_OK)
        rc = store_do (self, "COMMIT", error);
    self->loads = false;
    if (begun && rc != DMH_OK)
        sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

int store_do (dataset_t *self, const char *sql, struct error *error)
{
    if (s_is_lost (self))
        return s_fail (self, SQLITE_NOMEM, error);
    int code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? DMH_OK : s_fail (self, code, error);
}

int store_ask (dataset_t *self, const char *sql, uint64_t value, uint64_t *out, struct error *error)
{
    sqlite3_stmt *statement = store_prepare (self, sql, error);
    if (!statement)
        return error->code;
    store_number (statement, 1, value);
    int rc = store_step (self, statement, error);
    *out = rc == 1 ? store_column_number (statement, 0) : 0;
    store_finish (&statement);
    return rc < 0 ? rc : DMH_OK;
}

//  0, or what is wrong with a folder where a set is to begin.
static int s_expect_empty (const char *folder, struct error *error)
{
    int empty = folder_is_empty (folder);
    if (empty < 0)
        return error_set (error, DMH_IO, "%.300s cannot be read: %s", folder, strerror (errno));
    if (!empty)
        return error_set (error, DMH_CONFLICT,
                          "%.300s is there already and is no data set of dmh; give another folder", folder);
    return 0;
}

//  What waits for somebody, or is a folder, is no file of a set.
static int s_check_file (const char *path, struct error *error)
{
    struct stat about;
    if (stat (path, &about) != 0 || S_ISREG (about.st_mode))
        return 1;
    return error_set (error, DMH_CONFLICT,
                      "%.300s is no regular file, so this is no data set of dmh; give another folder", path);
}

//  Whether there is a set: 1; 0: nothing at all; else what is there is none, or of a later format.
static int s_find (const char *folder, struct error *error)
{
    char *manifest = NULL, *database = NULL, text[sizeof MANIFEST] = "";
    if (asprintf (&manifest, "%s/dataset.json", folder) < 0)
        manifest = NULL;
    if (asprintf (&database, "%s/dataset.sqlite", folder) < 0)
        database = NULL;
    int rc = manifest && database ? 1 : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == 1)
        rc = s_check_file (manifest, error);
    if (rc == 1)
        rc = s_check_file (database, error);
    FILE *file = rc == 1 ? fopen (manifest, "re") : NULL;
    if (file) {
        size_t n = fread (text, 1, sizeof text - 1, file);
        text[n] = 0;
        fclose (file);
        if (strcmp (text, MANIFEST) != 0)
            rc = error_set (error, DMH_UNSUPPORTED,
                            "%.300s is of a format that this dmh does not know; it was made by a later one",
                            manifest);
        //  The manifest is written last, so what it stands for was there.
        if (rc == 1 && access (database, F_OK) != 0)
            rc = error_set (
                error, DMH_MALFORMED,
                "%.300s is gone, and with it the records of the data set; put a copy in its place, or "
                "remove the folder and load its inputs again",
                database);
    } else if (rc == 1 &&
               access (database, F_OK) != 0)    //  made, but for its manifest, by a process that died
        rc = s_expect_empty (folder, error);
    free (manifest);
    free (database);
    return rc;
}

//  The last of what makes a set; one that is there stays.
static int s_put_manifest (void *context, FILE *file, struct error *error)
{
    (void) context;
    (void) error;
    fputs (MANIFEST, file);    //  what fails is found at its end
    return DMH_OK;
}

static int s_write_manifest (const char *folder, struct error *error)
{
    char *path = NULL;
    if (asprintf (&path, "%s/dataset.json", folder) < 0)
        return error_set (error, DMH_INTERNAL, "out of memory for the data set %s", folder);
    int rc = access (path, F_OK) == 0 ? DMH_OK : whole_file_write (path, s_put_manifest, NULL, error);
    free (path);
    return rc;
}

static int s_number (dataset_t *self, const char *sql, uint64_t *out, struct error *error)
{
    sqlite3_stmt *statement = store_prepare (self, sql, error);
    int rc = statement ? store_step (self, statement, error) : error->code;
    *out = rc == 1 ? store_column_number (statement, 0) : 0;
    store_finish (&statement);
    return rc < 0 ? rc : DMH_OK;
}

//  A database of something else stays as it is: it has tables, and not our mark.
static int s_check_owner (dataset_t *self, struct error *error)
{
    uint64_t application = 0, tables = 0;
    int rc = s_number (self, "PRAGMA application_id", &application, error);
    if (rc == DMH_OK)
        rc = s_number (self, "SELECT count (*) FROM sqlite_master", &tables, error);
    if (rc == DMH_OK && tables && application != APPLICATION)
        rc = error_set (error, DMH_CONFLICT,
                        "%.300s is a database of something else, not a data set of dmh; give another folder",
                        self->path);
    return rc;
}

//  Whether the set was complete once: its manifest is the last of it.
static int s_check_new (const dataset_t *self, const char *folder, struct error *error)
{
    char *path = NULL;
    if (asprintf (&path, "%s/dataset.json", folder) < 0)
        return error_set (error, DMH_INTERNAL, "out of memory for the data set %s", folder);
    int rc =
        access (path, F_OK) != 0
            ? DMH_OK
            : error_set (error, DMH_MALFORMED,
                         "%.300s has lost its tables; put a copy of the data set in its place, or remove "
                         "the folder and load its inputs again",
                         self->path);
    free (path);
    return rc;
}

//  The tables, in one transaction; another process may be at it.
static int s_make_tables (dataset_t *self, const char *folder, struct error *error)
{
    uint64_t version = 0;
    int rc = dataset_begin (self, error);
    if (rc == DMH_OK)
        rc = s_number (self, "PRAGMA user_version", &version, error);
    if (rc == DMH_OK && version > FORMAT)
        rc = error_set (error, DMH_UNSUPPORTED, "%.300s was made by a later dmh", self->path);
    if (rc == DMH_OK && version == 0)
        rc = s_check_new (self, folder, error);
    if (rc == DMH_OK && version == 0)
        rc = store_do (self, TABLES, error);
    if (rc == DMH_OK && version == 0)
        rc = store_do (self, "PRAGMA application_id = 1684891748; PRAGMA user_version = 1", error);
    return dataset_end (self, rc, error);
}

static int s_connect (dataset_t *self, const char *folder, uint64_t memory, struct error *error)
{
    char cache[80];
    if (asprintf (&self->path, "%s/dataset.sqlite", folder) < 0)
        self->path = NULL;
    if (!self->path)
        return error_set (error, DMH_INTERNAL, "out of memory");
    int file = open (self->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);    //  SQLite's files take its mode
    if (file < 0)
        return error_set (error, DMH_IO, "%.300s cannot be opened: %s", self->path, strerror (errno));
    close (file);
    int code = sqlite3_open_v2 (self->path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (code != SQLITE_OK)
        return s_fail (self, code, error);
    sqlite3_busy_handler (self->db, s_wait, self);
    snprintf (cache, sizeof cache, "PRAGMA cache_size = -%llu", (unsigned long long) (memory / KIB));
    int rc = store_do (self, cache, error);
    if (rc == DMH_OK)
        rc = s_check_owner (self, error);
    if (rc == DMH_OK)
        rc = store_do (self, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", error);
    return rc == DMH_OK ? s_make_tables (self, folder, error) : rc;
}

dataset_t *dataset_open (const char *folder, bool create, uint64_t memory, int interrupt, struct error *error)
{
    int rc = s_find (folder, error);
    if (rc == 0 && !create)
        rc = error_set (error, DMH_NOT_FOUND, "%.300s holds no data set of dmh", folder);
    dataset_t *self = rc < 0 ? NULL : calloc (1, sizeof *self);
    if (rc >= 0 && !self)
        error_set (error, DMH_INTERNAL, "out of memory for the data set %s", folder);
    if (!self)
        return NULL;
    self->interrupt = interrupt;
    rc = folder_make (folder, error);
    if (rc == DMH_OK)
        rc = s_connect (self, folder, memory, error);
    if (rc == DMH_OK)
        rc = s_write_manifest (folder, error);
    if (rc != DMH_OK)
        dataset_destroy (&self);
    return self;
}

int dataset_usable (const char *folder, int interrupt, struct error *error)
{
    dataset_t self = {.interrupt = interrupt};
    int rc = s_find (folder, error);
    if (rc <= 0)
        return rc;
    if (asprintf (&self.path, "%s/dataset.sqlite", folder) < 0)
        return error_set (error, DMH_INTERNAL, "out of memory");
    bool there = access (self.path, F_OK) == 0;
    int code = there ? sqlite3_open_v2 (self.path, &self.db, SQLITE_OPEN_READONLY, NULL) : SQLITE_OK;
    rc = code == SQLITE_OK ? DMH_OK : s_fail (&self, code, error);
    if (rc == DMH_OK && there) {
        sqlite3_busy_handler (self.db, s_wait, &self);
        rc = s_check_owner (&self, error);
    }
    sqlite3_close (self.db);
    free (self.path);
    return rc;
}

void dataset_destroy (dataset_t **self_p)
{
    dataset_t *self = *self_p;
    if (!self)
        return;
    sqlite3_close (self->db);
    free (self->path);
    free (self);
    *self_p = NULL;
}
