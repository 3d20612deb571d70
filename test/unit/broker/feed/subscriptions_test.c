//  subscriptions_test.c: subscriptions that come together are told each event once.
#include "broker/feed/subscriptions.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { CASE_MAX = 5 };

Test (subscriptions, of_subscriptions_the_widest_are_kept)
{
    static const struct {
        const char *come[CASE_MAX];
        const char *stay[CASE_MAX];
    } CASES[] = {
        {{"job/"}, {"job/"}},
        {{"job/", "job/", "job/"}, {"job/"}},
        {{"job/a", "job/b", "job/a"}, {"job/a", "job/b"}},
        {{"job/a", "job/b", "job/"}, {"job/"}},
        {{"job/", "job/a"}, {"job/"}},
        {{"job/a", ""}, {""}},
        {{"", "job/a"}, {""}},
        {{"other", "job/ab", "job/a", "job/abc"}, {"other", "job/a"}},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct subscriptions subscriptions = {.count = 0};
        size_t expected = 0;
        for (size_t j = 0; j < CASE_MAX && CASES[i].come[j]; j++)
            subscriptions_add (&subscriptions, CASES[i].come[j], strlen (CASES[i].come[j]));
        for (; expected < CASE_MAX && CASES[i].stay[expected]; expected++) {
            const char *stay = CASES[i].stay[expected];
            cr_assert_lt (expected, subscriptions.count, "case %zu", i);
            cr_expect_eq (subscriptions.at[expected].n, strlen (stay), "case %zu", i);
            cr_expect_eq (memcmp (subscriptions.at[expected].prefix, stay, strlen (stay)), 0, "case %zu", i);
        }
        cr_expect_eq (subscriptions.count, expected, "case %zu", i);
    }
}

Test (subscriptions, what_no_topic_begins_with_is_passed_over_and_the_number_is_bounded)
{
    struct subscriptions subscriptions = {.count = 0};
    char prefix[EVENT_OWNER_TOPIC_BYTES * 2];
    memset (prefix, 'x', sizeof prefix);
    subscriptions_add (&subscriptions, prefix, sizeof prefix);
    subscriptions_add (&subscriptions, prefix, EVENT_OWNER_TOPIC_BYTES);
    cr_expect_eq (subscriptions.count, 0);
    subscriptions_add (&subscriptions, prefix, EVENT_OWNER_TOPIC_BYTES - 1);
    cr_expect_eq (subscriptions.count, 1);
    for (int i = 0; i < SUBSCRIPTION_MAX * 2; i++) {
        snprintf (prefix, sizeof prefix, "job/%d/", i);
        subscriptions_add (&subscriptions, prefix, strlen (prefix));
    }
    cr_expect_eq (subscriptions.count, SUBSCRIPTION_MAX);
    subscriptions_add (&subscriptions, "", 0);    //  covers them all, and so has room
    cr_expect_eq (subscriptions.count, 1);
}
