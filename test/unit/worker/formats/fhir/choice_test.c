//  choice_test.c: of several names, addresses and numbers the one that is the patient's.
#include "worker/formats/fhir/choice.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void s_expect (const char *json, enum fhir_choice choice, const char *n)
{
    tree_t *tree = tree_new ();
    cr_assert_eq (tree_parse (tree, text_of (json)), RULE_NONE, "%s", json);
    struct text got = tree_text (tree, fhir_choose (tree, TREE_ROOT, choice, "2024-03-01"), TEXT ("n"));
    cr_expect (text_equal (got, text_of (n)), "%s: %.*s", json, (int) got.n, got.n ? got.at : "");
    tree_destroy (&tree);
}

#define NAME(N, MORE) "{\"n\":\"" N "\",\"family\":\"x\"" MORE "}"
#define USE(WORD) ",\"use\":\"" WORD "\""
#define START(DAY) ",\"period\":{\"start\":\"" DAY "\"}"
#define END(DAY) ",\"period\":{\"end\":\"" DAY "\"}"
#define PHONE(N, MORE) "{\"n\":\"" N "\",\"system\":\"phone\",\"value\":\"1\"" MORE "}"

Test (choice, in_use_before_over_then_by_use)
{
    static const char *const CASES[][2] = {
        {"[]", ""},
        {"[" NAME ("a", "") "," NAME ("b", "") "]", "a"},
        {"[" NAME ("a", "") "," NAME ("b", USE ("usual")) "," NAME ("c", USE ("official")) "]", "c"},
        {"[" NAME ("a", USE ("nickname")) "," NAME ("b", USE ("temp")) "]", "b"},
        {"[" NAME ("a", USE ("old")) "," NAME ("b", USE ("nickname")) "]", "b"},
        {"[" NAME ("a", USE ("maiden")) "]", ""},
        {"[" NAME ("a", USE ("official") END ("2024-02-29")) "," NAME ("b", "") "]", "b"},
        {"[" NAME ("a", USE ("official") END ("2024-03-01")) "," NAME ("b", "") "]", "a"},
        {"[" NAME ("a", USE ("official") END ("2024")) "," NAME ("b", "") "]", "a"},
        {"[" NAME ("a", USE ("official") START ("2025")) "," NAME ("b", "") "]", "b"},
        {"[" NAME ("a", USE ("official") END ("2020")) "," NAME ("b", USE ("nickname")) "]", "a"},
        {"[{\"n\":\"a\",\"text\":\"x\"}," NAME ("b", "") "]", "b"},
        {"[{\"n\":\"a\",\"text\":\"x\"}]", "a"},
        {NAME ("a", ""), "a"},
    };
    char json[1024];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        snprintf (json, sizeof json, "{\"name\":%s}", CASES[i][0]);
        s_expect (json, FHIR_NAME, CASES[i][1]);
    }
}

Test (choice, numbers_by_system_rank_and_use)
{
    static const char *const CASES[][2] = {
        {"[" PHONE ("a", USE ("work")) "," PHONE ("b", USE ("home")) "]", "b"},
        {"[" PHONE ("a", USE ("home")) "," PHONE ("b", USE ("work") ",\"rank\":1") "]", "b"},
        {"[" PHONE ("a", ",\"rank\":2") "," PHONE ("b", ",\"rank\":1") "]", "b"},
        {"[" PHONE ("a", USE ("old")) "," PHONE ("b", USE ("billing")) "]", "b"},
        {"[{\"n\":\"a\",\"system\":\"sms\",\"value\":\"1\"}," PHONE ("b", USE ("temp")) "]", "b"},
        {"[{\"n\":\"a\",\"system\":\"fax\",\"value\":\"1\"}]", ""},
        {"[{\"n\":\"a\",\"system\":\"phone\"}," PHONE ("b", "") "]", "b"},
    };
    char json[1024];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        snprintf (json, sizeof json, "{\"telecom\":%s}", CASES[i][0]);
        s_expect (json, FHIR_PHONE, CASES[i][1]);
        s_expect (json, FHIR_EMAIL, "");
    }
}
