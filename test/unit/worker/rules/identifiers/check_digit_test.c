//  check_digit_test.c: NPI, NHS number, SNOMED CT and ICD-10-CM: published examples, each wrong digit, and
//  the forms around them.
#include "worker/rules/identifiers/check_digit.h"
#include "worker/rules/identifiers/identifier.h"

#include <criterion/criterion.h>

struct row {
    const char *in, *out;    //  out NULL: nothing is written
    enum rule rule;
};

typedef enum rule (*standardize_fn) (struct text, struct text *, struct scratch *);

static void s_check (standardize_fn standardize, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char buffer[64];
        struct scratch scratch = {buffer, 0, sizeof buffer};
        struct text out = {NULL, 0};
        enum rule rule = standardize (text_of (rows[i].in), &out, &scratch);
        cr_expect_eq (rule, rows[i].rule, "“%s”: %s", rows[i].in, RULE[rule].name);
        if (rows[i].out)
            cr_expect (text_equal (out, text_of (rows[i].out)), "“%s” became “%.*s”", rows[i].in, (int) out.n,
                       out.at);
        else
            cr_expect (out.n == 0, "“%s” wrote something", rows[i].in);
    }
}

#define CHECK(STANDARDIZE, ROWS) s_check (STANDARDIZE, ROWS, sizeof ROWS / sizeof *ROWS)

static enum rule s_npi (struct text in, struct text *out, struct scratch *scratch)
{
    (void) scratch;
    return npi_standardize (in, out);
}

//  1234567893 is the example of CMS.
Test (check_digit, of_an_npi_counts_the_prefix_80840)
{
    static const struct row ROWS[] = {{"1234567893", "1234567893", RULE_NONE},
                                      {"1245319599", "1245319599", RULE_NONE},
                                      {"1679576722", "1679576722", RULE_NONE},
                                      {"2000000002", "2000000002", RULE_NONE},
                                      {"808401234567893", "1234567893", RULE_NPI_FORMAT},
                                      {"1234567890", NULL, RULE_NPI_INVALID},
                                      {"3000000000", NULL, RULE_NPI_INVALID},    //  begins with 1 or 2
                                      {"0000000000", NULL, RULE_NPI_INVALID},
                                      {"123456789", NULL, RULE_NPI_INVALID},
                                      {"12345678931", NULL, RULE_NPI_INVALID},
                                      {"808411234567893", NULL, RULE_NPI_INVALID},
                                      {"808401234567890", NULL, RULE_NPI_INVALID},
                                      {"12345 67893", NULL, RULE_NPI_INVALID},
                                      {"123456789X", NULL, RULE_NPI_INVALID},
                                      {"G12345", NULL, RULE_NPI_INVALID}};
    CHECK (s_npi, ROWS);
}

//  943 476 5919 is the example of the NHS Data Dictionary.
Test (check_digit, of_an_nhs_number_is_mod_11)
{
    static const struct row ROWS[] = {
        {"9434765919", "9434765919", RULE_NONE},
        {"4010232137", "4010232137", RULE_NONE},
        {"9876543210", "9876543210", RULE_NONE},    //  remainder 0: digit 0
        {"943 476 5919", "9434765919", RULE_NHS_FORMAT},
        {"943-476-5919", "9434765919", RULE_NHS_FORMAT},
        {"9434765918", NULL, RULE_NHS_INVALID},
        {"9000000050", NULL, RULE_NHS_INVALID},    //  needs a ten: no digit fits
        {"9000000051", NULL, RULE_NHS_INVALID},
        {"0000000000", NULL, RULE_NHS_INVALID},
        {"1111111111", NULL, RULE_NHS_INVALID},
        {"943476591", NULL, RULE_NHS_INVALID},
        {"94347659190", NULL, RULE_NHS_INVALID},
        {"943 476-5919", NULL, RULE_NHS_INVALID},
        {"94 3476 5919", NULL, RULE_NHS_INVALID},
        {"943/476/5919", NULL, RULE_NHS_INVALID},
        {"943 476 591A", NULL, RULE_NHS_INVALID},
        {"X43476591919", NULL, RULE_NHS_INVALID}};
    CHECK (nhs_number_standardize, ROWS);
}

static enum rule s_snomed (struct text in, struct text *out, struct scratch *scratch)
{
    (void) scratch;
    enum rule rule = snomed_standardize (in, false, out);
    if (rule != RULE_NONE)
        *out = (struct text){NULL, 0};
    return rule;
}

static enum rule s_snomed_open (struct text in, struct text *out, struct scratch *scratch)
{
    (void) scratch;
    return snomed_standardize (in, true, out);
}

Test (check_digit, of_a_snomed_ct_concept_is_verhoeffs)
{
    static const struct row ROWS[] = {{"22298006", "22298006", RULE_NONE},
                                      {"73211009", "73211009", RULE_NONE},
                                      {"51185008", "51185008", RULE_NONE},
                                      {"399208008", "399208008", RULE_NONE},
                                      {"138875005", "138875005", RULE_NONE},
                                      {"1000004", "1000004", RULE_NONE},
                                      {"900000000000207008", "900000000000207008", RULE_NONE},
                                      {"999000011000000103", "999000011000000103", RULE_NONE},
                                      {"51185009", NULL, RULE_SNOMED_INVALID},
                                      {"680946014", NULL, RULE_SNOMED_INVALID},    //  a description
                                      {"051185008", NULL, RULE_SNOMED_INVALID},
                                      {"10004", NULL, RULE_SNOMED_INVALID},
                                      {"9999000011000000103", NULL, RULE_SNOMED_INVALID},
                                      {"51185008a", NULL, RULE_SNOMED_INVALID},
                                      {"T-D3000", NULL, RULE_SNOMED_INVALID}};
    CHECK (s_snomed, ROWS);
}

Test (check_digit, of_a_code_that_may_be_another_systems_only_warns)
{
    static const struct row ROWS[] = {{"51185008", "51185008", RULE_NONE},
                                      {"51185009", "51185009", RULE_SNOMED_CHECK},
                                      {"71045", "71045", RULE_NONE},
                                      {"12345678", "12345678", RULE_NONE},    //  no partition of a concept
                                      {"T-D3000", "T-D3000", RULE_NONE},
                                      {"CHEST", "CHEST", RULE_NONE},
                                      {"RPID16", "RPID16", RULE_NONE}};
    CHECK (s_snomed_open, ROWS);
}

static bool s_is_snomed (const char *code)
{
    struct text out;
    return snomed_standardize (text_of (code), false, &out) == RULE_NONE;
}

//  A single wrong digit and two neighbours exchanged are what Verhoeff's digit finds without exception.
Test (check_digit, of_verhoeff_finds_every_slip)
{
    static const char *const CODES[] = {"22298006", "399208008", "900000000000207008", "999000011000000103"};
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
        char code[32];
        size_t n = strlen (CODES[i]);
        memcpy (code, CODES[i], n + 1);
        for (size_t at = 0; at < n; at++) {
            char right = code[at];
            for (char digit = '0'; digit <= '9'; digit++) {
                code[at] = digit;
                cr_expect_eq (s_is_snomed (code), digit == right, "%s", code);
            }
            code[at] = right;
            if (at == 0 || code[at - 1] == right)
                continue;
            code[at] = code[at - 1];
            code[at - 1] = right;
            cr_expect_not (s_is_snomed (code), "%s", code);
            memcpy (code, CODES[i], n + 1);
        }
    }
}

Test (check_digit, of_npi_and_nhs_number_finds_every_wrong_digit)
{
    char npi[] = "1234567893", nhs[] = "9434765919", buffer[64];
    for (size_t at = 0; at < 10; at++) {
        char npi_right = npi[at], nhs_right = nhs[at];
        for (char digit = '0'; digit <= '9'; digit++) {
            struct text out;
            struct scratch scratch = {buffer, 0, sizeof buffer};
            npi[at] = nhs[at] = digit;
            cr_expect_eq (npi_standardize (text_of (npi), &out) == RULE_NONE, digit == npi_right, "%s", npi);
            cr_expect_eq (nhs_number_standardize (text_of (nhs), &out, &scratch) == RULE_NONE,
                          digit == nhs_right, "%s", nhs);
        }
        npi[at] = npi_right;
        nhs[at] = nhs_right;
    }
}

Test (check_digit, icd_10_cm_has_none_but_a_form)
{
    static const struct row ROWS[] = {{"I10", "I10", RULE_NONE},
                                      {"E11.9", "E11.9", RULE_NONE},
                                      {"S72.001A", "S72.001A", RULE_NONE},
                                      {"T36.0X1A", "T36.0X1A", RULE_NONE},
                                      {"M1A.0110", "M1A.0110", RULE_NONE},
                                      {"C7B.00", "C7B.00", RULE_NONE},
                                      {"Z3A.20", "Z3A.20", RULE_NONE},
                                      {"U07.1", "U07.1", RULE_NONE},
                                      {"E119", "E11.9", RULE_ICD10_FORMAT},
                                      {"s72001a", "S72.001A", RULE_ICD10_FORMAT},
                                      {"e11.65", "E11.65", RULE_ICD10_FORMAT},
                                      {"I10.", "I10", RULE_ICD10_FORMAT},
                                      {"250.00", NULL, RULE_ICD10_INVALID},    //  ICD-9-CM
                                      {"E1", NULL, RULE_ICD10_INVALID},
                                      {"E", NULL, RULE_ICD10_INVALID},
                                      {"E1C.1", NULL, RULE_ICD10_INVALID},
                                      {"EE1.9", NULL, RULE_ICD10_INVALID},
                                      {"E11.12345", NULL, RULE_ICD10_INVALID},
                                      {"E1.19", NULL, RULE_ICD10_INVALID},
                                      {"E11..9", NULL, RULE_ICD10_INVALID},
                                      {"E11.9.", NULL, RULE_ICD10_INVALID},
                                      {"E11 9", NULL, RULE_ICD10_INVALID},
                                      {"diabetes", NULL, RULE_ICD10_INVALID},
                                      {"\xc3\x89"
                                       "11.9",
                                       NULL, RULE_ICD10_INVALID}};
    CHECK (icd10cm_standardize, ROWS);
}

Test (check_digit, needs_room_for_what_it_writes)
{
    char buffer[4];
    struct scratch scratch = {buffer, 0, sizeof buffer};
    struct text out = {NULL, 0};
    cr_expect_eq (nhs_number_standardize (TEXT ("943 476 5919"), &out, &scratch), RULE_NHS_INVALID);
    cr_expect_eq (icd10cm_standardize (TEXT ("E119"), &out, &scratch), RULE_ICD10_INVALID);
    cr_expect (out.n == 0 && scratch.used == 0);
}
