//  content.c: see content.h. Own columns are cells of CSV with a comma before each, as many in every record;
//  an emptied value is a line: a line end, its field, a comma, its text as a cell. A line end in a cell is
//  quoted, so the text of an emptied value is never taken for a cell.
#include "worker/encoders/content.h"

#include "worker/encoders/escape.h"
#include "worker/encoders/row.h"

#include <string.h>

enum { CELL_SLACK = 4 };    //  a separator, two quotes, and one to spare

//  What the next cell needs at most, with `more` bytes before it. Returns where it goes, NULL out of memory.
static char *s_room (struct buffer *out, struct text value, size_t more)
{
    if (out->size - out->used < 2 * value.n + more + CELL_SLACK &&
        buffer_reserve (out, 2 * value.n + more + CELL_SLACK) != 0)
        return NULL;
    return out->at + out->used;
}

static int s_own (struct buffer *out, struct text value)
{
    char *to = s_room (out, value, 0);
    if (!to)
        return -1;
    *to++ = ',';
    out->used = (size_t) (escape_csv (to, value) - out->at);
    return 0;
}

static int s_emptied (struct buffer *out, const char *field, struct text raw)
{
    size_t n = strlen (field);
    char *to = s_room (out, raw, n + 1);
    if (!to)
        return -1;
    *to++ = '\n';
    memcpy (to, field, n);
    to += n;
    *to++ = ',';
    out->used = (size_t) (escape_csv (to, raw) - out->at);
    return 0;
}

static int s_add_emptied (const struct layout *layout, const struct record *record, struct buffer *out)
{
    const schema_t *schema = layout->plan->schema;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < record->finding_count; i++) {
        const struct finding *finding = &record->findings[i];
        if (RULE[finding->rule].sort == RULE_SORT_INVALID && finding->field != FIELD_NONE)
            rc = s_emptied (out, schema->fields[finding->field].name, visible_trim (finding->raw));
    }
    return rc;
}

int content_gather (const struct layout *layout, const struct record *record, const struct row *row,
                    struct buffer *out)
{
    int rc = 0;
    out->used = 0;
    for (size_t i = 0; rc == 0 && i < layout->content_column_count; i++)
        rc = s_own (out, row_extra (row, layout->content_columns[i]));
    return rc == 0 ? s_add_emptied (layout, record, out) : rc;
}

int content_gather_emptied (const struct layout *layout, const struct record *record, struct buffer *out)
{
    out->used = 0;
    return s_add_emptied (layout, record, out);
}
