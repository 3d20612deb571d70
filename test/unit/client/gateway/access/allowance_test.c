//  allowance_test.c: what those of one name may have under way. The times are said.
#include "client/gateway/access/allowance.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static int s_enter (allowances_t *all, const char *name, bool uploads, int64_t now, struct share *share,
                    const char *option)
{
    struct error error = {.code = DMH_OK};
    int rc = allowances_enter (all, name, uploads, now, share, &error);
    cr_expect (rc == DMH_OK || (option && strstr (error.text, option)), "%s", error.text);
    return rc;
}

Test (allowance, bounds_the_calls_and_uploads_of_one_name_and_not_those_of_another)
{
    allowances_t *all = allowances_new (&(struct allowance_limits){.calls = 3, .uploads = 1});
    struct share share[4], other;
    cr_expect_eq (s_enter (all, "anna", true, 0, &share[0], NULL), DMH_OK);
    cr_expect_eq (s_enter (all, "anna", true, 0, &share[1], "--token-uploads"), DMH_UNAVAILABLE);
    cr_expect_eq (s_enter (all, "anna", false, 0, &share[1], NULL), DMH_OK);
    cr_expect_eq (s_enter (all, "anna", false, 0, &share[2], NULL), DMH_OK);
    cr_expect_eq (s_enter (all, "anna", false, 0, &share[3], "--token-calls"), DMH_UNAVAILABLE);
    cr_expect_eq (s_enter (all, "ben", true, 0, &other, NULL), DMH_OK);
    share_leave (&share[0]);
    share_leave (&share[0]);    //  nothing is given back twice
    cr_expect_eq (s_enter (all, "anna", true, 0, &share[0], NULL), DMH_OK);
    cr_expect_eq (s_enter (all, "anna", false, 0, &share[3], "--token-calls"), DMH_UNAVAILABLE);
    for (int i = 0; i < 3; i++)
        share_leave (&share[i]);
    share_leave (&other);
    allowances_destroy (&all);
}

Test (allowance, of_requests_grows_with_the_time_and_no_further_than_five_seconds)
{
    allowances_t *all = allowances_new (&(struct allowance_limits){.rate = 2});
    struct share share = {.of = NULL};
    static const struct {
        int64_t now;
        int taken;
    } CASES[] = {{1000, 10}, {1499, 0}, {1500, 1}, {2500, 2}, {3600000, 10}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int taken = 0;
        while (s_enter (all, "anna", false, CASES[i].now, &share, "--token-rate") == DMH_OK) {
            share_leave (&share);
            taken++;
        }
        cr_expect_eq (taken, CASES[i].taken, "at %lld: %d", (long long) CASES[i].now, taken);
    }
    cr_expect_eq (s_enter (all, "ben", false, 1000, &share, NULL), DMH_OK);
    share_leave (&share);
    allowances_destroy (&all);
}

Test (allowance, of_the_spool_is_for_all_calls_of_a_name_together)
{
    allowances_t *all = allowances_new (&(struct allowance_limits){.spool_bytes = 100});
    struct share one, two, none = {.of = NULL};
    struct error error = {.code = DMH_OK};
    cr_assert_eq (s_enter (all, "anna", true, 0, &one, NULL), DMH_OK);
    cr_assert_eq (s_enter (all, "anna", true, 0, &two, NULL), DMH_OK);
    cr_expect_eq (share_add_bytes (&one, 60, &error), DMH_OK);
    cr_expect_eq (share_add_bytes (&two, 41, &error), DMH_UNAVAILABLE);
    cr_expect_eq (share_add_bytes (&two, 40, &error), DMH_OK);
    cr_expect_eq (share_add_bytes (&one, 41, &error), DMH_TOO_LARGE, "more than there ever is");
    cr_expect_eq (share_add_bytes (&none, UINT64_MAX, &error), DMH_OK);
    share_leave (&one);
    cr_expect_eq (share_add_bytes (&two, 60, &error), DMH_OK);
    share_leave (&two);
    allowances_destroy (&all);
}

Test (allowance, of_jobs_counts_those_that_are_open_and_those_that_are_about_to_be)
{
    allowances_t *all = allowances_new (&(struct allowance_limits){.jobs = 10});
    struct share one, two, none = {.of = NULL};
    struct error error = {.code = DMH_OK};
    cr_assert_eq (s_enter (all, "anna", true, 0, &one, NULL), DMH_OK);
    cr_assert_eq (s_enter (all, "anna", true, 0, &two, NULL), DMH_OK);
    share_add_jobs (&one, 4);
    cr_expect_eq (share_check_jobs (&one, 6, &error), DMH_OK);
    cr_expect_eq (share_check_jobs (&one, 7, &error), DMH_UNAVAILABLE);
    share_add_jobs (&two, 4);
    cr_expect_eq (share_check_jobs (&two, 2, &error), DMH_OK);
    cr_expect_eq (share_check_jobs (&two, 3, &error), DMH_UNAVAILABLE);
    cr_expect_eq (share_check_jobs (&two, UINT64_MAX, &error), DMH_UNAVAILABLE);
    share_leave (&one);
    cr_expect_eq (share_check_jobs (&two, 6, &error), DMH_OK);
    share_add_jobs (&two, 7);
    cr_expect_eq (share_check_jobs (&two, 0, &error), DMH_TOO_LARGE);
    cr_expect_eq (share_check_jobs (&none, UINT64_MAX, &error), DMH_OK);
    share_leave (&two);
    allowances_destroy (&all);
}

Test (allowance, of_names_that_have_nothing_under_way_is_forgotten_and_that_of_others_is_not)
{
    allowances_t *all = allowances_new (&(struct allowance_limits){.calls = 1});
    struct share first, share;
    char name[16];
    cr_assert_eq (s_enter (all, "first", false, 0, &first, NULL), DMH_OK);
    for (int i = 0; i < 3 * ALLOWANCE_NAMES_MAX; i++) {
        snprintf (name, sizeof name, "name%d", i);
        cr_assert_eq (s_enter (all, name, false, (int64_t) i * 10, &share, NULL), DMH_OK);
        share_leave (&share);
    }
    cr_expect_eq (s_enter (all, "first", false, 1000000, &share, "--token-calls"), DMH_UNAVAILABLE);
    share_leave (&first);
    allowances_destroy (&all);
}
