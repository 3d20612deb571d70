//  page_test.c: columns of text on a terminal, wide and combining characters among them.
#include "client/terminal/page.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test (page, a_wide_character_takes_two_columns_and_a_mark_none)
{
    static const struct {
        const char *text;
        size_t columns;
    } ROWS[] = {{"", 0},
                {"abc", 3},
                {"Müller", 6},
                {"漢字", 4},
                {"한국", 4},
                {"e\xcc\x81", 1},
                {"😀", 2},
                {"a\x1b[31m", 11},
                {"\xff", 4},
                {"\xe2\x80\xae"
                 "x",
                 7}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        cr_expect_eq (page_columns (ROWS[i].text, strlen (ROWS[i].text)), ROWS[i].columns, "“%s”",
                      ROWS[i].text);
}

Test (page, text_is_cut_at_columns_and_never_takes_more)
{
    static const char *const TEXTS[] = {
        "abcdefgh", "漢字かな交じり", "a漢b字c", "o\xcc\x81o\xcc\x81o\xcc\x81", "\x1b]0;x\a", "x"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        for (size_t columns = 0; columns < 20; columns++) {
            char out[128];
            size_t used = page_cut (TEXTS[i], columns, out, sizeof out);
            size_t all = page_columns (TEXTS[i], strlen (TEXTS[i]));
            cr_assert_leq (used, columns, "“%s” in %zu", TEXTS[i], columns);
            cr_assert_eq (page_columns (out, strlen (out)), used, "“%s” in %zu", TEXTS[i], columns);
            cr_assert_eq (strchr (out, '~') != NULL, columns && all > columns, "“%s” in %zu", TEXTS[i],
                          columns);
        }
    char out[32];
    page_cut ("漢字", 3, out, sizeof out);
    cr_expect_str_eq (out, "漢~");
    page_cut ("e\xcc\x81", 1, out, sizeof out);
    cr_expect_str_eq (out, "e\xcc\x81");
}

static void s_wrapped (const char *text, size_t width, char *out, size_t size)
{
    FILE *to = fmemopen (out, size, "w");
    page_wrap (to, width, 2, "name", 6, text);
    fclose (to);
}

Test (page, words_wrap_by_columns)
{
    char out[256];
    s_wrapped ("one two three", 20, out, sizeof out);
    cr_expect_str_eq (out, "  name    one two\n          three\n");
    s_wrapped ("漢字 かな", 18, out, sizeof out);
    cr_expect_str_eq (out, "  name    漢字\n          かな\n");
    s_wrapped ("漢字 かな", 19, out, sizeof out);
    cr_expect_str_eq (out, "  name    漢字 かな\n");
}

Test (page, a_name_cut_in_its_middle_keeps_its_beginning_and_its_end)
{
    static const struct {
        const char *text;
        size_t columns;
        const char *cut;
    } ROWS[] = {{"a.csv", 5, "a.csv"},
                {"observations.csv", 16, "observations.csv"},
                {"observations.csv", 11, "obser~s.csv"},
                {"observations.csv", 10, "obser~.csv"},
                {"observations.csv", 4, "obs~"},
                {"患者検査結果.csv", 11, "患者~.csv"},    //  no half of a wide one
                {"aaaae\xcc\x81"
                 "bb.csv",
                 8, "aaaa~csv"},
                {"", 8, ""}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char out[64];
        size_t columns = page_cut_middle (ROWS[i].text, ROWS[i].columns, out, sizeof out);
        cr_expect_str_eq (out, ROWS[i].cut, "“%s” in %zu: “%s”", ROWS[i].text, ROWS[i].columns, out);
        cr_expect_eq (columns, page_columns (out, strlen (out)));
        cr_expect_leq (columns, ROWS[i].columns);
    }
}

Test (page, text_is_folded_at_blanks_else_behind_what_parts_a_path_else_anywhere)
{
    static const struct {
        const char *text;
        size_t columns;
        const char *folded;
    } ROWS[] = {{"", 10, ""},
                {"whole", 5, "whole"},
                {"one two three", 7, "one two\nthree"},
                {"one two three", 8, "one two\nthree"},
                {"one  two", 4, "one\ntwo"},
                {"out/sites/patients", 10, "out/sites/\npatients"},
                {"abcdefgh", 3, "abc\ndef\ngh"},
                {"患者検査", 5, "患者\n検査"}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char *folded = page_fold (ROWS[i].text, ROWS[i].columns);
        cr_assert_not_null (folded);
        cr_expect_str_eq (folded, ROWS[i].folded, "“%s”: “%s”", ROWS[i].text, folded);
        free (folded);
    }
}
