//  reference.c: see reference.h. A view keeps the bases around the place that was asked for last: records of
//  one region ask for the same ones.
#define _GNU_SOURCE
#include "worker/formats/reference/reference.h"

#include "worker/formats/reference/blocks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW_BYTES = BLOCK_TEXT_BYTES, FAI_BYTES_MAX = 256 * 1024 * 1024 };

struct reference {
    int fd;
    char *name;
    uint64_t bytes;
    blocks_t *blocks;    //  NULL: it is not packed
    fasta_index_t *index;
    char sha256[DIGEST_HEX_BYTES];
};

struct reference_view {
    const reference_t *reference;
    struct error error;
    //  Text of the file as it was read last, which begins at `text_begin`.
    uint64_t text_begin;
    size_t text_n;
    //  Bases of a sequence.
    int sequence;    //  -1: none
    uint64_t begin;
    size_t n;
    char text[WINDOW_BYTES], bases[WINDOW_BYTES];
};

static const char BASE[256] = {
    ['A'] = 'A', ['C'] = 'C', ['G'] = 'G', ['T'] = 'T', ['a'] = 'A', ['c'] = 'C', ['g'] = 'G', ['t'] = 'T'};

static int s_text (const reference_t *self, uint64_t at, char *to, uint64_t *begin, size_t *n,
                   struct error *error)
{
    if (self->blocks)
        return blocks_read (self->blocks, at, to, begin, n, error);
    ssize_t rc;
    do
        rc = pread (self->fd, to, WINDOW_BYTES, (off_t) at);
    while (rc < 0 && errno == EINTR);
    if (rc < 0)
        return error_set (error, DMH_IO, "%s cannot be read: %s", self->name, strerror (errno));
    *begin = at;
    *n = (size_t) rc;
    return DMH_OK;
}

//  All of a small file, yours to free.
static char *s_slurp (const char *path, const char *name, size_t *n, struct error *error)
{
    char *text = NULL;
    struct stat info;
    int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat (fd, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size > FAI_BYTES_MAX)
        error_set (error, DMH_BAD_INPUT, "the index of %s cannot be read", name);
    else if (!(text = malloc ((size_t) info.st_size + 1)))
        error_set (error, DMH_INTERNAL, "out of memory for the index of %s", name);
    size_t got = 0, size = text ? (size_t) info.st_size : 0;
    while (got < size) {
        ssize_t rc = read (fd, text + got, size - got);
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc <= 0)
            break;
        got += (size_t) rc;
    }
    if (fd >= 0)
        close (fd);
    *n = got;
    return text;
}

static int s_read_index (reference_t *self, const char *fai, struct error *error)
{
    size_t n = 0;
    char *text = s_slurp (fai, self->name, &n, error);
    if (!text)
        return error->code;
    uint64_t bytes = self->blocks ? blocks_text_bytes (self->blocks) : self->bytes;
    int rc = fasta_index_read (self->index, (struct text){text, n}, bytes, self->name, error);
    free (text);
    return rc;
}

static int s_make_index (reference_t *self, struct error *error)
{
    char *text = malloc (WINDOW_BYTES);
    if (!text)
        return error_set (error, DMH_INTERNAL, "out of memory for the index of %s", self->name);
    int rc = DMH_OK;
    size_t n = 1;
    for (uint64_t at = 0, begin; rc == DMH_OK && n; at += n) {
        rc = s_text (self, at, text, &begin, &n, error);
        if (rc == DMH_OK)
            rc = fasta_index_feed (self->index, text, n, self->name, error);
    }
    free (text);
    return rc == DMH_OK ? fasta_index_end (self->index, self->name, error) : rc;
}

static int s_identify (reference_t *self, struct error *error)
{
    digest_t *digest = digest_new ();
    if (!digest)
        return error_set (error, DMH_INTERNAL, "out of memory for the index of %s", self->name);
    for (size_t i = 0; i < fasta_index_count (self->index); i++) {
        const struct fasta_sequence *sequence = fasta_index_at (self->index, i);
        char length[32];
        int n = snprintf (length, sizeof length, "\t%llu\n", (unsigned long long) sequence->length);
        digest_update (digest, sequence->name.at, sequence->name.n);
        digest_update (digest, length, (size_t) n);
    }
    digest_hex (digest, self->sha256);
    digest_destroy (&digest);
    return DMH_OK;
}

static int s_open (reference_t *self, const char *path, const char *fai, struct error *error)
{
    struct stat info;
    unsigned char magic[2];
    self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (self->fd < 0)
        return error_set (error, errno == ENOENT || errno == ENOTDIR ? DMH_NOT_FOUND : DMH_BAD_INPUT,
                          "the reference %s cannot be opened: %s", self->name, strerror (errno));
    if (fstat (self->fd, &info) != 0 || !S_ISREG (info.st_mode))
        return error_set (error, DMH_BAD_INPUT, "the reference %s is not a regular file", self->name);
    self->bytes = (uint64_t) info.st_size;
    if (pread (self->fd, magic, sizeof magic, 0) == sizeof magic && magic[0] == 31 && magic[1] == 139 &&
        !(self->blocks = blocks_new (self->fd, self->name, error)))
        return error->code;
    self->index = fasta_index_new ();
    if (!self->index)
        return error_set (error, DMH_INTERNAL, "out of memory for the index of %s", self->name);
    int rc = fai ? s_read_index (self, fai, error) : s_make_index (self, error);
    return rc == DMH_OK ? s_identify (self, error) : rc;
}

reference_t *reference_new (const char *path, const char *fai, const char *name, struct error *error)
{
    reference_t *self = calloc (1, sizeof *self);
    if (self) {
        self->fd = -1;
        self->name = strdup (name);
    }
    if (!self || !self->name) {
        error_set (error, DMH_INTERNAL, "out of memory while opening %s", name);
        reference_destroy (&self);
    } else if (s_open (self, path, fai, error) != DMH_OK)
        reference_destroy (&self);
    return self;
}

void reference_destroy (reference_t **self_p)
{
    reference_t *self = *self_p;
    if (!self)
        return;
    fasta_index_destroy (&self->index);
    blocks_destroy (&self->blocks);
    if (self->fd >= 0)
        close (self->fd);
    free (self->name);
    free (self);
    *self_p = NULL;
}

const char *reference_name (const reference_t *self)
{
    return self->name;
}

uint64_t reference_bytes (const reference_t *self)
{
    return self->bytes;
}

const fasta_index_t *reference_index (const reference_t *self)
{
    return self->index;
}

const char *reference_sha256 (const reference_t *self)
{
    return self->sha256;
}

reference_view_t *reference_view_new (const reference_t *reference)
{
    reference_view_t *self = calloc (1, sizeof *self);
    if (self) {
        self->reference = reference;
        self->sequence = -1;
    }
    return self;
}

void reference_view_destroy (reference_view_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

//  Takes bases from the text at `at` on into the window, up to `most`.
static int s_take (reference_view_t *self, const struct fasta_sequence *sequence, uint64_t from, size_t most)
{
    uint64_t at =
        sequence->offset + from / sequence->line_bases * sequence->line_bytes + from % sequence->line_bases;
    uint64_t column = from % sequence->line_bases;
    if (at < self->text_begin || at >= self->text_begin + self->text_n) {
        int rc = s_text (self->reference, at, self->text, &self->text_begin, &self->text_n, &self->error);
        if (rc != DMH_OK)
            return rc;
    }
    if (at < self->text_begin || at >= self->text_begin + self->text_n)
        return error_set (&self->error, DMH_BAD_INPUT, "the reference %s is shorter than its index says",
                          self->reference->name);
    size_t i = (size_t) (at - self->text_begin);
    while (i < self->text_n && self->n < most) {
        if (column < sequence->line_bases) {
            char base = BASE[(unsigned char) self->text[i]];
            self->bases[self->n++] = base ? base : 'N';
        }
        i++;
        if (++column == sequence->line_bytes)
            column = 0;
    }
    return DMH_OK;
}

//  Makes the window one of bases from `from` on, and some before them, as alignment goes to the left.
static int s_fill (reference_view_t *self, int at, uint64_t from)
{
    enum { BEFORE = 1024 };
    const struct fasta_sequence *sequence = fasta_index_at (self->reference->index, (size_t) at);
    self->sequence = -1;
    self->begin = from > BEFORE ? from - BEFORE : 0;
    self->n = 0;
    size_t most = sequence->length - self->begin < WINDOW_BYTES / 2
                      ? (size_t) (sequence->length - self->begin)
                      : WINDOW_BYTES / 2;
    while (self->n < most) {
        int rc = s_take (self, sequence, self->begin + self->n, most);
        if (rc != DMH_OK)
            return rc;
    }
    self->sequence = at;
    return DMH_OK;
}

long reference_view_read (reference_view_t *self, int sequence, uint64_t from, size_t n, char *to)
{
    uint64_t length = fasta_index_at (self->reference->index, (size_t) sequence)->length;
    size_t want = from >= length ? 0 : length - from < n ? (size_t) (length - from) : n;
    for (size_t got = 0; got < want;) {
        uint64_t at = from + got;
        bool here = self->sequence == sequence && at >= self->begin && at < self->begin + self->n;
        if (!here && s_fill (self, sequence, at) != DMH_OK)
            return -1;
        size_t i = (size_t) (at - self->begin);
        size_t part = self->n - i < want - got ? self->n - i : want - got;
        memcpy (to + got, self->bases + i, part);
        got += part;
    }
    return (long) want;
}

struct view_sequence {
    reference_view_t *view;
    int sequence;
};

static long s_bases (void *context, uint64_t from, size_t n, char *to)
{
    const struct view_sequence *of = context;
    return reference_view_read (of->view, of->sequence, from, n, to);
}

enum alignment reference_view_align (reference_view_t *self, int sequence, struct buffer *room,
                                     struct allele_pair *pair)
{
    struct view_sequence of = {self, sequence};
    const struct bases bases = {s_bases, &of};
    return left_align (&bases, room, pair);
}

const struct error *reference_view_error (const reference_view_t *self)
{
    return &self->error;
}
