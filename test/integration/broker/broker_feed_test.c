//  broker_feed_test.c: what subscribers are told: every change of state by the broker, progress of the
//  attempt that runs by its worker, and nothing else.
#include "test/support/peers/played_peers.h"

#include <criterion/criterion.h>

//  A worker's PUB whose subscription by the broker has arrived, so that nothing it says is lost.
static zsock_t *s_publisher (struct played_peers *peers)
{
    zsock_t *publisher = zsock_new (ZMQ_XPUB);    //  a PUB that shows its subscriptions
    zsock_set_rcvtimeo (publisher, 20000);
    zsock_set_linger (publisher, 0);
    cr_assert_eq (zsock_connect (publisher, "%s", peers->feed_in), 0);
    zframe_t *subscription = zframe_recv (publisher);
    cr_assert_not_null (subscription);
    cr_assert_eq (zframe_size (subscription), 5);
    cr_assert_eq (memcmp (zframe_data (subscription), "\001job/", 5), 0);
    zframe_destroy (&subscription);
    return publisher;
}

static struct event s_progress (const char *job, const char *worker, uint64_t attempt, uint64_t bytes_done)
{
    struct event event = {.state = "running",
                          .name = "another name",
                          .attempt = attempt,
                          .bytes_done = bytes_done,
                          .bytes_total = 1000,
                          .records_per_second = 5};
    snprintf (event.job, sizeof event.job, "%s", job);
    snprintf (event.worker, sizeof event.worker, "%s", worker);
    return event;
}

static void s_publish (zsock_t *publisher, const struct event *event)
{
    char topic[EVENT_TOPIC_BYTES];
    void *body;
    size_t n;
    cr_assert_eq (shape_encode (&event_shape, event, &body, &n, NULL), DMH_OK);
    zmsg_t *message = zmsg_new ();
    zmsg_addstr (message, event_topic (event->job, topic));
    zmsg_addmem (message, body, n);
    cr_assert_eq (zmsg_send (&message, publisher), 0);
    free (body);
}

//  The next event that is not the last one again: a newcomer may be told it twice.
static void s_expect_event (zsock_t *sub, struct event *last, const char *state, uint64_t attempt,
                            uint64_t bytes_done)
{
    struct event event;
    do
        event = played_peers_event (sub);
    while (strcmp (event.state, last->state) == 0 && event.attempt == last->attempt &&
           event.bytes_done == last->bytes_done);
    cr_assert_str_eq (event.state, state);
    cr_assert_eq (event.attempt, attempt);
    cr_assert_eq (event.bytes_done, bytes_done);
    cr_assert_str_eq (event.name, "a.csv", "the name is the broker's to say");
    cr_assert_eq (strlen (event.correlation), CORRELATION_BYTES - 1);
    *last = event;
}

Test (broker_feed, tells_every_state_and_the_progress_of_the_attempt_that_runs, .timeout = 60)
{
    struct played_peers peers;
    char job[ID_BYTES];
    struct job_order order;
    struct event last = {.state = ""};
    played_peers_open (&peers, 0);
    zsock_t *publisher = s_publisher (&peers), *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    played_peers_submit (&peers, "a.csv", "a", job);
    played_peers_expect (worker, &job_order_shape, &order);
    zsock_t *sub = played_peers_subscribe (&peers, job);
    s_expect_event (sub, &last, "running", 1, 0);
    struct event good = s_progress (job, "w1", 1, 100);
    s_publish (publisher, &good);
    s_expect_event (sub, &last, "running", 1, 100);

    struct event wrong[] = {s_progress (job, "w1", 2, 200),         //  no such attempt
                            s_progress (job, "w2", 1, 200),         //  no such worker
                            s_progress ("nobody", "w1", 1, 200),    //  no such job
                            s_progress (job, "w1", 1, 200),         //  a state is not its to say
                            s_progress (job, "w1", 1, 200)};
    snprintf (wrong[3].state, WORD_BYTES, "done");
    snprintf (wrong[4].state, WORD_BYTES, "dancing");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        s_publish (publisher, &wrong[i]);
    zstr_sendx (publisher, "job/x", "this is no event", NULL);
    zstr_sendx (publisher, "job/x", "nor", "is", "this", NULL);
    zstr_send (publisher, "job/alone");
    good.bytes_done = 300;
    s_publish (publisher, &good);
    s_expect_event (sub, &last, "running", 1, 300);    //  and none of those between

    struct job_record record = played_peers_status (&peers, job);
    cr_assert_eq (record.bytes_done, 300, "STATUS knows the progress too");
    cr_assert (played_peers_fail (worker, job, 1, false, true));
    s_expect_event (sub, &last, "queued", 1, 0);
    s_expect_event (sub, &last, "running", 2, 0);
    s_publish (publisher, &good);    //  of the attempt before
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert (played_peers_result (worker, job, 2));
    s_expect_event (sub, &last, "done", 2, 1000);
    zsock_destroy (&sub);
    zsock_destroy (&worker);
    zsock_destroy (&publisher);
    played_peers_close (&peers);
}

Test (broker_feed, who_subscribes_late_is_told_the_last_of_each_job, .timeout = 60)
{
    struct played_peers peers;
    char first[ID_BYTES], second[ID_BYTES];
    struct job_order order;
    struct event last = {.state = ""};
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    played_peers_submit (&peers, "a.csv", "a", first);
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert (played_peers_result (worker, first, 1));
    played_peers_submit (&peers, "a.csv", "b", second);
    played_peers_expect (worker, &job_order_shape, &order);
    for (int i = 0; i < 2; i++) {    //  each of them, not the first alone
        zsock_t *one = played_peers_subscribe (&peers, first), *all = played_peers_subscribe (&peers, "");
        struct event event = played_peers_event (one);
        cr_assert_str_eq (event.job, first);
        cr_assert_str_eq (event.state, "done");
        cr_assert_eq (event.counts.written, 7);
        bool seen[2] = {false, false};
        while (!seen[0] || !seen[1]) {    //  those of another's subscription may come in between
            event = played_peers_event (all);
            bool is_first = strcmp (event.job, first) == 0;
            cr_assert_str_eq (event.state, is_first ? "done" : "running");
            seen[is_first] = true;
        }
        zsock_set_unsubscribe (one, "job/");
        zsock_destroy (&one);
        zsock_destroy (&all);
    }
    played_peers_restart (&peers);
    zsock_t *again = played_peers_subscribe (&peers, second);
    s_expect_event (again, &last, "running", 1, 0);    //  open jobs are known after a restart
    zsock_destroy (&again);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (broker_feed, a_failure_is_told_with_its_sentence, .timeout = 60)
{
    struct played_peers peers;
    char job[ID_BYTES];
    struct job_order order;
    struct event last = {.state = ""};
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    played_peers_submit (&peers, "a.csv", "a", job);
    played_peers_expect (worker, &job_order_shape, &order);
    zsock_t *sub = played_peers_subscribe (&peers, job);
    s_expect_event (sub, &last, "running", 1, 0);
    cr_assert (played_peers_fail (worker, job, 1, false, false));
    s_expect_event (sub, &last, "failed", 1, 0);
    cr_assert_str_eq (last.code, "bad_input");
    cr_assert_str_eq (last.message, "in, line 1: this is no table");
    zsock_destroy (&sub);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

//  An XSUB sends its subscriptions as they are, an XPUB takes any bytes.
Test (broker_feed, a_flood_of_subscriptions_and_rubbish_leaves_the_broker_answering, .timeout = 60)
{
    enum { FLOOD = 20000, RUBBISH_BYTES = 100000 };
    struct played_peers peers;
    char job[ID_BYTES], prefix[64];
    char *rubbish = calloc (1, RUBBISH_BYTES);
    cr_assert_not_null (rubbish);
    played_peers_open (&peers, 0);
    played_peers_submit (&peers, "a.csv", "a", job);
    zsock_t *flood = zsock_new (ZMQ_XSUB);
    zsock_set_linger (flood, 0);
    zsock_set_rcvhwm (flood, 10);    //  it never reads
    cr_assert_eq (zsock_connect (flood, "%s", peers.feed), 0);
    for (int i = 0; i < FLOOD; i++) {
        int n = snprintf (prefix, sizeof prefix, "%cjob/%.*d", i % 7 == 6 ? 0 : 1, i % 3, i % 100);
        zmq_send (zsock_resolve (flood), prefix, (size_t) n, ZMQ_DONTWAIT);
    }
    *rubbish = 1;
    zmq_send (zsock_resolve (flood), rubbish, RUBBISH_BYTES, ZMQ_DONTWAIT);
    zmq_send (zsock_resolve (flood), "", 0, ZMQ_DONTWAIT);
    zmq_send (zsock_resolve (flood), "\002what", 5, ZMQ_DONTWAIT);
    played_peers_expect_state (&peers, job, "queued");
    zsock_t *sub = played_peers_subscribe (&peers, job);
    struct event event = played_peers_event (sub);
    cr_expect_str_eq (event.job, job);
    cr_expect_str_eq (event.state, "queued");
    zsock_destroy (&sub);
    zsock_destroy (&flood);
    free (rubbish);
    played_peers_close (&peers);
}
