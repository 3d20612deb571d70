//  csv_agreement.c: see csv_agreement.h.
#include "test/support/inputs/csv_agreement.h"

#include "test/support/inputs/csv_plain.h"
#include "test/support/inputs/csv_reference.h"
#include "worker/formats/csv/cut.h"
#include "worker/formats/csv/rows.h"

#include <stdlib.h>

//  All records, one after another: what two readings have to share.
struct reading {
    char *at;
    size_t used, size;
    size_t records, broken;
    const char *bytes;    //  of the whole
    uint64_t line;        //  of the piece that is read
    bool bare;            //  fields alone, of every record: all that libcsv tells
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

static void s_add_number (struct reading *reading, uint64_t number)
{
    s_add (reading, &number, sizeof number);
}

static void s_add_row (void *context, const struct row *row)
{
    struct reading *reading = context;
    reading->records++;
    reading->broken += row->count == 0;
    if (!reading->bare) {
        s_add_number (reading, (uint64_t) (row->raw.at - reading->bytes));
        s_add_number (reading, row->raw.n);
        s_add_number (reading, reading->line + row->line);
        s_add_number (reading, row->problem);
        if (row->problem != RULE_NONE)
            return;
    }
    s_add_number (reading, row->count);
    for (size_t i = 0; i < row->count; i++) {
        struct text field = text_trim (row->fields[i]);
        s_add_number (reading, field.n);
        s_add (reading, field.at, field.n);
    }
}

static bool s_same (const struct reading *a, const struct reading *b)
{
    return a->records == b->records && a->used == b->used &&
           (a->used == 0 || memcmp (a->at, b->at, a->used) == 0);
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

static void s_read_libcsv (const struct dialect *dialect, const char *bytes, size_t n, struct reading *out)
{
    struct row row;
    rows_t *rows = csv_reference_new (dialect);
    csv_reference_begin (rows, bytes, n);
    while (csv_reference_next (rows, &row) == 1)
        s_add_row (out, &row);
    csv_reference_destroy (&rows);
}

static const char *s_compare (struct reading *a, struct reading *b)
{
    const char *what = s_same (a, b)              ? NULL
                       : a->records != b->records ? "the number of records differs"
                                                  : "a record differs";
    free (a->at);
    free (b->at);
    return what;
}

static const char *s_agree_libcsv (const struct dialect *given, const char *bytes, size_t n)
{
    //  More columns than the input can have, so that no surplus field is dropped; and no more, as the fuzzer
    //  makes readers for each of its inputs.
    struct dialect dialect = {
        .delimiter = given->delimiter, .record_bytes = given->record_bytes, .name_count = n + 1};
    struct reading fast = {.bare = true}, reference = {.bare = true};
    s_read (&dialect, bytes, n, &fast);
    s_read_libcsv (&dialect, bytes, n, &reference);
    return s_compare (&fast, &reference);
}

const char *csv_agreement_of_tokenizers (const struct dialect *dialect, const char *bytes, size_t n)
{
    struct reading fast = {.bytes = bytes}, plain = {.bytes = bytes};
    s_read (dialect, bytes, n, &fast);
    csv_plain_read (dialect, bytes, n, s_add_row, &plain);
    size_t broken = plain.broken;
    const char *what = s_compare (&fast, &plain);
    return what || broken || dialect->escape ? what : s_agree_libcsv (dialect, bytes, n);
}

const char *csv_agreement_of_cuts (const struct dialect *dialect, const char *bytes, size_t n, size_t step)
{
    struct reading whole = {.bytes = bytes}, pieces = {.bytes = bytes};
    struct error error;
    const char *what = NULL;
    uint64_t all = 0;
    size_t begin = 0, cut = 0;
    if (csv_cut (dialect, bytes, n, true, 1, "it", &cut, &all, &error) != DMH_OK || cut != n)
        what = "the end of the file is no end of a record";
    s_read (dialect, bytes, n, &whole);
    for (size_t end = step; begin < n && !what; end += step) {
        bool last = end >= n;
        end = last ? n : end;
        cut = 0;
        uint64_t lines = 0;
        int rc = csv_cut (dialect, bytes + begin, end - begin, last, 1, "it", &cut, &lines, &error);
        if (rc < 0)
            what = "a cut failed";
        else if (cut > end - begin || (last && cut != end - begin) || (rc == FORMAT_CUT_AHEAD && cut))
            what = "a cut is out of bounds";
        else
            s_read (dialect, bytes + begin, cut, &pieces);
        begin += cut;
        pieces.line += lines;
    }
    if (!what && pieces.line != all)
        what = "the lines of the pieces are not those of the whole";
    if (!what && !s_same (&whole, &pieces))
        what = "the records of the pieces are not those of the whole";
    free (whole.at);
    free (pieces.at);
    return what;
}
