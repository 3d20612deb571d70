//  markup_test.c: whatever a text holds, in a page it is text.
#include "client/drawing/drawing.h"
#include "client/drawing/markup.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void s_expect (const char *text, const char *want)
{
    char *page = NULL;
    size_t n;
    FILE *file = open_memstream (&page, &n);
    markup_print (file, "<b title=\"%s\">%s</b>", text, text);
    fclose (file);
    char all[512];
    snprintf (all, sizeof all, "<b title=\"%s\">%s</b>", want, want);
    cr_expect_str_eq (page, all);
    free (page);
}

Test (markup, text_opens_no_element_and_ends_no_attribute)
{
    s_expect ("Jürgen 漢字", "Jürgen 漢字");
    s_expect ("<script>alert(\"1\")</script>", "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
    s_expect ("a' onload='x", "a&#39; onload=&#39;x");
    s_expect ("&lt;", "&amp;lt;");
    s_expect ("%s", "%s");
}

Test (markup, what_is_not_seen_or_turns_the_line_is_shown_as_its_escape)
{
    s_expect ("a\xe2\x80\xae"
              "b",
              "a\\u202eb");
    s_expect ("\x1b[31m\n", "\\u001b[31m\\u000a");
    s_expect ("\xff<", "\\xff&lt;");
}

//  The parts of a whole that are not there have their words, and no stream.
Test (drawing, a_flow_says_all_parts_in_words)
{
    char *page = NULL;
    size_t n;
    FILE *file = open_memstream (&page, &n);
    const struct drawing_part whole = {"Read", "<5", 0, DRAWING_SOFT},
                              parts[] = {{"Written", "0", 0, DRAWING_GOOD},
                                         {"Rejected", "<5", 2.5, DRAWING_BAD}};
    const struct drawing_words words = {3, "T & t", "D < d"};
    drawing_flow (file, &words, &whole, parts, 2);
    fclose (file);
    cr_expect_not_null (strstr (page, "<title id=\"d3-t\">T &amp; t</title>"));
    cr_expect_not_null (strstr (page, "<desc id=\"d3-d\">D &lt; d</desc>"));
    cr_expect_not_null (strstr (page, "Written"));
    cr_expect_not_null (strstr (page, ">&lt;5</tspan>"));
    cr_expect_null (strstr (page, "d-good"));
    cr_expect_not_null (strstr (page, "d-bad d-stream"));
    cr_expect_null (strstr (page, "nan"));
    free (page);
}
