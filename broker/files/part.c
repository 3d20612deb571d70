//  part.c: see part.h. The descriptor and the digest stay, so that no byte is read again while its sender
//  goes on.
#define _GNU_SOURCE
#include "broker/files/part.h"

#include "messages/keys/key.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define END ".part"
enum {
    READ_BYTES = 64 * 1024,
    FLUSH_BYTES =
        8 * 1024 * 1024    //  on their way to the disk at once, so that the sync at the end is short
};

void part_name (struct part *self, const char *sha256, const char *sender, uint64_t bytes)
{
    char said[KEY_TEXT_BYTES + 32], tag[DIGEST_HEX_BYTES];
    int n = snprintf (said, sizeof said, "%.40s %" PRIu64, sender ? sender : "", bytes);
    *self = (struct part){.bytes = bytes, .fd = -1};
    snprintf (self->sha256, sizeof self->sha256, "%s", sha256);
    digest_of (said, (size_t) n, tag);
    snprintf (self->name, sizeof self->name, "%.64s.%.*s" END, sha256, PART_TAG_DIGITS, tag);
}

bool part_is_end (const char *end)
{
    if (strcmp (end, END) == 0)
        return true;
    return *end == '.' && strspn (end + 1, "0123456789abcdef") == PART_TAG_DIGITS &&
           strcmp (end + 1 + PART_TAG_DIGITS, END) == 0;
}

int part_refused (struct error *error, const char *what)
{
    return error_set (error, DMH_UNAVAILABLE, "the broker cannot %s a file: %s; try again later", what,
                      strerror (errno));
}

//  Feeds what the part has. false: errno says why.
static bool s_read (struct part *self)
{
    char block[READ_BYTES];
    ssize_t got;
    while ((got = pread (self->fd, block, sizeof block, (off_t) self->have)) > 0) {
        digest_update (self->digest, block, (size_t) got);
        self->have += (uint64_t) got;
    }
    return got == 0;
}

int part_open (struct part *self, int folder, struct error *error)
{
    self->digest = digest_new ();
    if (!self->digest)
        return error_set (error, DMH_INTERNAL, "out of memory for a file's checksum");
    self->fd = openat (folder, self->name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (self->fd >= 0 && s_read (self)) {
        self->flushed = self->have;
        return DMH_OK;
    }
    int rc = part_refused (error, "keep");
    part_close (self);
    return rc;
}

//  What a failed write left behind is cut off.
int part_write (struct part *self, const void *piece, size_t n, struct error *error)
{
    for (size_t at = 0; at < n;) {
        ssize_t put = pwrite (self->fd, (const char *) piece + at, n - at, (off_t) (self->have + at));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            int rc = part_refused (error, "write");
            if (ftruncate (self->fd, (off_t) self->have) != 0)
                error_set (error, rc, "the broker cannot write a file nor cut it: %s", strerror (errno));
            return rc;
        }
        at += (size_t) put;
    }
    digest_update (self->digest, piece, n);
    self->have += n;
    if (self->have - self->flushed >= FLUSH_BYTES) {    //  a hint: what it answers says nothing
        sync_file_range (self->fd, (off_t) self->flushed, (off_t) (self->have - self->flushed),
                         SYNC_FILE_RANGE_WRITE);
        self->flushed = self->have;
    }
    return DMH_OK;
}

void part_close (struct part *self)
{
    if (self->fd >= 0)
        close (self->fd);
    self->fd = -1;
    digest_destroy (&self->digest);
}
