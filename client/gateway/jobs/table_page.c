//  table_page.c: see table_page.h.
#include "client/gateway/jobs/table_page.h"

#include "messages/json/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_BYTES = 64 * 1024 };

static int s_append (struct buffer *to, const char *bytes, size_t n, struct error *error)
{
    if (buffer_reserve (to, n + 1) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory");
    memcpy (to->at + to->used, bytes, n);
    to->used += n;
    return DMH_OK;
}

static int s_read (int fd, char *to, size_t n, uint64_t at, size_t *got, struct error *error)
{
    ssize_t count;
    do
        count = pread (fd, to, n, (off_t) at);
    while (count < 0 && errno == EINTR);
    if (count <= 0)
        return error_set (error, DMH_IO, "a file of the result cannot be read: %s",
                          count < 0 ? strerror (errno) : "it is shorter than it was");
    *got = (size_t) count;
    return DMH_OK;
}

//  Whole rows from `at` on, `limit` at most, into `to`; *end: behind the last of them.
static int s_rows (int fd, uint64_t bytes, bool csv, uint64_t at, size_t limit, struct buffer *to,
                   size_t *count, uint64_t *end, struct error *error)
{
    char block[BLOCK_BYTES];
    bool quoted = false;
    uint64_t begin = at;
    *count = 0;
    *end = at;
    while (at < bytes && *count < limit && to->used < TABLE_PAGE_BYTES_MAX) {
        size_t got = 0, i = 0;
        int rc = s_read (fd, block, bytes - at < sizeof block ? (size_t) (bytes - at) : sizeof block, at,
                         &got, error);
        if (rc != DMH_OK)
            return rc;
        for (; i < got && *count < limit; i++) {
            quoted = quoted != (csv && block[i] == '"');
            if (block[i] == '\n' && !quoted) {
                (*count)++;
                *end = at + i + 1;
            }
        }
        if ((rc = s_append (to, block, i, error)) != DMH_OK)
            return rc;
        at += got;
    }
    if (at >= bytes && *end < bytes && *count < limit) {    //  the last one ends with the file
        (*count)++;
        *end = bytes;
        return s_append (to, "\n", 1, error);
    }
    to->used = (size_t) (*end - begin);
    return *count || *end >= bytes
               ? DMH_OK
               : error_set (error, DMH_TOO_LARGE, "a record is longer than a page may be; take the file");
}

int table_page_read (int fd, uint64_t bytes, bool csv, uint64_t at, size_t limit, struct table_page *out,
                     struct error *error)
{
    size_t lines = 0, got = 0;
    uint64_t begin = 0;
    char before = 0;
    *out = (struct table_page){.csv = csv};
    int rc = csv && bytes ? s_rows (fd, bytes, csv, 0, 1, &out->header, &lines, &begin, error) : DMH_OK;
    at = at ? at : begin;
    if (rc == DMH_OK && at &&
        (at < begin || at >= bytes + (at == begin) ||
         s_read (fd, &before, 1, at - 1, &got, error) != DMH_OK || before != '\n'))
        rc = error_set (error, DMH_MALFORMED, "no record begins at that cursor; take it from an answer");
    if (rc == DMH_OK)
        rc = s_rows (fd, bytes, csv, at, limit, &out->rows, &out->count, &out->next, error);
    if (out->next >= bytes)
        out->next = 0;
    return rc;
}

void table_page_clear (struct table_page *self)
{
    free (self->header.at);
    free (self->rows.at);
    *self = (struct table_page){.csv = false};
}

//  The cells of the row at *at, without their quotes, written over it and terminated; *at is moved behind it.
//  Their number.
static size_t s_cells (char **at, const char *end, const char **cells, size_t most)
{
    size_t count = 0;
    char *from = *at;
    for (bool more = true; more && count < most; count++) {
        char *to = from;
        bool quoted = from < end && *from == '"';
        cells[count] = from;
        from += quoted;
        while (from < end && (quoted || (*from != ',' && *from != '\n'))) {
            if (quoted && *from == '"') {
                quoted = from + 1 < end && from[1] == '"';
                from++;
                if (!quoted)
                    continue;
            }
            *to++ = *from++;
        }
        more = from < end && *from == ',';
        from += from < end;
        *to = 0;
    }
    *at = from;
    return count;
}

//  A row of CSV as an object.
static int s_object (const char *const *names, const char *const *cells, size_t count, struct buffer *out,
                     struct error *error)
{
    size_t n = 0;
    json_writer_t *json = json_writer_new (false);
    if (json) {
        json_writer_object (json, NULL);
        for (size_t i = 0; i < count; i++)
            json_writer_string (json, names[i], *cells[i] ? cells[i] : NULL);
        json_writer_close (json);
    }
    const char *text = json ? json_writer_text (json, &n) : NULL;
    int rc = text ? s_append (out, text, n, error) : error_set (error, DMH_INTERNAL, "out of memory");
    json_writer_destroy (&json);
    return rc;
}

static int s_csv_objects (const struct table_page *self, const char *between, struct buffer *out,
                          struct error *error)
{
    struct buffer header = {.at = NULL}, rows = {.at = NULL};
    const char **names = calloc (2 * TABLE_COLUMNS_MAX, sizeof *names), **cells = names + TABLE_COLUMNS_MAX;
    int rc = names ? s_append (&header, self->header.at, self->header.used, error)
                   : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = s_append (&rows, self->rows.at, self->rows.used, error);
    char *at = header.at;
    size_t columns = rc == DMH_OK ? s_cells (&at, header.at + header.used, names, TABLE_COLUMNS_MAX) : 0;
    if (columns == TABLE_COLUMNS_MAX)
        rc = error_set (error, DMH_TOO_LARGE, "the table has too many columns for this; take the file");
    at = rows.at;
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        size_t count = s_cells (&at, rows.at + rows.used, cells, columns);
        rc = s_object (names, cells, count, out, error);
        if (rc == DMH_OK && i + 1 < self->count)
            rc = s_append (out, between, strlen (between), error);
    }
    free (header.at);
    free (rows.at);
    free (names);
    return rc;
}

int table_page_objects (const struct table_page *self, const char *between, struct buffer *out,
                        struct error *error)
{
    int rc = DMH_OK;
    if (self->csv)
        return self->count ? s_csv_objects (self, between, out, error) : DMH_OK;
    const char *at = self->rows.at;
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        const char *end = memchr (at, '\n', (size_t) (self->rows.at + self->rows.used - at));
        rc = s_append (out, at, (size_t) (end - at), error);
        if (rc == DMH_OK && i + 1 < self->count)
            rc = s_append (out, between, strlen (between), error);
        at = end + 1;
    }
    return rc;
}
