//  flow.c: see flow.h.
#include "client/report/flow.h"

#include "client/result/reading/report_values.h"

#include <string.h>

static bool s_rejects (const struct json_value *issue)
{
    return strcmp (report_text (issue, "severity"), "error") == 0 &&
           strcmp (report_text (issue, "rule"), "record.conflict") != 0;
}

static bool s_is_few (uint64_t count)
{
    return count > 0 && count < TOLD_LEAST;
}

//  The rules behind the rejected records say together how many those are.
static struct told s_rejected (const struct json_value *report, uint64_t rejected)
{
    struct told sum = {0, 0};
    bool few = false;
    for (const struct json_value *issue = report_first (report, "issues"); issue; issue = issue->next) {
        uint64_t count = report_number (issue, "count");
        if (!s_rejects (issue) || count == UINT64_MAX)
            continue;
        sum = told_sum (sum, told_of (count, false));
        few = few || s_is_few (count);
    }
    if (!few || s_is_few (rejected))
        return told_of (rejected, false);
    return (struct told){sum.low < rejected ? sum.low : rejected, sum.high > rejected ? sum.high : rejected};
}

//  What a damaged report does not say is nothing.
static uint64_t s_count (uint64_t count)
{
    return count == UINT64_MAX ? 0 : count;
}

struct flow flow_of (const struct json_value *report, bool values)
{
    struct counts counts = report_counts (json_value_member (report, "counts"));
    struct flow flow = {.written = told_of (s_count (counts.written), values),
                        .duplicates = told_of (s_count (counts.duplicates), values),
                        .conflicts = told_of (s_count (counts.conflicts), values),
                        .rejected = values ? told_of (s_count (counts.rejected), true)
                                           : s_rejected (report, s_count (counts.rejected))};
    flow.read = told_sum (told_sum (flow.written, flow.duplicates), told_sum (flow.conflicts, flow.rejected));
    flow.exact = told_is_exact (flow.read);
    return flow;
}

void flow_add (struct flow *self, const struct flow *more)
{
    self->read = told_sum (self->read, more->read);
    self->written = told_sum (self->written, more->written);
    self->duplicates = told_sum (self->duplicates, more->duplicates);
    self->conflicts = told_sum (self->conflicts, more->conflicts);
    self->rejected = told_sum (self->rejected, more->rejected);
    self->exact = self->exact && more->exact;
}

bool flow_has_few (const struct json_value *report, const char *field)
{
    for (const struct json_value *issue = report_first (report, "issues"); issue; issue = issue->next) {
        const char *of = json_value_string (json_value_member (issue, "field"));
        bool same = field && of ? strcmp (field, of) == 0 : !field && !of;
        if (same && s_is_few (report_number (issue, "count")))
            return true;
    }
    return false;
}
