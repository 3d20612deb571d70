//  sqlite_backup.c: a copy of the open database, a few pages at a time. What changes meanwhile goes through
//  the same connection, so SQLite writes it into the copy as well, and the copy is what the store is when its
//  last page was copied. See store.h.
#define _GNU_SOURCE
#include "broker/store/sqlite_driver.h"

#include "messages/base/narrow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGES_A_STEP = 256 };    //  1 MiB

struct sqlite_backup {
    struct store_backup base;
    struct sqlite *store;
    sqlite3 *to;
    sqlite3_backup *steps;
    char *path;    //  which it has until it is open
    int fd;
    bool whole;
    uint64_t bytes;
};

static char *s_path (const struct sqlite *store)
{
    char *path = NULL;
    const char *file = sqlite3_db_filename (store->db, "main");
    return file && *file && asprintf (&path, "%s.copy-XXXXXX", file) > 0 ? path : NULL;
}

static int s_failed (const struct sqlite_backup *self, const char *why, struct error *error)
{
    return error_set (error, DMH_UNAVAILABLE, "the store cannot be copied to %.200s beside it: %s",
                      self->path ? self->path : "a file", why);
}

//  A fresh file for this user alone. It loses its name as soon as SQLite has it open: whatever ends this
//  process, nothing of it stays.
static int s_open (struct sqlite_backup *self, struct error *error)
{
    self->fd = mkostemp (self->path, O_CLOEXEC);
    if (self->fd < 0)
        return s_failed (self, strerror (errno), error);
    int opened = sqlite3_open_v2 (self->path, &self->to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    unlink (self->path);
    if (opened != SQLITE_OK ||
        sqlite3_exec (self->to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", NULL, NULL, NULL) !=
            SQLITE_OK ||
        !(self->steps = sqlite3_backup_init (self->to, "main", self->store->db, "main")))
        return s_failed (self, self->to ? sqlite3_errmsg (self->to) : "out of memory", error);
    return DMH_OK;
}

store_backup_t *sqlite_backup (store_t *store, struct error *error)
{
    struct sqlite *from = (struct sqlite *) store;
    const char *file = sqlite3_db_filename (from->db, "main");
    if (!file || !*file) {
        error_set (
            error, DMH_UNSUPPORTED,
            "the store is in memory, and there is nothing to keep; give the broker --store sqlite:PATH");
        return NULL;
    }
    struct sqlite_backup *self = calloc (1, sizeof *self);
    if (self) {
        self->fd = -1;
        self->store = from;
        self->path = s_path (from);
    }
    if (!self || !self->path) {
        error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
        free (self);
        return NULL;
    }
    if (s_open (self, error) == DMH_OK)
        return &self->base;
    sqlite_backup_end (&self->base);
    return NULL;
}

static int s_end_steps (struct sqlite_backup *self, struct error *error)
{
    struct stat about;
    int finished = sqlite3_backup_finish (self->steps);
    self->steps = NULL;
    if (finished != SQLITE_OK)
        return s_failed (self, sqlite3_errstr (finished), error);
    int closed = sqlite3_close (self->to);
    self->to = NULL;
    if (closed != SQLITE_OK)
        return s_failed (self, sqlite3_errstr (closed), error);
    if (fstat (self->fd, &about) != 0)
        return s_failed (self, strerror (errno), error);
    self->bytes = (uint64_t) about.st_size;
    self->whole = true;
    return DMH_OK;
}

int sqlite_backup_step (store_backup_t *backup, bool *whole, struct error *error)
{
    struct sqlite_backup *self = (struct sqlite_backup *) backup;
    if (!self->whole && sqlite3_get_autocommit (self->store->db)) {
        int stepped = sqlite3_backup_step (self->steps, PAGES_A_STEP);
        if (stepped != SQLITE_DONE && stepped != SQLITE_OK && stepped != SQLITE_BUSY &&
            stepped != SQLITE_LOCKED)
            return s_failed (self, sqlite3_errstr (stepped), error);
        int rc = stepped == SQLITE_DONE ? s_end_steps (self, error) : DMH_OK;
        if (rc != DMH_OK)
            return rc;
    }
    *whole = self->whole;
    return DMH_OK;
}

int sqlite_backup_read (store_backup_t *backup, uint64_t offset, void *to, size_t room, size_t *got,
                        uint64_t *bytes, struct error *error)
{
    struct sqlite_backup *self = (struct sqlite_backup *) backup;
    *bytes = self->bytes;
    *got = 0;
    if (offset >= self->bytes)
        return DMH_OK;
    ssize_t n = pread (self->fd, to, room, NARROW (off_t, offset));
    if (n <= 0)
        return error_set (error, DMH_UNAVAILABLE, "the copy of the store cannot be read: %s",
                          n < 0 ? strerror (errno) : "it was cut off");
    *got = (size_t) n;
    return DMH_OK;
}

void sqlite_backup_end (store_backup_t *backup)
{
    struct sqlite_backup *self = (struct sqlite_backup *) backup;
    sqlite3_backup_finish (self->steps);
    sqlite3_close (self->to);
    if (self->fd >= 0)
        close (self->fd);
    free (self->path);
    free (self);
}
