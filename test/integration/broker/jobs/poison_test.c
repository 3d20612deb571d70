//  poison_test.c: jobs whose workers die, at a broker that starts again in between.
#include "test/support/peers/played_peers.h"

#include <criterion/criterion.h>

//  A worker of two slots that gets both jobs and dies with them.
static void s_die_with_both (struct played_peers *self, const char *worker, const char *bad, uint64_t attempt)
{
    zsock_t *dealer = played_peers_worker (self, worker, 2, NULL, 0);
    for (int i = 0; i < 2; i++) {
        struct job_order order;
        played_peers_expect (dealer, &job_order_shape, &order);
        cr_assert_eq (order.attempt, attempt);
        job_order_clear (&order);
    }
    zsock_destroy (&dealer);
    played_peers_await_state (self, bad, "queued");
}

Test (poison, a_job_that_three_workers_died_with_fails_and_its_neighbour_loses_no_try, .timeout = 120)
{
    struct played_peers self;
    char bad[ID_BYTES], good[ID_BYTES];
    played_peers_open (&self, 10);
    played_peers_submit (&self, "bad.csv", "key-1", bad);
    played_peers_submit (&self, "good.csv", "key-2", good);
    s_die_with_both (&self, "w1", bad, 1);
    played_peers_restart (&self);
    s_die_with_both (&self, "w2", bad, 2);
    zsock_t *worker = played_peers_worker (&self, "w3", 2, NULL, 0);
    struct job_order order;
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.job, bad);
    job_order_clear (&order);
    struct running_job running = {.attempt = 3};
    memcpy (running.job, bad, sizeof running.job);
    struct ready ready = {
        .worker = "w3", .host = "stage", .slots = 2, .running = &running, .running_count = 1};
    struct registered registered;
    played_peers_send (worker, &ready_shape, &ready);
    played_peers_expect (worker, &registered_shape, &registered);    //  and not the other job before
    zsock_destroy (&worker);
    played_peers_await_state (&self, bad, "failed");
    struct job_record record = played_peers_status (&self, bad);
    cr_assert_str_eq (record.code, "poison");
    cr_assert_eq (record.deaths, 3);
    shape_clear (&job_record_shape, &record);
    //  With its last try left, whatever its neighbour did.
    worker = played_peers_worker (&self, "w4", 2, NULL, 0);
    for (uint64_t attempt = 3; attempt <= 4; attempt++) {
        played_peers_expect (worker, &job_order_shape, &order);
        cr_assert_str_eq (order.job, good);
        cr_assert_eq (order.attempt, attempt);
        job_order_clear (&order);
        cr_assert (attempt == 3 ? played_peers_fail (worker, good, 3, true, false)
                                : played_peers_result (worker, good, 4));
    }
    played_peers_expect_state (&self, good, "done");
    zsock_destroy (&worker);
    played_peers_close (&self);
}
