//  unit_test.c: UCUM, the spellings of laboratories, conversions, and the unit table itself.
#include "worker/rules/identifiers/identifier.h"
#include "worker/rules/units/unit.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <yajl/yajl_tree.h>

//  The project's own table, as it is built in.
static char *s_json (size_t *n)
{
    FILE *file = fopen ("worker/schemas/units.json", "rb");
    cr_assert_not_null (file, "run the tests from the project's root");
    enum { FILE_BYTES = 1 << 20 };
    char *json = malloc (FILE_BYTES);
    *n = fread (json, 1, FILE_BYTES - 1, file);
    json[*n] = '\0';
    fclose (file);
    return json;
}

static unit_table_t *s_table (void)
{
    size_t n;
    char *json = s_json (&n);
    struct error error = {.text = ""};
    unit_table_t *table = unit_table_new (json, n, &error);
    free (json);
    cr_assert_not_null (table, "%s", error.text);
    return table;
}

Test (unit, ucum_codes_are_recognized)
{
    static const char *const GOOD[] = {
        "mg/dL",        "mmol/L",     "10*3/uL",  "10*-3",     "10^9/L",           "[iU]/L",      "m[iU]/L",
        "/min",         "{score}",    "mm[Hg]",   "kg/m2",     "[in_i]",           "[lb_av]",     "Cel",
        "[degF]",       "%",          "1",        "mg/(24.h)", "mL/min/{1.73_m2}", "m[H2O]",      "cm[H2O]",
        "[in_i'Hg]",    "m/s2",       "m.s-2",    "kg.m+2",    "/100{WBC}",        "mg/g{creat}", "dyn.s/cm5",
        "dar",          "Pa",         "mPa",      "[pH]",      "umol/min",         "ukat/L",      "((m))",
        "(m/s)/(kg.s)", "a",          "mo",       "''",        "{a}/{b}",          "dB[SPL]",     "daL",
        "10*",          "[arb'U]/mL", "B[10.nV]", "K/uL",      "mL/kg/h",          "eq",          "mosm/kg",
        "kcal/d",       "[ppm]",      "[HPF]",    "fL",        "ng/mL{FEU}"};
    static const char *const BAD[] = {"",
                                      "MG/DL",
                                      "mg/DL",
                                      "x10^9/L",
                                      "mg//dL",
                                      "mg/",
                                      ".mg",
                                      "mg.",
                                      "(mg",
                                      "mg)",
                                      "()",
                                      "m--2",
                                      "m2-",
                                      "mm Hg",
                                      "mmHg",
                                      "foo",
                                      "mg{",
                                      "mg}",
                                      "{",
                                      "{}",
                                      "m[Hg",
                                      "[foo]",
                                      "k[in_i]",
                                      "m%",
                                      "kmin",
                                      "m100",
                                      "0",
                                      "mg{a}{b}",
                                      "µg/L",
                                      "°C",
                                      "((((((((((((((((m))))))))))))))))",
                                      "m/{a b}",
                                      "bpm",
                                      "IU/L",
                                      "mEq/L",
                                      "-m",
                                      "10*x"};
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
        cr_expect (unit_is_ucum (text_of (GOOD[i])), "%s", GOOD[i]);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        cr_expect_not (unit_is_ucum (text_of (BAD[i])), "%s", BAD[i]);
}

Test (unit, what_laboratories_write_becomes_ucum)
{
    static const char *const ROWS[][2] = {{"MG/DL", "mg/dL"},
                                          {"mg/dl", "mg/dL"},
                                          {"Mg/dL", "mg/dL"},
                                          {"mg%", "mg/dL"},
                                          {"mg / dL", "mg/dL"},
                                          {"mEq/L", "meq/L"},
                                          {"mEq/l", "meq/L"},
                                          {"MEQ/L", "meq/L"},
                                          {"K/uL", "10*3/uL"},
                                          {"k/ul", "10*3/uL"},
                                          {"K/µL", "10*3/uL"},
                                          {"thou/uL", "10*3/uL"},
                                          {"10^3/uL", "10*3/uL"},
                                          {"10E3/uL", "10*3/uL"},
                                          {"x10E3/uL", "10*3/uL"},
                                          {"X10(3)/UL", "10*3/uL"},
                                          {"x10³/µL", "10*3/uL"},
                                          {"10 3/uL", "10*3/uL"},
                                          {"x10^9/L", "10*9/L"},
                                          {"10*9/l", "10*9/L"},
                                          {"×10⁹/L", "10*9/L"},
                                          {"10e12/L", "10*12/L"},
                                          {"M/uL", "10*6/uL"},
                                          {"mill/mm3", "10*6/uL"},
                                          {"cells/uL", "/uL"},
                                          {"g/dl", "g/dL"},
                                          {"GM/DL", "g/dL"},
                                          {"IU/L", "[iU]/L"},
                                          {"IU/mL", "[iU]/mL"},
                                          {"uIU/mL", "u[iU]/mL"},
                                          {"µIU/mL", "u[iU]/mL"},
                                          {"μIU/mL", "u[iU]/mL"},
                                          {"mIU/L", "m[iU]/L"},
                                          {"u/l", "U/L"},
                                          {"Units/L", "U/L"},
                                          {"umol/l", "umol/L"},
                                          {"µmol/L", "umol/L"},
                                          {"μmol/L", "umol/L"},
                                          {"mcmol/L", "umol/L"},
                                          {"mcg/dL", "ug/dL"},
                                          {"mm Hg", "mm[Hg]"},
                                          {"mmHg", "mm[Hg]"},
                                          {"MMHG", "mm[Hg]"},
                                          {"bpm", "/min"},
                                          {"beats/min", "/min"},
                                          {"breaths/min", "/min"},
                                          {"lbs", "[lb_av]"},
                                          {"LB", "[lb_av]"},
                                          {"in", "[in_i]"},
                                          {"inches", "[in_i]"},
                                          {"degF", "[degF]"},
                                          {"°F", "[degF]"},
                                          {"F", "[degF]"},
                                          {"°C", "Cel"},
                                          {"C", "Cel"},
                                          {"deg C", "Cel"},
                                          {"ng/ml", "ng/mL"},
                                          {"PG/ML", "pg/mL"},
                                          {"mL/min/1.73m2", "mL/min/{1.73_m2}"},
                                          {"mL/min/1.73 m²", "mL/min/{1.73_m2}"},
                                          {"sec", "s"},
                                          {"fl", "fL"},
                                          {"FL", "fL"},
                                          {"PG", "pg"},
                                          {"mOsm/kg", "mosm/kg"},
                                          {"ratio", "{ratio}"},
                                          {"score", "{score}"},
                                          {"kg/m²", "kg/m2"},
                                          {"pH", "[pH]"},
                                          {"INR", "{INR}"},
                                          {"/HPF", "/[HPF]"},
                                          {"mm/hr", "mm/h"},
                                          {"KG", "kg"},
                                          {"mM", "mmol/L"},
                                          {"MM", "mm"},
                                          {"G", "g"},
                                          {"mg/24 hr", "mg/(24.h)"},
                                          {"percent", "%"},
                                          {"florbs", NULL},
                                          {"mg per blue moon", NULL}};
    unit_table_t *table = s_table ();
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct text out, in = text_of (ROWS[i][0]), want = ROWS[i][1] ? text_of (ROWS[i][1]) : in;
        enum rule rule = unit_standardize (table, in, &out, NULL);
        cr_expect_eq (rule, ROWS[i][1] ? RULE_UNIT_SPELLING : RULE_UNIT_INVALID, "%s: %s", ROWS[i][0],
                      RULE[rule].name);
        cr_expect (text_equal (out, want), "%s became %.*s", ROWS[i][0], (int) out.n, out.at);
    }
    unit_table_destroy (&table);
    cr_assert_null (table);
    unit_table_destroy (&table);
}

Test (unit, ucum_stays_as_it_is)
{
    static const char *const CODES[] = {"mg/dL",       "mmol/L",
                                        "10*3/uL",     "[iU]/L",
                                        "%",           "mm[Hg]",
                                        "{score}",     "/min",
                                        "kg/m2",       "{#}",
                                        "Cel",         "kU/L",
                                        "ng/mL",       "a",
                                        "/a",          "mm",
                                        "fL",          "mL/min",
                                        "ug/kg/h",     "zmol/aL",
                                        "mg/g{creat}", "{somebody's_scale}",
                                        "mmol/mol"};
    unit_table_t *table = s_table ();
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
        struct text out;
        cr_expect_eq (unit_standardize (table, text_of (CODES[i]), &out, NULL), RULE_NONE, "%s", CODES[i]);
        cr_expect (text_equal (out, text_of (CODES[i])));
    }
    unit_table_destroy (&table);
}

Test (unit, a_value_is_converted_to_the_canonical_unit_of_its_test)
{
    //  From handbooks: SI conversion factors of the AMA Manual of Style and plain arithmetic.
    static const struct {
        const char *loinc, *unit;
        double value, canonical, tolerance;
    } ROWS[] = {{"2345-7", "mmol/L", 5.5, 99.0858, 1e-9}, {"2345-7", "mg/dL", 99, 99, 0},
                {"2345-7", "g/L", 1, 100, 1e-9},          {"2160-0", "umol/L", 88.4, 1, 1e-3},
                {"718-7", "g/L", 140, 14, 1e-12},         {"718-7", "mmol/L", 10, 16.11, 0.01},
                {"2951-2", "meq/L", 140, 140, 0},         {"2823-3", "meq/L", 4.1, 4.1, 0},
                {"17861-6", "mmol/L", 2.5, 10.02, 0.01},  {"17861-6", "meq/L", 5, 10.02, 0.01},
                {"2093-3", "mmol/L", 5.17, 199.9, 0.1},   {"2571-8", "mmol/L", 1.129, 100, 0.1},
                {"1975-2", "umol/L", 17.1, 1, 1e-3},      {"3094-0", "mmol/L", 7.14, 20, 0.01},
                {"4548-4", "mmol/mol", 53, 7.0, 0.01},    {"59261-8", "%", 7, 53.01, 1e-9},
                {"6690-2", "10*9/L", 7.2, 7.2, 0},        {"6690-2", "/uL", 7200, 7.2, 1e-12},
                {"789-8", "10*12/L", 4.8, 4.8, 0},        {"4544-3", "L/L", 0.45, 45, 1e-12},
                {"1742-6", "[iU]/L", 40, 40, 0},          {"1742-6", "ukat/L", 1, 60, 1e-9},
                {"3016-3", "u[iU]/mL", 2.5, 2.5, 0},      {"8302-2", "m", 1.75, 175, 1e-12},
                {"8302-2", "[in_i]", 70, 177.8, 1e-9},    {"29463-7", "[lb_av]", 150, 68.0388555, 1e-9},
                {"29463-7", "g", 3500, 3.5, 1e-12},       {"8310-5", "[degF]", 98.6, 37, 1e-9},
                {"8310-5", "K", 310.15, 37, 1e-9},        {"8480-6", "kPa", 16, 120.01, 0.01},
                {"3084-1", "umol/L", 357, 6, 0.01},       {"2498-4", "umol/L", 17.9, 100, 0.1},
                {"62292-8", "nmol/L", 75, 30, 0.1},       {"2132-9", "pmol/L", 221, 300, 0.5},
                {"2284-8", "nmol/L", 22.7, 10, 0.05},     {"2777-1", "mmol/L", 1, 3.097, 0.001},
                {"19123-9", "mmol/L", 1, 2.4305, 1e-9},   {"33914-3", "mL/min", 60, 60, 0},
                {"1988-5", "mg/dL", 1, 10, 1e-12},        {"8867-4", "/s", 1.5, 90, 1e-9},
                {"2692-2", "mmol/kg", 290, 290, 0},       {"2345-7", "kmol/m3", 0.0055, 99.0858, 1e-9},
                {"2345-7", "mg/dL{fasting}", 99, 99, 0},  {"6301-6", "1", 2.5, 2.5, 0}};
    unit_table_t *table = s_table ();
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const struct unit_test *test = unit_test_find (table, text_of (ROWS[i].loinc));
        cr_assert_not_null (test, "%s", ROWS[i].loinc);
        double factor = NAN, offset = NAN;
        cr_expect (unit_conversion (table, test, text_of (ROWS[i].unit), &factor, &offset), "%s from %s",
                   ROWS[i].loinc, ROWS[i].unit);
        double got = ROWS[i].value * factor + offset;
        cr_expect (fabs (got - ROWS[i].canonical) <= ROWS[i].tolerance, "%s: %g %s is %.9g", ROWS[i].loinc,
                   ROWS[i].value, ROWS[i].unit, got);
    }
    unit_table_destroy (&table);
}

Test (unit, what_measures_something_else_is_not_converted)
{
    static const char *const ROWS[][2] = {
        {"2345-7", "kg"},       {"2345-7", "U/L"},    {"1751-7", "umol/L"},  {"6301-6", "%"},
        {"4548-4", "umol/mol"}, {"2571-8", "meq/L"},  {"8310-5", "Cel/min"}, {"2744-1", "nmol/L"},
        {"2951-2", "mosm/kg"},  {"1742-6", "florbs"}, {"2345-7", ""},        {"8480-6", "{score}"},
        {"3016-3", "[arb'U]/L"}};
    unit_table_t *table = s_table ();
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const struct unit_test *test = unit_test_find (table, text_of (ROWS[i][0]));
        double factor = -1, offset = -1;
        cr_expect_not (unit_conversion (table, test, text_of (ROWS[i][1]), &factor, &offset), "%s from %s",
                       ROWS[i][0], ROWS[i][1]);
        cr_expect (factor == -1 && offset == -1);
    }
    cr_assert_null (unit_test_find (table, TEXT ("2345-8")));
    cr_assert_null (unit_test_find (table, TEXT ("")));
    unit_table_destroy (&table);
}

static yajl_val s_list (yajl_val tree, const char *name)
{
    const char *path[] = {name, NULL};
    yajl_val list = yajl_tree_get (tree, path, yajl_t_array);
    cr_assert_not_null (list);
    return list;
}

static struct text s_string (yajl_val object, const char *name)
{
    const char *path[] = {name, NULL};
    return text_of (YAJL_GET_STRING (yajl_tree_get (object, path, yajl_t_string)));
}

Test (unit, every_code_of_the_table_is_ucum_and_every_spelling_leads_to_its_code)
{
    unit_table_t *table = s_table ();
    size_t n;
    char *json = s_json (&n);
    yajl_val tree = yajl_tree_parse (json, NULL, 0), units = s_list (tree, "units");
    cr_assert_geq (units->u.array.len, 150);
    for (size_t i = 0; i < units->u.array.len; i++) {
        yajl_val unit = units->u.array.values[i];
        struct text code = s_string (unit, "code"), out;
        cr_expect (unit_is_ucum (code), "%s", code.at);
        cr_expect_eq (unit_standardize (table, code, &out, NULL), RULE_NONE, "%s", code.at);
        const char *path[] = {"spellings", NULL};
        yajl_val spellings = yajl_tree_get (unit, path, yajl_t_array);
        for (size_t j = 0; spellings && j < spellings->u.array.len; j++) {
            struct text spelling = text_of (YAJL_GET_STRING (spellings->u.array.values[j]));
            enum rule rule = unit_standardize (table, spelling, &out, NULL);
            cr_expect (rule == RULE_UNIT_SPELLING || rule == RULE_UNIT_AMBIGUOUS, "%s", spelling.at);
            cr_expect (text_equal (out, code), "%s became %.*s", spelling.at, (int) out.n, out.at);
        }
    }
    yajl_tree_free (tree);
    free (json);
    unit_table_destroy (&table);
}

Test (unit, every_test_of_the_table_is_loinc_with_a_ucum_unit_and_a_range)
{
    unit_table_t *table = s_table ();
    size_t n;
    char *json = s_json (&n);
    yajl_val tree = yajl_tree_parse (json, NULL, 0), tests = s_list (tree, "tests");
    cr_assert_geq (tests->u.array.len, 80);
    for (size_t i = 0; i < tests->u.array.len; i++) {
        yajl_val entry = tests->u.array.values[i];
        struct text loinc = s_string (entry, "loinc"), out;
        cr_expect (loinc_is_valid (loinc), "%s", loinc.at);
        const struct unit_test *test = unit_test_find (table, loinc);
        cr_assert_not_null (test, "%s", loinc.at);
        cr_expect (text_equal (test->loinc, loinc));
        cr_expect_eq (unit_standardize (table, test->canonical, &out, NULL), RULE_NONE,
                      "%s: its unit is not in the table", loinc.at);
        double factor = 0, offset = 1;
        cr_expect (unit_conversion (table, test, test->canonical, &factor, &offset) && factor == 1 &&
                       offset == 0,
                   "%s", loinc.at);
        cr_expect_lt (test->low, test->high, "%s", loinc.at);
        cr_expect_gt (s_string (entry, "name").n, 0, "%s", loinc.at);
        cr_expect_gt (s_string (entry, "source").n, 0, "%s", loinc.at);
    }
    yajl_tree_free (tree);
    free (json);
    unit_table_destroy (&table);
}

Test (unit, a_wrong_table_is_refused_with_a_sentence)
{
    static const char *const ROWS[][2] = {
        {"", "not JSON"},
        {"[1]", "units"},
        {"{\"units\":[]}", "units"},
        {"{\"units\":[1]}", "units"},
        {"{\"units\":[{}]}", "units[0].code"},
        {"{\"units\":[{\"code\":\"mgg\"}]}", "units[0].code"},
        {"{\"units\":[{\"code\":\"mg\"}]}", "tests"},
        {"{\"units\":[{\"code\":\"mg\",\"spellings\":[1]}]}", "spellings[0]"},
        {"{\"units\":[{\"code\":\"mg\",\"spellings\":[\"x\"]},{\"code\":\"kg\",\"spellings\":[\"x\"]}]}",
         "share"},
        {"{\"units\":[{\"code\":\"mg\",\"spellings\":[\"a b\"]},{\"code\":\"kg\",\"spellings\":[\"AB\"]}]}",
         "share"},
        {"{\"units\":[{\"code\":\"mg\"}],\"tests\":[{\"loinc\":\"2345-8\",\"unit\":\"mg\"}]}",
         "tests[0].loinc"},
        {"{\"units\":[{\"code\":\"mg\"}],\"tests\":[{\"loinc\":\"2345-7\"}]}", "2345-7"},
        {"{\"units\":[{\"code\":\"mg\"}],\"tests\":[{\"loinc\":\"2345-7\",\"unit\":\"mg\"},{\"loinc\":\"2345-"
         "7\",\"unit\":"
         "\"mg\"}]}",
         "twice"},
        {"{\"units\":[{\"code\":\"mg\"}],\"tests\":[{\"loinc\":\"2345-7\",\"unit\":\"mg\",\"conversions\":[{}"
         "]}]}",
         "conversions[0]"}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct error error = {.code = DMH_OK, .text = ""};
        cr_expect_null (unit_table_new (ROWS[i][0], strlen (ROWS[i][0]), &error), "%s", ROWS[i][0]);
        cr_expect_eq (error.code, DMH_BAD_INPUT);
        cr_expect_not_null (strstr (error.text, ROWS[i][1]), "%s gave: %s", ROWS[i][0], error.text);
    }
    static const char SMALL[] =
        "{\"units\":[{\"code\":\"mg\"}],\"tests\":[{\"loinc\":\"2345-7\",\"unit\":\"mg\"}]}";
    unit_table_t *table = unit_table_new (SMALL, sizeof SMALL - 1, NULL);
    cr_assert_not_null (table);
    cr_assert (isnan (unit_test_find (table, TEXT ("2345-7"))->low));
    unit_table_destroy (&table);
}
