//  text_parts_test.c: where a text of records is cut into parts, by tables and by what has to hold of any
//  text.
#include "test/support/inputs/parts_agreement.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct dialect s_csv (void)
{
    return (struct dialect){
        .format = &FORMAT_CSV, .encoding = "UTF-8", .delimiter = ',', .name_count = 2, .data_line = 1};
}

//  "AT+BYTES@LINE" of each part, with spaces between.
static char *s_say (const text_parts_t *parts, char out[512])
{
    size_t count;
    const struct text_part *part = text_parts_all (parts, &count);
    *out = 0;
    for (size_t i = 0; i < count; i++)
        sprintf (out + strlen (out), "%s%d+%d@%d", i ? " " : "", (int) part[i].at, (int) part[i].bytes,
                 (int) part[i].line);
    return out;
}

static void s_expect (struct dialect *dialect, const char *text, uint64_t part_bytes, size_t step,
                      const char *expected)
{
    struct error error = {.code = DMH_OK};
    char said[512];
    text_parts_t *parts = text_parts_new (dialect, "it", part_bytes, step, SIZE_MAX);
    cr_assert_not_null (parts);
    cr_assert_eq (text_parts_feed (parts, text, strlen (text), true, &error), DMH_OK, "%s", error.text);
    cr_expect_str_eq (s_say (parts, said), expected, "%s: %s", text, said);
    text_parts_destroy (&parts);
}

Test (text_parts, a_table_is_cut_behind_line_ends_that_end_a_record)
{
    struct dialect csv = s_csv ();
    s_expect (&csv, "", 8, 8, "");
    s_expect (&csv, "a,b\n", 8, 8, "0+4@1");
    s_expect (&csv, "a,b\nc,d\ne,f\ng,h", 8, 8, "0+8@1 8+7@3");
    s_expect (&csv, "a,b\nc,d\ne,f\n", 4, 4, "0+4@1 4+4@2 8+4@3");
    s_expect (&csv, "a,b\r\nc,d\r\n", 5, 5, "0+5@1 5+5@2");
    s_expect (&csv, "a,b\nc,d\n", 1000, 4, "0+8@1");
    s_expect (&csv, "a,bcdefghi\nc,d\ne,f\ng,h\n", 4, 4, "0+15@1 15+4@3 19+4@4");
    s_expect (&csv, "a,b\nc,d\n", 1, 1, "0+4@1 4+4@2");
}

Test (text_parts, a_line_end_inside_quotes_cuts_nothing)
{
    struct dialect csv = s_csv ();
    s_expect (&csv, "a,\"b\n\nc\"\nd,e\n", 4, 9, "0+9@1 9+4@4");
    s_expect (&csv, "a,\"b\"\"\n\"\nd,e\n", 4, 9, "0+9@1 9+4@3");
    s_expect (&csv, "\"\n\",\"\n\"\n\"\n\",x\n", 4, 4, "0+8@1 8+6@4");
    csv.escape = '\\';
    s_expect (&csv, "a,\"b\\\"\nc\"\nd,e\n", 4, 10, "0+10@1 10+4@3");
}

Test (text_parts, what_stands_above_the_records_belongs_to_no_part)
{
    struct dialect csv = s_csv ();
    csv.data_offset = 6;
    csv.data_line = 3;
    s_expect (&csv, "\"A\n\",\na,b\nc,d\n", 4, 4, "6+4@3 10+4@4");
    s_expect (&csv, "\"A\n\",\n", 4, 4, "");
}

Test (text_parts, of_json_an_object_a_line_is_cut)
{
    char *names[] = {"a"};
    size_t name_bytes[] = {1};
    struct dialect json = {.format = &FORMAT_JSON,
                           .encoding = "UTF-8",
                           .names = names,
                           .name_bytes = name_bytes,
                           .name_count = 1,
                           .data_line = 1};
    s_expect (&json, "{\"a\":1}\n{\"a\":\"\\n}\"}\n\n{\"a\":2}\n", 8, 8, "0+8@1 8+13@2 21+8@4");
}

Test (text_parts, what_cannot_be_cut_is_said_with_its_reason)
{
    static const struct {
        struct dialect dialect;
        const char *why;
    } CASES[] = {{{.format = &FORMAT_CSV, .encoding = "UTF-8"}, NULL},
                 {{.format = &FORMAT_JSON, .encoding = "UTF-8"}, NULL},
                 {{.format = &FORMAT_JSON, .encoding = "UTF-8", .array = true}, "one array or object"},
                 {{.format = &FORMAT_FHIR, .encoding = "UTF-8"}, "FHIR"},
                 {{.format = &FORMAT_CSV, .encoding = "UTF-16LE"}, "not in UTF-8"},
                 {{.format = &FORMAT_CSV, .encoding = "windows-1252"}, "not in UTF-8"},
                 {{.format = &FORMAT_CSV, .encoding = "UTF-8", .compression = "gzip"}, "compressed"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        int rc = text_parts_allow (&CASES[i].dialect, "in.csv", &error);
        cr_expect_eq (rc, CASES[i].why ? DMH_UNSUPPORTED : DMH_OK, "case %zu", i);
        cr_expect (!CASES[i].why || strstr (error.text, CASES[i].why), "%s", error.text);
        cr_expect (!CASES[i].why || strstr (error.text, "in.csv "), "%s", error.text);
    }
}

Test (text_parts, a_record_that_is_too_long_is_an_error_that_says_its_line)
{
    struct dialect csv = s_csv ();
    struct error error = {.code = DMH_OK};
    char text[256] = "a,b\n";
    csv.record_bytes = 32;
    memset (text + 4, 'x', 200);
    text_parts_t *parts = text_parts_new (&csv, "in.csv", 8, 8, SIZE_MAX);
    cr_expect_eq (text_parts_feed (parts, text, strlen (text), false, &error), DMH_TOO_LARGE);
    cr_expect (strstr (error.text, "line 2 is longer than 32 bytes"), "%s", error.text);
    text_parts_destroy (&parts);
    text_parts_destroy (&parts);
}

//  A table in which anything may stand in quotes, some of them wrong.
static size_t s_random_table (unsigned *dice, char *out, size_t size)
{
    static const char *const BITS[] = {"a",    ",",  "\n", "\"",       "\"\"", "\r\n",
                                       "\\\"", "bc", ";",  "\xc3\xa4", " "};
    size_t n = 0;
    while (n + 8 < size) {
        *dice = *dice * 1103515245 + 12345;
        const char *bit = BITS[(*dice >> 16) % (sizeof BITS / sizeof *BITS)];
        memcpy (out + n, bit, strlen (bit));
        n += strlen (bit);
    }
    return n;
}

Test (text_parts, any_table_read_in_parts_is_the_table, .timeout = 120)
{
    char text[400];
    unsigned dice = 7;
    size_t cut = 0;
    for (int round = 0; round < 4000; round++) {
        size_t n = s_random_table (&dice, text, 20 + (size_t) round % 380), count;
        struct dialect csv = s_csv ();
        csv.escape = round % 3 ? 0 : '\\';
        csv.record_bytes = round % 2 ? 0 : 24;
        csv.name_count = 1 + (size_t) round % 4;
        struct parts_way way = {.part_bytes = 1 + (uint64_t) round % 70,
                                .step = 1 + (size_t) round % 33,
                                .piece = 1 + (size_t) round % 13,
                                .block = 1 + (size_t) round % 29};
        const char *what = parts_agreement (&csv, text, n, &way, &count);
        cr_assert_null (what, "round %d: %s", round, what);
        cut += count > 1;
    }
    cr_expect_gt (cut, 1000, "%zu were cut at all", cut);
}
