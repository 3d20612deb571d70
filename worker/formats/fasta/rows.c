//  rows.c: see rows.h.
#include "worker/formats/fasta/rows.h"

#include "messages/base/buffer.h"
#include "worker/formats/fasta/columns.h"
#include "worker/formats/fasta/cut.h"
#include "worker/text/bytes.h"

#include <stdlib.h>

struct rows {
    const struct dialect *dialect;
    residues_t *residues;
    fasta_columns_t *columns;
    struct fasta_header header;
    struct residue_facts facts;
    struct buffer line;    //  of the record that goes on: its header
    const char *at;
    size_t n, next;
    bool goes_on;       //  the block's last record, in the next one
    bool open;          //  one that began in an earlier block goes on in this one
    bool line_start;    //  of that: where the block begins, a line does
    uint64_t before;    //  lines of it in earlier blocks
    uint64_t lines;     //  of this block, up to `counted`
    size_t counted, rest;
};

rows_t *fasta_rows_new (const struct dialect *dialect)
{
    rows_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->dialect = dialect;
    self->residues = residues_new ();
    self->columns = fasta_columns_new (dialect);
    if (!self->residues || !self->columns)
        fasta_rows_destroy (&self);
    return self;
}

void fasta_rows_destroy (rows_t **self_p)
{
    rows_t *self = *self_p;
    if (!self)
        return;
    residues_destroy (&self->residues);
    fasta_columns_destroy (&self->columns);
    free (self->line.at);
    free (self);
    *self_p = NULL;
}

void fasta_rows_begin (rows_t *self, const char *bytes, size_t n)
{
    self->at = bytes;
    self->n = n;
    self->next = self->counted = 0;
    self->lines = 0;
    self->goes_on = false;
    self->rest = SIZE_MAX;
    fasta_columns_begin (self->columns);
}

void fasta_rows_goes_on (rows_t *self, bool goes_on)
{
    self->goes_on = goes_on;
}

size_t fasta_rows_rest (const rows_t *self)
{
    return self->rest;
}

struct text fasta_rows_unknown (rows_t *self, size_t i)
{
    return fasta_columns_unknown (self->columns, i);
}

static uint64_t s_lines (rows_t *self, size_t to)
{
    self->lines += bytes_lines (self->at + self->counted, to - self->counted);
    self->counted = to;
    return self->lines;
}

//  Without the line ends, and blank lines, behind it.
static struct text s_raw (const rows_t *self, size_t begin, size_t end)
{
    while (end > begin && (self->at[end - 1] == '\n' || self->at[end - 1] == '\r'))
        end--;
    return (struct text){self->at + begin, end - begin};
}

//  The record is over: what it is. 1, or -1 out of memory.
static int s_finish (rows_t *self, struct text line, struct row *out)
{
    struct residue_facts *facts = &self->facts;
    fasta_header_read (&self->header, line);
    residues_end (self->residues, self->header.sort, (enum residue_sort) self->dialect->residues, facts);
    out->fields = fasta_columns_take (self->columns, &self->header, facts);
    out->count = self->dialect->name_count;
    out->warning = facts->length ? RULE_NONE : RULE_SEQUENCE_EMPTY;
    out->problem = bytes_encoding (line);
    out->wrong_line = out->wrong_column = 0;
    out->wrong = 0;
    if (out->problem == RULE_NONE && facts->bad) {
        out->problem = RULE_SEQUENCE_LETTER;
        out->wrong_line = facts->first_bad.line + 1;    //  below the header
        out->wrong_column = facts->first_bad.column;
        out->wrong = facts->first_bad.byte;
    }
    return out->fields ? 1 : -1;
}

//  The next block goes on with the record that has so many lines in this one. 0.
static int s_leave (rows_t *self, size_t begin, uint64_t lines)
{
    self->before += lines;
    self->next = self->n;
    self->rest = begin;
    self->open = true;
    self->line_start = self->n && (self->at[self->n - 1] == '\n' || self->at[self->n - 1] == '\r');
    return 0;
}

//  What there is of the record that began in an earlier block.
static int s_go_on (rows_t *self, struct row *out)
{
    size_t end = fasta_find_header (self->at, self->n, 0, self->line_start);
    residues_feed (self->residues, self->at, end);
    if (end == self->n && self->goes_on)
        return s_leave (self, 0, s_lines (self, end));
    out->continued = true;
    out->raw = s_raw (self, 0, end);
    out->line = 0 - self->before;
    self->next = end;
    self->open = false;
    return s_finish (self, (struct text){self->line.at, self->line.used}, out);
}

//  The record that begins at `begin`.
static int s_read (rows_t *self, size_t begin, struct row *out)
{
    size_t end = fasta_line_end (self->at, self->n, begin),
           letters = fasta_next_line (self->at, self->n, end);
    struct text line = {self->at + begin + 1, end - begin - 1};
    end = fasta_find_header (self->at, self->n, letters, true);
    residues_begin (self->residues);
    residues_feed (self->residues, self->at + letters, end - letters);
    uint64_t lines = s_lines (self, begin);
    if (end == self->n && self->goes_on) {
        self->before = self->line.used = 0;
        if (buffer_reserve (&self->line, line.n + 1) != 0)
            return -1;
        memcpy (self->line.at, line.at, line.n);
        self->line.used = line.n;
        return s_leave (self, begin, s_lines (self, end) - lines);
    }
    out->continued = false;
    out->raw = s_raw (self, begin, end);
    out->line = lines;
    self->next = end;
    return s_finish (self, line, out);
}

int fasta_rows_next (rows_t *self, struct row *out)
{
    out->bare = NULL;
    out->unquoted = false;
    if (self->open)
        return self->next == self->n && self->n ? 0 : s_go_on (self, out);
    self->next = fasta_find_header (self->at, self->n, self->next, true);
    return self->next == self->n ? 0 : s_read (self, self->next, out);
}
