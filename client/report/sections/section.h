//  section.h: the parts of a page about one result, in the order in which they stand; some serve a page about
//  several. Each writes itself with its heading, or nothing where it has nothing to say.
#ifndef DMH_CLIENT_REPORT_SECTIONS_SECTION_H
#define DMH_CLIENT_REPORT_SECTIONS_SECTION_H

#include "client/report/audit_examples.h"
#include "client/report/document/document.h"
#include "client/report/flow.h"
#include "client/report/value_counts.h"

struct page {
    document_t *document;
    bool values;    //  the reader may see what stands in records
    struct flow flow;
    const struct value_counts *counts;
    char *const *folders;    //  [folder_count], of `counts`
    size_t folder_count;
    char *const *described;    //  [described_count], folders of what statistics were made of
    size_t described_count;
    //  Of one result alone.
    const struct json_value *report;
    const struct audit_examples *audit;
};

//  What the reader has to know of the page itself: whether it holds what stands in records.
void section_leave (const struct page *self);

//  Checks that failed, and that others did not (check_section.c).
void section_checks (const struct page *self);
//  Where the records went (flow_section.c).
void section_flow (const struct page *self);
//  What rules said, and what was assumed (issue_section.c).
void section_issues (const struct page *self);
void section_assumptions (const struct page *self);
//  Columns of the input, fields of the records (column_section.c).
void section_columns (const struct page *self);
void section_fields (const struct page *self);
//  Distributions (number_section.c, date_section.c).
void section_numbers (const struct page *self);
void section_far_numbers (const struct page *self);
int section_dates (const struct page *self, struct error *error);
//  Records before and after; with values alone (change_section.c).
void section_changes (const struct page *self);
//  What jobs of the task statistics have made of them (statistics_section.c).
int section_statistics (const struct page *self, struct error *error);
//  File, options, versions, sums (about_section.c).
void section_about (const struct page *self);

//  A cell with a count.
void section_told (const struct page *self, struct told told);

//  What a bar's height, and its count, may say.
struct told section_bar (const struct page *self, const struct bar *bar);
//  The sum of several.
struct told section_bars (const struct page *self, const struct bar *bars, size_t count);

//  How an assumption is replaced by knowledge; NULL: the rule assumes nothing.
const char *section_remedy (const char *rule);

#endif
