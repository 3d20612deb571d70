//  batch_entry.c: see batch_entry.h.
#define _GNU_SOURCE
#include "client/result/batch/batch_entry.h"

#include "client/result/reading/csv_row.h"
#include "messages/text/utf8.h"

#include <stdlib.h>
#include <string.h>

//  As JSON has it: U+FFFD for each byte that is no UTF-8. Yours to free; NULL: out of memory.
static char *s_as_utf8 (const char *text)
{
    static const char REPLACEMENT[] = "\xef\xbf\xbd";
    char *whole = malloc (strlen (text) * (sizeof REPLACEMENT - 1) + 1), *to = whole;
    for (size_t n; whole && *text; text += n ? n : 1) {
        n = utf8_bytes (text);
        to = mempcpy (to, n ? text : REPLACEMENT, n ? n : sizeof REPLACEMENT - 1);
    }
    if (whole)
        *to = 0;
    return whole;
}

static void s_cell (FILE *to, const char *text, char end)
{
    char *whole = s_as_utf8 (text ? text : "");
    csv_row_put (whole ? whole : "", to);
    free (whole);
    fputc (end, to);
}

static void s_count (FILE *to, const struct batch_entry *entry, uint64_t number)
{
    char digits[32] = "";
    if (entry->counted)
        snprintf (digits, sizeof digits, "%llu", (unsigned long long) number);
    s_cell (to, digits, ',');
}

//  As OWN_BATCH_COLUMNS has it.
static void s_put_row (FILE *to, const struct batch_entry *entry)
{
    const struct counts *counts = &entry->counts;
    s_cell (to, entry->path, ',');
    s_cell (to, entry->sha256, ',');
    s_cell (to, entry->result, ',');
    s_cell (to, entry->kind, ',');
    s_cell (to, entry->state, ',');
    s_count (to, entry, counts->read);
    s_count (to, entry, counts->written);
    s_count (to, entry, counts->duplicates);
    s_count (to, entry, counts->conflicts);
    s_count (to, entry, counts->rejected);
    s_cell (to, entry->code, ',');
    s_cell (to, entry->error, ',');
    s_cell (to, entry->job, '\n');
}

void batch_entry_put_counts (json_writer_t *json, const struct counts *counts)
{
    json_writer_number (json, "read", counts->read);
    json_writer_number (json, "written", counts->written);
    json_writer_number (json, "duplicates", counts->duplicates);
    json_writer_number (json, "conflicts", counts->conflicts);
    json_writer_number (json, "rejected", counts->rejected);
}

static const char *s_or_null (const char *text)
{
    return text && *text ? text : NULL;
}

void batch_entry_put (const struct batch_entry_writer *to, const struct batch_entry *entry)
{
    json_writer_t *json = to->json;
    json_writer_object (json, NULL);
    json_writer_string (json, "path", entry->path);
    json_writer_string (json, "sha256", s_or_null (entry->sha256));
    json_writer_string (json, "result", s_or_null (entry->result));
    json_writer_string (json, "kind", s_or_null (entry->kind));
    json_writer_string (json, "state", entry->state);
    if (entry->counted) {
        json_writer_object (json, "counts");
        batch_entry_put_counts (json, &entry->counts);
        json_writer_close (json);
    } else
        json_writer_string (json, "counts", NULL);
    json_writer_string (json, "code", s_or_null (entry->code));
    json_writer_string (json, "error", s_or_null (entry->error));
    json_writer_string (json, "job", s_or_null (entry->job));
    json_writer_close (json);
    s_put_row (to->csv, entry);
}
