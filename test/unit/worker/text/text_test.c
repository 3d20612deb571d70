//  text_test.c: trimming, folding, composing, and the two forms of a name.
#include "worker/text/text.h"

#include <criterion/criterion.h>
#include <stdlib.h>

struct row {
    const char *in, *out;
    enum rule rule;
};

//  Runs the rule on a copy of exactly in.n bytes, so that the sanitizers see each byte read beyond.
static void s_check (const struct row *row)
{
    size_t n = strlen (row->in);
    char *exact = malloc (n + 1), buffer[1024];
    memcpy (exact, row->in, n);
    exact = realloc (exact, n ? n : 1);
    struct scratch scratch = {buffer, 0, sizeof buffer};
    struct text out;
    enum rule rule = text_standardize ((struct text){exact, n}, &out, &scratch);
    cr_expect_eq (rule, row->rule, "“%s”: %s", row->in, RULE[rule].name);
    cr_expect (text_equal (out, text_of (row->out)), "“%s” became “%.*s”", row->in, (int) out.n, out.at);
    cr_expect_leq (scratch.used, 3 * n + 8);
    free (exact);
}

Test (text, outer_spaces_go_and_inner_runs_become_one)
{
    static const struct row ROWS[] = {
        {"", "", RULE_NONE},
        {"a", "a", RULE_NONE},
        {"North Clinic", "North Clinic", RULE_NONE},
        {"EAST  HOSP", "EAST HOSP", RULE_TEXT_SPACES},
        {" a", "a", RULE_TEXT_SPACES},
        {"a ", "a", RULE_TEXT_SPACES},
        {"\t a b\r\n", "a b", RULE_TEXT_SPACES},
        {"   ", "", RULE_TEXT_SPACES},
        {"a\tb", "a b", RULE_TEXT_SPACES},
        {"a \n b", "a b", RULE_TEXT_SPACES},
        {"a\xc2\xa0"
         "b",
         "a b", RULE_TEXT_SPACES},
        {"\xc2\xa0 a\xc2\xa0", "a", RULE_TEXT_SPACES},
        {"a\u2009\u202f"
         "b\u3000",
         "a b", RULE_TEXT_SPACES},
        {"a\u2003"
         "b",
         "a b", RULE_TEXT_SPACES},
        {"\u2028東\u1680京\xc2\x85", "東 京", RULE_TEXT_SPACES},
        {"東京", "東京", RULE_NONE},
        {"a  b  c", "a b c", RULE_TEXT_SPACES},
        {"one two three four five six", "one two three four five six", RULE_NONE},
        {"one two three four five  six", "one two three four five six", RULE_TEXT_SPACES},
        {"Boston  Massachusetts  US", "Boston Massachusetts US", RULE_TEXT_SPACES},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        s_check (&ROWS[i]);
}

Test (text, two_spaces_are_found_wherever_they_stand)
{
    //  Every length and every place, across the words that the fast path reads.
    for (size_t n = 4; n < 40; n++)
        for (size_t at = 1; at + 2 < n; at++) {
            char in[64] = "", out[64] = "";
            memset (in, 'x', n);
            in[at] = in[at + 1] = ' ';
            memset (out, 'x', n - 1);
            out[at] = ' ';
            s_check (&(struct row){in, out, RULE_TEXT_SPACES});
            in[at + 1] = 'x';
            s_check (&(struct row){in, in, RULE_NONE});
        }
}

Test (text, a_letter_and_its_mark_become_one_character)
{
    static const struct row ROWS[] = {
        {"Jos\xc3\xa9", "Jos\xc3\xa9", RULE_NONE},             //  already composed
        {"Jose\xcc\x81", "Jos\xc3\xa9", RULE_TEXT_NFC},        //  e + acute
        {"Mu\xcc\x88ller", "M\xc3\xbcller", RULE_TEXT_NFC},    //  u + diaeresis
        {"A\xcc\x8angstro\xcc\x88m", "\xc3\x85ngstr\xc3\xb6m", RULE_TEXT_NFC},
        {"S\xcc\xa7"
         "en",
         "\xc5\x9e"
         "en",
         RULE_TEXT_NFC},                                         //  S + cedilla
        {"e\xcc\xa3", "\xe1\xba\xb9", RULE_TEXT_NFC},            //  e + dot below, three bytes
        {"e\xcc\xa3\xcc\x82", "\xe1\xbb\x87", RULE_TEXT_NFC},    //  both marks
        {"e\xcc\x82\xcc\xa3", "\xe1\xbb\x87", RULE_TEXT_NFC},    //  in the other order
        {"\u212b  x", "\u00c5 x", RULE_TEXT_SPACES},
        {"\u1112\u1161\u11ab", "\ud55c", RULE_TEXT_NFC},
        {"\ufb2c", "\u05e9\u05bc\u05c1", RULE_TEXT_NFC},    //  grows
        {"q\xcc\x81", "q\xcc\x81", RULE_NONE},              //  no composed form
        {"\xcc\x81", "\xcc\x81", RULE_NONE},                //  a mark alone
        {"e\xcc", "e\xcc", RULE_NONE},                      //  cut
        {"\xff\xfe", "\xff\xfe", RULE_NONE},
        {"\xe6\x9d\xb1\xe4\xba\xac", "\xe6\x9d\xb1\xe4\xba\xac", RULE_NONE},
        {" Jose\xcc\x81 ", "Jos\xc3\xa9", RULE_TEXT_SPACES},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        s_check (&ROWS[i]);
}

Test (text, a_full_scratch_is_said_and_not_overrun)
{
    char buffer[8];
    struct scratch scratch = {buffer, 0, sizeof buffer};
    struct text out;
    cr_assert_eq (text_standardize (TEXT ("a  b"), &out, &scratch), RULE_TEXT_INVALID);
    cr_assert_eq (scratch.used, 0);
    cr_assert_eq (text_standardize (TEXT ("needs no room at all"), &out, &scratch), RULE_NONE);

    //  What grows needs its room, and takes no byte more.
    char larger[12 + 8 + 1] = "";
    larger[sizeof larger - 1] = 'x';
    scratch = (struct scratch){larger, 0, sizeof larger - 2};
    cr_assert_eq (text_standardize (TEXT ("\U0001d160"), &out, &scratch), RULE_TEXT_INVALID);
    scratch.size++;
    cr_assert_eq (text_standardize (TEXT ("\U0001d160"), &out, &scratch), RULE_TEXT_NFC);
    cr_assert_eq (out.n, 12);
    cr_assert_eq (larger[sizeof larger - 1], 'x');
}

Test (text, trimming_borrows_from_the_input)
{
    struct text in = TEXT (" \t x y \n"), out = text_trim (in);
    cr_assert_eq (out.at, in.at + 3);
    cr_assert_eq (out.n, 3);
    cr_assert_eq (text_trim ((struct text){NULL, 0}).n, 0);
    cr_assert_eq (text_trim (TEXT (" \xc2\xa0 ")).n, 0);
}

Test (text, names_are_compared_without_case_spaces_and_punctuation)
{
    static const char *const SAME[] = {"patientid",
                                       "Patient ID",
                                       "PATIENT_ID",
                                       "patient-id",
                                       "Patient.Id",
                                       "patient/id",
                                       "\xef\xbb\xbfPatient Id",
                                       "Pat\u00adient\u200b \u202fId\u200e",
                                       "patient\u3000id\x01",
                                       " patient\xc2\xa0id\t"};
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        char out[64];
        size_t n = text_fold (text_of (SAME[i]), out, sizeof out);
        cr_expect (text_equal ((struct text){out, n}, TEXT ("patientid")), "%s", SAME[i]);
    }
    char out[4];
    cr_assert_eq (text_fold (TEXT ("abcdef"), out, sizeof out), 4);
    cr_assert_eq (text_fold (TEXT ("_-. /"), out, sizeof out), 0);
}

Test (text, letters_beyond_ASCII_are_compared_without_case_too)
{
    static const char *const SAME[][2] = {{"GESCHLECHT ÄNDERUNG", "geschlecht_änderung"},
                                          {"PRÉNOM", "prénom"},
                                          {"PRE\u0301NOM", "Prénom"},
                                          {"STRASSE", "Straße"},
                                          {"ДАТА РОЖДЕНИЯ", "дата.рождения"},
                                          {"ΟΝΟΜΑΣ", "ονομας"},
                                          {"\u212bR", "år"},
                                          {"\ufeffNAÏVE\u00a0ID", "naïve id"},
                                          {"患者 ID", "患者id"}};
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        char a[64], b[64];
        size_t n = text_fold (text_of (SAME[i][0]), a, sizeof a);
        size_t m = text_fold (text_of (SAME[i][1]), b, sizeof b);
        cr_expect (n && text_equal ((struct text){a, n}, (struct text){b, m}), "%s: “%.*s”, “%.*s”",
                   SAME[i][0], (int) n, a, (int) m, b);
    }
    char out[8];
    cr_assert_eq (text_fold (TEXT ("\xff"
                                   "A"),
                             out, sizeof out),
                  2);
    cr_assert_eq (memcmp (out,
                          "\xff"
                          "a",
                          2),
                  0);
    for (size_t room = 0; room < sizeof out; room++)
        cr_assert_leq (text_fold (TEXT ("ÄÖÜßÄÖÜ"), out, room), room);
}

Test (text, a_name_beyond_all_bounds_is_folded_in_bounds)
{
    static char name[8192], out[256];
    for (size_t n = 0; n + 2 <= sizeof name; n += 2)
        memcpy (name + n, "\u0390", 2);    //  three characters each
    cr_assert_leq (text_fold ((struct text){name, sizeof name}, out, sizeof out), sizeof out);
}

Test (text, an_extra_column_is_named_in_snake_case)
{
    static const char *const ROWS[][2] = {{"Patient Name", "patient_name"},
                                          {"patientID", "patient_id"},
                                          {"PATIENT_ID", "patient_id"},
                                          {"HTTPServer", "http_server"},
                                          {"  Result (final) % ", "result_final"},
                                          {"address2Line", "address2_line"},
                                          {"\xef\xbb\xbfId", "id"},
                                          {"Pat\u200bient\u00a0Id\u200e", "patient_id"},
                                          {"Ward\u2003No", "ward_no"},
                                          {"M\xc3\xbcller", "m\xc3\xbcller"},
                                          {"PRÉNOM", "prénom"},
                                          {"Geschlecht ÄNDERUNG", "geschlecht_änderung"},
                                          {"prénomÉpouse", "prénom_épouse"},
                                          {"ÉTATCivil", "état_civil"},
                                          {"ДатаРождения", "дата_рождения"},
                                          {"a\xff"
                                           "B",
                                           "a\xff_b"},
                                          {"", "column"},
                                          {"---", "column"}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char out[64];
        size_t n = text_snake (text_of (ROWS[i][0]), out, sizeof out);
        cr_expect_str_eq (out, ROWS[i][1]);
        cr_expect_eq (n, strlen (out));
    }
}

Test (text, a_name_that_is_too_long_is_cut_between_characters)
{
    char out[6];
    cr_assert_eq (text_snake (TEXT ("abcdefgh"), out, sizeof out), 5);
    cr_assert_str_eq (out, "abcde");
    text_snake (TEXT ("abcd\xc3\xbc"), out, sizeof out);
    cr_assert_str_eq (out, "abcd");
}
