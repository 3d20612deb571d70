//  blob_store.c: see blob_store.h.
#define _GNU_SOURCE
#include "broker/files/blob_store.h"

#include "broker/files/owners.h"
#include "broker/files/part.h"
#include "broker/files/readings.h"
#include "messages/base/log.h"
#include "messages/files/file.h"

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

//  Free while its part is closed.
struct upload {
    struct part part;
    uint64_t used_at;    //  the blob_store's count of pieces
};

struct blob_store {
    int folder;
    uint64_t room, used, pieces;
    struct upload uploads[BLOB_STORE_UPLOADS_MAX];
    readings_t *readings;
    bool unsynced;    //  the folder was once not synced, so that a list may not be on the disk
};

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

static int s_add (void *context, const struct listing_file *file)
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
    self->readings = readings_new ();
    if (mkdir (folder, 0700) == 0 || errno == EEXIST)
        self->folder = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!self->readings) {
        error_set (error, DMH_INTERNAL, "out of memory for the store of files");
        blob_store_destroy (&self);
    } else if (self->folder < 0) {
        error_set (error, DMH_IO, "the folder %s for files cannot be used: %s", folder, strerror (errno));
        blob_store_destroy (&self);
    } else if (flock (self->folder, LOCK_EX | LOCK_NB) != 0) {
        error_set (error, DMH_IO, "the folder %s for files is in use by another broker; give --files-dir",
                   folder);
        blob_store_destroy (&self);
    } else if (blob_store_list (self, s_add, self, error) != DMH_OK)
        blob_store_destroy (&self);
    else
        owners_tidy (self->folder);
    return self;
}

//  The part goes too.
static void s_drop (blob_store_t *self, struct upload *upload)
{
    part_close (&upload->part);
    if (unlinkat (self->folder, upload->part.name, 0) == 0)
        self->used -= upload->part.have;
}

void blob_store_destroy (blob_store_t **self_p)
{
    blob_store_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < BLOB_STORE_UPLOADS_MAX; i++)
        if (self->uploads[i].part.digest)
            part_close (&self->uploads[i].part);
    readings_destroy (&self->readings);
    if (self->folder >= 0)
        close (self->folder);
    free (self);
    *self_p = NULL;
}

//  The one whose part has that name; NULL: it is not open.
static struct upload *s_upload (blob_store_t *self, const char *name)
{
    for (size_t i = 0; i < BLOB_STORE_UPLOADS_MAX; i++)
        if (self->uploads[i].part.digest && strcmp (self->uploads[i].part.name, name) == 0)
            return &self->uploads[i];
    return NULL;
}

//  A free place; the one that was idle longest is made free when there is none.
static struct upload *s_place (blob_store_t *self)
{
    struct upload *idle = &self->uploads[0];
    for (size_t i = 0; i < BLOB_STORE_UPLOADS_MAX; i++) {
        if (!self->uploads[i].part.digest)
            return &self->uploads[i];
        if (self->uploads[i].used_at < idle->used_at)
            idle = &self->uploads[i];
    }
    part_close (&idle->part);
    return idle;
}

static int s_no_room (const blob_store_t *self, uint64_t bytes, struct error *error)
{
    return error_set (error, DMH_TOO_LARGE,
                      "%" PRIu64 " bytes do not fit: the broker keeps files of %" PRIu64
                      " bytes at most (--files-bytes) and has %" PRIu64,
                      bytes, self->room, self->used);
}

//  Opens the part, new or of before, whose name is made; *out stays NULL for a new one of which nothing
//  `comes` yet. What does not fit now is not begun, though room is taken by what comes alone.
static int s_begin (blob_store_t *self, struct part *part, bool comes, struct upload **out,
                    struct error *error)
{
    int64_t size = s_size (self, part->name);
    uint64_t had = size > 0 ? (uint64_t) size : 0;
    if (had > part->bytes) {    //  nobody goes on with it
        if (unlinkat (self->folder, part->name, 0) != 0)
            return part_refused (error, "remove");
        self->used -= had;
        had = 0;
    }
    if (part->bytes > self->room || self->used - had > self->room - part->bytes)
        return s_no_room (self, part->bytes, error);
    if (size < 0 && !comes)
        return DMH_OK;
    int rc = part_open (part, self->folder, error);
    if (rc != DMH_OK)
        return rc;
    struct upload *upload = s_place (self);
    *upload = (struct upload){.part = *part};
    *out = upload;
    return DMH_OK;
}

//  Others may have filled the room meanwhile. Then the part goes, so that one of those who are sending gets
//  to its end.
static int s_write (blob_store_t *self, struct upload *upload, const struct blob_store_piece *piece,
                    struct error *error)
{
    if (self->used > self->room || piece->n > self->room - self->used) {
        s_drop (self, upload);
        return s_no_room (self, piece->bytes, error);
    }
    int rc = part_write (&upload->part, piece->at, piece->n, error);
    if (rc == DMH_OK)
        self->used += piece->n;
    return rc;
}

//  Whoever owned it before stays an owner: also nobody, of a file that was kept without a list. Where none
//  was kept the list is new, and on the disk before the file is, which would be nobody's without it.
static int s_own (blob_store_t *self, const struct blob_store_piece *piece, bool kept)
{
    if (!piece->sender)
        return 0;
    bool nobodys = kept && !owners_exist (self->folder, piece->sha256);
    const char *users[] = {nobodys ? "" : NULL, piece->owner ? piece->owner : piece->sender};
    if (!kept)
        owners_remove (self->folder, piece->sha256);
    int rc = owners_add (self->folder, piece->sha256, users, sizeof users / sizeof *users);
    return rc == 0 && !kept ? fsync (self->folder) : rc;
}

//  All bytes are there: right, synced, owned and renamed, or gone. The owner comes first: an owner of a file
//  that is not there does no harm, a file without one is lost to who sent it.
static int s_finish (blob_store_t *self, struct upload *upload, const struct blob_store_piece *piece,
                     struct error *error)
{
    char found[DIGEST_HEX_BYTES];
    if (strcmp (digest_hex (upload->part.digest, found), piece->sha256) != 0) {
        s_drop (self, upload);
        return error_set (error, DMH_CONFLICT, "the bytes have the SHA-256 %s; send the file again", found);
    }
    int64_t kept = s_size (self, piece->sha256);
    if (fsync (upload->part.fd) != 0) {
        int rc = part_refused (error, "keep");
        s_drop (self, upload);    //  nobody knows what is on the disk
        return rc;
    }
    if (s_own (self, piece, kept >= 0) != 0 ||
        renameat (self->folder, upload->part.name, self->folder, piece->sha256) != 0) {
        int rc = part_refused (error, "keep");
        part_close (&upload->part);    //  which stays; its digest is used up
        return rc;
    }
    self->used -= kept > 0 ? (uint64_t) kept : 0;
    part_close (&upload->part);
    readings_forget (self->readings, piece->sha256);
    if (fsync (self->folder) == 0)
        return DMH_OK;
    int rc = part_refused (error, "keep");
    self->unsynced = true;
    //  What was there before stays its owners'.
    if (kept < 0 && unlinkat (self->folder, piece->sha256, 0) == 0)
        self->used -= piece->bytes;
    return rc;
}

//  Whether nothing of it has to come any more, as far as the folder says.
static bool s_is_kept (const blob_store_t *self, const struct blob_store_piece *piece)
{
    int64_t kept = s_size (self, piece->sha256);
    return kept >= 0 && (uint64_t) kept == piece->bytes &&
           (!piece->sender || owners_include (self->folder, piece->sha256, piece->sender)) &&
           (!piece->owner || owners_include (self->folder, piece->sha256, piece->owner));
}

int blob_store_put (blob_store_t *self, const struct blob_store_piece *piece, uint64_t *wanted,
                    struct error *error)
{
    struct part part;
    uint64_t bytes = piece->bytes, offset = piece->offset;
    if (!file_is_sha256 (piece->sha256) || bytes > INT64_MAX || offset > bytes || piece->n > bytes - offset)
        return error_set (error, DMH_MALFORMED,
                          "a piece has to lie in its file, named by 64 hex digits in lower case");
    if (s_is_kept (self, piece)) {
        s_touch (self, piece->sha256);
        if (self->unsynced && (owners_renew (self->folder, piece->sha256) != 0 || fsync (self->folder) != 0))
            return part_refused (error, "keep");
        *wanted = bytes;
        return DMH_OK;
    }
    part_name (&part, piece->sha256, piece->sender, bytes);
    struct upload *upload = s_upload (self, part.name);
    int rc = upload ? DMH_OK : s_begin (self, &part, piece->n > 0 || bytes == 0, &upload, error);
    if (rc == DMH_OK && !upload)
        *wanted = 0;
    if (rc != DMH_OK || !upload)
        return rc;
    upload->used_at = ++self->pieces;
    if (offset == upload->part.have && piece->n)
        rc = s_write (self, upload, piece, error);
    uint64_t have = upload->part.have;
    if (rc == DMH_OK && have == bytes)
        rc = s_finish (self, upload, piece, error);
    if (rc == DMH_OK)
        *wanted = have;
    return rc;
}

static int s_io (const char *what, struct error *error)
{
    return error_set (error, DMH_IO, "the broker cannot %s: %s", what, strerror (errno));
}

static int s_no_name (struct error *error)
{
    return error_set (error, DMH_MALFORMED, "a file is named by 64 hex digits in lower case");
}

//  A file that is not there and one that is another's are told by the same sentence.
static int s_absent (struct error *error)
{
    return error_set (error, DMH_NOT_FOUND, "the broker has no file of this checksum for you");
}

static int s_unlink (blob_store_t *self, const char *name, struct error *error)
{
    int64_t size = s_size (self, name);
    if (size >= 0 && unlinkat (self->folder, name, 0) != 0)
        return s_io ("remove a file", error);
    uint64_t bytes = size > 0 ? (uint64_t) size : 0;    //  also of a file that somebody else put there
    self->used -= bytes < self->used ? bytes : self->used;
    return DMH_OK;
}

//  The file goes before its list: a list without a file does no harm.
static int s_remove_whole (blob_store_t *self, const char *sha256, struct error *error)
{
    int rc = s_unlink (self, sha256, error);
    if (rc == DMH_OK) {
        owners_remove (self->folder, sha256);
        readings_forget (self->readings, sha256);
    }
    return rc;
}

static int s_rotten (blob_store_t *self, const char *sha256, struct error *error)
{
    log_event (LOG_LEVEL_ERROR, "file.rotten", NULL, NULL, "sha256", sha256, NULL);
    int rc = s_remove_whole (self, sha256, error);
    return rc != DMH_OK
               ? rc
               : error_set (error, DMH_NOT_FOUND,
                            "the broker's disk has spoiled the file of this checksum, which is gone; "
                            "send it again");
}

int blob_store_get (blob_store_t *self, const char *sha256, const char *owner, uint64_t offset, void *out,
                    size_t n, size_t *got, uint64_t *bytes, struct error *error)
{
    if (!file_is_sha256 (sha256))
        return s_no_name (error);
    if (owner && !owners_include (self->folder, sha256, owner))
        return s_absent (error);
    int fd = openat (self->folder, sha256, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat found;
    if (fd < 0 || fstat (fd, &found) != 0 || !S_ISREG (found.st_mode)) {
        bool absent = fd >= 0 || errno == ENOENT || errno == ELOOP;
        int rc = absent ? s_absent (error) : s_io ("open a file", error);
        if (fd >= 0)
            close (fd);
        return rc;
    }
    int rc = DMH_IO;
    ssize_t count;
    if (offset > (uint64_t) found.st_size)
        rc = error_set (error, DMH_MALFORMED, "the offset lies beyond the file's end");
    else if ((count = pread (fd, out, n, (off_t) offset)) < 0)
        s_io ("read a file", error);
    else {
        *got = (size_t) count;
        *bytes = (uint64_t) found.st_size;
        rc = DMH_OK;
        if (offset == 0)
            s_touch (self, sha256);
    }
    close (fd);
    if (rc == DMH_OK && readings_follow (self->readings, sha256, owner ? owner : "", *bytes, offset, out,
                                         *got) == READING_WRONG)
        return s_rotten (self, sha256, error);
    return rc;
}

int blob_store_remove (blob_store_t *self, const char *sha256, struct error *error)
{
    return file_is_sha256 (sha256) ? s_remove_whole (self, sha256, error) : s_no_name (error);
}

int blob_store_disown (blob_store_t *self, const char *sha256, const char *owner, int64_t until,
                       struct error *error)
{
    struct stat found;
    bool left = false;
    if (!file_is_sha256 (sha256))
        return s_no_name (error);
    if (fstatat (self->folder, sha256, &found, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? DMH_OK : s_io ("look at a file", error);
    if (listing_used_at (&found) > until || !owners_include (self->folder, sha256, owner))
        return DMH_OK;
    if (owners_leave (self->folder, sha256, owner, &left) != 0)
        return s_io ("change a file's owners", error);
    return left ? DMH_OK : s_remove_whole (self, sha256, error);
}

int blob_store_drop (blob_store_t *self, const struct listing_file *file, struct error *error)
{
    if (file->whole)
        return s_remove_whole (self, file->sha256, error);
    struct upload *upload = s_upload (self, file->name);
    if (upload)
        part_close (&upload->part);
    return s_unlink (self, file->name, error);
}

int blob_store_list (blob_store_t *self, listing_tell *tell, void *context, struct error *error)
{
    return listing_each (self->folder, tell, context, error);
}

int blob_store_sync (blob_store_t *self, struct error *error)
{
    return fsync (self->folder) == 0 ? DMH_OK : s_io ("sync the folder of its files", error);
}

uint64_t blob_store_used (const blob_store_t *self)
{
    return self->used;
}
