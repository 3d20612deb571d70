//  report_test.c: dmh report makes pages that stand alone, hold no value of a patient unless asked, and show
//  whatever names hold as text.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

//  Results of so many people: glucose, of which one is far out, with identifiers and days that no page has by
//  chance.
//  The first `undated` have no date.
static void s_write_labs (const struct workplace *place, const char *name, unsigned people, unsigned each,
                          unsigned undated)
{
    char *text = NULL;
    size_t n;
    FILE *file = open_memstream (&text, &n);
    fputs ("result_id,patient_id,test_code,test_name,value,unit,collected_at,note\n", file);
    for (unsigned i = 0; i < people * each; i++) {
        fprintf (file, "RES%06u,SECRET%04u,2345-7,Glucose,%u,mg/dL,", i, i % people,
                 i == 7 ? 9173 : 70 + i * 7 % 60);
        if (i >= undated)
            fprintf (file, "20%02u-%02u-%02u", 10 + i % 9, 1 + i % 12, 1 + i % 28);
        fprintf (file, ",told%u\n", i);
    }
    fclose (file);
    workplace_write (place, name, text, n);
    free (text);
}

static char *s_read (const struct workplace *place, const char *name)
{
    char *text = workplace_read (place->folder, name, NULL);
    cr_assert_not_null (text, "there is no %s", name);
    return text;
}

static void s_expect_not (const char *page, const char *part)
{
    const char *at = strstr (page, part);
    cr_expect_null (at, "the page holds “%s”: …%.200s", part, at ? at : "");
}

//  A shell command in the place; its status.
static int s_shell (const struct workplace *place, const char *command)
{
    char *line = NULL;
    cr_assert_geq (asprintf (&line, "cd '%s' && %s", place->folder, command), 0);
    int status = system (line);
    free (line);
    return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

static bool s_has (const char *program)
{
    char line[256];
    snprintf (line, sizeof line, "command -v %s >/dev/null 2>&1", program);
    return system (line) == 0;
}

static void s_check_markup (const struct workplace *place, const char *page)
{
    char line[256];
    if (!s_has ("xmllint")) {
        puts ("SKIP: no xmllint here to read the page with");
        return;
    }
    snprintf (line, sizeof line, "xmllint --noout --nonet %s 2>xmllint.said", page);
    int status = s_shell (place, line);
    char *said = workplace_read (place->folder, "xmllint.said", NULL);
    cr_expect_eq (status, 0, "%s", said);
    free (said);
}

Test (report, stands_alone_and_tells_no_value, .timeout = 120)
{
    static const char *const SECRETS[] = {"SECRET", "RES0", "told", "9173", "2015-04"};
    static const char *const FOREIGN[] = {"<script", " src=", " href=", "url(",
                                          "@import", "http:", "nan",    "inf"};
    struct workplace place;
    workplace_make (&place);
    s_write_labs (&place, "labs.csv", 40, 6, 0);
    command_line_expect (CALL (&place, "run", "labs.csv", "--quiet", "-o", "out"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "report", "out", "-o", "page.html"), 0,
                         "page.html: a page about 1 result", NULL);
    char *page = s_read (&place, "page.html");
    for (size_t i = 0; i < sizeof SECRETS / sizeof *SECRETS; i++)
        s_expect_not (page, SECRETS[i]);
    for (size_t i = 0; i < sizeof FOREIGN / sizeof *FOREIGN; i++)
        s_expect_not (page, FOREIGN[i]);
    cr_expect_not_null (strstr (page, "default-src 'none'"));
    cr_expect_not_null (strstr (page, "Glucose (2345-7), mg/dL"));
    cr_expect_not_null (strstr (page, "Plausible from"));
    cr_expect_not_null (strstr (page, ">240<"));
    s_check_markup (&place, "page.html");
    free (page);
    command_line_expect (CALL (&place, "report", "out/labs", "--with-values", "-o", "all.html"), 0, NULL,
                         NULL);
    page = s_read (&place, "all.html");
    cr_expect_not_null (strstr (page, "most 9173"));
    cr_expect_not_null (strstr (page, "This page holds values of patients"));
    s_check_markup (&place, "all.html");
    free (page);
    command_line_expect (CALL (&place, "verify", "out", "--quiet"), 0, NULL, NULL);
    workplace_remove (&place);
}

//  Of 5 records 2 are written, and 1 each is a duplicate, in conflict, rejected: each could be told from the
//  others.
Test (report, counts_under_five_are_not_told_nor_what_they_follow_from, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "p.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "p.csv", "--quiet", "-o", "out"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "report", "out/p", "-o", "p.md"), 0, NULL, NULL);
    char *page = s_read (&place, "p.md");
    cr_expect_not_null (strstr (page, "| Written | \\<5 |"));
    cr_expect_not_null (strstr (page, "| Duplicates | \\<5 |"));
    cr_expect_not_null (strstr (page, "| Rejected | \\<5 |"));
    cr_expect_not_null (strstr (page, "| Read | 4–16 |"));
    cr_expect_not_null (strstr (page, "`field.required`"));
    s_expect_not (page, "| 1 |");
    s_expect_not (page, "| 2 |");
    s_expect_not (page, "1975");
    s_expect_not (page, "20.0 %");
    free (page);
    command_line_expect (CALL (&place, "report", "out/p", "--with-values", "-o", "p.md"), 0, NULL, NULL);
    page = s_read (&place, "p.md");
    cr_expect_not_null (strstr (page, "| Read | 5 |"));
    cr_expect_not_null (strstr (page, "| Rejected | 1 |"));
    free (page);
    workplace_remove (&place);
}

//  240 records and 238 dates would say that 2 have none.
Test (report, what_is_left_out_of_a_drawing_does_not_follow_from_its_sum, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_write_labs (&place, "labs.csv", 40, 6, 2);
    command_line_expect (CALL (&place, "run", "labs.csv", "--quiet", "-o", "out"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "report", "out", "-o", "page.md"), 0, NULL, NULL);
    char *page = s_read (&place, "page.md");
    cr_expect_not_null (strstr (page, "236–239 dates"));
    cr_expect_not_null (strstr (page, "| Written | 240 |"));
    s_expect_not (page, "238 dates");
    free (page);
    command_line_expect (CALL (&place, "report", "out", "-o", "page.md", "--with-values"), 0, NULL, NULL);
    page = s_read (&place, "page.md");
    cr_expect_not_null (strstr (page, "238 dates"));
    free (page);
    workplace_remove (&place);
}

//  Sixty results of one patient are what one patient has.
Test (report, what_one_patient_has_is_not_drawn, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_write_labs (&place, "labs.csv", 2, 60, 0);
    command_line_expect (CALL (&place, "run", "labs.csv", "--quiet", "-o", "out"), 0, NULL, NULL);
    struct command_result said = CALL (&place, "report", "out", "--format", "markdown");
    cr_assert_eq (said.status, 0, "%s", said.err);
    s_expect_not (said.out, "Glucose");
    s_expect_not (said.out, "median");
    s_expect_not (said.out, "2010");
    cr_expect_not_null (strstr (said.out, "No test has results of at least 5 people"));
    command_result_clear (&said);
    workplace_remove (&place);
}

Test (report, a_name_that_is_markup_is_text, .timeout = 120)
{
    static const char FILE_NAME[] = "<img src=x onerror=alert(1)>&\"\xe2\x80\xae.csv";
    static const char COLUMN[] = "</title><script>alert(1)</script>";
    struct workplace place;
    char text[1024];
    workplace_make (&place);
    snprintf (text, sizeof text,
              "patient_id,given_name,%s,a\xe2\x80\xae"
              "b|`*\n1,Ann,x,y\n2,Bob,z,w\n",
              COLUMN);
    command_line_write (&place, FILE_NAME, text);
    command_line_expect (CALL (&place, "run", FILE_NAME, "--quiet", "-o", "out"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "report", "out", "-o", "page.html"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "report", "out", "-o", "page.md"), 0, NULL, NULL);
    char *page = s_read (&place, "page.html"), *markdown = s_read (&place, "page.md");
    s_expect_not (page, "<img");
    s_expect_not (page, "<script");
    s_expect_not (page, "\xe2\x80\xae");
    cr_expect_not_null (strstr (page, "&lt;img src=x onerror=alert(1)&gt;&amp;&quot;\\u202e.csv"));
    cr_expect_not_null (strstr (page, "&lt;/title&gt;&lt;script&gt;"));
    s_check_markup (&place, "page.html");
    for (const char *at = markdown; (at = strchr (at, '<')); at++)
        cr_expect (at[-1] == '\\' || strncmp (at, "<!-- -->", 8) == 0, "an open < in %.60s", at);
    cr_expect_not_null (strstr (markdown, "b\\|\\`\\*"));
    free (page);
    free (markdown);
    workplace_remove (&place);
}

//  The part of a page from one heading to the next one.
static char *s_part (char *page, const char *heading)
{
    char *begin = strstr (page, heading), *end = begin ? strstr (begin + strlen (heading), "\n## ") : NULL;
    cr_assert_not_null (begin, "no %s", heading);
    return strndup (begin, end ? (size_t) (end - begin) : strlen (begin));
}

Test (report, counts_the_same_whatever_the_format, .timeout = 120)
{
    static const char *const FORMATS[] = {"csv", "ndjson", "fhir", "sqlite"};
    char *first = NULL;
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++) {
        struct workplace place;
        workplace_make (&place);
        s_write_labs (&place, "labs.csv", 30, 5, 0);
        command_line_expect (CALL (&place, "run", "labs.csv", "--quiet", "--format", FORMATS[i], "-o", "out"),
                             0, NULL, NULL);
        command_line_expect (CALL (&place, "report", "out", "-o", "page.md"), 0, NULL, NULL);
        char *page = s_read (&place, "page.md"), *part = s_part (page, "## Distributions of numbers");
        cr_expect_not_null (strstr (part, "150 results"), "%s: %s", FORMATS[i], part);
        if (first)
            cr_expect_str_eq (part, first, "%s", FORMATS[i]);
        else
            first = strdup (part);
        char *dates = s_part (page, "## Dates over time");
        cr_expect_not_null (strstr (dates, "150 dates"));
        free (dates);
        free (part);
        free (page);
        workplace_remove (&place);
    }
    free (first);
}

Test (report, of_a_batch_shows_the_worst_first_and_what_failed, .timeout = 120)
{
    static const char BATCH[] =
        "{\"inputs\":[{\"path\":\"good.csv\",\"state\":\"done\",\"error\":null},"
        "{\"path\":\"lost<.csv\",\"state\":\"failed\",\"error\":\"it has no header\"}]}";
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "bad.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "a-good.csv",
                        "patient_id,given_name\n1,Ann\n2,Bob\n3,Cy\n4,Di\n5,Ed\n6,Flo\n");
    command_line_expect (CALL (&place, "run", "a-good.csv", "bad.csv", "--quiet", "-o", "out"), 0, NULL,
                         NULL);
    workplace_write (&place, "out/batch.json", BATCH, sizeof BATCH - 1);
    command_line_expect (CALL (&place, "report", "out/", "-o", "page.md", "--json"), 0,
                         "{\"file\":\"page.md\",\"format\":\"markdown\",\"results\":2,\"values\":false}",
                         NULL);
    char *page = s_read (&place, "page.md"), *rows = s_part (page, "## The results side by side");
    const char *bad = strstr (rows, "`bad`"), *good = strstr (rows, "`a-good`");
    cr_expect (bad && good && bad < good, "%s", rows);
    cr_expect_not_null (strstr (rows, "| 6 | 6 | 0 | 0 | 0 |"));
    cr_expect_not_null (strstr (page, "lost\\<.csv"));
    cr_expect_not_null (strstr (page, "it has no header"));
    cr_expect_not_null (strstr (page, "**1 input failed.**"));
    free (rows);
    free (page);
    command_line_expect (CALL (&place, "report", "out", "-o", "page.html"), 0, NULL, NULL);
    s_check_markup (&place, "page.html");
    workplace_remove (&place);
}

Test (report, goes_where_it_was_told_and_never_into_a_result, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "p.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "p.csv", "--quiet", "-o", "out"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "report", "out/p", "-o", "out/p/page.html"), 2, NULL,
                         "would stand in a result");
    command_line_expect (CALL (&place, "report", "out/p", "-o", "page.pdf"), 2, NULL,
                         "neither HTML nor Markdown");
    command_line_expect (CALL (&place, "report", "out/p", "--format", "pdf"), 2, NULL, "html or markdown");
    command_line_expect (CALL (&place, "report", "nowhere", "-o", "page.html"), 1, NULL,
                         "nowhere cannot be read");
    command_line_expect (CALL (&place, "report", "out/p"), 0, "<!DOCTYPE html>", NULL);
    command_line_expect (CALL (&place, "report", "out/p", "-o", "-"), 0, "<!DOCTYPE html>", NULL);
    command_line_write (&place, "page.html", "older");
    cr_assert_eq (s_shell (&place, "mkdir empty && printf 'a\\n\"b' >out/p/records.csv"), 0);
    command_line_expect (CALL (&place, "report", "empty", "-o", "page.html"), 1, NULL,
                         "empty holds no result");
    command_line_expect (CALL (&place, "report", "out/p", "-o", "page.html"), 1, NULL, "records.csv, line 1");
    char *page = s_read (&place, "page.html");
    cr_expect_str_eq (page, "older");
    free (page);
    cr_expect_eq (s_shell (&place, "test \"$(ls | grep -c page)\" = 1"), 0, "something is left beside it");
    workplace_remove (&place);
}
