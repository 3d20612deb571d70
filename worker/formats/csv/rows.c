//  rows.c: see rows.h. A block's delimiters, quotes and line ends are found 16 bytes at a time
//  into an index of positions; records are then walked from one position to the next. What is not plain RFC
//  4180 goes through csv/quoted.c.
#include "worker/formats/csv/rows.h"

#include "messages/base/narrow.h"
#include "worker/formats/csv/broken.h"
#include "worker/formats/non_record.h"
#include "worker/text/bytes.h"

#include "worker/memory/pages.h"

#include <stdlib.h>

enum took { TOOK, TOOK_BROKEN, TOOK_NO_MEMORY };
//  Blocks are not all of one size; a special comes every few bytes.
enum { SPARE = 16, BYTES_A_SPECIAL = 8 };

struct rows {
    struct csv_quoting quoting;
    struct non_record non_record;
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
    size_t broken_end;         //  after TOOK_BROKEN: where the record's text ends
    bool failed;               //  out of memory
};

rows_t *csv_rows_new (const struct dialect *dialect)
{
    rows_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->quoting = csv_quoting_of (dialect);
    non_record_begin (&self->non_record, dialect);
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

//  Of the room for as many specials as there are bytes, what a table needs is asked for at once.
static bool s_make_specials (rows_t *self, size_t room)
{
    free (self->specials);
    self->specials = malloc (room * sizeof *self->specials);
    self->special_room = self->specials ? room : 0;
    if (self->specials)
        pages_prepare (self->specials, room / BYTES_A_SPECIAL * sizeof *self->specials);
    return self->specials;
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
    if (self->special_room < n + 1 && !s_make_specials (self, n + n / SPARE + 1)) {
        self->failed = true;
        return;
    }
    self->special_count = bytes_specials (bytes, n, self->quoting.delimiter, self->specials, &self->plain);
    self->specials[self->special_count] = NARROW (uint32_t, n);
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
               self->at[at] != self->quoting.delimiter)
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

//  Whether the quote at `close` ends the field that opens at `quote`, as it plainly does: a delimiter or the
//  record's end right behind it, no escape before it, not further away than a quoted field may go.
static bool s_closes (const rows_t *self, size_t quote, size_t close)
{
    size_t after = close + 1;
    return close < self->n &&
           (after == self->n || self->at[after] == self->quoting.delimiter || s_is_end (self->at[after])) &&
           !(self->quoting.escape && memchr (self->at + quote, self->quoting.escape, close - quote)) &&
           close - quote < self->quoting.most;
}

static bool s_make_room (rows_t *self)
{
    //  Room for all that the record can need, so that its earlier values do not move.
    if (self->scratch.used == 0 && self->scratch.size < self->n) {
        free (self->scratch.at);
        self->scratch.at = malloc (self->n);
        self->scratch.size = self->scratch.at ? self->n : 0;
    }
    return self->scratch.at;
}

//  A field that begins with a quote at `quote`. Leaves self->next at the special that ends it.
static enum took s_quoted (rows_t *self, size_t quote, struct text *out)
{
    size_t next = self->next;
    while (self->specials[next] <= quote)
        next++;
    //  The plain case: no quote inside, and right after the closing one a delimiter or the record's end.
    while (next < self->special_count && self->at[self->specials[next]] != '"')
        s_count_line (self, self->specials[next++]);
    size_t close = self->specials[next];
    if (s_closes (self, quote, close)) {
        *out = (struct text){self->at + quote + 1, close - quote - 1};
        self->next = next + 1;
        return TOOK;
    }
    struct text rest = {self->at + quote, self->n - quote};
    struct csv_quoted found = csv_quoted_find (rest, &self->quoting);
    if (found.state == CSV_QUOTED_OPEN || found.state == CSV_QUOTED_WRONG) {
        csv_broken_end (rest, found.end, true, &self->quoting, self->columns, &self->broken_end);
        self->broken_end += quote;
        return TOOK_BROKEN;
    }
    if (!s_make_room (self))
        return TOOK_NO_MEMORY;
    csv_quoted_value ((struct text){rest.at + 1, found.close - 1}, self->quoting.escape, &self->scratch, out);
    while (next < self->special_count && self->specials[next] < quote + found.end)
        s_count_line (self, self->specials[next++]);
    self->next = next;
    return TOOK;
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
           self->at[skipped] != self->quoting.delimiter)
        skipped++;
    return skipped < self->n && self->at[skipped] == '"' ? skipped : at;
}

//  Whether a field that begins with this byte may begin with a quote, or with spaces before one.
static inline bool s_may_be_quoted (char first)
{
    return (unsigned char) first <= '"';
}

//  The fields from *begin on that hold no quote, as far as the next special is the delimiter right behind
//  each and there is room: what most of a record is.
static inline size_t s_bare (rows_t *self, size_t *begin, size_t count)
{
    const char *at = self->at, delimiter = self->quoting.delimiter;
    const uint32_t *special = self->specials + self->next;
    size_t from = *begin;
    for (; *special < self->n && at[*special] == delimiter && !s_may_be_quoted (at[from]) &&
           count < self->field_room;
         special++) {
        self->fields[count++] = (struct text){at + from, *special - from};
        from = *special + 1;
    }
    self->next = (size_t) (special - self->specials);
    *begin = from;
    return count;
}

//  Walks the record's fields. *end receives where the record ends, *count their number.
static enum took s_fields (rows_t *self, size_t *end, size_t *count)
{
    size_t begin = self->begin;
    for (*count = 0;;) {
        *count = s_bare (self, &begin, *count);
        struct text field;
        char first = begin < self->n ? self->at[begin] : 0;
        size_t quote = first == ' ' || first == '\t' ? s_skip_spaces (self, begin) : begin;
        if (quote < self->n && self->at[quote] == '"') {
            enum took took = s_quoted (self, quote, &field);
            if (took != TOOK)
                return took;
        } else
            field = s_unquoted (self, begin);
        if (s_add (self, (*count)++, field) != 0)
            return TOOK_NO_MEMORY;
        *end = self->specials[self->next];
        if (*end == self->n || self->at[*end] != self->quoting.delimiter)
            return TOOK;
        self->next++;
        begin = *end + 1;
    }
}

//  The record that began at special `first` has no fields that could be relied on; the lines it takes with it
//  are counted.
static size_t s_pass_broken (rows_t *self, size_t first)
{
    self->next = first;
    while (self->specials[self->next] < self->broken_end)
        s_count_line (self, self->specials[self->next++]);
    return self->broken_end;
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
    size_t begin = self->begin, end = begin, first = self->next;
    out->line = self->lines;
    out->count = 0;
    self->scratch.used = 0;
    enum took took = s_fields (self, &end, &out->count);
    if (took == TOOK_NO_MEMORY) {
        self->failed = true;
        return -1;
    }
    out->fields = self->fields;
    out->bare = NULL;
    if (took == TOOK_BROKEN) {
        self->lines = out->line;
        end = s_pass_broken (self, first);
        out->count = 0;
        out->problem = RULE_RECORD_QUOTE;
    } else
        out->problem = s_check_count (self, &out->count);
    out->raw = (struct text){self->at + begin, end - begin};
    out->unquoted = took == TOOK && self->quoting.delimiter == ',' && self->next - first + 1 == out->count;
    if (took == TOOK) {
        size_t kept = out->count < self->field_room ? out->count : self->field_room;
        enum rule rule = non_record_rule (&self->non_record, out, kept);
        out->problem = rule == RULE_NONE ? out->problem : rule;
    }
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
