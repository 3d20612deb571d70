//  page_test.c: columns of text on a terminal, wide and combining characters among them.
#include "client/terminal/page.h"

#include <criterion/criterion.h>
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
