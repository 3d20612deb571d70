//  parts_agreement.c: see parts_agreement.h. Each part is read from a copy of just its bytes, so that a
//  sanitizer sees who reads beyond.
#include "test/support/inputs/parts_agreement.h"

#include <stdlib.h>
#include <string.h>

//  All records, one after another.
struct reading {
    char *at;
    size_t used, size;
    const char *failed;
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

static void s_add_row (struct reading *reading, const struct row *row, uint64_t at, uint64_t line)
{
    uint64_t numbers[] = {at, row->raw.n, line + row->line, (uint64_t) row->problem,
                          row->problem == RULE_NONE ? row->count : 0};
    s_add (reading, numbers, sizeof numbers);
    for (size_t i = 0; row->problem == RULE_NONE && i < row->count; i++) {
        uint64_t bytes = row->fields[i].at ? row->fields[i].n : UINT64_MAX;
        s_add (reading, &bytes, sizeof bytes);
        s_add (reading, row->fields[i].at, row->fields[i].at ? row->fields[i].n : 0);
    }
}

//  The records of a block of whole ones.
static void s_read_block (const struct dialect *dialect, const char *bytes, size_t n, uint64_t at,
                          uint64_t line, struct reading *out)
{
    struct row row = {.fields = NULL};
    rows_t *rows = dialect->format->rows_new (dialect);
    if (!rows)
        abort ();
    dialect->format->rows_begin (rows, bytes, n);
    while (dialect->format->rows_next (rows, &row) == 1)
        s_add_row (out, &row, at + (uint64_t) (row.raw.at - bytes), line);
    dialect->format->rows_destroy (&rows);
}

//  Reads a stretch as a file: in blocks, the rest carried over, the last one to its end.
static void s_read (const struct dialect *dialect, const char *text, const struct text_part *part,
                    size_t block, struct reading *out)
{
    size_t n = (size_t) part->bytes;
    char *bytes = malloc (n + 1);
    uint64_t line = part->line;
    struct error error;
    if (!bytes)
        abort ();
    memcpy (bytes, text + part->at, n);
    for (size_t begin = 0, want = block; begin < n && !out->failed;) {
        bool last = n - begin <= want;
        size_t have = last ? n - begin : want, cut = 0;
        uint64_t lines = 0;
        if (dialect->format->cut (dialect, bytes + begin, have, last, line, "it", &cut, &lines, &error) < 0 ||
            (last && cut != have && cut)) {
            out->failed = "a part cannot be read to its end";
            break;
        }
        cut = last ? have : cut;
        s_read_block (dialect, bytes + begin, cut, part->at + begin, line, out);
        begin += cut;
        line += lines;
        want = cut ? block : 2 * want;
    }
    free (bytes);
}

//  Fed in pieces; or all at once, and that it ends is said afterwards.
static int s_cut (const struct dialect *dialect, const char *bytes, size_t n, const struct parts_way *way,
                  bool at_once, text_parts_t **out)
{
    struct error error = {.code = DMH_OK};
    text_parts_t *parts = *out = text_parts_new (dialect, "it", way->part_bytes, way->step, SIZE_MAX);
    int rc = parts ? DMH_OK : DMH_INTERNAL;
    if (rc == DMH_OK && at_once)
        rc = text_parts_feed (parts, bytes, n, false, &error);
    for (size_t at = at_once ? n : 0, more; rc == DMH_OK; at += more) {
        more = way->piece < n - at ? way->piece : n - at;
        rc = text_parts_feed (parts, bytes + at, more, at + more == n, &error);
        if (at + more == n)
            break;
    }
    return rc;
}

//  What of the parts does not hold by itself.
static const char *s_check (const struct dialect *dialect, const struct text_part *parts, size_t count,
                            size_t n, const struct parts_way *way)
{
    uint64_t at = dialect->data_offset;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].at != at || parts[i].bytes == 0)
            return "the parts do not lie one behind the other";
        size_t record = dialect->record_bytes ? dialect->record_bytes : RECORD_BYTES_MAX;
        if (parts[i].bytes > way->part_bytes && parts[i].bytes > way->step && parts[i].bytes > 2 * record)
            return "a part is too large";
        if (i && parts[i - 1].bytes + parts[i].bytes <= way->part_bytes)
            return "two parts would be one";
        at += parts[i].bytes;
    }
    return at == n || (count == 0 && at > n) ? NULL : "the parts are not the whole";
}

const char *parts_agreement (const struct dialect *dialect, const char *bytes, size_t n,
                             const struct parts_way *way, size_t *count)
{
    text_parts_t *cut = NULL, *again = NULL;
    size_t found = 0, others = 0;
    struct reading whole = {.at = NULL}, pieces = {.at = NULL};
    int rc = s_cut (dialect, bytes, n, way, false, &cut),
        twice = s_cut (dialect, bytes, n, way, true, &again);
    const struct text_part *parts = text_parts_all (cut, &found), *same = text_parts_all (again, &others);
    const char *what = NULL;
    if (rc != twice || found != others || (found && memcmp (parts, same, found * sizeof *parts) != 0))
        what = "it is cut otherwise in other pieces";
    else if (rc == DMH_OK)
        what = s_check (dialect, parts, found, n, way);
    if (!what && rc == DMH_OK && n > dialect->data_offset) {
        struct text_part all = {
            .at = dialect->data_offset, .bytes = n - dialect->data_offset, .line = dialect->data_line};
        s_read_block (dialect, bytes + all.at, (size_t) all.bytes, all.at, all.line, &whole);
        for (size_t i = 0; i < found; i++)
            s_read (dialect, bytes, &parts[i], way->block, &pieces);
        what = pieces.failed               ? pieces.failed
               : pieces.used != whole.used ? "the records of the parts are not those of the whole"
               : whole.used && memcmp (pieces.at, whole.at, whole.used) != 0
                   ? "a record of a part is another one"
                   : NULL;
    }
    if (count)
        *count = found;
    free (whole.at);
    free (pieces.at);
    text_parts_destroy (&cut);
    text_parts_destroy (&again);
    return what;
}
