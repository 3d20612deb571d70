//  check_section.c: see section.h: the checks of the whole data set, those that failed first.
#include "client/report/sections/section.h"
#include "client/result/reading/report_values.h"
#include "worker/inspect/check_words.h"

#include <stdlib.h>
#include <string.h>

static bool s_failed (const struct json_value *check)
{
    return json_value_is (json_value_member (check, "passed"), JSON_FALSE);
}

static double s_real (const struct json_value *check, const char *key)
{
    const struct json_value *value = json_value_member (check, key);
    return json_value_is (value, JSON_NUMBER) ? strtod (value->text, NULL) : 0;
}

//  How many, and how much that is: as far as neither tells a small count.
static void s_count (const struct page *self, const struct json_value *check)
{
    const char *field = json_value_string (json_value_member (check, "field"));
    uint64_t count = report_number (check, "count");
    struct told told = told_of (count == UINT64_MAX ? 0 : count, self->values);
    bool few = !self->values && flow_has_few (self->report, field);
    if (few && told.low >= TOLD_LEAST)
        document_cell (self->document, DOCUMENT_PLAIN, "5 or more");
    else
        section_told (self, told);
    if (self->values || (self->flow.exact && !few && told_is_exact (told)))
        document_cell (self->document, DOCUMENT_BAD, "%.*f %%", self->values ? 1 : 0,
                       s_real (check, "measured"));
    else
        document_cell (self->document, DOCUMENT_BAD, "over the limit");
    document_cell (self->document, DOCUMENT_PLAIN, "%g %%", s_real (check, "threshold"));
}

static void s_table (const struct page *self)
{
    static const struct document_column COLUMNS[] = {{"Field", false}, {"Counts", false}, {"Count", true},
                                                     {"Found", true},  {"Limit", true},   {"Check", false}};
    document_table (self->document, "Checks that failed, and what each counts", COLUMNS, 6);
    for (const struct json_value *check = report_first (self->report, "checks"); check; check = check->next) {
        if (!s_failed (check))
            continue;
        const char *field = report_text (check, "field"), *name = report_text (check, "name");
        if (*field)
            document_name (self->document, field);
        else
            document_cell (self->document, DOCUMENT_PLAIN, "whole records");
        document_cell (self->document, DOCUMENT_PLAIN, "%s", check_words (name));
        s_count (self, check);
        document_name (self->document, name);
    }
    document_table_end (self->document);
}

void section_checks (const struct page *self)
{
    size_t all = 0, failed = 0;
    for (const struct json_value *check = report_first (self->report, "checks"); check; check = check->next) {
        all++;
        failed += s_failed (check);
    }
    document_heading (self->document, 2, "Checks of the whole file");
    if (all == 0)
        document_say (self->document, DOCUMENT_QUIET, "The report has no checks.");
    else if (failed == 0)
        document_say (self->document, DOCUMENT_GOOD, "All %zu checks passed.", all);
    else {
        document_say (self->document, DOCUMENT_BAD, "%zu of %zu checks failed.", failed, all);
        s_table (self);
    }
}
