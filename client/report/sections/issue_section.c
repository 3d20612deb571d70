//  issue_section.c: see section.h: what rules said of values and records, and what was assumed.
#include "client/report/sections/section.h"
#include "client/result/reading/report_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *rule, *remedy;
} REMEDIES[] = {
    {"date.order_assumed", "--date-order mdy, dmy or ymd, or the mapping"},
    {"date.order_mixed", "look at the lines: the column shows days and months in both orders"},
    {"number.mark_assumed", "--decimal point or comma, or the mapping"},
    {"number.mark_mixed", "look at the lines: the column shows decimal commas and points"},
    {"date.century_assumed", "years of four digits in the source, or the mapping"},
    {"phone.country_assumed", "a column with the country, or the mapping"},
    {"code.assumed", "a value map in the mapping"},
};

const char *section_remedy (const char *rule)
{
    for (size_t i = 0; i < sizeof REMEDIES / sizeof *REMEDIES; i++)
        if (strcmp (REMEDIES[i].rule, rule) == 0)
            return REMEDIES[i].remedy;
    return NULL;
}

static int s_grade (const struct json_value *issue)
{
    const char *severity = report_text (issue, "severity");
    return strcmp (severity, "error") == 0 ? 0 : strcmp (severity, "warning") == 0 ? 1 : 2;
}

static int s_by_weight (const void *a, const void *b)
{
    const struct json_value *x = *(const struct json_value *const *) a,
                            *y = *(const struct json_value *const *) b;
    if (s_grade (x) != s_grade (y))
        return s_grade (x) - s_grade (y);
    uint64_t m = report_number (x, "count"), n = report_number (y, "count");
    return m < n ? 1 : m > n ? -1 : strcmp (report_text (x, "rule"), report_text (y, "rule"));
}

//  "14, 20, 31 …": of a count that is not told the first alone.
static void s_lines (const struct page *self, const struct json_value *issue, struct told told)
{
    const struct audit_issue *found =
        self->audit ? audit_examples_find (self->audit, report_text (issue, "rule"),
                                           json_value_string (json_value_member (issue, "field")))
                    : NULL;
    uint64_t first = report_number (issue, "first_line");
    char text[AUDIT_LINES_MAX * (TOLD_BYTES + 2) + 8] = "", number[TOLD_BYTES];
    size_t lines = found && told_is_exact (told) ? found->line_count : 0;
    for (size_t i = 0; i < lines; i++)
        snprintf (text + strlen (text), sizeof text - strlen (text), "%s%s", i ? "; " : "",
                  told_thousands (found->lines[i], number));
    if (lines && lines < told.low)
        snprintf (text + strlen (text), sizeof text - strlen (text), " …");
    if (!lines && first != UINT64_MAX)
        snprintf (text, sizeof text, told_is_exact (told) && told.low == 1 ? "%s" : "%s …",
                  told_thousands (first, number));
    document_cell (self->document, DOCUMENT_PLAIN, "%s", text);
}

static void s_issue (const struct page *self, const struct json_value *issue)
{
    static const enum document_tone TONES[] = {DOCUMENT_BAD, DOCUMENT_WARN, DOCUMENT_QUIET};
    uint64_t count = report_number (issue, "count");
    const char *field = report_text (issue, "field");
    struct told told = told_of (count == UINT64_MAX ? 0 : count, self->values);
    if (*field)
        document_name (self->document, field);
    else
        document_cell (self->document, DOCUMENT_PLAIN, "whole records");
    document_cell (self->document, TONES[s_grade (issue)], "%s", report_text (issue, "severity"));
    document_cell (self->document, DOCUMENT_PLAIN, "%s", report_text (issue, "message"));
    section_told (self, told);
    s_lines (self, issue, told);
    document_name (self->document, report_text (issue, "rule"));
}

void section_issues (const struct page *self)
{
    static const struct document_column COLUMNS[] = {{"Field", false},        {"Severity", false},
                                                     {"What is said", false}, {"Count", true},
                                                     {"First lines", false},  {"Rule", false}};
    const struct json_value *issues = json_value_member (self->report, "issues");
    size_t count = json_value_is (issues, JSON_ARRAY) ? issues->count : 0, used = 0;
    document_heading (self->document, 2, "Issues by rule");
    if (count == 0) {
        document_say (self->document, DOCUMENT_GOOD, "No rule found anything to say of a value or a record.");
        return;
    }
    const struct json_value **sorted = calloc (count, sizeof *sorted);
    for (const struct json_value *issue = sorted ? issues->first : NULL; issue; issue = issue->next)
        sorted[used++] = issue;
    if (sorted)
        qsort (sorted, used, sizeof *sorted, s_by_weight);
    document_say (self->document, DOCUMENT_QUIET,
                  "Lines are those of the input. audit.ndjson lists each of them, rejects.csv holds the "
                  "records that were "
                  "set aside.");
    document_table (self->document, "What the rules found, errors first", COLUMNS, 6);
    for (size_t i = 0; i < used; i++)
        s_issue (self, sorted[i]);
    document_table_end (self->document);
    free (sorted);
}

//  The first values that were read so.
static void s_cues (const struct page *self, const struct json_value *issue)
{
    const struct audit_issue *found =
        audit_examples_find (self->audit, report_text (issue, "rule"), report_text (issue, "field"));
    char text[512] = "";
    for (size_t i = 0; found && i < found->cue_count; i++)
        snprintf (text + strlen (text), sizeof text - strlen (text), "%s%s", i ? "; " : "", found->cues[i]);
    document_name (self->document, text);
}

static size_t s_count_assumed (const struct json_value *report)
{
    size_t count = 0;
    for (const struct json_value *issue = report_first (report, "issues"); issue; issue = issue->next)
        count += section_remedy (report_text (issue, "rule")) != NULL;
    return count;
}

void section_assumptions (const struct page *self)
{
    static const struct document_column COLUMNS[] = {{"Field", false},
                                                     {"What was assumed", false},
                                                     {"Count", true},
                                                     {"What would decide it", false},
                                                     {"First values", false}};
    document_heading (self->document, 2, "What was assumed");
    if (s_count_assumed (self->report) == 0) {
        document_say (self->document, DOCUMENT_GOOD,
                      "Nothing: day and month, decimal marks, centuries and countries "
                      "follow from the file, the mapping or the options.");
        return;
    }
    bool cues = self->values && self->audit;
    document_table (self->document, "What nothing in the file tells, and how it was read", COLUMNS,
                    cues ? 5 : 4);
    for (const struct json_value *issue = report_first (self->report, "issues"); issue; issue = issue->next) {
        const char *remedy = section_remedy (report_text (issue, "rule"));
        uint64_t count = report_number (issue, "count");
        if (!remedy)
            continue;
        document_name (self->document, report_text (issue, "field"));
        document_cell (self->document, DOCUMENT_PLAIN, "%s", report_text (issue, "message"));
        section_told (self, told_of (count == UINT64_MAX ? 0 : count, self->values));
        document_cell (self->document, DOCUMENT_PLAIN, "%s", remedy);
        if (cues)
            s_cues (self, issue);
    }
    document_table_end (self->document);
}
