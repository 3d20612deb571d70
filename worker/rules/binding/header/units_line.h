//  units_line.h: the line of units that stands under a header in exports of laboratories. Whether a line is
//  one takes the columns' meaning and the table of units; the format then knows it by its text.
#ifndef DMH_WORKER_RULES_BINDING_HEADER_UNITS_LINE_H
#define DMH_WORKER_RULES_BINDING_HEADER_UNITS_LINE_H

#include "worker/formats/format.h"
#include "worker/rules/binding/binding.h"
#include "worker/rules/units/unit.h"

//  Looks at the first record of CSV in `sample`. Where each of its cells that hold something is a unit or
//  stands in brackets, and the columns of the key and of what is required (without one: the first column)
//  hold nothing, keeps its text in dialect->units_line; else that becomes empty. DMH_OK, DMH_INTERNAL.
int units_line_find (const binding_t *binding, const unit_table_t *units, const char *sample, size_t n,
                     struct dialect *dialect);

//  A first record of CSV whose cells are units or nothing, as a wide table has it under its header: what it
//  holds are copies. Cells are trimmed; `count` 0: the first record is none.
struct units_row {
    char *bytes;
    struct text raw, *cells;
    size_t count;
};

//  The dialect has no line of units then. DMH_OK; DMH_INTERNAL: out is clear.
int units_row_read (const unit_table_t *units, struct dialect *dialect, const char *sample, size_t n,
                    struct units_row *out);
void units_row_clear (struct units_row *self);

//  Makes `raw` the line of units; n = 0: there is none. DMH_OK, DMH_INTERNAL.
int units_line_set (struct dialect *dialect, struct text raw);

#endif
