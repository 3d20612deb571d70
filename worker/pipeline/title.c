//  title.c: see title.h.
#include "worker/pipeline/title.h"

#include "messages/base/narrow.h"
#include "worker/encoders/escape.h"

#include <inttypes.h>
#include <stdio.h>

enum { MOST = 192 };    //  bytes of what is said of a place

//  Puts a title into the block that `used` bytes of its notes are, from `at` on.
static int s_keep (struct block *block, size_t at, size_t used, struct verdict *verdict)
{
    struct record_title title = {at, used};
    if (buffer_reserve (&block->titles, sizeof title) != 0)
        return -1;
    memcpy (block->titles.at + block->titles.used, &title, sizeof title);
    block->titles.used += sizeof title;
    block->notes.used += used;
    verdict->title = NARROW (uint32_t, block->titles.used / sizeof title);
    return 0;
}

int title_of_record (struct block *block, const struct record *record, struct verdict *verdict)
{
    const schema_t *schema = record->plan->schema;
    struct text name = {NULL, 0}, words = {NULL, 0};
    if (schema->key_count)
        name = record->values[schema->key[0]];
    int description = schema_field (schema, "description");
    if (description != FIELD_NONE)
        words = record->values[description];
    if (buffer_reserve (&block->notes, name.n + words.n + 1) != 0)
        return -1;
    char *start = block->notes.at + block->notes.used, *to = escape_bytes (start, name.at, name.n);
    if (words.n) {
        *to++ = ' ';
        to = escape_bytes (to, words.at, words.n);
    }
    return s_keep (block, block->notes.used, (size_t) (to - start), verdict);
}

//  The beginning of what is wrong; no character is cut in two.
static int s_keep_text (struct block *block, const struct row *row, uint64_t line, struct verdict *verdict)
{
    enum { SHOWN = 48 };
    char *to = block->notes.at + block->notes.used;
    size_t n = row->wrong_text.n < SHOWN ? row->wrong_text.n : SHOWN;
    while (n && n < row->wrong_text.n && (row->wrong_text.at[n] & 0xc0) == 0x80)
        n--;
    int used = snprintf (to, MOST, ": “%.*s%s” in line %" PRIu64 ", column %" PRIu64, NARROW (int, n),
                         row->wrong_text.at, n < row->wrong_text.n ? "…" : "", line, row->wrong_column);
    return s_keep (block, block->notes.used, (size_t) used, verdict);
}

int title_of_place (struct block *block, const struct row *row, struct verdict *verdict)
{
    if (buffer_reserve (&block->notes, MOST) != 0)
        return -1;
    uint64_t line = block->first_line + row->line + row->wrong_line;
    if (row->wrong_text.n)
        return s_keep_text (block, row, line, verdict);
    bool shown = row->wrong > ' ' && row->wrong < 0x7f;
    char *to = block->notes.at + block->notes.used;
    int n = snprintf (to, MOST,
                      shown ? ": “%c” in line %" PRIu64 ", column %" PRIu64
                            : ": 0x%02X in line %" PRIu64 ", column %" PRIu64,
                      row->wrong, line, row->wrong_column);
    return s_keep (block, block->notes.used, (size_t) n, verdict);
}
