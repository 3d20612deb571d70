//  csv_input.c: see csv_input.h.
#include "client/verification/input/csv_input.h"

#include "client/result/reading/report_values.h"
#include "client/verification/input/input_text.h"
#include "messages/base/buffer.h"

#include <stdlib.h>
#include <string.h>

enum { AHEAD = 64 * 1024 };

struct csv_input {
    input_text_t *text;
    csv_row_t *row;
    char delimiter, escape;    //  escape: of quotes, 0: they are doubled
    struct buffer plain;       //  a line with its quotes doubled
    bool quoted;               //  where it ends, inside of quotes
    uint64_t line;             //  where the reading stands, from 1
};

static bool s_is_end (char byte)
{
    return byte == '\n' || byte == '\r';
}

//  Goes over n bytes, a line end among them counted once, CR LF too; a CR is never the last of them before an
//  LF.
static void s_skip (csv_input_t *self, const char *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        self->line += at[i] == '\n' || (at[i] == '\r' && (i + 1 == n || at[i + 1] != '\n'));
    input_text_skip (self->text, n);
}

//  The length of the line that begins here, with its end; *at shows it. 0: the input is over.
static int s_line (csv_input_t *self, const char **at, size_t *length, struct error *error)
{
    size_t n = 0;
    for (size_t want = AHEAD;; want = 2 * n) {
        int rc = input_text_show (self->text, want, at, &n, error);
        if (rc != DMH_OK)
            return rc;
        size_t end = 0;
        while (end < n && !s_is_end ((*at)[end]))
            end++;
        bool pair = end + 1 < n && (*at)[end] == '\r' && (*at)[end + 1] == '\n';
        *length = end < n ? end + 1 + pair : end;
        if (n < want || end + 1 < n)
            return DMH_OK;
    }
}

static int s_skip_lines (csv_input_t *self, uint64_t count, struct error *error)
{
    int rc = DMH_OK;
    for (uint64_t i = 0; i < count && rc == DMH_OK; i++) {
        const char *at;
        size_t n = 0;
        rc = s_line (self, &at, &n, error);
        if (rc == DMH_OK)
            s_skip (self, at, n);
    }
    return rc;
}

static int s_begin (csv_input_t *self, const struct json_value *report, struct error *error)
{
    const struct json_value *input = json_value_member (report, "input"),
                            *options = json_value_member (json_value_member (report, "job"), "options");
    const csv_row_t *row;
    uint64_t above = report_number (input, "lines_above_header"), line;
    bool header = !json_value_is (json_value_member (options, "no_header"), JSON_TRUE);
    int rc = above == UINT64_MAX ? DMH_OK : s_skip_lines (self, above, error);
    if (rc == DMH_OK && header && (rc = csv_input_at (self, &line, error)) == 1)
        rc = csv_input_take (self, &row, error);
    return rc < 0 ? rc : DMH_OK;
}

csv_input_t *csv_input_new (const char *path, const struct json_value *report, struct error *error)
{
    const struct json_value *input = json_value_member (report, "input");
    csv_input_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", path);
        return NULL;
    }
    self->line = 1;
    self->delimiter = *report_text (input, "delimiter");
    self->escape = *report_text (input, "quote_escape");
    self->row = csv_row_new (self->delimiter, false);
    self->text =
        input_text_new (path, report_text (input, "encoding"), report_text (input, "compression"), error);
    if (!self->row)
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", path);
    if (!self->row || !self->text || s_begin (self, report, error) != DMH_OK)
        csv_input_destroy (&self);
    return self;
}

void csv_input_destroy (csv_input_t **self_p)
{
    csv_input_t *self = *self_p;
    if (!self)
        return;
    csv_row_destroy (&self->row);
    free (self->plain.at);
    input_text_destroy (&self->text);
    free (self);
    *self_p = NULL;
}

int csv_input_at (csv_input_t *self, uint64_t *line, struct error *error)
{
    for (;;) {
        const char *at;
        size_t n = 0, i = 0;
        int rc = s_line (self, &at, &n, error);
        if (rc != DMH_OK)
            return rc;
        while (i < n && (at[i] == ' ' || at[i] == '\t') && at[i] != self->delimiter)
            i++;
        *line = self->line;
        if (i < n && !s_is_end (at[i]))
            return 1;
        if (n == 0)
            return 0;
        s_skip (self, at, n);
    }
}

//  Whether a field begins with the i-th byte of the line, spaces aside.
static bool s_begins (const csv_input_t *self, const char *line, size_t i)
{
    while (i && (line[i - 1] == ' ' || line[i - 1] == '\t') && line[i - 1] != self->delimiter)
        i--;
    return i == 0 || line[i - 1] == self->delimiter;
}

//  The line with each escaped quote doubled, as libcsv reads them; outside of quotes nothing is escaped. 0,
//  or -1 out of memory.
static int s_double (csv_input_t *self, const char **at, size_t *n)
{
    const char *in = *at;
    self->plain.used = 0;
    if (buffer_reserve (&self->plain, *n + 1) != 0)
        return -1;
    char *to = self->plain.at;
    for (size_t i = 0; i < *n; i++) {
        bool escapes =
            self->quoted && in[i] == self->escape && i + 1 < *n && (in[i + 1] == '"' || in[i + 1] == '\\');
        if (escapes) {
            *to++ = in[++i];
            if (in[i] == '"')
                *to++ = '"';
            continue;
        }
        if (in[i] == '"' && (self->quoted || s_begins (self, in, i)))
            self->quoted = !self->quoted;
        *to++ = in[i];
    }
    *at = self->plain.at;
    *n = (size_t) (to - self->plain.at);
    return 0;
}

int csv_input_take (csv_input_t *self, const csv_row_t **row, struct error *error)
{
    int rc = 0;
    *row = self->row;
    self->quoted = false;
    while (rc == 0) {
        const char *at;
        size_t n = 0;
        int read = s_line (self, &at, &n, error);
        if (read != DMH_OK)
            return read;
        const char *line = at;
        size_t length = n;
        if (self->escape && s_double (self, &line, &length) != 0)
            return error_set (error, DMH_INTERNAL, "out of memory while reading the input");
        rc = csv_row_feed (self->row, line, length);
        s_skip (self, at, n);
        if (n == 0 && rc == 0)
            break;
    }
    return rc == 1   ? 1
           : rc == 0 ? error_set (error, DMH_MALFORMED, "the input ends inside a record")
                     : error_set (error, DMH_INTERNAL, "out of memory while reading the input");
}

//  *length: of the record with its end.
static int s_stands (csv_input_t *self, const char *raw, size_t n, const char **at, size_t *length,
                     struct error *error)
{
    size_t shown = 0;
    int rc = input_text_show (self->text, n + 2, at, &shown, error);
    if (rc != DMH_OK)
        return rc;
    if (n == 0 || shown < n || memcmp (*at, raw, n) != 0 || (shown > n && !s_is_end ((*at)[n])))
        return 0;
    bool pair = shown > n + 1 && (*at)[n] == '\r' && (*at)[n + 1] == '\n';
    *length = shown > n ? n + 1 + pair : n;
    return 1;
}

int csv_input_stands (csv_input_t *self, const char *raw, size_t n, struct error *error)
{
    const char *at;
    size_t length = 0;
    return s_stands (self, raw, n, &at, &length, error);
}

int csv_input_claim (csv_input_t *self, const char *raw, size_t n, struct error *error)
{
    const char *at;
    size_t length = 0;
    int rc = s_stands (self, raw, n, &at, &length, error);
    if (rc == 1)
        s_skip (self, at, length);
    return rc;
}
