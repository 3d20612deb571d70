//  value_test.c: JSON texts as trees of values, and why a text is none.
#include "messages/json/value.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 3 };

//  A value in a form that shows its type, order and text.
static size_t s_show (const struct json_value *value, char *out, size_t size, size_t used)
{
    static const char *const OPEN[] = {"null", "false", "true", "", "", "[", "{"};
    if (value->key)
        used += (size_t) snprintf (out + used, size - used, "%s:", value->key);
    used += (size_t) snprintf (out + used, size - used, "%s%s", OPEN[value->type],
                               value->text ? value->text : "");
    size_t count = 0;
    for (const struct json_value *item = value->first; item; item = item->next, count++) {
        used = s_show (item, out, size, used);
        used += (size_t) snprintf (out + used, size - used, " ");
    }
    cr_assert_eq (count, value->count);
    if (value->type == JSON_ARRAY || value->type == JSON_OBJECT)
        used += (size_t) snprintf (out + used, size - used, "%s", value->type == JSON_ARRAY ? "]" : "}");
    return used;
}

Test (json_value, a_text_is_a_tree_in_its_own_order)
{
    static const char *const CASES[][2] = {
        {"null", "null"},
        {" true\n", "true"},
        {"-1.50e+2", "-1.50e+2"},
        {"12345678901234567890123", "12345678901234567890123"},
        {"\"\"", ""},
        {"\"a\\u00e9\\n\\/\\ud83d\\ude00\"", "a\xc3\xa9\n/\xf0\x9f\x98\x80"},
        {"[]", "[]"},
        {"{}", "{}"},
        {"[[],{}]", "[[] {} ]"},
        {" { \"b\" : 1 , \"a\" : [ false , \"x\" ] , \"b\" : null } ", "{b:1 a:[false x ] b:null }"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        char got[256];
        struct json_value *root = json_value_new (CASES[i][0], strlen (CASES[i][0]), DEPTH, "x.json", &error);
        cr_assert_not_null (root, "%s: %s", CASES[i][0], error.text);
        s_show (root, got, sizeof got, 0);
        cr_expect_str_eq (got, CASES[i][1], "%s is %s and should be %s", CASES[i][0], got, CASES[i][1]);
        json_value_destroy (&root);
        cr_assert_null (root);
    }
}

Test (json_value, a_text_that_is_none_is_told_with_its_line)
{
    static const char *const CASES[][2] = {
        {"", "x.json, line 1: not JSON (it ends too early)"},
        {"[1,", "it ends too early"},
        {"{\"a\"", "it ends too early"},
        {"\"a", "it ends too early"},
        {"{\n\"a\":\n1 2}", "x.json, line 3: not JSON (a comma or } is expected)"},
        {"[1 2]", "a comma or ] is expected"},
        {"[,1]", "a value is expected"},
        {"[1,]", "a value is expected"},
        {"[01]", "a value is expected"},
        {"[1:]", "a comma or ] is expected"},
        {"[1/]", "a comma or ] is expected"},
        {"[1.:]", "a value is expected"},
        {"[nul]", "a value is expected"},
        {"{,\"a\":1}", "a key in quotes is expected"},
        {"{\"a\":1,}", "a key in quotes is expected"},
        {"{a:1}", "a key in quotes is expected"},
        {"{\"a\" 1}", "a colon is expected"},
        {"[1}", "a comma or ] is expected"},
        {"{} {}", "something follows its end"},
        {"1 2", "something follows its end"},
        {"[\"a\nb\"]", "a control character or a wrong escape in a string"},
        {"[\"\\x\"]", "a control character or a wrong escape in a string"},
        {"[\"\\ud800\"]", "a control character or a wrong escape in a string"},
        {"[\"\\ud800\\ud800\"]", "a control character or a wrong escape in a string"},
        {"[\"\\ud800\\ue000\"]", "a control character or a wrong escape in a string"},
        {"[\"\\ud83dxude00\"]", "a control character or a wrong escape in a string"},
        {"[\"\\ud83d\\xde00\"]", "a control character or a wrong escape in a string"},
        {"[\"\\ud83dxxde00\"]", "a control character or a wrong escape in a string"},
        {"[\"\\ud83d\\ude0\"]", "a control character or a wrong escape in a string"},
        {"[\"\\udc00\"]", "a control character or a wrong escape in a string"},
        {"[\"\\udfff\"]", "a control character or a wrong escape in a string"},
        {"[\"\\u12g4\"]", "a control character or a wrong escape in a string"},
        {"[\"\\u12`4\"]", "a control character or a wrong escape in a string"},
        {"[\"\\u12:4\"]", "a control character or a wrong escape in a string"},
        {"[\"\\u12/4\"]", "a control character or a wrong escape in a string"},
        {"[\"\\u123\"]", "a control character or a wrong escape in a string"},
        {"[\"\\u0000\"]", "\\u0000 in a string"},
        {"{\"a\\u0000\":1}", "\\u0000 in a string"},
        {"[1,\n\"\xc3(\"]", "x.json, line 2: not JSON (bytes that are not UTF-8)"},
        {"[1]\xff", "bytes that are not UTF-8"},
        {"[[\n[[1]]]]", "x.json, line 2: nested deeper than 3"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        cr_expect_null (json_value_new (CASES[i][0], strlen (CASES[i][0]), DEPTH, "x.json", &error), "%s",
                        CASES[i][0]);
        cr_expect_eq (error.code, DMH_BAD_INPUT);
        cr_expect (strstr (error.text, CASES[i][1]), "%s: “%s” and not “%s”", CASES[i][0], error.text,
                   CASES[i][1]);
    }
}

//  RFC 8259, of each width of UTF-8 the first and the last, and what stands beside the surrogates.
Test (json_value, an_escaped_character_is_its_utf_8)
{
    static const char *const CASES[][2] = {
        {"\"\\u0001\\u007f\"", "\x01\x7f"},
        {"\"\\u0080\\u07ff\"", "\xc2\x80\xdf\xbf"},
        {"\"\\u0800\\ud7ff\\ue000\\uffff\"", "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"},
        {"\"\\ud800\\udc00\\udbff\\udfff\"", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"},
        {"\"\\u1234\\u5678\\u9abc\\uCdEf\\uABCD\\u20aC\"",
         "\xe1\x88\xb4\xe5\x99\xb8\xe9\xaa\xbc\xec\xb7\xaf\xea\xaf\x8d\xe2\x82\xac"},
        {"\"\\ud83e\\udd95\\ud841\\udf0e\"", "\xf0\x9f\xa6\x95\xf0\xa0\x9c\x8e"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        struct json_value *root = json_value_new (CASES[i][0], strlen (CASES[i][0]), DEPTH, "x.json", &error);
        cr_assert_not_null (root, "%s: %s", CASES[i][0], error.text);
        cr_expect_str_eq (json_value_string (root), CASES[i][1]);
        json_value_destroy (&root);
    }
}

Test (json_value, members_are_found_by_name_and_type)
{
    static const char TEXT[] = "{\"a\":\"1\",\"b\":2,\"a\":3}";
    struct error error;
    struct json_value *root = json_value_new (TEXT, sizeof TEXT - 1, DEPTH, "x.json", &error);
    cr_assert_not_null (root);
    cr_expect_str_eq (json_value_string (json_value_member (root, "a")), "1");
    cr_expect_null (json_value_string (json_value_member (root, "b")));
    cr_expect (json_value_is (json_value_member (root, "b"), JSON_NUMBER));
    cr_expect_null (json_value_member (root, "c"));
    cr_expect_null (json_value_member (root->first, "a"));
    cr_expect_null (json_value_member (NULL, "a"));
    json_value_destroy (&root);
}

//  More values than one block holds, and texts that fill what there is for them.
Test (json_value, many_values_keep_their_texts)
{
    enum { MANY = 1000 };
    char text[MANY * 8], *at = text;
    struct error error;
    for (int i = 0; i < MANY; i++)
        at += sprintf (at, "%c%d", i ? ',' : '[', i);
    at += sprintf (at, "]");
    struct json_value *root = json_value_new (text, (size_t) (at - text), DEPTH, "x.json", &error);
    cr_assert_not_null (root);
    cr_assert_eq (root->count, MANY);
    int i = 0;
    for (const struct json_value *item = root->first; item; item = item->next, i++)
        cr_assert_eq (atoi (item->text), i);
    json_value_destroy (&root);
}
