//  vcf_fuzz.c: any bytes as VCF: records are the same in blocks of any size as in one piece, each line is in
//  as many of them as it has alternate alleles, and nothing is read beyond a block or written beyond a
//  scratch.
#include "worker/formats/detection.h"
#include "worker/formats/vcf/record.h"
#include "worker/formats/vcf/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static void s_fail (const char *what)
{
    fprintf (stderr, "vcf_fuzz: %s\n", what);
    abort ();
}

static uint64_t s_mix (uint64_t sum, struct text text)
{
    for (size_t i = 0; i < text.n; i++)
        sum = (sum ^ (unsigned char) text.at[i]) * 1099511628211u;
    return sum * 31 + text.n;
}

struct reading {
    uint64_t sum, lines, records;
};

static bool s_lies_in (struct text part, struct text whole)
{
    return part.at >= whole.at && part.at + part.n <= whole.at + whole.n;
}

//  A record has no more bytes than its line, whatever was dealt out.
static void s_weigh (const struct vcf_record *record)
{
    size_t bytes = record->ref.n + record->alt.n;
    for (size_t i = 0; i < record->info_count; i++)
        bytes += record->infos[i].id.n + record->infos[i].value.n;
    for (size_t i = 0; i < record->key_count * record->header->sample_count; i++)
        bytes += record->values[i].n;
    if (bytes > record->line.n)
        s_fail ("a record has more than its line");
}

static void s_add (struct reading *self, const struct row *row, uint64_t first_line)
{
    self->records++;
    self->sum = self->sum * 31 + (uint64_t) row->problem + first_line + row->line + row->wrong_column * 7;
    for (size_t w = 0; w < row->warning_count; w++)
        self->sum = s_mix (self->sum + (uint64_t) row->warnings[w].rule, row->warnings[w].raw);
    if (row->problem != RULE_NONE) {
        if (row->wrong_text.n && !s_lies_in (row->wrong_text, row->raw))
            s_fail ("what is wrong does not lie in its line");
        return;
    }
    s_weigh (row->variant);
    self->sum = s_mix (self->sum, row->key);
    for (size_t f = 0; f < row->count; f++)
        self->sum = s_mix (self->sum, row->fields[f]);
}

//  A block of its own size, so that whoever reads beyond it is found.
static void s_block (rows_t *rows, const char *bytes, size_t n, struct reading *self)
{
    struct row row = {.count = 0};
    char *block = malloc (n ? n : 1);
    size_t runs;
    int rc;
    if (!block)
        s_fail ("out of memory");
    memcpy (block, bytes, n);
    vcf_rows_begin (rows, block, n);
    while ((rc = vcf_rows_next (rows, &row)) == 1) {
        if (!s_lies_in (row.raw, (struct text){block, n}))
            s_fail ("a record lies outside of its block");
        s_add (self, &row, self->lines);
    }
    vcf_rows_runs (rows, &runs);
    free (block);
    if (rc != 0)
        s_fail ("out of memory");
    if (runs > self->records)
        s_fail ("there are more runs than records");
}

static struct reading s_read (const struct dialect *dialect, const char *bytes, size_t n, size_t step)
{
    struct reading self = {.sum = 0};
    struct error error;
    rows_t *rows = vcf_rows_new (dialect);
    if (!rows)
        s_fail ("out of memory");
    for (size_t begin = 0, end = 0; begin < n;) {
        size_t cut = SIZE_MAX;
        uint64_t lines = 0;
        end = end + step < n ? end + step : n;
        if (FORMAT_VCF.cut (dialect, bytes + begin, end - begin, end == n, 0, "it", &cut, &lines, &error) !=
                DMH_OK ||
            cut > end - begin || (end == n && cut != end - begin))
            s_fail ("a cut is too long, or too short");
        if (cut)
            s_block (rows, bytes + begin, cut, &self);
        self.lines += lines;
        begin += cut;
    }
    vcf_rows_destroy (&rows);
    return self;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    struct dialect dialect;
    struct error error;
    if (n < 2 || n > 8192)
        return 0;
    const char *bytes = (const char *) data + 1;
    if (!FORMAT_VCF.matches (bytes, n - 1))
        return 0;
    if (dialect_find (bytes, n - 1, data[0] & 128, "it", NULL, &dialect, &error) != DMH_OK)
        return 0;
    if (dialect.format != &FORMAT_VCF)
        s_fail ("it is of another format than it matches");
    size_t begin = (size_t) dialect.data_offset;
    struct reading whole = s_read (&dialect, bytes + begin, n - 1 - begin, n),
                   parts = s_read (&dialect, bytes + begin, n - 1 - begin, 1 + (data[0] & 127));
    if (whole.records != parts.records || whole.sum != parts.sum || whole.lines != parts.lines)
        s_fail ("the records of the blocks are not those of the whole");
    if (dialect_learn (&dialect, TEXT ("FORMAT/QQ")) != DMH_OK ||
        dialect_learn (&dialect, TEXT ("INFO/QQ")) != DMH_OK)
        s_fail ("a tag is not learned");
    s_read (&dialect, bytes + begin, n - 1 - begin, n);
    dialect_clear (&dialect);
    return 0;
}
