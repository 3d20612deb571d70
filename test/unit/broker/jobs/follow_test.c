//  follow_test.c: jobs that follow others wait until all of those are done, and fail with the first that is
//  not. As little plays: a line is what happens, behind > all that comes of it.
#include "broker/jobs/follow.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 12 };

//  open JOB [FOLLOWED:open | done | lost …]; runs JOB [FOLLOWED:…]
static void s_open (follow_t *follow, char **words, int count, bool runs)
{
    cr_assert_eq (follow_begin (follow, words[1], runs), DMH_OK);
    for (int i = 2; i < count; i++) {
        char *state = strchr (words[i], ':');
        *state++ = 0;
        enum followed_state is = strcmp (state, "open") == 0   ? FOLLOWED_OPEN
                                 : strcmp (state, "done") == 0 ? FOLLOWED_DONE
                                                               : FOLLOWED_LOST;
        cr_assert_eq (follow_add (follow, words[1], words[i], is), DMH_OK);
    }
    follow_begun (follow, words[1]);
}

static void s_act (follow_t *follow, char **words, int count, char *said)
{
    if (strcmp (words[0], "open") == 0 || strcmp (words[0], "runs") == 0)
        s_open (follow, words, count, *words[0] == 'r');
    else if (strcmp (words[0], "done") == 0 || strcmp (words[0], "lost") == 0)
        follow_ended (follow, words[1], *words[0] == 'd');
    else if (strcmp (words[0], "drop") == 0)
        sprintf (said + strlen (said), "> %s\n", follow_drop (follow, words[1]) ? "dropped" : "did not wait");
    else if (strcmp (words[0], "needs?") == 0)
        sprintf (said + strlen (said), "> %s %s\n", follow_needs (follow, words[1]) ? "yes" : "no",
                 follow_user (follow, words[1]) ? follow_user (follow, words[1]) : "-");
    else if (strcmp (words[0], "waits?") == 0)
        sprintf (said + strlen (said), "> %zu of %zu\n", follow_waits_for (follow, words[1]),
                 follow_waiting (follow));
    else
        cr_assert_fail ("there is no “%s” in plays", words[0]);
}

static void s_hear (follow_t *follow, char *said)
{
    struct follow_action action;
    while (follow_action (follow, &action)) {
        if (action.sort == FOLLOW_READY)
            sprintf (said + strlen (said), "> give %s\n", action.job);
        else
            sprintf (said + strlen (said), "> fail %s by %s\n", action.job, action.by);
        follow_did (follow, action.job);
    }
}

static void s_play (const char *text)
{
    follow_t *follow = follow_new ();
    while (*text) {
        char line[128], of[128], expected[512] = "", said[512] = "", *words[WORDS_MAX];
        size_t n = strcspn (text, "\n");
        int count = 0;
        snprintf (line, sizeof line, "%.*s", (int) n, text);
        snprintf (of, sizeof of, "%s", line);
        for (text += n + 1; *text == '>'; text += n) {
            n = strcspn (text, "\n") + 1;
            strncat (expected, text, n);
        }
        for (char *word = strtok (line, " "); word && count < WORDS_MAX; word = strtok (NULL, " "))
            words[count++] = word;
        s_act (follow, words, count, said);
        s_hear (follow, said);
        cr_assert_str_eq (said, expected, "at “%s”: %s instead of %s", of, said, expected);
    }
    follow_destroy (&follow);
}

Test (follow, a_job_begins_when_the_last_one_that_it_follows_is_done)
{
    s_play ("open f a:open b:open c:done\n"
            "waits? f\n> 2 of 1\n"
            "done a\n"
            "done a\n"
            "waits? f\n> 1 of 1\n"
            "done x\n"
            "done b\n> give f\n"
            "waits? f\n> 0 of 0\n");
}

Test (follow, a_job_whose_followed_ones_are_done_already_begins_at_once)
{
    s_play ("open f a:done\n> give f\n"
            "open g\n> give g\n");
}

Test (follow, a_job_fails_with_the_first_that_was_not_done_and_so_do_those_behind_it)
{
    s_play ("open f a:open b:open\n"
            "open g f:open\n"
            "lost a\n> fail f by a\n"
            "lost b\n"
            "lost f\n> fail g by f\n"
            "lost g\n"
            "waits? g\n> 0 of 0\n"
            "open h a:lost\n> fail h by a\n");
}

Test (follow, what_a_follower_does_when_it_was_given_is_its_own)
{
    s_play ("open f a:open\n"
            "done a\n> give f\n"
            "lost a\n"
            "drop f\n> did not wait\n"
            "done f\n"
            "needs? a\n> no -\n");
}

Test (follow, a_result_is_needed_until_the_last_follower_has_ended)
{
    s_play ("open f a:done b:open\n"
            "runs g a:done\n"
            "needs? a\n> yes g\n"
            "done g\n"
            "needs? a\n> yes -\n"
            "done b\n> give f\n"
            "needs? a\n> yes f\n"
            "needs? b\n> yes f\n"
            "lost f\n"
            "needs? a\n> no -\n"
            "needs? b\n> no -\n");
}

Test (follow, one_that_is_dropped_waits_no_more_and_needs_nothing)
{
    s_play ("open f a:open\n"
            "drop f\n> dropped\n"
            "drop f\n> did not wait\n"
            "needs? a\n> no -\n"
            "done a\n"
            "waits? f\n> 0 of 0\n");
}

Test (follow, one_that_is_opened_again_follows_what_it_is_told_now)
{
    s_play ("open f a:open b:open\n"
            "lost a\n> fail f by a\n"
            "open f a:open b:open\n"
            "done b\n"
            "done a\n> give f\n"
            "open g f:open f:open\n"
            "done f\n> give g\n");
}

Test (follow, several_followers_of_one_job_begin_together_and_chains_one_by_one)
{
    s_play ("open f a:open\n"
            "open g a:open f:open\n"
            "open h a:open\n"
            "waits? g\n> 2 of 3\n"
            "done a\n> give h\n> give f\n"
            "done h\n"
            "done f\n> give g\n");
}

Test (follow, one_that_is_opened_again_while_it_waits_forgets_what_it_followed)
{
    s_play ("open f a:open b:open\n"
            "open f a:open\n"
            "needs? b\n> no -\n"
            "waits? f\n> 1 of 1\n"
            "done a\n> give f\n");
}

Test (follow, one_that_runs_is_no_follower_to_be_dropped_and_needs_what_it_follows)
{
    s_play ("open f a:done\n> give f\n"
            "drop f\n> did not wait\n"
            "needs? a\n> yes f\n"
            "needs? f\n> no -\n"
            "open g f:open\n"
            "needs? f\n> yes -\n"
            "drop a\n> did not wait\n"
            "needs? a\n> yes f\n");
}

//  An action that was not heard yet: its job waits still, and uses what it follows; what it is may change.
Test (follow, until_it_was_told_an_action_may_become_another)
{
    struct follow_action action;
    follow_t *follow = follow_new ();
    cr_assert_not_null (follow);
    for (int i = 0; i < 3; i++) {
        const char *job = (const char *const[]){"e", "f", "g"}[i];
        cr_assert_eq (follow_begin (follow, job, false), DMH_OK);
        cr_assert_eq (follow_add (follow, job, "a", FOLLOWED_OPEN), DMH_OK);
        follow_begun (follow, job);
    }
    cr_expect_null (follow_user (follow, "a"));
    follow_ended (follow, "a", true);
    cr_expect_eq (follow_waiting (follow), 3);
    cr_expect_not_null (follow_user (follow, "a"));
    follow_ended (follow, "a", false);
    cr_expect_eq (follow_waiting (follow), 3);
    cr_expect_null (follow_user (follow, "a"));
    cr_expect (follow_needs (follow, "a"));
    char told[8] = "";
    while (follow_action (follow, &action)) {
        cr_assert_lt (strlen (told), 4, "one of them is told twice");
        cr_expect_eq (action.sort, FOLLOW_FAIL);
        cr_expect_str_eq (action.by, "a");
        strcat (told, action.job);
        follow_did (follow, action.job);
        follow_did (follow, action.job);
    }
    cr_expect_eq (strlen (told), 3);
    cr_expect_eq (follow_waiting (follow), 0);
    follow_destroy (&follow);
    cr_expect_null (follow);
}
