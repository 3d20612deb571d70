//  report_statistics_test.c: dmh report shows what a worker in R has left: its tables, its pictures as
//  images, and nothing that it may not show, whatever the folder holds.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char REPORT[] = "{\n  \"format\": \"dmh-task/1\",\n  \"job\": {\"task\": \"statistics\"}\n}\n";

//  A file of <folder>/statistics.
static void s_write (const struct workplace *place, const char *folder, const char *name, const char *text)
{
    char path[PATH_MAX];
    snprintf (path, sizeof path, "%s/%s", place->folder, folder);
    mkdir (path, 0755);
    snprintf (path, sizeof path, "%s/%s/statistics", place->folder, folder);
    mkdir (path, 0755);
    snprintf (path, sizeof path, "%s/statistics/%s", folder, name);
    workplace_write (place, path, text, strlen (text));
}

static void s_make (const struct workplace *place, const char *folder, const char *statistics)
{
    s_write (place, folder, "report.json", REPORT);
    s_write (place, folder, "statistics.json", statistics);
}

static char *s_page (struct workplace *place, const char *folder, const char *file, bool values)
{
    command_line_expect (values ? CALL (place, "report", folder, "--with-values", "-o", file)
                                : CALL (place, "report", folder, "-o", file),
                         0, NULL, NULL);
    char *page = workplace_read (place->folder, file, NULL);
    cr_assert_not_null (page);
    return page;
}

static const char STATISTICS[] =
    "{\"format\":\"dmh-statistics/1\",\"values\":false,\"reference_individuals\":false,"
    "\"interval_name\":\"central 95 % interval of this file\",\"methods\":{\"drift\":\"EWMA\"},"
    "\"tests\":[{\"test_code\":\"2345-7\",\"test_name\":\"Glucose <b>\",\"unit\":\"mg/dL\",\"results\":3,"
    "\"persons\":\"340-343\",\"below_limit\":\"<5\",\"minimum\":4711,\"p50\":98.76543}],"
    "\"intervals\":[{\"test_code\":\"2345-7\",\"test_name\":\"Glucose\",\"unit\":\"mg/dL\",\"sex\":\"all\","
    "\"age\":\"all\",\"persons\":120,\"method\":\"non-parametric\",\"reason\":\"\",\"lower\":70,"
    "\"lower_low\":61.5,\"lower_high\":72,\"upper\":120,\"upper_low\":118,\"upper_high\":151.5,"
    "\"rank_low\":1,\"rank_high\":7}],"
    "\"pictures\":[{\"name\":\"ages\",\"title\":\"Ages \\\"of\\\" <persons>\",\"description\":\"Bars & "
    "bars\"},"
    "{\"name\":\"../../secret\",\"title\":\"t\",\"description\":\"d\"},"
    "{\"name\":\"linked\",\"title\":\"t\",\"description\":\"d\"}]}";

static const char HOSTILE_SVG[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

Test (report_statistics, tables_and_pictures_are_shown_and_nothing_in_them_is_markup, .timeout = 120)
{
    struct workplace place;
    char path[PATH_MAX];
    workplace_make (&place);
    s_make (&place, "out", STATISTICS);
    s_write (&place, "out", "ages.svg", HOSTILE_SVG);
    workplace_write (&place, "secret.svg", "SECRET", 6);
    snprintf (path, sizeof path, "%s/out/statistics/linked.svg", place.folder);
    cr_assert_eq (symlink ("../../secret.svg", path), 0);
    char *page = s_page (&place, "out", "page.html", false);
    //  base64 of HOSTILE_SVG begins so, by coreutils.
    cr_expect_not_null (
        strstr (page, "<img alt=\"Bars &amp; bars\" src=\"data:image/svg+xml;base64,PHN2ZyB4bWxucz0i"));
    cr_expect_not_null (strstr (page, "img-src data:"));
    cr_expect_not_null (strstr (page, "Ages &quot;of&quot; &lt;persons&gt;"));
    cr_expect_not_null (strstr (page, "Glucose &lt;b&gt;"));
    cr_expect_not_null (strstr (page, ">340–343<"));
    cr_expect_not_null (strstr (page, ">98.77<"));
    cr_expect_null (strstr (page, "<script"));
    const char *image = strstr (page, "<img");
    cr_expect_null (image ? strstr (image + 1, "<img") : NULL, "a path or a link was followed");
    free (page);
    workplace_remove (&place);
}

Test (report_statistics, without_leave_no_count_below_five_and_no_outermost_value_is_told, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_make (&place, "out", STATISTICS);
    char *page = s_page (&place, "out/statistics", "page.html", false);
    cr_expect_null (strstr (page, "4711"));
    cr_expect_null (strstr (page, "61.5"));
    cr_expect_null (strstr (page, "151.5"));
    cr_expect_null (strstr (page, ">3<"));
    cr_expect_not_null (strstr (page, "70 (… to 72)"));
    cr_expect_not_null (strstr (page, "120 (118 to …)"));
    free (page);
    page = s_page (&place, "out/statistics", "all.html", true);
    cr_expect_not_null (strstr (page, "70 (61.5 to 72)"));
    cr_expect_not_null (strstr (page, "120 (118 to 151.5)"));
    cr_expect_not_null (strstr (page, ">3<"));
    free (page);
    workplace_remove (&place);
}

Test (report_statistics, what_was_made_with_values_is_shown_to_who_may_see_them, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_make (&place, "out", "{\"format\":\"dmh-statistics/1\",\"values\":true,\"tests\":[{\"p50\":98.765}]}");
    char *page = s_page (&place, "out", "page.html", false);
    cr_expect_null (strstr (page, "98.77"));
    cr_expect_not_null (strstr (page, "--with-values"));
    free (page);
    page = s_page (&place, "out", "all.html", true);
    cr_expect_not_null (strstr (page, "98.77"));
    free (page);
    workplace_remove (&place);
}

//  Whatever the file holds, there is a page, or a sentence; never a crash.
Test (report_statistics, hostile_documents_give_a_page_or_a_sentence, .timeout = 240)
{
    static const char *const HOSTILE[] = {
        "[]",
        "{}",
        "{\"format\":3}",
        "{\"format\":\"dmh-statistics/9\"}",
        "{\"format\":\"dmh-statistics/"
        "1\",\"values\":false,\"tests\":{},\"intervals\":[1,null,[]],\"drift\":\"\","
        "\"deltas\":[{\"change_low\":1e999}],\"ages\":[[]],\"completeness\":[{\"filled\":-1}],\"pictures\":["
        "0]}",
        "{\"format\":\"dmh-statistics/1\",\"values\":false,\"tests\":[{\"results\":1e300,\"persons\":\"9-1\","
        "\"texts\":\"99999999999999999999999-1\",\"p50\":\"98\",\"p25\":-0.0}],\"methods\":{\"a\":{}}}",
    };
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof HOSTILE / sizeof *HOSTILE; i++) {
        s_make (&place, "out", HOSTILE[i]);
        free (s_page (&place, "out", "page.html", false));
        command_line_expect (CALL (&place, "report", "out", "-o", "page.md"), 0, NULL, NULL);
    }
    s_make (&place, "out", "{\"format\":");
    command_line_expect (CALL (&place, "report", "out", "-o", "page.html"), 1, NULL, "statistics.json");
    workplace_remove (&place);
}

Test (report_statistics, results_and_their_statistics_are_one_page, .timeout = 120)
{
    struct workplace place;
    static const char LABS[] = "patient_id,test_code,value,unit\nA,2345-7,90,mg/dL\n";
    workplace_make (&place);
    workplace_write (&place, "labs.csv", LABS, strlen (LABS));
    command_line_expect (CALL (&place, "run", "labs.csv", "--quiet", "-o", "out"), 0, NULL, NULL);
    s_make (&place, "out", STATISTICS);
    char *page = s_page (&place, "out", "page.html", false);
    cr_expect_not_null (strstr (page, "Where each record went"));
    cr_expect_not_null (strstr (page, "<h2>Statistics</h2>"));
    free (page);
    command_line_expect (CALL (&place, "report", "out/statistics", "--loader", "r", "-o", "load.R"), 1, NULL,
                         "holds no records");
    workplace_remove (&place);
}
