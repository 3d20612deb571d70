//  replay_test.c: queued jobs are told again to who subscribes to them, some at a time.
#include "broker/jobs/replay.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static store_t *s_store;
static char s_told[256];

static void s_add (const char *id, const char *owner, const char *state)
{
    struct error error = {.code = DMH_OK};
    struct store_job job = {.record = {.submitted_at = 1}};
    snprintf (job.record.job, sizeof job.record.job, "%s", id);
    snprintf (job.submit_key, sizeof job.submit_key, "%s", id);
    snprintf (job.record.owner, sizeof job.record.owner, "%s", owner);
    snprintf (job.record.state, sizeof job.record.state, "%s", state);
    cr_assert_eq (store_add (s_store, &job, &error), DMH_OK, "%s", error.text);
}

static void s_note (void *context, const struct job_record *record)
{
    (void) context;
    sprintf (s_told + strlen (s_told), "%s ", record->job);
}

static void s_expect (replay_t *replay, const char *told)
{
    *s_told = 0;
    cr_assert_eq (replay_step (replay, 2, s_note, NULL, NULL), DMH_OK);
    cr_expect_str_eq (s_told, told);
}

static replay_t *s_new (void)
{
    s_store = store_open ("sqlite::memory:", NULL);
    cr_assert_not_null (s_store);
    cr_assert_eq (store_begin (s_store, NULL), DMH_OK);
    s_add ("aa", "KEY/ann", "queued");
    s_add ("ab", "KEY/anna", "queued");
    s_add ("runs", "KEY/ann", "running");
    s_add ("ac", "KEY/ann", "queued");
    s_add ("ba", "", "queued");
    cr_assert_eq (store_commit (s_store, NULL), DMH_OK);
    return replay_new (s_store);
}

static void s_destroy (replay_t *replay)
{
    replay_destroy (&replay);
    cr_assert_null (replay);
    store_close (&s_store);
}

static void s_ask (replay_t *replay, const char *prefix)
{
    replay_add (replay, prefix, strlen (prefix));
}

Test (replay, tells_the_queued_jobs_some_at_a_time_and_then_no_more)
{
    replay_t *replay = s_new ();
    cr_assert_not (replay_goes_on (replay));
    s_expect (replay, "");
    s_ask (replay, "job/");
    cr_assert (replay_goes_on (replay));
    s_expect (replay, "aa ab ");
    s_expect (replay, "ac ba ");
    s_expect (replay, "");
    cr_assert_not (replay_goes_on (replay));
    s_destroy (replay);
}

Test (replay, tells_those_whose_topics_begin_as_was_asked_for)
{
    replay_t *replay = s_new ();
    s_ask (replay, "job/b");
    s_expect (replay, "");
    s_expect (replay, "ba ");
    s_expect (replay, "");
    s_ask (replay, "owner/KEY/ann ");    //  hers alone are looked at, and not those of anna
    s_expect (replay, "aa ac ");
    s_expect (replay, "");
    s_ask (replay, "owner/KEY/ann");
    s_expect (replay, "aa ab ");
    s_expect (replay, "ac ");
    s_expect (replay, "");
    s_ask (replay, "nothing/");
    s_expect (replay, "");
    s_destroy (replay);
}

Test (replay, whoever_comes_in_the_middle_is_told_from_the_first_one_all_of_them_together)
{
    replay_t *replay = s_new ();
    s_ask (replay, "job/");
    s_expect (replay, "aa ab ");
    s_ask (replay, "job/");
    s_ask (replay, "job/a");
    s_ask (replay, "");
    s_expect (replay, "ac ba ");
    s_expect (replay, "");
    s_expect (replay, "aa ab ");
    s_expect (replay, "ac ba ");
    s_expect (replay, "");
    cr_assert_not (replay_goes_on (replay));
    s_destroy (replay);
}

Test (replay, a_crowd_is_told_everything_and_nobody_is_left_out)
{
    replay_t *replay = s_new ();
    char prefix[ID_BYTES];
    for (int i = 0; i < 200; i++) {
        snprintf (prefix, sizeof prefix, "x%d/", i);
        s_ask (replay, prefix);
    }
    s_ask (replay, "job/ba");
    *s_told = 0;
    for (int i = 0; i < 100 && replay_goes_on (replay); i++)
        cr_assert_eq (replay_step (replay, 2, s_note, NULL, NULL), DMH_OK);
    cr_expect_not_null (strstr (s_told, "ba "));
    cr_assert_not (replay_goes_on (replay));
    s_destroy (replay);
}
