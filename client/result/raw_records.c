//  raw_records.c: see raw_records.h.
#define _GNU_SOURCE
#include "client/result/raw_records.h"

#include "client/result/input_encoder.h"
#include "client/result/raw_sources.h"
#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "client/result/reading/result_file.h"
#include "client/result/written_file.h"
#include "messages/base/buffer.h"
#include "messages/base/folder.h"
#include "messages/base/narrow.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MOST = 16 };

struct raw_records {
    FILE *rejects, *to;
    struct json_value *report;
    const struct json_value *input;    //  of the report, or what it says of the input in work
    struct raw_sources sources;
    bool more;           //  the row is not written yet
    char *source;        //  of a joined table: the input in work; NULL: all of them at once
    bool replace;        //  files that are there
    bool lines;          //  of JSON: a record a line
    char line_end[3];    //  as the input's header has it
    struct input_encoder encoder;
    struct buffer row, bytes;    //  fields one behind the other, each terminated; one of them decoded
    size_t fields[COLUMNS_MOST], field_count;
    size_t reason, raw, raw_encoding, file;    //  columns of rejects.csv; COLUMNS_MOST: it has none
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

static bool s_is_batch (const char *folder)
{
    struct error none;
    FILE *index = result_file_open (folder, "batch.json", &none);
    if (!index)
        return false;
    fclose (index);
    return true;
}

static int s_read_report (struct raw_records *self, const char *folder, struct error *error)
{
    self->report = result_document_read (folder, "report.json", error);
    if (!self->report && error->code == DMH_NOT_FOUND && s_is_batch (folder))
        return error_set (
            error, DMH_NOT_FOUND,
            "%s holds the results of several inputs; name one of them, or run with --join and name "
            "the table, joined/KIND",
            folder);
    if (!self->report && error->code == DMH_NOT_FOUND)
        return error_set (error, DMH_NOT_FOUND, "%s holds no result of dmh: no report.json is in it", folder);
    if (!self->report)
        return error->code;
    self->input = json_value_member (self->report, "input");
    if (!json_value_string (json_value_member (self->input, "format")))
        return error_set (error, DMH_MALFORMED, "%s: report.json does not say what the input was", folder);
    return raw_sources_of (&self->sources, self->report, error);
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

//  Reads the next row; self->more says whether there is one.
static int s_go_on (struct raw_records *self, struct error *error)
{
    int rc = s_read_row (self, error);
    self->more = rc == 1;
    return rc < 0 ? rc : DMH_OK;
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
    return input_encoder_write (&self->encoder, self->bytes.at, bytes, error);
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
    int rc = base64 ? s_write_base64 (self, raw, error)
                    : input_encoder_write (&self->encoder, raw, strlen (raw), error);
    return rc == DMH_OK ? input_encoder_write (&self->encoder, self->line_end, strlen (self->line_end), error)
                        : rc;
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
        rc = s_put (&line, self->line_end, strlen (self->line_end), error);
    if (rc == DMH_OK)
        rc = input_encoder_write (&self->encoder, line.at, line.used, error);
    free (line.at);
    return rc;
}

//  Opens the files of the result; the first row is read.
static int s_open (struct raw_records *self, const char *folder, struct error *error)
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
    self->file = s_column (self, "source_file");
    if (self->reason == COLUMNS_MOST || self->raw == COLUMNS_MOST ||
        (raw_sources_are_joined (&self->sources) && self->file == COLUMNS_MOST))
        return error_set (error, DMH_MALFORMED, "%s: rejects.csv has no columns reason and raw", folder);
    return s_go_on (self, error);
}

static void s_close (struct raw_records *self)
{
    input_encoder_close (&self->encoder);
    if (self->rejects)
        fclose (self->rejects);
    json_value_destroy (&self->report);
    free (self->row.at);
    free (self->bytes.at);
    free (self->source);
}

//  What the input of the row stood under is what is written.
static int s_take_header (struct raw_records *self, struct error *error)
{
    if (!raw_sources_are_joined (&self->sources))
        return DMH_OK;
    const struct json_value *header =
        raw_sources_find (&self->sources, self->more ? s_field (self, self->file) : NULL);
    if (!header || !json_value_string (json_value_member (header, "format")))
        return error_set (error, DMH_MALFORMED,
                          "report.json does not name the input of a record in rejects.csv");
    if (self->input != header && self->to)
        return error_set (
            error, DMH_UNSUPPORTED,
            "the records stood under several headers, which one file cannot have; give a folder "
            "that is there, or a name that ends in /, and each input gets a file: -o mend/");
    self->input = header;
    return DMH_OK;
}

static int s_begin (struct raw_records *self, FILE *to, struct error *error)
{
    int rc = s_take_header (self, error);
    self->to = to;
    if (rc != DMH_OK)
        return rc;
    const char *line_end = json_value_string (json_value_member (self->input, "line_end"));
    snprintf (self->line_end, sizeof self->line_end, "%s", line_end && *line_end == '\r' ? line_end : "\n");
    const char *format = json_value_string (json_value_member (self->input, "format"));
    self->lines = strcmp (format, "csv") != 0 && strcmp (format, "fasta") != 0 && strcmp (format, "vcf") != 0;
    rc = input_encoder_open (&self->encoder, report_text (self->input, "encoding"), to, error);
    const char *above = report_text (self->input, "header");
    char *lines = strdup (above);    //  of VCF
    rc = rc == DMH_OK && !lines ? s_memory (error) : rc;
    if (rc == DMH_OK && *lines)
        rc = input_encoder_write (&self->encoder, lines, strlen (lines), error);
    free (lines);
    return rc == DMH_OK && strcmp (format, "csv") == 0 ? s_write_header (self, error) : rc;
}

static bool s_is_of_source (const struct raw_records *self)
{
    bool one = !self->source || !raw_sources_are_joined (&self->sources);
    return self->more && (one || strcmp (s_field (self, self->file), self->source) == 0);
}

//  The records up to the end, or of the input in work.
static int s_write_file (struct raw_records *self, FILE *to, struct raw_counts *counts, struct error *error)
{
    int rc = s_begin (self, to, error);
    while (rc == DMH_OK && s_is_of_source (self)) {
        if (!self->source)
            rc = s_take_header (self, error);
        if (rc == DMH_OK)
            rc = s_write_record (self, counts, error);
        if (rc == DMH_OK)
            rc = s_go_on (self, error);
    }
    if (rc == DMH_OK && (fflush (to) != 0 || ferror (to)))
        rc = error_set (error, DMH_IO, "what was set aside cannot be written: %s", strerror (errno));
    self->to = NULL;
    input_encoder_close (&self->encoder);
    return rc;
}

int raw_records_write (const char *folder, FILE *to, struct raw_counts *counts, struct error *error)
{
    struct raw_records self = {.to = NULL};
    *counts = (struct raw_counts){0, 0, 0};
    int rc = s_open (&self, folder, error);
    if (rc == DMH_OK)
        rc = s_write_file (&self, to, counts, error);
    counts->files = 1;
    s_close (&self);
    return rc;
}

//  Where the mended records of an input go: its name below the folder, unpacked.
static char *s_target (const char *folder, const char *source)
{
    char *to = NULL, *end;
    size_t n = strlen (folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    if (asprintf (&to, "%.*s/%s", NARROW (int, n), folder, source) < 0 || !to)
        return NULL;
    end = to + n + 1;
    for (char *name = end, *next; name; name = next) {
        next = strchr (name, '/');
        size_t part = next ? (size_t) (next++ - name) : strlen (name);
        if (strspn (name, ".") >= part)    //  leads out of it, or nowhere
            memset (name, '_', part);
    }
    n = strlen (to);
    for (const char *const *ending = (const char *const[]){".gz", ".zst", NULL}; *ending; ending++)
        if (n > strlen (*ending) && strcmp (to + n - strlen (*ending), *ending) == 0)
            to[n - strlen (*ending)] = 0;
    return to;
}

struct spread {
    struct raw_records *records;
    struct raw_counts *counts;
};

static int s_spread (void *context, FILE *file, struct error *error)
{
    struct spread *self = context;
    return s_write_file (self->records, file, self->counts, error);
}

//  The file of the input whose row is next.
static int s_write_source (struct raw_records *self, const char *folder, struct raw_counts *counts,
                           struct error *error)
{
    free (self->source);
    self->source = strdup (raw_sources_are_joined (&self->sources) ? s_field (self, self->file)
                                                                   : report_text (self->input, "name"));
    char *to = self->source ? s_target (folder, self->source) : NULL;
    char *above = to ? strndup (to, (size_t) (strrchr (to, '/') - to)) : NULL;
    int rc = above ? folder_make (above, error) : s_memory (error);
    if (rc == DMH_OK)
        rc = written_file_put (to, self->replace, s_spread, &(struct spread){self, counts}, error);
    counts->files++;
    free (above);
    free (to);
    return rc;
}

int raw_records_spread (const char *folder, const char *to, bool replace, struct raw_counts *counts,
                        struct error *error)
{
    struct raw_records self = {.to = NULL, .replace = replace};
    *counts = (struct raw_counts){0, 0, 0};
    int rc = s_open (&self, folder, error);
    if (rc == DMH_OK)
        rc = folder_make (to, error);
    while (rc == DMH_OK && self.more)
        rc = s_write_source (&self, to, counts, error);
    s_close (&self);
    return rc;
}
