//  broker_restart_test.c: a broker that ends and starts again on the same store: every job is there again,
//  and workers keep what they run. And brokers that cannot start.
#include "test/support/peers/played_peers.h"

#include <criterion/criterion.h>

Test (broker_restart, queued_running_and_ended_jobs_are_there_again, .timeout = 60)
{
    struct played_peers peers;
    char running[ID_BYTES], queued[ID_BYTES], done[ID_BYTES], job[ID_BYTES];
    struct job_order order;
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    played_peers_submit (&peers, "done.csv", "done", done);
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert (played_peers_result (worker, done, 1));
    played_peers_submit (&peers, "running.csv", "running", running);
    played_peers_expect (worker, &job_order_shape, &order);
    played_peers_submit (&peers, "queued.csv", "queued", queued);
    zsock_destroy (&worker);

    played_peers_restart (&peers);
    played_peers_expect_state (&peers, done, "done");
    played_peers_expect_state (&peers, running, "running");
    played_peers_expect_state (&peers, queued, "queued");
    played_peers_submit (&peers, "running.csv", "running", job);
    cr_assert_str_eq (job, running, "the key is known still");

    struct running_job held = {.attempt = 1};
    memcpy (held.job, running, sizeof held.job);
    worker = played_peers_worker (&peers, "w1", 1, &held, 1);
    played_peers_expect_nothing (worker);    //  its slot is taken by what it brought along
    cr_assert (played_peers_result (worker, done, 1),
               "said again: the acknowledgement was lost with the broker");
    cr_assert (played_peers_result (worker, running, 1));
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.job, queued);
    cr_assert (played_peers_result (worker, queued, 1));
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

//  A worker's heartbeats, until a job comes, before or behind the broker's answer to one.
static void s_beat_until_given (zsock_t *worker, struct job_order *order)
{
    struct heartbeat heartbeat = {.running = NULL};
    zpoller_t *poller = zpoller_new (worker, NULL);
    bool given = false;
    for (int beats = 0; !given && beats < 30; beats++) {
        bool heard = false;
        played_peers_send (worker, &heartbeat_shape, &heartbeat);
        while (!given && !heard) {
            struct frame frame;
            zmsg_t *message = zmsg_recv (worker);
            cr_assert_not_null (message, "the broker is silent");
            cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
            heard = streq (frame.kind, "HEARTBEAT");
            given = streq (frame.kind, "JOB") &&
                    job_order_decode (frame.body, frame.body_bytes, order, NULL) == DMH_OK;
            zmsg_destroy (&message);
        }
        if (!given)
            zpoller_wait (poller, HEARTBEAT_MS);
    }
    cr_assert (given, "no job came");
    zpoller_destroy (&poller);
}

Test (broker_restart, a_running_job_whose_worker_stays_away_is_given_to_another, .timeout = 60)
{
    struct played_peers peers;
    char job[ID_BYTES];
    struct job_order order;
    struct stop_job stop;
    played_peers_open (&peers, 0);
    zsock_t *lost = played_peers_worker (&peers, "lost", 1, NULL, 0);
    played_peers_submit (&peers, "a.csv", "a", job);
    played_peers_expect (lost, &job_order_shape, &order);
    zsock_destroy (&lost);
    played_peers_restart (&peers);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    s_beat_until_given (worker, &order);
    cr_assert_str_eq (order.job, job);
    cr_assert_eq (order.attempt, 2);

    struct running_job held = {.attempt = 1};
    memcpy (held.job, job, sizeof held.job);
    lost = played_peers_worker (&peers, "lost", 1, &held, 1);    //  it comes back too late
    played_peers_expect (lost, &stop_job_shape, &stop);
    cr_assert_str_eq (stop.job, job);
    cr_assert_eq (stop.attempt, 1);
    cr_assert_not (played_peers_result (lost, job, 1));
    played_peers_expect_state (&peers, job, "running");
    cr_assert (played_peers_result (worker, job, 2));
    zsock_destroy (&lost);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (broker_restart, cancelled_while_it_ran_stays_cancelled_and_is_stopped, .timeout = 60)
{
    struct played_peers peers;
    char job[ID_BYTES];
    struct job_order order;
    struct stop_job stop;
    struct job_request cancel = {.request = ""};
    struct job_state_reply reply;
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    played_peers_submit (&peers, "a.csv", "a", job);
    played_peers_expect (worker, &job_order_shape, &order);
    memcpy (cancel.job, job, sizeof cancel.job);
    played_peers_ask (&peers, &cancel_shape, &cancel, &job_state_reply_shape, &reply);
    zsock_destroy (&worker);
    played_peers_restart (&peers);
    struct running_job held = {.attempt = 1};
    memcpy (held.job, job, sizeof held.job);
    worker = played_peers_worker (&peers, "w1", 1, &held, 1);
    played_peers_expect (worker, &stop_job_shape, &stop);
    cr_assert_not (played_peers_result (worker, job, 1));
    played_peers_expect_state (&peers, job, "cancelled");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (broker_restart, a_worker_that_the_broker_does_not_know_is_told_to_register, .timeout = 60)
{
    struct played_peers peers;
    struct problem problem;
    struct heartbeat heartbeat = {.running = NULL};
    played_peers_open (&peers, 0);
    zsock_t *worker = zsock_new_dealer (peers.back);
    zsock_set_rcvtimeo (worker, 20000);
    played_peers_send (worker, &heartbeat_shape, &heartbeat);
    played_peers_expect (worker, &problem_shape, &problem);
    cr_assert_str_eq (problem.code, "not_found");
    cr_assert (strstr (problem.message, "READY"));
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

static void s_expect_no_start (const struct broker_config *config, int code, const char *part)
{
    zactor_t *broker = zactor_new (broker_actor, (void *) config);
    zmsg_t *first = zmsg_recv (broker);
    char *word = zmsg_popstr (first), *number = zmsg_popstr (first), *sentence = zmsg_popstr (first);
    cr_assert_str_eq (word, "FAILED");
    cr_assert_eq (atoi (number), code, "%s", sentence);
    cr_assert (strstr (sentence, part), "%s", sentence);
    zstr_free (&word);
    zstr_free (&number);
    zstr_free (&sentence);
    zmsg_destroy (&first);
    zactor_destroy (&broker);
}

Test (broker_restart, what_cannot_start_says_why_and_ends, .timeout = 60)
{
    struct played_peers peers;
    static const char ANY[] = "tcp://127.0.0.1:*", MEMORY[] = "sqlite::memory:";
    played_peers_open (&peers, 0);
    const struct {
        struct broker_config config;
        int code;
        const char *part;
    } CASES[] = {
        {{.front = peers.front, .back = ANY, .feed_in = ANY, .feed = ANY, .store = MEMORY},
         DMH_UNAVAILABLE,
         peers.front},
        {{.front = ANY, .back = peers.back, .feed_in = ANY, .feed = ANY, .store = MEMORY},
         DMH_UNAVAILABLE,
         "another broker"},
        {{.front = ANY, .back = ANY, .feed_in = peers.feed_in, .feed = ANY, .store = MEMORY},
         DMH_UNAVAILABLE,
         "--feed-in"},
        {{.front = ANY, .back = ANY, .feed_in = ANY, .feed = peers.feed, .store = MEMORY},
         DMH_UNAVAILABLE,
         "--feed)"},
        {{.front = "nowhere", .back = ANY, .feed_in = ANY, .feed = ANY, .store = MEMORY},
         DMH_USAGE,
         "nowhere"},
        {{.front = ANY, .back = ANY, .feed_in = ANY, .feed = ANY, .store = "nothing"},
         DMH_USAGE,
         "sqlite:PATH"},
        {{.front = "tcp://*:*", .back = ANY, .feed_in = ANY, .feed = ANY, .store = MEMORY},
         DMH_USAGE,
         "--insecure"},
        {{.front = ANY, .back = "tcp://0.0.0.0:*", .feed_in = ANY, .feed = ANY, .store = MEMORY},
         DMH_USAGE,
         "open to other hosts"},
        {{.front = ANY, .back = ANY, .feed_in = ANY, .feed = ANY, .store = MEMORY, .keys = "/nowhere"},
         DMH_USAGE,
         "dmh keys new server"},
        {{.front = ANY, .back = ANY, .feed_in = ANY, .feed = ANY, .store = peers.store},
         DMH_UNAVAILABLE,
         "in use by another broker"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        s_expect_no_start (&CASES[i].config, CASES[i].code, CASES[i].part);
    played_peers_close (&peers);
}
