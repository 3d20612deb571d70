//  time_point_test.c: times as people say them.
#include "client/arguments/time_point.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const int64_t NOW = 1700000000000;    //  2023-11-14T22:13:20Z

Test (time_point, takes_dates_times_and_how_long_ago)
{
    static const struct {
        const char *text;
        int64_t at;
    } CASES[] = {{"24h", 1700000000000 - 86400000},
                 {"90m", 1700000000000 - 5400000},
                 {"7d", 1700000000000 - 604800000},
                 {"2w", 1700000000000 - 1209600000},
                 {"999999w", 1},
                 {"2023-11-14", 1699920000000},
                 {"2023-11-14T22:13", 1699999980000},
                 {"2023-11-14 22:13:20", 1700000000000},
                 {"2023-11-14T22:13:20Z", 1700000000000},
                 {"2023-11-14T23:13:20+01:00", 1700000000000},
                 {"2023-11-14T22:13-0130", 1699999980000 + 5400000},
                 {"2024-02-29", 1709164800000}};
    setenv ("TZ", "UTC", 1);
    tzset ();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        int64_t at = 0;
        cr_expect_eq (time_point_read ("since", CASES[i].text, NOW, &at, &error), DMH_OK, "%s: %s",
                      CASES[i].text, error.text);
        cr_expect_eq (at, CASES[i].at, "%s: %lld", CASES[i].text, (long long) at);
    }
    setenv ("TZ", "CET-1", 1);    //  an hour ahead
    tzset ();
    int64_t at = 0;
    cr_expect_eq (time_point_read ("since", "2023-11-14T23:13:20", NOW, &at, NULL), DMH_OK);
    cr_expect_eq (at, NOW, "without an offset it is of this host");
}

Test (time_point, refuses_what_is_no_time_and_says_what_is)
{
    static const char *const CASES[] = {"",    "h",          "24",         "24x",        "-1h",
                                        "1 h", "2023-02-30", "2023-13-01", "yesterday",  "2023-11-14T25:00",
                                        "1h1", "1234567h",   "2023-11",    "2023-11-14Z"};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        int64_t at = 7;
        cr_expect_eq (time_point_read ("since", CASES[i], NOW, &at, &error), DMH_USAGE, "%s", CASES[i]);
        cr_expect_eq (at, 7);
        cr_expect_not_null (strstr (error.text, "--since takes a date"), "%s", error.text);
    }
}
