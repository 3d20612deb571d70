//  raw_records.c: see raw_records.h.
#include "client/result/raw_records.h"

#include "client/result/result_folder.h"
#include "messages/base/buffer.h"
#include "messages/json/value.h"

#include <errno.h>
#include <iconv.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_BYTES_MAX = 64 * 1024 * 1024, COLUMNS_MOST = 16 };

struct raw_records {
    FILE *rejects, *to;
    struct json_value *report;
    const struct json_value *input;    //  of the report
    bool lines;                        //  of JSON: a record a line
    iconv_t encoder;                   //  (iconv_t) -1: the input is UTF-8
    struct buffer row, bytes;          //  fields one behind the other, each terminated; one of them encoded
    size_t fields[COLUMNS_MOST], field_count;
    size_t reason, raw, raw_encoding;    //  columns of rejects.csv; COLUMNS_MOST: it has none
};

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while writing what was set aside");
}

static int s_put (struct buffer *self, const char *bytes, size_t n, struct error *error)
{
    if (buffer_reserve (self, n) != 0)
        return s_memory (error);
    memcpy (self->at + self->used, bytes, n);
    self->used += n;
    return DMH_OK;
}

static int s_read_report (struct raw_records *self, const char *folder, struct error *error)
{
    char *path = result_folder_join (folder, "report.json");
    FILE *file = path ? fopen (path, "rb") : NULL;
    struct buffer text = {NULL, 0, 0};
    int rc = path ? DMH_OK : s_memory (error);
    if (rc == DMH_OK && !file)
        rc = error_set (error, DMH_NOT_FOUND, "%s holds no result of dmh: report.json cannot be read: %s",
                        folder, strerror (errno));
    for (size_t got = 1; rc == DMH_OK && got && text.used < REPORT_BYTES_MAX; text.used += got) {
        if (buffer_reserve (&text, 65536) != 0)
            rc = s_memory (error);
        got = rc == DMH_OK ? fread (text.at + text.used, 1, text.size - text.used, file) : 0;
    }
    if (rc == DMH_OK && ferror (file))
        rc = error_set (error, DMH_IO, "%s cannot be read: %s", path, strerror (errno));
    if (rc == DMH_OK &&
        !(self->report = json_value_new (text.at, text.used, JSON_VALUE_DEPTH_MAX, path, error)))
        rc = error->code;
    if (file)
        fclose (file);
    free (text.at);
    free (path);
    self->input = json_value_member (self->report, "input");
    if (rc == DMH_OK && !json_value_string (json_value_member (self->input, "format")))
        rc = error_set (error, DMH_MALFORMED, "%s: report.json does not say what the input was", folder);
    return rc;
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

//  n bytes of UTF-8 in the input's encoding.
static int s_write (struct raw_records *self, const char *text, size_t n, struct error *error)
{
    if (self->encoder == (iconv_t) -1) {
        fwrite (text, 1, n, self->to);
        return DMH_OK;
    }
    char *from = (char *) (uintptr_t) text;
    self->bytes.used = 0;
    if (buffer_reserve (&self->bytes, 4 * n + 4) != 0)
        return s_memory (error);
    char *at = self->bytes.at;
    size_t room = self->bytes.size;
    if (iconv (self->encoder, &from, &n, &at, &room) == (size_t) -1)
        return error_set (error, DMH_UNSUPPORTED,
                          "a record that was set aside has a letter that the input's encoding has not");
    fwrite (self->bytes.at, 1, self->bytes.size - room, self->to);
    return DMH_OK;
}

//  Bytes that are not text stand in base64, and are written as they were.
static int s_write_base64 (struct raw_records *self, char *text, struct error *error)
{
    size_t n = strlen (text), pad = n > 1 && text[n - 1] == '=' ? 1 + (text[n - 2] == '=') : 0;
    self->bytes.used = 0;
    if (n > INT32_MAX || buffer_reserve (&self->bytes, n + 1) != 0)
        return s_memory (error);
    int got = EVP_DecodeBlock ((unsigned char *) self->bytes.at, (const unsigned char *) text, (int) n);
    if (got < 0 || (size_t) got < pad)
        return error_set (error, DMH_MALFORMED, "rejects.csv holds base64 that is none");
    fwrite (self->bytes.at, 1, (size_t) got - pad, self->to);
    return DMH_OK;
}

//  A line end between the values of JSON is a space; within one it is no JSON anyway.
static void s_join_lines (char *text)
{
    for (; *text; text++)
        if (*text == '\n' || *text == '\r')
            *text = ' ';
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
    if (self->lines)
        s_join_lines (raw);
    int rc = base64 ? s_write_base64 (self, raw, error) : s_write (self, raw, strlen (raw), error);
    return rc == DMH_OK ? s_write (self, "\n", 1, error) : rc;
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
    if (self->encoder == (iconv_t) -1)
        return error_set (error, DMH_UNSUPPORTED, "the input's encoding %s cannot be written here", encoding);
    return strncmp (encoding, "UTF-16", 6) == 0 ? s_write (self, "\xef\xbb\xbf", 3, error) : DMH_OK;
}

static int s_begin (struct raw_records *self, const char *folder, struct error *error)
{
    int rc = s_read_report (self, folder, error);
    if (rc != DMH_OK)
        return rc;
    char *path = result_folder_join (folder, "rejects.csv");
    self->rejects = path ? fopen (path, "rb") : NULL;
    free (path);
    if (!self->rejects)
        return error_set (error, DMH_IO, "%s: rejects.csv cannot be read: %s", folder, strerror (errno));
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
    struct raw_records self = {.to = to, .encoder = (iconv_t) -1};
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
    if (self.encoder != (iconv_t) -1)
        iconv_close (self.encoder);
    json_value_destroy (&self.report);
    free (self.row.at);
    free (self.bytes.at);
    return rc;
}
