//  split_view_test.c: a big file that several workers share is one job for everybody but them: in the feed,
//  in quotas, in a batch; and its progress is that of its parts.
#include "test/support/peers/played_peers.h"

#include "broker/store/store.h"
#include "messages/batch.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { BYTES = 4000, SPLIT_BYTES = 2000 };    //  two parts

static struct word s_tasks[] = {{"cut"}, {"survey"}, {"part"}, {"write"}};

//  A broker that splits what is longer than SPLIT_BYTES, whose clients may have that many jobs open, and a
//  worker that knows the tasks.
static zsock_t *s_open (struct played_peers *peers, uint64_t client_jobs)
{
    struct ready ready = {.worker = "w1", .host = "stage", .slots = 1, .tasks = s_tasks, .tasks_count = 4};
    played_peers_open (peers, 0);
    peers->config.split_bytes = SPLIT_BYTES;
    peers->config.client_jobs = client_jobs;
    played_peers_restart (peers);
    return played_peers_worker_that (peers, &ready);
}

static void s_submit (struct played_peers *peers, struct submit *submit, char job[ID_BYTES])
{
    struct input input = {.uri = "file:///big", .name = "big.csv", .bytes = BYTES};
    struct accepted accepted;
    submit->inputs = &input;
    submit->inputs_count = 1;
    played_peers_ask (peers, &submit_shape, submit, &accepted_shape, &accepted);
    memcpy (job, accepted.jobs[0].job, ID_BYTES);
    accepted_clear (&accepted);
}

static struct job_order s_order (zsock_t *worker, const char *task)
{
    struct job_order order;
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.options.task, task);
    return order;
}

static void s_do (zsock_t *worker, const char *task)
{
    struct job_order order = s_order (worker, task);
    cr_assert (played_peers_result (worker, order.job, order.attempt));
    job_order_clear (&order);
}

static void s_publish (zsock_t *publisher, const char *job, uint64_t bytes_done)
{
    struct event event = {.state = "running", .worker = "w1", .attempt = 1, .bytes_done = bytes_done};
    char topic[EVENT_TOPIC_BYTES];
    void *body;
    size_t n;
    snprintf (event.job, sizeof event.job, "%s", job);
    cr_assert_eq (shape_encode (&event_shape, &event, &body, &n, NULL), DMH_OK);
    zmsg_t *message = zmsg_new ();
    zmsg_addstr (message, event_topic (event.job, topic));
    zmsg_addmem (message, body, n);
    cr_assert_eq (zmsg_send (&message, publisher), 0);
    free (body);
}

//  The next event of that state and so many bytes; none is of another job, and bytes never become fewer.
static void s_await_event (zsock_t *sub, const char *job, const char *state, uint64_t bytes)
{
    struct event event;
    uint64_t before = 0;
    do {
        event = played_peers_event (sub);
        cr_assert_str_eq (event.job, job, "a part is nobody's to hear of");
        cr_expect_geq (event.bytes_done, before);
        cr_expect (event.bytes_total == BYTES || strcmp (event.state, "done") == 0,
                   "%llu bytes in all, who works may not know it yet",
                   (unsigned long long) event.bytes_total);
        before = event.bytes_done;
    } while (strcmp (event.state, state) != 0 || event.bytes_done != bytes);
}

Test (split_view, the_feed_tells_of_the_file_alone_and_its_progress_is_that_of_its_parts, .timeout = 60)
{
    struct played_peers peers;
    char job[ID_BYTES];
    zsock_t *worker = s_open (&peers, 0), *publisher = zsock_new (ZMQ_XPUB);
    zsock_set_rcvtimeo (publisher, 20000);
    zsock_set_linger (publisher, 0);
    cr_assert_eq (zsock_connect (publisher, "%s", peers.feed_in), 0);
    zframe_t *subscription = zframe_recv (publisher);
    cr_assert_not_null (subscription);
    zframe_destroy (&subscription);
    zsock_t *sub = played_peers_subscribe (&peers, "");
    s_submit (&peers, &(struct submit){.submit_key = "key"}, job);
    s_await_event (sub, job, "queued", 0);
    struct job_order order = s_order (worker, "cut");
    s_publish (publisher, order.job, 400);
    s_await_event (sub, job, "queued", 100);
    cr_assert (played_peers_result (worker, order.job, 1));
    job_order_clear (&order);
    s_await_event (sub, job, "queued", 250);    //  of 1,000 bytes, as played_peers_result says, a quarter
    s_do (worker, "survey");
    s_await_event (sub, job, "queued", 500);
    s_do (worker, "survey");
    s_do (worker, "part");
    s_await_event (sub, job, "queued", 1000);
    s_do (worker, "part");
    s_await_event (sub, job, "queued", 1250);
    order = s_order (worker, "write");
    s_await_event (sub, job, "running", 3000);
    s_publish (publisher, job, 2000);
    s_await_event (sub, job, "running", 3500);
    job_order_clear (&order);
    cr_assert (played_peers_result (worker, job, 1));
    s_await_event (sub, job, "done", 1000);
    zsock_destroy (&sub);
    zsock_destroy (&publisher);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (split_view, a_file_counts_as_one_job_in_quotas_and_among_what_was_submitted, .timeout = 60)
{
    struct played_peers peers;
    struct input input = {.uri = "file:///big", .name = "big.csv", .bytes = BYTES};
    struct submit second = {.submit_key = "second", .inputs = &input, .inputs_count = 1};
    struct bare_request stats = {.request = ""};
    struct counters counters;
    struct jobs jobs;
    struct list list = {.limit = 9};
    char job[ID_BYTES];
    zsock_t *worker = s_open (&peers, 1);
    s_submit (&peers, &(struct submit){.submit_key = "first"}, job);
    played_peers_ask_refused (&peers, &submit_shape, &second, "unavailable", "1 of your jobs are open");
    played_peers_ask (&peers, &stats_shape, &stats, &counters_shape, &counters);
    cr_expect_eq (counters.submitted, 1);
    cr_expect_eq (counters.queued, 1);
    s_do (worker, "cut");
    s_do (worker, "survey");
    s_do (worker, "survey");
    s_do (worker, "part");
    s_do (worker, "part");
    s_do (worker, "write");
    played_peers_expect_state (&peers, job, "done");
    s_submit (&peers, &second, job);    //  the first one has ended
    played_peers_ask (&peers, &list_shape, &list, &jobs_shape, &jobs);
    cr_expect_eq (jobs.jobs_count, 2);
    jobs_clear (&jobs);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (split_view, in_a_batch_a_file_is_one_job_and_what_is_done_to_the_batch_is_done_to_its_parts,
      .timeout = 60)
{
    struct played_peers peers;
    struct submit submit = {.submit_key = "night", .total = 1, .batch = "night"};
    struct find find = {.word = "night"};
    struct found found;
    struct batch_request request = {.action = ""};
    struct batch_reply reply;
    char job[ID_BYTES];
    zsock_t *worker = s_open (&peers, 0);
    s_submit (&peers, &submit, job);
    played_peers_ask (&peers, &find_shape, &find, &found_shape, &found);
    cr_assert_eq (found.things_count, 1);
    snprintf (request.batch, sizeof request.batch, "%s", found.things[0].id);
    shape_clear (&found_shape, &found);
    played_peers_ask (&peers, &batch_request_shape, &request, &batch_reply_shape, &reply);
    cr_expect_eq (reply.batch.queued, 1);
    cr_expect_eq (reply.batch.running, 0);
    struct job_order order = s_order (worker, "cut");
    snprintf (request.action, sizeof request.action, "cancel");
    played_peers_ask (&peers, &batch_request_shape, &request, &batch_reply_shape, &reply);
    cr_expect_eq (reply.changed, 1);
    struct stop_job stop;
    played_peers_expect (worker, &stop_job_shape, &stop);
    cr_expect_str_eq (stop.job, order.job);
    cr_assert_not (played_peers_result (worker, order.job, 1));
    job_order_clear (&order);
    snprintf (request.action, sizeof request.action, "retry");
    played_peers_ask (&peers, &batch_request_shape, &request, &batch_reply_shape, &reply);
    cr_expect_eq (reply.changed, 1);
    order = s_order (worker, "cut");
    cr_expect_eq (order.attempt, 2);
    job_order_clear (&order);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

//  As a broker leaves it whose store went away in between: the job is done, and nobody has seen to its parts.
static void s_spoil (const struct played_peers *peers, const char *job)
{
    struct error error = {.code = DMH_OK};
    struct store_job found;
    store_t *store = store_open (peers->store, &error);
    cr_assert_not_null (store, "%s", error.text);
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    cr_assert_eq (store_find (store, job, &found, &error), DMH_OK, "%s", error.text);
    job_state_set (found.record.state, JOB_DONE);
    snprintf (found.record.result, sizeof found.record.result, "sha256:");
    found.record.finished_at = 1;
    cr_assert_eq (store_change (store, &found.record, 0, &error), DMH_OK, "%s", error.text);
    store_job_clear (&found);
    cr_assert_eq (store_commit (store, &error), DMH_OK);
    store_close (&store);
}

Test (split_view, parts_that_were_left_behind_leave_when_the_broker_begins, .timeout = 60)
{
    struct ready ready = {.worker = "w2", .host = "stage", .slots = 1, .tasks = s_tasks, .tasks_count = 4};
    struct played_peers peers;
    char job[ID_BYTES], cut[ID_BYTES];
    zsock_t *worker = s_open (&peers, 0);
    s_submit (&peers, &(struct submit){.submit_key = "key"}, job);
    struct job_order order = s_order (worker, "cut");
    memcpy (cut, order.job, ID_BYTES);
    cr_assert (played_peers_result (worker, cut, 1));
    job_order_clear (&order);
    order = s_order (worker, "survey");
    job_order_clear (&order);
    zsock_destroy (&worker);
    zsock_destroy (&peers.client);
    zactor_destroy (&peers.broker);
    s_spoil (&peers, job);
    played_peers_restart (&peers);
    worker = played_peers_worker_that (&peers, &ready);
    struct remove_result removal;
    played_peers_expect (worker, &remove_result_shape, &removal);    //  and no part is given out
    cr_expect_str_eq (removal.job, cut);
    played_peers_expect_state (&peers, job, "done");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}
