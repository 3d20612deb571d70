//  rows.c: see rows.h. Where a record that cannot be read ends is json/split.c's part, what is in one
//  json/record.c's.
#include "worker/formats/json/rows.h"

#include "worker/formats/json/record.h"
#include "worker/formats/json/scan.h"
#include "worker/formats/json/split.h"
#include "worker/formats/non_record.h"
#include "worker/text/bytes.h"

#include <stdlib.h>

//  So far a record is read before anything is asked about its end.
enum { READ_BYTES = 64 * 1024 };

struct rows {
    struct json_record record;
    struct non_record non_record;
    json_names_t *names;
    struct json_piece piece;
    const char *at;
    size_t n, next;
    uint64_t lines;
    size_t counted;    //  bytes whose lines are in `lines`
    bool valid;        //  the whole block is UTF-8 without NUL
    bool failed;
};

rows_t *json_rows_new (const struct dialect *dialect)
{
    rows_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->names = json_names_new (dialect);
    non_record_begin (&self->non_record, dialect);
    self->record = (struct json_record){.dialect = dialect, .names = self->names};
    self->record.fields = calloc (dialect->name_count + 1, sizeof *self->record.fields);
    self->record.bare = calloc (dialect->name_count + 1, 1);
    if (!self->names || !self->record.fields || !self->record.bare)
        json_rows_destroy (&self);
    return self;
}

void json_rows_destroy (rows_t **self_p)
{
    rows_t *self = *self_p;
    if (!self)
        return;
    json_names_destroy (&self->names);
    free (self->record.fields);
    free (self->record.bare);
    free (self->record.scratch.at);
    free (self);
    *self_p = NULL;
}

void json_rows_begin (rows_t *self, const char *bytes, size_t n)
{
    struct scratch *scratch = &self->record.scratch;
    self->at = bytes;
    self->n = n;
    self->next = self->counted = 0;
    self->lines = 0;
    self->piece = (struct json_piece){0};
    self->valid = bytes_encoding ((struct text){bytes, n}) == RULE_NONE;
    self->failed = json_names_forget (self->names) != 0;
    //  An unescaped string is shorter than it was.
    if (scratch->size < n + 8) {
        free (scratch->at);
        scratch->at = malloc (n + 8);
        scratch->size = scratch->at ? n + 8 : 0;
        self->failed = self->failed || !scratch->at;
    }
}

//  Where the next record begins; n when none does. Brackets and commas are between the elements of an array;
//  that the own array's ']' is in a block says that nothing comes any more.
static size_t s_begin (const rows_t *self)
{
    const struct dialect *dialect = self->record.dialect;
    size_t at = self->next;
    if (dialect->array && !dialect->wrapped)
        return json_begin (self->at, self->n, at);
    while (at < self->n && (json_is_space (self->at[at]) || (dialect->wrapped && self->at[at] == ',')))
        at++;
    return dialect->wrapped && at < self->n && self->at[at] == ']' ? self->n : at;
}

//  Reads what begins at `begin` and goes no farther than `end`; *end is where it stops.
static enum rule s_parse (rows_t *self, size_t begin, size_t *end)
{
    struct json_cursor in = {self->at + begin, self->at + *end, false};
    enum rule problem = json_record_read (&self->record, &in);
    *end = (size_t) (in.at - self->at);
    return problem;
}

//  Whether what was read as a record is one for json_split too.
static bool s_is_piece (const rows_t *self, size_t begin, size_t end)
{
    const struct dialect *dialect = self->record.dialect;
    return (dialect->array || json_is_line_end (self->at, self->n, end)) &&
           !json_is_swollen (dialect, self->at, begin, end);
}

//  The record at `begin`, which is not read so easily; *end is where it ends.
static enum rule s_read_piece (rows_t *self, size_t begin, size_t *end)
{
    struct json_piece *piece = &self->piece;
    bool whole = json_split (self->record.dialect, self->at, self->n, true, begin, piece) == JSON_PIECE;
    *end = piece->end;
    json_names_begin (self->names);
    if (!self->valid) {
        enum rule encoding = bytes_encoding ((struct text){self->at + begin, *end - begin});
        if (encoding != RULE_NONE)
            return encoding;
    }
    if (!whole || piece->broken || self->at[begin] != '{')
        return RULE_RECORD_SYNTAX;
    size_t read = *end;
    enum rule problem = s_parse (self, begin, &read);
    if (problem == RULE_NONE && (read == *end || s_is_piece (self, begin, read))) {
        *end = read;
        return RULE_NONE;
    }
    return problem == RULE_NONE ? RULE_RECORD_SYNTAX : problem;
}

//  Reads the record at `begin`; *end is where it ends.
static enum rule s_read (rows_t *self, size_t begin, size_t *end)
{
    if (self->valid && self->at[begin] == '{') {
        *end = self->n - begin > READ_BYTES ? begin + READ_BYTES : self->n;
        enum rule problem = s_parse (self, begin, end);
        if (problem == RULE_NONE && s_is_piece (self, begin, *end))
            return RULE_NONE;
        json_names_withdraw (self->names);
    }
    return s_read_piece (self, begin, end);
}

int json_rows_next (rows_t *self, struct row *out)
{
    if (self->failed)
        return -1;
    size_t begin = s_begin (self), end = begin;
    if (begin == self->n)
        return 0;
    self->lines += bytes_lines (self->at + self->counted, begin - self->counted);
    self->counted = begin;
    out->problem = s_read (self, begin, &end);
    if (out->problem != RULE_NONE)
        json_names_withdraw (self->names);
    if (json_names_failed (self->names))    //  a name met late had no room
        return -1;
    self->next = end;
    out->fields = self->record.fields;
    out->bare = self->record.bare;
    out->count = self->record.dialect->name_count;
    out->line = self->lines;
    out->raw = (struct text){self->at + begin, end - begin};
    if (out->problem == RULE_NONE)
        out->problem = non_record_rule (&self->non_record, out, out->count);
    return 1;
}

struct text json_rows_unknown (rows_t *self, size_t i)
{
    return json_names_unknown (self->names, i);
}
