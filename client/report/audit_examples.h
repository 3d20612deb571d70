//  audit_examples.h: what the audit of a result has to show of each issue: its first lines, what was assumed
//  from, and some records before and after. One pass, bounded memory.
#ifndef DMH_CLIENT_REPORT_AUDIT_EXAMPLES_H
#define DMH_CLIENT_REPORT_AUDIT_EXAMPLES_H

#include "messages/json/value.h"

#include <stdint.h>

enum { AUDIT_LINES_MAX = 5, AUDIT_CHANGES_MAX = 40, AUDIT_RECORDS_MAX = 10, AUDIT_CUES_MAX = 3 };

//  Of one rule and field.
struct audit_issue {
    char *rule, *field;    //  field "": of whole records
    uint64_t lines[AUDIT_LINES_MAX];
    size_t line_count;
    char *cues[AUDIT_CUES_MAX];    //  the first values of what was assumed
    size_t cue_count;
};

//  A value of a record before and after; `after` is "" where it was emptied.
struct audit_change {
    uint64_t record, line;
    char *field, *before, *after, *rule;
};

struct audit_examples {
    struct audit_issue *issues;
    size_t issue_count;
    struct audit_change changes[AUDIT_CHANGES_MAX];
    size_t change_count;
};

//  Reads audit.ndjson of `folder` for the issues of `report`. DMH_OK with *out filled (audit_examples_clear
//  it); else as result_file_open, or DMH_MALFORMED.
int audit_examples_read (const char *folder, const struct json_value *report, struct audit_examples *out,
                         struct error *error);
void audit_examples_clear (struct audit_examples *self);

//  NULL: the report has no such issue. `field` may be NULL.
const struct audit_issue *audit_examples_find (const struct audit_examples *self, const char *rule,
                                               const char *field);

#endif
