//  range_test.c: of several reference ranges the one that is the patient's.
#include "worker/formats/fhir/age.h"
#include "worker/formats/fhir/range.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const struct age_limit NONE = {.number = {NULL, 0}};

static struct age_limit s_limit (const char *number, const char *unit)
{
    return (struct age_limit){text_of (number), text_of (unit)};
}

Test (age, both_limits_are_in_and_what_dates_leave_open_is_not_known)
{
    static const struct {
        const char *birth, *time, *low, *high, *unit;
        enum age_fit fit;
    } CASES[] = {
        {"1980-02-03", "1998-02-02", "18", NULL, "a", AGE_NOT},
        {"1980-02-03", "1998-02-03", "18", NULL, "a", AGE_FITS},
        {"1980-02-03", "1998-02-03", NULL, "18", "a", AGE_FITS},
        {"1980-02-03", "1998-02-04", NULL, "18", "a", AGE_LOOSELY},
        {"1980-02-03", "1999-02-02", NULL, "18", "a", AGE_LOOSELY},
        {"1980-02-03", "1999-02-03", NULL, "18", "a", AGE_NOT},
        {"1980-02-03", "1998-02-03T23:00:00Z", "18", NULL, "years", AGE_FITS},
        {"1980-02-03", "1998-02-03", "18.0", NULL, "Jahre", AGE_FITS},
        {"1980-02-03", "1998-02-03", "17.5", NULL, "a", AGE_UNKNOWN},
        {"1980-02-03", "1998-02-03", "18", NULL, "furlong", AGE_UNKNOWN},
        {"1980-02-03", "1998-02-03", "18", NULL, "", AGE_UNKNOWN},
        {"1980-02-03", "1998-02-03", "18", NULL, "y yr", AGE_UNKNOWN},
        {"1980-02-30", "1998-02-03", "18", NULL, "a", AGE_UNKNOWN},
        {"1980-2-3", "1998-02-03", "18", NULL, "a", AGE_UNKNOWN},
        {"", "1998-02-03", "18", NULL, "a", AGE_UNKNOWN},
        {"1980-02-03", "", "18", NULL, "a", AGE_UNKNOWN},
        {"1980-02-03", "1980-02-02", "0", "18", "a", AGE_UNKNOWN},    //  before the birth
        {"2024-02-28", "2024-03-01", "2", "2", "d", AGE_FITS},        //  a leap year
        {"2023-02-28", "2023-03-01", "1", "1", "d", AGE_FITS},
        {"2024-01-01", "2024-01-14", "1", "1", "wk", AGE_LOOSELY},
        {"2024-01-31", "2024-02-29", "1", NULL, "mo", AGE_NOT},
        {"2024-01-31", "2024-03-31", "2", "2", "mo", AGE_FITS},
        {"1960", "2024-06-01", "18", "65", "a", AGE_FITS},
        {"1959", "2024-06-01", "18", "64", "a", AGE_UNKNOWN},
        {"1959", "2024-06-01", "18", "63", "a", AGE_NOT},
        {"1980-02", "1998-02-10", "18", NULL, "a", AGE_UNKNOWN},
        {"1980-02", "1998-03", "18", NULL, "a", AGE_FITS},
        {"2000", "2020", "20", "20", "a", AGE_UNKNOWN},    //  19 to 20
        {"1980-02-03", "1998-02-03", NULL, NULL, "a", AGE_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct age_limit low = CASES[i].low ? s_limit (CASES[i].low, CASES[i].unit) : NONE;
        struct age_limit high = CASES[i].high ? s_limit (CASES[i].high, CASES[i].unit) : NONE;
        cr_expect_eq (age_fit (text_of (CASES[i].birth), text_of (CASES[i].time), &low, &high), CASES[i].fit,
                      "case %zu: %s at %s", i, CASES[i].birth, CASES[i].time);
    }
}

#define LOW(N) "\"low\":{\"value\":" #N "}"
#define SEX(CODE) "\"appliesTo\":[{\"coding\":[{\"code\":\"" CODE "\"}]}]"
#define OF(SYSTEM, CODE) "\"appliesTo\":[{\"coding\":[{\"system\":\"" SYSTEM "\",\"code\":\"" CODE "\"}]}]"
#define WORD(TEXT) "\"appliesTo\":[{\"text\":\"" TEXT "\"}]"
#define FROM(N) "\"age\":{\"low\":{\"value\":" #N ",\"code\":\"a\"}}"
#define TO(N) "\"age\":{\"high\":{\"value\":" #N ",\"code\":\"a\"}}"
#define TYPE(CODE) "\"type\":{\"coding\":[{\"code\":\"" CODE "\"}]}"
#define R(LOW, MORE) "{" LOW "," MORE "}"

//  The low limit of the one that is chosen, for a woman of 44 in 2024.
static void s_expect (const char *ranges, const struct person *person, const char *low)
{
    char json[2048];
    snprintf (json, sizeof json, "{\"referenceRange\":%s}", ranges);
    tree_t *tree = tree_new ();
    cr_assert_eq (tree_parse (tree, text_of (json)), RULE_NONE, "%s", json);
    uint32_t first = tree_first (tree, TREE_ROOT, TEXT ("referenceRange"));
    uint32_t found = fhir_range_choose (tree, first, person, TEXT ("2024-03-01"));
    uint32_t limit = tree_member (tree, found, TEXT ("low"));
    struct text got = tree_text (tree, limit, TEXT ("value"));
    cr_expect (text_equal (got, text_of (low)), "%s: %.*s", json, (int) got.n, got.n ? got.at : "");
    tree_destroy (&tree);
}

Test (range, is_used_where_it_fits_and_the_one_that_says_most_goes_first)
{
    static const struct person WOMAN = {"1980-02-03", 'f'};
    static const struct {
        const char *ranges, *low;
    } CASES[] = {
        {"[{" LOW (1) "}]", "1"},
        {"{" LOW (1) "}", "1"},
        {"[" R (LOW (1), SEX ("male")) "," R (LOW (2), SEX ("female")) "]", "2"},
        {"[" R (LOW (1), WORD ("Men")) "," R (LOW (2), WORD ("WOMEN")) "]", "2"},
        {"[" R (LOW (1), SEX ("248153007")) "," R (LOW (2), SEX ("248152002")) "]", "2"},
        {"[" R (LOW (2), OF ("http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender", "F")) "]", "2"},
        {"[" R (LOW (2), OF ("http://example.org/wards", "F")) "]", ""},
        {"[" R (LOW (1), SEX ("77386006")) "]", ""},
        {"[" R (LOW (1), SEX ("77386006")) ",{" LOW (2) "}]", "2"},
        {"[" R (LOW (1), SEX ("female")) ",{" LOW (2) "}]", "1"},
        {"[" R (LOW (1), SEX ("female")) "," R (LOW (2), SEX ("female") "," FROM (18)) "]", "2"},
        {"[" R (LOW (1), SEX ("female")) "," R (LOW (2), SEX ("female") "," FROM (50)) "]", "1"},
        {"[" R (LOW (1), SEX ("female")) "," R (LOW (2), SEX ("female")) "]", ""},
        {"[" R (LOW (1), SEX ("female")) "," R (LOW (1), SEX ("female")) "]", "1"},
        {"[" R (LOW (1), SEX ("female")) "," R (LOW (2), SEX ("female") "," TYPE ("normal")) "]", "2"},
        {"[" R (LOW (1), SEX ("female") "," TYPE ("critical")) "]", ""},
        {"[" R (LOW (1), TO (44)) "," R (LOW (2), FROM (45)) "]", "1"},
        {"[" R (LOW (1), TO (44)) "," R (LOW (2), FROM (44)) "]", "2"},
        {"[" R (LOW (1), "\"age\":{}") "]", ""},
        {"[" R (LOW (1), "\"appliesTo\":[]") "]", "1"},
        {"[" R (LOW (1), "\"appliesTo\":[{\"text\":\"female\"},{\"text\":\"smokers\"}]") "]", ""},
        {"[" R (LOW (1), "\"appliesTo\":[{\"text\":\"female\"},{\"text\":\"male\"}]") "]", ""},
        {"[7,null,[]]", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        s_expect (CASES[i].ranges, &WOMAN, CASES[i].low);
}

Test (range, of_somebody_unknown_is_one_for_all)
{
    static const struct person NOBODY = {"", 0};
    static const char SOME[] = "[" R (LOW (1), SEX ("male")) "," R (LOW (2), FROM (0)) "]";
    static const char ALL[] = "[" R (LOW (1), SEX ("male")) "," R (LOW (2), FROM (0)) ",{" LOW (3) "}]";
    s_expect (SOME, NULL, "");
    s_expect (SOME, &NOBODY, "");
    s_expect (ALL, NULL, "3");
    s_expect (ALL, &NOBODY, "3");
}
