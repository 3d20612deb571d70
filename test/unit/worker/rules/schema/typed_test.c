//  typed_test.c: what is of a field's type and what is not.
#include "worker/rules/schema/typed.h"

#include <criterion/criterion.h>

static void s_check (enum field_type type, const char *const *values, size_t count, bool want)
{
    for (size_t i = 0; i < count; i++)
        cr_expect_eq (value_is_typed (type, text_of (values[i])), want, "%s", values[i]);
}
#define CHECK(TYPE, WANT, ...)                                                                               \
    do {                                                                                                     \
        static const char *const VALUES[] = {__VA_ARGS__};                                                   \
        s_check (TYPE, VALUES, sizeof VALUES / sizeof *VALUES, WANT);                                        \
    } while (0)

Test (typed, a_number_is_one_of_json)
{
    CHECK (FIELD_NUMBER, true, "0", "-1", "7.40", "0.05");
    CHECK (FIELD_NUMBER, false, "7..", "2.1..", "2.1.4", "7.", ".5", "01", "+1", "1e5", "<5", "NEG", "-");
}

Test (typed, a_date_is_one_of_the_calendar_as_far_as_it_is_given)
{
    CHECK (FIELD_DATE, true, "1980", "1980-12", "1980-12-31", "2000-02-29");
    CHECK (FIELD_DATE, false, "1980-13", "1980-1-1", "2023-02-30", "1900-02-29", "19801231",
           "1980-12-31T00:00:00", "12/31/1980", "1980-12-3x", "0000-01-01", "1980-12-");
}

Test (typed, a_date_time_has_seconds_and_perhaps_an_offset)
{
    CHECK (FIELD_DATETIME, true, "1980", "1980-12-31", "1980-12-31T23:59:60", "1980-12-31T23:59:59.123",
           "1980-12-31T23:59:59Z", "1980-12-31T23:59:59.1+01:00", "1980-12-31T23:59:59-05:30");
    CHECK (FIELD_DATETIME, false, "1980-12-31T", "1980-12-31T23:59", "1980-12-31 23:59:59",
           "1980-12-32T23:59:59", "1980-12-31T23:59:59.", "1980-12-31T23:59:59+1", "1980-12-31T23:59:59z",
           "1980-12T23:59:59");
}

Test (typed, everything_else_is_text)
{
    CHECK (FIELD_TEXT, true, "7..", "x");
    CHECK (FIELD_CODE, true, "female");
}
