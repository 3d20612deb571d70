//  tree_test.c: one JSON value as a tree, and where paths lead in it.
#include "worker/formats/fhir/tree.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { FOUND_MAX = 8 };

//  What the path finds, with '|' between.
static void s_find (const char *json, const char *path, char out[256])
{
    tree_t *tree = tree_new ();
    tree_path_t *compiled = tree_path_new (path);
    uint32_t found[FOUND_MAX];
    cr_assert (tree && compiled, "%s", path);
    cr_assert_eq (tree_parse (tree, text_of (json)), RULE_NONE, "%s", json);
    size_t count = tree_find (tree, TREE_ROOT, compiled, false, found, FOUND_MAX), used = 0;
    out[0] = 0;
    for (size_t i = 0; i < count; i++)
        used +=
            (size_t) snprintf (out + used, 256 - used, "%s%.*s", i ? "|" : "",
                               (int) tree_at (tree, found[i])->value.n, tree_at (tree, found[i])->value.at);
    tree_path_destroy (&compiled);
    tree_destroy (&tree);
}

Test (tree, a_path_leads_through_objects_and_arrays_to_scalars)
{
    static const char NAMES[] =
        "{\"name\":[{\"use\":\"old\",\"given\":[\"A\"]},{\"given\":[\"B\",\"C\",\"D\"]},"
        "{\"use\":\"official\",\"given\":\"E\",\"family\":\"F\\u00e9\"}],\"n\":1.50,\"t\":true,\"e\":\"\","
        "\"z\":null,"
        "\"o\":{\"x\":{\"v\":1},\"y\":{\"v\":2}},\"q\":[{\"a\":[{\"b\":\"1\"},{\"b\":\"2\"}],\"v\":\"p\"}]}";
    static const char *const CASES[][2] = {
        {"n", "1.50"},
        {"t", "true"},
        {"e", ""},
        {"z", ""},
        {"nothing", ""},
        {"n.deeper", ""},
        {"name", ""},
        {"name.given", "A|B|C|D|E"},
        {"name[0].given", "A"},
        {"name[1-].given", "B|C|D|E"},
        {"name.given[1-]", "C|D"},
        {"name.given[0]", "A|B|E"},
        {"name[use=official].given", "E"},
        {"name[use!=old].given[0]", "B|E"},
        {"name[use!=old][0].given[1]", "C"},
        {"name[!use].given", "B|C|D"},
        {"name[family].given", "E"},
        {"name[use=official].family", "F\xc3\xa9"},
        {"o.*.v", "1|2"},
        {"q[a.b=2].v", "p"},
        {"q[a.b=3].v", ""},
        {"q[a.b!=3].v", "p"},
        {"q[!a.c].v", "p"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char got[256];
        s_find (NAMES, CASES[i][0], got);
        cr_expect_str_eq (got, CASES[i][1], "%s leads to “%s” and should to “%s”", CASES[i][0], got,
                          CASES[i][1]);
    }
}

Test (tree, a_path_that_is_none_is_refused)
{
    static const char *const CASES[] = {
        "", ".", "a.", ".a", "a[", "a[]", "a[!]", "a[=x]", "a.b.c.d.e.f.g.h.i", "a[1][2][3][4]", "a[12]"};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        cr_expect_null (tree_path_new (CASES[i]), "%s", CASES[i]);
}

Test (tree, only_one_whole_object_is_a_record)
{
    static const struct {
        const char *json;
        enum rule problem;
    } CASES[] = {
        {"{}", RULE_NONE},
        {"{\"a\":[[],{}]}", RULE_NONE},
        {"", RULE_RECORD_SYNTAX},
        {"[]", RULE_RECORD_SYNTAX},
        {"{\"a\":1", RULE_RECORD_SYNTAX},
        {"{}{}", RULE_RECORD_SYNTAX},
        {"{} x", RULE_RECORD_SYNTAX},
        {"{\"a\":}", RULE_RECORD_SYNTAX},
        {" {}", RULE_RECORD_SYNTAX},
        {"{} \n", RULE_NONE},
        {"{\"a\":[1,2 , {} ],\"b\":null}", RULE_NONE},
        {"{\"a\":[,1]}", RULE_RECORD_SYNTAX},
        {"{\"a\":[1,]}", RULE_RECORD_SYNTAX},
        {"{\"a\":[1 2]}", RULE_RECORD_SYNTAX},
        {"{\"a\":[1}", RULE_RECORD_SYNTAX},
        {"{\"a\":{]}", RULE_RECORD_SYNTAX},
        {"{,\"a\":1}", RULE_RECORD_SYNTAX},
        {"{\"a\":1,}", RULE_RECORD_SYNTAX},
        {"{\"a\" 1}", RULE_RECORD_SYNTAX},
        {"{a:1}", RULE_RECORD_SYNTAX},
        {"{\"a\":01}", RULE_RECORD_SYNTAX},
        {"{\"a\":\"\\ud800\"}", RULE_RECORD_SYNTAX},
        {"{\"a\":\"b\\u0000c\"}", RULE_RECORD_NUL},
        {"{\"a\\u0000\":1}", RULE_RECORD_NUL},
    };
    tree_t *tree = tree_new ();
    for (int twice = 0; twice < 2; twice++)    //  a failure leaves nothing behind
        for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
            cr_expect_eq (tree_parse (tree, text_of (CASES[i].json)), CASES[i].problem, "%s", CASES[i].json);
    tree_destroy (&tree);
    cr_assert_null (tree);
}

Test (tree, depth_and_size_are_bounded)
{
    enum { DEEP = 100, WIDE = 1 << 21 };
    char *json = malloc (2 * WIDE + 16), *at = json;
    tree_t *tree = tree_new ();
    at += sprintf (at, "{\"a\":");
    for (int i = 0; i < DEEP; i++)
        *at++ = '[';
    for (int i = 0; i < DEEP; i++)
        *at++ = ']';
    *at++ = '}';
    cr_assert_eq (tree_parse (tree, (struct text){json, (size_t) (at - json)}), RULE_RECORD_SYNTAX);
    at = json + sprintf (json, "{\"a\":[1");
    for (int i = 0; i < WIDE / 2; i++)
        at += sprintf (at, ",1");
    at += sprintf (at, "]}");
    cr_assert_eq (tree_parse (tree, (struct text){json, (size_t) (at - json)}), RULE_RECORD_SYNTAX);
    cr_assert_eq (tree_parse (tree, TEXT ("{\"a\":1}")), RULE_NONE);
    tree_destroy (&tree);
    free (json);
}

Test (tree, a_container_is_known_by_its_bytes)
{
    static const char JSON[] = "{\"a\":[ {\"b\" : 1} , {\"c\":\"\\n\"}]}";
    tree_t *tree = tree_new ();
    cr_assert_eq (tree_parse (tree, text_of (JSON)), RULE_NONE);
    uint32_t array = tree_member (tree, TREE_ROOT, TEXT ("a"));
    const struct tree_node *first = tree_at (tree, tree_at (tree, array)->first);
    cr_expect (text_equal (tree_at (tree, TREE_ROOT)->value, text_of (JSON)));
    cr_expect (text_equal (first->value, TEXT ("{\"b\" : 1}")));
    cr_expect (text_equal (tree_at (tree, first->next)->value, TEXT ("{\"c\":\"\\n\"}")));
    tree_destroy (&tree);
}
