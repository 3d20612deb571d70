//  number_test.c: numbers as laboratories write them, and doubles as decimals.
#include "worker/rules/numbers/number.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct row {
    const char *in;
    enum rule rule;
    const char *comparator, *digits;
    unsigned significant;
};

static void s_check (const struct row *row)
{
    struct number number;
    memset (&number, 0x5a, sizeof number);
    size_t n = strlen (row->in);
    char *exact = malloc (n ? n : 1);    //  so that the sanitizers see each byte read beyond
    memcpy (exact, row->in, n);
    enum rule rule = number_read ((struct text){exact, n}, DECIMAL_POINT, &number);
    free (exact);
    cr_expect_eq (rule, row->rule, "“%s”: %s", row->in, RULE[rule].name);
    if (rule == RULE_NUMBER_INVALID || rule != row->rule) {
        cr_expect_eq (number.digits[0], 0x5a, "“%s”", row->in);
        return;
    }
    cr_expect_str_eq (number.comparator, row->comparator);
    cr_expect_eq (number.significant, row->significant, "“%s”: %u significant", row->in, number.significant);
    cr_expect (text_equal ((struct text){number.digits, number.n}, text_of (row->digits)),
               "“%s” became “%.*s”", row->in, (int) number.n, number.digits);
}

#define CHECK(ROWS)                                                                                          \
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)                                                  \
    s_check (&ROWS[i])

Test (number, a_plain_decimal_stays_as_it_is)
{
    static const struct row ROWS[] = {
        {"7.40", RULE_NONE, "", "7.40", 3},   {"0", RULE_NONE, "", "0", 1},
        {"0.050", RULE_NONE, "", "0.050", 2}, {"1200", RULE_NONE, "", "1200", 4},
        {"-3.5", RULE_NONE, "", "-3.5", 2},   {"0.00", RULE_NONE, "", "0.00", 1},
        {"-0.0", RULE_NONE, "", "-0.0", 1},   {"10.0", RULE_NONE, "", "10.0", 3},
        {"0.9", RULE_NONE, "", "0.9", 1},     {"42.36877442769006", RULE_NONE, "", "42.36877442769006", 16}};
    CHECK (ROWS);
}

Test (number, other_ways_to_write_a_decimal_become_plain)
{
    static const struct row ROWS[] = {{"+3", RULE_NUMBER_FORMAT, "", "3", 1},
                                      {".5", RULE_NUMBER_FORMAT, "", "0.5", 1},
                                      {"5.", RULE_NUMBER_FORMAT, "", "5", 1},
                                      {"-.5", RULE_NUMBER_FORMAT, "", "-0.5", 1},
                                      {"007", RULE_NUMBER_FORMAT, "", "7", 1},
                                      {"00.5", RULE_NUMBER_FORMAT, "", "0.5", 1},
                                      {"1.2e3", RULE_NUMBER_FORMAT, "", "1200", 2},
                                      {"1.2E-3", RULE_NUMBER_FORMAT, "", "0.0012", 2},
                                      {"1.50e+2", RULE_NUMBER_FORMAT, "", "150", 3},
                                      {"12.345e1", RULE_NUMBER_FORMAT, "", "123.45", 5},
                                      {"0e5", RULE_NUMBER_FORMAT, "", "0", 1},
                                      {"10E3", RULE_NUMBER_FORMAT, "", "10000", 2},
                                      {"\xe2\x88\x92"
                                       "5",
                                       RULE_NUMBER_FORMAT, "", "-5", 1}};
    CHECK (ROWS);
}

Test (number, grouped_digits_and_decimal_commas_are_told_apart)
{
    static const struct row ROWS[] = {{"1,234", RULE_NUMBER_FORMAT, "", "1234", 4},
                                      {"1,234.5", RULE_NUMBER_FORMAT, "", "1234.5", 5},
                                      {"1,234,567.89", RULE_NUMBER_FORMAT, "", "1234567.89", 9},
                                      {"1.234,5", RULE_NUMBER_FORMAT, "", "1234.5", 5},
                                      {"1.234.567", RULE_NUMBER_FORMAT, "", "1234567", 7},
                                      {"1.234", RULE_NONE, "", "1.234", 4},
                                      {"5,4", RULE_NUMBER_FORMAT, "", "5.4", 2},
                                      {"0,123", RULE_NUMBER_FORMAT, "", "0.123", 3},
                                      {"1234,567", RULE_NUMBER_FORMAT, "", "1234.567", 7},
                                      {"12,3456", RULE_NUMBER_FORMAT, "", "12.3456", 6},
                                      {",5", RULE_NUMBER_FORMAT, "", "0.5", 1},
                                      {"1 234.5", RULE_NUMBER_FORMAT, "", "1234.5", 5},
                                      {"1 234 567,8", RULE_NUMBER_FORMAT, "", "1234567.8", 8},
                                      {"1\xc2\xa0"
                                       "234,5",
                                       RULE_NUMBER_FORMAT, "", "1234.5", 5},
                                      {"1\xe2\x80\xaf"
                                       "234",
                                       RULE_NUMBER_FORMAT, "", "1234", 4},
                                      {"1'234.5", RULE_NUMBER_FORMAT, "", "1234.5", 5},
                                      {"-12,345", RULE_NUMBER_FORMAT, "", "-12345", 5}};
    CHECK (ROWS);
}

Test (number, a_comparator_is_split_off)
{
    static const struct row ROWS[] = {{"<5", RULE_NUMBER_SPLIT, "<", "5", 1},
                                      {"< 5", RULE_NUMBER_SPLIT, "<", "5", 1},
                                      {"<=5", RULE_NUMBER_SPLIT, "<=", "5", 1},
                                      {"=<5", RULE_NUMBER_SPLIT, "<=", "5", 1},
                                      {"< = 5", RULE_NUMBER_SPLIT, "<=", "5", 1},
                                      {">=100", RULE_NUMBER_SPLIT, ">=", "100", 3},
                                      {"=>100", RULE_NUMBER_SPLIT, ">=", "100", 3},
                                      {"> = 100", RULE_NUMBER_SPLIT, ">=", "100", 3},
                                      {">0.10", RULE_NUMBER_SPLIT, ">", "0.10", 2},
                                      {"\xe2\x89\xa5"
                                       "100",
                                       RULE_NUMBER_SPLIT, ">=", "100", 3},
                                      {"\xe2\x89\xa4 .5", RULE_NUMBER_SPLIT, "<=", "0.5", 1},
                                      {"<-5", RULE_NUMBER_SPLIT, "<", "-5", 1},
                                      {">1,000", RULE_NUMBER_SPLIT, ">", "1000", 4}};
    CHECK (ROWS);
}

Test (number, what_is_no_number_is_left_alone)
{
    static const char *const TEXTS[] = {"",
                                        "NEG",
                                        "TRACE",
                                        "1:40",
                                        "3+",
                                        "- 5",
                                        "5%",
                                        "--5",
                                        "+-5",
                                        "nan",
                                        "NaN",
                                        "inf",
                                        "-inf",
                                        ".",
                                        ",",
                                        "-",
                                        "+",
                                        "<",
                                        "<=",
                                        "=",
                                        "=5",
                                        "<>5",
                                        "5,",
                                        "1,2,3",
                                        "1,23.4",
                                        "1.2.3",
                                        "1,234,56",
                                        "0,123.4",
                                        "12 34",
                                        "1 2",
                                        "5e",
                                        "e5",
                                        "1e+",
                                        "1.5e3.2",
                                        "0x10",
                                        "1e100",
                                        "12,345.678,9",
                                        "5 mg",
                                        "2020-01-03",
                                        "120/80",
                                        "1.234,567.8",
                                        "~5",
                                        "5-10",
                                        "\xe2\x89\xa5"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        s_check (&(struct row){.in = TEXTS[i], .rule = RULE_NUMBER_INVALID});
}

Test (number, more_than_forty_digits_are_no_number)
{
    s_check (&(struct row){"1234567890123456789012345678901234567890", RULE_NONE, "",
                           "1234567890123456789012345678901234567890", 40});
    s_check (&(struct row){.in = "12345678901234567890123456789012345678901", .rule = RULE_NUMBER_INVALID});
    s_check (&(struct row){"-1234567890123456789012345678901234567890", RULE_NONE, "",
                           "-1234567890123456789012345678901234567890", 40});
    s_check (&(struct row){.in = "1e40", .rule = RULE_NUMBER_INVALID});
    s_check (&(struct row){.in = "1e-40", .rule = RULE_NUMBER_INVALID});
}

Test (number, a_value_is_the_nearest_double)
{
    static const char *const TEXTS[] = {"0",
                                        "1",
                                        "-1",
                                        "0.1",
                                        "7.40",
                                        "180.156",
                                        "9007199254740993",
                                        "0.30000000000000004",
                                        "123456789012345678901234567890",
                                        "0.000000000000000000000000001",
                                        "-42.36877442769006",
                                        "2.2250738585072014",
                                        "1234567890.1234567890123456789"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        cr_expect_eq (number_value (TEXTS[i], strlen (TEXTS[i])), strtod (TEXTS[i], NULL), "%s", TEXTS[i]);
}

Test (number, a_double_is_written_with_the_digits_asked_for)
{
    static const struct {
        double value;
        unsigned significant;
        const char *out;
    } ROWS[] = {{99.0858, 4, "99.09"},
                {5.5, 3, "5.50"},
                {1.0, 3, "1.00"},
                {0.000123456, 3, "0.000123"},
                {1234567, 3, "1230000"},
                {1234567, 7, "1234567"},
                {999.96, 4, "1000"},
                {0.99999, 3, "1.00"},
                {-2.5, 2, "-2.5"},
                {0.5, 1, "0.5"},
                {100, 3, "100"},
                {100, 5, "100.00"},
                {0, 3, "0.00"},
                {0, 1, "0"},
                {-0.0, 2, "0.0"},
                {1e22, 3, "10000000000000000000000"},
                {2.5, 1, "2"},
                {3.5, 1, "4"},
                {1e-10, 2, "0.00000000010"},
                {0.1, 17, "0.10000000000000001"}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char out[NUMBER_BYTES];
        size_t n = number_write (ROWS[i].value, ROWS[i].significant, out);
        cr_expect (text_equal ((struct text){out, n}, text_of (ROWS[i].out)), "%.17g at %u: %.*s",
                   ROWS[i].value, ROWS[i].significant, (int) n, out);
    }
}

Test (number, what_cannot_be_written_is_not)
{
    char out[NUMBER_BYTES];
    cr_assert_eq (number_write (NAN, 3, out), 0);
    cr_assert_eq (number_write (INFINITY, 3, out), 0);
    cr_assert_eq (number_write (1, 0, out), 0);
    cr_assert_eq (number_write (1, 18, out), 0);
    cr_assert_eq (number_write (1e40, 3, out), 0);
    cr_assert_eq (number_write (1e-38, 3, out), 0);
    cr_assert_eq (number_write (1e300, 3, out), 0);
    cr_assert_eq (number_write (-1e39, 3, out), 41);
    cr_assert_eq (number_write (-1e-37, 3, out), 42);    //  the point and the sign are no digits
    cr_assert_eq (number_write (5e-324, 17, out), 0);
}

//  The digits of a decimal from the first that is not zero; zeros after the last one do not count.
static void s_digits (const char *in, size_t n, char *out)
{
    size_t used = 0;
    for (size_t at = 0; at < n && in[at] != 'e'; at++)
        if (in[at] >= '0' && in[at] <= '9' && (used || in[at] != '0'))
            out[used++] = in[at];
    while (used && out[used - 1] == '0')
        used--;
    out[used] = '\0';
}

Test (number, rounding_agrees_with_the_c_library_on_a_million_doubles)
{
    uint64_t seed = 42;
    for (int i = 0; i < 1000000; i++) {
        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        unsigned significant = 1 + (unsigned) (seed >> 40) % 17;
        double value = (double) (seed >> 11);
        if (i % 3 == 0)    //  what conversions give
            value = (double) ((seed >> 33) % 100000) / 100 * 18.0156;
        else if (i % 3 == 1)    //  halves of every size: ties
            value = (double) ((seed >> 33) % 1000000) / 64;
        else
            value = ldexp (value, (int) ((seed >> 3) % 120) - 110);
        char out[NUMBER_BYTES], got[80], text[80], want[80];
        size_t n = number_write (value, significant, out);
        if (n == 0 || value == 0)
            continue;
        snprintf (text, sizeof text, "%.*e", (int) significant - 1, value);
        s_digits (out, n, got);
        s_digits (text, strlen (text), want);
        cr_assert_str_eq (got, want);
        cr_assert_eq (number_value (out, n), strtod (text, NULL), "%a at %u", value, significant);
    }
}

Test (number, what_was_written_reads_back_as_it_stands)
{
    for (int i = 0; i < 10000; i++) {
        char out[NUMBER_BYTES];
        struct number number;
        size_t n = number_write (i * 0.37 - 1000, 5, out);
        cr_assert_eq (number_read ((struct text){out, n}, DECIMAL_POINT, &number), RULE_NONE);
        cr_assert (text_equal ((struct text){out, n}, (struct text){number.digits, number.n}));
    }
}

Test (number, only_what_json_takes_for_a_number_is_a_decimal)
{
    static const char *const GOOD[] = {"0", "-0", "7", "-12", "0.5", "2.10", "1200", "-0.050"};
    static const char *const BAD[] = {"",    "-",   ".",  "7.",  ".5",   "7..",  "2.1..", "2.1.4", "01",
                                      "-.",  "--1", "+1", "1e5", "1,5",  "<5",   "1 ",    " 1",    "NaN",
                                      "-1-", "1.-", "00", "-01", "0x10", "1.5.", "١"};
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
        cr_expect (number_is_decimal (text_of (GOOD[i])), "%s", GOOD[i]);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        cr_expect (!number_is_decimal (text_of (BAD[i])), "%s", BAD[i]);
}

//  What each value shows of its column, and how it is read with either mark.
Test (number, decides_its_column_where_it_can_be_read_one_way_only)
{
    static const struct {
        const char *in;
        enum decimal_evidence evidence;
        const char *point, *comma;
    } CASES[] = {{"12", DECIMAL_EVIDENCE_NONE, "12", "12"},
                 {"12,4", DECIMAL_EVIDENCE_COMMA, "12.4", "12.4"},
                 {"7.85", DECIMAL_EVIDENCE_POINT, "7.85", "7.85"},
                 {"2,375", DECIMAL_EVIDENCE_AMBIGUOUS, "2375", "2.375"},
                 {"2.375", DECIMAL_EVIDENCE_AMBIGUOUS, "2.375", "2375"},
                 {"-2.375", DECIMAL_EVIDENCE_AMBIGUOUS, "-2.375", "-2375"},
                 {"<1.234", DECIMAL_EVIDENCE_AMBIGUOUS, "1.234", "1234"},
                 {"312.000", DECIMAL_EVIDENCE_AMBIGUOUS, "312.000", "312000"},
                 {"0,650", DECIMAL_EVIDENCE_COMMA, "0.650", "0.650"},
                 {"0.650", DECIMAL_EVIDENCE_POINT, "0.650", "0.650"},
                 {"-0.650", DECIMAL_EVIDENCE_POINT, "-0.650", "-0.650"},
                 {"1234.567", DECIMAL_EVIDENCE_POINT, "1234.567", "1234.567"},
                 {"1.2345", DECIMAL_EVIDENCE_POINT, "1.2345", "1.2345"},
                 {"1.234,5", DECIMAL_EVIDENCE_COMMA, "1234.5", "1234.5"},
                 {"1,234.5", DECIMAL_EVIDENCE_POINT, "1234.5", "1234.5"},
                 {"1.234.567", DECIMAL_EVIDENCE_COMMA, "1234567", "1234567"},
                 {"1,234,567", DECIMAL_EVIDENCE_POINT, "1234567", "1234567"},
                 {"12,34,567", DECIMAL_EVIDENCE_POINT, "1234567", "1234567"},
                 {"1,23,456.7", DECIMAL_EVIDENCE_POINT, "123456.7", "123456.7"},
                 {"1 234", DECIMAL_EVIDENCE_NONE, "1234", "1234"},
                 {"1 234,567", DECIMAL_EVIDENCE_COMMA, "1234.567", "1234.567"},
                 {"1'234", DECIMAL_EVIDENCE_NONE, "1234", "1234"},
                 {"1’234.567", DECIMAL_EVIDENCE_POINT, "1234.567", "1234.567"},
                 {"1\xe2\x80\xaf"
                  "234\xe2\x80\xaf"
                  "567,8",
                  DECIMAL_EVIDENCE_COMMA, "1234567.8", "1234567.8"},
                 {"1.234e2", DECIMAL_EVIDENCE_POINT, "123.4", "123.4"},
                 {"1,234E+2", DECIMAL_EVIDENCE_COMMA, "123.4", "123.4"},
                 {"5·4", DECIMAL_EVIDENCE_NONE, "5.4", "5.4"},
                 {"5·400", DECIMAL_EVIDENCE_NONE, "5.400", "5.400"},
                 {"5.", DECIMAL_EVIDENCE_NONE, "5", "5"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct number point, comma;
        struct text in = text_of (CASES[i].in);
        cr_assert_neq (number_read (in, DECIMAL_POINT, &point), RULE_NUMBER_INVALID, "%s", in.at);
        cr_assert_neq (number_read (in, DECIMAL_COMMA, &comma), RULE_NUMBER_INVALID, "%s", in.at);
        cr_expect_eq (point.evidence, CASES[i].evidence, "%s", in.at);
        cr_expect_eq (comma.evidence, CASES[i].evidence, "%s", in.at);
        cr_expect (text_equal ((struct text){point.digits, point.n}, text_of (CASES[i].point)), "%s: %.*s",
                   in.at, (int) point.n, point.digits);
        cr_expect (text_equal ((struct text){comma.digits, comma.n}, text_of (CASES[i].comma)), "%s: %.*s",
                   in.at, (int) comma.n, comma.digits);
    }
}

Test (number, comparators_stand_in_words_too)
{
    static const struct row ROWS[] = {{"LESS THAN 5", RULE_NUMBER_SPLIT, "<", "5", 1},
                                      {"less  than 5", RULE_NUMBER_SPLIT, "<", "5", 1},
                                      {"GREATER THAN 2000", RULE_NUMBER_SPLIT, ">", "2000", 4},
                                      {"Greater than or equal to 2.5", RULE_NUMBER_SPLIT, ">=", "2.5", 2},
                                      {"< or = 5", RULE_NUMBER_SPLIT, "<=", "5", 1},
                                      {"> OR EQUAL TO 5", RULE_NUMBER_SPLIT, ">=", "5", 1},
                                      {"<\xc2\xa0"
                                       "5",
                                       RULE_NUMBER_SPLIT, "<", "5", 1},
                                      {"<\t5", RULE_NUMBER_SPLIT, "<", "5", 1},
                                      {"＜５．２", RULE_NUMBER_SPLIT, "<", "5.2", 2},
                                      {"＞＝１００", RULE_NUMBER_SPLIT, ">=", "100", 3},
                                      {"≧ 3", RULE_NUMBER_SPLIT, ">=", "3", 1},
                                      {"&lt;5", RULE_NUMBER_SPLIT, "<", "5", 1},
                                      {"gt 30", RULE_NUMBER_SPLIT, ">", "30", 2},
                                      {"kleiner als 0,5", RULE_NUMBER_SPLIT, "<", "0.5", 1},
                                      {"größer als 5", RULE_NUMBER_SPLIT, ">", "5", 1},
                                      {"Über 5", RULE_NUMBER_SPLIT, ">", "5", 1},
                                      {"inférieur à 5", RULE_NUMBER_SPLIT, "<", "5", 1},
                                      {"menor que 5", RULE_NUMBER_SPLIT, "<", "5", 1},
                                      {"90 or more", RULE_NUMBER_SPLIT, ">=", "90", 2},
                                      {"5 or less", RULE_NUMBER_SPLIT, "<=", "5", 1}};
    CHECK (ROWS);
}

Test (number, powers_of_ten_and_signs_of_other_widths_are_read)
{
    static const struct row ROWS[] = {
        {"1.2E+2", RULE_NUMBER_FORMAT, "", "120", 2},      {"1,5 x 10^3", RULE_NUMBER_FORMAT, "", "1500", 2},
        {"1.5x10^3", RULE_NUMBER_FORMAT, "", "1500", 2},   {"1,5 × 10³", RULE_NUMBER_FORMAT, "", "1500", 2},
        {"1,5·10^3", RULE_NUMBER_FORMAT, "", "1500", 2},   {"1.5*10**3", RULE_NUMBER_FORMAT, "", "1500", 2},
        {"1.5 x 10E3", RULE_NUMBER_FORMAT, "", "1500", 2}, {"2 x 10⁻³", RULE_NUMBER_FORMAT, "", "0.002", 1},
        {"10^5", RULE_NUMBER_FORMAT, "", "100000", 1},     {">10^5", RULE_NUMBER_SPLIT, ">", "100000", 1},
        {"１２．５", RULE_NUMBER_FORMAT, "", "12.5", 3},   {"－５", RULE_NUMBER_FORMAT, "", "-5", 1},
        {"–5", RULE_NUMBER_FORMAT, "", "-5", 1},           {"٥", RULE_NUMBER_FORMAT, "", "5", 1}};
    CHECK (ROWS);
    static const char *const NONE[] = {"5 *",   "5x",      "10*5",    "1.5 x 11^3", "up to 5", "bis 7",
                                       "max 7", "lemon 5", "ab 5",    "less than",  "120 80",  "5 10^3",
                                       "12 E",  "1,2,3",   "1,23,45", "²"};
    for (size_t i = 0; i < sizeof NONE / sizeof *NONE; i++) {
        struct number number;
        cr_expect_eq (number_read (text_of (NONE[i]), DECIMAL_POINT, &number), RULE_NUMBER_INVALID, "%s",
                      NONE[i]);
    }
}

Test (decimal_mark, is_what_the_column_shows_then_what_is_told_then_what_the_file_shows)
{
    static const struct {
        struct decimal_votes column, file;
        int told;    //  -1: nothing
        enum decimal_mark mark;
        bool assumed;
    } CASES[] = {{{0, 0}, {0, 0}, -1, DECIMAL_POINT, true},
                 {{0, 1}, {0, 1}, -1, DECIMAL_COMMA, false},
                 {{2, 1}, {2, 9}, DECIMAL_COMMA, DECIMAL_POINT, false},
                 {{1, 3}, {9, 3}, DECIMAL_POINT, DECIMAL_COMMA, false},
                 {{0, 0}, {9, 0}, DECIMAL_COMMA, DECIMAL_COMMA, false},
                 {{0, 0}, {0, 3}, -1, DECIMAL_COMMA, false},
                 {{1, 1}, {1, 1}, -1, DECIMAL_POINT, true}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        enum decimal_mark told = (enum decimal_mark) CASES[i].told;
        bool assumed;
        cr_expect_eq (
            decimal_mark_decide (CASES[i].column, CASES[i].told < 0 ? NULL : &told, CASES[i].file, &assumed),
            CASES[i].mark, "%zu", i);
        cr_expect_eq (assumed, CASES[i].assumed, "%zu", i);
    }
}
