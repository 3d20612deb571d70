//  non_record.h: lines between the records that are none: the header again where files were put one behind
//  the other, the line of units under it, a line of dashes, a total. Told only where nothing else can be
//  meant. Immutable after non_record_begin; any thread.
#ifndef DMH_WORKER_FORMATS_NON_RECORD_H
#define DMH_WORKER_FORMATS_NON_RECORD_H

#include "worker/formats/format.h"

struct non_record {
    const struct dialect *dialect;    //  NULL: every line is a record
    bool keyed;                       //  records of JSON: not all have all fields
    unsigned char begins[256];        //  by the byte that the first cell begins with: what the line may be
};

//  `dialect` is borrowed where it has names; without them nothing is told.
void non_record_begin (struct non_record *self, const struct dialect *dialect);

//  RULE_RECORD_HEADER, _UNITS, _SEPARATOR, _FOOTER, or RULE_NONE. `row`: with its raw text and problem
//  (RULE_NONE or RULE_FIELD_COUNT); the first `kept` of its fields are there. Hot path.
enum rule non_record_rule (const struct non_record *self, const struct row *row, size_t kept);

#endif
