//  profile_test.c: what a column holds, and that nothing rare is told of it.
#include "worker/rules/profile/frequent.h"
#include "worker/rules/profile/profile.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const struct {
    const char *value;
    enum profile_type type;
    const char *pattern;
} CASES[] = {
    {"42", PROFILE_INTEGER, "99"},
    {"-7", PROFILE_INTEGER, "-9"},
    {"00123", PROFILE_INTEGER, "99999"},
    {"4.5", PROFILE_NUMBER, "9.9"},
    {"1,234.5", PROFILE_NUMBER, "9,999.9"},
    {"<5", PROFILE_NUMBER, "<9"},
    {"12/31/1999", PROFILE_DATE, "99/99/9999"},
    {"31/12/1999", PROFILE_DATE, "99/99/9999"},
    {"2020-02-30", PROFILE_TEXT, "9999-99-99"},
    {"3-Mar-2020", PROFILE_DATE, "9-Aaa-9999"},
    {"2020-01-13T10:30:00Z", PROFILE_DATETIME, "9999-99-99A99:99:99A"},
    {"12/31/1999 07:05", PROFILE_DATETIME, "99/99/9999 99:99"},
    {"07:05", PROFILE_TIME, "99:99"},
    {"7:05:30.5", PROFILE_TIME, "9:99:99.9"},
    {"TRUE", PROFILE_BOOLEAN, "AAAA"},
    {"no", PROFILE_BOOLEAN, "aa"},
    {"2345-7", PROFILE_TEXT, "9999-9"},
    {"O'Neil", PROFILE_TEXT, "A'Aaaa"},
    {"Müller", PROFILE_TEXT, "Aaaaaa"},
    {"a@b.org", PROFILE_TEXT, "a@a.aaa"},
    {"abcdefghi 123456789", PROFILE_TEXT, "a+ 9+"},
};

Test (profile, a_value_has_a_type_and_a_pattern)
{
    char pattern[PROFILE_VALUE_BYTES + 1];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct text value = text_of (CASES[i].value);
        cr_expect_eq (profile_type_of (value), CASES[i].type, "%s is %s", CASES[i].value,
                      profile_type_word (profile_type_of (value)));
        size_t n = profile_pattern (value, pattern);
        cr_expect_str_eq (pattern, CASES[i].pattern, "%s: %s", CASES[i].value, pattern);
        cr_expect_eq (n, strlen (pattern));
    }
    //  However long, however odd: it fits, and no letter or digit of it is left.
    char text[512];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char) ("aB-7\x01 "[i % 6]);
    size_t n = profile_pattern ((struct text){text, sizeof text}, pattern);
    cr_expect_leq (n, PROFILE_VALUE_BYTES);
    cr_expect_str_eq (pattern + n - 3, "…");
    cr_expect_null (strpbrk (pattern, "B7\x01"));
}

static missing_t *s_missing (void)
{
    missing_t *missing = missing_new ();
    cr_assert (missing && missing_add (missing, "NA") == 0);
    return missing;
}

static void s_add (profile_t *profile, const char *value, uint64_t who, unsigned times,
                   const missing_t *missing)
{
    while (times--)
        profile_add (profile, text_of (value), who, missing, NULL);
}

Test (profile, it_tells_share_distinct_lengths_and_what_is_frequent)
{
    struct profile_summary told;
    missing_t *missing = s_missing ();
    profile_t *profile = profile_new (10, false, false);
    s_add (profile, "red", 0, 6, missing);
    s_add (profile, " green ", 0, 5, missing);
    s_add (profile, "é", 0, 4, missing);
    s_add (profile, "na", 0, 2, missing);
    s_add (profile, "  ", 0, 3, missing);
    profile_summarize (profile, 5, &told);
    cr_expect_eq (told.records, 20);
    cr_expect_eq (told.filled, 15);
    cr_expect_eq (told.markers, 2);
    cr_expect (told.exact && told.counted && told.distinct == 3);
    cr_expect_eq (told.shortest, 1, "a character, not two bytes");
    cr_expect_eq (told.longest, 5);
    cr_expect_eq (told.types[PROFILE_TEXT], 15);
    cr_assert_eq (told.value_count, 2);
    cr_expect_str_eq (told.values[0].text, "red");
    cr_expect_eq (told.values[0].count, 6);
    cr_expect_str_eq (told.values[1].text, "green");
    cr_assert_eq (told.pattern_count, 2, "four of one pattern are too few");
    cr_expect_str_eq (told.patterns[0].text, "aaa");
    profile_destroy (&profile);
    cr_expect_null (profile);
    profile_destroy (&profile);
    missing_destroy (&missing);
}

Test (profile, many_distinct_values_are_estimated_within_some_percent_and_none_is_told)
{
    enum { MANY = 500000 };
    struct profile_summary told;
    missing_t *missing = s_missing ();
    profile_t *profile = profile_new (4, false, false);
    char value[32];
    for (unsigned i = 0; i < MANY; i++) {
        snprintf (value, sizeof value, "v%07u", i * 7919u % 9999991u);
        profile_add (profile, text_of (value), 0, missing, NULL);
    }
    profile_summarize (profile, 5, &told);
    cr_expect_not (told.exact);
    cr_expect (told.distinct > MANY * 95ull / 100 && told.distinct < MANY * 105ull / 100, "%llu",
               (unsigned long long) told.distinct);
    cr_expect_eq (told.value_count, 0);
    cr_expect_str_eq (told.patterns[0].text, "a9999999");
    cr_expect_eq (told.patterns[0].count, MANY);
    profile_destroy (&profile);
    missing_destroy (&missing);
}

Test (profile, no_value_of_one_person_no_date_and_nothing_secret_is_told)
{
    struct profile_summary told;
    missing_t *missing = s_missing ();
    //  Forty records of one person are one person; five persons are enough.
    profile_t *profile = profile_new (4, false, true);
    s_add (profile, "rare disease", 77, 40, missing);
    s_add (profile, "unknown person", 0, 40, missing);
    for (uint64_t who = 1; who <= 5; who++)
        s_add (profile, "common", who, 1, missing);
    profile_summarize (profile, 5, &told);
    cr_assert_eq (told.value_count, 1);
    cr_expect_str_eq (told.values[0].text, "common");
    profile_destroy (&profile);
    profile = profile_new (4, false, false);
    s_add (profile, "1980-02-03", 0, 50, missing);
    profile_summarize (profile, 5, &told);
    cr_expect_eq (told.value_count, 0);
    profile_destroy (&profile);
    profile = profile_new (4, true, false);
    s_add (profile, "Smith", 0, 50, missing);
    profile_summarize (profile, 5, &told);
    cr_expect (told.value_count == 0 && told.pattern_count == 1 && told.distinct == 1);
    profile_destroy (&profile);
    missing_destroy (&missing);
}

Test (profile, a_columns_name_may_say_that_it_is_about_a_person)
{
    static const char *const SECRET[] = {"Spouse Name", "guardianPhone", "MRN2",   "E-mail",
                                         "Visit Note",  "Account No",    "street", "order_id"};
    static const char *const OPEN[] = {"Payer", "Colour", "Ward", "UNITS", "Diagnosis", "Smoker"};
    for (size_t i = 0; i < sizeof SECRET / sizeof *SECRET; i++)
        cr_expect (profile_is_secret (text_of (SECRET[i])), "%s", SECRET[i]);
    for (size_t i = 0; i < sizeof OPEN / sizeof *OPEN; i++)
        cr_expect_not (profile_is_secret (text_of (OPEN[i])), "%s", OPEN[i]);
}

//  Misra and Gries: with k places of n texts, a count is at most n / (k + 1) too small, and never too large.
Test (frequent, a_count_is_never_more_than_the_truth_and_what_is_frequent_stays)
{
    enum { PLACES = 16, TEXTS = 20000, COMMON = 5 };
    frequent_t *frequent = frequent_new (PLACES, 16, false);
    uint64_t truth[COMMON] = {0}, seed = 1, count = 0;
    cr_assert_not_null (frequent);
    for (unsigned i = 0; i < TEXTS; i++) {
        char text[16];
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uint64_t which = seed >> 60;    //  0 … 15: the first five are common, the others never come again
        if (which < COMMON)
            truth[which]++;
        snprintf (text, sizeof text, which < COMMON ? "c%u" : "x%u", which < COMMON ? (unsigned) which : i);
        uint64_t hash = (which < COMMON ? which + 1 : i + 1000) * 0x9e3779b97f4a7c15u;
        frequent_add (frequent, text_of (text), hash, 0);
    }
    cr_expect_not (frequent_is_exact (frequent));
    size_t found = 0;
    struct text text;
    for (size_t i = 0; (text = frequent_at (frequent, i, 2, &count)).at; i++) {
        cr_assert (text.n == 2 && text.at[0] == 'c', "%.*s", (int) text.n, text.at);
        uint64_t real = truth[text.at[1] - '0'];
        cr_expect (count <= real && count + TEXTS / (PLACES + 1) >= real);
        found++;
    }
    cr_expect_eq (found, COMMON);
    frequent_destroy (&frequent);
    frequent_destroy (&frequent);
}
