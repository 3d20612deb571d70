//  reader.c: see reader.h. What follows the last whole record of a block is carried over to the next one.
#include "worker/input/reader.h"

#include "worker/formats/detection.h"
#include "worker/formats/encoding/sample.h"
#include "worker/input/source.h"
#include "worker/memory/pages.h"

#include <stdio.h>
#include <stdlib.h>

struct reader {
    char *name;
    source_t *source;
    size_t record_bytes;
    struct sample sample;
    size_t head;             //  that was read for it
    bool asked, surveyed;    //  the encoding was given; was found in the whole file
    const struct dialect *dialect;
    struct buffer carry;        //  bytes read beyond the last block's records
    uint64_t line;              //  of the next block's first byte
    uint64_t offset;            //  of the same in the text, which begins behind the encoding and the packing
    enum record_place place;    //  of the next block's first byte
    struct text_part part;      //  that a pass is over, where `parted`
    bool parted;
    bool whole;    //  records are given whole only
    bool over;     //  the source has given all
    bool ended;    //  and all of it was handed out in blocks
};

//  Of a source, which is its own then; NULL: `error` says why there is none.
static reader_t *s_new (source_t *source, const char *name, struct error *error)
{
    reader_t *self = source ? calloc (1, sizeof *self) : NULL;
    char *copy = self ? strdup (name) : NULL;
    if (copy) {
        self->name = copy;
        self->record_bytes = RECORD_BYTES_MAX;
        self->source = source;
        return self;
    }
    if (source)
        error_set (error, DMH_INTERNAL, "out of memory while opening %s", name);
    source_destroy (&source);
    free (self);
    return NULL;
}

reader_t *reader_new (const char *path, const char *name, struct error *error)
{
    return reader_new_in (NULL, path, name, error);
}

reader_t *reader_new_in (const data_roots_t *roots, const char *path, const char *name, struct error *error)
{
    return s_new (source_new (roots, path, name, error), name, error);
}

reader_t *reader_new_object (object_pieces_t *pieces, const char *name, struct error *error)
{
    return s_new (source_new_object (pieces, name, error), name, error);
}

void reader_destroy (reader_t **self_p)
{
    reader_t *self = *self_p;
    if (!self)
        return;
    source_destroy (&self->source);
    sample_clear (&self->sample);
    free (self->carry.at);
    free (self->name);
    free (self);
    *self_p = NULL;
}

void reader_limit (reader_t *self, struct byte_limit limit)
{
    source_limit (self->source, limit);
}

void reader_tell (reader_t *self, void (*moved) (void *context, uint64_t done, uint64_t total), void *context)
{
    source_tell (self->source, moved, context);
}

void reader_interrupt (reader_t *self, struct interruption interruption)
{
    source_interrupt (self->source, interruption);
}

//  The encoding of the sample; where it is not UTF-8, of the whole file.
static int s_find_charset (reader_t *self, const char *bytes, size_t n, bool whole, const char *asked,
                           enum charset *charset, struct error *error)
{
    bool surveyed = false;
    if (self->surveyed) {
        *charset = self->sample.charset;
        return DMH_OK;
    }
    self->asked = *asked != 0;
    int rc = dialect_refuse (bytes, n, self->name, error);
    if (rc == DMH_OK)
        rc = sample_charset (bytes, n, whole, asked, self->name, charset, &surveyed, error);
    if (rc != DMH_OK || !surveyed)
        return rc;
    self->surveyed = true;
    return whole ? DMH_OK : source_survey (self->source, charset, error);
}

static int s_look (reader_t *self, const char *asked, size_t most, struct error *error)
{
    char *bytes = malloc (most + 1);
    struct sample sample = {.text = NULL};
    enum charset charset = CHARSET_UTF_8;
    size_t n = 0;
    bool whole = false;
    int rc = bytes ? source_rewind (self->source, CHARSET_UTF_8, error)
                   : error_set (error, DMH_INTERNAL, "out of memory while looking at %s", self->name);
    if (rc == DMH_OK)
        pages_prepare (bytes, source_bytes (self->source) < most ? source_bytes (self->source) : most);
    //  One byte more tells whether there are more.
    if (rc == DMH_OK)
        rc = source_read (self->source, bytes, most + 1, &n, error);
    whole = rc == DMH_OK && n <= most;
    n = whole ? n : most;
    if (rc == DMH_OK)
        rc = s_find_charset (self, bytes, n, whole, asked, &charset, error);
    if (rc == DMH_OK)
        rc = sample_make (bytes, n, whole, charset, self->name, &sample, error);
    if (rc == DMH_OK) {
        sample_clear (&self->sample);
        self->sample = sample;
        self->head = most + 1;
    }
    free (bytes);
    return rc;
}

int reader_find (reader_t *self, const struct options *options, struct dialect *out, struct error *error)
{
    struct dialect_options given = {.no_header = options->no_header};
    size_t bytes = SAMPLE_BYTES;
    if (options->record_bytes)
        self->record_bytes = (size_t) options->record_bytes;
    dialect_clear (out);
    int rc = delimiter_of (options->delimiter, &given.delimiter, self->name, error);
    for (bool more = rc == DMH_OK; more; bytes *= 4) {
        rc = s_look (self, options->encoding, bytes, error);
        if (rc != DMH_OK)
            return rc;
        rc = dialect_find (self->sample.text, self->sample.n, self->sample.whole, self->name, &given, out,
                           error);
        more = rc == DMH_BAD_INPUT && !self->sample.whole && bytes < self->record_bytes;
    }
    if (rc == DMH_OK) {
        snprintf (out->encoding, sizeof out->encoding, "%s", charset_name (self->sample.charset));
        out->record_bytes = self->record_bytes;
        out->compression = source_packing (self->source);
    }
    return rc;
}

int reader_survey (reader_t *self, bool *other, struct error *error)
{
    enum charset charset = self->sample.charset;
    *other = false;
    if (self->asked || self->surveyed || charset != CHARSET_UTF_8)
        return DMH_OK;
    int rc = source_survey (self->source, &charset, error);
    if (rc != DMH_OK)
        return rc;
    self->surveyed = true;
    *other = charset != self->sample.charset;
    self->sample.charset = charset;
    return DMH_OK;
}

const char *reader_sample (const reader_t *self, size_t *n, bool *whole)
{
    *n = self->sample.n;
    *whole = self->sample.whole;
    return self->sample.text;
}

size_t reader_head (const reader_t *self)
{
    return self->head;
}

uint64_t reader_bytes (const reader_t *self)
{
    return source_bytes (self->source);
}

uint64_t reader_offset (const reader_t *self)
{
    return self->offset;
}

int reader_peek (const reader_t *self, uint64_t at, char *to, size_t n, struct error *error)
{
    return source_peek (self->source, at, to, n, error);
}

//  What is carried over counts as not read yet, where its bytes are the file's.
uint64_t reader_position (const reader_t *self)
{
    uint64_t position = source_position (self->source);
    bool straight = !source_packing (self->source) && self->sample.charset == CHARSET_UTF_8;
    return straight ? position - self->carry.used : position;
}

int reader_stretch (reader_t *self, const struct text_part *part)
{
    self->parted = true;
    self->part = *part;
    return source_stretch (self->source, part->at, part->at + part->bytes);
}

//  The bytes before the first record are part of the file's digest.
int reader_rewind (reader_t *self, const struct dialect *dialect, struct error *error)
{
    self->dialect = dialect;
    self->carry.used = 0;
    self->over = self->ended = false;
    self->place = RECORD_BEGINS;
    self->line = self->parted ? self->part.line : dialect->data_line;
    self->offset = self->parted ? self->part.at : dialect->data_offset;
    char chunk[4096];
    int rc = source_rewind (self->source, self->sample.charset, error);
    for (uint64_t left = self->parted ? 0 : dialect->data_offset; rc == DMH_OK && left;) {
        size_t got = 0;
        rc = source_read (self->source, chunk, left < sizeof chunk ? (size_t) left : sizeof chunk, &got,
                          error);
        if (rc == DMH_OK && got == 0)
            return error_set (error, DMH_BAD_INPUT, "%s became shorter while it was read", self->name);
        left -= got;
    }
    return rc;
}

int reader_walk (reader_t *self, bool digested,
                 int (*take) (void *context, const char *bytes, size_t n, bool last, struct error *error),
                 void *context, struct error *error)
{
    enum { PIECE_BYTES = 256 * 1024 };
    char *piece = malloc (PIECE_BYTES);
    source_leave_undigested (self->source, !digested);
    int rc = piece ? source_rewind (self->source, self->sample.charset, error)
                   : error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->name);
    self->carry.used = 0;
    for (bool over = false; rc == DMH_OK && !over;) {
        size_t got = 0;
        rc = source_read (self->source, piece, PIECE_BYTES, &got, error);
        over = source_is_over (self->source);
        if (rc == DMH_OK)
            rc = take (context, piece, got, over, error);
    }
    self->ended = rc == DMH_OK;
    free (piece);
    return rc;
}

int64_t reader_written_at (const reader_t *self)
{
    return source_written_at (self->source);
}

//  Reads until `in` holds about `want` bytes or the file ends.
static int s_more (reader_t *self, struct buffer *in, size_t want, struct error *error)
{
    if (in->used >= want)
        return DMH_OK;
    if (buffer_reserve (in, want - in->used) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->name);
    size_t got = 0;
    int rc = source_read (self->source, in->at + in->used, want - in->used, &got, error);
    if (rc != DMH_OK)
        return rc;
    in->used += got;
    self->over = source_is_over (self->source);
    return DMH_OK;
}

//  The rest after the last whole record waits for the next block.
static int s_carry (reader_t *self, struct buffer *in, size_t cut, struct error *error)
{
    size_t rest = in->used - cut;
    self->carry.used = 0;
    if (buffer_reserve (&self->carry, rest + 1) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->name);
    memcpy (self->carry.at, in->at + cut, rest);
    self->carry.used = rest;
    in->used = cut;
    return DMH_OK;
}

static int s_too_long (const reader_t *self, struct error *error)
{
    bool mib = self->record_bytes >= 1024 * 1024;
    return error_set (error, DMH_TOO_LARGE,
                      "%s: the record that begins on line %llu is longer than %zu %s; is a quote not closed? "
                      "--record-bytes allows longer ones",
                      self->name, (unsigned long long) self->line, self->record_bytes >> (mib ? 20 : 10),
                      mib ? "MiB" : "KiB");
}

bool reader_goes_on (const reader_t *self)
{
    return self->place != RECORD_BEGINS;
}

void reader_take_whole (reader_t *self)
{
    self->whole = true;
}

//  See struct format.cut; of a format with parts those.
static int s_cut (reader_t *self, const struct buffer *in, size_t *cut, uint64_t *lines, struct error *error)
{
    const struct format *format = self->dialect->format;
    if (!format->part)
        return format->cut (self->dialect, in->at, in->used, self->over, self->line, self->name, cut, lines,
                            error);
    enum record_place place = self->place;
    int rc = format->part (self->dialect, in->at, in->used, self->over, &place, cut, lines);
    if (self->whole && place != RECORD_BEGINS)
        *cut = 0;
    if (*cut)
        self->place = place;
    return rc;
}

int reader_fill (reader_t *self, struct buffer *in, size_t bytes, uint64_t *first_line, struct error *error)
{
    in->used = 0;
    *first_line = self->line;
    if (buffer_reserve (in, self->carry.used > bytes ? self->carry.used : bytes) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->name);
    if (self->carry.used)
        memcpy (in->at, self->carry.at, self->carry.used);
    in->used = self->carry.used;
    self->carry.used = 0;
    size_t most = self->record_bytes;
    for (size_t want = bytes;; want = in->used * 2) {
        if (want > most + bytes)
            want = most + bytes;
        int rc = self->over ? DMH_OK : s_more (self, in, want, error);
        if (rc != DMH_OK)
            return rc;
        if (in->used == 0) {
            self->ended = self->over;
            return 0;
        }
        size_t cut = SIZE_MAX;
        uint64_t lines = 0;
        rc = s_cut (self, in, &cut, &lines, error);
        if (rc < 0 && cut != SIZE_MAX)
            format_say_byte (error, self->offset + cut);
        if (rc < 0)
            return rc;
        if (cut > 0) {
            self->line += lines;
            self->offset += cut;
            rc = s_carry (self, in, cut, error);
            return rc == DMH_OK ? 1 : rc;
        }
        if (self->over)
            return 0;
        most = rc == FORMAT_CUT_AHEAD ? 2 * self->record_bytes : self->record_bytes;
        if (in->used >= most)
            return s_too_long (self, error);
    }
}

int reader_check (const reader_t *self, struct error *error)
{
    return source_check (self->source, error);
}

int reader_finish (reader_t *self, char sha256[DIGEST_HEX_BYTES], struct error *error)
{
    if (!self->ended)
        return error_set (error, DMH_INTERNAL,
                          "%s was not read to its end, and no result is made of a part; please report this",
                          self->name);
    int rc = source_finish (self->source, sha256, error);
    if (rc == DMH_OK && self->parted && source_hash (self->source) != self->part.hash)
        rc = error_set (error, DMH_BAD_INPUT,
                        "%s changed while it was read; submit it again when it is complete", self->name);
    return rc;
}
