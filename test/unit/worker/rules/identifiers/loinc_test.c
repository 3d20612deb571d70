//  loinc_test.c: LOINC codes in the ways that interfaces and spreadsheets write them. 2951-2 is sodium,
//  2345-7 glucose, 718-7 hemoglobin: their check digits by Luhn, worked out by hand.
#include "worker/rules/identifiers/loinc.h"

#include <criterion/criterion.h>

static const struct {
    const char *in;
    enum rule rule;
    const char *out;    //  NULL: `in`
} ROWS[] = {{"2951-2", RULE_NONE, NULL},
            {"LOINC:2951-2", RULE_LOINC_FORMAT, "2951-2"},
            {"loinc: 2951-2", RULE_LOINC_FORMAT, "2951-2"},
            {"LN 2951-2", RULE_LOINC_FORMAT, "2951-2"},
            {"LN:718-7", RULE_LOINC_FORMAT, "718-7"},
            {"http://loinc.org|2951-2", RULE_LOINC_FORMAT, "2951-2"},
            {"http://loinc.org/2951-2", RULE_LOINC_FORMAT, "2951-2"},
            {"urn:oid:2.16.840.1.113883.6.1|2951-2", RULE_LOINC_FORMAT, "2951-2"},
            {"2951-2 (LOINC)", RULE_LOINC_FORMAT, "2951-2"},
            {"2951-2|LN", RULE_LOINC_FORMAT, "2951-2"},
            {"[2951-2]", RULE_LOINC_FORMAT, "2951-2"},
            {"2951-2^Sodium^LN", RULE_LOINC_FORMAT, "2951-2"},
            {"2951-2^Sodium", RULE_LOINC_FORMAT, "2951-2"},
            {"NA^Natrium^L^2951-2^Sodium^LN", RULE_LOINC_FORMAT, "2951-2"},
            {"02951-2", RULE_LOINC_FORMAT, "2951-2"},
            {"0000002951-2", RULE_LOINC_FORMAT, "2951-2"},
            {"2951\xe2\x80\x91"
             "2",
             RULE_LOINC_FORMAT, "2951-2"},
            {"2951\xe2\x80\x93"
             "2",
             RULE_LOINC_FORMAT, "2951-2"},
            {"2951 - 2", RULE_LOINC_FORMAT, "2951-2"},
            {"\xef\xbc\x97\xef\xbc\x91\xef\xbc\x98-7", RULE_LOINC_FORMAT, "718-7"},
            //  a wrong check digit
            {"2951-3", RULE_LOINC_CHECK, NULL},
            {"LOINC:2951-3", RULE_LOINC_CHECK, NULL},
            {"02951-3", RULE_LOINC_CHECK, NULL},
            {"2951-3^Sodium^LN", RULE_LOINC_CHECK, NULL},
            {"2951\xe2\x80\x93"
             "3",
             RULE_NONE, NULL},
            //  made by a spreadsheet
            {"7/1/2345", RULE_LOINC_DATE, NULL},
            {"1/7/2345", RULE_LOINC_DATE, NULL},
            {"07/01/2345", RULE_LOINC_DATE, NULL},
            {"01.07.2345", RULE_LOINC_DATE, NULL},
            {"2345-07-01", RULE_LOINC_DATE, NULL},
            {"2345-07-01 00:00:00", RULE_LOINC_DATE, NULL},
            {"2345-07-01T00:00:00", RULE_LOINC_DATE, NULL},
            {"Jul-45", RULE_LOINC_DATE, NULL},
            {"JUL-2345", RULE_LOINC_DATE, NULL},
            {"juil.-45", RULE_LOINC_DATE, NULL},
            {"Mrz-45", RULE_LOINC_DATE, NULL},
            {"7/1/45", RULE_LOINC_DATE, NULL},
            {"7/2/2345", RULE_NONE, NULL},
            {"8/1/2345", RULE_NONE, NULL},
            {"12/1/2345", RULE_NONE, NULL},
            {"Jul-4", RULE_NONE, NULL},
            //  other codes
            {"GLU", RULE_NONE, NULL},
            {"LN", RULE_NONE, NULL},
            {"LNX 12", RULE_NONE, NULL},
            {"LP14635-4", RULE_NONE, NULL},
            {"GLU^Glucose^L", RULE_NONE, NULL},
            {"MAR", RULE_NONE, NULL},
            {"^^", RULE_NONE, NULL},
            {"12345", RULE_NONE, NULL},
            {"1E5", RULE_NONE, NULL},
            {"1.23457E+11", RULE_IDENTIFIER_DIGITS, NULL}};

Test (loinc, is_read_as_interfaces_write_it)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char bytes[64];
        struct scratch scratch = {bytes, 0, sizeof bytes};
        struct text in = text_of (ROWS[i].in), out;
        enum rule rule = loinc_standardize (in, &out, &scratch);
        cr_expect_eq (rule, ROWS[i].rule, "“%s”: %s", ROWS[i].in, RULE[rule].name);
        cr_expect (text_equal (out, ROWS[i].out ? text_of (ROWS[i].out) : in), "“%s” became “%.*s”",
                   ROWS[i].in, (int) out.n, out.at);
        scratch = (struct scratch){bytes, 0, sizeof bytes};
        cr_expect (rule != RULE_LOINC_FORMAT || loinc_standardize (out, &out, &scratch) == RULE_NONE);
    }
}

Test (loinc, has_its_name_with_it_in_hl7)
{
    struct text name = loinc_name (TEXT ("2951-2^Sodium^LN"));
    cr_expect (text_equal (name, TEXT ("Sodium")));
    name = loinc_name (TEXT ("NA^Natrium^L^2951-2^Sodium^LN"));
    cr_expect (text_equal (name, TEXT ("Sodium")));
    cr_expect_eq (loinc_name (TEXT ("2951-2")).n, 0);
    cr_expect_eq (loinc_name (TEXT ("2951-2^^LN")).n, 0);
}

Test (identifier, in_scientific_notation_has_lost_digits)
{
    static const char *const LOST[] = {"1.23457E+11", "1,23457E+11", "1.23457e+11",
                                       "1E+11",       "9.99E12",     "1.2E+100"};
    static const char *const KEPT[] = {"1E5",      "12E4",     "E+11",     "1.E+11", "1.2E+",
                                       "A1.2E+11", "12.3E+11", "1.2E+11a", "1.2.3"};
    for (size_t i = 0; i < sizeof LOST / sizeof *LOST; i++)
        cr_expect (identifier_lost_digits (text_of (LOST[i])), "%s", LOST[i]);
    for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++)
        cr_expect_not (identifier_lost_digits (text_of (KEPT[i])), "%s", KEPT[i]);
}
