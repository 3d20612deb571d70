//  checks.h: the data set measured against the checks of rules/check.h, for report.json and --fail-on. Pure:
//  called by report.c and the writer once all records are counted.
#ifndef DMH_WORKER_OUTPUT_CHECKS_H
#define DMH_WORKER_OUTPUT_CHECKS_H

#include "worker/output/report.h"
#include "worker/rules/schema/check.h"

struct measured {
    enum check check;
    int field;    //  FIELD_NONE: the data set
    uint64_t count, of;
    double percent, limit;
    bool passed;
};

//  Measures one check of one field (FIELD_NONE for the data set); `report` has pass, tally and counts. false:
//  the check says nothing of it.
bool checks_measure (const struct report *report, enum check check, int field, struct measured *out);

//  DMH_BAD_INPUT with a sentence when a check that the job's fail_on names has failed, the first of them in
//  the table's order.
int checks_judge (const struct report *report, struct error *error);

//  DMH_BAD_INPUT with a sentence when `fail_on` has a word that is no check, no category and not "any".
int checks_know (const char *fail_on, const char *input, struct error *error);

#endif
