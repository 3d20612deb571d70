//  visible_test.c: characters that nobody sees, spaces of Unicode and a spreadsheet's guards come off, and
//  nothing else does. The sets are checked against utf8proc's categories.
#include "worker/text/visible.h"

#include "messages/text/hidden.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <utf8proc.h>

static const char NOTHING[] = "";
#define GUARDED 1
#define HIDDEN 2
#define SPACED 4

struct row {
    const char *in, *ends, *finding, *whole;    //  NULL: as it stands
    int what;                                   //  of the whole
};

//  On a copy of exactly in.n bytes, so that the sanitizers see each byte read beyond.
static void s_check (const struct row *row, enum visible_extent extent, const char *out)
{
    size_t n = strlen (row->in);
    char *exact = malloc (n), *room = malloc (n);
    memcpy (exact, row->in, n);
    struct scratch scratch = {room, 0, n};
    struct visible seen;
    visible_make ((struct text){exact, n}, extent, &scratch, &seen);
    out = out ? out : row->in;
    cr_expect (text_equal (seen.text, text_of (out)), "“%s” became “%.*s”, not “%s” (%d)", row->in,
               (int) seen.text.n, seen.text.at, out, extent);
    cr_expect_leq (scratch.used, n);
    if (extent == VISIBLE_WHOLE)
        cr_expect_eq (seen.guarded * GUARDED + seen.hidden * HIDDEN + seen.spaced * SPACED, row->what, "“%s”",
                      row->in);
    free (exact);
    free (room);
}

Test (visible, what_is_not_seen_comes_off)
{
    static const struct row ROWS[] = {
        //  A spreadsheet's guards.
        {"=\"0047\"", "0047", "0047", "0047", GUARDED},
        {"=\"\"", NOTHING, NOTHING, NOTHING, GUARDED},
        {"=\" 0047 \"", "0047", "0047", "0047", GUARDED},
        {"=\"5\"\" pipe\"", "5\" pipe", "5\" pipe", "5\" pipe", GUARDED},
        {"=\"a\"&\"b\"", NULL, NULL, NULL, 0},
        {"=\"", NULL, NULL, NULL, 0},
        {"=47", NULL, NULL, NULL, 0},
        {"'0047", NULL, "0047", "0047", GUARDED},
        {"''0047", NULL, "0047", "0047", GUARDED},
        {"'", NULL, NOTHING, NOTHING, GUARDED},
        {"'0047'", NULL, NULL, NULL, 0},
        {"''", NULL, NULL, NULL, 0},
        {"'s-Gravenhage", NULL, "s-Gravenhage", "s-Gravenhage", GUARDED},
        {"'+49 30 1", "+49 30 1", "+49 30 1", "+49 30 1", GUARDED},
        {"'-", "-", "-", "-", GUARDED},
        {"'=\"0047\"", "0047", "0047", "0047", GUARDED},
        {"O'Neil", NULL, NULL, NULL, 0},
        {"\ufeff=\"0047\"", "0047", "0047", "0047", GUARDED | HIDDEN},
        {"=\"\u200b0047\"", "0047", "0047", "0047", GUARDED | HIDDEN},
        //  Characters that nobody sees, at the ends and inside.
        {"A\u200b", "A", "A", "A", HIDDEN},
        {"\ufeffA", "A", "A", "A", HIDDEN},
        {"\u00adA\u200e\u202c\u2060\u061c", "A", "A", "A", HIDDEN},
        {"\u200b \u200bA", "A", "A", "A", HIDDEN},
        {"\x01"
         "A\x7f",
         "A", "A", "A", HIDDEN},
        {"A\u200b1", NULL, "A1", "A1", HIDDEN},
        {"A\u00ad1\u2066\u180e", "A\u00ad1", "A1", "A1", HIDDEN},
        {"A\x02"
         "1",
         NULL, "A1", "A1", HIDDEN},
        {"\u200b", NOTHING, NOTHING, NOTHING, HIDDEN},
        {"A\ufe0f", NULL, "A", "A", HIDDEN},
        {"A\u3164", NULL, "A", "A", HIDDEN},
        {"A\U000e0041", NULL, "A", "A", HIDDEN},
        //  Joiners between letters say something.
        {"می\u200cخواهم", NULL, NULL, "میخواهم", HIDDEN},
        {"5\u200c3", NULL, "53", "53", HIDDEN},
        {"മോഹന്\u200d", NULL, NULL, "മോഹന്", HIDDEN},
        {"Ann\u200d", "Ann", "Ann", "Ann", HIDDEN},
        //  Spaces.
        {"A\u00a0B", NULL, "A B", "A B", SPACED},
        {"A\u202f1\u2003B", NULL, "A 1 B", "A 1 B", SPACED},
        {"\u3000A\u2009", "A", "A", "A", 0},
        {"A\tB", NULL, "A B", "A B", SPACED},
        {"A\r\nB", NULL, "A B", "A B", SPACED},
        {"A  B", NULL, NULL, NULL, 0},
        //  What is seen.
        {"Müller", NULL, NULL, NULL, 0},
        {"患者 7", NULL, NULL, NULL, 0},
        {"\xff"
         "A\xe2\x80",
         NULL, NULL, NULL, 0},
        {"❤", NULL, NULL, NULL, 0},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        s_check (&ROWS[i], VISIBLE_ENDS, ROWS[i].ends);
        s_check (&ROWS[i], VISIBLE_FINDING, ROWS[i].finding);
        s_check (&ROWS[i], VISIBLE_WHOLE, ROWS[i].whole);
    }
}

Test (visible, plain_is_printing_ASCII_that_begins_like_no_guard_wherever_the_other_byte_stands)
{
    for (size_t n = 1; n < 40; n++)
        for (size_t at = 0; at < n; at++)
            for (int byte = 1; byte < 256; byte++) {
                char *exact = malloc (n);
                memset (exact, 'x', n);
                exact[at] = (char) byte;
                bool guard = at == 0 && (byte == '=' || byte == '\'');
                cr_assert_eq (visible_is_plain ((struct text){exact, n}),
                              byte >= ' ' && byte < 0x7f && !guard, "0x%02x at %zu of %zu", byte, at, n);
                free (exact);
            }
}

Test (visible, the_ends_of_a_borrowed_text_are_trimmed)
{
    static const char *const ROWS[][2] = {{"", ""},
                                          {"a", "a"},
                                          {" \u200ba\ufeff\t", "a"},
                                          {"\u200b\u00a0", ""},
                                          {"a\u200bb", "a\u200bb"},
                                          {"é\u2028", "é"},
                                          {"'a", "'a"},
                                          {"\xe2\x80", "\xe2\x80"}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        cr_expect (text_equal (visible_trim (text_of (ROWS[i][0])), text_of (ROWS[i][1])), "“%s”",
                   ROWS[i][0]);
}

//  Format characters that are seen: signs of numbers and verses, and what stands for an object.
static bool s_is_seen_format (utf8proc_int32_t code)
{
    return (code >= 0x600 && code <= 0x605) || code == 0x6dd || code == 0x70f || code == 0x890 ||
           code == 0x891 || code == 0x8e2 || (code >= 0xfff9 && code <= 0xfffb) || code == 0x110bd ||
           code == 0x110cd || (code >= 0x13430 && code <= 0x1345f);
}

Test (visible, every_separator_is_a_space_and_every_control_or_format_character_is_hidden)
{
    for (utf8proc_int32_t code = 0; code <= 0x10ffff; code++) {
        utf8proc_category_t category = utf8proc_category (code);
        bool separator = category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
                         category == UTF8PROC_CATEGORY_ZP;
        bool space = separator || (code >= '\t' && code <= '\r') || code == 0x85;
        cr_expect_eq (code_is_space ((uint32_t) code), space, "U+%04X", (unsigned) code);
        if ((category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF) && !space &&
            !s_is_seen_format (code))
            cr_expect (code_is_hidden ((uint32_t) code), "U+%04X", (unsigned) code);
        if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LM)
            cr_expect_not (code_is_hidden ((uint32_t) code), "U+%04X", (unsigned) code);
    }
}
