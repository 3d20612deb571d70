//  batch_rows.h: what a page about several results says of each, and of all: read from one report.json after
//  the other, none of which is kept.
#ifndef DMH_CLIENT_REPORT_PAGES_BATCH_ROWS_H
#define DMH_CLIENT_REPORT_PAGES_BATCH_ROWS_H

#include "client/report/flow.h"
#include "client/report/result_list.h"

struct batch_row {
    const char *name;    //  borrowed from the list
    char *input, *kind;
    struct flow flow;
    size_t checks, failed;    //  checks
    size_t issues;            //  rules that said something worth a look, each by field
    uint64_t wrong, read;     //  what the rows are sorted by: never told
};

//  A rule or a check, by field, over all results.
struct batch_finding {
    char *name, *field, *message, *severity;    //  field "": of whole records; severity "check": a check
    struct told count;
    size_t results;    //  that have it
};

struct batch_rows {
    struct batch_row *rows;    //  the worst first
    size_t count;
    struct batch_finding *findings;    //  those of most results first
    size_t finding_count;
    struct flow flow;
};

//  DMH_OK with *out filled (batch_rows_clear it), DMH_INTERNAL, or what a report.json is not; the sentence
//  names it.
int batch_rows_read (const struct result_list *list, bool values, struct batch_rows *out,
                     struct error *error);
void batch_rows_clear (struct batch_rows *self);

#endif
