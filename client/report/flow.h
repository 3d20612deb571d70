//  flow.h: where the records of a report went, as counts that may be told together: none that is under five
//  can be computed from the others. Pure.
#ifndef DMH_CLIENT_REPORT_FLOW_H
#define DMH_CLIENT_REPORT_FLOW_H

#include "client/report/told.h"
#include "messages/json/value.h"

struct flow {
    struct told read, written, duplicates, conflicts, rejected;
    bool exact;    //  all of them
};

//  Of a report.json. What was written is told as it is; where a part is under five, or a rule behind one is,
//  what was read is a range.
struct flow flow_of (const struct json_value *report, bool values);

//  Of several: their sums.
void flow_add (struct flow *self, const struct flow *more);

//  Whether an issue of that field (NULL: of whole records) counts fewer than five, so that what sums up
//  several issues of it may not be told.
bool flow_has_few (const struct json_value *report, const char *field);

#endif
