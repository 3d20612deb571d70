//  writer_test.c: JSON texts as they are written.
#include "messages/json/writer.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void s_all (json_writer_t *to)
{
    json_writer_object (to, NULL);
    json_writer_string (to, "text", "a");
    json_writer_string (to, "none", NULL);
    json_writer_number (to, "most", UINT64_MAX);
    json_writer_real (to, "real", 2.0 / 3, 4);
    json_writer_real (to, "infinite", INFINITY, 4);
    json_writer_digits (to, "digits", "1e-7");
    json_writer_boolean (to, "yes", true);
    json_writer_array (to, "list");
    json_writer_boolean (to, NULL, false);
    json_writer_object (to, NULL);
    json_writer_close (to);
    json_writer_array (to, NULL);
    json_writer_close (to);
    json_writer_close (to);
    json_writer_close (to);
}

static void s_expect (json_writer_t *to, const char *want)
{
    size_t n = 0;
    const char *text = json_writer_text (to, &n);
    cr_assert_not_null (text);
    cr_expect (n == strlen (want) && memcmp (text, want, n) == 0, "%.*s and not %s", (int) n, text, want);
}

Test (json_writer, one_line_or_one_member_a_line)
{
    json_writer_t *line = json_writer_new (false), *pretty = json_writer_new (true);
    s_all (line);
    s_all (pretty);
    s_expect (line, "{\"text\":\"a\",\"none\":null,\"most\":18446744073709551615,\"real\":0.6667,"
                    "\"infinite\":null,\"digits\":1e-7,\"yes\":true,\"list\":[false,{},[]]}");
    s_expect (pretty, "{\n  \"text\": \"a\",\n  \"none\": null,\n  \"most\": 18446744073709551615,\n"
                      "  \"real\": 0.6667,\n  \"infinite\": null,\n  \"digits\": 1e-7,\n  \"yes\": true,\n"
                      "  \"list\": [\n    false,\n    {\n\n    },\n    [\n\n    ]\n  ]\n}\n");
    json_writer_destroy (&line);
    json_writer_destroy (&pretty);
    cr_assert_null (line);
}

Test (json_writer, strings_and_keys_are_escaped)
{
    static const char *const CASES[][2] = {
        {"", "\"\""},
        {"a/b\x7f", "\"a/b\\u007f\""},
        {"\"\\\b\f\n\r\t", "\"\\\"\\\\\\b\\f\\n\\r\\t\""},
        {"\x01x\x1f", "\"\\u0001x\\u001f\""},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
        {"a\xffz", "\"a\xef\xbf\xbdz\""},
        {"\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char want[128];
        snprintf (want, sizeof want, "{%s:%s}", CASES[i][1], CASES[i][1]);
        json_writer_t *to = json_writer_new (false);
        json_writer_object (to, NULL);
        json_writer_string (to, CASES[i][0], CASES[i][0]);
        json_writer_close (to);
        s_expect (to, want);
        json_writer_destroy (&to);
    }
}

Test (json_writer, what_is_not_whole_is_no_text)
{
    size_t n;
    json_writer_t *to = json_writer_new (false);
    cr_expect_null (json_writer_text (to, &n), "nothing was written");
    json_writer_array (to, NULL);
    cr_expect_null (json_writer_text (to, &n), "it is open");
    json_writer_boolean (to, NULL, true);
    cr_expect_null (json_writer_text (to, &n), "it is open still");
    for (int i = 0; i < 100; i++)
        json_writer_array (to, NULL);
    for (int i = 0; i < 101; i++)
        json_writer_close (to);
    cr_expect_null (json_writer_text (to, &n), "it was too deep");
    json_writer_destroy (&to);
    json_writer_destroy (&to);
}

Test (json_writer, flush_is_a_member_a_line_without_spaces_before_it)
{
    json_writer_t *flush = json_writer_new_flush ();
    s_all (flush);
    s_expect (flush, "{\n\"text\": \"a\",\n\"none\": null,\n\"most\": 18446744073709551615,\n"
                     "\"real\": 0.6667,\n\"infinite\": null,\n\"digits\": 1e-7,\n\"yes\": true,\n"
                     "\"list\": [\nfalse,\n{\n\n},\n[\n\n]\n]\n}\n");
    json_writer_destroy (&flush);
}
