//  output_file.c: see output_file.h.
#define _GNU_SOURCE
#include "worker/output/output_file.h"

#include "worker/encoders/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BUFFER_BYTES = 256 * 1024, WRITE_BEHIND_BYTES = 8 * 1024 * 1024 };

struct output_file {
    int fd;
    char *folder, *name;
    digest_t *digest;
    uint64_t bytes;
    uint64_t started;                //  bytes whose way to the disk has begun
    struct output_budget *budget;    //  borrowed; NULL: there is none
    struct error failure;
    bool unsynced;
    size_t used;
    char buffer[BUFFER_BYTES];
};

static _Atomic (ssize_t (*) (int, const void *, size_t)) s_write_call = write;
static _Atomic (int (*) (int)) s_fsync_call = fsync;

void output_replace (ssize_t (*write_call) (int, const void *, size_t), int (*fsync_call) (int))
{
    atomic_store (&s_write_call, write_call ? write_call : write);
    atomic_store (&s_fsync_call, fsync_call ? fsync_call : fsync);
}

int output_refuse (const char *folder, const char *name, const char *what, int number, struct error *error)
{
    const char *advice = "";
    if (number == ENOSPC || number == EDQUOT)
        advice = "; free some space or choose another folder";
    else if (number == EFBIG)
        advice = "; raise the limit on the size of files (ulimit -f)";
    else if (number == EACCES || number == EPERM || number == EROFS)
        advice = "; choose a folder that this user may write to";
    return error_set (error, DMH_IO, "%s/%s cannot be %s: %s%s", folder, name, what, strerror (number),
                      advice);
}

//  Without the buffer, which is written before it is read.
static output_file_t *s_new (void)
{
    output_file_t *self = malloc (sizeof *self);
    if (self)
        memset (self, 0, offsetof (output_file_t, buffer));
    return self;
}

output_file_t *output_new (const char *folder, const char *name, struct error *error)
{
    output_file_t *self = s_new ();
    char *path = NULL;
    if (!self || asprintf (&path, "%s/%s", folder, name) < 0) {
        error_set (error, DMH_INTERNAL, "out of memory while creating %s", name);
        free (self);
        return NULL;
    }
    self->fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int number = errno;
    self->folder = strdup (folder);
    self->name = strdup (name);
    self->digest = digest_new ();
    if (self->fd < 0) {
        output_refuse (folder, name, "created", number, error);
        output_destroy (&self);
    } else if (!self->folder || !self->name || !self->digest) {
        error_set (error, DMH_INTERNAL, "out of memory while creating %s", name);
        output_destroy (&self);
    }
    free (path);
    return self;
}

void output_destroy (output_file_t **self_p)
{
    output_file_t *self = *self_p;
    if (!self)
        return;
    if (self->fd >= 0)
        close (self->fd);
    digest_destroy (&self->digest);
    free (self->folder);
    free (self->name);
    free (self);
    *self_p = NULL;
}

void output_share (output_file_t *self, struct output_budget *budget)
{
    self->budget = budget;
}

void output_leave_unsynced (output_file_t *self, bool unsynced)
{
    self->unsynced = unsynced;
}

bool output_budget_spend (struct output_budget *self, uint64_t bytes)
{
    if (bytes > self->most - self->used)
        return false;
    self->used += bytes;
    return true;
}

static void s_put (output_file_t *self, const char *bytes, size_t n)
{
    if (self->failure.code == DMH_OK && self->budget && !output_budget_spend (self->budget, n))
        output_fail (self, DMH_TOO_LARGE, self->budget->sentence);
    if (self->failure.code != DMH_OK)
        return;
    digest_update (self->digest, bytes, n);
    self->bytes += n;
    while (n > 0) {
        ssize_t rc = atomic_load (&s_write_call) (self->fd, bytes, n);
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc < 0) {
            output_refuse (self->folder, self->name, "written", errno, &self->failure);
            return;
        }
        bytes += rc;
        n -= (size_t) rc;
    }
    //  The disk works while records are harmonized, so that the fsync at the end finds little left. Only a
    //  hint: no error counts.
    if (self->bytes - self->started >= WRITE_BEHIND_BYTES) {
        sync_file_range (self->fd, (off_t) self->started, (off_t) (self->bytes - self->started),
                         SYNC_FILE_RANGE_WRITE);
        self->started = self->bytes;
    }
}

static void s_flush (output_file_t *self)
{
    size_t n = self->used;
    self->used = 0;
    if (n)
        s_put (self, self->buffer, n);
}

void output_write (output_file_t *self, const char *bytes, size_t n)
{
    if (n > sizeof self->buffer - self->used)
        s_flush (self);
    if (n > sizeof self->buffer) {
        s_put (self, bytes, n);
        return;
    }
    if (n)
        memcpy (self->buffer + self->used, bytes, n);
    self->used += n;
}

void output_text (output_file_t *self, const char *string)
{
    output_write (self, string, strlen (string));
}

void output_csv (output_file_t *self, struct text field)
{
    char small[1024];
    size_t room = 2 * field.n + 2;
    char *at = room <= sizeof small ? small : malloc (room);
    if (!at) {
        error_set (&self->failure, DMH_INTERNAL, "out of memory while writing %s", self->name);
        return;
    }
    char *end = escape_csv (at, field);
    output_write (self, at, (size_t) (end - at));
    if (at != small)
        free (at);
}

void output_number (output_file_t *self, uint64_t number)
{
    char digits[24];
    int n = snprintf (digits, sizeof digits, "%llu", (unsigned long long) number);
    output_write (self, digits, (size_t) n);
}

int output_document (output_file_t *self, const json_writer_t *document, struct error *error)
{
    size_t n;
    const char *text = json_writer_text (document, &n);
    if (!text)
        return error_set (error, DMH_INTERNAL, "out of memory while writing %s", self->name);
    output_write (self, text, n);
    return DMH_OK;
}

void output_fail (output_file_t *self, int code, const char *sentence)
{
    if (self->failure.code == DMH_OK)
        error_set (&self->failure, code, "%s", sentence);
}

int output_check (const output_file_t *self, struct error *error)
{
    if (self->failure.code != DMH_OK && error)
        *error = self->failure;
    return self->failure.code;
}

int output_finish (output_file_t *self, uint64_t records, struct output *out, struct error *error)
{
    s_flush (self);
    if (self->failure.code == DMH_OK && !self->unsynced && atomic_load (&s_fsync_call) (self->fd) != 0)
        output_refuse (self->folder, self->name, "written to disk", errno, &self->failure);
    if (output_check (self, error) != DMH_OK)
        return self->failure.code;
    *out = (struct output){.bytes = self->bytes, .records = records};
    snprintf (out->name, sizeof out->name, "%s", self->name);
    digest_hex (self->digest, out->sha256);
    return DMH_OK;
}

int output_restart (output_file_t *self, struct error *error)
{
    if (self->budget)
        self->budget->used -= self->bytes;
    self->used = 0;
    self->bytes = self->started = 0;
    digest_reset (self->digest);
    if (self->failure.code == DMH_OK && (ftruncate (self->fd, 0) != 0 || lseek (self->fd, 0, SEEK_SET) != 0))
        output_refuse (self->folder, self->name, "emptied", errno, &self->failure);
    return output_check (self, error);
}

int output_take (const char *folder, const char *name, uint64_t records, struct output *out,
                 struct error *error)
{
    char *path = NULL;
    if (asprintf (&path, "%s/%s", folder, name) < 0)
        return error_set (error, DMH_INTERNAL, "out of memory while writing %s", name);
    struct output taken = {.records = records};
    int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int rc = fd < 0 ? output_refuse (folder, name, "read", errno, error) : DMH_OK;
    if (rc == DMH_OK && atomic_load (&s_fsync_call) (fd) != 0)
        rc = output_refuse (folder, name, "written to disk", errno, error);
    if (rc == DMH_OK)
        rc = digest_of_fd (fd, path, taken.sha256, &taken.bytes, error);
    snprintf (taken.name, sizeof taken.name, "%s", name);
    if (rc == DMH_OK)
        *out = taken;
    if (fd >= 0)
        close (fd);
    free (path);
    return rc;
}
