//  fasta_index.c: see fasta_index.h.
#include "worker/formats/reference/fasta_index.h"

#include "messages/base/buffer.h"
#include "messages/base/narrow.h"
#include "worker/text/index.h"

#include <stdlib.h>

enum { SEQUENCES_MAX = 8 * 1024 * 1024 };

struct fasta_index {
    struct fasta_sequence *at;
    size_t count, size;
    text_index_t *by_name;
    //  While a file is fed: where it stands.
    uint64_t offset, bases, bytes;    //  of the text; of the line
    bool begun, in_name, named;       //  a sequence; a line that begins with '>'; its name is over
    bool last;                        //  the sequence has had its last line, which may be shorter
    struct buffer name;
};

fasta_index_t *fasta_index_new (void)
{
    fasta_index_t *self = calloc (1, sizeof *self);
    if (self && !(self->by_name = text_index_new ()))
        fasta_index_destroy (&self);
    return self;
}

void fasta_index_destroy (fasta_index_t **self_p)
{
    fasta_index_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        free ((char *) self->at[i].name.at);
    text_index_destroy (&self->by_name);
    free (self->name.at);
    free (self->at);
    free (self);
    *self_p = NULL;
}

static int s_memory (const char *name, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory for the index of %s", name);
}

//  Adds a sequence, whose name is copied. Of two of one name the first is found, as samtools has it.
static int s_add (fasta_index_t *self, const struct fasta_sequence *sequence, const char *name,
                  struct error *error)
{
    if (self->count == SEQUENCES_MAX)
        return error_set (error, DMH_TOO_LARGE, "%s has more than %d sequences", name, SEQUENCES_MAX);
    if (self->count == self->size) {
        size_t size = self->size ? self->size * 2 : 64;
        struct fasta_sequence *at = realloc (self->at, size * sizeof *at);
        if (!at)
            return s_memory (name, error);
        self->at = at;
        self->size = size;
    }
    char *copy = malloc (sequence->name.n + 1);
    if (!copy)
        return s_memory (name, error);
    memcpy (copy, sequence->name.at, sequence->name.n);
    copy[sequence->name.n] = 0;
    struct text key = {copy, sequence->name.n};
    self->at[self->count] = *sequence;
    self->at[self->count++].name = key;
    if (text_index_find (self->by_name, key) == TEXT_INDEX_NONE &&
        text_index_put (self->by_name, key, NARROW (int, self->count - 1)) != 0)
        return s_memory (name, error);
    return DMH_OK;
}

//  The number up to the tab or the end of the line, which *in goes past; false: it is none.
static bool s_number (struct text *in, uint64_t *out)
{
    uint64_t number = 0;
    size_t n = 0;
    while (n < in->n && n < 19 && in->at[n] >= '0' && in->at[n] <= '9')
        number = number * 10 + (uint64_t) (in->at[n++] - '0');
    if (n == 0 || (n < in->n && in->at[n] != '\t'))
        return false;
    n += n < in->n;
    *in = (struct text){in->at + n, in->n - n};
    *out = number;
    return true;
}

static bool s_is_sound (const struct fasta_sequence *sequence, uint64_t text_bytes)
{
    if (sequence->length == 0)
        return true;
    if (sequence->line_bases == 0 || sequence->line_bytes < sequence->line_bases)
        return false;
    uint64_t lines = (sequence->length - 1) / sequence->line_bases, rest, end;
    rest = (sequence->length - 1) % sequence->line_bases;
    return !__builtin_mul_overflow (lines, sequence->line_bytes, &end) &&
           !__builtin_add_overflow (end, rest, &end) &&
           !__builtin_add_overflow (end, sequence->offset, &end) && end < text_bytes;
}

static bool s_line (struct text line, uint64_t text_bytes, struct fasta_sequence *out)
{
    const char *tab = memchr (line.at, '\t', line.n);
    if (!tab || tab == line.at)
        return false;
    out->name = (struct text){line.at, (size_t) (tab - line.at)};
    struct text in = {tab + 1, line.n - out->name.n - 1};
    return s_number (&in, &out->length) && s_number (&in, &out->offset) && s_number (&in, &out->line_bases) &&
           s_number (&in, &out->line_bytes) && s_is_sound (out, text_bytes);
}

int fasta_index_read (fasta_index_t *self, struct text fai, uint64_t text_bytes, const char *name,
                      struct error *error)
{
    size_t number = 0;
    while (fai.n) {
        const char *end = memchr (fai.at, '\n', fai.n);
        size_t n = end ? (size_t) (end - fai.at) : fai.n;
        struct text line = {fai.at, n && fai.at[n - 1] == '\r' ? n - 1 : n};
        struct fasta_sequence sequence;
        number++;
        if (line.n && !s_line (line, text_bytes, &sequence))
            return error_set (error, DMH_BAD_INPUT,
                              "line %zu of the index of %s is not of its sequences; make it again with "
                              "samtools faidx, or remove it",
                              number, name);
        int rc = line.n ? s_add (self, &sequence, name, error) : DMH_OK;
        if (rc != DMH_OK)
            return rc;
        n += end != NULL;
        fai = (struct text){fai.at + n, fai.n - n};
    }
    return DMH_OK;
}

static int s_uneven (const fasta_index_t *self, const char *name, struct error *error)
{
    const struct text sequence = self->at[self->count - 1].name;
    return error_set (error, DMH_BAD_INPUT,
                      "%s: the lines of sequence %.*s differ in length, so that no place in it can be found; "
                      "wrap them evenly",
                      name, NARROW (int, sequence.n < 60 ? sequence.n : 60), sequence.at);
}

//  A line of bases is over, with its end.
static int s_line_over (fasta_index_t *self, const char *name, struct error *error)
{
    struct fasta_sequence *sequence = &self->at[self->count - 1];
    if (self->bases == 0 && self->bytes <= 2) {    //  an empty line ends it
        self->last = self->last || sequence->length > 0;
        return DMH_OK;
    }
    if (self->last)
        return s_uneven (self, name, error);
    if (sequence->length == 0) {
        sequence->offset = self->offset - self->bytes;
        sequence->line_bases = self->bases;
        sequence->line_bytes = self->bytes;
    } else {
        self->last = self->bases != sequence->line_bases || self->bytes != sequence->line_bytes;
        if (self->bases > sequence->line_bases || (self->bytes > sequence->line_bytes))
            return s_uneven (self, name, error);
    }
    sequence->length += self->bases;
    return DMH_OK;
}

static int s_name_over (fasta_index_t *self, const char *name, struct error *error)
{
    const struct fasta_sequence sequence = {.name = {self->name.at, self->name.used}, .offset = self->offset};
    int rc = s_add (self, &sequence, name, error);
    self->in_name = self->last = false;
    self->begun = true;
    return rc;
}

static int s_byte (fasta_index_t *self, char byte, const char *name, struct error *error)
{
    self->offset++;
    self->bytes++;
    if (self->bytes == 1 && byte == '>') {
        self->in_name = true;
        self->named = false;
        self->name.used = 0;
    } else if (byte == '\n') {
        int rc = self->in_name ? s_name_over (self, name, error) : s_line_over (self, name, error);
        self->bases = self->bytes = 0;
        return rc;
    } else if (self->in_name) {
        self->named = self->named || byte == ' ' || byte == '\t' || byte == '\r';
        if (!self->named) {
            if (buffer_reserve (&self->name, 1) != 0)
                return s_memory (name, error);
            self->name.at[self->name.used++] = byte;
        }
    } else if (!self->begun && byte != '\r')
        return error_set (error, DMH_BAD_INPUT, "%s is not FASTA: its first line does not begin with “>”",
                          name);
    else
        self->bases += byte > ' ' && byte < 0x7f;
    return DMH_OK;
}

int fasta_index_feed (fasta_index_t *self, const char *bytes, size_t n, const char *name, struct error *error)
{
    for (size_t i = 0; i < n;) {
        //  The inside of a line of bases is all that there is much of.
        if (self->begun && !self->in_name && self->bytes > 0) {
            const char *end = memchr (bytes + i, '\n', n - i);
            size_t inside = end ? (size_t) (end - bytes) - i : n - i;
            for (size_t k = 0; k < inside; k++)
                self->bases += bytes[i + k] > ' ' && bytes[i + k] < 0x7f;
            self->bytes += inside;
            self->offset += inside;
            i += inside;
            if (i == n)
                break;
        }
        int rc = s_byte (self, bytes[i++], name, error);
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}

int fasta_index_end (fasta_index_t *self, const char *name, struct error *error)
{
    int rc = DMH_OK;
    if (self->in_name)
        rc = s_name_over (self, name, error);
    else if (self->begun && self->bytes) {
        //  A last line without its end is one with it.
        self->offset++;
        self->bytes++;
        rc = s_line_over (self, name, error);
    }
    if (rc == DMH_OK && self->count == 0)
        return error_set (error, DMH_BAD_INPUT, "%s has no sequence", name);
    return rc;
}

size_t fasta_index_count (const fasta_index_t *self)
{
    return self->count;
}

const struct fasta_sequence *fasta_index_at (const fasta_index_t *self, size_t i)
{
    return &self->at[i];
}

int fasta_index_find (const fasta_index_t *self, struct text name)
{
    return text_index_find (self->by_name, name);
}
