//  table_test.c: tables on a terminal (a pseudo one of so many columns) and elsewhere.
#include "client/terminal/page.h"
#include "client/terminal/table.h"
#include "test/support/processes/terminal.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { OUT_BYTES = 8192 };

static void s_fill (FILE *to)
{
    table_t *table = table_new (to, true);
    table_column (table, "input", TABLE_WRAP);
    table_column (table, "state", TABLE_WHOLE);
    table_column (table, "read", TABLE_RIGHT);
    table_column (table, "result", TABLE_WRAP);
    table_cell (table, "患者検査.csv");
    table_tone (table, "done", table_tone_of ("done"));
    table_number (table, 7);
    table_cell (table, "out/a");
    table_cell (table, "Müller \x1b]0;x\a\xe2\x80\xae.csv");
    table_tone (table, "failed", table_tone_of ("failed"));
    table_number (table, 123456);
    table_cell (table, "a sentence that is much longer than forty columns are wide, and goes on");
    table_print (&table);
    cr_assert_null (table);
}

static void s_plain (char out[OUT_BYTES])
{
    FILE *to = fmemopen (out, OUT_BYTES, "w");
    s_fill (to);
    fclose (to);
}

//  What a terminal of so many columns was sent.
static void s_terminal (unsigned short columns, char out[OUT_BYTES])
{
    struct terminal terminal;
    terminal_open (&terminal, columns, 24);
    FILE *to = terminal_file (&terminal);
    s_fill (to);
    fclose (to);
    terminal_take (&terminal);
    snprintf (out, OUT_BYTES, "%s", terminal.sent);
    terminal_close (&terminal);
}

Test (table, elsewhere_than_on_a_terminal_it_is_whole_plain_and_aligned)
{
    char out[OUT_BYTES] = "";
    setenv ("COLUMNS", "40", 1);
    s_plain (out);
    cr_expect_str_eq (
        out,
        "input                              state     read  result\n"
        "患者検査.csv                       done         7  out/a\n"
        "Müller \\u001b]0;x\\u0007\\u202e.csv  failed  123456  a sentence that is much longer than forty "
        "columns are wide, and goes on\n");
}

Test (table, on_a_terminal_no_line_is_wider_and_nothing_is_lost)
{
    setenv ("TERM", "xterm", 1);
    setenv ("NO_COLOR", "1", 1);
    for (unsigned short columns = 40; columns < 140; columns += 7) {
        char out[OUT_BYTES];
        s_terminal (columns, out);
        cr_expect_null (strchr (out, '\x1b'), "%s", out);
        cr_expect_not_null (strstr (out, "failed"));
        for (char *line = strtok (out, "\r\n"); line; line = strtok (NULL, "\r\n"))
            cr_expect_leq (page_columns (line, strlen (line)), columns, "%u: %s", columns, line);
    }
}

Test (table, failure_is_red_where_colour_is_wanted)
{
    char out[OUT_BYTES];
    setenv ("TERM", "xterm", 1);
    unsetenv ("NO_COLOR");
    s_terminal (120, out);
    cr_expect_not_null (strstr (out, "\x1b[31mfailed"), "%s", out);
    cr_expect_not_null (strstr (out, "\x1b[32mdone"), "%s", out);
    cr_expect_null (strstr (out, "\x1b]0"), "the name's own sequence");
    setenv ("TERM", "dumb", 1);
    s_terminal (120, out);
    cr_expect_null (strchr (out, '\x1b'));
}

Test (table, heads_may_be_for_terminals_alone)
{
    char out[256] = "";
    FILE *to = fmemopen (out, sizeof out, "w");
    table_t *table = table_new (to, false);
    table_column (table, "name", TABLE_WHOLE);
    table_column (table, "rights", TABLE_WHOLE);
    table_cell (table, "anna");
    table_cell (table, NULL);
    table_print (&table);
    fclose (to);
    cr_expect_eq (strncmp (out, "anna", 4), 0, "%s", out);
}

Test (table, on_a_terminal_words_stay_whole_and_columns_line_up)
{
    struct terminal terminal;
    setenv ("TERM", "xterm", 1);
    terminal_open (&terminal, 50, 24);
    FILE *to = terminal_file (&terminal);
    s_fill (to);
    fclose (to);
    char *screen = terminal_screen (&terminal);
    //  16 columns each for what is flexible.
    cr_expect_str_eq (screen, "input             state     read  result\n"
                              "患者検査.csv      done         7  out/a\n"
                              "Müller            failed  123456  a sentence that\n"
                              "\\u001b]0;x\\u0007                  is much longer\n"
                              "\\u202e.csv                        than forty\n"
                              "                                  columns are\n"
                              "                                  wide, and goes\n"
                              "                                  on\n");
    free (screen);
    terminal_close (&terminal);
}

Test (table, labels_without_names_have_no_empty_line_above_them)
{
    struct terminal terminal;
    terminal_open (&terminal, 80, 24);
    FILE *to = terminal_file (&terminal);
    table_t *table = table_new (to, false);
    table_column (table, "", TABLE_WHOLE);
    table_column (table, "", TABLE_WRAP);
    table_cell (table, "submitted");
    table_time (table, "2026-11-28T23:45:59.123Z");
    table_print (&table);
    fclose (to);
    char *screen = terminal_screen (&terminal);
    cr_expect_str_eq (screen, "submitted  2026-11-28T23:45Z\n");
    free (screen);
    terminal_close (&terminal);
}
