//  csv.c: records as CSV (RFC 4180), with a header. See encoder.h.
#include "worker/encoders/escape.h"
#include "worker/encoders/row.h"

static char *s_label (const struct layout *layout, size_t i, char *to)
{
    (void) layout;
    if (i)
        *to++ = ',';
    return to;
}

static char *s_header (const struct layout *layout, char *to)
{
    for (size_t i = 0; i < layout_output_count (layout); i++) {
        to = s_label (layout, i, to);
        to = escape_csv (to, text_of (layout_output_name (layout, i)));
    }
    *to++ = '\n';
    return to;
}

//  A value that is not empty. Mostly it stands in a row of CSV that has nothing to quote.
static inline char *s_cell (char *to, struct text value, const struct row *row)
{
    bool bare = row->unquoted && (uintptr_t) value.at - (uintptr_t) row->raw.at < row->raw.n;
    if (bare && value.at[0] != ' ' && value.at[value.n - 1] != ' ')
        return escape_bytes (to, value.at, value.n);
    return escape_csv (to, value);
}

//  Live fields [first, end) with what stands before each.
static inline char *s_fields (const struct layout *layout, const struct record *record, const struct row *row,
                              size_t first, size_t end, char *to)
{
    const struct plan *plan = layout->plan;
    for (size_t i = first; i < end; i++) {
        to = row_before (to, layout->before[i]);
        int f = plan->live[i];
        struct text value = record->values[f];
        if (record_is_plain (record, f) || plan->steps[f].bare)
            to = escape_bytes (to, value.at, value.n);
        else if (value.n)
            to = s_cell (to, value, row);
    }
    return to;
}

//  The source's own columns. What stands before one value lies behind what stands before the one before it,
//  so that of columns without a value all is copied at once: there may be thousands.
static char *s_own (const struct layout *layout, const struct row *row, char *to)
{
    const struct text *before = layout->before + layout->plan->live_count;
    struct text gap = {before->at, 0};
    for (size_t i = 0; i < layout->extra_count; i++) {
        gap.n += before[i].n;
        struct text value = row_extra (row, layout->extras[i]);
        if (value.n == 0)
            continue;
        to = s_cell (row_before (to, gap), value, row);
        gap = (struct text){before[i + 1].at, 0};
    }
    return row_before (to, gap);
}

static void s_write (const struct layout *layout, const struct record *record, const struct row *row,
                     struct text rest, char *start, struct encoded *out)
{
    (void) rest;
    const struct plan *plan = layout->plan;
    char *to = s_fields (layout, record, row, 0, plan->content_count, start);
    out->content = (struct text){start, (size_t) (to - start)};
    to = s_fields (layout, record, row, plan->content_count, plan->live_count, to);
    char *own = to;
    to = s_own (layout, row, to);
    out->own = (struct text){own, (size_t) (to - own)};
    to = row_before (to, layout->before[layout->value_count]);
    out->row = (struct text){start, (size_t) (to - start)};
}

const struct encoder ENCODER_CSV = {.name = "csv",
                                    .file = "records.csv",
                                    .format = "csv",
                                    .media_type = "text/csv",
                                    .table = true,
                                    .extras = true,
                                    .header = s_header,
                                    .label = s_label,
                                    .empty = "",
                                    .end = "\n",
                                    .room = row_room,
                                    .write = s_write};
