//  ndjson.c: records as JSON objects, one a line. See encoder.h.
#include "worker/encoders/escape.h"
#include "worker/encoders/row.h"

//  `"name":` with the separator before it.
static char *s_label (const struct layout *layout, size_t i, char *to)
{
    *to++ = i ? ',' : '{';
    to = escape_json (to, text_of (layout_output_name (layout, i)));
    *to++ = ':';
    return to;
}

//  The same for one that nothing has to be escaped of.
static inline char *s_plain (char *to, struct text value)
{
    *to++ = '"';
    to = escape_bytes (to, value.at, value.n);
    *to++ = '"';
    return to;
}

static char *s_value (char *to, struct text value, bool number)
{
    if (value.n == 0)
        return escape_bytes (to, "null", 4);
    return number ? escape_bytes (to, value.at, value.n) : escape_json (to, value);
}

//  Live fields [first, end) with what stands before each.
static inline char *s_fields (const struct layout *layout, const struct record *record, size_t first,
                              size_t end, char *to)
{
    const struct plan *plan = layout->plan;
    for (size_t i = first; i < end; i++) {
        int f = plan->live[i];
        to = row_before (to, layout->before[i]);
        bool number = plan->steps[f].type == FIELD_NUMBER;
        if (!number && record_is_plain (record, f))
            to = s_plain (to, record->values[f]);
        else
            to = s_value (to, record->values[f], number);
    }
    return to;
}

static void s_write (const struct layout *layout, const struct record *record, const struct row *row,
                     struct text rest, char *start, struct encoded *out)
{
    (void) rest;
    const struct plan *plan = layout->plan;
    const struct text *before = layout->before + plan->live_count;
    char *to = s_fields (layout, record, 0, plan->content_count, start);
    out->content = (struct text){start, (size_t) (to - start)};
    to = s_fields (layout, record, plan->content_count, plan->live_count, to);
    char *own = to;
    for (size_t i = 0; i < layout->extra_count; i++) {
        to = row_before (to, *before++);
        to = s_value (to, row_extra (row, layout->extras[i]), false);
    }
    out->own = (struct text){own, (size_t) (to - own)};
    to = row_before (to, *before);
    out->row = (struct text){start, (size_t) (to - start)};
}

const struct encoder ENCODER_NDJSON = {.name = "ndjson",
                                       .file = "records.ndjson",
                                       .format = "ndjson",
                                       .media_type = "application/x-ndjson",
                                       .table = true,
                                       .extras = true,
                                       .label = s_label,
                                       .empty = "null",
                                       .end = "}\n",
                                       .room = row_room,
                                       .write = s_write};
