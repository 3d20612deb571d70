//  rows.c: the records of a block of JSON: where each begins and ends, on which line, and the keys that
//  are no columns yet. What is in a record is json/record.c's part.
#include "worker/formats/json/record.h"
#include "worker/formats/json/scan.h"
#include "worker/text/bytes.h"

#include <stdlib.h>

struct rows {
    struct json_record record;
    text_index_t *columns;
    const char *at;
    size_t n, next;
    uint64_t lines;
    size_t counted;    //  bytes whose lines are in `lines`
    bool valid;        //  the whole block is UTF-8 without NUL
    bool failed;
    char **unknown;
    size_t unknown_count, unknown_room;
    text_index_t *unknown_seen;
};

static bool s_add_unknown (void *context, struct text name)
{
    rows_t *self = context;
    if (text_index_find (self->unknown_seen, name) != TEXT_INDEX_NONE)
        return true;
    if (self->unknown_count == COLUMNS_MAX)
        return false;
    if (self->unknown_count == self->unknown_room) {
        size_t room = self->unknown_room * 2 + 16;
        char **unknown = realloc (self->unknown, room * sizeof *unknown);
        self->failed = !unknown;
        if (!unknown)
            return false;
        self->unknown = unknown;
        self->unknown_room = room;
    }
    char *copy = malloc (name.n + 1);
    self->failed = !copy;
    if (!copy)
        return false;
    memcpy (copy, name.at, name.n);
    copy[name.n] = 0;
    self->unknown[self->unknown_count] = copy;
    self->failed =
        text_index_put (self->unknown_seen, (struct text){copy, name.n}, (int) self->unknown_count++) != 0;
    return !self->failed;
}

rows_t *json_rows_new (const struct dialect *dialect)
{
    rows_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->columns = text_index_new ();
    self->unknown_seen = text_index_new ();
    self->record =
        (struct json_record){.dialect = dialect, .columns = self->columns, .on_unknown = s_add_unknown};
    self->record.context = self;
    self->record.fields = calloc (dialect->name_count + 1, sizeof *self->record.fields);
    bool good = self->columns && self->unknown_seen && self->record.fields;
    for (size_t i = dialect->name_count; good && i-- > 0;)
        good = text_index_put (self->columns, (struct text){dialect->names[i], dialect->name_bytes[i]},
                               (int) i) == 0;
    if (!good)
        json_rows_destroy (&self);
    return self;
}

static void s_clear_unknown (rows_t *self)
{
    for (size_t i = 0; i < self->unknown_count; i++)
        free (self->unknown[i]);
    self->unknown_count = 0;
}

void json_rows_destroy (rows_t **self_p)
{
    rows_t *self = *self_p;
    if (!self)
        return;
    s_clear_unknown (self);
    text_index_destroy (&self->columns);
    text_index_destroy (&self->unknown_seen);
    free (self->unknown);
    free (self->record.fields);
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
    self->valid = bytes_encoding ((struct text){bytes, n}) == RULE_NONE;
    self->failed = false;
    if (self->unknown_count) {
        s_clear_unknown (self);
        text_index_destroy (&self->unknown_seen);
        self->unknown_seen = text_index_new ();
        self->failed = !self->unknown_seen;
    }
    //  An unescaped string is shorter than it was.
    if (scratch->size < n + 8) {
        free (scratch->at);
        scratch->at = malloc (n + 8);
        scratch->size = scratch->at ? n + 8 : 0;
        self->failed = self->failed || !scratch->at;
    }
}

//  Where the next record begins; n when none does.
static size_t s_begin (const rows_t *self)
{
    const struct dialect *dialect = self->record.dialect;
    if (dialect->array)
        return json_record_begin (dialect, self->at, self->n, self->next);
    size_t at = self->next;
    while (at < self->n &&
           (self->at[at] == ' ' || self->at[at] == '\n' || self->at[at] == '\r' || self->at[at] == '\t'))
        at++;
    return at;
}

//  The end of a record that could not be read, or whose bytes have to be judged first: its line, or its
//  brackets.
static size_t s_end (const rows_t *self, size_t begin)
{
    if (self->record.dialect->array) {
        size_t end = json_end (self->at, self->n, begin);
        return end ? end : self->n;
    }
    const char *lf = memchr (self->at + begin, '\n', self->n - begin);
    size_t end = lf ? (size_t) (lf - self->at) : self->n;
    while (end > begin && strchr (" \t\r", self->at[end - 1]) && self->at[end - 1])
        end--;
    return end;
}

//  On a line of its own a record is followed by the line's end or by another record.
static bool s_is_end (const rows_t *self, size_t at)
{
    if (self->record.dialect->array)
        return true;
    while (at < self->n && (self->at[at] == ' ' || self->at[at] == '\t' || self->at[at] == '\r'))
        at++;
    return at == self->n || self->at[at] == '\n' || self->at[at] == '{';
}

//  Reads the record at `begin`; *end is where it ends.
static enum rule s_read (rows_t *self, size_t begin, size_t *end)
{
    enum rule problem = RULE_RECORD_SYNTAX;
    if (!self->valid) {
        *end = s_end (self, begin);
        enum rule encoding = bytes_encoding ((struct text){self->at + begin, *end - begin});
        if (encoding != RULE_NONE)
            return encoding;
    }
    if (self->at[begin] == '{') {
        struct json_cursor in = {self->at + begin, self->at + self->n, !self->record.dialect->array};
        problem = json_record_read (&self->record, &in);
        *end = (size_t) (in.at - self->at);
        if (problem == RULE_NONE && s_is_end (self, *end))
            return RULE_NONE;
    }
    *end = s_end (self, begin);
    return problem == RULE_NONE ? RULE_RECORD_SYNTAX : problem;
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
    if (self->failed)    //  a name met late had no room
        return -1;
    self->next = end;
    out->fields = self->record.fields;
    out->count = self->record.dialect->name_count;
    out->line = self->lines;
    out->raw = (struct text){self->at + begin, end - begin};
    return 1;
}

struct text json_rows_unknown (rows_t *self, size_t i)
{
    return i < self->unknown_count ? text_of (self->unknown[i]) : (struct text){NULL, 0};
}
