//  catalog_test.c: the value maps of the kinds that come with the program: codes, and how systems in use
//  spell them.
#include "worker/rules/schema/catalog.h"
#include "worker/rules/schema/schema.h"

#include <criterion/criterion.h>
#include <stdio.h>

static catalog_t *s_catalog (void)
{
    struct error error = {0};
    catalog_t *catalog = catalog_new (NULL, &error);
    cr_assert_not_null (catalog, "%s", error.text);
    return catalog;
}

//  The codes of the contract, or the standard behind it; those listed have to be there.
static const struct {
    const char *kind, *field, *codes;
} CODES[] = {
    {"patient", "gender", "male female other unknown"},
    {"patient", "marital_status", "A D I L M P S T U W"},
    {"patient", "race", "1002-5 2028-9 2054-5 2076-8 2106-3 2131-1"},
    {"patient", "ethnicity", "2135-2 2186-5"},
    {"lab_result", "status",
     "registered preliminary final amended corrected cancelled entered-in-error unknown"},
    {"lab_result", "abnormal_flag", "L H LL HH N A AA < > U D B W S R I MS VS POS NEG"},
    {"lab_result", "value_comparator", "< <= >= >"},
    {"imaging_study", "modality", "CR CT DX MG MR NM PT US XA RF OT ECG SR"},
    {"imaging_study", "status", "registered available cancelled entered-in-error unknown"},
};

Test (catalog, every_code_maps_to_itself)
{
    catalog_t *catalog = s_catalog ();
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
        const schema_t *schema = catalog_find (catalog, CODES[i].kind);
        const struct field *field = &schema->fields[schema_field (schema, CODES[i].field)];
        char codes[256], *rest = NULL;
        snprintf (codes, sizeof codes, "%s", CODES[i].codes);
        for (char *code = strtok_r (codes, " ", &rest); code; code = strtok_r (NULL, " ", &rest)) {
            struct text out = {NULL, 0};
            cr_expect_eq (value_map_find (field->codes, text_of (code), &out), RULE_NONE, "%s %s",
                          field->name, code);
            cr_expect (text_equal (out, text_of (code)), "%s %s", field->name, code);
        }
    }
    catalog_destroy (&catalog);
}

//  "spelling=code", the sources beside them. FHIR's v2 maps: HL70001, HL70085; ISO/IEC 5218; OMOP; DICOM.
static const struct {
    const char *kind, *field, *pairs;
} SPELLINGS[] = {
    {"patient", "gender",
     "M=male|F=female|m=male|FEMALE=female|Male=male|1=male|2=female|0=unknown|9=unknown|U=unknown|UNK="
     "unknown|"
     "O=other|A=other|N=other|X=other|w=female|8507=male|8532=female|non-binary=other|nonbinary=other"},
    {"patient", "marital_status",
     "Married=M|single=S|Never Married=S|DIVORCED=D|Widowed=W|separated=L|m=M|Domestic Partner=T|unknown=U"},
    {"patient", "race",
     "white=2106-3|Caucasian=2106-3|BLACK=2054-5|African American=2054-5|Black or African American=2054-5|"
     "asian=2028-9|native=1002-5|hawaiian=2076-8|other=2131-1|AMERICAN INDIAN/ALASKA "
     "NATIVE=1002-5|8527=2106-3|"
     "2034-7=2028-9|Native Hawaiian or Other Pacific Islander=2076-8|W=2106-3|B=2054-5"},
    {"patient", "ethnicity",
     "hispanic=2135-2|nonhispanic=2186-5|Not Hispanic or Latino=2186-5|Hispanic or Latino=2135-2|"
     "non-hispanic=2186-5|Non Hispanic=2186-5|H=2135-2|N=2186-5|Hispanic, Latino or Spanish origin=2135-2"},
    {"lab_result", "status",
     "F=final|P=preliminary|C=corrected|X=cancelled|final=final|Final=final|prelim=preliminary|Corrected="
     "corrected|"
     "A=amended|D=entered-in-error|W=entered-in-error|canceled=cancelled|entered in error=entered-in-error|"
     "completed=final|pending=registered|S=preliminary|R=preliminary|U=final"},
    {"lab_result", "abnormal_flag",
     "high=H|LOW=L|h=H|Critical High=HH|critical "
     "low=LL|Normal=N|abnormal=A|*=A|>=>|<=<|**=AA|HH=HH|ll=LL|positive=POS"},
    {"lab_result", "value_comparator", "less than=<|≤=<=|>==>=|=<=<=|gt=>"},
    {"imaging_study", "modality",
     "CT Scan=CT|x-ray=CR|X-Ray=CR|XRAY=CR|MRI=MR|ultrasound=US|Ultrasound=US|ct=CT|mr=MR|PET=PT|PET/CT=PT|"
     "mammography=MG|Mammogram=MG|Digital Radiography=DX|Fluoroscopy=RF|angiography=XA|Nuclear Medicine=NM"},
    {"imaging_study", "status",
     "completed=available|final=available|canceled=cancelled|scheduled=registered"},
};

Test (catalog, spellings_of_systems_in_use_become_their_codes)
{
    catalog_t *catalog = s_catalog ();
    for (size_t i = 0; i < sizeof SPELLINGS / sizeof *SPELLINGS; i++) {
        const schema_t *schema = catalog_find (catalog, SPELLINGS[i].kind);
        const struct field *field = &schema->fields[schema_field (schema, SPELLINGS[i].field)];
        char pairs[1024], *rest = NULL;
        snprintf (pairs, sizeof pairs, "%s", SPELLINGS[i].pairs);
        for (char *pair = strtok_r (pairs, "|", &rest); pair; pair = strtok_r (NULL, "|", &rest)) {
            //  The last '=' that is not part of a comparator.
            char *equals = strchr (pair + 1, '=');
            if (field->codes && strcmp (field->name, "value_comparator") == 0 && strcmp (pair, ">==>=") == 0)
                equals = pair + 2;
            *equals = 0;
            struct text out = {"", 0};
            cr_expect_neq (value_map_find (field->codes, text_of (pair), &out), RULE_CODE_UNMAPPED, "%s: %s",
                           field->name, pair);
            cr_expect (text_equal (out, text_of (equals + 1)), "%s: %s is %.*s, not %s", field->name, pair,
                       (int) out.n, out.at, equals + 1);
        }
    }
    catalog_destroy (&catalog);
}

Test (catalog, an_equals_sign_is_a_comparator_that_says_nothing)
{
    catalog_t *catalog = s_catalog ();
    const schema_t *lab = catalog_find (catalog, "lab_result");
    const value_map_t *codes = lab->fields[schema_field (lab, "value_comparator")].codes;
    struct text out = TEXT ("x");
    cr_expect_eq (value_map_find (codes, TEXT ("="), &out), RULE_CODE_MAPPED);
    cr_expect_eq (out.n, 0);
    cr_expect_eq (value_map_find (codes, TEXT ("about"), &out), RULE_CODE_UNMAPPED);
    catalog_destroy (&catalog);
}
