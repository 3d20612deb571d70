//  jobs_test.c: a job that is tried again is the dispatcher's from the commit on: a RETRY whose commit fails
//  is answered unavailable and leaves nothing behind. Of a BRING that the store cannot note no group stays
//  open, and what its turn has changed is kept.
#include "test/support/stores/failing_store.h"

#include "broker/clients/front.h"
#include "broker/commit.h"
#include "broker/splits.h"
#include "messages/request.h"

#include <criterion/criterion.h>

enum { BEGIN_CHANGE_COMMIT = 3 };    //  the calls of a turn with one change

//  The broker without its loop, over a store that fails, and a client.
struct scene {
    struct failing_store failing;
    struct broker broker;
    zsock_t *client;
    zframe_t *identity;
};

static void s_put (struct scene *scene, const char *id, const char *state)
{
    struct store_job job = {.place = 0};
    snprintf (job.record.job, sizeof job.record.job, "%s", id);
    snprintf (job.record.state, sizeof job.record.state, "%s", state);
    snprintf (job.submit_key, sizeof job.submit_key, "key-%s", id);
    snprintf (job.input.uri, sizeof job.input.uri, "file:///x");
    snprintf (job.input.name, sizeof job.input.name, "x");
    job.input.bytes = 10;
    cr_assert_eq (turn_add (scene->broker.turn, &job), 0);
    cr_assert_eq (turn_commit (scene->broker.turn, NULL), DMH_OK);
    turn_clear (scene->broker.turn);
}

static void s_open (struct scene *scene)
{
    struct broker *broker = &scene->broker;
    memset (scene, 0, sizeof *scene);
    scene->failing.base.driver = &failing_store_driver;
    scene->failing.inner = store_open ("sqlite::memory:", NULL);
    broker->store = &scene->failing.base;
    broker->turn = turn_new (broker->store);
    broker->dispatcher = dispatcher_new (ATTEMPTS_MAX);
    broker->follow = follow_new ();
    broker->quota = quota_new ();
    cr_assert_eq (splits_open (&broker->splits), DMH_OK);
    broker->publisher.feed = feed_new ();
    broker->publisher.out = zsock_new (ZMQ_XPUB);
    broker->queue_max = 1;
    broker->now = broker->clock_seen = 1000;
    quota_limit (broker->quota, &(struct quota_limits){.jobs = 1});
    static unsigned count;    //  a name is given back a while after its socket was destroyed
    char endpoint[64];
    snprintf (endpoint, sizeof endpoint, "inproc://jobs-test-%u", ++count);
    broker->front = zsock_new_router (endpoint);
    scene->client = zsock_new_dealer (endpoint);
    cr_assert (broker->front && scene->client);
    zsock_set_rcvtimeo (scene->client, 0);
    zstr_send (scene->client, "hello");
    zmsg_t *hello = zmsg_recv (broker->front);
    scene->identity = zmsg_pop (hello);
    zmsg_destroy (&hello);
    s_put (scene, "over", "failed");
}

static void s_close (struct scene *scene)
{
    struct broker *broker = &scene->broker;
    turn_destroy (&broker->turn);
    dispatcher_destroy (&broker->dispatcher);
    follow_destroy (&broker->follow);
    quota_destroy (&broker->quota);
    splits_close (&broker->splits);
    feed_destroy (&broker->publisher.feed);
    zsock_destroy (&broker->publisher.out);
    zsock_destroy (&broker->front);
    zsock_destroy (&scene->client);
    zframe_destroy (&scene->identity);
    store_close (&scene->failing.inner);
}

//  The broker hears that of the client.
static void s_say (struct scene *scene, const struct shape *shape)
{
    struct job_request request = {.request = "r", .job = "over"};    //  STATS takes what it knows of it
    zmsg_t *message = frame_new (shape, &request, NULL);
    front_take (&scene->broker, scene->identity, message);
    zmsg_destroy (&message);
}

//  The next answer at the client: a job's state or an ERROR's code; empty: none. inproc delivers at once.
static void s_expect (struct scene *scene, const char *expected)
{
    struct job_state_reply reply = {.request = ""};
    struct problem problem = {.code = ""};
    struct frame frame;
    zmsg_t *message = zmsg_recv (scene->client);
    if (message && frame_open (message, &frame, NULL) == DMH_OK &&
        job_state_reply_decode (frame.body, frame.body_bytes, &reply, NULL) != DMH_OK)
        cr_assert_eq (problem_decode (frame.body, frame.body_bytes, &problem, NULL), DMH_OK);
    cr_expect_str_eq (*problem.code ? problem.code : reply.job.state, expected);
    cr_expect (!message || streq (*problem.code ? problem.request : reply.request, "r"));
    job_state_reply_clear (&reply);
    zmsg_destroy (&message);
}

static void s_expect_stored (struct scene *scene, const char *state)
{
    struct store_job job;
    cr_assert_eq (store_find (scene->failing.inner, "over", &job, NULL), DMH_OK);
    cr_expect_str_eq (job.record.state, state);
    store_job_clear (&job);
}

Test (jobs, a_retry_is_the_dispatchers_from_its_commit_on)
{
    struct scene scene;
    s_open (&scene);
    s_say (&scene, &retry_shape);
    cr_expect_eq (dispatcher_open_count (scene.broker.dispatcher), 0, "before the commit");
    s_expect (&scene, "");
    cr_assert_eq (commit_turn (&scene.broker, NULL), DMH_OK);
    s_expect (&scene, "queued");
    s_expect_stored (&scene, "queued");
    cr_expect_eq (dispatcher_open_count (scene.broker.dispatcher), 1);
    cr_expect_eq (scene.broker.counters.retried, 1);
    s_close (&scene);
}

Test (jobs, a_retry_whose_commit_fails_is_answered_unavailable_and_leaves_nothing)
{
    struct scene scene;
    struct error error = {.code = DMH_OK};
    for (int at = 1; at <= BEGIN_CHANGE_COMMIT; at++) {
        s_open (&scene);
        s_say (&scene, &retry_shape);
        scene.failing.calls = at;
        cr_assert_eq (commit_turn (&scene.broker, &error), DMH_UNAVAILABLE);
        s_expect (&scene, "unavailable");
        s_expect (&scene, "");
        s_expect_stored (&scene, "failed");
        cr_expect_eq (dispatcher_open_count (scene.broker.dispatcher), 0);
        cr_expect_eq (scene.broker.counters.retried, 0);
        cr_expect (turn_is_empty (scene.broker.turn));
        s_say (&scene, &retry_shape);    //  the disk is back, and the client tries again; its quota is free
        cr_assert_eq (commit_turn (&scene.broker, &error), DMH_OK, "%s", error.text);
        s_expect (&scene, "queued");
        cr_expect_eq (dispatcher_open_count (scene.broker.dispatcher), 1);
        s_close (&scene);
    }
}

Test (jobs, what_was_read_of_a_retry_is_not_told_when_its_commit_fails)
{
    struct scene scene;
    struct error error = {.code = DMH_OK};
    s_open (&scene);
    s_say (&scene, &retry_shape);
    s_say (&scene, &status_shape);
    s_say (&scene, &stats_shape);
    scene.failing.calls = 1;    //  all is written but for the commit
    cr_assert_eq (commit_turn (&scene.broker, &error), DMH_UNAVAILABLE);
    for (int i = 0; i < 3; i++)
        s_expect (&scene, "unavailable");
    s_expect (&scene, "");
    s_say (&scene, &status_shape);
    cr_assert_eq (commit_turn (&scene.broker, &error), DMH_OK);
    s_expect (&scene, "failed");
    s_close (&scene);
}

Test (jobs, a_job_cancelled_in_the_turn_that_reopens_it_is_never_the_dispatchers)
{
    struct scene scene;
    struct error error = {.code = DMH_OK};
    for (int fails = 0; fails < 2; fails++) {
        s_open (&scene);
        s_say (&scene, &retry_shape);
        s_say (&scene, &retry_shape);
        s_expect (&scene, "conflict");    //  at once: it is queued
        s_say (&scene, &cancel_shape);
        cr_assert_eq (turn_flush (scene.broker.turn, NULL), DMH_OK);
        scene.failing.calls = fails;
        cr_assert_eq (commit_turn (&scene.broker, &error), fails ? DMH_UNAVAILABLE : DMH_OK);
        s_expect (&scene, fails ? "unavailable" : "queued");
        s_expect (&scene, fails ? "unavailable" : "cancelled");
        s_expect_stored (&scene, fails ? "failed" : "cancelled");
        cr_expect_eq (dispatcher_open_count (scene.broker.dispatcher), 0);
        s_say (&scene, &retry_shape);
        cr_assert_eq (commit_turn (&scene.broker, &error), DMH_OK, "%s", error.text);
        s_expect (&scene, "queued");
        cr_expect_eq (dispatcher_open_count (scene.broker.dispatcher), 1);
        s_close (&scene);
    }
}

Test (jobs, a_job_that_waits_for_its_commit_takes_room_in_the_queue)
{
    struct scene scene;
    s_open (&scene);
    s_put (&scene, "other", "failed");
    quota_limit (scene.broker.quota, &(struct quota_limits){.jobs = 0});
    s_say (&scene, &retry_shape);
    struct job_request request = {.request = "r", .job = "other"};
    zmsg_t *message = frame_new (&retry_shape, &request, NULL);
    front_take (&scene.broker, scene.identity, message);
    zmsg_destroy (&message);
    s_expect (&scene, "unavailable");
    s_close (&scene);
}

//  A job whose result lies with a worker that is there.
static void s_put_at_worker (struct scene *scene, const char *id)
{
    struct broker *broker = &scene->broker;
    struct ready ready = {.worker = "w", .host = "h"};
    struct store_job job;
    broker->files = (files_t *) scene;    //  only whether it is there is asked
    broker->back = zsock_new (ZMQ_ROUTER);
    broker->peers = peers_new ();
    cr_assert_eq (peers_put (broker->peers, scene->identity, &ready, NULL), 0);
    s_put (scene, id, "done");
    cr_assert_eq (store_find (scene->failing.inner, id, &job, NULL), DMH_OK);
    snprintf (job.record.host, sizeof job.record.host, "h");
    snprintf (job.record.result, sizeof job.record.result, "file:///r/%s.1", id);
    job.record.outputs = calloc (1, sizeof *job.record.outputs);
    job.record.outputs_count = 1;
    snprintf (job.record.outputs->name, sizeof job.record.outputs->name, "records.csv");
    snprintf (job.record.outputs->sha256, sizeof job.record.outputs->sha256, "%064d", 1);
    cr_assert_eq (store_begin (scene->failing.inner, NULL), DMH_OK);
    cr_assert_eq (store_change (scene->failing.inner, &job.record, 1, NULL), DMH_OK);
    cr_assert_eq (store_commit (scene->failing.inner, NULL), DMH_OK);
    store_job_clear (&job);
}

Test (jobs, a_bring_that_cannot_be_noted_leaves_no_group_open_and_takes_nothing_of_its_turn_away)
{
    struct scene scene;
    struct error error = {.code = DMH_OK};
    struct job_request request = {.request = "r", .job = "far"};
    for (int retries = 0; retries < 2; retries++) {
        s_open (&scene);
        s_put_at_worker (&scene, "far");
        if (retries)
            s_say (&scene, &retry_shape);
        scene.failing.notes_fail = true;
        zmsg_t *message = frame_new (&bring_shape, &request, NULL);
        front_take (&scene.broker, scene.identity, message);
        zmsg_destroy (&message);
        s_expect (&scene, "unavailable");
        cr_expect (!scene.failing.base.begun && !scene.failing.inner->begun);
        scene.failing.notes_fail = false;
        cr_assert_eq (commit_turn (&scene.broker, &error), DMH_OK, "%s", error.text);
        s_expect (&scene, retries ? "queued" : "");
        s_expect_stored (&scene, retries ? "queued" : "failed");
        peers_destroy (&scene.broker.peers);
        zsock_destroy (&scene.broker.back);
        s_close (&scene);
    }
}
