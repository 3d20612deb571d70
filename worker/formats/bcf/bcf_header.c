//  bcf_header.c: see bcf_header.h.
#include "worker/formats/bcf/bcf_header.h"

#include <stdlib.h>

enum { FIXED_COLUMNS = 9 };    //  before the samples

static bool s_begins (struct text in, struct text with)
{
    return in.n >= with.n && memcmp (in.at, with.at, with.n) == 0;
}

static int s_put (struct buffer *out, struct text text)
{
    if (buffer_reserve (out, text.n) != 0)
        return -1;
    memcpy (out->at + out->used, text.at, text.n);
    out->used += text.n;
    return 0;
}

static int s_set (struct bcf_names *self, size_t number, struct text name)
{
    if (number >= self->size) {
        size_t size = number < 64 ? 128 : number * 2;
        struct text *at = realloc (self->at, size * sizeof *at);
        if (!at)
            return -1;
        memset (at + self->size, 0, (size - self->size) * sizeof *at);
        self->at = at;
        self->size = size;
    }
    self->at[number] = name;
    if (number >= self->count)
        self->count = number + 1;
    return 0;
}

//  Where a value of the line begins, outside of quotes, behind `key`; SIZE_MAX: it is not there.
static size_t s_find (struct text line, struct text key)
{
    bool quoted = false;
    for (size_t i = 0; i + key.n <= line.n; i++) {
        if (line.at[i] == '"')
            quoted = !quoted;
        if (line.at[i] == '\\' && quoted)
            i++;
        else if (!quoted && memcmp (line.at + i, key.at, key.n) == 0)
            return i + key.n;
    }
    return SIZE_MAX;
}

static size_t s_value_end (struct text line, size_t at)
{
    while (at < line.n && line.at[at] != ',' && line.at[at] != '>')
        at++;
    return at;
}

static size_t s_known (const struct bcf_names *self, struct text name)
{
    for (size_t i = 0; i < self->count; i++)
        if (text_equal (self->at[i], name))
            return i;
    return self->count;
}

//  A line that has a number: as it says, else that of its name, else the next one. 1, 0: not one that can be,
//  -1: out of memory.
static int s_number (struct bcf_names *names, struct text line)
{
    size_t id = s_find (line, TEXT ("<ID="));
    if (id == SIZE_MAX)
        id = s_find (line, TEXT (",ID="));
    if (id == SIZE_MAX)
        return 1;
    struct text name = {line.at + id, s_value_end (line, id) - id};
    size_t at = s_find (line, TEXT (",IDX=")), number = 0;
    if (at == SIZE_MAX)
        number = s_known (names, name);
    for (size_t end = at == SIZE_MAX ? 0 : s_value_end (line, at); at < end; at++) {
        if (line.at[at] < '0' || line.at[at] > '9' || number > BCF_NUMBERS_MOST)
            return 0;
        number = number * 10 + (size_t) (line.at[at] - '0');
    }
    if (number >= BCF_NUMBERS_MOST)
        return 0;
    return s_set (names, number, name) == 0 ? 1 : -1;
}

//  The line without its number.
static int s_write (struct buffer *out, struct text line)
{
    size_t at = s_begins (line, TEXT ("##")) ? s_find (line, TEXT (",IDX=")) : SIZE_MAX;
    if (at == SIZE_MAX)
        return s_put (out, line) == 0 ? s_put (out, TEXT ("\n")) : -1;
    size_t end = s_value_end (line, at), begin = at - strlen (",IDX=");
    if (s_put (out, (struct text){line.at, begin}) != 0 ||
        s_put (out, (struct text){line.at + end, line.n - end}) != 0)
        return -1;
    return s_put (out, TEXT ("\n"));
}

static void s_count_samples (struct bcf_header *self, struct text line)
{
    size_t columns = 1;
    for (size_t i = 0; i < line.n; i++)
        columns += line.at[i] == '\t';
    self->samples = columns > FIXED_COLUMNS ? columns - FIXED_COLUMNS : 0;
}

static int s_line (struct bcf_header *self, struct text line)
{
    if (s_begins (line, TEXT ("##FILTER=<")) || s_begins (line, TEXT ("##INFO=<")) ||
        s_begins (line, TEXT ("##FORMAT=<")))
        return s_number (&self->tags, line);
    if (s_begins (line, TEXT ("##contig=<")))
        return s_number (&self->contigs, line);
    if (s_begins (line, TEXT ("#CHROM\t")))
        s_count_samples (self, line);
    return 1;
}

int bcf_header_read (struct bcf_header *self, struct text text, struct buffer *out)
{
    *self = (struct bcf_header){.text = malloc (text.n + 1)};
    if (!self->text)
        return -1;
    memcpy (self->text, text.at, text.n);
    struct text rest = {self->text, strnlen (text.at, text.n)};
    bool named = false;
    int rc = s_set (&self->tags, 0, TEXT ("PASS")) == 0 ? 1 : -1;
    while (rc == 1 && rest.n) {
        const char *feed = memchr (rest.at, '\n', rest.n);
        size_t n = feed ? (size_t) (feed - rest.at) : rest.n;
        struct text line = {rest.at, n && rest.at[n - 1] == '\r' ? n - 1 : n};
        rc = s_line (self, line);
        if (rc == 1 && line.n && s_write (out, line) != 0)
            rc = -1;
        named = named || s_begins (line, TEXT ("#CHROM\t"));
        n += feed != NULL;
        rest = (struct text){rest.at + n, rest.n - n};
    }
    return rc == 1 ? named : rc;
}

void bcf_header_clear (struct bcf_header *self)
{
    free (self->text);
    free (self->tags.at);
    free (self->contigs.at);
    *self = (struct bcf_header){.text = NULL};
}
