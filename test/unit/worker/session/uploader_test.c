//  uploader_test.c: the thread that brings results to the broker takes so many orders and no more, and ends
//  at once.
#include "test/support/results/stored_result.h"

#include "worker/session/uploader.h"

#include <criterion/criterion.h>

static struct stored_result s_result;

static void s_setup (void)
{
    stored_result_make (&s_result);
}

static void s_teardown (void)
{
    stored_result_remove (&s_result);
}

TestSuite (uploader, .init = s_setup, .fini = s_teardown, .timeout = 60);

Test (uploader, its_thread_does_as_it_is_told_and_ends_at_once)
{
    uploader_t *uploader = uploader_new (s_result.results, NULL, NULL, NULL);
    cr_assert_not_null (uploader);
    cr_assert (uploader_take (uploader, &s_result.order, s_result.endpoint));
    while (!stored_result_is_there (&s_result))
        zclock_sleep (1);    //  nothing tells of it but the file
    size_t taken = 0;
    while (taken < 2 * UPLOADER_ORDERS_MAX && uploader_take (uploader, &s_result.order, "tcp://127.0.0.1:1"))
        taken++;    //  nobody listens there
    cr_expect_lt (taken, 2 * UPLOADER_ORDERS_MAX, "a bounded queue");
    uploader_destroy (&uploader);
}

Test (uploader, of_a_removal_that_is_none_of_this_worker_s_it_tells_that_it_did_not_come_true)
{
    static const struct s3_name ROOT = {.bucket = "lab", .key = "kept"};
    struct remove_result removal = {.job = "job-1", .attempt = 7, .uri = "s3://lab/other/job-1.7"};
    struct removed removed = {.removed = true};
    for (int i = 0; i < 2; i++) {    //  without such a place, and with another one: nothing is asked for
        uploader_t *uploader = uploader_new (s_result.results, i ? &ROOT : NULL, NULL, NULL);
        cr_assert_not_null (uploader);
        cr_assert (uploader_take_removal (uploader, &removal));
        cr_assert (uploader_taken (uploader, &removed));
        cr_expect_str_eq (removed.job, "job-1");
        cr_expect_eq (removed.attempt, 7);
        cr_expect_not (removed.removed);
        cr_assert (uploader_take_removal (uploader, &removal), "and it ends, whatever is not heard");
        uploader_destroy (&uploader);
    }
}
