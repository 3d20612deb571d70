//  progress_line_test.c: bars and sentences of jobs and of a batch, as pure functions.
#include "client/terminal/page.h"
#include "client/terminal/progress_line.h"
#include "messages/text/utf8.h"

#include <criterion/criterion.h>
#include <string.h>

static struct event s_event (const char *name, uint64_t done, uint64_t total, double rate, int64_t eta_ms)
{
    struct event event = {.state = "running", .attempt = 1, .bytes_done = done, .bytes_total = total};
    snprintf (event.name, sizeof event.name, "%s", name);
    event.records_per_second = rate;
    event.eta_ms = eta_ms;
    return event;
}

//  Columns of valid UTF-8; -1 for anything that must not reach a terminal.
static long s_columns (const char *text)
{
    for (const char *at = text; *at; at += utf8_shown (at))
        if (utf8_shown (at) == 0)
            return -1;
    return (long) page_columns (text, strlen (text));
}

Test (progress_line, a_bar_is_exactly_as_wide_as_asked)
{
    static const char *const NAMES[] = {"",
                                        "a.csv",
                                        "a-name-that-is-much-longer-than-its-column-is-wide.csv",
                                        "пациенты.csv",
                                        "患者.csv",
                                        "患者検査結果一覧表二〇二六年度分全件.csv"};
    char line[PROGRESS_LINE_BYTES];
    for (size_t width = 20; width <= 400; width++)
        for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
            struct event event = s_event (NAMES[i], 7, 9, 123456, 90000);
            cr_assert_eq (s_columns (progress_bar (&event, width, line)), (long) width, "%zu: %s", width,
                          line);
        }
}

Test (progress_line, a_width_out_of_range_is_brought_into_it)
{
    char line[PROGRESS_LINE_BYTES];
    struct event event = s_event ("a.csv", 1, 2, 10, 1000);
    cr_expect_eq (s_columns (progress_bar (&event, 0, line)), 20);
    cr_expect_eq (s_columns (progress_bar (&event, SIZE_MAX, line)), 400);
}

Test (progress_line, percent_rate_and_time_left_are_what_the_event_says)
{
    static const struct {
        uint64_t done, total;
        double rate;
        int64_t eta_ms;
        const char *tail;
    } CASES[] = {
        {0, 100, 0, -1, "  0%       0/s   --:--"},
        {0, 0, 0, -1, "  0%       0/s   --:--"},
        {1, 3, 950, 61000, " 33%     950/s   01:01"},
        {99999, 100000, 1234567, 1, " 99%   1235k/s   00:01"},
        {100, 100, 12345678, 0, "100%     12M/s   00:00"},
        {200, 100, 5, 3600000, "100%       5/s   1h00m"},
        {1, 100, 5, INT64_C (400) * 3600000, "  1%       5/s    >99h"},
        {UINT64_MAX, UINT64_MAX, -1, -1, "100%       -/s   --:--"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char line[PROGRESS_LINE_BYTES];
        struct event event = s_event ("a.csv", CASES[i].done, CASES[i].total, CASES[i].rate, CASES[i].eta_ms);
        progress_bar (&event, 80, line);
        size_t n = strlen (CASES[i].tail);
        cr_assert_geq (strlen (line), n);
        cr_expect_str_eq (line + strlen (line) - n, CASES[i].tail, "case %zu: %s", i, line);
    }
}

Test (progress_line, a_name_cannot_steer_the_terminal)
{
    static const char *const NAMES[] = {"\033[2Jgone.csv", "a\nb\rc\td",   "\x7f\x01",
                                        "\xff\xfe\xc3",    "\xc2\x9b[31m", "\xe2\x82"};
    char line[PROGRESS_LINE_BYTES];
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        struct event event = s_event (NAMES[i], 1, 2, 3, 4);
        cr_expect_eq (s_columns (progress_bar (&event, 100, line)), 100, "bar of name %zu", i);
        snprintf (event.state, sizeof event.state, "queued");
        cr_expect_gt (s_columns (progress_sentence (&event, line)), 0, "sentence of name %zu", i);
        cr_expect_not_null (strchr (line, '\\'), "name %zu", i);
    }
}

Test (progress_line, a_change_of_state_is_one_sentence)
{
    char line[PROGRESS_LINE_BYTES];
    struct event event = s_event ("a.csv", 1, 2, 3, 4);
    cr_expect_str_eq (progress_sentence (&event, line), "a.csv: running");
    event.attempt = 2;
    cr_expect_str_eq (progress_sentence (&event, line), "a.csv: running, attempt 2");
    snprintf (event.state, sizeof event.state, "done");
    event.counts = (struct counts){27, 24, 1, 1, 1};
    cr_expect_str_eq (progress_sentence (&event, line),
                      "a.csv: done, 27 read, 24 written, 1 duplicate, 1 conflict, 1 rejected");
}

Test (progress_line, a_batch_fits_whatever_the_width_is)
{
    static const struct progress_total TOTALS[] = {
        {.files = 1000, .ended = 412, .failed = 2, .bytes_done = 5, .bytes_total = 10, .eta_ms = -1},
        {.files = SIZE_MAX,
         .ended = SIZE_MAX,
         .failed = SIZE_MAX,
         .records_per_second = 1e300,
         .eta_ms = INT64_MAX},
        {.files = 2, .bytes_done = 9, .bytes_total = 3, .records_per_second = 1200, .eta_ms = 31000},
    };
    char line[PROGRESS_LINE_BYTES];
    for (size_t width = 20; width <= 400; width++)
        for (size_t i = 0; i < sizeof TOTALS / sizeof *TOTALS; i++) {
            long columns = s_columns (progress_batch (&TOTALS[i], width, line));
            cr_assert (columns > 0 && columns <= (long) width, "%zu: %s", width, line);
        }
}

Test (progress_line, a_batch_says_files_failures_share_rate_and_time_left)
{
    char line[PROGRESS_LINE_BYTES];
    struct progress_total total = {.files = 1000,
                                   .ended = 412,
                                   .failed = 2,
                                   .bytes_done = 50,
                                   .bytes_total = 100,
                                   .records_per_second = 12000,
                                   .eta_ms = 31000};
    cr_expect_str_eq (progress_batch (&total, 70, line),
                      "412 of 1000 files, 2 failed [===========>           ]  50% 12k/s 00:31");
    cr_expect_str_eq (progress_batch (&total, 40, line), "412 of 1000 files, 2 failed  50% 00:31");
    cr_expect_str_eq (progress_batch (&total, 20, line), "412 of 1000 files");
    //  Without the bytes, by files.
    total = (struct progress_total){.files = 4, .ended = 1, .eta_ms = -1};
    cr_expect_str_eq (progress_batch (&total, 20, line), "1 of 4 files  25%");
}
