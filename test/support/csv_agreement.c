//  csv_agreement.c: see csv_agreement.h.
#include "test/support/csv_agreement.h"

#include "test/support/csv_reference.h"
#include "worker/formats/csv/cut.h"
#include "worker/formats/csv/rows.h"

#include <stdlib.h>

enum { NAMES_MAX = 100000 };

//  All fields of all records, one after another, each with its length: what two readings have to share.
struct reading {
    char *at;
    size_t used, size;
    size_t records;
};

static void s_add (struct reading *reading, const void *bytes, size_t n)
{
    if (reading->used + n > reading->size) {
        reading->size = (reading->used + n) * 2 + 256;
        reading->at = realloc (reading->at, reading->size);
        if (!reading->at)
            abort ();
    }
    if (n)
        memcpy (reading->at + reading->used, bytes, n);
    reading->used += n;
}

static void s_add_row (struct reading *reading, const struct row *row)
{
    reading->records++;
    s_add (reading, &row->count, sizeof row->count);
    for (size_t i = 0; i < row->count; i++) {
        struct text field = text_trim (row->fields[i]);
        s_add (reading, &field.n, sizeof field.n);
        s_add (reading, field.at, field.n);
    }
}

static bool s_same (const struct reading *a, const struct reading *b)
{
    return a->records == b->records && a->used == b->used &&
           (a->used == 0 || memcmp (a->at, b->at, a->used) == 0);
}

//  More columns than the input can have, so that no surplus field is dropped; and no more, as the fuzzer
//  makes readers for each of its inputs.
static struct dialect s_dialect (char delimiter, size_t n)
{
    return (struct dialect){.delimiter = delimiter, .name_count = n < NAMES_MAX ? n + 1 : NAMES_MAX};
}

static void s_read (const struct dialect *dialect, const char *bytes, size_t n, struct reading *out)
{
    struct row row;
    rows_t *rows = csv_rows_new (dialect);
    csv_rows_begin (rows, bytes, n);
    while (csv_rows_next (rows, &row) == 1)
        s_add_row (out, &row);
    csv_rows_destroy (&rows);
}

static void s_read_reference (const struct dialect *dialect, const char *bytes, size_t n, struct reading *out)
{
    struct row row;
    rows_t *rows = csv_reference_new (dialect);
    csv_reference_begin (rows, bytes, n);
    while (csv_reference_next (rows, &row) == 1)
        s_add_row (out, &row);
    csv_reference_destroy (&rows);
}

const char *csv_agreement_of_tokenizers (const char *bytes, size_t n, char delimiter)
{
    struct dialect dialect = s_dialect (delimiter, n);
    struct reading fast = {.used = 0}, reference = {.used = 0};
    s_read (&dialect, bytes, n, &fast);
    s_read_reference (&dialect, bytes, n, &reference);
    const char *what = s_same (&fast, &reference)          ? NULL
                       : fast.records != reference.records ? "the number of records differs"
                                                           : "a field differs";
    free (fast.at);
    free (reference.at);
    return what;
}

const char *csv_agreement_of_cuts (const char *bytes, size_t n, char delimiter, size_t step)
{
    struct dialect dialect = s_dialect (delimiter, n);
    struct reading whole = {.used = 0}, pieces = {.used = 0};
    struct error error;
    const char *what = NULL;
    size_t begin = 0, cut = 0;
    uint64_t lines = 0, all = 0;
    if (csv_cut (&dialect, bytes, n, true, 1, "it", &cut, &all, &error) != DMH_OK)
        return NULL;    //  it ends in a quote: no reading of the whole to compare with
    s_read (&dialect, bytes, n, &whole);
    for (size_t end = step; begin < n && !what; end += step) {
        bool last = end >= n;
        end = last ? n : end;
        cut = 0;
        if (csv_cut (&dialect, bytes + begin, end - begin, last, 1, "it", &cut, &lines, &error) != DMH_OK)
            what = "a cut failed";
        else if (cut > end - begin || (last && cut != end - begin))
            what = "a cut is out of bounds";
        else
            s_read (&dialect, bytes + begin, cut, &pieces);
        begin += cut;
    }
    if (!what && lines != all)
        what = "the lines of the pieces are not those of the whole";
    if (!what && !s_same (&whole, &pieces))
        what = "the records of the pieces are not those of the whole";
    free (whole.at);
    free (pieces.at);
    return what;
}
