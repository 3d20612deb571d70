//  slot_test.c: what a slot makes of the broker's word about the results that its job follows.
#include "worker/session/slot.h"

#include <criterion/criterion.h>
#include <stdlib.h>

//  A slot that waits for `follows` results, of which none is here, and no runner.
static struct slot s_gathering (unsigned follows)
{
    struct slot slot = {.state = SLOT_GATHERING};
    slot.order.follows = follows;
    return slot;
}

static struct followed_results s_answer (unsigned first, unsigned second)
{
    struct followed_results answer = {.followed_count = 2};
    answer.followed = calloc (2, sizeof *answer.followed);
    cr_assert_not_null (answer.followed);
    answer.followed[0].place = first;
    answer.followed[1].place = second;
    return answer;
}

Test (slot, results_that_follow_each_other_are_taken)
{
    struct error error = {.code = DMH_OK};
    struct slot slot = s_gathering (3);
    struct followed_results answer = s_answer (0, 1);
    cr_expect_eq (slot_take_followed (&slot, &answer, &error), DMH_OK, "%s", error.text);
    cr_expect_eq (slot.order.followed_count, 2);
    cr_expect_eq (slot.state, SLOT_GATHERING);
    followed_results_clear (&answer);
    job_order_clear (&slot.order);
}

//  Of a page with a gap nothing is joined: the table would lack an input and say nothing of it.
Test (slot, a_page_with_a_gap_fails_the_job)
{
    struct error error = {.code = DMH_OK};
    struct slot slot = s_gathering (3);
    struct followed_results answer = s_answer (0, 2);
    cr_expect_eq (slot_take_followed (&slot, &answer, &error), DMH_INTERNAL);
    cr_expect_eq (slot.order.followed_count, 0);
    cr_expect_eq (slot.state, SLOT_FAILED);
    followed_results_clear (&answer);
    job_order_clear (&slot.order);
}

Test (slot, another_page_than_comes_next_is_passed_over)
{
    struct error error = {.code = DMH_OK};
    struct slot slot = s_gathering (3);
    struct followed_results answer = s_answer (1, 2);
    cr_expect_eq (slot_take_followed (&slot, &answer, &error), DMH_OK);
    cr_expect_eq (slot.order.followed_count, 0);
    cr_expect_eq (slot.state, SLOT_GATHERING);
    followed_results_clear (&answer);
    job_order_clear (&slot.order);
}
