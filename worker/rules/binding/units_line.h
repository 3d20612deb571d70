//  units_line.h: the line of units that stands under a header in exports of laboratories. Whether a line is
//  one takes the columns' meaning and the table of units; the format then knows it by its text.
#ifndef DMH_WORKER_RULES_BINDING_UNITS_LINE_H
#define DMH_WORKER_RULES_BINDING_UNITS_LINE_H

#include "worker/formats/format.h"
#include "worker/rules/binding/binding.h"
#include "worker/rules/units/unit.h"

//  Looks at the first record of CSV in `sample`. Where each of its cells that hold something is a unit or
//  stands in brackets, and the columns of the key and of what is required (without one: the first column)
//  hold nothing, keeps its text in dialect->units_line; else that becomes empty. DMH_OK, DMH_INTERNAL.
int units_line_find (const binding_t *binding, const unit_table_t *units, const char *sample, size_t n,
                     struct dialect *dialect);

#endif
