//  layout.h: what a pass writes and in which order, as an encoder needs it: the outputs, and what stands
//  before the value of each. Immutable while records are written.
#ifndef DMH_WORKER_ENCODERS_LAYOUT_H
#define DMH_WORKER_ENCODERS_LAYOUT_H

#include "worker/encoders/encoder.h"

//  Outputs are the canonical fields, then the source's own columns in the file's order.
struct layout {
    const struct encoder *encoder;
    const struct plan *plan;
    int *extras;           //  source columns that no field took
    size_t extra_count;    //  0 where the encoder has no place for them
    //  Those that make a record another one, with a place in the row or without: all but what the mapping
    //  says is no content.
    int *content_columns;
    size_t content_column_count;
    bool owns;             //  those are the extra columns, so that a row holds all of them
    struct text header;    //  what the file begins with; n = 0: nothing
    //  A row is before [0], value 0, before [1], value 1 … before [value_count]; the values are the plan's
    //  live fields, then the extra columns. What stands before a value are separators, labels, and all of
    //  the fields that are empty in every row.
    struct text *before;
    size_t value_count;
    size_t before_bytes;    //  of all of them
    char *texts;            //  memory of header and `before`; LAYOUT_SLACK bytes more than they need
    void *own;              //  the encoder's
    //  Of a database: the name of the column that stands beside the field's, NULL: none does. Of a date-time
    //  it is always a date, of a number its digits as they are.
    char *beside[FIELDS_MAX];
};

enum { LAYOUT_SLACK = 16 };

//  Makes *self of both, which have to outlive it. 0, or -1 out of memory; layout_clear it in any case.
int layout_make (struct layout *self, const struct encoder *encoder, const struct plan *plan);
void layout_clear (struct layout *self);

//  How many outputs there are, and the name of output `i`. Borrowed.
size_t layout_output_count (const struct layout *self);
const char *layout_output_name (const struct layout *self, size_t i);

//  Gives the field, a number or a date-time, its column beside it. 0, or -1 out of memory.
int layout_set_beside (struct layout *self, size_t field);

//  Columns of the table: the outputs, and those beside them.
size_t layout_column_count (const struct layout *self);

#endif
