//  log_test.c: lines of the log as those read them who take them apart: one JSON object a line, whatever the
//  values hold.
#define _GNU_SOURCE
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/systemd.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

enum { LINE_BYTES = 4096 };

//  What standard error was told since: s_listen () … s_heard (file, out).
static FILE *s_listen (void)
{
    FILE *file = tmpfile ();
    cr_assert_not_null (file);
    cr_assert_geq (dup2 (fileno (file), STDERR_FILENO), 0);
    return file;
}

static size_t s_heard (FILE *file, char *out, size_t size)
{
    cr_assert_eq (fseek (file, 0, SEEK_SET), 0);
    size_t n = fread (out, 1, size - 1, file);
    out[n] = 0;
    fclose (file);
    return n;
}

static int64_t s_noon (int which)
{
    return which ? 1700000000123 : 1;
}

static yajl_val s_parse (const char *line)
{
    char why[256] = "";
    yajl_val tree = yajl_tree_parse (line, why, sizeof why);
    cr_assert_not_null (tree, "%s: %s", why, line);
    return tree;
}

static const char *s_get (yajl_val tree, const char *key)
{
    const char *path[] = {key, NULL};
    yajl_val value = yajl_tree_get (tree, path, yajl_t_string);
    return value ? YAJL_GET_STRING (value) : NULL;
}

Test (log, a_line_of_JSON_names_time_level_component_event_job_and_fields)
{
    char text[LINE_BYTES * 2];
    clock_replace (s_noon);
    log_open ("broker", LOG_FORMAT_JSON, LOG_LEVEL_INFO);
    FILE *file = s_listen ();
    log_event (LOG_LEVEL_WARNING, "job.failed", "j1", "c1", "code", "io", "nothing", NULL, NULL);
    s_heard (file, text, sizeof text);
    cr_assert_str_eq (text, "{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"warning\",\"component\":"
                            "\"broker\",\"event\":\"job.failed\",\"job\":\"j1\",\"correlation\":\"c1\","
                            "\"code\":\"io\",\"nothing\":\"\"}\n");
}

Test (log, a_line_of_text_quotes_what_would_read_as_two_fields)
{
    char text[LINE_BYTES * 2];
    clock_replace (s_noon);
    log_open ("worker", LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
    FILE *file = s_listen ();
    log_event (LOG_LEVEL_INFO, "a.b", NULL, NULL, "x", "1", "y", "a b", "z", "a=\"b\"", "n", "a\nb", NULL);
    s_heard (file, text, sizeof text);
    cr_assert_str_eq (text, "2023-11-14T22:13:20.123Z info worker a.b x=1 y=\"a b\" z=\"a=\\\"b\\\"\" "
                            "n=\"a\\u000ab\"\n");
}

Test (log, a_number_is_one_in_JSON_and_reads_in_text_as_its_digits)
{
    char text[LINE_BYTES * 2];
    clock_replace (s_noon);
    log_open ("broker", LOG_FORMAT_JSON, LOG_LEVEL_INFO);
    FILE *file = s_listen ();
    log_event (LOG_LEVEL_INFO, "job.done", NULL, NULL, LOG_NUMBER ("read", 7), "host", "h",
               LOG_NUMBER ("most", UINT64_MAX), NULL);
    log_change (LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
    log_event (LOG_LEVEL_INFO, "job.done", NULL, NULL, LOG_NUMBER ("read", 7), "host", "h",
               LOG_NUMBER ("most", UINT64_MAX), NULL);
    s_heard (file, text, sizeof text);
    cr_assert_str_eq (text, "{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"info\",\"component\":"
                            "\"broker\",\"event\":\"job.done\",\"read\":7,\"host\":\"h\","
                            "\"most\":18446744073709551615}\n"
                            "2023-11-14T22:13:20.123Z info broker job.done read=7 host=h "
                            "most=18446744073709551615\n");
}

Test (log, a_time_is_seconds_with_three_decimals)
{
    static const struct {
        int64_t ms;
        const char *text;
    } CASES[] = {
        {0, "0.000"}, {5, "0.005"}, {1234, "1.234"}, {-7, "0.000"}, {INT64_MAX, "9223372036854775.807"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        cr_expect_str_eq (log_seconds (CASES[i].ms, (char[LOG_NUMBER_BYTES]){0}), CASES[i].text);
}

//  Beside a value of any length: the line stays valid, and a number is whole or not there.
Test (log, a_number_is_never_cut)
{
    static char value[LINE_BYTES + 1];
    char text[LINE_BYTES * 2];
    log_open ("broker", LOG_FORMAT_JSON, LOG_LEVEL_INFO);
    size_t there = 0;
    for (size_t n = LINE_BYTES - 250; n < LINE_BYTES; n++) {
        memset (value, 'x', n);
        value[n] = 0;
        FILE *file = s_listen ();
        log_event (LOG_LEVEL_INFO, "e", NULL, NULL, "value", value, LOG_NUMBER ("most", UINT64_MAX), NULL);
        s_heard (file, text, sizeof text);
        yajl_val tree = s_parse (text);
        const char *path[] = {"most", NULL};
        yajl_val most = yajl_tree_get (tree, path, yajl_t_number);
        there += most != NULL;
        cr_assert (!most || strcmp (YAJL_GET_NUMBER (most), "18446744073709551615") == 0, "%s", text);
        yajl_tree_free (tree);
    }
    cr_assert_gt (there, 0);
    cr_assert_lt (there, 250);
}

Test (log, what_is_below_the_level_is_not_written)
{
    char text[LINE_BYTES * 2];
    FILE *file = s_listen ();
    log_open ("broker", LOG_FORMAT_TEXT, LOG_LEVEL_WARNING);
    log_event (LOG_LEVEL_INFO, "low", NULL, NULL, NULL);
    log_event (LOG_LEVEL_NONE, "never", NULL, NULL, NULL);
    log_open ("broker", LOG_FORMAT_TEXT, LOG_LEVEL_NONE);
    log_event (LOG_LEVEL_ERROR, "silent", NULL, NULL, NULL);
    cr_expect_eq (s_heard (file, text, sizeof text), 0);
}

Test (log, a_value_of_any_bytes_makes_valid_JSON)
{
    static const struct {
        const char *value, *read;
    } CASES[] = {
        {"quote \" and \\ backslash", "quote \" and \\ backslash"},
        {"tab\tline\nbell\a escape\x1b[31m", "tab\tline\nbell\a escape\x1b[31m"},
        {"Müller, 漢字, 😀", "Müller, 漢字, 😀"},
        {"C1 \xc2\x9b, turned \xe2\x80\xae", "C1 \xc2\x9b, turned \xe2\x80\xae"},
        {"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"caf\xe9", "caf\xef\xbf\xbd"},                              //  Latin-1
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                    //  overlong /
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},    //  half of a surrogate pair
        {"ends \xe2\x82", "ends \xef\xbf\xbd\xef\xbf\xbd"},
    };
    static const char *const NEVER[] = {"\x1b", "\xc2\x9b", "\xe2\x80\xae"};
    log_open ("broker", LOG_FORMAT_JSON, LOG_LEVEL_INFO);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[LINE_BYTES * 2];
        FILE *file = s_listen ();
        log_event (LOG_LEVEL_INFO, "a", NULL, NULL, "v", CASES[i].value, NULL);
        s_heard (file, text, sizeof text);
        yajl_val tree = s_parse (text);
        cr_expect_str_eq (s_get (tree, "v"), CASES[i].read);
        for (size_t n = 0; n < sizeof NEVER / sizeof *NEVER; n++)
            cr_expect_null (strstr (text, NEVER[n]), "%zu: as it is on a terminal", i);
        yajl_tree_free (tree);
    }
}

//  Around the bound every length is tried, so that each way of running out of room is met.
static void s_try_length (size_t n, const char *piece)
{
    static char value[LINE_BYTES * 2], text[LINE_BYTES * 4];
    size_t width = strlen (piece), used = 0;
    for (; used + width <= n; used += width)
        memcpy (value + used, piece, width);
    value[used] = 0;
    FILE *file = s_listen ();
    log_event (LOG_LEVEL_INFO, "a", "j", "c", "long", value, "after", "it \"is\"", "last", "1", NULL);
    size_t heard = s_heard (file, text, sizeof text);
    cr_assert_leq (heard, LINE_BYTES, "%zu of %s", n, piece);
    cr_assert_eq (text[heard - 1], '\n', "%zu of %s", n, piece);
    cr_assert_eq (strchr (text, '\n'), text + heard - 1, "%zu of %s", n, piece);
    yajl_val tree = s_parse (text);
    const char *got = s_get (tree, "long");
    size_t kept = strlen (got);
    bool whole = strcmp (got, value) == 0;
    bool cut = kept > 3 && strcmp (got + kept - 3, "…") == 0 && memcmp (got, value, kept - 3) == 0;
    cr_expect (whole || cut, "%zu of %s", n, piece);
    yajl_tree_free (tree);
}

Test (log, a_line_too_long_is_cut_between_characters_and_stays_one_valid_line)
{
    static const char *const PIECES[] = {"x", "\"", "\x01", "ä", "€", "😀"};
    log_open ("broker", LOG_FORMAT_JSON, LOG_LEVEL_INFO);
    for (size_t p = 0; p < sizeof PIECES / sizeof *PIECES; p++) {
        size_t as_json = p == 1 ? 2 : p == 2 ? 6 : 1;
        for (size_t n = (LINE_BYTES - 250) / as_json; n < LINE_BYTES / as_json + 20; n++)
            s_try_length (n, PIECES[p]);
    }
}

static char s_entry[16][LINE_BYTES];
static int s_entry_fields, s_takes;

static int s_journal (const struct iovec *fields, int count)
{
    s_entry_fields = count;
    for (int i = 0; i < count && i < 16; i++)
        snprintf (s_entry[i], sizeof s_entry[i], "%.*s", (int) fields[i].iov_len,
                  (char *) fields[i].iov_base);
    return s_takes;
}

Test (log, a_line_is_an_entry_of_the_journal_where_there_is_one)
{
    static const char *const FIELDS[] = {
        "MESSAGE=job.failed job=j1 correlation=c1 code=io feed-in=\"a b\" slots=4",
        "PRIORITY=4",
        "DMH_COMPONENT=broker",
        "DMH_EVENT=job.failed",
        "DMH_JOB=j1",
        "CORRELATION_ID=c1",
        "DMH_CODE=io",
        "DMH_FEED_IN=a b",
        "DMH_SLOTS=4"};
    enum { COUNT = sizeof FIELDS / sizeof *FIELDS };
    char text[LINE_BYTES * 2];
    log_open ("broker", LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
    log_journal_replace (s_journal);
    FILE *file = s_listen ();
    log_event (LOG_LEVEL_WARNING, "job.failed", "j1", "c1", "code", "io", "feed-in", "a b",
               LOG_NUMBER ("slots", 4), NULL);
    cr_expect_eq (s_heard (file, text, sizeof text), 0, "the journal has it");
    cr_assert_eq (s_entry_fields, COUNT);
    for (int i = 0; i < COUNT; i++)
        cr_expect_str_eq (s_entry[i], FIELDS[i]);

    log_open ("worker", LOG_FORMAT_JSON, LOG_LEVEL_DEBUG);
    log_journal_replace (s_journal);
    log_event (LOG_LEVEL_ERROR, "a", NULL, NULL, NULL);
    cr_expect_eq (s_entry_fields, 4);
    cr_expect_eq (strncmp (s_entry[0], "MESSAGE={\"time\":", 16), 0, "%s", s_entry[0]);
    cr_expect_str_eq (s_entry[1], "PRIORITY=3");
}

Test (log, what_the_journal_does_not_take_is_written_as_a_line)
{
    char text[LINE_BYTES * 2];
    clock_replace (s_noon);
    log_open ("broker", LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
    log_journal_replace (s_journal);
    s_takes = -1;
    FILE *file = s_listen ();
    log_event (LOG_LEVEL_INFO, "a", "j", NULL, "x", "1", NULL);
    s_heard (file, text, sizeof text);
    cr_expect_str_eq (text, "2023-11-14T22:13:20.123Z info broker a job=j x=1\n");
}

//  JOURNAL_STREAM names a file; the journal is meant only where that is standard error.
Test (log, the_journal_is_there_where_standard_error_is_its_stream)
{
    char stream[64];
    struct stat status;
    FILE *file = s_listen ();
    cr_assert_eq (fstat (STDERR_FILENO, &status), 0);
    cr_assert (!systemd_has_journal ());
    snprintf (stream, sizeof stream, "%ju:%ju", (uintmax_t) status.st_dev, (uintmax_t) status.st_ino);
    setenv ("JOURNAL_STREAM", stream, 1);
    cr_expect (systemd_has_journal ());
    snprintf (stream, sizeof stream, "%ju:%ju", (uintmax_t) status.st_dev, (uintmax_t) status.st_ino + 1);
    setenv ("JOURNAL_STREAM", stream, 1);
    cr_expect (!systemd_has_journal ());
    static const char *const WRONG[] = {"", "1", "x:y", "1:2:3"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        setenv ("JOURNAL_STREAM", WRONG[i], 1);
        cr_expect (!systemd_has_journal (), "%s", WRONG[i]);
    }
    fclose (file);
}

Test (log, a_field_of_the_journal_has_a_name_it_takes_and_fits_or_is_left_out)
{
    static struct journal_entry entry;
    static char value[JOURNAL_BYTES + 1], name[200];
    memset (name, 'n', sizeof name - 1);
    journal_add (&entry, "DMH_", "a.b-c d9", "v\n", 2);
    journal_add (&entry, "DMH_", name, "", 0);
    cr_assert_eq (entry.count, 2);
    cr_expect_eq (entry.fields[0].iov_len, 15);
    cr_expect_eq (memcmp (entry.fields[0].iov_base, "DMH_A_B_C_D9=v\n", 15), 0);
    cr_expect_eq (entry.fields[1].iov_len, JOURNAL_NAME_BYTES + 1);
    size_t left = JOURNAL_BYTES - entry.used - 2;    //  beside A=
    journal_add (&entry, "A", "", value, left + 1);
    cr_expect_eq (entry.count, 2);
    journal_add (&entry, "A", "", value, left);
    cr_expect_eq (entry.count, 3);
    cr_expect_eq (entry.used, JOURNAL_BYTES);

    entry = (struct journal_entry){.count = 0};
    for (int i = 0; i < JOURNAL_FIELDS + 3; i++)
        journal_add (&entry, "A", "", "1", 1);
    cr_expect_eq (entry.count, JOURNAL_FIELDS);
}

Test (log, words_of_level_and_format_are_known_and_others_refused)
{
    enum log_level level = LOG_LEVEL_NONE;
    enum log_format format = LOG_FORMAT_TEXT;
    cr_expect_eq (log_level_of ("debug", &level), DMH_OK);
    cr_expect_eq (level, LOG_LEVEL_DEBUG);
    cr_expect_eq (log_level_of ("loud", &level), DMH_USAGE);
    cr_expect_eq (level, LOG_LEVEL_DEBUG);
    cr_expect_eq (log_format_of ("json", &format), DMH_OK);
    cr_expect_eq (format, LOG_FORMAT_JSON);
    cr_expect_eq (log_format_of ("xml", &format), DMH_USAGE);
}
