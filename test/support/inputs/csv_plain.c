//  csv_plain.c: see csv_plain.h. Shares no code with worker/formats/csv.
#include "test/support/inputs/csv_plain.h"

#include "worker/text/bytes.h"

#include <stdlib.h>

struct plain {
    char delimiter, escape;
    size_t most, columns;
    const char *at;
    size_t n;
    struct text *fields;    //  [n + 1]
    size_t count;
    char *values;    //  of quoted fields
    size_t used;
    size_t open, wrong;    //  of a quoted field that has no right end
};

static bool s_line_end (char c)
{
    return c == '\n' || c == '\r';
}

static bool s_space (const struct plain *self, char c)
{
    return (c == ' ' || c == '\t') && c != self->delimiter;
}

static size_t s_skip_spaces (const struct plain *self, size_t at)
{
    while (at < self->n && s_space (self, self->at[at]))
        at++;
    return at;
}

//  From the opening quote. false: it has no right end.
static bool s_quoted (struct plain *self, size_t open, size_t *end)
{
    bool stray = false, lines = false;
    char *value = self->values + self->used, *to = value;
    size_t at = open + 1;
    self->open = open;
    for (; at < self->n; at++) {
        char c = self->at[at], next = at + 1 < self->n ? self->at[at + 1] : 0;
        if (lines && at - open >= self->most)
            break;
        if (self->escape && c == self->escape && (next == '"' || next == self->escape)) {
            *to++ = next;
            at++;
        } else if (c == '"' && next == '"' && at + 1 < self->n) {
            *to++ = c;
            at++;
        } else if (c == '"') {
            *end = s_skip_spaces (self, at + 1);
            if (*end == self->n || self->at[*end] == self->delimiter || s_line_end (self->at[*end])) {
                self->fields[self->count++] = (struct text){value, (size_t) (to - value)};
                self->used += (size_t) (to - value);
                return true;
            }
            stray = true;
            *to++ = c;
            if (lines) {
                at++;
                break;
            }
        } else {
            if (s_line_end (c) && stray)
                break;
            lines = lines || s_line_end (c);
            *to++ = c;
        }
    }
    self->wrong = at;
    return false;
}

//  The record at `begin`. false: a quote in it has no right end.
static bool s_record (struct plain *self, size_t begin, size_t *end)
{
    self->count = self->used = 0;
    for (size_t at = begin;; at = *end + 1) {
        size_t quote = s_skip_spaces (self, at);
        if (quote < self->n && self->at[quote] == '"') {
            if (!s_quoted (self, quote, end))
                return false;
        } else {
            *end = at;
            while (*end < self->n && self->at[*end] != self->delimiter && !s_line_end (self->at[*end]))
                ++*end;
            self->fields[self->count++] = (struct text){self->at + at, *end - at};
        }
        if (*end == self->n || self->at[*end] != self->delimiter)
            return true;
    }
}

//  Fields beyond the header's count only when they hold something.
static bool s_count_is_right (struct plain *self)
{
    if (self->count < self->columns)
        return false;
    for (size_t i = self->columns; i < self->count; i++)
        if (text_trim (self->fields[i]).n)
            return false;
    self->count = self->columns;
    return true;
}

static size_t s_line_from (const struct plain *self, size_t at)
{
    while (at < self->n && !s_line_end (self->at[at]))
        at++;
    return at;
}

static size_t s_behind (const struct plain *self, size_t at)
{
    if (at + 1 < self->n && self->at[at] == '\r' && self->at[at + 1] == '\n')
        return at + 2;
    return at + 1;
}

//  Where the record ends whose quote at self->open has no right end: lines go with it that begin before
//  self->wrong and, each by itself, have another number of fields than the header.
static size_t s_torn (struct plain *self)
{
    size_t wrong = self->wrong, end = s_line_from (self, self->open), all = self->n, line_end = end, at;
    while ((at = s_behind (self, line_end)) < wrong) {
        size_t unused;
        line_end = s_line_from (self, at);
        if (s_skip_spaces (self, at) >= line_end)
            continue;
        self->n = line_end;
        bool alone = s_record (self, at, &unused);
        self->n = all;
        if (!alone || s_count_is_right (self))
            break;
        end = line_end;
    }
    return end;
}

void csv_plain_read (const struct dialect *dialect, const char *bytes, size_t n,
                     void (*record) (void *context, const struct row *row), void *context)
{
    struct plain self = {dialect->delimiter,  dialect->escape, dialect->record_bytes,
                         dialect->name_count, bytes,           n,
                         .fields = NULL};
    self.most = self.most ? self.most : RECORD_BYTES_MAX;
    self.fields = calloc (n + 1, sizeof *self.fields);
    self.values = malloc (n + 1);
    if (!self.fields || !self.values)
        abort ();
    for (size_t at = 0, end; at < n; at = s_behind (&self, end)) {
        end = s_skip_spaces (&self, at);
        if (end == n)
            break;
        if (s_line_end (bytes[end]))
            continue;
        struct row row = {.fields = self.fields, .line = bytes_lines (bytes, at)};
        if (!s_record (&self, at, &end)) {
            end = s_torn (&self);
            self.count = 0;
            row.problem = RULE_RECORD_QUOTE;
        } else
            row.problem = s_count_is_right (&self) ? RULE_NONE : RULE_FIELD_COUNT;
        row.count = self.count;
        row.raw = (struct text){bytes + at, end - at};
        enum rule encoding = bytes_encoding (row.raw);
        row.problem = encoding == RULE_NONE ? row.problem : encoding;
        record (context, &row);
    }
    free (self.fields);
    free (self.values);
}
