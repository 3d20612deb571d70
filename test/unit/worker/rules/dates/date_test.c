//  date_test.c: every form of a date and of a date with a time, the whole calendar, and the order of two
//  dates.
#include "worker/rules/dates/date.h"
#include "worker/rules/dates/date_compare.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { TODAY = 20261123 };

struct row {
    const char *in, *out;    //  out NULL: invalid
    enum date_evidence evidence;
};

typedef enum rule (*standardize_fn) (struct text, enum date_order, uint32_t, char *, size_t *,
                                     enum date_evidence *);

//  The value in `out` [64], terminated; "" when it is invalid. The input is copied to where the sanitizers
//  see its end.
static enum rule s_run (standardize_fn standardize, const char *in, enum date_order order, char *out,
                        enum date_evidence *evidence)
{
    size_t n = strlen (in), written = 0;
    char *exact = malloc (n ? n : 1);
    memcpy (exact, in, n);
    char buffer[DATE_BYTES];
    *evidence = DATE_EVIDENCE_AMBIGUOUS;
    enum rule rule = standardize ((struct text){exact, n}, order, TODAY, buffer, &written, evidence);
    free (exact);
    snprintf (out, 64, "%.*s", (int) written, buffer);
    return rule;
}

//  Whether the year in `in` has its two digits only: then nowhere more than three stand together. Those
//  beyond ASCII have two bytes and more.
static bool s_is_short (const char *in)
{
    size_t digits = 0;
    for (; *in && digits < 4; in++)
        digits = (*in >= '0' && *in <= '9') || *in & 0x80 ? digits + 1 : 0;
    return digits < 4;
}

static void s_check (standardize_fn standardize, enum date_order order, const struct row *rows, size_t count)
{
    bool timed = standardize == datetime_standardize;
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        char out[64];
        enum date_evidence evidence;
        enum rule rule = s_run (standardize, row->in, order, out, &evidence);
        enum rule want = !row->out                         ? timed ? RULE_DATETIME_INVALID : RULE_DATE_INVALID
                         : strcmp (row->in, row->out) == 0 ? RULE_NONE
                         : s_is_short (row->in)            ? RULE_DATE_CENTURY
                         : timed                           ? RULE_DATETIME_FORMAT
                                                           : RULE_DATE_FORMAT;
        cr_expect_eq (rule, want, "“%s”: %s", row->in, RULE[rule].name);
        cr_expect_str_eq (out, row->out ? row->out : "");
        cr_expect_eq (evidence, row->evidence, "“%s”: evidence %d", row->in, (int) evidence);
    }
}

#define CHECK(STANDARDIZE, ORDER, ROWS) s_check (STANDARDIZE, ORDER, ROWS, sizeof ROWS / sizeof *ROWS)

Test (date, every_form_of_the_contract_becomes_iso)
{
    static const struct row ROWS[] = {
        {"2021-03-04", "2021-03-04", 0},
        {"20210304", "2021-03-04", 0},
        {"2021/03/04", "2021-03-04", 0},
        {"2021/3/4", "2021-03-04", 0},
        {"2021-3-4", "2021-03-04", 0},
        {"2021.03.04", "2021-03-04", 0},
        {"3/25/2021", "2021-03-25", DATE_EVIDENCE_MDY},
        {"03/25/21", "2021-03-25", DATE_EVIDENCE_MDY},
        {"4.3.2021", "2021-03-04", 0},
        {"04.03.2021", "2021-03-04", 0},
        {"4. 3. 2021", "2021-03-04", 0},
        {"25.12.20", "2020-12-25", 0},
        {"04-Mar-2021", "2021-03-04", 0},
        {"4-MAR-21", "2021-03-04", 0},
        {"04MAR2021", "2021-03-04", 0},
        {"4 March 2021", "2021-03-04", 0},
        {"4th of", NULL, 0},
        {"4th March 2021", "2021-03-04", 0},
        {"1st Sept. 2021", "2021-09-01", 0},
        {"March 4, 2021", "2021-03-04", 0},
        {"march 4 2021", "2021-03-04", 0},
        {"Mar. 4th, 2021", "2021-03-04", 0},
        {"Mar-04-2021", "2021-03-04", 0},
        {"May 1, 2021", "2021-05-01", 0},
        {"2021-Mar-04", "2021-03-04", 0},
        {"Thursday, March 4, 2021", "2021-03-04", 0},
        {"Thu 2021-03-04", "2021-03-04", 0},
        {"Thu, 4 Mar 2021", "2021-03-04", 0},
        {"2021-W10-4", "2021-03-11", 0},
        {"2021W104", "2021-03-11", 0},
        {"2021-064", "2021-03-05", 0},
        {"20210304101530.123+0100", "2021-03-04", 0},
        {"2021-03-04T00:00:00", "2021-03-04", 0},
        {"2021-03-04 00:00:00.000", "2021-03-04", 0},
        {"3/25/2021 12:00:00 AM", "2021-03-25", DATE_EVIDENCE_MDY},
        {"19081209", "1908-12-09", 0},
        {"２０２１/０３/０４", "2021-03-04", 0},
        {"2021\u20113\u20114", "2021-03-04", 0},
        {"04\u201303\u20132021", "2021-04-03", DATE_EVIDENCE_AMBIGUOUS},
        {"٠٤.٠٣.٢٠٢١", "2021-03-04", 0},
        {"2021\u2212W10\u22124", "2021-03-11", 0},
        {"2021²-03-04", NULL, 0},
    };
    CHECK (date_standardize, DATE_ORDER_MDY, ROWS);
}

Test (date, a_partial_date_stays_partial)
{
    static const struct row ROWS[] = {{"2021", "2021", 0},
                                      {"2021-03", "2021-03", 0},
                                      {"2021-3", "2021-03", 0},
                                      {"2021/03", "2021-03", 0},
                                      {"March 2021", "2021-03", 0},
                                      {"03/2021", "2021-03", 0},
                                      {"2021-13", NULL, 0},
                                      {"2021-00", NULL, 0},
                                      {"13/2021", NULL, 0},
                                      {"0000", NULL, 0},
                                      {"10000", NULL, 0}};
    CHECK (date_standardize, DATE_ORDER_MDY, ROWS);
    CHECK (datetime_standardize, DATE_ORDER_MDY, ROWS);
}

Test (date, an_impossible_date_is_invalid_and_never_shifted)
{
    static const char *const TEXTS[] = {"2023-02-30",
                                        "2023-02-29",
                                        "1900-02-29",
                                        "2100-02-29",
                                        "2021-04-31",
                                        "2021-00-10",
                                        "2021-01-00",
                                        "20230230",
                                        "31/31/2021",
                                        "0/4/2021",
                                        "4/0/2021",
                                        "0000-00-00",
                                        "00/00/0000",
                                        "2021-366",
                                        "2021-000",
                                        "2021-W53-5",
                                        "2021-W00-1",
                                        "2021-W10-8",
                                        "2021-W10-0",
                                        "30 February 2021",
                                        "February 30, 2021",
                                        "30.2.2021",
                                        "3.25.2021",
                                        "0000-12-31",
                                        "10000-01-01",
                                        "2021-03-04T25:00:00",
                                        "2021-03-04T24:00:01",
                                        "2021-03-04T10:60",
                                        "13/13/2020"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        s_check (date_standardize, DATE_ORDER_DMY, &(struct row){TEXTS[i], NULL, 0}, 1);
}

Test (date, what_looks_a_little_like_a_date_is_none)
{
    static const char *const TEXTS[] = {"210304",
                                        "1614816000",
                                        "12345",
                                        "2021064",
                                        "1",
                                        "",
                                        "-",
                                        "/",
                                        "2021-",
                                        "2021-03-",
                                        "2021-03-04T",
                                        "2021-03-04x",
                                        "2021-03/04",
                                        "03/04-2021",
                                        "3/4",
                                        "3/4/",
                                        "3/4/021",
                                        "3/4/20211",
                                        "2021-W10",
                                        "2021-W104",
                                        "2021W10",
                                        "2021W10-4",
                                        "2021W1042",
                                        "March",
                                        "March 4",
                                        "4 March",
                                        "Marc 4 2021",
                                        "Foo 4 2021",
                                        "Thursday",
                                        "2021-0304",
                                        "2021 03 04",
                                        "3 4 2021",
                                        "03/04/2021/",
                                        "2021-03-04 10",
                                        "2021.03",
                                        "tomorrow",
                                        "N/A",
                                        "2021-03-04T10:15:30+",
                                        "2021-03T10:15",
                                        "2021T10:15",
                                        "20210304101530123",
                                        "\xff\xff",
                                        "4thMarch",
                                        "March4th,,2021"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        s_check (date_standardize, DATE_ORDER_MDY, &(struct row){TEXTS[i], NULL, 0}, 1);
}

Test (date, the_order_decides_and_evidence_is_counted)
{
    static const struct row MDY[] = {{"03/04/2020", "2020-03-04", DATE_EVIDENCE_AMBIGUOUS},
                                     {"3-4-2020", "2020-03-04", DATE_EVIDENCE_AMBIGUOUS},
                                     {"03/03/2020", "2020-03-03", DATE_EVIDENCE_NONE},
                                     {"03/25/2020", "2020-03-25", DATE_EVIDENCE_MDY},
                                     {"25/03/2020", "2020-03-25", DATE_EVIDENCE_DMY},
                                     {"25-03-20", "2020-03-25", DATE_EVIDENCE_DMY}};
    static const struct row DMY[] = {{"03/04/2020", "2020-04-03", DATE_EVIDENCE_AMBIGUOUS},
                                     {"3-4-20", "2020-04-03", DATE_EVIDENCE_AMBIGUOUS},
                                     {"03/25/2020", "2020-03-25", DATE_EVIDENCE_MDY},
                                     {"25/03/2020", "2020-03-25", DATE_EVIDENCE_DMY},
                                     {"03/04/2020 10:15", "2020-04-03", DATE_EVIDENCE_AMBIGUOUS}};
    static const struct row YMD[] = {{"20/03/04", "2020-03-04", DATE_EVIDENCE_NONE},
                                     {"03/04/2020", "2020-03-04", DATE_EVIDENCE_AMBIGUOUS}};
    CHECK (date_standardize, DATE_ORDER_MDY, MDY);
    CHECK (date_standardize, DATE_ORDER_DMY, DMY);
    CHECK (date_standardize, DATE_ORDER_YMD, YMD);
}

Test (date, a_year_of_two_digits_is_never_in_the_future)
{
    static const struct row ROWS[] = {
        {"11/23/26", "2026-11-23", DATE_EVIDENCE_MDY}, {"11/24/26", "1926-11-24", DATE_EVIDENCE_MDY},
        {"1/31/00", "2000-01-31", DATE_EVIDENCE_MDY},  {"1/31/99", "1999-01-31", DATE_EVIDENCE_MDY},
        {"02/29/28", "1928-02-29", DATE_EVIDENCE_MDY}, {"24-Nov-26", "1926-11-24", 0}};
    CHECK (date_standardize, DATE_ORDER_MDY, ROWS);
}

Test (date, a_time_is_kept_and_nothing_is_invented)
{
    static const struct row ROWS[] = {
        {"2021-03-04", "2021-03-04", 0},
        {"2021-03-04T10:15:30", "2021-03-04T10:15:30", 0},
        {"2021-03-04T10:15:30Z", "2021-03-04T10:15:30Z", 0},
        {"2021-03-04T10:15:30+05:30", "2021-03-04T10:15:30+05:30", 0},
        {"2021-03-04T10:15:30-00:00", "2021-03-04T10:15:30-00:00", 0},
        {"2021-03-04T10:15:30.250", "2021-03-04T10:15:30.250", 0},
        {"2021-03-04T10:15:30,25", "2021-03-04T10:15:30.25", 0},
        {"2021-03-04t10:15:30z", "2021-03-04T10:15:30Z", 0},
        {"2021-03-04 10:15", "2021-03-04T10:15:00", 0},
        {"2021-03-04  10:15", "2021-03-04T10:15:00", 0},
        {"2021-03-04T10", "2021-03-04T10:00:00", 0},
        {"2021-03-04 10:15:30 +0100", "2021-03-04T10:15:30+01:00", 0},
        {"2021-03-04T10:15:30-05", "2021-03-04T10:15:30-05:00", 0},
        {"2021-03-04 10:15:30 UTC", "2021-03-04T10:15:30Z", 0},
        {"20210304T101530Z", "2021-03-04T10:15:30Z", 0},
        {"20210304T1015", "2021-03-04T10:15:00", 0},
        {"20210304 101530", "2021-03-04T10:15:30", 0},
        {"20210304101530", "2021-03-04T10:15:30", 0},
        {"20210304101530.123+0100", "2021-03-04T10:15:30.123+01:00", 0},
        {"202103041015", "2021-03-04T10:15:00", 0},
        {"202103041015-0500", "2021-03-04T10:15:00-05:00", 0},
        {"3/25/2021 1:05:09 PM", "2021-03-25T13:05:09", DATE_EVIDENCE_MDY},
        {"3/25/2021, 1:05 pm", "2021-03-25T13:05:00", DATE_EVIDENCE_MDY},
        {"3/25/2021 12:05 AM", "2021-03-25T00:05:00", DATE_EVIDENCE_MDY},
        {"3/25/2021 12:05 p.m.", "2021-03-25T12:05:00", DATE_EVIDENCE_MDY},
        {"3/25/2021 9 AM", "2021-03-25T09:00:00", DATE_EVIDENCE_MDY},
        {"04/Mar/2021:10:15:00 +0100", "2021-03-04T10:15:00+01:00", 0},
        {"Thu, 04 Mar 2021 10:15:30 GMT", "2021-03-04T10:15:30Z", 0},
        {"2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z", 0},
        {"2021-03-04T00:00:00", "2021-03-04T00:00:00", 0},
        {"2021-03-04T10:15:30.123456789012", "2021-03-04T10:15:30.123456789012", 0},
    };
    CHECK (datetime_standardize, DATE_ORDER_MDY, ROWS);
}

//  ISO 8601-1:2019/Amd 1:2022 4.2.3 b: "24:00:00" is the end of a day, the same instant as the next day's
//  beginning.
Test (date, the_end_of_a_day_is_the_beginning_of_the_next)
{
    static const struct row TIMED[] = {{"2021-03-04T24:00:00", "2021-03-05T00:00:00", 0},
                                       {"2021-03-04 24:00", "2021-03-05T00:00:00", 0},
                                       {"20201231240000", "2021-01-01T00:00:00", 0},
                                       {"2020-02-28T24:00:00Z", "2020-02-29T00:00:00Z", 0},
                                       {"2021-02-28T24:00:00.000-05:00", "2021-03-01T00:00:00.000-05:00", 0}};
    static const struct row DATES[] = {{"2021-03-04T24:00:00", "2021-03-04", 0},
                                       {"2020-12-31 24:00", "2020-12-31", 0}};
    CHECK (datetime_standardize, DATE_ORDER_MDY, TIMED);
    CHECK (date_standardize, DATE_ORDER_MDY, DATES);
}

//  ISO 8601-1:2019, table of week dates; 2020 has 53 weeks, 2021-W01 begins on January 4.
Test (date, week_and_ordinal_dates_are_days_of_the_calendar)
{
    static const struct row ROWS[] = {{"2021-W07-3", "2021-02-17", 0}, {"2021-094", "2021-04-04", 0},
                                      {"2020-W53-5", "2021-01-01", 0}, {"2021-W01-1", "2021-01-04", 0},
                                      {"2020-W01-1", "2019-12-30", 0}, {"2020-366", "2020-12-31", 0},
                                      {"1981-095", "1981-04-05", 0},   {"1985W155", "1985-04-12", 0}};
    CHECK (date_standardize, DATE_ORDER_DMY, ROWS);
}

Test (date, a_span_of_years_is_over_on_the_day_after)
{
    static const struct {
        const char *begin, *end;
        bool over;
    } ROWS[] = {{"1900-05-01", "2020-05-01", false},
                {"1900-05-01", "2020-05-02", true},
                {"1900-05-01", "2020-04-30", false},
                {"1900", "2020", false},
                {"1900", "2021", true},
                {"1900-05", "2020-06-01", true},
                {"1900-05", "2020-05-31", false},
                {"1880-02-29", "2000-02-29", false},
                {"1980-02-29", "2100-02-28", false},
                {"1980-02-29", "2100-03-01", true},
                {"2021-01-01", "1990-01-01", false},
                {"1850-01-01T10:00:00Z", "2026-11-23", true},
                {"1900-05-01", "2020", false}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        cr_expect_eq (date_span_over (text_of (ROWS[i].begin), text_of (ROWS[i].end), 120), ROWS[i].over,
                      "%s %s", ROWS[i].begin, ROWS[i].end);
}

Test (date, an_impossible_time_is_invalid)
{
    static const char *const TEXTS[] = {"2021-03-04T24:00:01",
                                        "2021-03-04T24:01",
                                        "2021-03-04T24:00:00.5",
                                        "9999-12-31T24:00:00",
                                        "2021-03-04T25:00",
                                        "2021-03-04T10:60",
                                        "2021-03-04T10:15:61",
                                        "2021-03-04T1:5",
                                        "2021-03-04T10:15.5",
                                        "2021-03-04T10.5",
                                        "2021-03-04T10:15:30.",
                                        "2021-03-04T10:15:30+15:00",
                                        "2021-03-04T10:15:30+01:60",
                                        "2021-03-04T10:15:30+1",
                                        "2021-03-04T10:15:30 EST",
                                        "2021-03-04T10:15:30Zx",
                                        "2021-03-04 13:00 PM",
                                        "2021-03-04 0:30 AM",
                                        "2021-03-04T10:15:30.1234567890123",
                                        "2021-03-04T101",
                                        "2021-03-04T1015301",
                                        "2021-03-04 10:15:30 am pm",
                                        "20210304106030",
                                        "2021-03-04T10:15:30+14:01",
                                        "2021-03-04T-1:00",
                                        "2021-03-04T:15",
                                        "2021-03-04T10:"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        s_check (datetime_standardize, DATE_ORDER_MDY, &(struct row){TEXTS[i], NULL, 0}, 1);
}

Test (date, a_standardized_value_is_standardized)
{
    static const char *const TEXTS[] = {"3/25/2021 1:05:09 PM",
                                        "20210304101530.123+0100",
                                        "04MAR2021",
                                        "March 2021",
                                        "2021",
                                        "2021-W10-4",
                                        "25.12.20"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        char once[64], twice[64];
        enum date_evidence evidence;
        s_run (datetime_standardize, TEXTS[i], DATE_ORDER_MDY, once, &evidence);
        cr_expect_eq (s_run (datetime_standardize, once, DATE_ORDER_DMY, twice, &evidence), RULE_NONE, "%s",
                      once);
        cr_expect_str_eq (once, twice);
        cr_expect_eq (evidence, DATE_EVIDENCE_NONE);
    }
}

Test (date, the_order_with_more_votes_wins)
{
    cr_assert_eq (date_order_decide (1, 0, DATE_ORDER_DMY), DATE_ORDER_MDY);
    cr_assert_eq (date_order_decide (0, 1, DATE_ORDER_MDY), DATE_ORDER_DMY);
    cr_assert_eq (date_order_decide (3, 2, DATE_ORDER_DMY), DATE_ORDER_MDY);
    cr_assert_eq (date_order_decide (0, 0, DATE_ORDER_YMD), DATE_ORDER_YMD);
    cr_assert_eq (date_order_decide (2, 2, DATE_ORDER_DMY), DATE_ORDER_DMY);
}

Test (date, the_words_of_the_option_are_known)
{
    enum date_order order = DATE_ORDER_MDY;
    cr_assert (date_order_of ("dmy", &order) && order == DATE_ORDER_DMY);
    cr_assert (date_order_of ("mdy", &order) && order == DATE_ORDER_MDY);
    cr_assert (date_order_of ("ymd", &order) && order == DATE_ORDER_YMD);
    cr_assert_not (date_order_of ("DMY", &order));
    cr_assert_not (date_order_of ("", &order));
    cr_assert_not (date_order_of (NULL, &order));
}

Test (date, two_dates_are_compared_as_far_as_both_are_given)
{
    static const struct {
        const char *a, *b;
        int order;
    } ROWS[] = {{"2021-03-04", "2021-03-04", 0},
                {"2021-03-04", "2021-03-05", -1},
                {"2021-04-01", "2021-03-31", 1},
                {"2020-12-31", "2021-01-01", -1},
                {"2021-03", "2021-03-05", 0},
                {"2021", "2021-12-31", 0},
                {"2021-02", "2021-03-01", -1},
                {"2021-03-04", "2021-03-04T23:00:00", 0},
                {"2021-03-04T10:00:00", "2021-03-04T09:59:59", 1},
                {"2021-03-04T10:00:00Z", "2021-03-04T11:00:00+01:00", 0},
                {"2021-03-04T23:30:00-02:00", "2021-03-05T01:00:00Z", 1},
                {"2021-03-04T10:00:00Z", "2021-03-04T10:00:00", 0},
                {"2021-03-04T10:00:00.5", "2021-03-04T10:00:00.50", 0},
                {"2021-03-04T10:00:00.49", "2021-03-04T10:00:00.5", -1},
                {"2021-01-01T00:30:00+01:00", "2020-12-31T23:30:00Z", 0},
                {"", "2021-03-04", 0}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        int there = date_compare (text_of (ROWS[i].a), text_of (ROWS[i].b));
        int back = date_compare (text_of (ROWS[i].b), text_of (ROWS[i].a));
        cr_expect_eq ((there > 0) - (there < 0), ROWS[i].order, "%s %s", ROWS[i].a, ROWS[i].b);
        cr_expect_eq ((back > 0) - (back < 0), -ROWS[i].order, "%s %s", ROWS[i].b, ROWS[i].a);
    }
}

Test (date, months_and_days_have_their_names_in_seven_languages)
{
    static const struct row ROWS[] = {
        {"4. März 2021", "2021-03-04", 0},
        {"04 Maerz 2021", "2021-03-04", 0},
        {"04-Mrz-2021", "2021-03-04", 0},
        {"4 MÄRZ 2021", "2021-03-04", 0},
        {"4 Ma\xcc\x88rz 2021", "2021-03-04", 0},
        {"Do., 4. März 2021", "2021-03-04", 0},
        {"Donnerstag, den 4. März 2021", "2021-03-04", 0},
        {"12. Jänner 2021", "2021-01-12", 0},
        {"05-Okt-1980", "1980-10-05", 0},
        {"05.Dez.1980", "1980-12-05", 0},
        {"1er février 2021", "2021-02-01", 0},
        {"le 14 juillet 1989", "1989-07-14", 0},
        {"03-févr.-2021", "2021-02-03", 0},
        {"15 août 2020", "2020-08-15", 0},
        {"mar. 2 mars 2021", "2021-03-02", 0},
        {"mardi 02/03/2021", "2021-03-02", DATE_EVIDENCE_DMY},
        {"mar 2, 2021", "2021-03-02", 0},
        {"juin 2021", "2021-06", 0},
        {"12 de marzo de 2021", "2021-03-12", 0},
        {"miércoles, 3 de marzo de 2021", "2021-03-03", 0},
        {"03-ene-2021", "2021-01-03", 0},
        {"7 setiembre 1999", "1999-09-07", 0},
        {"12 de março de 2021", "2021-03-12", 0},
        {"quinta-feira, 4 de março de 2021", "2021-03-04", 0},
        {"05/fev/2021", "2021-02-05", 0},
        {"10-out-2021", "2021-10-10", 0},
        {"1º maggio 2021", "2021-05-01", 0},
        {"lunedì 1 marzo 2021", "2021-03-01", 0},
        {"3 gen 2021", "2021-01-03", 0},
        {"3 mrt 2021", "2021-03-03", 0},
        {"vrijdag 5 maart 2021", "2021-03-05", 0},
        {"3-mei-2021", "2021-05-03", 0},
        {"4th of March 2021", "2021-03-04", 0},
        {"3 marsch 2021", NULL, 0},
        {"3 m\xc3\xa4r\xff 2021", NULL, 0},
        {"3 \xc3", NULL, 0},
        {"\xc3", NULL, 0},
        {"de 2021", NULL, 0},
        {"mar", NULL, 0},
    };
    CHECK (date_standardize, DATE_ORDER_MDY, ROWS);
}

//  2021-03-12 is a Friday, as is 2021-12-03; 2021-04-03 is a Saturday, 2021-03-04 a Thursday.
Test (date, a_weekday_beside_a_date_tells_what_it_can)
{
    static const struct row ROWS[] = {
        {"Thu 03/04/2021", "2021-03-04", DATE_EVIDENCE_MDY},
        {"Sat 03/04/2021", "2021-04-03", DATE_EVIDENCE_DMY},
        {"Samstag, 03/04/2021", "2021-04-03", DATE_EVIDENCE_DMY},
        {"03/04/2021 (Sat)", "2021-04-03", DATE_EVIDENCE_DMY},
        {"03/04/2021 Thu", "2021-03-04", DATE_EVIDENCE_MDY},
        {"Fri 12/03/2021", "2021-12-03", DATE_EVIDENCE_AMBIGUOUS},
        {"Mon 03/04/2021", "2021-03-04", DATE_EVIDENCE_AMBIGUOUS},
        {"2021-03-04 Thu", "2021-03-04", 0},
        {"04.03.2021, Do", "2021-03-04", 0},
        {"2021-03-04 (Thursday)", "2021-03-04", 0},
        {"2021-03-04 Thu 10:15", "2021-03-04", 0},
        {"2021-03-04 (Thursday", NULL, 0},
        {"2021-03 Thu", NULL, 0},
        {"Thu", NULL, 0},
    };
    CHECK (date_standardize, DATE_ORDER_MDY, ROWS);
}

Test (date, clocks_of_other_countries_are_read)
{
    static const struct row ROWS[] = {
        {"04.03.2021 14:30 Uhr", "2021-03-04T14:30:00", 0},
        {"04.03.2021, 14.30 Uhr", "2021-03-04T14:30:00", 0},
        {"04.03.2021 14.30.05", "2021-03-04T14:30:05", 0},
        {"4 mars 2021 14h30", "2021-03-04T14:30:00", 0},
        {"4 mars 2021 14 h", "2021-03-04T14:00:00", 0},
        {"2021-03-04T14:30:05.25+0100", "2021-03-04T14:30:05.25+01:00", 0},
        {"20210304T143005.25-05", "2021-03-04T14:30:05.25-05:00", 0},
        {"2021-03-04 14:30 UTC+01:00", "2021-03-04T14:30:00+01:00", 0},
        {"2021-03-04 14:30 +1:00", "2021-03-04T14:30:00+01:00", 0},
        {"2021-03-04 24:00", "2021-03-05T00:00:00", 0},
        {"31.12.9998 24:00:00", "9999-01-01T00:00:00", 0},
        {"2021-03-04 14.3", NULL, 0},
        {"2021-03-04 14.75", NULL, 0},
    };
    CHECK (datetime_standardize, DATE_ORDER_MDY, ROWS);
}

Test (date, years_are_1_to_9999_but_digits_alone_are_no_early_time)
{
    static const struct row ROWS[] = {
        {"0001-01-01", "0001-01-01", 0},
        {"9999-12-31", "9999-12-31", 0},
        {"12/25/2163", "2163-12-25", DATE_EVIDENCE_MDY},
        {"25.12.2210", "2210-12-25", 0},
        {"00010101", "0001-01-01", 0},
        {"21630304", "2163-03-04", 0},
        {"1712010203", NULL, 0},
        {"171201020304", NULL, 0},
    };
    CHECK (datetime_standardize, DATE_ORDER_MDY, ROWS);
}

Test (date, january_0_of_1900_is_an_empty_cell_of_excel)
{
    static const char *const ZEROS[] = {"1900-01-00", "1/0/1900", "00/01/1900", "1900-01-00 00:00:00",
                                        "00.01.1900"};
    static const char *const OTHERS[] = {"1900-01-01", "1900-01-00 13:05", "1901-01-00",
                                         "",           "1900-01-000",      "2021-03-00"};
    for (size_t i = 0; i < sizeof ZEROS / sizeof *ZEROS; i++)
        cr_expect (date_is_zero (text_of (ZEROS[i])), "%s", ZEROS[i]);
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        cr_expect_not (date_is_zero (text_of (OTHERS[i])), "%s", OTHERS[i]);
}
