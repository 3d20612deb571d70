//  range_test.c: reference ranges in one column, as laboratories write them.
#include "worker/rules/numbers/range.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void s_expect (const char *in, const char *unit, const char *low, const char *high)
{
    struct range range;
    bool read = range_read (text_of (in), text_of (unit), DECIMAL_POINT, SEX_UNKNOWN, &range);
    read = read && !range.lone && range.unit_n == 0;
    cr_assert_eq (read, low || high, "“%s”", in);
    if (!read)
        return;
    cr_expect_eq (range.has_low, low != NULL, "“%s”", in);
    cr_expect_eq (range.has_high, high != NULL, "“%s”", in);
    if (low)
        cr_expect (text_equal ((struct text){range.low.digits, range.low.n}, text_of (low)), "“%s”: %.*s", in,
                   (int) range.low.n, range.low.digits);
    if (high)
        cr_expect (text_equal ((struct text){range.high.digits, range.high.n}, text_of (high)), "“%s”: %.*s",
                   in, (int) range.high.n, range.high.digits);
}

static const struct {
    const char *in, *unit, *low, *high;    //  NULL: no such end
} ROWS[] = {{"3.5-5.1", "", "3.5", "5.1"},
            {"3.5 - 5.1", "", "3.5", "5.1"},
            {"3,5 – 5,1", "", "3.5", "5.1"},
            {"135—145", "", "135", "145"},
            {"3.5−5.1", "", "3.5", "5.1"},
            {"3.50 to 5.10", "", "3.50", "5.10"},
            {"135 TO 145", "", "135", "145"},
            {"3,5 bis 5,1", "", "3.5", "5.1"},
            {"70~99", "", "70", "99"},
            {"70..99", "", "70", "99"},
            {"(70-99)", "", "70", "99"},
            {"[70 - 99]", "", "70", "99"},
            {"4,000-10,000", "", "4000", "10000"},
            {"150 000 - 400 000", "", "150000", "400000"},
            {"-2 - 2", "", "-2", "2"},
            {"-3--1", "", "-3", "-1"},
            {"-2.0-+2.0", "", "-2.0", "2.0"},
            {".5-1.5", "", "0.5", "1.5"},
            {"0-0.04", "", "0", "0.04"},
            {"3.5-5.1 mmol/L", "mmol/L", "3.5", "5.1"},
            {"(3.5-5.1) mmol/L", "mmol/L", "3.5", "5.1"},
            {"(3.5-5.1 mmol/L)", "mmol/L", "3.5", "5.1"},
            {"4.0-5.6%", "%", "4.0", "5.6"},
            {"<5.0 ng/mL", "ng/mL", NULL, "5.0"},
            {"5.1-3.5", "", "5.1", "3.5"},    //  upside down is another rule's business
            {"<5.0", "", NULL, "5.0"},
            {"< 5.0", "", NULL, "5.0"},
            {"<=5", "", NULL, "5"},
            {"=<5", "", NULL, "5"},
            {"≤5", "", NULL, "5"},
            {"< OR = 5.0", "", NULL, "5.0"},
            {"<OR= 130", "", NULL, "130"},
            {"up to 40", "", NULL, "40"},
            {"Upto 40", "", NULL, "40"},
            {"Less than 150", "", NULL, "150"},
            {"bis 5,0", "", NULL, "5.0"},
            {"(<5)", "", NULL, "5"},
            {"> 40", "", "40", NULL},
            {">=60", "", "60", NULL},
            {"≥ 60", "", "60", NULL},
            {"> OR = 40", "", "40", NULL},
            {">59 mL/min/1.73", "mL/min/1.73", "59", NULL},
            {"greater than 60", "", "60", NULL},
            {"At least 3", "", "3", NULL},
            {"1e-3-1e-2", "", "0.001", "0.01"},
            {"2.1..4.9", "", "2.1", "4.9"},
            {"2...5", "", "2", "5"},
            {"2,1…4,9", "", "2.1", "4.9"},
            {"2.1 -- 4.9", "", "2.1", "4.9"},
            {"2,1 ÷ 4,9", "", "2.1", "4.9"},
            {"２．１～４．９", "", "2.1", "4.9"},
            {"[2,1;4,9]", "", "2.1", "4.9"},
            {"2,1 à 4,9", "", "2.1", "4.9"},
            {"2,1 a 4,9", "", "2.1", "4.9"},
            {"2,1 tot 4,9", "", "2.1", "4.9"},
            {"von 2,1 bis 4,9", "", "2.1", "4.9"},
            {"between 3 and 5", "", "3", "5"},
            {"entre 3 y 5", "", "3", "5"},
            {"Normal: 3.5-5.1", "", "3.5", "5.1"},
            {"(-2)-(3)", "", NULL, NULL},
            {"0,650 - 1,150", "", "0.650", "1.150"},
            {"1,150 - 0,650", "", "1.150", "0.650"},
            {"4.0 mmol/L - 5.0 mmol/L", "mmol/L", "4.0", "5.0"},
            {"≤7", "", NULL, "7"},
            {"bis 7", "", NULL, "7"},
            {"max. 7", "", NULL, "7"},
            {"jusqu’à 7", "", NULL, "7"},
            {"hasta 7", "", NULL, "7"},
            {"7 or less", "", NULL, "7"},
            {"ab 5", "", "5", NULL},
            {"mindestens 5", "", "5", NULL},
            //  not a range
            {"7", "", NULL, NULL},
            {"-7.2", "", NULL, NULL},
            {"–7.2", "", NULL, NULL},
            {"01/2020 - 05/2020", "", NULL, NULL},
            {"3 and 5", "", NULL, NULL},
            {"", "", NULL, NULL},
            {"-", "", NULL, NULL},
            {"()", "", NULL, NULL},
            {"5.0", "", NULL, NULL},
            {"-5.0", "", NULL, NULL},
            {"Negative", "", NULL, NULL},
            {"See note", "", NULL, NULL},
            {"<1:40", "", NULL, NULL},
            {"1:40-1:80", "", NULL, NULL},
            {"2020-01-02", "", NULL, NULL},
            {"3.5-", "", NULL, NULL},
            {"3.5 - 5.1 mmol/L", "", NULL, NULL},    //  of which unit nobody said
            {"3.5-5.1 mmol/L", "mg/dL", NULL, NULL},
            {"3.5-<5.1", "", NULL, NULL},
            {"M: 13-17, F: 12-15", "", NULL, NULL},
            {"13-17 (M)", "", NULL, NULL},
            {"up to date", "", NULL, NULL},
            {"mmol/L", "mmol/L", NULL, NULL},
            {"<", "", NULL, NULL}};

Test (range, is_read_as_laboratories_write_it)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        s_expect (ROWS[i].in, ROWS[i].unit, ROWS[i].low, ROWS[i].high);
}

Test (range, of_any_length_ends)
{
    char text[4096];
    struct range range;
    memset (text, '-', sizeof text);
    for (size_t n = 0; n < sizeof text; n += 7)
        cr_expect_not (range_read ((struct text){text, n}, TEXT (""), DECIMAL_POINT, SEX_UNKNOWN, &range));
}

Test (range, of_a_sex_is_chosen_by_it)
{
    static const struct {
        const char *in, *male, *female;    //  NULL: none
    } CASES[] = {{"M: 13-17 F: 12-16", "13 17", "12 16"},
                 {"M 13-17; F 12-16", NULL, NULL},
                 {"Male 13-17, Female 12-16", "13 17", "12 16"},
                 {"13-17 (M), 12-16 (F)", "13 17", "12 16"},
                 {"Männer: 13,5-17,5 Frauen: 12-16", "13.5 17.5", "12 16"},
                 {"H: 13-17 M: 12-16", "13 17", "12 16"},
                 {"H : 13 à 17 / F : 12 à 16", "13 17", "12 16"},
                 {"♂ 13-17 ♀ 12-16", "13 17", "12 16"},
                 {"M: 13-17", "13 17", NULL},
                 {"M: 13-17 adults F: 12-16", NULL, "12 16"},
                 {"1.5-2.0 m", "1.5 2.0", "1.5 2.0"},
                 {"3.5-5.1", "3.5 5.1", "3.5 5.1"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (int sex = SEX_UNKNOWN; sex <= SEX_FEMALE; sex++) {
            struct range range;
            const char *want = sex == SEX_MALE ? CASES[i].male : sex == SEX_FEMALE ? CASES[i].female : NULL;
            if (CASES[i].male && CASES[i].female && strcmp (CASES[i].male, CASES[i].female) == 0)
                want = CASES[i].male;
            bool read = range_read (text_of (CASES[i].in), TEXT ("m"), DECIMAL_POINT, (enum sex) sex, &range);
            if (CASES[i].male == NULL && CASES[i].female == NULL)
                continue;    //  a letter without a colon inside: either is right that is no wrong range
            read = read && range.unit_n == 0;    //  of “adults” no unit comes
            cr_assert_eq (read, want != NULL, "%s, %d", CASES[i].in, sex);
            char got[2 * NUMBER_BYTES + 2];
            if (read)
                snprintf (got, sizeof got, "%.*s %.*s", (int) range.low.n, range.low.digits,
                          (int) range.high.n, range.high.digits);
            cr_expect (!read || strcmp (got, want) == 0, "%s, %d: %s", CASES[i].in, sex, got);
        }
    cr_expect_eq (sex_of (TEXT ("weiblich")), SEX_FEMALE);
    cr_expect_eq (sex_of (TEXT ("unknown")), SEX_UNKNOWN);
    cr_expect (sex_is_column (TEXT ("Patient_Sex")) && sex_is_column (TEXT ("Geschlecht")) &&
               !sex_is_column (TEXT ("section")));
}

Test (range, has_a_unit_of_its_own)
{
    struct range range;
    cr_assert (range_read (TEXT ("65–110 mg/dL"), TEXT ("mmol/L"), DECIMAL_POINT, SEX_UNKNOWN, &range));
    cr_expect (text_equal ((struct text){range.unit, range.unit_n}, TEXT ("mg/dL")));
    cr_assert (range_read (TEXT ("65 mg/dL"), TEXT (""), DECIMAL_POINT, SEX_UNKNOWN, &range));
    cr_expect (range.lone && text_equal ((struct text){range.unit, range.unit_n}, TEXT ("mg/dL")));
}

Test (range, tells_its_column_what_it_shows)
{
    struct range range;
    cr_assert (range_read (TEXT ("0,650 - 1,150"), TEXT (""), DECIMAL_POINT, SEX_UNKNOWN, &range));
    cr_expect_eq (range.evidence, DECIMAL_EVIDENCE_COMMA);
    cr_assert (range_read (TEXT ("1.000 - 2.000"), TEXT (""), DECIMAL_COMMA, SEX_UNKNOWN, &range));
    cr_expect_eq (range.evidence, DECIMAL_EVIDENCE_AMBIGUOUS);
    cr_expect (text_equal ((struct text){range.high.digits, range.high.n}, TEXT ("2000")));
}
