//  source.c: see source.h. Four stages, each pulling from the one before: raw bytes by pread, unpacked
//  bytes, VCF of BCF, text. A file that is neither compressed nor in another encoding goes through the first
//  alone, straight into the reader's block.
#define _GNU_SOURCE
#define XXH_INLINE_ALL
#include "worker/input/source.h"

#include "messages/base/buffer.h"
#include "worker/formats/bcf/bcf_text.h"
#include "worker/input/bcf_stage.h"
#include "worker/input/input_file.h"

#include <errno.h>
#include <stdlib.h>
#include <xxhash.h>

enum { STAGE_BYTES = 256 * 1024 };

//  Bytes on their way from one stage to the next.
struct stage {
    char *at;
    size_t begin, end;
};

struct source {
    struct input_file file;
    char *name;
    digest_t *digest;
    bool undigested;        //  somebody else tells the SHA-256
    XXH3_state_t *hash;     //  in its place, of a stretch; NULL: it is the whole file
    uint64_t offset;        //  of the file
    uint64_t begin, end;    //  of what is read of it
    bool raw_over, bytes_over;
    enum packing packing;
    unpack_t *unpack;
    struct byte_limit limit;    //  of unpacked bytes
    uint64_t unpacked;          //  so far
    enum charset charset;
    bcf_stage_t *bcf;           //  NULL: it is none
    struct stage raw, bytes;    //  made when needed
    void (*moved) (void *context, uint64_t done, uint64_t total);
    void *context;
    struct interruption interruption;
};

static int s_memory (const source_t *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->name);
}

void source_interrupt (source_t *self, struct interruption interruption)
{
    self->interruption = interruption;
}

static int s_check (const source_t *self, struct error *error)
{
    const struct interruption *interruption = &self->interruption;
    return interruption->stops && interruption->stops (interruption->context)
               ? error_set (error, DMH_CANCELLED, "the reading of %s was ended", self->name)
               : DMH_OK;
}

int source_peek (const source_t *self, uint64_t at, char *to, size_t n, struct error *error)
{
    size_t got;
    int rc = input_file_read (&self->file, self->name, at, to, n, &got, error);
    return rc != DMH_OK || got == n ? rc : error_set (error, DMH_IO, "%s became shorter", self->name);
}

static int s_raw (source_t *self, char *to, size_t n, size_t *got, struct error *error)
{
    uint64_t left = self->end - self->offset;
    int rc =
        input_file_read (&self->file, self->name, self->offset, to, n < left ? n : (size_t) left, got, error);
    if (rc != DMH_OK)
        return rc;
    if (self->hash)
        XXH3_64bits_update (self->hash, to, *got);
    else if (!self->undigested)
        digest_update (self->digest, to, *got);
    self->offset += *got;
    self->raw_over = *got < n;
    return DMH_OK;
}

static int s_unpacked (source_t *self, char *to, size_t n, size_t *got, struct error *error);

//  Unpacked bytes of BCF; whether they are over is another matter than whether its text is.
static int s_pull (void *context, char *to, size_t n, size_t *got, bool *over, struct error *error)
{
    source_t *self = context;
    self->bytes_over = false;
    int rc = s_unpacked (self, to, n, got, error);
    *over = self->bytes_over;
    self->bytes_over = false;
    return rc;
}

//  What cannot be unpacked at its begin is told of when it is read.
static int s_look_for_bcf (source_t *self, struct error *error)
{
    struct error why;
    char magic[BCF_MAGIC_BYTES];
    size_t got = 0;
    if (self->packing == PACKED_ZSTD || s_unpacked (self, magic, sizeof magic, &got, &why) != DMH_OK)
        got = 0;
    if (bcf_text_matches (magic, got) && !(self->bcf = bcf_stage_new (s_pull, self, self->name)))
        return s_memory (self, error);
    return source_rewind (self, CHARSET_UTF_8, error);
}

//  Of the opened file.
static int s_begin (source_t *self, struct error *error)
{
    char magic[4];
    size_t got = 0;
    int rc = s_raw (self, magic, sizeof magic, &got, error);
    if (rc != DMH_OK)
        return rc;
    self->packing = packing_of (magic, got);
    self->unpack = self->packing ? unpack_new (self->packing) : NULL;
    if (self->packing && !self->unpack)
        return s_memory (self, error);
    rc = source_rewind (self, CHARSET_UTF_8, error);
    return rc == DMH_OK ? s_look_for_bcf (self, error) : rc;
}

static source_t *s_new (const char *name, struct error *error)
{
    source_t *self = calloc (1, sizeof *self);
    if (self) {
        self->file.fd = -1;
        self->limit.most = self->end = UINT64_MAX;
        self->name = strdup (name);
        self->digest = digest_new ();
    }
    if (self && (!self->name || !self->digest))
        source_destroy (&self);
    if (!self)
        error_set (error, DMH_INTERNAL, "out of memory while opening %s", name);
    return self;
}

source_t *source_new (const data_roots_t *roots, const char *path, const char *name, struct error *error)
{
    source_t *self = s_new (name, error);
    if (self && (input_file_open (&self->file, roots, path, name, error) != DMH_OK ||
                 s_begin (self, error) != DMH_OK))
        source_destroy (&self);
    return self;
}

source_t *source_new_object (object_pieces_t *pieces, const char *name, struct error *error)
{
    source_t *self = s_new (name, error);
    if (self)
        input_file_open_object (&self->file, pieces);
    if (self && s_begin (self, error) != DMH_OK)
        source_destroy (&self);
    return self;
}

void source_destroy (source_t **self_p)
{
    source_t *self = *self_p;
    if (!self)
        return;
    input_file_close (&self->file);
    digest_destroy (&self->digest);
    if (self->hash)
        XXH3_freeState (self->hash);
    unpack_destroy (&self->unpack);
    bcf_stage_destroy (&self->bcf);
    free (self->raw.at);
    free (self->bytes.at);
    free (self->name);
    free (self);
    *self_p = NULL;
}

static int s_make_stage (source_t *self, struct stage *stage, bool wanted, struct error *error)
{
    stage->begin = stage->end = 0;
    if (wanted && !stage->at)
        stage->at = malloc (STAGE_BYTES);
    return wanted && !stage->at ? s_memory (self, error) : DMH_OK;
}

int source_rewind (source_t *self, enum charset charset, struct error *error)
{
    self->offset = self->begin;
    self->unpacked = 0;
    self->raw_over = self->bytes_over = false;
    if (self->bcf)
        bcf_stage_reset (self->bcf);
    self->charset = charset;
    digest_reset (self->digest);
    if (self->hash)
        XXH3_64bits_reset (self->hash);
    if (self->unpack && unpack_reset (self->unpack) != 0)
        return s_memory (self, error);
    int rc = s_make_stage (self, &self->raw, self->unpack != NULL, error);
    return rc == DMH_OK ? s_make_stage (self, &self->bytes, charset != CHARSET_UTF_8, error) : rc;
}

int source_stretch (source_t *self, uint64_t begin, uint64_t end)
{
    self->begin = begin;
    self->end = end;
    if (!self->hash)
        self->hash = XXH3_createState ();
    return self->hash ? 0 : -1;
}

void source_leave_undigested (source_t *self, bool undigested)
{
    self->undigested = undigested;
}

uint64_t source_hash (const source_t *self)
{
    return XXH3_64bits_digest (self->hash);
}

void source_limit (source_t *self, struct byte_limit limit)
{
    self->limit = limit;
}

static int s_too_large (const source_t *self, struct error *error)
{
    return error_set (error, DMH_TOO_LARGE, "%s has %llu bytes and unpacked more than %llu; %s", self->name,
                      (unsigned long long) source_bytes (self), (unsigned long long) self->limit.most,
                      self->limit.of_worker ? "its worker allows no more (--unpacked-bytes of dmh-worker)"
                                            : "--unpacked-bytes allows more");
}

//  Unpacked bytes; less than n only when there are no more.
static int s_unpacked (source_t *self, char *to, size_t n, size_t *got, struct error *error)
{
    struct stage *raw = &self->raw;
    *got = 0;
    int rc = s_check (self, error);
    if (rc != DMH_OK)
        return rc;
    if (!self->unpack) {
        rc = s_raw (self, to, n, got, error);
        self->bytes_over = self->raw_over;
        return rc;
    }
    while (*got < n && !self->bytes_over) {
        size_t used = 0, made = 0;
        if (raw->begin == raw->end && !self->raw_over) {
            raw->begin = 0;
            rc = s_raw (self, raw->at, STAGE_BYTES, &raw->end, error);
            if (rc != DMH_OK)
                return rc;
        }
        struct text in = {raw->at + raw->begin, raw->end - raw->begin};
        rc = unpack_some (self->unpack, in, &used, to + *got, n - *got, &made, self->name, error);
        if (rc != DMH_OK)
            return rc;
        raw->begin += used;
        *got += made;
        self->unpacked += made;
        rc = self->unpacked > self->limit.most ? s_too_large (self, error) : s_check (self, error);
        if (rc != DMH_OK)
            return rc;
        if (used == 0 && made == 0 && self->raw_over) {
            if (in.n || !unpack_is_whole (self->unpack))
                return unpack_truncated (self->name, self->packing, error);
            self->bytes_over = true;
        }
    }
    return DMH_OK;
}

//  The same of what stands there as VCF where it is BCF.
static int s_readable (source_t *self, char *to, size_t n, size_t *got, struct error *error)
{
    return self->bcf ? bcf_stage_read (self->bcf, to, n, got, &self->bytes_over, error)
                     : s_unpacked (self, to, n, got, error);
}

int source_read (source_t *self, char *to, size_t n, size_t *got, struct error *error)
{
    struct stage *bytes = &self->bytes;
    if (self->charset == CHARSET_UTF_8)
        return s_readable (self, to, n, got, error);
    *got = 0;
    //  A character may need up to four bytes of room; a caller with less gets less, and asks again.
    while (*got < n) {
        size_t used = 0, more = 0;
        *got += charset_decode (self->charset, bytes->at + bytes->begin, bytes->end - bytes->begin,
                                self->bytes_over, to + *got, n - *got, &used);
        bytes->begin += used;
        if (used)
            continue;
        if (self->bytes_over)
            break;
        size_t rest = bytes->end - bytes->begin;
        if (rest >= STAGE_BYTES / 2)
            break;    //  no room in `to` for the next character
        memmove (bytes->at, bytes->at + bytes->begin, rest);
        int rc = s_readable (self, bytes->at + rest, STAGE_BYTES - rest, &more, error);
        if (rc != DMH_OK)
            return rc;
        bytes->begin = 0;
        bytes->end = rest + more;
    }
    return DMH_OK;
}

bool source_is_over (const source_t *self)
{
    return self->bytes_over && (self->charset == CHARSET_UTF_8 || self->bytes.begin == self->bytes.end);
}

void source_tell (source_t *self, void (*moved) (void *context, uint64_t done, uint64_t total), void *context)
{
    self->moved = moved;
    self->context = context;
}

int source_survey (source_t *self, enum charset *out, struct error *error)
{
    struct census census = {.sequences = 0};
    int rc = source_rewind (self, CHARSET_UTF_8, error);
    if (rc == DMH_OK)
        rc = s_make_stage (self, &self->bytes, true, error);
    while (rc == DMH_OK && !self->bytes_over) {
        size_t got = 0;
        rc = s_readable (self, self->bytes.at, STAGE_BYTES, &got, error);
        if (rc == DMH_OK)
            census_add (&census, self->bytes.at, got, self->bytes_over);
        if (self->moved)
            self->moved (self->context, self->offset, source_bytes (self));
    }
    if (rc == DMH_OK)
        *out = census_judge (&census);
    return rc;
}

const char *source_packing (const source_t *self)
{
    return packing_name (self->packing);
}

uint64_t source_bytes (const source_t *self)
{
    return self->file.bytes;
}

int64_t source_written_at (const source_t *self)
{
    const struct stat *opened = &self->file.opened;
    return (int64_t) opened->st_mtim.tv_sec * 1000000000 + opened->st_mtim.tv_nsec;
}

uint64_t source_position (const source_t *self)
{
    return self->offset;
}

int source_check (const source_t *self, struct error *error)
{
    return input_file_check (&self->file, self->name, error);
}

int source_finish (source_t *self, char sha256[DIGEST_HEX_BYTES], struct error *error)
{
    digest_hex (self->digest, sha256);
    int rc = source_check (self, error);
    if (rc != DMH_OK)
        return rc;
    if (self->offset > source_bytes (self))
        return error_set (error, DMH_BAD_INPUT,
                          "%s holds more than the %llu bytes that it is said to have; give a copy of it",
                          self->name, (unsigned long long) source_bytes (self));
    uint64_t end = self->end < source_bytes (self) ? self->end : source_bytes (self);
    if (!self->raw_over || self->offset != end)
        return error_set (error, DMH_INTERNAL,
                          "only %llu of the %llu bytes of %s were read; please report this",
                          (unsigned long long) self->offset, (unsigned long long) end, self->name);
    return DMH_OK;
}
