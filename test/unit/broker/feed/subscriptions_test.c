//  subscriptions_test.c: subscriptions that come together are told each event once.
#include "broker/feed/subscriptions.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { CASE_MAX = 5 };

Test (wishes, of_subscriptions_the_widest_are_kept)
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
        struct wishes wishes = {.count = 0};
        size_t expected = 0;
        for (size_t j = 0; j < CASE_MAX && CASES[i].come[j]; j++)
            wishes_add (&wishes, CASES[i].come[j], strlen (CASES[i].come[j]));
        for (; expected < CASE_MAX && CASES[i].stay[expected]; expected++) {
            const char *stay = CASES[i].stay[expected];
            cr_assert_lt (expected, wishes.count, "case %zu", i);
            cr_expect_eq (wishes.at[expected].n, strlen (stay), "case %zu", i);
            cr_expect_eq (memcmp (wishes.at[expected].prefix, stay, strlen (stay)), 0, "case %zu", i);
        }
        cr_expect_eq (wishes.count, expected, "case %zu", i);
    }
}

Test (wishes, what_no_topic_begins_with_is_passed_over_and_the_number_is_bounded)
{
    struct wishes wishes = {.count = 0};
    char prefix[EVENT_TOPIC_BYTES * 2];
    memset (prefix, 'x', sizeof prefix);
    wishes_add (&wishes, prefix, sizeof prefix);
    wishes_add (&wishes, prefix, EVENT_TOPIC_BYTES);
    cr_expect_eq (wishes.count, 0);
    wishes_add (&wishes, prefix, EVENT_TOPIC_BYTES - 1);
    cr_expect_eq (wishes.count, 1);
    for (int i = 0; i < WISHES_MAX * 2; i++) {
        snprintf (prefix, sizeof prefix, "job/%d/", i);
        wishes_add (&wishes, prefix, strlen (prefix));
    }
    cr_expect_eq (wishes.count, WISHES_MAX);
    wishes_add (&wishes, "", 0);    //  covers them all, and so has room
    cr_expect_eq (wishes.count, 1);
}
