//  table_test.c: tables on a terminal (a pseudo one of so many columns) and elsewhere.
#include "client/terminal/page.h"
#include "client/terminal/table.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    int master, slave;
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    cr_assert_eq (openpty (&master, &slave, NULL, NULL, &size), 0);
    FILE *to = fdopen (slave, "w");
    s_fill (to);
    fflush (to);
    fcntl (master, F_SETFL, O_NONBLOCK);
    size_t n = 0;
    for (ssize_t got; (got = read (master, out + n, OUT_BYTES - 1 - n)) > 0;)
        n += (size_t) got;
    out[n] = 0;
    fclose (to);
    close (master);
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
    for (unsigned short columns = 50; columns < 140; columns += 7) {
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
