//  fasta_fuzz.c: any bytes as FASTA: records are the same in parts of any size as in one piece, every byte
//  of them is in one of them, and none is read beyond its block.
#include "worker/formats/detection.h"
#include "worker/formats/fasta/cut.h"
#include "worker/formats/fasta/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static void s_fail (const char *what)
{
    fprintf (stderr, "fasta_fuzz: %s\n", what);
    abort ();
}

static uint64_t s_mix (uint64_t sum, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ (unsigned char) bytes[i]) * 1099511628211u;
    return sum * 31 + n;
}

struct reading {
    uint64_t sum, lines, records;
    size_t raw;    //  bytes of records, their line ends aside
};

static void s_add (struct reading *self, const struct row *row, uint64_t first_line)
{
    self->records++;
    self->sum = s_mix (self->sum, (const char *) &row->problem, sizeof row->problem);
    self->sum += first_line + row->line + row->wrong_line * 3 + row->wrong_column * 7 + row->wrong;
    for (size_t f = 0; f < row->count; f++)
        self->sum = s_mix (self->sum, row->fields[f].n ? row->fields[f].at : "", row->fields[f].n);
}

//  A block of its own size, so that whoever reads beyond it is found.
static size_t s_block (rows_t *rows, const char *bytes, size_t n, bool goes_on, struct reading *self)
{
    struct row row = {.count = 0};
    char *exact = malloc (n + 1);
    int rc;
    if (!exact)
        s_fail ("out of memory");
    char *block = memcpy (exact + 1, bytes, n);
    fasta_rows_begin (rows, block, n);
    fasta_rows_goes_on (rows, goes_on);
    while ((rc = fasta_rows_next (rows, &row)) == 1) {
        if (row.raw.at < block || row.raw.at + row.raw.n > block + n)
            s_fail ("a record lies outside of its block");
        s_add (self, &row, self->lines);
    }
    size_t rest = fasta_rows_rest (rows);
    free (exact);
    if (rc != 0)
        s_fail ("out of memory");
    if (goes_on != (rest != SIZE_MAX))
        s_fail ("a record goes on and is not kept, or the other way round");
    return rest;
}

static struct reading s_read (const struct dialect *dialect, const char *bytes, size_t n, size_t step)
{
    struct reading self = {.sum = 0};
    enum record_place place = RECORD_BEGINS;
    rows_t *rows = fasta_rows_new (dialect);
    if (!rows)
        s_fail ("out of memory");
    for (size_t begin = 0, end = 0; begin < n;) {
        size_t cut = SIZE_MAX;
        uint64_t lines = 0;
        end = end + step < n ? end + step : n;
        if (fasta_part (dialect, bytes + begin, end - begin, end == n, &place, &cut, &lines) != DMH_OK ||
            cut > end - begin || (end == n && cut != end - begin))
            s_fail ("a cut is too long, or too short");
        if (cut)
            s_block (rows, bytes + begin, cut, place != RECORD_BEGINS, &self);
        self.lines += lines;
        begin += cut;
    }
    fasta_rows_destroy (&rows);
    return self;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    struct dialect dialect;
    struct error error;
    if (n < 2 || n > 8192)
        return 0;
    const char *bytes = (const char *) data + 1;
    if (!FORMAT_FASTA.matches (bytes, n - 1))
        return 0;
    if (dialect_find (bytes, n - 1, data[0] & 128, "it", NULL, &dialect, &error) != DMH_OK)
        return 0;
    if (dialect.format != &FORMAT_FASTA)
        s_fail ("it is of another format than it matches");
    size_t begin = (size_t) dialect.data_offset;
    struct reading whole = s_read (&dialect, bytes + begin, n - 1 - begin, n),
                   parts = s_read (&dialect, bytes + begin, n - 1 - begin, 1 + (data[0] & 63));
    if (whole.records != parts.records || whole.sum != parts.sum || whole.lines != parts.lines)
        s_fail ("the records of the parts are not those of the whole");
    dialect_clear (&dialect);
    return 0;
}
