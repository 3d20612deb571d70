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
