//  sniff.c: see sniff.h. Nothing is guessed that could be meant otherwise:
//  - the delimiter is the one in which most of the first records have the same number of fields, two at
//  least;
//    a first line "sep=;" says it;
//  - above the header may stand lines that begin with # and titles: records of next to no cells. What comes
//    then has to look like a header, else the first record is the header as ever;
//  - that quotes are written \" shows where they go wrong otherwise;
//  - a name that is empty becomes column_N, one that is there already gets _2, _3 …
#include "worker/formats/csv/sniff.h"

#include "messages/base/narrow.h"
#include "worker/formats/csv/broken.h"
#include "worker/formats/csv/cut.h"
#include "worker/formats/csv/escape.h"
#include "worker/formats/csv/rows.h"
#include "worker/text/index.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { SNIFF_RECORDS = 100, NAME_BYTES_MAX = 64, HEAD_BYTES = 64 * 1024 };
static const char DELIMITERS[] = {',', ';', '\t', '|', '^', '~'};

//  What the first records are in one delimiter.
struct trial {
    char delimiter, escape;
    size_t fields;      //  the number that most records have; of several the first
    size_t agreeing;    //  records that have it
    size_t records;
    size_t counts[SNIFF_RECORDS];
};

//  While sniffing, every count of fields is another one than expected, so that none is trimmed to what a
//  header says.
static struct dialect s_unknown (const struct trial *trial)
{
    return (struct dialect){
        .delimiter = trial->delimiter, .escape = trial->escape, .name_count = CSV_COLUMNS_UNKNOWN};
}

static rows_t *s_rows (const struct trial *trial)
{
    struct dialect dialect = s_unknown (trial);
    return csv_rows_new (&dialect);
}

//  The records of the sample that are whole; all bytes when none is.
static size_t s_whole_records (const struct trial *trial, const char *bytes, size_t n, bool whole)
{
    struct dialect dialect = s_unknown (trial);
    size_t cut = 0;
    uint64_t lines = 0;
    struct error ignored;
    csv_cut (&dialect, bytes, n, whole, 1, "", &cut, &lines, &ignored);
    return cut ? cut : n;
}

static bool s_is_comment (const struct row *row)
{
    return row->raw.n && row->raw.at[0] == '#';
}

static void s_agree (struct trial *trial)
{
    for (size_t i = 0; i < trial->records; i++) {
        size_t agreeing = 0;
        if (trial->counts[i] < 2)
            continue;
        for (size_t j = 0; j < trial->records; j++)
            agreeing += trial->counts[j] == trial->counts[i];
        if (agreeing > trial->agreeing) {
            trial->agreeing = agreeing;
            trial->fields = trial->counts[i];
        }
    }
}

//  Counts the fields of the first records. 1: of all that are asked for; 0: these bytes have no more of them.
static int s_count (struct trial *trial, rows_t *rows, const char *bytes, size_t n)
{
    struct row row;
    int got = 1;
    csv_rows_begin (rows, bytes, n);
    trial->records = 0;
    for (size_t seen = 0; seen < SNIFF_RECORDS && (got = csv_rows_next (rows, &row)) == 1; seen++)
        if (!s_is_comment (&row))
            trial->counts[trial->records++] = row.count;
    return got;
}

//  Comments count only when nothing else is there. Mostly the head of the sample holds all that is looked at.
static int s_try (struct trial *trial, const char *bytes, size_t n, bool whole)
{
    rows_t *rows = s_rows (trial);
    if (!rows)
        return -1;
    int got =
        n > HEAD_BYTES ? s_count (trial, rows, bytes, s_whole_records (trial, bytes, HEAD_BYTES, false)) : 0;
    if (got == 0)
        got = s_count (trial, rows, bytes, s_whole_records (trial, bytes, n, whole));
    csv_rows_destroy (&rows);
    s_agree (trial);
    return got < 0 ? -1 : 0;
}

//  A first line "sep=;", as Excel writes and reads it.
static char s_sep_line (const char *bytes, size_t n)
{
    bool sep = n >= 6 && strncasecmp (bytes, "sep=", 4) == 0 && (bytes[5] == '\r' || bytes[5] == '\n');
    return sep && (signed char) bytes[4] > 0 && bytes[4] != '"' ? bytes[4] : 0;
}

//  The delimiter whose records agree best; among those that agree alike, the one with the most fields.
static int s_find_delimiter (const char *bytes, size_t n, bool whole, char given, char escape,
                             struct trial *out)
{
    struct trial best = {.delimiter = given ? given : ',', .escape = escape};
    if (given && s_try (&best, bytes, n, whole) != 0)
        return -1;
    for (size_t i = 0; !given && i < sizeof DELIMITERS; i++) {
        struct trial trial = {.delimiter = DELIMITERS[i], .escape = escape};
        if (s_try (&trial, bytes, n, whole) != 0)
            return -1;
        if (trial.fields < 2)
            continue;
        double agrees = (double) trial.agreeing / (double) trial.records;
        double had = best.records ? (double) best.agreeing / (double) best.records : 0;
        if (best.fields < 2 || agrees > had + 0.1 || (agrees > had - 0.1 && trial.fields > best.fields))
            best = trial;
    }
    if (!given && best.fields < 2)    //  one column, as comma sees it
        best.records = best.agreeing = best.fields = 0;
    if (!given && best.fields < 2 && s_try (&best, bytes, n, whole) != 0)
        return -1;
    *out = best;
    return 0;
}

//  Where quotes are escaped, the delimiter found without that knowledge may be the wrong one.
static int s_find_quoting (const char *bytes, size_t n, bool whole, char given, struct trial *out)
{
    int rc = s_find_delimiter (bytes, n, whole, given, 0, out);
    char escape = rc == 0 ? csv_escape_find (bytes, n, whole, out->delimiter) : 0;
    return escape ? s_find_delimiter (bytes, n, whole, given, escape, out) : rc;
}

//  Cells of a row that hold something, and whether one of them is nothing that a column would be called.
static size_t s_cells (const struct row *row, bool *data)
{
    size_t filled = 0;
    *data = false;
    for (size_t i = 0; i < row->count && i <= COLUMNS_MAX; i++) {
        struct text cell = text_trim (row->fields[i]);
        bool letter = false, digit = false;
        filled += cell.n > 0;
        for (size_t b = 0; b < cell.n; b++) {
            letter = letter || isalpha ((unsigned char) cell.at[b]) || (cell.at[b] & 0x80);
            digit = digit || isdigit ((unsigned char) cell.at[b]);
        }
        *data = *data || (digit && !letter);
    }
    return filled;
}

//  A title, a date of export, an empty line of a sheet: at most a third of the cells that records have.
static bool s_is_title (const struct row *row, size_t fields)
{
    bool data;
    size_t filled = s_cells (row, &data), most = fields / 3 > 1 ? fields / 3 : 1;
    bool padded = filled <= 1 && (filled == 0 || text_trim (row->fields[0]).n);
    return fields >= 2 && filled <= most && (row->count < fields || padded);
}

//  How many records stand above the header: all # lines, "sep=;", titles as long as a header follows them.
//  A # line that is the only one to look like the header is it. -1: out of memory.
static long s_above (rows_t *rows, const struct trial *trial, bool sep, bool header)
{
    struct row row;
    long at = 0, above = 0, last_hash = -2;
    int got = 0;
    bool data, titles = false, hash_names = false;
    while (at < SNIFF_RECORDS && (got = csv_rows_next (rows, &row)) == 1) {
        size_t filled = s_cells (&row, &data);
        if (at == 0 && sep) {
            above = 1;
        } else if (s_is_comment (&row)) {
            last_hash = at;
            hash_names = row.count == trial->fields && trial->fields >= 2 && !data;
            above = titles ? above : at + 1;
        } else if (header && row.count && s_is_title (&row, trial->fields)) {
            titles = true;
        } else {
            bool follows = header && last_hash + 1 == at && hash_names && data;
            if (follows)
                return last_hash;
            return titles && (data || filled < 2) ? above : at;
        }
        at++;
    }
    return got < 0 ? -1 : above;
}

static int s_out_of_columns (int rc, const char *source, struct error *error)
{
    if (rc == DMH_TOO_LARGE)
        return error_set (error, DMH_BAD_INPUT, "%s has a header of more than %d columns", source,
                          COLUMNS_MAX);
    return error_set (error, rc, "out of memory while looking at %s", source);
}

//  A name that no column has yet. `taken` holds each name with the last number that was tried for it.
static int s_add_name (struct dialect *out, text_index_t *taken, struct text name, size_t column)
{
    char own[NAME_BYTES_MAX];
    char *longer = NULL;
    if (name.n == 0) {
        snprintf (own, sizeof own, "column_%zu", column + 1);
        name = text_of (own);
    }
    int last = text_index_find (taken, name), number = last == TEXT_INDEX_NONE ? 1 : last;
    struct text unique = name;
    if (last != TEXT_INDEX_NONE && (longer = malloc (name.n + 16)) == NULL)
        return DMH_INTERNAL;
    while (text_index_find (taken, unique) != TEXT_INDEX_NONE) {
        int n = snprintf (longer, name.n + 16, "%.*s_%d", NARROW (int, name.n), name.at, ++number);
        unique = (struct text){longer, (size_t) n};
    }
    int rc = dialect_add_name (out, unique);
    free (longer);
    if (rc != DMH_OK)
        return rc;
    size_t at = out->name_count - 1;
    struct text kept = {out->names[at], out->name_bytes[at]};
    if (text_index_put (taken, kept, 1) != 0)
        return DMH_INTERNAL;
    return last == TEXT_INDEX_NONE || text_index_put (taken, name, number) == 0 ? DMH_OK : DMH_INTERNAL;
}

//  Names at the end that are empty, of columns that are empty or not there in every record of the sample: the
//  trailing delimiters of a header. -1: out of memory.
static long s_named (const struct row *header, const struct trial *trial, const char *rest, size_t n)
{
    size_t count = header->count;
    while (count > 0 && text_trim (header->fields[count - 1]).n == 0)
        count--;
    if (count == header->count || count == 0)
        return (long) header->count;
    rows_t *rows = s_rows (trial);
    struct row row;
    int got;
    if (!rows)
        return -1;
    csv_rows_begin (rows, rest, n);
    while ((got = csv_rows_next (rows, &row)) == 1)
        for (size_t i = row.count; i-- > count;)
            if (i < header->count && text_trim (row.fields[i]).n) {
                count = i + 1;
                break;
            }
    csv_rows_destroy (&rows);
    return got < 0 ? -1 : (long) count;
}

static int s_add_names (const struct row *row, size_t count, struct dialect *out)
{
    text_index_t *taken = text_index_new ();
    int rc = taken ? DMH_OK : DMH_INTERNAL;
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        struct text name = row ? text_trim (row->fields[i]) : (struct text){"", 0};
        bool hash = row && i == 0 && s_is_comment (row) && name.n && name.at[0] == '#';
        if (hash)
            name = text_trim ((struct text){name.at + 1, name.n - 1});
        rc = s_add_name (out, taken, name, i);
    }
    text_index_destroy (&taken);
    return rc;
}

static void s_begin_data (struct dialect *out, const struct row *row, const char *bytes)
{
    out->data_offset += (size_t) (row->raw.at - bytes);
    out->data_line = row->line + 1;
}

//  What stands behind the first row; of a text where none does, nothing.
static void s_line_end (struct dialect *out, const struct row *row, struct text sample)
{
    const char *at = row->raw.at + row->raw.n, *end = sample.at + sample.n;
    size_t n = at < end && (*at == '\r' || *at == '\n');
    if (n && *at == '\r' && at + 1 < end && at[1] == '\n')
        n = 2;
    memcpy (out->line_end, at, n);
    out->line_end[n] = 0;
}

static int s_read_header (rows_t *rows, const struct trial *trial, long above, struct text sample, bool whole,
                          const char *source, struct dialect *out, struct error *error)
{
    struct row row;
    int got = above < 0 ? -1 : 1;
    for (long i = 0; i <= above && got == 1; i++)
        if ((got = csv_rows_next (rows, &row)) == 0)
            return error_set (error, DMH_BAD_INPUT,
                              "%s holds nothing but blank lines and what stands above a header", source);
    if (got < 0)
        return DMH_INTERNAL;
    out->lines_above = out->data_line - 1 + row.line;
    s_line_end (out, &row, sample);
    if (out->options.no_header) {
        size_t fields = trial->fields ? trial->fields : row.count ? row.count : 1;
        s_begin_data (out, &row, sample.at);
        int rc = s_add_names (NULL, fields < COLUMNS_MAX ? fields : COLUMNS_MAX, out);
        return rc == DMH_OK ? rc : s_out_of_columns (rc, source, error);
    }
    if (row.count == 0)    //  RULE_RECORD_QUOTE
        return error_set (
            error, DMH_BAD_INPUT,
            "%s: the header on line %llu opens a quote that is not closed on it; mend the header", source,
            (unsigned long long) (out->data_line + row.line));
    size_t end = (size_t) (row.raw.at + row.raw.n - sample.at);
    long count =
        row.count > COLUMNS_MAX ? (long) row.count : s_named (&row, trial, sample.at + end, sample.n - end);
    int rc = count < 0 ? DMH_INTERNAL : s_add_names (&row, (size_t) count, out);
    if (rc != DMH_OK)
        return s_out_of_columns (rc, source, error);
    got = csv_rows_next (rows, &row);
    if (got == 1)
        s_begin_data (out, &row, sample.at);
    if (got != 0)
        return got == 1 ? DMH_OK : DMH_INTERNAL;
    if (whole) {    //  a header and no records: a good input, from whose end on there is nothing
        out->data_offset += sample.n;
        out->data_line = out->lines_above + 2;
        return DMH_OK;
    }
    return error_set (error, DMH_BAD_INPUT,
                      "%s: no record ends in the %zu bytes after the header; is a quote not closed?", source,
                      sample.n - end);
}

int csv_sniff (const char *bytes, size_t n, bool whole, const char *source, struct dialect *out,
               struct error *error)
{
    char sep = s_sep_line (bytes, n), given = out->options.delimiter ? out->options.delimiter : sep;
    struct trial *trial = calloc (1, sizeof *trial);
    rows_t *rows = NULL, *above = NULL;
    int rc = DMH_INTERNAL;
    if (!trial || s_find_quoting (bytes, n, whole, given, trial) != 0)
        goto cleanup;
    out->delimiter = trial->delimiter;
    out->escape = trial->escape;
    rows = s_rows (trial);
    above = s_rows (trial);
    if (!rows || !above)
        goto cleanup;
    csv_rows_begin (rows, bytes, n);
    csv_rows_begin (above, bytes, n);
    rc = s_read_header (rows, trial, s_above (above, trial, sep != 0, !out->options.no_header),
                        (struct text){bytes, n}, whole, source, out, error);
cleanup:
    if (rc == DMH_INTERNAL)
        error_set (error, rc, "out of memory while looking at %s", source);
    csv_rows_destroy (&rows);
    csv_rows_destroy (&above);
    free (trial);
    return rc;
}
