//  several_test.c: several codes in one value. The expected codes are those of OMB's categories (US Core):
//  one where all parts are one, 2131-1 where they differ.
#include "worker/rules/codes/several.h"

#include <criterion/criterion.h>

static const char *const RACES[][2] = {{"white", "2106-3"},
                                       {"european", "2106-3"},
                                       {"asian", "2028-9"},
                                       {"asian - chinese", "2028-9"},
                                       {"asian - korean", "2028-9"},
                                       {"black", "2054-5"},
                                       {"black/african american", "2054-5"},
                                       {"black or african american", "2054-5"},
                                       {"black, african american", "2054-5"},
                                       {"american indian or alaska native", "1002-5"},
                                       {"other", "2131-1"},
                                       {"unknown", "UNK"},
                                       {"declined", "ASKU"},
                                       {"w", "2106-3"},
                                       {"b", "2054-5"}};
static const char *const ETHNICITIES[][2] = {{"hispanic", "2135-2"},
                                             {"hispanic/latino - puerto rican", "2135-2"},
                                             {"not hispanic", "2186-5"},
                                             {"unknown", "UNK"},
                                             {"h", "2135-2"}};

static value_map_t *s_map (const char *const (*rows)[2], size_t count)
{
    value_map_t *map = value_map_new ();
    cr_assert_not_null (map);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq (value_map_add (map, text_of (rows[i][0]), text_of (rows[i][1])), 0);
    return map;
}

struct row {
    const char *in, *code, *other;    //  NULL: none
    enum rule rule;
};

static void s_check (const struct several *several, const struct row *rows, size_t count)
{
    value_map_t *races = s_map (RACES, sizeof RACES / sizeof *RACES);
    value_map_t *ethnicities = s_map (ETHNICITIES, sizeof ETHNICITIES / sizeof *ETHNICITIES);
    for (size_t i = 0; i < count; i++) {
        struct text code = {NULL, 0};
        int other;
        enum rule rule = several_find (several, races, ethnicities, text_of (rows[i].in), &code, &other);
        cr_expect_eq (rule, rows[i].rule, "%s: rule %d", rows[i].in, rule);
        cr_expect (text_equal (code, text_of (rows[i].code)), "%s: %.*s", rows[i].in, (int) code.n, code.at);
        struct text of =
            other == VALUE_MAP_NONE ? (struct text){NULL, 0} : value_map_code (ethnicities, other);
        cr_expect (text_equal (of, text_of (rows[i].other)), "%s: other %.*s", rows[i].in, (int) of.n, of.at);
    }
    value_map_destroy (&races);
    value_map_destroy (&ethnicities);
}

static char s_mixed[] = "2131-1", s_unknown[] = "UNK", s_declined[] = "ASKU";

#define S RULE_CODE_SEVERAL
#define M RULE_CODE_MAPPED
#define U RULE_CODE_UNMAPPED

Test (several, one_code_where_all_are_one_and_else_the_code_of_several)
{
    static const struct row ROWS[] = {
        {"White; Asian", "2131-1", NULL, S},
        {"White;Asian", "2131-1", NULL, S},
        {"White|White", "2106-3", NULL, M},
        {"White | european", "2106-3", NULL, M},
        {"2106-3, 2028-9", "2131-1", NULL, S},
        {"2106-3,2106-3", "2106-3", NULL, M},
        {"[\"White\",\"Asian\"]", "2131-1", NULL, S},
        {"[\"White\", \"White\"]", "2106-3", NULL, M},
        {"['White', 'Asian']", "2131-1", NULL, S},
        {"[\"White\"]", "2106-3", NULL, M},
        {"{White,Asian}", "2131-1", NULL, S},
        {"white/asian", "2131-1", NULL, S},
        {"White & Asian", "2131-1", NULL, S},
        {"White + Asian", "2131-1", NULL, S},
        {"White and Asian", "2131-1", NULL, S},
        {"White AND white", "2106-3", NULL, M},
        {"White~Black", "2131-1", NULL, S},
        {"White^Black", "2131-1", NULL, S},
        {"White\nBlack", "2131-1", NULL, S},
        {"White\\Black", "2131-1", NULL, S},
        {"W/B", "2131-1", NULL, S},
        {"White;;White;", "2106-3", NULL, M},
        {", White", "2106-3", NULL, M},
        {"Asian - Chinese; Asian - Korean", "2028-9", NULL, M},
        {"white, other", "2131-1", NULL, S},
        {"white, black, asian, white", "2131-1", NULL, S},
    };
    const struct several several = {true, s_mixed, {s_unknown, s_declined}, 2, NULL};
    s_check (&several, ROWS, sizeof ROWS / sizeof *ROWS);
}

Test (several, a_category_whose_name_holds_a_separator_is_one)
{
    static const struct row ROWS[] = {
        {"BLACK/AFRICAN AMERICAN; BLACK", "2054-5", NULL, M},
        {"BLACK/AFRICAN AMERICAN/WHITE", "2131-1", NULL, S},
        {"Black, African American, White", "2131-1", NULL, S},
        {"Black, African American, Black", "2054-5", NULL, M},
        {"Black or African American, White", "2131-1", NULL, S},
        {"American Indian or Alaska Native|American Indian or Alaska Native", "1002-5", NULL, M},
        {"White; HISPANIC/LATINO - PUERTO RICAN", "2106-3", "2135-2", M},
    };
    const struct several several = {true, s_mixed, {s_unknown, s_declined}, 2, NULL};
    s_check (&several, ROWS, sizeof ROWS / sizeof *ROWS);
}

Test (several, what_says_nothing_or_speaks_of_the_other_field_is_no_second_code)
{
    static const struct row ROWS[] = {
        {"White; unknown", "2106-3", NULL, M},
        {"declined; White", "2106-3", NULL, M},
        {"declined; unknown", "UNK", NULL, M},
        {"unknown; unknown", "UNK", NULL, M},
        {"Hispanic; White", "2106-3", "2135-2", M},
        {"Hispanic; White; Asian", "2131-1", "2135-2", S},
        {"Not Hispanic, Hispanic, White", "2106-3", NULL, M},
        {"Hispanic; HISPANIC/LATINO - PUERTO RICAN", NULL, "2135-2", U},
        {"White; H", NULL, NULL, U},
    };
    const struct several several = {true, s_mixed, {s_unknown, s_declined}, 2, NULL};
    s_check (&several, ROWS, sizeof ROWS / sizeof *ROWS);
}

Test (several, a_part_that_is_no_spelling_makes_the_whole_none)
{
    static const struct row ROWS[] = {
        {"White; Klingon", NULL, NULL, U},
        {"Klingon", NULL, NULL, U},
        {"White or Asian", NULL, NULL, U},
        {";", NULL, NULL, U},
        {"[]", NULL, NULL, U},
        {"[\"\"]", NULL, NULL, U},
        {"WhiteandAsian", NULL, NULL, U},
        {"White - Asian", NULL, NULL, U},
        {"5/7", NULL, NULL, U},
    };
    const struct several several = {true, s_mixed, {s_unknown, s_declined}, 2, NULL};
    s_check (&several, ROWS, sizeof ROWS / sizeof *ROWS);
}

Test (several, without_a_code_of_several_those_that_differ_are_none)
{
    static const struct row ROWS[] = {{"White; Asian", NULL, NULL, U},
                                      {"White; White", "2106-3", NULL, M},
                                      {"White; unknown", "2106-3", NULL, M}};
    const struct several several = {true, NULL, {s_unknown, s_declined}, 2, NULL};
    s_check (&several, ROWS, sizeof ROWS / sizeof *ROWS);
    const struct row never = {"White; White", NULL, NULL, U};
    s_check (&(struct several){.may = false}, &never, 1);
}

Test (several, a_category_that_looks_like_two_is_none_of_them)
{
    static const struct row ROWS[] = {{"White/Asian", NULL, NULL, U}, {"White; Asian", "2131-1", NULL, S}};
    struct several several = {.may = true, .mixed = s_mixed, .whole = missing_new ()};
    cr_assert (several.whole && missing_add (several.whole, "white/asian") == 0);
    s_check (&several, ROWS, sizeof ROWS / sizeof *ROWS);
    missing_destroy (&several.whole);
}

//  More parts, or bytes, than a value of codes has.
Test (several, a_long_text_is_none)
{
    char text[2000];
    for (size_t at = 0; at + 2 < sizeof text; at += 2)
        memcpy (text + at, "w;", 2);
    const struct several several = {true, s_mixed, {NULL}, 0, NULL};
    value_map_t *races = s_map (RACES, sizeof RACES / sizeof *RACES);
    struct text out;
    int other;
    cr_expect_eq (several_find (&several, races, NULL, (struct text){text, 1990}, &out, &other), U);
    cr_expect_eq (several_find (&several, races, NULL, (struct text){text, 200}, &out, &other), U);
    cr_expect_eq (several_find (&several, races, NULL, (struct text){text, 20}, &out, &other), M);
    value_map_destroy (&races);
}
