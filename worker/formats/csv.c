//  csv.c: the CSV format: its place in the table of formats, and a first look at a file: delimiter and
//  header.
#include "csv.h"

#include "csv_cut.h"

#include <stdlib.h>

enum { LOOK_RECORDS = 100 };
static const char DELIMITERS[] = {',', ';', '\t', '|'};

//  How well a delimiter explains the sample: records whose number of fields is that of the first one.
struct trial {
    char delimiter;
    size_t fields, records, agreeing;
};

//  The records of the sample that are whole, or 0 bytes.
static size_t s_whole_records (char delimiter, const char *bytes, size_t n, bool whole)
{
    struct dialect dialect = {.delimiter = delimiter};
    size_t cut = 0;
    uint64_t lines = 0;
    struct error ignored;
    if (csv_cut (&dialect, bytes, n, whole, 1, "", &cut, &lines, &ignored) != DMH_OK)
        csv_cut (&dialect, bytes, n, false, 1, "", &cut, &lines, &ignored);
    return cut;
}

static int s_try (struct trial *trial, const char *bytes, size_t n, bool whole)
{
    struct dialect dialect = {.delimiter = trial->delimiter};
    rows_t *rows = csv_rows_new (&dialect);
    if (!rows)
        return -1;
    struct row row;
    size_t cut = s_whole_records (trial->delimiter, bytes, n, whole);
    csv_rows_begin (rows, bytes, cut ? cut : n);
    //  With no header known every count is another one than expected, so the count itself is looked at.
    while (trial->records < LOOK_RECORDS && csv_rows_next (rows, &row) == 1) {
        if (trial->records++ == 0)
            trial->fields = row.count;
        trial->agreeing += row.count == trial->fields;
    }
    csv_rows_destroy (&rows);
    return 0;
}

//  The delimiter whose records agree best; among those that agree alike, the one with the most fields.
static int s_find_delimiter (const char *bytes, size_t n, bool whole, char *out)
{
    struct trial best = {.delimiter = ',', .fields = 0};
    for (size_t i = 0; i < sizeof DELIMITERS; i++) {
        struct trial trial = {.delimiter = DELIMITERS[i]};
        if (s_try (&trial, bytes, n, whole) != 0)
            return -1;
        if (trial.fields < 2)
            continue;
        double agrees = (double) trial.agreeing / (double) trial.records;
        double had = best.records ? (double) best.agreeing / (double) best.records : 0;
        if (best.fields < 2 || agrees > had + 0.1 || (agrees > had - 0.1 && trial.fields > best.fields))
            best = trial;
    }
    *out = best.delimiter;
    return 0;
}

static int s_add_names (const struct row *row, struct dialect *out)
{
    for (size_t i = 0; i < row->count; i++) {
        int rc = dialect_add_name (out, text_trim (row->fields[i]));
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}

static int s_read_header (rows_t *rows, const char *bytes, bool whole, const char *source,
                          struct dialect *out, struct error *error)
{
    struct row row;
    if (csv_rows_next (rows, &row) != 1)
        return error_set (error, DMH_BAD_INPUT, "%s holds nothing but blank lines", source);
    int rc = s_add_names (&row, out);
    if (rc != DMH_OK)
        return error_set (error, rc, "%s has a header of more than %d columns", source, COLUMNS_MAX);
    size_t end = (size_t) (row.raw.at + row.raw.n - bytes);
    if (csv_rows_next (rows, &row) == 1) {
        out->data_offset += (size_t) (row.raw.at - bytes);
        out->data_line = row.line + 1;
        return DMH_OK;
    }
    if (whole)
        return error_set (error, DMH_BAD_INPUT, "%s has a header and no records", source);
    return error_set (error, DMH_BAD_INPUT,
                      "%s: no record ends in the %zu bytes after the header; is a quote not closed?", source,
                      (size_t) SAMPLE_BYTES - end);
}

static int s_look (const char *bytes, size_t n, bool whole, const char *source, struct dialect *out,
                   struct error *error)
{
    if (s_find_delimiter (bytes, n, whole, &out->delimiter) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory while looking at %s", source);
    rows_t *rows = csv_rows_new (out);
    if (!rows)
        return error_set (error, DMH_INTERNAL, "out of memory while looking at %s", source);
    csv_rows_begin (rows, bytes, n);
    int rc = s_read_header (rows, bytes, whole, source, out, error);
    csv_rows_destroy (&rows);
    return rc;
}

const struct format FORMAT_CSV = {
    .name = "csv",
    .look = s_look,
    .cut = csv_cut,
    .rows_new = csv_rows_new,
    .rows_destroy = csv_rows_destroy,
    .rows_begin = csv_rows_begin,
    .rows_next = csv_rows_next,
    .unknown = NULL,
};
