//  rows.c: see rows.h. A block's delimiters, quotes and line ends are found 16 bytes at a time
//  into an index of positions; records are then walked from one position to the next. What is not plain RFC
//  4180 goes byte by byte through the states of libcsv (csv/quoted.c).
#include "worker/formats/csv/rows.h"

#include "worker/formats/csv/quoted.h"
#include "worker/text/bytes.h"

#include <stdlib.h>

struct rows {
    char delimiter;
    size_t columns;    //  of the header
    const char *at;    //  the block
    size_t n;
    bool plain;            //  the block is ASCII without NUL
    uint32_t *specials;    //  positions of delimiter, quote, CR, LF; ended by n
    size_t special_count, special_room;
    size_t next;       //  index into specials
    size_t begin;      //  where the next record starts
    uint64_t lines;    //  line ends before `begin`
    struct text *fields;
    size_t field_room;
    struct scratch scratch;    //  unescaped fields of the current record
    bool failed;               //  out of memory
};

rows_t *csv_rows_new (const struct dialect *dialect)
{
    rows_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->delimiter = dialect->delimiter;
    self->columns = dialect->name_count;
    self->field_room = dialect->name_count + 16;
    self->fields = malloc (self->field_room * sizeof *self->fields);
    if (!self->fields)
        csv_rows_destroy (&self);
    return self;
}

void csv_rows_destroy (rows_t **self_p)
{
    rows_t *self = *self_p;
    if (!self)
        return;
    free (self->specials);
    free (self->fields);
    free (self->scratch.at);
    free (self);
    *self_p = NULL;
}

void csv_rows_begin (rows_t *self, const char *bytes, size_t n)
{
    self->at = bytes;
    self->n = n;
    self->next = self->begin = 0;
    self->lines = 0;
    //  Positions of specials are 32 bits wide; no block that options allow (256 MiB and what follows) is
    //  longer.
    self->failed = n >= UINT32_MAX;
    if (self->failed)
        return;
    self->plain = bytes_is_plain (bytes, n);
    if (self->special_room < n + 1) {
        uint32_t *specials = realloc (self->specials, (n + 1) * sizeof *specials);
        if (!specials) {
            self->failed = true;
            return;
        }
        self->specials = specials;
        self->special_room = n + 1;
    }
    self->special_count = bytes_specials (bytes, n, self->delimiter, self->specials);
    self->specials[self->special_count] = (uint32_t) n;
}

static bool s_is_end (char byte)
{
    return byte == '\n' || byte == '\r';
}

//  Counts the line end at `at`; CR LF is one, counted at its LF.
static void s_count_line (rows_t *self, size_t at)
{
    if (self->at[at] == '\n' || (self->at[at] == '\r' && (at + 1 == self->n || self->at[at + 1] != '\n')))
        self->lines++;
}

//  Passes blank lines: line ends with nothing but spaces before them. false: the block is over.
static bool s_find_begin (rows_t *self)
{
    for (;;) {
        size_t at = self->begin;
        while (at < self->n && (self->at[at] == ' ' || self->at[at] == '\t') &&
               self->at[at] != self->delimiter)
            at++;
        if (at == self->n)
            return false;
        if (!s_is_end (self->at[at]))
            return true;
        s_count_line (self, at);
        self->begin = at + 1;
        self->next++;    //  a line end is a special, and none came before it
    }
}

static int s_add (rows_t *self, size_t count, struct text field)
{
    if (count >= self->field_room) {
        if (count > COLUMNS_MAX)
            return 0;    //  beyond any header: counted, not kept
        size_t room = self->field_room * 2 + 16;
        struct text *fields = realloc (self->fields, room * sizeof *fields);
        if (!fields)
            return -1;
        self->fields = fields;
        self->field_room = room;
    }
    self->fields[count] = field;
    return 0;
}

//  A field that begins with a quote at `quote`. Leaves self->next at the special that ends it. -1 out of
//  memory.
static int s_quoted (rows_t *self, size_t quote, struct text *out)
{
    size_t next = self->next;
    while (self->specials[next] <= quote)
        next++;
    //  The plain case: no quote inside, and right after the closing one a delimiter or the record's end.
    while (next < self->special_count && self->at[self->specials[next]] != '"')
        s_count_line (self, self->specials[next++]);
    size_t close = self->specials[next];
    size_t after = close + 1;
    if (close < self->n &&
        (after == self->n || self->at[after] == self->delimiter || s_is_end (self->at[after]))) {
        *out = (struct text){self->at + quote + 1, close - quote - 1};
        self->next = next + 1;
        return 0;
    }
    //  Room for all that the record can need, so that its earlier values do not move.
    if (self->scratch.used == 0 && self->scratch.size < self->n) {
        free (self->scratch.at);
        self->scratch.at = malloc (self->n);
        self->scratch.size = self->scratch.at ? self->n : 0;
        if (!self->scratch.at)
            return -1;
    }
    struct text rest = {self->at + quote, self->n - quote};
    size_t length = csv_quoted_take (rest, self->delimiter, &self->scratch, out);
    while (next < self->special_count && self->specials[next] < quote + length)
        s_count_line (self, self->specials[next++]);
    self->next = next;
    return 0;
}

static struct text s_unquoted (rows_t *self, size_t begin)
{
    while (self->next < self->special_count && self->at[self->specials[self->next]] == '"')
        self->next++;
    return (struct text){self->at + begin, self->specials[self->next] - begin};
}

//  Spaces before a quote that opens a field do not count.
static size_t s_skip_spaces (const rows_t *self, size_t at)
{
    size_t skipped = at;
    while (skipped < self->n && (self->at[skipped] == ' ' || self->at[skipped] == '\t') &&
           self->at[skipped] != self->delimiter)
        skipped++;
    return skipped < self->n && self->at[skipped] == '"' ? skipped : at;
}

//  Walks the record's fields; returns their number, or -1 out of memory. *end receives where the record ends.
static long s_fields (rows_t *self, size_t *end)
{
    size_t begin = self->begin;
    for (size_t count = 0;; count++) {
        struct text field;
        char first = begin < self->n ? self->at[begin] : 0;
        size_t quote = first == ' ' || first == '\t' ? s_skip_spaces (self, begin) : begin;
        if (quote < self->n && self->at[quote] == '"') {
            if (s_quoted (self, quote, &field) != 0)
                return -1;
        } else
            field = s_unquoted (self, begin);
        if (s_add (self, count, field) != 0)
            return -1;
        *end = self->specials[self->next];
        if (*end == self->n || self->at[*end] != self->delimiter)
            return (long) count + 1;
        self->next++;
        begin = *end + 1;
    }
}

//  Delimiters at the end of a row beyond the header's fields do no harm; values there do.
static enum rule s_check_count (const rows_t *self, size_t *count)
{
    if (*count < self->columns || *count > self->field_room)
        return RULE_FIELD_COUNT;
    while (*count > self->columns && text_trim (self->fields[*count - 1]).n == 0)
        --*count;
    return *count == self->columns ? RULE_NONE : RULE_FIELD_COUNT;
}

int csv_rows_next (rows_t *self, struct row *out)
{
    if (self->failed)
        return -1;
    if (!s_find_begin (self))
        return 0;
    size_t begin = self->begin, end = begin;
    out->line = self->lines;
    self->scratch.used = 0;
    long count = s_fields (self, &end);
    if (count < 0) {
        self->failed = true;
        return -1;
    }
    out->fields = self->fields;
    out->count = (size_t) count;
    out->raw = (struct text){self->at + begin, end - begin};
    out->problem = s_check_count (self, &out->count);
    if (!self->plain) {
        enum rule encoding = bytes_encoding (out->raw);
        if (encoding != RULE_NONE)
            out->problem = encoding;
    }
    if (end < self->n) {
        s_count_line (self, end);
        self->next++;
        end++;
    }
    self->begin = end;
    return 1;
}
