//  json.c: the JSON format: its place in the table of formats, and what its first bytes tell: one record a
//  line, or values one after another (an array, one object, objects over several lines); the names that the
//  sample's records have.
#include "worker/formats/json/cut.h"
#include "worker/formats/json/dicom.h"
#include "worker/formats/json/mark.h"
#include "worker/formats/json/rows.h"
#include "worker/formats/json/scan.h"
#include "worker/formats/json/wrapper.h"
#include "worker/text/bytes.h"

#include <stdlib.h>

static int s_gather (const char *bytes, size_t n, struct dialect *out, size_t *records)
{
    struct dialect bare = *out;    //  names aside, of which it has none yet
    rows_t *rows = json_rows_new (&bare);
    if (!rows)
        return DMH_INTERNAL;
    struct row row;
    int got;
    json_rows_begin (rows, bytes, n);
    while ((got = json_rows_next (rows, &row)) == 1)
        ++*records;
    int rc = got == 0 ? DMH_OK : DMH_INTERNAL;
    struct text name;
    for (size_t i = 0; rc == DMH_OK && (name = json_rows_unknown (rows, i)).at; i++)
        rc = dialect_add_name (out, name);
    json_rows_destroy (&rows);
    return rc;
}

static bool s_matches (const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!memchr (" \t\r\n", bytes[i], 4))
            return bytes[i] == '{' || bytes[i] == '[';
    return false;
}

static int s_sniff (const char *bytes, size_t n, bool whole, const char *source, struct dialect *out,
                    struct error *error)
{
    size_t begin = 0, cut = SIZE_MAX, records = 0;
    uint64_t lines = 0;
    while (begin < n && memchr (" \t\r\n", bytes[begin], 4))
        begin++;
    out->bracket = begin < n && bytes[begin] == '[';
    out->array = out->bracket || !json_is_lines (bytes, n, begin);
    size_t wrapped = out->bracket ? 0 : json_find_wrapped (bytes, n, begin, whole);
    if (wrapped) {
        out->array = out->wrapped = true;
        out->data_offset += wrapped;
        out->data_line += bytes_lines (bytes, wrapped);
        bytes += wrapped;
        n -= wrapped;
    }
    if (out->array)
        json_find_mark (out, bytes, n, 0);
    int rc = json_cut (out, bytes, n, whole, out->data_line, source, &cut, &lines, error);
    if (rc != DMH_OK && cut != SIZE_MAX)
        format_say_byte (error, out->data_offset + cut);
    if (rc != DMH_OK)
        return rc;
    if (cut == 0)
        return error_set (error, DMH_BAD_INPUT,
                          "%s: no record ends in its first MiB; is a bracket not closed?", source);
    rc = s_gather (bytes, cut, out, &records);
    if (rc == DMH_OK && out->name_count && json_is_dicom (out)) {
        out->awaited = out->name_count;    //  all of them are called otherwise
        dialect_forget_awaited (out);
        out->dicom = true;
        records = 0;
        rc = s_gather (bytes, cut, out, &records);
    }
    if (rc == DMH_TOO_LARGE)
        return error_set (error, DMH_BAD_INPUT, "%s has more than %d columns", source, COLUMNS_MAX);
    if (rc != DMH_OK)
        return error_set (error, rc, "out of memory while looking at %s", source);
    if (records == 0)
        return error_set (error, DMH_BAD_INPUT, "%s holds no records", source);
    if (out->name_count == 0)
        return error_set (error, DMH_BAD_INPUT, "%s: none of its first records is a JSON object with members",
                          source);
    return DMH_OK;
}

const struct format FORMAT_JSON = {
    .name = "json",
    .matches = s_matches,
    .sniff = s_sniff,
    .cut = json_cut,
    .rows_new = json_rows_new,
    .rows_destroy = json_rows_destroy,
    .rows_begin = json_rows_begin,
    .rows_next = json_rows_next,
    .unknown = json_rows_unknown,
};
