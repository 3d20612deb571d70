//  date_form_test.c: dates as a mapping says they are: numbers of days and seconds, and times given an
//  offset.
#include "worker/rules/dates/date_form.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { TODAY = 20261123 };

struct row {
    const char *in, *date, *timed;    //  NULL: invalid
};

static void s_run (const struct date_form *form, bool timed, const char *in, const char *want)
{
    char out[DATE_BYTES], text[64];
    size_t n = 0;
    enum date_evidence evidence;
    enum rule rule =
        date_form_standardize (form, timed, text_of (in), DATE_ORDER_MDY, TODAY, out, &n, &evidence);
    bool invalid = RULE[rule].sort == RULE_SORT_INVALID;
    if (rule == RULE_NONE)
        snprintf (text, sizeof text, "%s", in);
    else
        snprintf (text, sizeof text, "%.*s", invalid ? 0 : (int) n, out);
    cr_expect_str_eq (text, want ? want : "", "“%s” became “%s”, not “%s”", in, text, want ? want : "");
    cr_expect_eq (invalid, want == NULL, "“%s”: %s", in, RULE[rule].name);
}

static void s_check (const struct date_form *form, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        s_run (form, false, rows[i].in, rows[i].date);
        s_run (form, true, rows[i].in, rows[i].timed);
    }
}

#define CHECK(FORM, ROWS) s_check (&(struct date_form) FORM, ROWS, sizeof ROWS / sizeof *ROWS)

//  ECMA-376 part 1, 18.17.4.1: the first day of the 1900 date system is 1900-01-01; 60 is a day that never
//  was.
Test (date_form, numbers_of_excel_are_days)
{
    static const struct row ROWS[] = {{"1", "1900-01-01", "1900-01-01"},
                                      {"59", "1900-02-28", "1900-02-28"},
                                      {"60", NULL, NULL},
                                      {"60.5", NULL, NULL},
                                      {"61", "1900-03-01", "1900-03-01"},
                                      {"25569", "1970-01-01", "1970-01-01"},
                                      {"44197", "2021-01-01", "2021-01-01"},
                                      {"44197.5", "2021-01-01", "2021-01-01T12:00:00"},
                                      {"43831.4236111111", "2020-01-01", "2020-01-01T10:10:00"},
                                      {"43831.999999", "2020-01-02", "2020-01-02T00:00:00"},
                                      {"2021-03-04", "2021-03-04", "2021-03-04"},
                                      {"3/25/2021", "2021-03-25", "2021-03-25"},
                                      {"0", NULL, NULL},
                                      {"-1", NULL, NULL},
                                      {"2958467", NULL, NULL},
                                      {"1.2.3", NULL, NULL},
                                      {".", NULL, NULL},
                                      {"tomorrow", NULL, NULL}};
    CHECK ({.number = DATE_NUMBER_EXCEL}, ROWS);
    static const struct row MAC[] = {{"0", "1904-01-01", "1904-01-01"},
                                     {"42735", "2021-01-01", "2021-01-01"}};
    CHECK ({.number = DATE_NUMBER_EXCEL_1904}, MAC);
}

//  POSIX.1-2017 4.16: 1,000,000,000 seconds were over on 2001-09-09T01:46:40Z.
Test (date_form, numbers_of_the_epoch_are_seconds_or_milliseconds)
{
    static const struct row SECONDS[] = {{"0", "1970-01-01", "1970-01-01T00:00:00Z"},
                                         {"1000000000", "2001-09-09", "2001-09-09T01:46:40Z"},
                                         {"-1", "1969-12-31", "1969-12-31T23:59:59Z"},
                                         {"951782400", "2000-02-29", "2000-02-29T00:00:00Z"},
                                         {"1000000000.5", "2001-09-09", "2001-09-09T01:46:40.500Z"},
                                         {"999999999999", NULL, NULL},
                                         {"999999999999999", NULL, NULL},
                                         {"999999999999999999", NULL, NULL}};
    static const struct row MILLISECONDS[] = {{"1000000000000", "2001-09-09", "2001-09-09T01:46:40Z"},
                                              {"1000000000123", "2001-09-09", "2001-09-09T01:46:40.123Z"},
                                              {"-1", "1969-12-31", "1969-12-31T23:59:59.999Z"}};
    static const struct row EAST[] = {{"0", "1970-01-01", "1970-01-01T05:30:00+05:30"}};
    static const struct row WEST[] = {{"0", "1969-12-31", "1969-12-31T19:00:00-05:00"}};
    CHECK ({.number = DATE_NUMBER_S}, SECONDS);
    CHECK ({.number = DATE_NUMBER_MS}, MILLISECONDS);
    s_check (&(struct date_form){.number = DATE_NUMBER_S, .zone = "+05:30"}, EAST, 1);
    s_check (&(struct date_form){.number = DATE_NUMBER_S, .zone = "-05:00"}, WEST, 1);
}

Test (date_form, a_time_without_an_offset_gets_the_one_that_the_mapping_says)
{
    static const struct row ROWS[] = {
        {"2021-03-04T10:15:30", "2021-03-04", "2021-03-04T10:15:30+01:00"},
        {"2021-03-04 10:15", "2021-03-04", "2021-03-04T10:15:00+01:00"},
        {"2021-03-04T10:15:30Z", "2021-03-04", "2021-03-04T10:15:30Z"},
        {"2021-03-04T10:15:30-05:00", "2021-03-04", "2021-03-04T10:15:30-05:00"},
        {"2021-03-04T10:15:30.25", "2021-03-04", "2021-03-04T10:15:30.25+01:00"},
        {"2021-03-04", "2021-03-04", "2021-03-04"},
        {"2021-03", "2021-03", "2021-03"},
    };
    s_check (&(struct date_form){.zone = "+01:00"}, ROWS, sizeof ROWS / sizeof *ROWS);
}

Test (date_form, words_are_known_or_refused)
{
    static const char *const ZONES[] = {"Z", "+00:00", "-05:00", "+14:00"};
    static const char *const NOT[] = {"",       "z",   "+1:00",         "+14:01", "+15:00",
                                      "+01:60", "UTC", "Europe/Berlin", "01:00",  "+01:00 "};
    char zone[ZONE_BYTES];
    enum date_number number;
    for (size_t i = 0; i < sizeof ZONES / sizeof *ZONES; i++)
        cr_expect (date_zone_of (ZONES[i], zone), "%s", ZONES[i]);
    for (size_t i = 0; i < sizeof NOT / sizeof *NOT; i++)
        cr_expect_not (date_zone_of (NOT[i], zone), "%s", NOT[i]);
    cr_expect (date_number_of ("excel", &number) && number == DATE_NUMBER_EXCEL);
    cr_expect (date_number_of ("epoch_ms", &number) && number == DATE_NUMBER_MS);
    cr_expect_not (date_number_of ("Excel", &number));
}
