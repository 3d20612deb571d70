//  nfc_test.c: the properties of the Unicode NormalizationTest (UAX #15) for what comes into records, against
//  tables by hand and, for every character, against utf8proc's own NFC, which allocates.
#include "worker/text/nfc.h"

#include "messages/text/utf8.h"
#include "worker/text/text.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <utf8proc.h>

enum { TEXT_BYTES = 4096 };

static struct text s_nfc (struct text in, char *out)
{
    return (struct text){out, nfc_write (in.at, in.n, out)};
}

//  toNFC of each spelling is the first one, and toNFC of that is itself.
static void s_equivalent (const char *const *spellings)
{
    static char once[NFC_GROWTH * TEXT_BYTES], again[NFC_GROWTH * TEXT_BYTES];
    struct text wanted = text_of (spellings[0]);
    for (size_t i = 0; spellings[i]; i++) {
        struct text in = text_of (spellings[i]), made = s_nfc (in, once);
        cr_expect (text_equal (made, wanted), "“%s” (%zu) became “%.*s”", spellings[i], i, (int) made.n,
                   made.at);
        cr_expect (text_equal (s_nfc (made, again), made), "“%s”", spellings[i]);
        cr_expect (i == 0 || !nfc_is (in.at, in.n), "“%s” (%zu) may change", spellings[i], i);
    }
}

Test (nfc, canonical_equivalents_become_one_text)
{
    static const char *const EQUAL[][6] = {
        {"\u00c5", "A\u030a", "\u212b"},                                                 //  Å, angstrom sign
        {"\u03a9", "\u2126"},                                                            //  Ω, ohm sign
        {"K", "\u212a"},                                                                 //  kelvin sign
        {"\u1ec7", "e\u0323\u0302", "e\u0302\u0323", "\u1eb9\u0302", "\u00ea\u0323"},    //  Vietnamese ệ
        {"\u1edf", "o\u031b\u0309", "o\u0309\u031b", "\u01a1\u0309"},
        {"\u1e69", "s\u0323\u0307", "s\u0307\u0323", "\u1e63\u0307", "\u1e61\u0323"},
        {"\ud55c\uae00", "\u1112\u1161\u11ab\u1100\u1173\u11af"},    //  한글
        {"\uac01", "\uac00\u11a8", "\u1100\u1161\u11a8"},            //  LV and T
        {"\u0915\u093c", "\u0958"},                                  //  Devanagari nukta: excluded
        {"\u0929\u0941", "\u0928\u093c\u0941"},
        {"\u0929", "\u0928\u093c"},                      //  this one composes
        {"\u0622", "\u0627\u0653"},                      //  Arabic alef with madda
        {"\u0628\u0650\u0651", "\u0628\u0651\u0650"},    //  kasra stands before shadda
        {"\u0439", "\u0438\u0306"},                      //  Cyrillic й
        {"\u03ac", "\u1f71", "\u03b1\u0301"},            //  tonos and oxia
        {"\u1f82", "\u03b1\u0313\u0300\u0345", "\u1f00\u0300\u0345"},
        {"\u05e9\u05bc\u05c1", "\ufb2c"},                    //  Hebrew: excluded
        {"\u304c", "\u304b\u3099"},                          //  が
        {"\u8c48", "\uf900"},                                //  a CJK compatibility ideograph
        {"\u0ccb", "\u0cc6\u0cc2\u0cd5", "\u0cca\u0cd5"},    //  Kannada: marks of class 0
        {"\u0bca", "\u0bc6\u0bbe"},
        {"\U0001d157\U0001d165", "\U0001d15e"},
        {"\U0001109a", "\U00011099\U000110ba"},
        {"q\u0323\u0307", "q\u0307\u0323"},    //  no composed form, but an order
    };
    for (size_t i = 0; i < sizeof EQUAL / sizeof *EQUAL; i++)
        s_equivalent (EQUAL[i]);
}

//  The text is what utf8proc makes of it, and where that is another text, nfc_is sees it.
static void s_agree (const utf8proc_int32_t *codes, size_t count)
{
    char in[64], made[NFC_GROWTH * sizeof in];
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += (size_t) utf8proc_encode_char (codes[i], (utf8proc_uint8_t *) in + n);
    in[n] = 0;
    char *wanted = (char *) utf8proc_NFC ((const utf8proc_uint8_t *) in);
    cr_assert_not_null (wanted);
    size_t got = nfc_write (in, n, made);
    cr_assert (got == strlen (wanted) && memcmp (made, wanted, got) == 0, "%x %x %x", (unsigned) codes[0],
               (unsigned) codes[1], (unsigned) codes[2]);
    cr_assert (strcmp (in, wanted) == 0 || !nfc_is (in, n), "%x %x %x", (unsigned) codes[0],
               (unsigned) codes[1], (unsigned) codes[2]);
    free (wanted);
}

Test (nfc, every_character_alone_and_before_and_behind_others_is_as_utf8proc_has_it)
{
    static const utf8proc_int32_t BESIDE[] = {'a',    0x301,  0x323, 0x93c, 0x1161,
                                              0x11a8, 0xac00, 0x9c7, 0x3099};
    for (utf8proc_int32_t code = 1; code < 0x110000; code++) {
        if (code == 0xd800)
            code = 0xe000;
        if (code == 0x11a7)    //  utf8proc 2.8 takes it for a final consonant and loses it; see below
            continue;
        s_agree ((utf8proc_int32_t[]){code, 0, 0}, 1);
        if (code >= 0x30000 && code % 64)
            continue;
        for (size_t i = 0; i < sizeof BESIDE / sizeof *BESIDE; i++) {
            s_agree ((utf8proc_int32_t[]){BESIDE[i], code, 0x301}, 3);
            s_agree ((utf8proc_int32_t[]){code, BESIDE[i], 0}, 2);
        }
    }
}

Test (nfc, the_vowel_before_the_first_final_consonant_is_none)
{
    char out[32];
    struct text in = TEXT ("\uac00\u11a7");
    cr_assert (nfc_is (in.at, in.n));
    cr_assert_eq (nfc_write (in.at, in.n, out), in.n);
    cr_assert_eq (memcmp (in.at, out, in.n), 0);
}

//  Each decomposition, as far as one goes.
Test (nfc, every_pair_that_composes_is_composed)
{
    size_t pairs = 0;
    for (utf8proc_int32_t code = 1; code < 0x30000; code++) {
        utf8proc_int32_t parts[8];
        utf8proc_ssize_t n = utf8proc_decompose_char (code, parts, 8, UTF8PROC_DECOMPOSE, NULL);
        if (n < 2 || n > 3)
            continue;
        s_agree (parts, (size_t) n);
        pairs++;
    }
    cr_assert_gt (pairs, 12000);    //  11,172 of them Hangul
}

static uint32_t s_random (uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

Test (nfc, any_row_of_letters_and_marks_is_as_utf8proc_has_it_and_stays)
{
    static const utf8proc_int32_t POOL[] = {'a',    'e',    'o',    's',    0x301, 0x302,   0x323,  0x327,
                                            0x31b,  0x345,  0x3b1,  0x313,  0x5e9, 0x5bc,   0x627,  0x653,
                                            0x650,  0x651,  0x915,  0x93c,  0x9c7, 0x9be,   0x1100, 0x1161,
                                            0x11a8, 0xac00, 0x212b, 0xf900, 0x344, 0x1d15e, 0x958,  0x1f82};
    uint32_t seed = 1;
    for (size_t round = 0; round < 200000; round++) {
        utf8proc_int32_t codes[12];
        size_t count = 3 + s_random (&seed) % 10;
        for (size_t i = 0; i < count; i++)
            codes[i] = POOL[s_random (&seed) % (sizeof POOL / sizeof *POOL)];
        s_agree (codes, count);
    }
}

Test (nfc, a_text_grows_three_times_at_most)
{
    static char in[TEXT_BYTES], out[NFC_GROWTH * TEXT_BYTES], again[NFC_GROWTH * NFC_GROWTH * TEXT_BYTES];
    size_t n = 0;
    for (; n + 4 <= sizeof in; n += 4)
        memcpy (in + n, "\U0001d160", 4);
    struct text made = s_nfc ((struct text){in, n}, out);
    cr_assert_eq (made.n, 3 * n);
    cr_assert_eq (nfc_write (made.at, made.n, again), made.n);
}

//  Marks are put in order by comparing neighbours: without a bound a hostile value would take hours.
Test (nfc, a_run_of_marks_that_no_language_has_stays_and_takes_no_time, .timeout = 20)
{
    enum { MARKS = 1 << 20 };
    char *in = malloc (2 * MARKS + 8), *out = malloc (NFC_GROWTH * (2 * MARKS + 8));
    in[0] = 'a';
    for (size_t i = 0; i < MARKS; i++)
        memcpy (in + 1 + 2 * i, i % 2 ? "\u0301" : "\u0323", 2);
    memcpy (in + 1 + 2 * MARKS, "e\u0301", 3);
    size_t n = nfc_write (in, 2 * MARKS + 4, out);
    cr_assert_eq (n, 2 * MARKS + 3);
    cr_assert (memcmp (in, out, 2 * MARKS) == 0);
    cr_assert (memcmp (out + n - 2, "\u00e9", 2) == 0);
    free (in);
    free (out);
}

Test (nfc, a_run_of_256_bytes_is_composed_and_a_longer_one_is_not)
{
    char in[1 + 2 * 128], out[NFC_GROWTH * sizeof in];
    in[0] = 'q';
    for (size_t i = 0; i < 128; i++)
        memcpy (in + 1 + 2 * i, i % 2 ? "\u0323" : "\u0301", 2);
    cr_assert_eq (nfc_write (in, sizeof in - 2, out), sizeof in - 2);
    cr_assert_eq (memcmp (out + 1, "\u0323", 2), 0, "marks below come first");
    cr_assert_eq (nfc_write (in, sizeof in, out), sizeof in);
    cr_assert_eq (memcmp (out, in, sizeof in), 0);
}

Test (nfc, bytes_that_are_no_text_stay_and_what_stands_beside_them_is_composed)
{
    static const char *const ROWS[][2] = {{"\xff"
                                           "e\u0301\xfe",
                                           "\xff\u00e9\xfe"},
                                          {"e\xcc", "e\xcc"},
                                          {"e\xff\u0301", "e\xff\u0301"},
                                          {"\xed\xa0\x80", "\xed\xa0\x80"}};
    char out[64];
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        cr_expect (text_equal (s_nfc (text_of (ROWS[i][0]), out), text_of (ROWS[i][1])), "%zu", i);
}

Test (nfc, text_of_most_languages_is_seen_to_be_in_NFC_at_once)
{
    static const char *const TEXTS[] = {"plain",  "Müller", "Łukasz Żółć",  "Нгуен Йорк", "東京都",
                                        "한국어", "Ελλάδα", "Nguyễn Thị Ệ", "🙂",       "שלום",
                                        ""};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        cr_expect (nfc_is (TEXTS[i], strlen (TEXTS[i])), "%s", TEXTS[i]);
}
