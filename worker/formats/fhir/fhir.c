//  fhir.c: the FHIR R4 formats: one Bundle, a list of resources or a single one ("fhir"), and one resource a
//  line ("fhir-ndjson"). What is in a file is counted in its sample; which kind is read is settled after
//  that.
#include "messages/base/clock.h"
#include "worker/formats/fhir/columns.h"
#include "worker/formats/fhir/scan.h"
#include "worker/formats/json/cut.h"
#include "worker/formats/json/mark.h"
#include "worker/formats/json/scan.h"
#include "worker/text/bytes.h"

#include <time.h>

static void s_count (struct text type, struct dialect *out)
{
    for (size_t k = 0; k < FHIR_KINDS; k++)
        out->resources[k] += text_equal (type, text_of (FHIR_KIND[k].resource));
}

//  Counts the resources of one value: itself, or a Bundle's.
static void s_count_in (const char *bytes, size_t n, struct dialect *out)
{
    struct fhir_outline outline = fhir_read_outline (bytes, n);
    if (!outline.entries) {
        s_count (outline.type, out);
        return;
    }
    size_t begin, end;
    for (size_t at = outline.entries; fhir_next_entry (bytes, n, at, &begin, &end); at = end)
        s_count (fhir_read_outline (bytes + begin, end - begin).type, out);
}

static void s_count_lines (const char *bytes, size_t n, struct dialect *out)
{
    for (size_t at = 0; at < n;) {
        const char *lf = memchr (bytes + at, '\n', n - at);
        size_t end = lf ? (size_t) (lf - bytes) : n;
        while (at < end && memchr (" \t\r", bytes[at], 3))
            at++;
        s_count_in (bytes + at, end - at, out);
        at = end + 1;
    }
}

static void s_count_values (const char *bytes, size_t n, struct dialect *out)
{
    size_t end;
    for (size_t at = json_begin (bytes, n, 0); at < n; at = json_begin (bytes, n, end)) {
        end = json_end (bytes, n, at);
        if (end <= at)
            return;
        s_count_in (bytes + at, end - at, out);
    }
}

//  Whether the value that begins there is the only one, as far as can be seen.
static bool s_is_alone (const char *bytes, size_t n, size_t begin)
{
    size_t end = json_end (bytes, n, begin);
    while (end && end < n && memchr (" \t\r\n", bytes[end], 4))
        end++;
    return end == 0 || end == n;
}

//  A Bundle that is the whole file: its entries begin there.
static void s_enter_bundle (const char *bytes, size_t begin, size_t entries, struct dialect *out)
{
    out->entries = true;
    out->data_offset += begin + entries;
    out->data_line += bytes_lines (bytes, begin + entries);
}

static const struct format FHIR_NDJSON;

//  Whether the sample has a value for the last column of each kind that has such a one.
static int s_look_for_late (const char *bytes, size_t n, struct dialect *out)
{
    for (size_t k = 0; k < FHIR_KINDS; k++) {
        if (!FHIR_KIND[k].late || out->resources[k] == 0)
            continue;
        struct dialect bare = *out;    //  names aside, of which it has none yet
        bare.kind = FHIR_KIND[k].kind;
        rows_t *rows = fhir_rows_new (&bare);
        if (!rows)
            return DMH_INTERNAL;
        struct row row;
        int got;
        fhir_rows_begin (rows, bytes, n);
        while ((got = fhir_rows_next (rows, &row)) == 1)
            ;
        out->late[k] = fhir_rows_unknown (rows, 0).n > 0;
        fhir_rows_destroy (&rows);
        if (got != 0)
            return DMH_INTERNAL;
    }
    return DMH_OK;
}

static int s_find_records (const char *bytes, size_t n, bool whole, const char *source, struct dialect *out,
                           size_t *records, struct error *error)
{
    size_t begin = 0;
    while (begin < n && memchr (" \t\r\n", bytes[begin], 4))
        begin++;
    struct fhir_outline outline = fhir_read_outline (bytes + begin, n - begin);
    bool alone = s_is_alone (bytes, n, begin);
    out->bracket = bytes[begin] == '[';
    if (text_equal (outline.type, TEXT ("Bundle")) && alone) {
        if (!outline.entries)
            return error_set (error, DMH_BAD_INPUT, "%s is a FHIR Bundle without entries%s", source,
                              whole ? "" : " in its first MiB");
        s_enter_bundle (bytes, begin, outline.entries, out);
        *records = begin + outline.entries;
        json_find_mark (out, bytes, n, begin + outline.entries);
        s_count_in (bytes + begin, n - begin, out);
        return DMH_OK;
    }
    out->array = out->bracket || alone || !json_is_lines (bytes, n, begin);
    if (out->array) {
        json_find_mark (out, bytes, n, 0);
        s_count_values (bytes, n, out);
    } else {
        out->format = &FHIR_NDJSON;
        s_count_lines (bytes, n, out);
    }
    return DMH_OK;
}

static int s_sniff (const char *bytes, size_t n, bool whole, const char *source, struct dialect *out,
                    struct error *error)
{
    size_t records = 0;
    time_t now = (time_t) (clock_wall_ms () / 1000);
    struct tm tm;
    gmtime_r (&now, &tm);
    strftime (out->today, sizeof out->today, "%Y-%m-%d", &tm);
    int rc = s_find_records (bytes, n, whole, source, out, &records, error);
    if (rc != DMH_OK)
        return rc;
    return s_look_for_late (bytes + records, n - records, out) == DMH_OK
               ? DMH_OK
               : error_set (error, DMH_INTERNAL, "out of memory while looking at %s", source);
}

//  The kind that most resources of the sample are of.
static const struct fhir_kind *s_most (const struct dialect *dialect, const char *source, struct error *error)
{
    size_t best = 0, ties = 0;
    for (size_t k = 1; k < FHIR_KINDS; k++)
        if (dialect->resources[k] > dialect->resources[best])
            best = k;
    for (size_t k = 0; k < FHIR_KINDS; k++)
        ties += dialect->resources[k] == dialect->resources[best];
    if (dialect->resources[best] == 0)
        error_set (
            error, DMH_BAD_INPUT,
            "%s: none of the resources in its first MiB is a Patient, an Observation or an ImagingStudy; "
            "say with --kind which are to be read",
            source);
    else if (ties > 1)
        error_set (
            error, DMH_BAD_INPUT,
            "%s holds %zu Patient, %zu Observation and %zu ImagingStudy resources; say with --kind which "
            "are to be read, or --kind all",
            source, dialect->resources[0], dialect->resources[1], dialect->resources[2]);
    else
        return &FHIR_KIND[best];
    return NULL;
}

static int s_choose (struct dialect *dialect, const char *kind, const char *source, struct error *error)
{
    const struct fhir_kind *chosen = *kind ? fhir_kind_find (kind) : s_most (dialect, source, error);
    if (!chosen && *kind)
        error_set (error, DMH_BAD_INPUT,
                   "%s is FHIR, which is read as patient, lab_result or imaging_study, not as %.40s", source,
                   kind);
    if (!chosen)
        return DMH_BAD_INPUT;
    const char *names[FHIR_COLUMNS_MAX];
    size_t count = fhir_column_names (chosen, names);
    dialect->kind = chosen->kind;
    count -= chosen->late && !dialect->late[chosen - FHIR_KIND];
    for (size_t i = 0; i < count; i++)
        if (dialect_add_name (dialect, text_of (names[i])) != DMH_OK)
            return error_set (error, DMH_INTERNAL, "out of memory while looking at %s", source);
    return DMH_OK;
}

#define FHIR_FORMAT(NAME)                                                                                    \
    {                                                                                                        \
        .name = NAME, .matches = fhir_is_fhir, .sniff = s_sniff, .cut = json_cut, .rows_new = fhir_rows_new, \
        .rows_destroy = fhir_rows_destroy, .rows_begin = fhir_rows_begin, .rows_next = fhir_rows_next,       \
        .unknown = fhir_rows_unknown, .choose = s_choose, .skipped = fhir_rows_skipped,                      \
        .left_over = fhir_rows_left_over, .links = fhir_rows_links, .survey = fhir_rows_survey               \
    }

const struct format FORMAT_FHIR = FHIR_FORMAT ("fhir");
static const struct format FHIR_NDJSON = FHIR_FORMAT ("fhir-ndjson");
