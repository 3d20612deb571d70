//  terminal_test.c: what goes out through the door to the terminal.
#define _GNU_SOURCE
#include "messages/text/terminal.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *s_text;
static size_t s_n;

static FILE *s_open (void)
{
    free (s_text);
    s_text = NULL;
    FILE *to = open_memstream (&s_text, &s_n);
    cr_assert (to);
    return to;
}

#define EXPECT(TEXT, ...)                                                                                    \
    do {                                                                                                     \
        FILE *to = s_open ();                                                                                \
        terminal_print (to, __VA_ARGS__);                                                                    \
        fclose (to);                                                                                         \
        cr_expect_str_eq (s_text, TEXT);                                                                     \
    } while (0)

Test (terminal, a_text_from_elsewhere_makes_no_line_of_its_own)
{
    EXPECT ("dmh: a\\u000admh: all is well\n", "dmh: %s\n", "a\ndmh: all is well");
    EXPECT ("x\\u001b[2J\\u009bK\\u202eb\\xfe|\n", "%s|\n",
            "x\x1b[2J\xc2\x9bK\xe2\x80\xae"
            "b\xfe");
    EXPECT ("Jos\xc3\xa9 \xe6\xbc\xa2", "%s", "Jos\xc3\xa9 \xe6\xbc\xa2");
    EXPECT ("\\u0007", "%c", '\a');
}

Test (terminal, formats_are_those_of_printf)
{
    EXPECT ("", "%s", "");
    EXPECT ("100%", "%d%%", 100);
    EXPECT ("-7 7  7 007", "%d %u %2u %03d", -7, 7u, 7u, 7);
    EXPECT ("18446744073709551615 -9223372036854775808", "%llu %lld", ~0ull, (-9223372036854775807ll - 1));
    EXPECT ("18446744073709551615 12", "%zu %lu", (size_t) -1, 12ul);
    EXPECT (" 50 0.333 1e+20", "%3.0f %.3f %g", 50.0, 1 / 3.0, 1e20);
    EXPECT ("ab  |  ab|abcdef|", "%-4s|%4s|%-4s|", "ab", "ab", "abcdef");
    EXPECT ("\t\n", "\t\n");
}

Test (terminal, a_path_for_scripts_is_its_bytes_where_no_terminal_is)
{
    FILE *to = s_open ();
    terminal_data (to, "a\xff\nb");
    fclose (to);
    cr_expect_str_eq (s_text, "a\xff\nb");
}

Test (terminal, a_path_is_escaped_where_a_terminal_is)
{
    int terminal = posix_openpt (O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt (terminal) != 0 || unlockpt (terminal) != 0)
        cr_skip_test ("this host gives no pseudo-terminal");
    int inside = open (ptsname (terminal), O_RDWR | O_NOCTTY);
    FILE *to = inside < 0 ? NULL : fdopen (inside, "r+");
    cr_assert (to);
    char seen[32];
    terminal_data (to, "a\x1b[2Jb");
    fflush (to);
    ssize_t n = read (terminal, seen, sizeof seen - 1);
    cr_assert_gt (n, 0);
    seen[n] = 0;
    cr_expect_str_eq (seen, "a\\u001b[2Jb");
    fclose (to);
    close (terminal);
}
