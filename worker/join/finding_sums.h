//  finding_sums.h: what the inputs of a joined table have counted, added up: fields, issues, and what their
//  audits say of whole columns.
#ifndef DMH_WORKER_JOIN_FINDING_SUMS_H
#define DMH_WORKER_JOIN_FINDING_SUMS_H

#include "worker/join/inputs/result_reader.h"
#include "worker/output/audit.h"
#include "worker/output/tally.h"

//  Of one rule and field.
struct finding_sum {
    enum rule rule;
    int field;                    //  FIELD_NONE: the header, or the record
    struct mark mark;             //  what the audits count of it
    struct first_values first;    //  of the first input that has some
};

struct finding_sums {
    const schema_t *schema;      //  borrowed
    struct finding_sum *sums;    //  owned
    size_t count, room;
};

//  Adds the fields and issues of a report to the tally, but duplicates and conflicts, which are found anew.
void finding_sums_add_report (struct tally *tally, const schema_t *schema, const struct result_facts *facts);

//  Adds a line of an audit that is about a whole column. 0, or -1 out of memory.
int finding_sums_add (struct finding_sums *self, const struct json_value *event);

//  Tells the audit, in the order of the fields and rules.
void finding_sums_tell (struct finding_sums *self, const struct tally *tally, audit_t *audit);
void finding_sums_clear (struct finding_sums *self);

#endif
