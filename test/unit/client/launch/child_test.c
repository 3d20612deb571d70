//  child_test.c: programs that are run to their end: what they read, what they say, how they end; and that a
//  script's words stay words, whatever is in them.
#include "client/launch/child.h"
#include "client/launch/remote/shell_text.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char s_sh[] = "sh", s_c[] = "-c";

static int s_run (struct child *child, const char *line, struct error *error)
{
    char *own = strdup (line), *words[] = {s_sh, s_c, own, NULL};
    child->words = words;
    child->patience_ms = child->patience_ms ? child->patience_ms : 60000;
    int rc = child_run (child, error);
    child->words = NULL;
    free (own);
    return rc;
}

Test (child, what_it_says_and_how_it_ends_is_known, .timeout = 60)
{
    static struct child child;
    struct error error = {.code = DMH_OK};
    char word[200];
    cr_assert_eq (s_run (&child, "echo out; echo one >&2; echo two >&2; exit 7", &error), DMH_OK, "%s",
                  error.text);
    cr_assert_eq (child.status, 7);
    cr_assert_str_eq (child.said, "out\n");
    cr_assert_str_eq (child.complained, "one\ntwo\n");
    cr_assert_str_eq (child_word (&child, word), "two");
    cr_assert_eq (s_run (&child, "kill -TERM $$", &error), DMH_OK);
    cr_assert_eq (child.status, 128 + SIGTERM);
    cr_assert_str_eq (child_word (&child, word), "it said nothing");
}

Test (child, more_than_a_pipe_holds_goes_in_and_what_is_too_much_to_keep_does_not_hold_it_up, .timeout = 60)
{
    enum { BYTES = 3 * 1024 * 1024 };
    static struct child child;
    struct error error = {.code = DMH_OK};
    char *input = malloc (BYTES);
    memset (input, 'x', BYTES);
    child.input = input;
    child.input_bytes = BYTES;
    cr_assert_eq (s_run (&child, "tee /dev/stderr | cat; exit 0", &error), DMH_OK, "%s", error.text);
    cr_assert_eq (child.status, 0);
    cr_assert_eq (strlen (child.said), CHILD_SAID_BYTES - 1);
    cr_assert_eq (s_run (&child, "wc -c", &error), DMH_OK, "%s", error.text);
    cr_assert_eq (atoi (child.said), BYTES);
    cr_assert_eq (s_run (&child, "exit 3", &error), DMH_OK, "it reads nothing: %s", error.text);
    cr_assert_eq (child.status, 3);
    free (input);
}

Test (child, one_that_is_not_there_and_one_that_does_not_end_are_errors, .timeout = 60)
{
    static struct child child;
    struct error error = {.code = DMH_OK};
    static char nowhere[] = "dmh-nowhere";
    char *words[] = {nowhere, NULL};
    child.words = words;
    child.patience_ms = 60000;
    cr_assert_eq (child_run (&child, &error), DMH_NOT_FOUND);
    cr_assert (strstr (error.text, "dmh-nowhere cannot be run"), "%s", error.text);
    child.patience_ms = 1;
    cr_assert_eq (s_run (&child, "exec sleep 600", &error), DMH_UNAVAILABLE, "%s", error.text);
}

Test (child, a_word_in_quotes_comes_back_as_it_was, .timeout = 60)
{
    static const char *const WORDS[] = {"",       "plain", "it's",   "'", "''a''", "$HOME `id` \\ \" * ~",
                                        "a b\tc", "-n",    "(;|&)<>"};
    static struct child child;
    struct error error = {.code = DMH_OK};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        struct shell_text script = {.failed = false};
        shell_text_set (&script, "value", WORDS[i]);
        shell_text_add (&script, "printf '%s|%s' \"$value\"");
        shell_text_word (&script, WORDS[i]);
        cr_assert_eq (shell_text_check (&script, &error), DMH_OK);
        cr_assert_eq (s_run (&child, script.text.at, &error), DMH_OK, "%s", error.text);
        char want[64];
        snprintf (want, sizeof want, "%s|%s", WORDS[i], WORDS[i]);
        cr_assert_str_eq (child.said, want);
        shell_text_clear (&script);
    }
}
