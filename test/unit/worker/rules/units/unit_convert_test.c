//  unit_convert_test.c: the tests of the unit table against factors that handbooks print, and each test's
//  unit against the property that its LOINC name states.
#include "worker/rules/units/ucum.h"
#include "worker/rules/units/unit.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <yajl/yajl_tree.h>

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

//  `value` of `unit` is `canonical` of the test's canonical unit.
struct row {
    const char *what, *loinc, *unit;
    double value, canonical;
};

static void s_check (const struct row *rows, size_t count, double tolerance)
{
    unit_table_t *table = s_table ();
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        const struct unit_test *test = unit_test_find (table, text_of (row->loinc));
        cr_assert_not_null (test, "%s %s", row->what, row->loinc);
        double factor = NAN, offset = NAN;
        cr_expect (unit_conversion (table, test, text_of (row->unit), &factor, &offset), "%s from %s",
                   row->what, row->unit);
        double got = row->value * factor + offset;
        cr_expect (fabs (got - row->canonical) <= fabs (row->canonical) * tolerance,
                   "%s: %g %s is %.9g, not %g", row->what, row->value, row->unit, got, row->canonical);
    }
    unit_table_destroy (&table);
}

//  Factors as the AMA Manual of Style (SI conversion), and where it has none other handbooks, print them:
//  conventional unit * factor = SI unit. They round to three digits, so they bind to 0.6 per cent.
Test (unit_conversion, agrees_with_the_factors_of_handbooks)
{
    static const struct row ROWS[] = {{"acetaminophen", "3298-7", "umol/L", 6.62, 1},
                                      {"acetaminophen", "14581-3", "ug/mL", 1, 6.62},
                                      {"ammonia", "16362-6", "ug/dL", 1, 0.587},
                                      {"BNP", "30934-4", "pmol/L", 0.289, 1},
                                      {"NT-proBNP", "33762-6", "pmol/L", 0.118, 1},
                                      {"bilirubin, total", "1975-2", "umol/L", 17.104, 1},
                                      {"bilirubin, total", "14631-6", "mg/dL", 1, 17.104},
                                      {"bilirubin, direct", "1968-7", "umol/L", 17.104, 1},
                                      {"calcium", "17861-6", "mmol/L", 0.25, 1},
                                      {"calcium", "17861-6", "meq/L", 0.5, 1},
                                      {"calcium", "2000-8", "mg/dL", 4.008, 1},
                                      {"calcium, ionized", "1995-0", "mg/dL", 1, 0.25},
                                      {"calcium, ionized", "1995-0", "meq/L", 2, 1},
                                      {"carbamazepine", "3432-2", "umol/L", 4.233, 1},
                                      {"cholesterol", "2093-3", "mmol/L", 1, 38.67},
                                      {"cholesterol", "14647-2", "mg/dL", 1, 0.0259},
                                      {"HDL cholesterol", "2085-9", "mmol/L", 1, 38.67},
                                      {"LDL cholesterol", "13457-7", "mmol/L", 1, 38.67},
                                      {"copper", "5631-7", "umol/L", 0.157, 1},
                                      {"cortisol", "2143-6", "nmol/L", 27.59, 1},
                                      {"cortisol", "14675-3", "ug/dL", 1, 27.59},
                                      {"C peptide", "1986-9", "nmol/L", 0.331, 1},
                                      {"creatinine", "2160-0", "umol/L", 88.42, 1},
                                      {"creatinine", "14682-9", "mg/dL", 1, 88.42},
                                      {"creatinine in urine", "14683-7", "mg/dL", 100, 8.842},
                                      {"DHEA sulfate", "2191-5", "umol/L", 0.0271, 1},
                                      {"digoxin", "10535-3", "nmol/L", 1.281, 1},
                                      {"estradiol", "2243-4", "pmol/L", 3.671, 1},
                                      {"ethanol", "5643-2", "mmol/L", 0.2171, 1},
                                      {"folate", "2284-8", "nmol/L", 2.266, 1},
                                      {"glucose", "2345-7", "mmol/L", 1, 18.016},
                                      {"glucose", "14749-6", "mg/dL", 1, 0.0555},
                                      {"homocysteine", "13965-9", "mg/L", 1, 7.397},
                                      {"17-hydroxyprogesterone", "1668-3", "nmol/L", 0.0303, 1},
                                      {"hemoglobin", "718-7", "mmol/L", 0.6206, 1},
                                      {"hemoglobin", "59260-0", "g/dL", 1, 0.6206},
                                      {"MCHC", "786-4", "mmol/L", 0.6206, 1},
                                      {"MCH", "785-6", "fmol", 0.06206, 1},
                                      {"iron", "2498-4", "umol/L", 0.179, 1},
                                      {"iron binding capacity", "2500-7", "umol/L", 0.179, 1},
                                      {"lactate", "2524-7", "mg/dL", 1, 0.111},
                                      {"lead", "5671-3", "umol/L", 0.0483, 1},
                                      {"lithium", "14334-7", "meq/L", 1, 1},
                                      {"magnesium", "19123-9", "mmol/L", 0.4114, 1},
                                      {"magnesium", "19123-9", "meq/L", 0.8229, 1},
                                      {"magnesium", "2601-3", "meq/L", 2, 1},
                                      {"parathyrin", "2731-8", "pmol/L", 0.1061, 1},
                                      {"phenytoin", "3968-5", "umol/L", 3.964, 1},
                                      {"phosphate", "2777-1", "mmol/L", 0.323, 1},
                                      {"phosphate", "14879-1", "mg/dL", 3.097, 1},
                                      {"progesterone", "2839-9", "nmol/L", 3.18, 1},
                                      {"salicylate", "4024-6", "mmol/L", 0.0724, 1},
                                      {"tacrolimus", "11253-2", "nmol/L", 1.244, 1},
                                      {"testosterone", "2986-8", "nmol/L", 1, 28.84},
                                      {"testosterone", "14913-8", "ng/mL", 1, 3.467},
                                      {"testosterone", "14913-8", "ng/dL", 100, 3.467},
                                      {"theophylline", "4049-3", "umol/L", 5.55, 1},
                                      {"thyroxine", "3026-2", "nmol/L", 12.87, 1},
                                      {"thyroxine, free", "3024-7", "pmol/L", 12.87, 1},
                                      {"thyroxine, free", "14920-3", "ng/dL", 1, 12.87},
                                      {"triiodothyronine", "3053-6", "nmol/L", 0.01536, 1},
                                      {"triiodothyronine, free", "3051-0", "pmol/L", 1.536, 1},
                                      {"triglyceride", "2571-8", "mmol/L", 1, 88.57},
                                      {"triglyceride", "14927-8", "mg/dL", 1, 0.01129},
                                      {"urea nitrogen", "3094-0", "mmol/L", 0.357, 1},
                                      {"urea", "3091-6", "mmol/L", 1, 6.006},
                                      {"urea", "22664-7", "mg/dL", 1, 0.1665},
                                      {"urate", "3084-1", "umol/L", 59.48, 1},
                                      {"urate", "14933-6", "mg/dL", 1, 59.48},
                                      {"valproate", "4086-5", "umol/L", 6.934, 1},
                                      {"vancomycin", "20578-1", "umol/L", 0.690, 1},
                                      {"vitamin B12", "2132-9", "pmol/L", 0.738, 1},
                                      {"25-hydroxyvitamin D", "62292-8", "nmol/L", 2.496, 1},
                                      {"zinc", "5763-8", "umol/L", 0.153, 1},
                                      {"albumin/creatinine", "9318-7", "mg/mmol{creat}", 1, 8.84},
                                      {"alanine aminotransferase", "1742-6", "ukat/L", 0.0167, 1},
                                      {"carbon dioxide", "2019-8", "kPa", 0.133, 1},
                                      {"hemoglobin A1c", "4548-4", "mmol/mol", 48, 6.543}};
    cr_assert_geq (sizeof ROWS / sizeof *ROWS, 60);
    s_check (ROWS, sizeof ROWS / sizeof *ROWS, 0.006);
}

//  What follows from the units themselves, the formula or a definition binds to the last digit.
Test (unit_conversion, is_exact_where_the_units_say_it_all)
{
    static const struct row ROWS[] = {{"sodium", "2951-2", "meq/L", 140, 140},
                                      {"potassium", "2823-3", "meq/L", 4.2, 4.2},
                                      {"chloride", "2075-0", "meq/L", 101, 101},
                                      {"bicarbonate", "1963-8", "meq/L", 24, 24},
                                      {"sodium, by mass", "2951-2", "mg/dL", 2.298977, 1},
                                      {"anion gap", "33037-3", "meq/L", 12, 12},
                                      {"base excess", "11555-0", "meq/L", -3.5, -3.5},
                                      {"calcium", "17861-6", "mmol/L", 1, 4.0078},
                                      {"glucose", "2345-7", "mmol/L", 1, 18.0156},
                                      {"hemoglobin", "718-7", "g/L", 140, 14},
                                      {"albumin", "1751-7", "g/L", 41, 4.1},
                                      {"protein", "2885-2", "g/L", 72, 7.2},
                                      {"globulin", "10834-0", "g/L", 28, 2.8},
                                      {"IgG", "2465-3", "g/L", 12, 1200},
                                      {"C-reactive protein", "1988-5", "mg/dL", 1.2, 12},
                                      {"C-reactive protein", "30522-7", "ug/mL", 1.2, 1.2},
                                      {"ferritin", "2276-4", "ug/L", 55, 55},
                                      {"fibrinogen", "3255-7", "g/L", 3, 300},
                                      {"troponin I", "10839-9", "ng/L", 26, 0.026},
                                      {"troponin I, high sensitivity", "89579-7", "ng/mL", 0.026, 26},
                                      {"troponin T, high sensitivity", "67151-1", "pg/mL", 14, 14},
                                      {"procalcitonin", "33959-8", "ug/L", 0.5, 0.5},
                                      {"D-dimer", "48065-7", "ug/mL{FEU}", 0.5, 500},
                                      {"D-dimer", "48065-7", "ng/mL", 500, 500},
                                      {"PSA", "2857-1", "ug/L", 4, 4},
                                      {"leukocytes", "6690-2", "10*9/L", 7.2, 7.2},
                                      {"leukocytes", "6690-2", "/uL", 7200, 7.2},
                                      {"leukocytes", "6690-2", "/mm3", 7200, 7.2},
                                      {"erythrocytes", "789-8", "10*12/L", 4.8, 4.8},
                                      {"platelets", "777-3", "10*9/L", 250, 250},
                                      {"platelets", "777-3", "10*5/uL", 2.5, 250},
                                      {"hematocrit", "4544-3", "L/L", 0.42, 42},
                                      {"hematocrit", "4544-3", "1", 0.42, 42},
                                      {"neutrophils", "770-8", "1", 0.55, 55},
                                      {"nucleated erythrocytes", "58413-6", "%", 2, 2},
                                      {"alkaline phosphatase", "6768-6", "[iU]/L", 80, 80},
                                      {"aspartate aminotransferase", "1920-8", "nkat/L", 1000, 60},
                                      {"lactate dehydrogenase", "2532-0", "ukat/L", 3, 180},
                                      {"lipase", "3040-3", "kU/L", 0.06, 60},
                                      {"thyrotropin", "3016-3", "u[iU]/mL", 2.5, 2.5},
                                      {"thyrotropin", "3016-3", "mU/L", 2.5, 2.5},
                                      {"thyrotropin", "3016-3", "uU/mL", 2.5, 2.5},
                                      {"follitropin", "15067-2", "[iU]/L", 6, 6},
                                      {"follitropin", "15067-2", "U/L", 6, 6},
                                      {"choriogonadotropin", "19080-1", "[iU]/L", 5, 5},
                                      {"insulin", "20448-7", "m[iU]/L", 10, 10},
                                      {"cancer antigen 125", "10334-1", "k[iU]/L", 35, 35},
                                      {"cancer antigen 125", "10334-1", "kU/L", 35, 35},
                                      {"osmolality", "2692-2", "mmol/kg", 290, 290},
                                      {"albumin/creatinine", "9318-7", "ug/mg{creat}", 30, 30},
                                      {"albumin/creatinine", "9318-7", "mg/mg{creat}", 0.03, 30},
                                      {"prothrombin time", "5902-2", "min", 0.2, 12},
                                      {"INR", "6301-6", "{ratio}", 2.5, 2.5},
                                      {"specific gravity", "5811-5", "1", 1.015, 1.015},
                                      {"glomerular filtration", "62238-1", "mL/min", 60, 60},
                                      {"sedimentation rate", "4537-7", "mm/h", 20, 20},
                                      {"oxygen", "2703-7", "kPa", 13.3322, 100},
                                      {"body weight", "29463-7", "[oz_av]", 16, 0.45359237},
                                      {"body weight", "3141-9", "[lb_av]", 1, 0.45359237},
                                      {"body height", "8302-2", "[ft_i]", 6, 182.88},
                                      {"body height", "8302-2", "[in_us]", 3937, 10000},
                                      {"body temperature", "8331-1", "[degF]", 98.6, 37},
                                      {"body temperature", "8310-5", "K", 310.15, 37},
                                      {"heart rate", "8867-4", "/s", 1.2, 72},
                                      {"hemoglobin A1c, NGSP", "4548-4", "mmol/mol", 53, 7.00044},
                                      {"hemoglobin A1c, NGSP", "17856-6", "mmol/mol", 0, 2.152},
                                      {"hemoglobin A1c, IFCC", "59261-8", "%", 6.5, 47.545}};
    s_check (ROWS, sizeof ROWS / sizeof *ROWS, 1e-9);
}

//  There and back: IFCC and NGSP are each other's inverse as far as their printed digits go.
Test (unit_conversion, hemoglobin_a1c_comes_back_within_its_printed_digits)
{
    unit_table_t *table = s_table ();
    const struct unit_test *ngsp = unit_test_find (table, TEXT ("4548-4"));
    const struct unit_test *ifcc = unit_test_find (table, TEXT ("59261-8"));
    double a, b, c, d;
    cr_assert (unit_conversion (table, ngsp, TEXT ("mmol/mol"), &a, &b));
    cr_assert (unit_conversion (table, ifcc, TEXT ("%"), &c, &d));
    cr_expect (a == 0.09148 && b == 2.152);
    for (double value = 20; value <= 140; value += 1)
        cr_expect (fabs ((value * a + b) * c + d - value) < 0.1, "%g", value);
    unit_table_destroy (&table);
}

Test (unit_conversion, what_braces_tell_apart_is_not_converted)
{
    static const char *const ROWS[][2] = {
        {"48065-7", "ng/mL{DDU}"}, {"48065-7", "ug/mL{DDU}"}, {"48066-5", "ng/mL{FEU}"},
        {"48066-5", "ug/mL{FEU}"}, {"20448-7", "pmol/L"},     {"2842-3", "m[iU]/L"},
        {"10835-7", "nmol/L"},     {"43583-4", "mg/dL"},      {"1751-7", "umol/L"},
        {"6301-6", "%"},           {"5811-5", "g/mL"},        {"2744-1", "nmol/L"},
        {"11572-5", "U/mL"},       {"2571-8", "meq/L"}};
    unit_table_t *table = s_table ();
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        double factor, offset;
        const struct unit_test *test = unit_test_find (table, text_of (ROWS[i][0]));
        cr_assert_not_null (test, "%s", ROWS[i][0]);
        cr_expect_not (unit_conversion (table, test, text_of (ROWS[i][1]), &factor, &offset), "%s from %s",
                       ROWS[i][0], ROWS[i][1]);
    }
    unit_table_destroy (&table);
}

static const char *s_string (yajl_val object, const char *name)
{
    const char *path[] = {name, NULL};
    return YAJL_GET_STRING (yajl_tree_get (object, path, yajl_t_string));
}

//  A LOINC name states the kind of quantity in brackets; a unit of another kind would be a slip of the table.
Test (unit_conversion, a_tests_unit_is_of_the_property_that_its_name_states)
{
    static const char *const PROPERTIES[][2] = {
        {"[Mass/volume]", "g/L"},      {"[Moles/volume]", "mol/L"},  {"[Enzymatic activity/volume]", "U/L"},
        {"[#/volume]", "/L"},          {"[Partial pressure]", "Pa"}, {"[Entitic volume]", "L"},
        {"[Entitic mass]", "g"},       {"[Volume Fraction]", "1"},   {"[Mass Fraction]", "1"},
        {"[Molar fraction]", "1"},     {"[Mass Ratio]", "1"},        {"[Molar ratio]", "1"},
        {"[Volume Rate/Area]", "L/s"}, {"/100 leukocytes", "1"},     {"temperature", "Cel"},
        {"Body height", "m"},          {"Body weight", "g"},         {"blood pressure", "Pa"}};
    size_t n, known = 0;
    char *json = s_json (&n);
    yajl_val tree = yajl_tree_parse (json, NULL, 0);
    const char *path[] = {"tests", NULL};
    yajl_val tests = yajl_tree_get (tree, path, yajl_t_array);
    for (size_t i = 0; i < tests->u.array.len; i++) {
        const char *name = s_string (tests->u.array.values[i], "name");
        const char *unit = s_string (tests->u.array.values[i], "unit");
        for (size_t p = 0; p < sizeof PROPERTIES / sizeof *PROPERTIES; p++) {
            struct ucum has, wants;
            if (!strstr (name, PROPERTIES[p][0]))
                continue;
            known++;
            cr_assert (ucum_read (text_of (unit), &has) && ucum_read (text_of (PROPERTIES[p][1]), &wants));
            cr_expect_arr_eq (has.dimension, wants.dimension, sizeof has.dimension, "%s in %s", name, unit);
            break;
        }
    }
    cr_expect_gt (known, tests->u.array.len * 3 / 4);
    yajl_tree_free (tree);
    free (json);
}
