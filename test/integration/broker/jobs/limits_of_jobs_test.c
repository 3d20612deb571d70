//  limits_of_jobs_test.c: jobs that do not end by themselves, at workers that live and say nothing new.
#include "test/support/peers/played_peers.h"

#include <criterion/criterion.h>

static void s_submit (struct played_peers *self, const char *key, const struct options *options,
                      char job[ID_BYTES])
{
    struct input input = {.uri = "file:///in", .name = "in"};
    struct submit submit = {.inputs = &input, .inputs_count = 1, .options = *options};
    struct accepted accepted;
    snprintf (submit.submit_key, sizeof submit.submit_key, "%s", key);
    played_peers_ask (self, &submit_shape, &submit, &accepted_shape, &accepted);
    memcpy (job, accepted.jobs[0].job, ID_BYTES);
    accepted_clear (&accepted);
}

static void s_expect_job (zsock_t *worker, const char *job, uint64_t attempt)
{
    struct job_order order;
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.job, job);
    cr_assert_eq (order.attempt, attempt);
    job_order_clear (&order);
}

static void s_expect_stop (zsock_t *worker, const char *job, uint64_t attempt)
{
    struct stop_job stop;
    played_peers_expect (worker, &stop_job_shape, &stop);
    cr_assert_str_eq (stop.job, job);
    cr_assert_eq (stop.attempt, attempt);
}

//  Its heartbeats name the job and nothing new.
static void s_beat_until_stopped (zsock_t *worker, const char *job)
{
    struct running_job running = {.attempt = 1, .bytes_done = 7};
    struct heartbeat heartbeat = {&running, 1};
    memcpy (running.job, job, sizeof running.job);
    for (bool stopped = false; !stopped;) {
        played_peers_send (worker, &heartbeat_shape, &heartbeat);
        zmsg_t *message = zmsg_recv (worker);
        struct frame frame;
        cr_assert_not_null (message, "a heartbeat is not answered");
        cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
        stopped = streq (frame.kind, "CANCEL");
        zmsg_destroy (&message);
    }
}

Test (limits_of_jobs, what_does_not_get_on_is_stopped_and_tried_again_elsewhere, .timeout = 60)
{
    struct played_peers self;
    char job[ID_BYTES];
    played_peers_open (&self, 10);
    s_submit (&self, "key-1", &(struct options){.stall_seconds = 1}, job);
    zsock_t *one = played_peers_worker (&self, "w1", 1, NULL, 0);
    s_expect_job (one, job, 1);
    s_beat_until_stopped (one, job);
    zsock_t *other = played_peers_worker (&self, "w2", 1, NULL, 0);
    s_expect_job (other, job, 2);
    cr_assert (played_peers_result (other, job, 2));
    zsock_destroy (&one);
    zsock_destroy (&other);
    played_peers_close (&self);
}

Test (limits_of_jobs, a_job_with_a_time_limit_fails_at_its_end, .timeout = 60)
{
    struct played_peers self;
    char job[ID_BYTES];
    played_peers_open (&self, 10);
    s_submit (&self, "key-1", &(struct options){.time_limit = 1}, job);
    zsock_t *worker = played_peers_worker (&self, "w", 1, NULL, 0);
    s_expect_job (worker, job, 1);
    s_expect_stop (worker, job, 1);
    played_peers_await_state (&self, job, "failed");
    struct job_record record = played_peers_status (&self, job);
    cr_assert_str_eq (record.code, "time_limit");
    cr_assert (strstr (record.message, "--time-limit"), "%s", record.message);
    shape_clear (&job_record_shape, &record);
    cr_assert_not (played_peers_result (worker, job, 1), "it has failed and was accepted");
    zsock_destroy (&worker);
    played_peers_close (&self);
}

Test (limits_of_jobs, a_limit_beyond_a_year_is_refused)
{
    struct played_peers self;
    struct input input = {.uri = "file:///in", .name = "in"};
    struct submit submit = {.inputs = &input,
                            .inputs_count = 1,
                            .submit_key = "key-1",
                            .options = {.stall_seconds = (uint64_t) LIMIT_SECONDS_MOST + 1}};
    played_peers_open (&self, 10);
    played_peers_ask_refused (&self, &submit_shape, &submit, "malformed", "stall_seconds");
    played_peers_close (&self);
}
