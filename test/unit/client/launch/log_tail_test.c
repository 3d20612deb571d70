//  log_tail_test.c: what is shown of a log's end: whole lines, the last ones.
#include "client/launch/log_tail.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void s_expect (const char *text, const char *want)
{
    char tail[ENGINE_TAIL_BYTES];
    log_tail_of (text, strlen (text), tail);
    cr_assert_str_eq (tail, want);
}

Test (log_tail, a_short_log_is_shown_whole)
{
    s_expect ("", "");
    s_expect ("one", "one");
    s_expect ("one\ntwo\n", "one\ntwo\n");
    s_expect ("\n", "\n");
}

Test (log_tail, of_many_lines_the_last_ones_are_shown)
{
    char text[4096] = "", want[4096] = "";
    for (int i = 1; i <= 20; i++) {
        sprintf (text + strlen (text), "line %d\n", i);
        if (i > 20 - LOG_TAIL_LINES)
            sprintf (want + strlen (want), "line %d\n", i);
    }
    s_expect (text, want);
    text[strlen (text) - 1] = want[strlen (want) - 1] = 0;    //  the last one is still being written
    s_expect (text, want);
}

Test (log_tail, a_line_that_does_not_fit_is_left_out_where_another_follows)
{
    static char text[3 * ENGINE_TAIL_BYTES];
    char tail[ENGINE_TAIL_BYTES];
    memset (text, 'x', 2 * ENGINE_TAIL_BYTES);
    strcpy (text + 2 * ENGINE_TAIL_BYTES, "\nend\n");
    log_tail_of (text, strlen (text), tail);
    cr_assert_str_eq (tail, "end\n");
    log_tail_of (text, 2 * ENGINE_TAIL_BYTES, tail);    //  nothing but a part of one
    cr_assert_eq (strlen (tail), ENGINE_TAIL_BYTES - 1);
}
