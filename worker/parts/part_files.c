//  part_files.c: see part_files.h. Behind the rest stands the XXH3 of all before it: as these files do not
//  come to the disk before they are used, a host that falls may leave some of one.
#define _GNU_SOURCE
#define XXH_INLINE_ALL
#include "worker/parts/part_files.h"

#include "messages/version.h"
#include "worker/output/tally_codec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#define HEAD_OF_CUT "dmh-cut/3 " DMH_VERSION
#define HEAD_OF_FINDING "dmh-part/3 " DMH_VERSION
enum { PARTS_MOST = 10000, FILE_BYTES_MOST = 256 * 1024 * 1024 };

static int s_write (struct packer *packer, const char *folder, const char *name, struct output *out,
                    struct error *error)
{
    XXH64_hash_t hash = XXH3_64bits (packer->to.at, packer->to.used);
    pack_bytes (packer, &hash, sizeof hash);
    if (packer->failed)
        return error_set (error, DMH_INTERNAL, "out of memory for %s", name);
    output_file_t *file = output_new (folder, name, error);
    if (!file)
        return error->code;
    output_leave_unsynced (file, true);
    output_write (file, packer->to.at, packer->to.used);
    int rc = output_finish (file, 0, out, error);
    output_destroy (&file);
    return rc;
}

static int s_foreign (const char *path, struct error *error)
{
    return error_set (error, DMH_UNSUPPORTED, "%s was not written by dmh " DMH_VERSION, path);
}

static int s_damaged (const char *path, struct error *error)
{
    return error_set (error, DMH_MALFORMED, "%s is damaged: it is not what was written", path);
}

//  All of a regular file that is no larger than such a one may be.
static int s_slurp (const char *path, struct buffer *bytes, struct error *error)
{
    struct stat about;
    ssize_t got = 0;
    int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    bool good = fd >= 0 && fstat (fd, &about) == 0;
    if (good && (!S_ISREG (about.st_mode) || about.st_size > FILE_BYTES_MOST)) {
        close (fd);
        return s_foreign (path, error);
    }
    int rc = DMH_OK;
    if (good && buffer_reserve (bytes, (size_t) about.st_size + 1) != 0)
        rc = error_set (error, DMH_INTERNAL, "out of memory for %s", path);
    while (good && rc == DMH_OK && bytes->used < (size_t) about.st_size) {
        got = read (fd, bytes->at + bytes->used, (size_t) about.st_size - bytes->used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        bytes->used += (size_t) got;
    }
    if (rc == DMH_OK && (!good || got < 0))
        rc = error_set (error, DMH_IO, "%s cannot be read: %s", path, strerror (errno));
    if (fd >= 0)
        close (fd);
    return rc;
}

//  The whole file behind its head. `bytes` is freed by the caller in any case.
static int s_read (const char *path, const char *head, struct buffer *bytes, struct packed *from,
                   struct error *error)
{
    int rc = s_slurp (path, bytes, error);
    size_t n;
    XXH64_hash_t hash;
    if (rc != DMH_OK)
        return rc;
    *from = (struct packed){bytes->at, bytes->at + bytes->used, false};
    const char *found = packed_text (from, &n);
    if (!found || n != strlen (head) || memcmp (found, head, n) != 0)
        return s_foreign (path, error);
    if ((size_t) (from->end - from->at) < sizeof hash)
        return s_damaged (path, error);
    from->end -= sizeof hash;
    memcpy (&hash, from->end, sizeof hash);
    return XXH3_64bits (bytes->at, bytes->used - sizeof hash) == hash ? DMH_OK : s_damaged (path, error);
}

int input_cut_write (const struct input_cut *self, const char *folder, struct output *out,
                     struct error *error)
{
    struct packer packer = {.failed = false};
    pack_text (&packer, HEAD_OF_CUT, strlen (HEAD_OF_CUT));
    pack_number (&packer, self->cut);
    pack_text (&packer, self->why, strlen (self->why));
    pack_text (&packer, self->sha256, strlen (self->sha256));
    pack_number (&packer, self->bytes);
    pack_number (&packer, self->head);
    pack_number (&packer, self->head_hash);
    pack_number (&packer, (uint64_t) self->written_at);
    pack_text (&packer, self->etag, strlen (self->etag));
    pass_settings_pack (&self->settings, &packer);
    pack_number (&packer, self->count);
    for (size_t i = 0; i < self->count; i++) {
        pack_number (&packer, self->parts[i].at);
        pack_number (&packer, self->parts[i].bytes);
        pack_number (&packer, self->parts[i].line);
        pack_number (&packer, self->parts[i].hash);
    }
    int rc = s_write (&packer, folder, CUT_FILE, out, error);
    free (packer.to.at);
    return rc;
}

static void s_unpack_string (char *to, size_t size, struct packed *from)
{
    size_t n;
    const char *at = packed_text (from, &n);
    if (n >= size || (at && memchr (at, 0, n)))
        from->bad = true;
    else if (at)
        memcpy (to, at, n);
}

//  Empty where another file tells it.
static void s_unpack_sha256 (char to[DIGEST_HEX_BYTES], struct packed *from)
{
    s_unpack_string (to, DIGEST_HEX_BYTES, from);
    if (*to && strspn (to, "0123456789abcdef") != DIGEST_HEX_BYTES - 1)
        from->bad = true;
}

static int s_unpack_parts (struct input_cut *self, struct packed *from)
{
    size_t count = (size_t) packed_number_most (from, PARTS_MOST);
    self->parts = calloc (count + 1, sizeof *self->parts);
    if (!self->parts)
        return -1;
    for (; self->count < count; self->count++) {
        struct text_part *part = &self->parts[self->count];
        part->at = packed_number_most (from, self->bytes);
        part->bytes = packed_number_most (from, self->bytes - part->at);
        part->line = packed_number (from);
        part->hash = packed_number (from);
    }
    return 0;
}

int input_cut_read (struct input_cut *self, const char *path, struct error *error)
{
    struct buffer bytes = {.at = NULL};
    struct packed from;
    int rc = s_read (path, HEAD_OF_CUT, &bytes, &from, error);
    if (rc == DMH_OK) {
        self->cut = packed_number_most (&from, 1);
        s_unpack_string (self->why, sizeof self->why, &from);
        s_unpack_sha256 (self->sha256, &from);
        self->bytes = packed_number (&from);
        self->head = packed_number (&from);
        self->head_hash = packed_number (&from);
        self->written_at = (int64_t) packed_number (&from);
        s_unpack_string (self->etag, sizeof self->etag, &from);
        if (pass_settings_unpack (&self->settings, &from) != 0 || s_unpack_parts (self, &from) != 0)
            rc = error_set (error, DMH_INTERNAL, "out of memory for %s", path);
        else if (!packed_is_whole (&from))
            rc = s_foreign (path, error);
    }
    free (bytes.at);
    return rc;
}

void input_cut_clear (struct input_cut *self)
{
    pass_settings_clear (&self->settings);
    free (self->parts);
    *self = (struct input_cut){.cut = false};
}

void part_file_name (char out[PART_NAME_BYTES], const char *task, uint64_t part, const char *ending)
{
    snprintf (out, PART_NAME_BYTES, "%.20s-%llu.%.20s", task, (unsigned long long) part, ending);
}

static void s_pack_judgement (const struct range_judgement *self, struct packer *to)
{
    pack_number (to, self != NULL);
    if (!self)
        return;
    pack_number (to, self->judged);
    pack_number (to, self->count);
    pack_bytes (to, &self->sum, sizeof self->sum);
    pack_bytes (to, &self->hash, sizeof self->hash);
}

int part_finding_write (const struct part_sink *sink, const struct part_saying *saying, const char *folder,
                        const char *name, struct output *out, struct error *error)
{
    const struct key_directory nowhere = {.ranges = 0};
    struct packer packer = {.failed = false}, names = {.failed = false};
    const char *unknown;
    pack_text (&packer, HEAD_OF_FINDING, strlen (HEAD_OF_FINDING));
    pack_number (&packer, saying->state);
    pack_text (&packer, saying->sha256, strlen (saying->sha256));
    s_pack_judgement (saying->judgement, &packer);
    key_directory_pack (saying->keys ? saying->keys : &nowhere, &packer);
    if (saying->state == PART_HAS_BLOCKS) {
        pack_number (&packer, sink->block_count);
        pack_number (&packer, sink->first_line);
        pack_number (&packer, sink->counts.read);
        pack_number (&packer, sink->counts.rejected);
        if (sink->begun)
            tally_pack (&sink->tally, &packer);
        for (size_t i = 0; sink->begun && (unknown = unknown_names_at (sink->unknown, i)); i++)
            pack_bytes (&names, unknown, strlen (unknown) + 1);
        pack_text (&packer, names.to.at, names.to.used);
    }
    packer.failed = packer.failed || names.failed;
    int rc = s_write (&packer, folder, name, out, error);
    free (packer.to.at);
    free (names.to.at);
    return rc;
}

static void s_unpack_judgement (struct part_finding *self, struct packed *from)
{
    struct range_judgement *judgement = &self->judgement;
    self->judges = packed_number_most (from, 1);
    if (!self->judges)
        return;
    judgement->judged = packed_number (from);
    judgement->count = packed_number_most (from, judgement->judged);
    const char *bytes = packed_bytes (from, sizeof judgement->sum + sizeof judgement->hash);
    if (!bytes)
        return;
    memcpy (&judgement->sum, bytes, sizeof judgement->sum);
    memcpy (&judgement->hash, bytes + sizeof judgement->sum, sizeof judgement->hash);
}

static int s_unpack_finding (struct part_finding *self, struct packed *from)
{
    self->state = (enum part_state) packed_number_most (from, PART_UNCUT);
    s_unpack_sha256 (self->sha256, from);
    s_unpack_judgement (self, from);
    if (key_directory_unpack (&self->keys, from) != 0)
        return -1;
    if (self->state != PART_HAS_BLOCKS)
        return 0;
    size_t n;
    self->block_count = packed_number (from);
    self->first_line = packed_number (from);
    self->read = packed_number (from);
    self->rejected = packed_number_most (from, self->read);
    if (self->block_count)
        tally_unpack (&self->tally, from);
    const char *names = packed_text (from, &n);
    if (n && names[n - 1] != 0)
        from->bad = true;
    if (n == 0 || from->bad)
        return 0;
    if (buffer_reserve (&self->names, n) != 0)
        return -1;
    memcpy (self->names.at, names, n);
    self->names.used = n;
    return 0;
}

int part_finding_read (struct part_finding *self, size_t field_count, const char *path, struct error *error)
{
    struct buffer bytes = {.at = NULL};
    struct packed from;
    int rc = s_read (path, HEAD_OF_FINDING, &bytes, &from, error);
    if (rc == DMH_OK && (tally_init (&self->tally, field_count) != 0 || s_unpack_finding (self, &from) != 0))
        rc = error_set (error, DMH_INTERNAL, "out of memory for %s", path);
    if (rc == DMH_OK && !packed_is_whole (&from))
        rc = s_foreign (path, error);
    free (bytes.at);
    return rc;
}

void part_finding_clear (struct part_finding *self)
{
    tally_clear (&self->tally);
    key_directory_clear (&self->keys);
    free (self->names.at);
    *self = (struct part_finding){.state = PART_HAS_BLOCKS};
}
