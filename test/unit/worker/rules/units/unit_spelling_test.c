//  unit_spelling_test.c: what laboratories, analysers and spreadsheets write where a unit belongs, by vendor
//  and country, and the UCUM code that it means.
#include "worker/rules/units/unit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static unit_table_t *s_table (void)
{
    FILE *file = fopen ("worker/schemas/units.json", "rb");
    cr_assert_not_null (file, "run the tests from the project's root");
    enum { FILE_BYTES = 1 << 20 };
    char *json = malloc (FILE_BYTES);
    size_t n = fread (json, 1, FILE_BYTES, file);
    fclose (file);
    struct error error = {.text = ""};
    unit_table_t *table = unit_table_new (json, n, &error);
    free (json);
    cr_assert_not_null (table, "%s", error.text);
    return table;
}

struct meaning {
    const char *code;
    const char *spellings[40];
};

static const struct meaning MEANINGS[] = {
    {"mg/dL",
     {"mg_dl", "(mg/dL)", "[mg/dl]", "( mg/dL )", "mg/dl", "MG/DL", "Mg/dL", "mg / dL", "mg/100ml",
      "mg/100 mL", "mg%", "mg %", "mgs/dL", "MGS%"}},
    {"g/dL", {"gm/dL", "GM/DL", "g/dl", "gms/dl", "gm%", "g%", "Gms%", "gr/dL", "g/100 ml", "grams/dL"}},
    {"g/L", {"g/l", "gm/L", "g/litre"}},
    {"ug/mL", {"mcg/mL", "ug/ml", "MCG/ML", "µg/mL", "μg/ml"}},
    {"ug/dL", {"mcg/dL", "µg/dl", "UG/DL", "ug%", "µg%"}},
    {"ng/mL", {"ng/ml", "NG/ML", "nanograms/mL"}},
    {"pg/mL", {"pg/ml", "PG/ML", "Pg/mL"}},
    {"mmol/L", {"mmol/l", "MMOL/L", "mmoles/L", "mmol/litre", "mM"}},
    {"umol/L", {"µmol/L", "μmol/l", "mcmol/L", "UMOL/L", "umoles/L", "micromol/L", "µM"}},
    {"meq/L", {"mEq/L", "mEq/l", "MEQ/L", "meq/l", "mEQ/L"}},
    {"mosm/kg", {"mOsm/kg", "mosmol/kg", "MOSM/KG", "mOsm/kg H2O", "mosmol/kg H2O", "mOsm/kgH2O"}},
    {"U/L", {"u/l", "U/l", "Units/L", "unit/L", "UNITS/L", "U/litre"}},
    {"[iU]/L", {"IU/L", "iu/l", "IU/l", "I.U./L", "[IU]/L"}},
    {"[iU]/mL", {"IU/mL", "IU/ml", "iu/mL"}},
    {"m[iU]/mL", {"mIU/mL", "mIU/ml", "MIU/ML"}},
    {"m[iU]/L", {"mIU/L", "mIU/l"}},
    {"u[iU]/mL", {"uIU/mL", "µIU/mL", "uIU/ml", "mcIU/mL", "UIU/ML"}},
    {"uU/mL", {"µU/mL", "uU/ml"}},
    {"kU/L", {"kU/l", "KU/L", "kUA/L", "kU(A)/L"}},
    {"ukat/L", {"µkat/L", "ukat/l", "mckat/L"}},
    {"kat/L", {"kat/l", "katal/L"}},
    {"10*3/uL", {"K/uL",      "k/ul",     "K/µL",        "K/mcL",   "thou/mcL",      "thou/uL",
                 "Thou/mm3",  "x10E3/uL", "X10E3/UL",    "10E3/uL", "10^3/uL",       "x10^3/uL",
                 "x10(3)/uL", "x10³/µL",  "10*3/mm3",    "x103/uL", "10^3/cumm",     "10^3/cmm",
                 "K/cumm",    "K/cu mm",  "thou/cu mm",  "1000/uL", "thousand/cumm", "x1000/mm3",
                 "10³/µL",    "10 3/uL",  "x 10^3/mm^3", "Tsd/µl",  "Tsd./µl"}},
    {"10*6/uL",
     {"M/uL", "m/ul", "M/mcL", "mill/mcL", "million/mm3", "Mill/cumm", "mill/cmm", "x10E6/uL", "x10(6)/mcL",
      "10^6/uL", "million/cumm", "10^6/µL", "M/cumm", "10⁶/µL", "106/uL", "Mio/µl"}},
    {"10*5/uL", {"lakh/cumm", "Lakhs/cumm", "lakhs/cu mm", "lacs/cumm"}},
    {"10*9/L",
     {"10^9/L", "x10^9/L", "x10(9)/L", "x10E9/L", "×10⁹/L", "10E9/l", "x109/L", "Gpt/L", "X10*9/L", "10⁹/L",
      "109/l"}},
    {"10*12/L", {"10^12/L", "x10^12/L", "x10(12)/L", "×10¹²/L", "10¹²/l", "Tpt/L", "T/L"}},
    {"/uL",
     {"cells/uL", "cells/cmm", "/cumm", "/cmm", "cells/cumm", "/cu mm", "/mcL", "cells/mcL", "#/uL",
      "cells/µL"}},
    {"/uL", {"/mm3", "cells/mm3", "/mm³", "per mm3"}},
    {"/[HPF]", {"/HPF", "/hpf", "per HPF", "cells/hpf", "WBC/HPF"}},
    {"/100{WBC}", {"/100 WBC", "per 100 WBC", "/100WBC", "nRBC/100 WBC"}},
    {"{copies}/mL", {"copies/mL", "copies/ml", "cp/mL", "COPIES/ML"}},
    {"{Log_copies}/mL", {"log copies/mL", "Log10 copies/mL", "log cp/mL"}},
    {"[CFU]/mL", {"CFU/mL", "cfu/ml"}},
    {"%", {"percent", "Percent", "pct", "% NGSP", "% of total Hgb"}},
    {"mmol/mol", {"mmol/mol Hb", "mmol/mol (IFCC)"}},
    {"{ratio}", {"ratio", "Ratio", "RATIO"}},
    {"{INR}", {"INR", "inr"}},
    {"{index}", {"index", "Index"}},
    {"[pH]", {"pH", "PH", "pH units"}},
    {"{s.g.}", {"SG", "sp gr"}},
    {"s", {"sec", "seconds", "SEC", "sec.", "Secs", "S"}},
    {"mm/h", {"mm/hr", "mm/hour", "MM/HR", "mm/1hr", "mm/1st hr", "mm in 1 hr"}},
    {"mm[Hg]", {"mmHg", "mm Hg", "MMHG", "mm[hg]", "mm of Hg", "torr"}},
    {"cm[H2O]", {"cmH2O", "cm H2O", "cmH20"}},
    {"fL", {"fl", "FL", "femtoliter", "µm3", "cu microns"}},
    {"pg", {"PG", "picograms", "uug"}},
    {"ng/mL{FEU}", {"ng/ml FEU", "ng/mL FEU", "ng FEU/mL", "ng/mL (FEU)", "ug/L FEU"}},
    {"ug/mL{FEU}", {"ug/mL FEU", "mcg/mL FEU", "mg/L FEU", "µg/mL FEU", "mg FEU/L"}},
    {"ng/mL{DDU}", {"ng/mL DDU", "ng/mL D-DU", "ng DDU/mL"}},
    {"mg/g{creat}", {"mg/g creat", "mg/g Cr", "mg/g creatinine", "mg/gCr", "mcg/mg creat", "MG/G CREAT"}},
    {"mg/mmol{creat}", {"mg/mmol creat", "mg/mmol Cr"}},
    {"mL/min/{1.73_m2}",
     {"mL/min/1.73m2", "mL/min/1.73 m2", "ml/min/1.73m²", "mL/min/1.73m^2", "ML/MIN/1.73M2", "mL/min/1.73",
      "mL/min/1.73.m2"}},
    {"mg/(24.h)", {"mg/24h", "mg/24 hr", "mg/24hrs", "mg/24 hours"}},
    {"g/d", {"g/day"}},
    {"/min", {"bpm", "BPM", "beats/min", "breaths/min", "/minute", "per minute"}},
    {"Cel", {"C", "°C", "deg C", "Celsius", "degC", "℃"}},
    {"[degF]", {"F", "°F", "deg F", "Fahrenheit", "℉"}},
    {"[lb_av]", {"lb", "lbs", "LBS", "pounds", "lb."}},
    {"[oz_av]", {"oz", "ounces"}},
    {"[in_i]", {"in", "inches", "in.", "\""}},
    {"kg/m2", {"kg/m²", "kg/m^2", "kg/m*2", "KG/M2", "kg/sq m"}},
    {"L/min", {"l/min", "LPM"}},
    {"mGy.cm", {"mGy*cm", "mGycm"}},
    {"[hnsf'U]", {"HU", "Hounsfield units"}}};

Test (unit_spelling, of_laboratories_is_understood)
{
    unit_table_t *table = s_table ();
    size_t count = 0;
    for (size_t i = 0; i < sizeof MEANINGS / sizeof *MEANINGS; i++)
        for (size_t j = 0; j < 40 && MEANINGS[i].spellings[j]; j++, count++) {
            const char *in = MEANINGS[i].spellings[j];
            struct text out;
            cr_expect_eq (unit_standardize (table, text_of (in), &out, NULL), RULE_UNIT_SPELLING, "%s", in);
            cr_expect (text_equal (out, text_of (MEANINGS[i].code)), "%s became %.*s", in, (int) out.n,
                       out.at);
        }
    cr_expect_geq (count, 200);
    unit_table_destroy (&table);
}

//  Synthea's observations and UCUM's own examples: nothing of them changes.
Test (unit_spelling, ucum_itself_is_left_alone)
{
    static const char *const CODES[] = {
        "/a",        "/min",       "10*3/uL", "10*6/uL",  "Cel",    "a",       "cm",      "fL",
        "g/L",       "g/dL",       "kU/L",    "kg",       "kg/m2",  "mL/min",  "mg/dL",   "mm",
        "mm[Hg]",    "mmol/L",     "ng/mL",   "pg",       "{#}",    "{score}", "%",       "[in_us]",
        "[IU]/L{x}", "10^3/uL{x}", "ug/L",    "mol/kg",   "nmol/h", "meq/g",   "L/(8.h)", "U/g{Hb}",
        "mCi",       "Ci",         "[ka'U]",  "mmol/mmol"};
    unit_table_t *table = s_table ();
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
        struct text out;
        cr_expect_eq (unit_standardize (table, text_of (CODES[i]), &out, NULL), RULE_NONE, "%s became %.*s",
                      CODES[i], (int) out.n, out.at);
        cr_expect (text_equal (out, text_of (CODES[i])));
    }
    unit_table_destroy (&table);
}

Test (unit_spelling, what_nobody_can_read_is_kept_and_said)
{
    static const char *const UNKNOWN[] = {"florbs", "mg per blue moon", "10 4/uL", "see note", "mg/dL/",
                                          "µ",      "x10^/uL",          "1.73m2",  "+",        "(mg/dL)mg"};
    unit_table_t *table = s_table ();
    for (size_t i = 0; i < sizeof UNKNOWN / sizeof *UNKNOWN; i++) {
        struct text out;
        cr_expect_eq (unit_standardize (table, text_of (UNKNOWN[i]), &out, NULL), RULE_UNIT_INVALID, "%s",
                      UNKNOWN[i]);
        cr_expect (text_equal (out, text_of (UNKNOWN[i])));
    }
    unit_table_destroy (&table);
}
