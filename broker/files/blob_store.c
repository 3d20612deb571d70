//  blob_store.c: see blob_store.h. Uploads hold a part's descriptor and the digest of what it has so far, so
//  that no byte is read again while its sender goes on.
#define _GNU_SOURCE
#include "broker/files/blob_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "messages/base/clock.h"
#include "messages/files/file.h"

#define PART ".part"
enum {
    PART_NAME_BYTES = DIGEST_HEX_BYTES + sizeof PART,
    READ_BYTES = 64 * 1024,
    FLUSH_BYTES =
        8 * 1024 * 1024    //  on their way to the disk at once, so that the sync at the end is short
};

//  Free while digest is NULL.
struct upload {
    char sha256[DIGEST_HEX_BYTES];
    digest_t *digest;    //  of the first `have` bytes
    int fd;
    uint64_t have, bytes, flushed;
    uint64_t used_at;    //  the blob_store's count of pieces
    time_t heard_at;
};

struct blob_store {
    int folder;
    uint64_t room, used, pieces;
    struct upload uploads[BLOB_STORE_UPLOADS_MAX];
};

static char *s_part (const char *sha256, char out[PART_NAME_BYTES])
{
    snprintf (out, PART_NAME_BYTES, "%s" PART, sha256);
    return out;
}

//  A file's time is that of its last use, see blob_store_list.
static void s_touch (const blob_store_t *self, const char *name)
{
    utimensat (self->folder, name, NULL, AT_SYMLINK_NOFOLLOW);
}

//  Its size, or -1 when it is no regular file or not there.
static int64_t s_size (const blob_store_t *self, const char *name)
{
    struct stat found;
    if (fstatat (self->folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG (found.st_mode))
        return -1;
    return found.st_size;
}

static int s_add (void *context, const struct blob_store_file *file)
{
    ((blob_store_t *) context)->used += file->bytes;
    return DMH_OK;
}

blob_store_t *blob_store_new (const char *folder, uint64_t room, struct error *error)
{
    blob_store_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory for the store of files");
        return NULL;
    }
    self->room = room;
    self->folder = -1;
    if (mkdir (folder, 0700) == 0 || errno == EEXIST)
        self->folder = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (self->folder < 0) {
        error_set (error, DMH_IO, "the folder %s for files cannot be used: %s", folder, strerror (errno));
        blob_store_destroy (&self);
    } else if (flock (self->folder, LOCK_EX | LOCK_NB) != 0) {
        error_set (error, DMH_IO, "the folder %s for files is in use by another broker; give --files-dir",
                   folder);
        blob_store_destroy (&self);
    } else if (blob_store_list (self, s_add, self, error) != DMH_OK)
        blob_store_destroy (&self);
    return self;
}

//  The part stays for its sender to go on; what was set aside beyond it is free again.
static void s_close (blob_store_t *self, struct upload *upload)
{
    if (!upload->digest)
        return;
    self->used -= upload->bytes - upload->have;
    close (upload->fd);
    digest_destroy (&upload->digest);
}

//  The part goes too.
static void s_drop (blob_store_t *self, struct upload *upload)
{
    char part[PART_NAME_BYTES];
    s_close (self, upload);
    if (unlinkat (self->folder, s_part (upload->sha256, part), 0) == 0)
        self->used -= upload->have;
}

void blob_store_destroy (blob_store_t **self_p)
{
    blob_store_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < BLOB_STORE_UPLOADS_MAX; i++)
        s_close (self, &self->uploads[i]);
    if (self->folder >= 0)
        close (self->folder);
    free (self);
    *self_p = NULL;
}

static struct upload *s_upload (blob_store_t *self, const char *sha256)
{
    for (size_t i = 0; i < BLOB_STORE_UPLOADS_MAX; i++)
        if (self->uploads[i].digest && strcmp (self->uploads[i].sha256, sha256) == 0)
            return &self->uploads[i];
    return NULL;
}

//  A free place; the one that was idle longest is made free when there is none.
static struct upload *s_place (blob_store_t *self)
{
    struct upload *idle = &self->uploads[0];
    for (size_t i = 0; i < BLOB_STORE_UPLOADS_MAX; i++) {
        if (!self->uploads[i].digest)
            return &self->uploads[i];
        if (self->uploads[i].used_at < idle->used_at)
            idle = &self->uploads[i];
    }
    s_close (self, idle);
    return idle;
}

void blob_store_rest (blob_store_t *self, time_t before)
{
    for (size_t i = 0; i < BLOB_STORE_UPLOADS_MAX; i++)
        if (self->uploads[i].heard_at < before)
            s_close (self, &self->uploads[i]);
}

//  Feeds what the part has. false: errno says why.
static bool s_read_part (struct upload *upload)
{
    char block[READ_BYTES];
    ssize_t got;
    while ((got = pread (upload->fd, block, sizeof block, (off_t) upload->have)) > 0) {
        digest_update (upload->digest, block, (size_t) got);
        upload->have += (uint64_t) got;
    }
    return got == 0;
}

static int s_disk (struct error *error, const char *what)
{
    return error_set (error, DMH_UNAVAILABLE, "the broker cannot %s a file: %s; try again later", what,
                      strerror (errno));
}

//  Opens the part, new or of before, and sets room aside. `had` bytes of it are counted already.
static int s_begin (blob_store_t *self, const char *sha256, uint64_t bytes, struct upload **out,
                    struct error *error)
{
    char part[PART_NAME_BYTES];
    int64_t size = s_size (self, s_part (sha256, part));
    uint64_t had = size > 0 ? (uint64_t) size : 0;
    if (had > bytes && unlinkat (self->folder, part, 0) == 0) {    //  nobody goes on with it
        self->used -= had;
        had = 0;
    }
    if (bytes <= self->room && self->used - had > self->room - bytes)
        blob_store_rest (self, (time_t) (clock_wall_ms () / 1000) - BLOB_STORE_IDLE_S);
    if (bytes > self->room || self->used - had > self->room - bytes)
        return error_set (error, DMH_TOO_LARGE,
                          "%" PRIu64 " bytes do not fit: the broker keeps files of %" PRIu64
                          " bytes at most (--files-bytes) and has %" PRIu64,
                          bytes, self->room, self->used);
    struct upload fresh = {.bytes = bytes, .digest = digest_new ()};
    memcpy (fresh.sha256, sha256, sizeof fresh.sha256);
    if (!fresh.digest)
        return error_set (error, DMH_INTERNAL, "out of memory for a file's checksum");
    fresh.fd = openat (self->folder, part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fresh.fd < 0 || !s_read_part (&fresh)) {
        int rc = s_disk (error, "keep");
        if (fresh.fd >= 0)
            close (fresh.fd);
        digest_destroy (&fresh.digest);
        return rc;
    }
    self->used += bytes - had;
    struct upload *upload = s_place (self);
    *upload = fresh;
    *out = upload;
    return DMH_OK;
}

//  What a failed write left behind is cut off.
static int s_write (struct upload *upload, const char *piece, size_t n, struct error *error)
{
    for (size_t at = 0; at < n;) {
        ssize_t put = pwrite (upload->fd, piece + at, n - at, (off_t) (upload->have + at));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            int rc = s_disk (error, "write");
            if (ftruncate (upload->fd, (off_t) upload->have) != 0)
                error_set (error, rc, "the broker cannot write a file nor cut it: %s", strerror (errno));
            return rc;
        }
        at += (size_t) put;
    }
    digest_update (upload->digest, piece, n);
    upload->have += n;
    if (upload->have - upload->flushed >= FLUSH_BYTES) {    //  a hint: what it answers says nothing
        sync_file_range (upload->fd, (off_t) upload->flushed, (off_t) (upload->have - upload->flushed),
                         SYNC_FILE_RANGE_WRITE);
        upload->flushed = upload->have;
    }
    return DMH_OK;
}

//  All bytes are there: right, synced and renamed, or gone.
static int s_finish (blob_store_t *self, struct upload *upload, struct error *error)
{
    char found[DIGEST_HEX_BYTES], part[PART_NAME_BYTES];
    if (strcmp (digest_hex (upload->digest, found), upload->sha256) != 0) {
        s_drop (self, upload);
        return error_set (error, DMH_CONFLICT, "the bytes have the SHA-256 %s; send the file again", found);
    }
    if (fsync (upload->fd) != 0 ||
        renameat (self->folder, s_part (upload->sha256, part), self->folder, upload->sha256) != 0) {
        int rc = s_disk (error, "keep");
        s_drop (self, upload);    //  after a failed fsync nobody knows what is on the disk
        return rc;
    }
    s_close (self, upload);
    if (fsync (self->folder) == 0)
        return DMH_OK;
    int rc = s_disk (error, "keep");
    if (unlinkat (self->folder, upload->sha256, 0) == 0)
        self->used -= upload->bytes;
    return rc;
}

int blob_store_put (blob_store_t *self, const char *sha256, uint64_t bytes, uint64_t offset,
                    const void *piece, size_t n, uint64_t *wanted, struct error *error)
{
    if (!file_is_sha256 (sha256) || bytes > INT64_MAX || offset > bytes || n > bytes - offset)
        return error_set (error, DMH_MALFORMED,
                          "a piece has to lie in its file, named by 64 hex digits in lower case");
    int64_t kept = s_size (self, sha256);
    if (kept >= 0 && (uint64_t) kept != bytes)
        return error_set (error, DMH_CONFLICT, "the file of this checksum has another size");
    if (kept >= 0) {
        s_touch (self, sha256);
        *wanted = bytes;
        return DMH_OK;
    }
    struct upload *upload = s_upload (self, sha256);
    int rc = upload ? DMH_OK : s_begin (self, sha256, bytes, &upload, error);
    if (rc != DMH_OK)
        return rc;
    if (upload->bytes != bytes)
        return error_set (error, DMH_CONFLICT, "a file of this checksum was said to have another size");
    upload->used_at = ++self->pieces;
    upload->heard_at = (time_t) (clock_wall_ms () / 1000);
    if (offset == upload->have && n)
        rc = s_write (upload, piece, n, error);
    uint64_t have = upload->have;
    if (rc == DMH_OK && have == bytes)
        rc = s_finish (self, upload, error);
    if (rc == DMH_OK)
        *wanted = have;
    return rc;
}

int blob_store_get (blob_store_t *self, const char *sha256, uint64_t offset, void *out, size_t n, size_t *got,
                    uint64_t *bytes, struct error *error)
{
    if (!file_is_sha256 (sha256))
        return error_set (error, DMH_MALFORMED, "a file is named by 64 hex digits in lower case");
    int fd = openat (self->folder, sha256, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat found;
    if (fd < 0 || fstat (fd, &found) != 0 || !S_ISREG (found.st_mode)) {
        bool absent = fd >= 0 || errno == ENOENT || errno == ELOOP;
        int rc = absent ? error_set (error, DMH_NOT_FOUND, "the broker has no file of this checksum")
                        : error_set (error, DMH_IO, "the broker cannot open a file: %s", strerror (errno));
        if (fd >= 0)
            close (fd);
        return rc;
    }
    int rc = DMH_IO;
    ssize_t count = -1;
    if (offset > (uint64_t) found.st_size)
        rc = error_set (error, DMH_MALFORMED, "the offset lies beyond the file's end");
    else if ((count = pread (fd, out, n, (off_t) offset)) < 0)
        error_set (error, rc, "the broker cannot read a file: %s", strerror (errno));
    else {
        *got = (size_t) count;
        *bytes = (uint64_t) found.st_size;
        rc = DMH_OK;
        if (offset == 0)
            s_touch (self, sha256);
    }
    close (fd);
    return rc;
}

int blob_store_remove (blob_store_t *self, const char *sha256, struct error *error)
{
    if (!file_is_sha256 (sha256))
        return error_set (error, DMH_MALFORMED, "a file is named by 64 hex digits in lower case");
    char part[PART_NAME_BYTES];
    const char *const NAMES[] = {sha256, s_part (sha256, part)};
    struct upload *upload = s_upload (self, sha256);
    if (upload)
        s_close (self, upload);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        int64_t size = s_size (self, NAMES[i]);
        if (size >= 0 && unlinkat (self->folder, NAMES[i], 0) == 0)
            self->used -= (uint64_t) size;
        else if (size >= 0)
            return error_set (error, DMH_IO, "a file cannot be removed: %s", strerror (errno));
    }
    return DMH_OK;
}

//  false: not one of ours.
static bool s_describe (const blob_store_t *self, const char *name, char sha256[DIGEST_HEX_BYTES],
                        struct blob_store_file *out)
{
    struct stat found;
    snprintf (sha256, DIGEST_HEX_BYTES, "%.64s", name);
    const char *rest = name + strlen (sha256);
    bool whole = *rest == 0;
    if (!file_is_sha256 (sha256) || (!whole && strcmp (rest, PART) != 0) ||
        fstatat (self->folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG (found.st_mode))
        return false;
    *out = (struct blob_store_file){sha256, (uint64_t) found.st_size, found.st_mtime, whole};
    return true;
}

int blob_store_list (blob_store_t *self, int (*tell) (void *context, const struct blob_store_file *file),
                     void *context, struct error *error)
{
    int fd = openat (self->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir (fd) : NULL;
    if (!folder) {
        int rc = error_set (error, DMH_IO, "the folder for files cannot be read: %s", strerror (errno));
        if (fd >= 0)
            close (fd);
        return rc;
    }
    int rc = DMH_OK;
    struct dirent *entry;
    while (rc == DMH_OK && (entry = readdir (folder)) != NULL) {
        char sha256[DIGEST_HEX_BYTES];
        struct blob_store_file file;
        if (s_describe (self, entry->d_name, sha256, &file))
            rc = tell (context, &file);
    }
    closedir (folder);
    return rc;
}

uint64_t blob_store_used (const blob_store_t *self)
{
    return self->used;
}
