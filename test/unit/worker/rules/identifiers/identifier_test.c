//  identifier_test.c: identifiers with a form of their own.
#include "worker/rules/identifiers/contact.h"
#include "worker/rules/identifiers/identifier.h"
#include "worker/rules/identifiers/phone.h"
#include "worker/rules/identifiers/state.h"

#include <criterion/criterion.h>

struct row {
    const char *in, *out;    //  out NULL: nothing is written
    enum rule rule;
};

typedef enum rule (*standardize_fn) (struct text, struct text *, struct scratch *);

static void s_check (standardize_fn standardize, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char buffer[512];
        struct scratch scratch = {buffer, 0, sizeof buffer};
        struct text out = {NULL, 0};
        enum rule rule = standardize (text_of (rows[i].in), &out, &scratch);
        cr_expect_eq (rule, rows[i].rule, "“%s”: %s", rows[i].in, RULE[rule].name);
        if (rows[i].out)
            cr_expect (text_equal (out, text_of (rows[i].out)), "“%s” became “%.*s”", rows[i].in, (int) out.n,
                       out.at);
    }
}

#define CHECK(STANDARDIZE, ROWS) s_check (STANDARDIZE, ROWS, sizeof ROWS / sizeof *ROWS)

Test (identity, a_social_security_number_is_written_with_dashes)
{
    static const struct row ROWS[] = {
        {"123-45-6789", "123-45-6789", RULE_NONE},       {"123456789", "123-45-6789", RULE_SSN_FORMAT},
        {"123 45 6789", "123-45-6789", RULE_SSN_FORMAT}, {"999-17-5017", "999-17-5017", RULE_SSN_AREA},
        {"000456789", NULL, RULE_SSN_INVALID},           {"900-12-3456", "900-12-3456", RULE_SSN_AREA},
        {"999175017", "999-17-5017", RULE_SSN_AREA},     {"666-45-6789", NULL, RULE_SSN_INVALID},
        {"123-00-6789", NULL, RULE_SSN_INVALID},         {"123-45-0000", NULL, RULE_SSN_INVALID},
        {"999-17-0000", NULL, RULE_SSN_INVALID},         {"12345678", NULL, RULE_SSN_INVALID},
        {"1234567890", NULL, RULE_SSN_INVALID},          {"123-456789", NULL, RULE_SSN_INVALID},
        {"12-345-6789", NULL, RULE_SSN_INVALID},         {"123-45 6789", NULL, RULE_SSN_INVALID},
        {"12a-45-6789", NULL, RULE_SSN_INVALID},         {"123/45/6789", NULL, RULE_SSN_INVALID}};
    CHECK (ssn_standardize, ROWS);
}

Test (identity, a_telephone_number_says_by_itself_what_it_says)
{
    static const struct row ROWS[] = {{"(617) 555-0123", "(617) 555-0123", RULE_NONE},
                                      {"13812345678", "13812345678", RULE_NONE},
                                      {"1-617-555-0123", "1-617-555-0123", RULE_NONE},
                                      {"+1 617 555 0123", "+16175550123", RULE_PHONE_FORMAT},
                                      {"+16175550123", "+16175550123", RULE_NONE},
                                      {"+44 20 7946 0958", "+442079460958", RULE_PHONE_FORMAT},
                                      {"+44\u201020\u20117946\u20130958", "+442079460958", RULE_PHONE_FORMAT},
                                      {"020 7946 0958", "020 7946 0958", RULE_NONE},
                                      {"117-555-0123", "117-555-0123", RULE_NONE},
                                      {"555-0123", "555-0123", RULE_NONE},
                                      {"tel:+16175550123", "+16175550123", RULE_PHONE_FORMAT},
                                      {"tel:617-555-0123", "617-555-0123", RULE_PHONE_FORMAT},
                                      {"tel:", NULL, RULE_PHONE_INVALID},
                                      {"+49 (0)30 1234567", "+49301234567", RULE_PHONE_FORMAT},
                                      {"555-012", NULL, RULE_PHONE_INVALID},
                                      {"+1234567890123456", NULL, RULE_PHONE_INVALID},
                                      {"+0 617 555 0123", NULL, RULE_PHONE_INVALID},
                                      {"617)5550123", NULL, RULE_PHONE_INVALID},
                                      {"unlisted", NULL, RULE_PHONE_INVALID},
                                      {"+", NULL, RULE_PHONE_INVALID},
                                      //  Extensions.
                                      {"617-555-0123 x45", "617-555-0123", RULE_PHONE_EXTENSION},
                                      {"(617) 555-0123 Ext. 45", "(617) 555-0123", RULE_PHONE_EXTENSION},
                                      {"617-555-0123, extension 7", "617-555-0123", RULE_PHONE_EXTENSION},
                                      {"6175550123x12345", "6175550123", RULE_PHONE_EXTENSION},
                                      {"617-555-0123 #45", "617-555-0123", RULE_PHONE_EXTENSION},
                                      {"tel:+1-617-555-0123;ext=45", "+16175550123", RULE_PHONE_EXTENSION},
                                      {"+49 30 1234567 Durchwahl 12", "+49301234567", RULE_PHONE_EXTENSION},
                                      {"617-555-0123 x", NULL, RULE_PHONE_INVALID},
                                      {"617-555-0123 x1234567", NULL, RULE_PHONE_INVALID},
                                      {"617-555-0123 fax 4", NULL, RULE_PHONE_INVALID},
                                      {"x45", NULL, RULE_PHONE_INVALID}};
    CHECK (phone_standardize, ROWS);
}

Test (identity, ten_digits_of_north_american_form_are_known_by_it_and_eleven_unbroken_ones_are_not)
{
    static const char *const ROWS[][2] = {{"(617) 555-0123", "+16175550123"},
                                          {"617.555.0123", "+16175550123"},
                                          {"6175550123", "+16175550123"},
                                          {"1-617-555-0123", "+16175550123"},
                                          {"1 (617) 555-0123", "+16175550123"},
                                          {"1(617)5550123", "+16175550123"},
                                          {"(1) 617 555 0123", "+16175550123"},
                                          {"1.6175550123", "+16175550123"},
                                          {"16175550123", NULL},
                                          {"13812345678", NULL},
                                          {"1381-2345678", NULL},
                                          {"117-555-0123", NULL},
                                          {"617-155-0123", NULL},
                                          {"555-0123", NULL},
                                          {"2-617-555-0123", NULL}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char buffer[64];
        struct scratch scratch = {buffer, 0, sizeof buffer};
        struct text out = {NULL, 0};
        bool formed = phone_in_north_american_form (text_of (ROWS[i][0]), &out, &scratch);
        cr_expect_eq (formed, ROWS[i][1] != NULL, "“%s”", ROWS[i][0]);
        if (formed && ROWS[i][1])
            cr_expect (text_equal (out, text_of (ROWS[i][1])), "“%s” became “%.*s”", ROWS[i][0], (int) out.n,
                       out.at);
    }
}

Test (identity, the_domain_of_an_address_is_in_lower_case)
{
    static const struct row ROWS[] = {{"Ann.Lee@Example.ORG", "Ann.Lee@example.org", RULE_EMAIL_FORMAT},
                                      {"Ann@MÜLLER.Example", "Ann@müller.example", RULE_EMAIL_FORMAT},
                                      {"a@straße.example", "a@straße.example", RULE_NONE},
                                      {"a@\u023a\u023a.example", "a@\u2c65\u2c65.example", RULE_EMAIL_FORMAT},
                                      {"a+b@example.com", "a+b@example.com", RULE_NONE},
                                      {"o'neil_1@sub.example.co", "o'neil_1@sub.example.co", RULE_NONE},
                                      //  62 bytes, which would be 93 in lower case: longer than a label
                                      {"a@\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a"
                                       "\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a"
                                       "\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a\u023a.example",
                                       NULL, RULE_EMAIL_INVALID},
                                      {"a@b", NULL, RULE_EMAIL_INVALID},
                                      {"@example.com", NULL, RULE_EMAIL_INVALID},
                                      {"a@", NULL, RULE_EMAIL_INVALID},
                                      {"a.@example.com", NULL, RULE_EMAIL_INVALID},
                                      {".a@example.com", NULL, RULE_EMAIL_INVALID},
                                      {"a..b@example.com", NULL, RULE_EMAIL_INVALID},
                                      {"a b@example.com", NULL, RULE_EMAIL_INVALID},
                                      {"a@b@example.com", NULL, RULE_EMAIL_INVALID},
                                      {"a@-example.com", NULL, RULE_EMAIL_INVALID},
                                      {"a@example-.com", NULL, RULE_EMAIL_INVALID},
                                      {"a@example..com", NULL, RULE_EMAIL_INVALID},
                                      {"a@10.0.0.1", NULL, RULE_EMAIL_INVALID},
                                      {"example.com", NULL, RULE_EMAIL_INVALID}};
    CHECK (email_standardize, ROWS);
}

Test (identity, a_zip_code_has_five_digits_or_five_and_four)
{
    static const struct row ROWS[] = {{"02155", "02155", RULE_NONE},
                                      {"02155-1234", "02155-1234", RULE_NONE},
                                      {"021551234", "02155-1234", RULE_POSTAL_FORMAT},
                                      {"02155 1234", "02155-1234", RULE_POSTAL_FORMAT},
                                      {"02155-", "02155", RULE_POSTAL_FORMAT},
                                      {"sw1a 1aa", "SW1A 1AA", RULE_POSTAL_FORMAT},
                                      {"K1A 0B1", "K1A 0B1", RULE_NONE},
                                      {"4011", "4011", RULE_NONE},
                                      {"75008", "75008", RULE_NONE},
                                      {"12", NULL, RULE_POSTAL_INVALID},
                                      {"ABCDE", NULL, RULE_POSTAL_INVALID},
                                      {"12345678901", NULL, RULE_POSTAL_INVALID},
                                      {"0215#", NULL, RULE_POSTAL_INVALID}};
    CHECK (postal_code_standardize, ROWS);
}

Test (identity, a_state_becomes_its_two_letters)
{
    static const struct row ROWS[] = {{"Massachusetts", "MA", RULE_STATE_MAPPED},
                                      {"MA", "MA", RULE_NONE},
                                      {"ma", "MA", RULE_STATE_MAPPED},
                                      {"NEW YORK", "NY", RULE_STATE_MAPPED},
                                      {"north-carolina", "NC", RULE_STATE_MAPPED},
                                      {"Washington", "WA", RULE_STATE_MAPPED},
                                      {"Washington, D.C.", "Washington, D.C.", RULE_NONE},
                                      {"Washington DC", "DC", RULE_STATE_MAPPED},
                                      {"District of Columbia", "DC", RULE_STATE_MAPPED},
                                      {"Puerto Rico", "PR", RULE_STATE_MAPPED},
                                      {"nsw", "nsw", RULE_NONE},
                                      {"Ontario", "Ontario", RULE_NONE}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct text out;
        cr_expect_eq (state_standardize (text_of (ROWS[i].in), REGION_US, &out), ROWS[i].rule, "“%s”",
                      ROWS[i].in);
        cr_expect (text_equal (out, text_of (ROWS[i].out)), "“%s” became “%.*s”", ROWS[i].in, (int) out.n,
                   out.at);
    }
}

//  Utah and its two letters mean nothing in Australia, where WA is Western Australia.
Test (identity, a_state_of_the_us_is_one_among_others_too_unless_they_have_its_name_or_letters)
{
    uint64_t votes[REGIONS_MAX] = {0};
    for (unsigned countries = state_countries (text_of ("Queensland")); countries; countries &= countries - 1)
        votes[__builtin_ctz (countries)]++;
    int australia = state_region (votes);
    static const struct row ROWS[] = {
        {"Utah", "UT", RULE_STATE_MAPPED}, {"ut", "UT", RULE_STATE_MAPPED},         {"UT", "UT", RULE_NONE},
        {"wa", "wa", RULE_NONE},           {"Washington", "Washington", RULE_NONE}, {"vic", "vic", RULE_NONE},
        {"Bavaria", "Bavaria", RULE_NONE}};
    cr_assert_neq (australia, REGION_US);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct text out;
        cr_expect_eq (state_standardize (text_of (ROWS[i].in), australia, &out), ROWS[i].rule, "“%s”",
                      ROWS[i].in);
        cr_expect (text_equal (out, text_of (ROWS[i].out)), "“%s” became “%.*s”", ROWS[i].in, (int) out.n,
                   out.at);
    }
}

//  Numbers are those that regulators keep for plays and examples, or of the plan's length.
Test (identity, a_telephone_number_is_dialled_from_its_own_country)
{
    static const struct {
        const char *in, *country, *out;    //  NULL: it stays as it stands
    } ROWS[] = {{"030 1234567", "DE", "+49301234567"},
                {"(030) 123-4567", "Germany", "+49301234567"},
                {"0049 30 1234567", "Deutschland", "+49301234567"},
                {"0049 (0)30 1234567", "DEU", "+49301234567"},
                {"221 5550123", "DE", NULL},
                {"4915123456789", "DE", "+4915123456789"},
                {"01 23 45 67 89", "France", "+33123456789"},
                {"612345678", "FR", "+33612345678"},
                {"0123", "FR", NULL},
                {"020 7946 0958", "United Kingdom", "+442079460958"},
                {"55 5123 4567", "MX", "+525551234567"},
                {"912 345 678", "ES", "+34912345678"},
                {"06 698 12345", "Italy", "+390669812345"},
                {"13812345678", "China", "+8613812345678"},
                {"13812345678", "中国", "+8613812345678"},
                {"010-12345678", "CN", "+861012345678"},
                {"8613812345678", "CHN", "+8613812345678"},
                {"9876543210", "India", "+919876543210"},
                {"919876543210", "IN", "+919876543210"},
                {"(02) 5550 1234", "AU", "+61255501234"},
                {"0491 570 156", "Australia", "+61491570156"},
                {"8 (495) 123-45-67", "RU", "+74951234567"},
                {"06 1 234 5678", "Hungary", "+3612345678"},
                {"(11) 96123-4567", "Brasil", "+5511961234567"},
                {"617-555-0123", "US", "+16175550123"},
                {"16175550123", "USA", "+16175550123"},
                {"16135550123", "Canada", "+16135550123"},
                {"13812345678", "US", "+13812345678"},
                {"555-0123", "US", NULL},
                {"2015550123", "DE", NULL},
                //  A spreadsheet has dropped the 0, or nobody has written it.
                {"7400123456", "GB", "+447400123456"},
                {"15123456789", "DE", "+4915123456789"},
                {"450001234", "BE", "+32450001234"},
                {"201234567", "HU", "+36201234567"},
                {"9012345678", "JP", "+819012345678"},
                {"984-1234567", "NP", "+9779841234567"},
                {"912 345 678", "PE", "+51912345678"},
                {"436641234567", "AT", "+436641234567"},
                {"664123456", "AT", "+43664123456"},
                {"62812345678", "ID", "+62812345678"},
                {"79123456789", "RU", "+79123456789"},
                {"094 231 234", "UY", "+59894231234"},
                {"2123 1234", "UY", "+59821231234"},
                {"660 234 567", "LI", "+423660234567"},
                {"9 11 2345 6789", "AR", "+5491123456789"},
                {"5491123456789", "AR", "+5491123456789"},
                {"11 2345 6789", "AR", "+541123456789"},
                {"11 15-2345-6789", "AR", NULL},
                {"0012015550123", "US", "+12015550123"},
                //  Without the prefix of an area, which is not known.
                {"2079460958", "GB", NULL},
                {"89 123456", "DE", NULL},
                {"4212345", "IE", NULL}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char buffer[64];
        struct scratch scratch = {buffer, 0, sizeof buffer};
        struct text out = {NULL, 0};
        const struct country *country = country_of (country_mark (text_of (ROWS[i].country)));
        cr_assert_not_null (country, "%s", ROWS[i].country);
        bool dialled = phone_from_national (text_of (ROWS[i].in), country, &out, &scratch);
        cr_expect_eq (dialled, ROWS[i].out != NULL, "“%s” of %s", ROWS[i].in, ROWS[i].country);
        if (dialled && ROWS[i].out)
            cr_expect (text_equal (out, text_of (ROWS[i].out)), "“%s” became “%.*s”", ROWS[i].in, (int) out.n,
                       out.at);
    }
    cr_assert_eq (country_mark (TEXT ("Elsewhere")), COUNTRY_UNKNOWN);
    cr_assert_eq (country_mark (TEXT (" - ")), COUNTRY_NONE);
    cr_assert_null (country_of (COUNTRY_UNKNOWN));
}

Test (identity, the_country_that_explains_most_states_of_a_column_is_its_country)
{
    static const struct {
        const char *values[6];
        bool us;
    } ROWS[] = {{{"nsw", "vic", "wa"}, false},
                {{"WA", "OR", "CA"}, true},
                {{"wa"}, true},
                {{"WA", "VIC"}, false},
                {{"MI", "CA", "VA"}, true},
                {{"MI", "RM", "CA", "TO"}, false},
                {{"Ontario", "Qc", "CA"}, false},
                {{"MA", "NY", "ON"}, true},
                {{"Bayern", "Sachsen"}, false},
                {{"VA", "Toledo", "Ávila"}, false},
                {{"JAL", "CMX", "CO"}, false},
                {{"xx", "yy"}, true},
                {{"Western Australia", "wa"}, false},
                {{"Massachusetts", "ma", "New York", "nt"}, true}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        uint64_t votes[REGIONS_MAX] = {0};
        for (size_t v = 0; v < 6 && ROWS[i].values[v]; v++)
            for (int r = 0; r < REGIONS_MAX; r++)
                votes[r] += state_countries (text_of (ROWS[i].values[v])) >> r & 1;
        cr_expect_eq (state_region (votes) == REGION_US, ROWS[i].us, "%s …", ROWS[i].values[0]);
    }
}

Test (identity, a_uid_is_digits_and_points_without_leading_zeros)
{
    static const char *const GOOD[] = {"1.2.840.10008.5.1.4.1.1.1.1", "0", "1.0.3", "2",
                                       "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.2456"};
    static const char *const BAD[] = {"",
                                      ".",
                                      "1.",
                                      ".1",
                                      "1..2",
                                      "1.02",
                                      "00",
                                      "1.2a",
                                      "1 2",
                                      "1.2-3",
                                      "82702944-686c-a8fa-9463-6b72152c58a5",
                                      "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.24567"};
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
        cr_expect (uid_is_valid (text_of (GOOD[i])), "%s", GOOD[i]);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        cr_expect_not (uid_is_valid (text_of (BAD[i])), "%s", BAD[i]);
}

Test (identity, digits_and_points_are_meant_as_a_uid_and_no_other_identifier_is)
{
    static const char *const MEANT[] = {"1.2.840", "1.02.3", "1..2", "1.2."};
    static const char *const OTHER[] = {"", "12345", "10.5", "82702944-686c-a8fa-9463-6b72152c58a5", "1.2.a"};
    for (size_t i = 0; i < sizeof MEANT / sizeof *MEANT; i++)
        cr_expect (uid_is_meant (text_of (MEANT[i])), "%s", MEANT[i]);
    for (size_t i = 0; i < sizeof OTHER / sizeof *OTHER; i++)
        cr_expect_not (uid_is_meant (text_of (OTHER[i])), "%s", OTHER[i]);
}

Test (identity, a_loinc_code_has_the_right_check_digit)
{
    static const char *const GOOD[] = {"2345-7", "2160-0", "718-7",   "2951-2",
                                       "2823-3", "8302-2", "72514-3", "100019-9"};
    static const char *const WRONG[] = {"2345-8", "2345-0", "718-0", "3245-7"};
    static const char *const FORMLESS[] = {"",       "-7",     "2345",     "2345-",     "2345-77",
                                           "23a5-7", "2345_7", "LA6576-8", "12345678-0"};
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
        cr_expect (loinc_is_valid (text_of (GOOD[i])), "%s", GOOD[i]);
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        cr_expect (loinc_has_form (text_of (WRONG[i])), "%s", WRONG[i]);
        cr_expect_not (loinc_is_valid (text_of (WRONG[i])), "%s", WRONG[i]);
    }
    for (size_t i = 0; i < sizeof FORMLESS / sizeof *FORMLESS; i++)
        cr_expect_not (loinc_has_form (text_of (FORMLESS[i])), "%s", FORMLESS[i]);
}

Test (identity, one_wrong_digit_of_a_loinc_code_is_always_noticed)
{
    char code[] = "2345-7";
    for (size_t at = 0; at < sizeof code - 1; at++) {
        char right = code[at];
        for (char digit = '0'; right != '-' && digit <= '9'; digit++) {
            code[at] = digit;
            cr_expect_eq (loinc_is_valid (text_of (code)), digit == right, "%s", code);
        }
        code[at] = right;
    }
}
