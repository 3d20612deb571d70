//  raw_records.c: see raw_records.h.
#include "client/result/raw_records.h"

#include "client/result/reading/result_document.h"
#include "client/result/reading/result_file.h"
#include "messages/base/buffer.h"
#include "messages/base/narrow.h"
#include "messages/text/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MOST = 16 };

struct raw_records {
    FILE *rejects, *to;
    struct json_value *report;
    const struct json_value *input;    //  of the report
    bool lines;                        //  of JSON: a record a line
    bool encodes;                      //  the input is not UTF-8
    bool wide, little;                 //  but UTF-16, of that byte order
    iconv_t encoder;
    struct buffer row, bytes;    //  fields one behind the other, each terminated; one of them decoded
    size_t fields[COLUMNS_MOST], field_count;
    size_t reason, raw, raw_encoding;    //  columns of rejects.csv; COLUMNS_MOST: it has none
};

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while writing what was set aside");
}

static int s_put (struct buffer *self, const char *bytes, size_t n, struct error *error)
{
    if (n == 0)
        return DMH_OK;
    if (buffer_reserve (self, n) != 0)
        return s_memory (error);
    memcpy (self->at + self->used, bytes, n);
    self->used += n;
    return DMH_OK;
}

static int s_read_report (struct raw_records *self, const char *folder, struct error *error)
{
    self->report = result_document_read (folder, "report.json", error);
    if (!self->report && error->code == DMH_NOT_FOUND)
        return error_set (error, DMH_NOT_FOUND, "%s holds no result of dmh: no report.json is in it", folder);
    if (!self->report)
        return error->code;
    self->input = json_value_member (self->report, "input");
    if (!json_value_string (json_value_member (self->input, "format")))
        return error_set (error, DMH_MALFORMED, "%s: report.json does not say what the input was", folder);
    if (strcmp (json_value_string (json_value_member (self->input, "format")), "joined") == 0)
        return error_set (
            error, DMH_UNSUPPORTED,
            "%s is a joined table, whose records stood under several headers; dmh rejects takes "
            "each input's own result, and what the table alone set aside is in its rejects.csv",
            folder);
    return DMH_OK;
}

//  One record of rejects.csv, which dmh quotes as in RFC 4180. 1; 0 at its end; DMH_MALFORMED, DMH_INTERNAL.
static int s_read_row (struct raw_records *self, struct error *error)
{
    bool quoted = false, any = false, after = false;    //  after: a quote inside quotes, which may be the end
    self->row.used = self->field_count = 0;
    self->fields[self->field_count++] = 0;
    for (int c; (c = getc_unlocked (self->rejects)) != EOF; any = true) {
        bool end = !quoted || after;
        if (end && (c == ',' || c == '\n')) {
            quoted = after = false;
            if (s_put (&self->row, "", 1, error) != DMH_OK)
                return error->code;
            if (c == '\n')
                return 1;
            if (self->field_count == COLUMNS_MOST)
                break;
            self->fields[self->field_count++] = self->row.used;
            continue;
        }
        bool begins = !quoted && self->row.used == self->fields[self->field_count - 1];
        if (c == '"' && (begins || (quoted && !after))) {
            after = quoted;
            quoted = true;
            continue;
        }
        if (c == 0 || (after && c != '"'))
            break;
        after = false;
        if (s_put (&self->row, (const char[]){(char) c}, 1, error) != DMH_OK)
            return error->code;
    }
    if (!any)
        return 0;
    return error_set (error, DMH_MALFORMED,
                      "rejects.csv is not as dmh writes it, or cut short; dmh verify says more");
}

static const char *s_field (const struct raw_records *self, size_t i)
{
    return i < self->field_count ? self->row.at + self->fields[i] : "";
}

static size_t s_column (const struct raw_records *self, const char *name)
{
    for (size_t i = 0; i < self->field_count; i++)
        if (strcmp (s_field (self, i), name) == 0)
            return i;
    return COLUMNS_MOST;
}

//  What stands where iconv found no UTF-8: what charset_decode (worker/formats/encoding) made of bytes that
//  mean nothing in the input's encoding. Sets what it was there; returns how many bytes were taken. The one
//  byte behind UTF-16's last unit comes as U+FFFD.
static size_t s_stray (const struct raw_records *self, const char *at, size_t n, char out[2], size_t *out_n)
{
    const unsigned char *bytes = (const unsigned char *) at;
    if (!self->wide) {
        *out = *at;
        *out_n = 1;
        return 1;
    }
    bool half = n >= 3 && bytes[0] == 0xed && bytes[1] >= 0xa0;
    unsigned unit = half ? 0xd000U | (bytes[1] & 0x3fU) << 6 | (bytes[2] & 0x3fU) : 0xfffd;
    out[self->little ? 0 : 1] = (char) (unit & 0xff);
    out[self->little ? 1 : 0] = (char) (unit >> 8);
    *out_n = 2;
    return half ? 3 : 1;
}

//  n bytes of UTF-8, with such strays in it, in the input's encoding.
static int s_write (struct raw_records *self, char *text, size_t n, struct error *error)
{
    if (!self->encodes) {
        fwrite (text, 1, n, self->to);
        return DMH_OK;
    }
    while (n) {
        char made[4096], *at = made;
        size_t room = sizeof made;
        size_t rc = iconv (self->encoder, &text, &n, &at, &room);
        int reason = errno;
        fwrite (made, 1, sizeof made - room, self->to);
        if (rc != SIZE_MAX || reason == E2BIG)
            continue;
        if (utf8_sequence (text, n) != 0)
            return error_set (error, DMH_UNSUPPORTED,
                              "a record that was set aside has a letter that the input's encoding has not");
        char stray[2];
        size_t stray_n, taken = s_stray (self, text, n, stray, &stray_n);
        fwrite (stray, 1, stray_n, self->to);
        text += taken;
        n -= taken;
    }
    return DMH_OK;
}

//  A line end between the values of JSON is a space; within one it is no JSON anyway.
static void s_join_lines (char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] == '\n' || text[i] == '\r')
            text[i] = ' ';
}

//  Bytes that are not text stand in base64.
static int s_write_base64 (struct raw_records *self, char *text, struct error *error)
{
    size_t n = strlen (text), pad = n > 1 && text[n - 1] == '=' ? 1 + (text[n - 2] == '=') : 0;
    if (n > INT32_MAX || buffer_reserve (&self->bytes, n + 1) != 0)
        return s_memory (error);
    int got =
        EVP_DecodeBlock ((unsigned char *) self->bytes.at, (const unsigned char *) text, NARROW (int, n));
    if (got < 0 || (size_t) got < pad)
        return error_set (error, DMH_MALFORMED, "rejects.csv holds base64 that is none");
    size_t bytes = (size_t) got - pad;
    if (self->lines)
        s_join_lines (self->bytes.at, bytes);
    return s_write (self, self->bytes.at, bytes, error);
}

static int s_write_record (struct raw_records *self, struct raw_counts *counts, struct error *error)
{
    char *raw = self->row.at + self->fields[self->raw];
    if (self->field_count <= self->raw || self->field_count <= self->reason)
        return error_set (error, DMH_MALFORMED, "rejects.csv has a record of %zu fields", self->field_count);
    bool base64 = strcmp (s_field (self, self->raw_encoding), "base64") == 0;
    bool conflict = strcmp (s_field (self, self->reason), "conflict") == 0;
    counts->conflicts += conflict;
    counts->rejected += !conflict;
    if (self->lines && !base64)
        s_join_lines (raw, strlen (raw));
    int rc = base64 ? s_write_base64 (self, raw, error) : s_write (self, raw, strlen (raw), error);
    return rc == DMH_OK ? s_write (self, (char[]){'\n'}, 1, error) : rc;
}

//  The name of a column, quoted where it has to be.
static int s_add_name (struct buffer *line, const char *name, char delimiter, struct error *error)
{
    char stops[] = {delimiter, '"', '\n', '\r', 0};
    bool quoted = strpbrk (name, stops) != NULL;
    int rc = quoted ? s_put (line, "\"", 1, error) : DMH_OK;
    for (const char *at = name; rc == DMH_OK && *at; at++)
        rc = s_put (line, "\"\"", *at == '"' ? 1 : 0, error) == DMH_OK ? s_put (line, at, 1, error)
                                                                       : error->code;
    return rc == DMH_OK && quoted ? s_put (line, "\"", 1, error) : rc;
}

static int s_write_header (struct raw_records *self, struct error *error)
{
    const struct json_value *columns = json_value_member (self->input, "columns"),
                            *job = json_value_member (self->report, "job"),
                            *none = json_value_member (json_value_member (job, "options"), "no_header");
    const char *delimiter = json_value_string (json_value_member (self->input, "delimiter"));
    struct buffer line = {NULL, 0, 0};
    int rc = DMH_OK;
    if (json_value_is (none, JSON_TRUE))
        return DMH_OK;
    if (!delimiter || !json_value_is (columns, JSON_ARRAY))
        return error_set (error, DMH_MALFORMED, "report.json does not say which columns the input had");
    for (const struct json_value *column = columns->first; rc == DMH_OK && column; column = column->next) {
        const char *name = json_value_string (json_value_member (column, "source"));
        if (column != columns->first)
            rc = s_put (&line, delimiter, 1, error);
        if (rc == DMH_OK)
            rc = s_add_name (&line, name ? name : "", *delimiter, error);
    }
    if (rc == DMH_OK)
        rc = s_put (&line, "\n", 1, error);
    if (rc == DMH_OK)
        rc = s_write (self, line.at, line.used, error);
    free (line.at);
    return rc;
}

static int s_open_encoder (struct raw_records *self, struct error *error)
{
    const char *encoding = json_value_string (json_value_member (self->input, "encoding"));
    if (!encoding || strcmp (encoding, "UTF-8") == 0)
        return DMH_OK;
    self->encoder = iconv_open (encoding, "UTF-8");
    self->encodes = self->encoder != (iconv_t) -1;
    if (!self->encodes)
        return error_set (error, DMH_UNSUPPORTED, "the input's encoding %s cannot be written here", encoding);
    self->wide = strncmp (encoding, "UTF-16", 6) == 0;
    self->little = strcmp (encoding, "UTF-16LE") == 0;
    return self->wide ? s_write (self, (char[]){"\xef\xbb\xbf"}, 3, error) : DMH_OK;
}

static int s_begin (struct raw_records *self, const char *folder, struct error *error)
{
    int rc = s_read_report (self, folder, error);
    if (rc != DMH_OK)
        return rc;
    self->rejects = result_file_open (folder, "rejects.csv", error);
    if (!self->rejects)
        return error->code;
    rc = s_read_row (self, error);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return error_set (error, DMH_MALFORMED, "%s: rejects.csv is empty", folder);
    self->reason = s_column (self, "reason");
    self->raw = s_column (self, "raw");
    self->raw_encoding = s_column (self, "raw_encoding");
    if (self->reason == COLUMNS_MOST || self->raw == COLUMNS_MOST)
        return error_set (error, DMH_MALFORMED, "%s: rejects.csv has no columns reason and raw", folder);
    self->lines = strcmp (json_value_string (json_value_member (self->input, "format")), "csv") != 0;
    rc = s_open_encoder (self, error);
    return rc == DMH_OK && !self->lines ? s_write_header (self, error) : rc;
}

int raw_records_write (const char *folder, FILE *to, struct raw_counts *counts, struct error *error)
{
    struct raw_records self = {.to = to};
    *counts = (struct raw_counts){0, 0};
    int rc = s_begin (&self, folder, error), more = 1;
    while (rc == DMH_OK && (more = s_read_row (&self, error)) > 0)
        rc = s_write_record (&self, counts, error);
    if (rc == DMH_OK && more < 0)
        rc = more;
    if (rc == DMH_OK && (fflush (to) != 0 || ferror (to)))
        rc = error_set (error, DMH_IO, "what was set aside cannot be written: %s", strerror (errno));
    if (self.rejects)
        fclose (self.rejects);
    if (self.encodes)
        iconv_close (self.encoder);
    json_value_destroy (&self.report);
    free (self.row.at);
    free (self.bytes.at);
    return rc;
}
