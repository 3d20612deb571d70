//  told_test.c: which counts a page tells, and how the flow of a report hides those under five.
#include "client/report/flow.h"

#include <criterion/criterion.h>
#include <string.h>

Test (told, marks_thousands_and_says_of_one_to_four_only_that)
{
    static const struct {
        uint64_t count;
        const char *text, *with_values;
    } ROWS[] = {{0, "0", "0"},
                {1, "<5", "1"},
                {4, "<5", "4"},
                {5, "5", "5"},
                {999, "999", "999"},
                {1000, "1,000", "1,000"},
                {1234567, "1,234,567", "1,234,567"},
                {UINT64_MAX, "18,446,744,073,709,551,615", "18,446,744,073,709,551,615"}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char text[TOLD_BYTES];
        cr_expect_str_eq (told_text (told_of (ROWS[i].count, false), text), ROWS[i].text);
        cr_expect_str_eq (told_text (told_of (ROWS[i].count, true), text), ROWS[i].with_values);
    }
}

Test (told, a_sum_with_a_small_count_is_a_range)
{
    char text[TOLD_BYTES];
    struct told sum = told_sum (told_of (1200, false), told_of (3, false));
    cr_expect_str_eq (told_text (sum, text), "1,201–1,204");
    cr_expect_not (told_is_exact (sum));
    cr_expect (told_is_exact (told_sum (told_of (1200, false), told_of (0, false))));
}

static struct flow s_flow (const char *report, bool values)
{
    struct error error;
    struct json_value *value = json_value_new (report, strlen (report), 8, "report", &error);
    cr_assert_not_null (value, "%s", error.text);
    struct flow flow = flow_of (value, values);
    json_value_destroy (&value);
    return flow;
}

static void s_expect (struct told told, uint64_t low, uint64_t high)
{
    cr_expect (told.low == low && told.high == high, "%llu to %llu", (unsigned long long) told.low,
               (unsigned long long) told.high);
}

#define COUNTS(READ, WRITTEN, DUPLICATES, CONFLICTS, REJECTED)                                               \
    "{\"counts\":{\"read\":" READ ",\"written\":" WRITTEN ",\"duplicates\":" DUPLICATES                      \
    ",\"conflicts\":" CONFLICTS ",\"rejected\":" REJECTED "},\"issues\":["
#define ISSUE(RULE, COUNT) "{\"rule\":\"" RULE "\",\"severity\":\"error\",\"field\":null,\"count\":" COUNT "}"

Test (flow, is_told_as_it_is_where_no_part_is_small)
{
    struct flow flow = s_flow (COUNTS ("100", "80", "0", "10", "10") "]}", false);
    cr_expect (flow.exact);
    s_expect (flow.read, 100, 100);
    s_expect (flow.rejected, 10, 10);
}

//  100 read and 97 written would say that 3 were rejected.
Test (flow, says_what_was_read_as_a_range_where_a_part_is_small)
{
    struct flow flow = s_flow (COUNTS ("100", "97", "0", "0", "3") ISSUE ("field.required", "3") "]}", false);
    cr_expect_not (flow.exact);
    s_expect (flow.written, 97, 97);
    s_expect (flow.rejected, 1, 4);
    s_expect (flow.read, 98, 101);
    s_expect (s_flow (COUNTS ("100", "97", "0", "0", "3") "]}", true).read, 100, 100);
}

//  Eight rejected, of which six for one reason, would say that two were for the other.
Test (flow, says_as_a_range_what_rules_with_a_small_count_sum_up_to)
{
    struct flow flow = s_flow (COUNTS ("100", "92", "0", "0", "8") ISSUE ("field.required", "6") "," ISSUE (
                                   "record.field_count", "2") "," ISSUE ("record.conflict", "1") "]}",
                               false);
    s_expect (flow.rejected, 7, 10);
    s_expect (flow.read, 99, 102);
}
