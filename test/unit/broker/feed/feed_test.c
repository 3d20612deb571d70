//  feed_test.c: what late subscribers are told: the last event of each job, of a bounded number of jobs.
#include "broker/feed/feed.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct publication *s_put (feed_t *feed, const char *job, const char *state, uint64_t bytes_done)
{
    struct event event = {.bytes_done = bytes_done, .attempt = 1, .eta_ms = -1};
    snprintf (event.job, sizeof event.job, "%s", job);
    snprintf (event.state, sizeof event.state, "%s", state);
    return feed_put (feed, &event, "anna");
}

static void s_note (void *context, const struct publication *publication)
{
    char *noted = context;
    struct event event;
    cr_assert_eq (event_decode (publication->body, publication->bytes, &event, NULL), DMH_OK);
    cr_assert_eq (strncmp (publication->topic, "job/", 4), 0);
    cr_assert_str_eq (publication->topic + 4, event.job);
    snprintf (noted + strlen (noted), 64, "%s=%d ", event.job, (int) event.bytes_done);
}

static void s_count (void *context, const struct publication *publication)
{
    (void) publication;
    ++*(size_t *) context;
}

Test (feed, gives_back_what_is_to_be_published)
{
    feed_t *feed = feed_new ();
    const struct publication *publication = s_put (feed, "a", "running", 7);
    struct event event;
    cr_assert_not_null (publication);
    cr_assert_str_eq (publication->topic, "job/a");
    cr_assert_eq (event_decode (publication->body, publication->bytes, &event, NULL), DMH_OK);
    cr_assert_eq (event.bytes_done, 7);
    cr_assert_null (s_put (feed, "a", "dancing", 7), "there is no such state");
    feed_destroy (&feed);
    feed_destroy (&feed);
}

Test (feed, replays_the_last_event_of_the_jobs_whose_topic_begins_so)
{
    static const struct {
        const char *prefix, *expected;
    } CASES[] = {{"job/ab", "ab=3 "}, {"job/b", "b=4 "},
                 {"job/c", ""},       {"jobs", ""},
                 {"x", ""},           {"job/a", "ab=3 "},
                 {"job/ab/", ""},     {"a prefix that is longer than any topic can be, by far", ""}};
    feed_t *feed = feed_new ();
    s_put (feed, "ab", "queued", 1);
    s_put (feed, "ab", "running", 2);
    s_put (feed, "b", "done", 4);
    s_put (feed, "ab", "running", 3);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char noted[256] = "";
        feed_replay (feed, CASES[i].prefix, strlen (CASES[i].prefix), s_note, noted);
        cr_assert_str_eq (noted, CASES[i].expected, "prefix %s", CASES[i].prefix);
    }
    size_t count = 0;
    feed_replay (feed, "", 0, s_count, &count);
    cr_assert_eq (count, 2);
    count = 0;
    feed_replay (feed, "job/\0x", 6, s_count, &count);
    cr_assert_eq (count, 0);
    feed_destroy (&feed);
}

//  However many there are, the topic of a job that is not remembered is not searched for.
Test (feed, takes_the_topic_of_one_job_for_that_jobs_alone)
{
    feed_t *feed = feed_new ();
    size_t count = 0;
    const char *whole = "job/0123456789abcdef0123";
    cr_assert (feed_is_whole (whole, strlen (whole)));
    cr_assert_not (feed_is_whole (whole, strlen (whole) - 1));
    cr_assert_not (feed_is_whole ("owner/KEY/ann 0123456789", strlen (whole)));
    s_put (feed, "0123456789abcdef0123", "running", 1);
    cr_assert_eq (feed_replay (feed, whole, strlen (whole), s_count, &count), 1);
    s_put (feed, "0123456789abcdef0123 and more", "running", 1);    //  no job has such an id
    feed_forget (feed, "0123456789abcdef0123");
    cr_assert_eq (feed_replay (feed, whole, strlen (whole), s_count, &count), 0);
    cr_assert_eq (count, 1);
    feed_destroy (&feed);
}

Test (feed, passes_on_what_can_be_made_again_and_forgets_what_it_knew)
{
    feed_t *feed = feed_new ();
    struct event event = {.job = "a", .state = "queued", .attempt = 1, .eta_ms = -1}, got;
    s_put (feed, "a", "running", 7);
    const struct publication *publication = feed_pass (feed, &event, "KEY/ann");
    char topic[EVENT_OWNER_TOPIC_BYTES];
    cr_assert_not_null (publication);
    cr_assert_str_eq (publication->topic, "job/a");
    cr_assert_eq (event_decode (publication->body, publication->bytes, &got, NULL), DMH_OK);
    cr_assert_str_eq (got.state, "queued");
    cr_assert (feed_owner_topic (publication, topic));
    cr_assert_str_eq (topic, "owner/KEY/ann a");
    cr_assert_eq (feed_last (feed, "a", &got), DMH_NOT_FOUND);
    cr_assert_eq (feed_count (feed), 0);
    s_put (feed, "a", "failed", 7);    //  one that ended keeps its place among those
    cr_assert_not_null (feed_pass (feed, &event, NULL));
    cr_assert_eq (feed_last (feed, "a", &got), DMH_OK);
    cr_assert_str_eq (got.state, "queued");
    feed_destroy (&feed);
}

Test (feed, knows_the_last_event_of_a_job)
{
    feed_t *feed = feed_new ();
    struct event event;
    s_put (feed, "a", "running", 2);
    s_put (feed, "a", "running", 3);
    cr_assert_eq (feed_last (feed, "a", &event), DMH_OK);
    cr_assert_eq (event.bytes_done, 3);
    cr_assert_eq (feed_last (feed, "b", &event), DMH_NOT_FOUND);
    feed_destroy (&feed);
}

Test (feed, forgets_the_job_that_ended_first_and_never_one_that_is_open)
{
    enum { MORE = 500 };
    feed_t *feed = feed_new ();
    struct event event;
    s_put (feed, "open", "running", 0);
    s_put (feed, "retried", "failed", 0);
    s_put (feed, "retried", "queued", 0);
    s_put (feed, "twice", "failed", 0);
    s_put (feed, "twice", "queued", 0);
    s_put (feed, "twice", "failed", 0);    //  at the second place among those that ended, too
    for (int i = 0; i < FEED_ENDED_MAX + MORE; i++) {
        char job[ID_BYTES];
        snprintf (job, sizeof job, "%06d", i);
        s_put (feed, job, "queued", 0);
        s_put (feed, job, "done", 0);
        s_put (feed, job, "done", 1);    //  said again: still one end
    }
    cr_assert_eq (feed_count (feed), FEED_ENDED_MAX + 2);
    cr_assert_eq (feed_last (feed, "open", &event), DMH_OK);
    cr_assert_eq (feed_last (feed, "retried", &event), DMH_OK, "it is open again");
    cr_assert_eq (feed_last (feed, "twice", &event), DMH_NOT_FOUND);
    cr_assert_eq (feed_last (feed, "000499", &event), DMH_NOT_FOUND);
    cr_assert_eq (feed_last (feed, "000500", &event), DMH_OK);
    s_put (feed, "retried", "done", 0);
    cr_assert_eq (feed_count (feed), FEED_ENDED_MAX + 1);
    cr_assert_eq (feed_last (feed, "000500", &event), DMH_NOT_FOUND);
    cr_assert_eq (feed_last (feed, "retried", &event), DMH_OK);
    feed_destroy (&feed);
}

Test (feed, forgets_a_job_that_is_no_more)
{
    feed_t *feed = feed_new ();
    struct event event;
    char noted[256] = "";
    s_put (feed, "a", "done", 0);
    s_put (feed, "b", "done", 0);
    feed_forget (feed, "a");
    feed_forget (feed, "a");
    feed_forget (feed, "nobody");
    cr_assert_eq (feed_last (feed, "a", &event), DMH_NOT_FOUND);
    cr_assert_eq (feed_last (feed, "b", &event), DMH_OK);
    feed_replay (feed, "job/a", strlen ("job/a"), s_note, noted);
    cr_assert_str_empty (noted);
    for (int i = 0; i < FEED_ENDED_MAX; i++) {    //  its place among those that ended is left in its turn
        char job[ID_BYTES];
        snprintf (job, sizeof job, "%06d", i);
        s_put (feed, job, "done", 0);
    }
    cr_assert_eq (feed_last (feed, "b", &event), DMH_NOT_FOUND);
    cr_assert_eq (feed_count (feed), FEED_ENDED_MAX);
    feed_destroy (&feed);
}

static void s_put_of (feed_t *feed, const char *job, const char *owner)
{
    struct event event = {.state = "queued", .attempt = 1};
    snprintf (event.job, sizeof event.job, "%s", job);
    cr_assert_not_null (feed_put (feed, &event, owner));
}

Test (feed, has_a_second_topic_for_those_for_whom_a_gateway_speaks)
{
    static const struct {
        const char *prefix, *expected;
    } CASES[] = {{"owner/KEY/ann ", "a=0 "}, {"owner/KEY/anna ", "b=0 "}, {"owner/KEY/ann", NULL},
                 {"owner/KEY ", ""},         {"owner/own ", ""},          {"owner/KEY/ann b", ""}};
    feed_t *feed = feed_new ();
    char topic[EVENT_OWNER_TOPIC_BYTES];
    s_put_of (feed, "a", "KEY/ann");
    s_put_of (feed, "b", "KEY/anna");
    s_put_of (feed, "c", "own");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char noted[256] = "";
        feed_replay (feed, CASES[i].prefix, strlen (CASES[i].prefix), s_note, noted);
        if (CASES[i].expected)
            cr_expect_str_eq (noted, CASES[i].expected, "prefix %s", CASES[i].prefix);
        else
            cr_expect_eq (strlen (noted), 8, "both begin so: %s", noted);
    }
    cr_expect_str_eq (event_owner_topic ("KEY/ann", "a", topic), "owner/KEY/ann a");
    feed_destroy (&feed);
}
