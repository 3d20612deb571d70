//  value_map_test.c: value maps and the index under them.
#include "worker/rules/codes/value_map.h"
#include "worker/text/index.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static enum rule s_find (const value_map_t *map, const char *value, char *out, size_t size)
{
    struct text code = {NULL, 0};
    enum rule rule = value_map_find (map, text_of (value), &code);
    snprintf (out, size, "%.*s", (int) code.n, code.n ? code.at : "");
    return rule;
}

static void s_expect (const value_map_t *map, const char *value, enum rule rule, const char *code)
{
    char out[64];
    cr_expect_eq (s_find (map, value, out, sizeof out), rule, "%s", value);
    cr_expect_str_eq (out, code);
}

static value_map_t *s_gender (void)
{
    static const char *const ROWS[][2] = {
        {"M", "male"}, {"man", "male"}, {"F", "female"}, {"not known", "unknown"}};
    value_map_t *map = value_map_new ();
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        cr_assert_eq (value_map_add (map, text_of (ROWS[i][0]), text_of (ROWS[i][1])), 0);
    return map;
}

Test (code, a_spelling_is_found_without_regard_to_case_spaces_and_punctuation)
{
    value_map_t *map = s_gender ();
    s_expect (map, "M", RULE_CODE_MAPPED, "male");
    s_expect (map, "m", RULE_CODE_MAPPED, "male");
    s_expect (map, "MAN", RULE_CODE_MAPPED, "male");
    s_expect (map, "Not-Known", RULE_CODE_MAPPED, "unknown");
    s_expect (map, "_not known.", RULE_CODE_MAPPED, "unknown");
    s_expect (map, "x", RULE_CODE_UNMAPPED, "");
    s_expect (map, "manx", RULE_CODE_UNMAPPED, "");
    s_expect (map, "", RULE_CODE_UNMAPPED, "");
    value_map_destroy (&map);
    cr_assert_null (map);
    value_map_destroy (&map);
}

//  In either case, composed or not, and at either end, where the filter looks first.
Test (code, letters_beyond_ASCII_are_compared_without_case)
{
    static const char *const ROWS[][2] = {
        {"féminin", "female"}, {"Élevé", "high"}, {"мужской", "male"}, {"große", "big"}, {"Weiß", "white"}};
    static const char *const VALUES[][2] = {
        {"FÉMININ", "female"}, {"ÉLEVÉ", "high"}, {"élevé", "high"},  {"E\u0301leve\u0301", "high"},
        {"МУЖСКОЙ", "male"},   {"GROSSE", "big"}, {"WEISS", "white"}, {"weiß", "white"}};
    value_map_t *map = value_map_new ();
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        cr_assert_eq (value_map_add (map, text_of (ROWS[i][0]), text_of (ROWS[i][1])), 0);
    for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++)
        s_expect (map, VALUES[i][0], RULE_CODE_MAPPED, VALUES[i][1]);
    s_expect (map, "eleve", RULE_CODE_UNMAPPED, "");
    value_map_destroy (&map);
}

Test (code, the_code_itself_is_known_without_being_listed)
{
    value_map_t *map = s_gender ();
    s_expect (map, "male", RULE_NONE, "male");
    s_expect (map, "Male", RULE_CODE_MAPPED, "male");
    s_expect (map, "FEMALE", RULE_CODE_MAPPED, "female");
    value_map_destroy (&map);
}

Test (code, the_first_code_of_a_spelling_stays)
{
    value_map_t *map = value_map_new ();
    value_map_add (map, TEXT ("U"), TEXT ("unknown"));
    value_map_add (map, TEXT ("u"), TEXT ("undifferentiated"));
    s_expect (map, "U", RULE_CODE_MAPPED, "unknown");
    s_expect (map, "u", RULE_CODE_MAPPED, "unknown");
    value_map_destroy (&map);
}

Test (code, a_listed_spelling_wins_over_a_code_that_looks_the_same)
{
    //  A mapping that swaps two codes: 1 means 2 and 2 means 1.
    value_map_t *map = value_map_new ();
    value_map_add (map, TEXT ("1"), TEXT ("2"));
    value_map_add (map, TEXT ("2"), TEXT ("1"));
    s_expect (map, "1", RULE_CODE_MAPPED, "2");
    s_expect (map, "2", RULE_CODE_MAPPED, "1");
    value_map_destroy (&map);
}

Test (code, punctuation_alone_is_compared_as_it_stands)
{
    value_map_t *map = value_map_new ();
    value_map_add (map, TEXT ("-"), TEXT ("none"));
    s_expect (map, "-", RULE_CODE_MAPPED, "none");
    s_expect (map, ".", RULE_CODE_UNMAPPED, "");
    s_expect (map, "--", RULE_CODE_UNMAPPED, "");
    value_map_destroy (&map);
}

Test (code, a_spelling_can_be_of_any_length)
{
    char *longer = malloc (5000);
    memset (longer, 'a', 5000);
    struct text out, value = {longer, 5000};
    value_map_t *map = value_map_new ();
    value_map_add (map, TEXT ("aa"), TEXT ("b"));
    cr_assert_eq (value_map_find (map, value, &out), RULE_CODE_UNMAPPED);
    value_map_add (map, value, TEXT ("c"));
    cr_assert_eq (value_map_find (map, value, &out), RULE_CODE_MAPPED);
    cr_assert (text_equal (out, TEXT ("c")));
    value_map_destroy (&map);
    free (longer);
}

Test (code, an_index_holds_many_keys_and_tells_them_apart)
{
    enum { COUNT = 5000 };
    static char keys[COUNT][8];
    text_index_t *index = text_index_new ();
    cr_assert_eq (text_index_find (index, TEXT ("k1")), TEXT_INDEX_NONE);
    for (int i = 0; i < COUNT; i++) {
        snprintf (keys[i], sizeof keys[i], "k%d", i);
        cr_assert_eq (text_index_put (index, text_of (keys[i]), i), 0);
    }
    for (int i = 0; i < COUNT; i++)
        cr_assert_eq (text_index_find (index, text_of (keys[i])), i);
    cr_assert_eq (text_index_find (index, TEXT ("k5000")), TEXT_INDEX_NONE);
    cr_assert_eq (text_index_find (index, (struct text){NULL, 0}), TEXT_INDEX_NONE);
    cr_assert_eq (text_index_put (index, TEXT ("k7"), 9), 0);
    cr_assert_eq (text_index_find (index, TEXT ("k7")), 9);
    text_index_destroy (&index);
    text_index_destroy (&index);
}
