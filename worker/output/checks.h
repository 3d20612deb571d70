//  checks.h: the data set measured against the checks of a schema, once all records are counted, for
//  report.json and --fail-on. Pure.
#ifndef DMH_WORKER_OUTPUT_CHECKS_H
#define DMH_WORKER_OUTPUT_CHECKS_H

#include "messages/job.h"
#include "worker/output/tally.h"
#include "worker/rules/schema/check.h"

//  What is measured; borrowed.
struct counted {
    const schema_t *schema;
    const struct tally *tally;    //  of the whole input
    const struct counts *counts;
};

struct measured {
    enum check check;
    int field;    //  FIELD_NONE: the data set
    uint64_t count, of;
    double percent, limit;
    bool passed;
};

//  Measures one check of one field (FIELD_NONE for the data set). false: the check says nothing of it.
bool checks_measure (const struct counted *data, enum check check, int field, struct measured *out);

//  DMH_BAD_INPUT with a sentence about `input` when a check that `fail_on` names has failed, the first of
//  them in the table's order.
int checks_judge (const struct counted *data, const char *fail_on, const char *input, struct error *error);

//  DMH_BAD_INPUT with a sentence when `fail_on` has a word that is no check, no category and not "any".
int checks_know (const char *fail_on, const char *input, struct error *error);

#endif
