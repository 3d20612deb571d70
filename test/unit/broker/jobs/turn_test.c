//  turn_test.c: a turn of the broker whose store fails at its n-th call, for every n: what was promised is
//  kept, what was not kept is not promised.
#include "test/support/stores/failing_store.h"

#include "broker/jobs/turn.h"
#include "messages/codec/frame.h"
#include "messages/request.h"
#include "messages/work.h"

#include <criterion/criterion.h>

//  A turn, and a client that hears what it says.
struct scene {
    struct failing_store failing;
    store_t *store;
    turn_t *turn;
    zsock_t *router, *client;
    zframe_t *identity;
};

static struct store_job s_job (const char *id)
{
    struct store_job job = {.place = 0};
    snprintf (job.record.job, sizeof job.record.job, "%s", id);
    snprintf (job.record.state, sizeof job.record.state, "queued");
    snprintf (job.submit_key, sizeof job.submit_key, "key-%s", id);
    snprintf (job.input.uri, sizeof job.input.uri, "file:///x");
    snprintf (job.input.name, sizeof job.input.name, "x");
    return job;
}

static void s_open (struct scene *scene)
{
    memset (scene, 0, sizeof *scene);
    scene->failing.base.driver = &failing_store_driver;
    scene->failing.inner = store_open ("sqlite::memory:", NULL);
    scene->store = &scene->failing.base;
    scene->turn = turn_new (scene->store);
    static unsigned count;    //  a name is given back a while after its socket was destroyed
    char endpoint[64];
    snprintf (endpoint, sizeof endpoint, "inproc://turn-test-%u", ++count);
    scene->router = zsock_new_router (endpoint);
    scene->client = zsock_new_dealer (endpoint);
    cr_assert (scene->router && scene->client);
    zsock_set_rcvtimeo (scene->client, 0);
    zstr_send (scene->client, "hello");
    zmsg_t *hello = zmsg_recv (scene->router);
    scene->identity = zmsg_pop (hello);
    zmsg_destroy (&hello);
    struct store_job old = s_job ("old"), over = s_job ("over");
    snprintf (over.record.state, sizeof over.record.state, "failed");
    cr_assert_eq (turn_add (scene->turn, &old), 0);
    cr_assert_eq (turn_add (scene->turn, &over), 0);
    cr_assert_eq (turn_commit (scene->turn, NULL), DMH_OK);
    turn_clear (scene->turn);
}

static void s_close (struct scene *scene)
{
    turn_destroy (&scene->turn);
    store_close (&scene->failing.inner);
    zframe_destroy (&scene->identity);
    zsock_destroy (&scene->client);
    zsock_destroy (&scene->router);
}

//  The next kind of message at the client; empty when there is none. inproc delivers before zmsg_send is
//  back.
static void s_heard (struct scene *scene, char out[FRAME_KIND_MAX])
{
    struct frame frame;
    zmsg_t *message = zmsg_recv (scene->client);
    out[0] = 0;
    if (message && frame_open (message, &frame, NULL) == DMH_OK)
        memcpy (out, frame.kind, FRAME_KIND_MAX);
    zmsg_destroy (&message);
}

static void s_expect_heard (struct scene *scene, const char *kind)
{
    char heard[FRAME_KIND_MAX];
    s_heard (scene, heard);
    cr_assert_str_eq (heard, kind);
}

static bool s_is_stored (struct scene *scene, const char *id, char state[WORD_BYTES])
{
    struct store_job job;
    if (store_find (scene->failing.inner, id, &job, NULL) != DMH_OK)
        return false;
    memcpy (state, job.record.state, WORD_BYTES);
    store_job_clear (&job);
    return true;
}

//  A job that is over goes back to the queue, and that is answered. Whether it could be begun.
static bool s_reopen (struct scene *scene, const char *id)
{
    struct store_job found;
    struct job_state_reply reply = {.job = {.state = "queued"}};
    if (store_find (scene->store, id, &found, NULL) != DMH_OK)
        return false;
    struct job_record *record = turn_reopen (scene->turn, &found, NULL, NULL);
    store_job_clear (&found);
    if (!record)
        return false;
    cr_assert (turn_reopens (scene->turn, id));
    snprintf (record->state, sizeof record->state, "queued");
    cr_assert_eq (turn_send_opened (scene->turn, scene->router, scene->identity, &job_state_reply_shape,
                                    &reply, "q", NULL),
                  DMH_OK);
    return true;
}

//  A submission, a job that is reopened, a job's end and its acknowledgement; what could not be begun is left
//  out. Whether the end was begun; *again: whether the reopening was.
static bool s_decide (struct scene *scene, bool *again)
{
    struct store_job job = s_job ("new");
    struct accepted accepted = {.request = "r"};
    struct result_ack ack = {.accepted = true};
    cr_assert_eq (turn_add (scene->turn, &job), 0);
    cr_assert_eq (
        turn_send_opened (scene->turn, scene->router, scene->identity, &accepted_shape, &accepted, "r", NULL),
        DMH_OK);
    *again = s_reopen (scene, "over");
    struct job_record *record = turn_change (scene->turn, "old", NULL, NULL);
    if (!record)
        return false;
    snprintf (record->state, sizeof record->state, "done");
    turn_flush (scene->turn, NULL);    //  somebody reads
    snprintf (record->message, sizeof record->message, "later");
    cr_assert_not_null (turn_change (scene->turn, "old", NULL, NULL));
    cr_assert_eq (turn_send (scene->turn, scene->router, scene->identity, &result_ack_shape, &ack, NULL),
                  DMH_OK);
    return true;
}

//  Whether a call failed.
static bool s_fail_at (int n)
{
    struct scene scene;
    struct error error = {.code = DMH_OK};
    char state[WORD_BYTES] = "";
    s_open (&scene);
    scene.failing.calls = n;
    bool again, begun = s_decide (&scene, &again);
    if (turn_commit (scene.turn, &error) == DMH_OK) {
        s_expect_heard (&scene, "ACCEPTED");
        cr_assert (s_is_stored (&scene, "new", state), "accepted and not kept");
        s_expect_heard (&scene, again ? "JOB_STATE" : begun ? "RESULT_ACK" : "");
        cr_assert_eq (turn_reopened (scene.turn, 0) != NULL, again);
        cr_assert (s_is_stored (&scene, "over", state));
        cr_assert_str_eq (state, again ? "queued" : "failed");
        if (again && begun)
            s_expect_heard (&scene, "RESULT_ACK");
    } else {
        cr_assert_str_eq (error.text, "the disk is on strike");
        s_expect_heard (&scene, "ERROR");
        s_expect_heard (&scene, again ? "ERROR" : "");
        s_expect_heard (&scene, "");
        cr_assert_not (s_is_stored (&scene, "new", state), "refused and kept");
        cr_assert (s_is_stored (&scene, "old", state));
        cr_assert_str_eq (state, "queued", "told before it was committed");
        cr_assert_eq (turn_opens (scene.turn), 0);
        cr_assert_not (turn_reopens (scene.turn, "over"));
        cr_assert_eq (turn_is_empty (scene.turn), !begun, "what was decided is forgotten");
        cr_assert_eq (turn_commit (scene.turn, &error), DMH_OK);    //  the disk is back
        s_expect_heard (&scene, begun ? "RESULT_ACK" : "");
        cr_assert (s_is_stored (&scene, "over", state));
        cr_assert_str_eq (state, "failed", "refused and reopened");
    }
    s_expect_heard (&scene, "");
    cr_assert (s_is_stored (&scene, "old", state));
    cr_assert_str_eq (state, begun ? "done" : "queued");
    turn_clear (scene.turn);
    cr_assert (turn_is_empty (scene.turn));
    bool failed = scene.failing.failed;
    s_close (&scene);
    return failed;
}

Test (turn, at_whatever_call_the_store_fails_nothing_is_lost_and_nothing_is_said_too_early)
{
    int n = 1;
    while (s_fail_at (n))
        n++;
    cr_assert_gt (n, 9, "only %d calls were made", n);
}

Test (turn, a_job_cancelled_and_tried_again_in_a_turn_that_fails_stays_cancelled)
{
    struct scene scene;
    struct error error = {.code = DMH_OK};
    char state[WORD_BYTES];
    unsigned *tries;
    s_open (&scene);
    struct job_record *record = turn_change (scene.turn, "old", &tries, NULL);
    snprintf (record->state, sizeof record->state, "cancelled");
    *tries = 2;
    cr_assert_eq (turn_flush (scene.turn, NULL), DMH_OK);
    cr_assert (s_reopen (&scene, "old"));
    turn_change (scene.turn, "old", &tries, NULL);
    *tries = 0;
    cr_assert_eq (turn_opens (scene.turn), 1);
    scene.failing.calls = 2;    //  the change is written, its commit fails
    cr_assert_eq (turn_commit (scene.turn, &error), DMH_UNAVAILABLE);
    s_expect_heard (&scene, "ERROR");
    cr_assert_eq (turn_commit (scene.turn, &error), DMH_OK);
    s_expect_heard (&scene, "");
    cr_assert_null (turn_reopened (scene.turn, 0));
    cr_assert (s_is_stored (&scene, "old", state));
    cr_assert_str_eq (state, "cancelled");
    turn_change (scene.turn, "old", &tries, NULL);
    cr_assert_eq (*tries, 2);
    s_close (&scene);
}

Test (turn, a_change_is_made_on_what_an_earlier_one_left)
{
    struct scene scene;
    unsigned *tries;
    s_open (&scene);
    struct job_record *record = turn_change (scene.turn, "old", &tries, NULL);
    record->attempt = 3;
    *tries = 2;
    cr_assert_eq (turn_change (scene.turn, "old", &tries, NULL), record);
    cr_assert_eq (*tries, 2);
    struct error error = {.code = DMH_OK};
    cr_assert_null (turn_change (scene.turn, "nobody", NULL, &error));
    cr_assert_eq (error.code, DMH_NOT_FOUND);
    cr_assert_eq (turn_commit (scene.turn, NULL), DMH_OK);
    cr_assert_eq (turn_changed (scene.turn, 0), record);
    cr_assert_null (turn_changed (scene.turn, 1), "one change, one event");
    s_close (&scene);
}

Test (turn, an_order_that_cannot_be_sent_is_told)
{
    struct scene scene;
    struct undelivered_order order;
    struct job_order message = {.attempt = 4};
    s_open (&scene);
    zsock_set_router_mandatory (scene.router, 1);
    zframe_t *nobody = zframe_new ("nobody", 6);
    snprintf (message.input.uri, sizeof message.input.uri, "file:///x");
    for (int i = 0; i < 2; i++)
        cr_assert_eq (turn_send_order (scene.turn, scene.router, i ? scene.identity : nobody,
                                       &job_order_shape, &message, i ? "here" : "gone", "old", 4, NULL),
                      DMH_OK);
    cr_assert_eq (turn_commit (scene.turn, NULL), DMH_OK);
    cr_assert (turn_undelivered (scene.turn, 0, &order));
    cr_assert_str_eq (order.worker, "gone");
    cr_assert_str_eq (order.job, "old");
    cr_assert_eq (order.attempt, 4);
    cr_assert_not (turn_undelivered (scene.turn, 1, &order));
    s_expect_heard (&scene, "JOB");
    turn_clear (scene.turn);
    cr_assert_not (turn_undelivered (scene.turn, 0, &order), "of an earlier turn");
    cr_assert (turn_is_empty (scene.turn));
    struct result_ack ack = {.accepted = true};
    cr_assert_eq (turn_send (scene.turn, scene.router, nobody, &result_ack_shape, &ack, NULL), DMH_OK);
    cr_assert_eq (turn_commit (scene.turn, NULL), DMH_OK);
    cr_assert_not (turn_undelivered (scene.turn, 0, &order), "no order");
    cr_assert (turn_is_empty (scene.turn));
    zframe_destroy (&nobody);
    s_close (&scene);
}

Test (turn, many_messages_leave_in_their_order)
{
    struct scene scene;
    struct result_ack ack = {.accepted = true};
    s_open (&scene);
    for (int i = 0; i < 100; i++) {
        snprintf (ack.job, sizeof ack.job, "job-%d", i);
        cr_assert_eq (turn_send (scene.turn, scene.router, scene.identity, &result_ack_shape, &ack, NULL),
                      DMH_OK);
    }
    cr_assert_eq (turn_commit (scene.turn, NULL), DMH_OK);
    for (int i = 0; i < 100; i++) {
        struct frame frame;
        char job[ID_BYTES];
        struct result_ack heard = {.accepted = false};
        zmsg_t *message = zmsg_recv (scene.client);
        cr_assert (message && frame_open (message, &frame, NULL) == DMH_OK);
        cr_assert_eq (shape_decode (&result_ack_shape, frame.body, frame.body_bytes, &heard, NULL), DMH_OK);
        snprintf (job, sizeof job, "job-%d", i);
        cr_assert_str_eq (heard.job, job);
        shape_clear (&result_ack_shape, &heard);
        zmsg_destroy (&message);
    }
    s_expect_heard (&scene, "");
    s_close (&scene);
}

Test (turn, what_is_reopened_goes_back_to_the_queue_by_its_own_terms)
{
    struct scene scene;
    struct error error = {.code = DMH_OK};
    struct store_job found, job = s_job ("terms");
    unsigned *tries = NULL;
    s_open (&scene);
    snprintf (job.record.state, sizeof job.record.state, "failed");
    job.options.priority = -3;
    job.options.time_limit = 40;
    job.options.stall_seconds = 50;
    cr_assert_eq (turn_add (scene.turn, &job), 0);
    cr_assert_eq (turn_commit (scene.turn, NULL), DMH_OK);
    turn_clear (scene.turn);
    cr_assert_eq (store_find (scene.store, "terms", &found, NULL), DMH_OK);
    cr_assert_eq (store_begin (scene.store, &error), DMH_OK);
    cr_assert_eq (store_change (scene.store, &found.record, 7, &error), DMH_OK);
    cr_assert_eq (store_commit (scene.store, &error), DMH_OK);
    cr_assert_not_null (turn_reopen (scene.turn, &found, &tries, NULL));
    cr_expect_eq (*tries, 7);
    const struct queue_terms *terms = turn_reopened (scene.turn, 0);
    cr_assert_not_null (terms);
    cr_expect_eq (terms->priority, -3);
    cr_expect_eq (terms->sequence, found.sequence);
    cr_expect_eq (terms->time_limit, 40);
    cr_expect_eq (terms->stall_seconds, 50);
    cr_expect_null (turn_reopened (scene.turn, 1));
    store_job_clear (&found);
    s_close (&scene);
}

//  What was flushed is not written again until it is changed again.
Test (turn, what_was_flushed_is_written_once)
{
    struct scene scene;
    s_open (&scene);
    cr_assert_not_null (turn_change (scene.turn, "old", NULL, NULL));
    cr_assert_eq (turn_flush (scene.turn, NULL), DMH_OK);
    scene.failing.calls = 10;
    cr_assert_eq (turn_flush (scene.turn, NULL), DMH_OK);
    cr_expect_eq (scene.failing.calls, 10, "nothing is written, the group is open");
    cr_assert_not_null (turn_change (scene.turn, "old", NULL, NULL));
    cr_assert_eq (turn_flush (scene.turn, NULL), DMH_OK);
    cr_expect_eq (scene.failing.calls, 9, "the change");
    s_close (&scene);
}

Test (turn, no_more_is_taken_back_than_was_added)
{
    struct scene scene;
    size_t count = 9;
    s_open (&scene);
    for (int i = 0; i < 3; i++) {
        struct store_job job = s_job ("new");
        cr_assert_eq (turn_add (scene.turn, &job), 0);
    }
    turn_take_back (scene.turn, 0);
    turn_opened (scene.turn, &count);
    cr_expect_eq (count, 3);
    turn_take_back (scene.turn, 2);
    turn_opened (scene.turn, &count);
    cr_expect_eq (count, 1);
    turn_take_back (scene.turn, 2);
    turn_opened (scene.turn, &count);
    cr_expect_eq (count, 0);
    s_close (&scene);
    cr_expect_null (scene.turn);
}

//  A job of that owner and that key, new in this turn.
static void s_submit (struct scene *scene, const char *id, const char *owner, const char *key)
{
    struct store_job job = s_job (id);
    snprintf (job.record.owner, sizeof job.record.owner, "%s", owner);
    snprintf (job.submit_key, sizeof job.submit_key, "%s", key);
    cr_assert_eq (turn_add (scene->turn, &job), 0);
}

Test (turn, a_submission_of_this_turn_is_found_by_its_owner_and_key_alone)
{
    struct scene scene;
    struct store_job_id *ids = NULL;
    size_t count = 9;
    s_open (&scene);
    cr_expect_eq (turn_find_key (scene.turn, "anna", "k", &ids, &count), DMH_NOT_FOUND);
    cr_expect (!ids && count == 0);
    s_submit (&scene, "a1", "anna", "k");
    s_submit (&scene, "b1", "bert", "k");
    s_submit (&scene, "a2", "anna", "other");
    s_submit (&scene, "a3", "anna", "k");
    cr_assert_eq (turn_find_key (scene.turn, "anna", "k", &ids, &count), DMH_OK);
    cr_assert_eq (count, 2);
    cr_expect_str_eq (ids[0].job, "a1");
    cr_expect_str_eq (ids[1].job, "a3");
    free (ids);
    cr_expect_eq (turn_find_key (scene.turn, "carl", "k", &ids, &count), DMH_NOT_FOUND);
    cr_expect (!ids && count == 0);
    for (int i = 2; i <= INPUTS_MAX; i++) {
        char id[16];
        snprintf (id, sizeof id, "n%d", i);
        s_submit (&scene, id, "anna", "k");
    }
    cr_assert_eq (turn_find_key (scene.turn, "anna", "k", &ids, &count), DMH_OK);
    cr_expect_eq (count, INPUTS_MAX, "no submission has more");
    free (ids);
    s_close (&scene);
}

Test (turn, is_full_of_jobs_or_of_messages)
{
    struct scene scene;
    struct result_ack ack = {.accepted = true};
    s_open (&scene);
    for (int i = 0; i < TURN_JOBS_MAX; i++) {
        cr_assert_not (turn_is_full (scene.turn), "%d jobs", i);
        s_submit (&scene, "j", "anna", "k");
    }
    cr_expect (turn_is_full (scene.turn));
    turn_take_back (scene.turn, 1);
    cr_expect_not (turn_is_full (scene.turn));
    turn_clear (scene.turn);
    for (int i = 0; i < TURN_MESSAGES_MAX; i++) {
        cr_assert_not (turn_is_full (scene.turn), "%d messages", i);
        cr_assert_eq (turn_send (scene.turn, scene.router, scene.identity, &result_ack_shape, &ack, NULL),
                      DMH_OK);
    }
    cr_expect (turn_is_full (scene.turn));
    turn_clear (scene.turn);
    cr_expect (turn_is_empty (scene.turn));
    s_close (&scene);
}

//  The answers to what is not kept become errors, each to its request; the others stay in their order.
Test (turn, a_turn_that_fails_refuses_what_it_was_to_open_and_nothing_else)
{
    static const char *const REQUESTS[] = {NULL, "first", NULL, "second"};
    struct scene scene;
    struct error error = {.code = DMH_OK};
    struct result_ack ack = {.accepted = true};
    struct accepted accepted = {.request = "r"};
    struct store_job job = s_job ("new");
    s_open (&scene);
    cr_assert_eq (turn_add (scene.turn, &job), 0);
    for (int i = 0; i < 4; i++) {
        snprintf (ack.job, sizeof ack.job, "ack-%d", i);
        cr_assert_eq (
            REQUESTS[i] ? turn_send_opened (scene.turn, scene.router, scene.identity, &accepted_shape,
                                            &accepted, REQUESTS[i], NULL)
                        : turn_send (scene.turn, scene.router, scene.identity, &result_ack_shape, &ack, NULL),
            DMH_OK);
    }
    scene.failing.calls = 1;
    cr_assert_eq (turn_commit (scene.turn, &error), DMH_UNAVAILABLE);
    for (int i = 1; i < 4; i += 2) {
        struct frame frame;
        struct problem problem = {.code = ""};
        zmsg_t *message = zmsg_recv (scene.client);
        cr_assert (message && frame_open (message, &frame, NULL) == DMH_OK);
        cr_assert_eq (problem_decode (frame.body, frame.body_bytes, &problem, NULL), DMH_OK);
        cr_expect_str_eq (problem.request, REQUESTS[i]);
        cr_expect_str_eq (problem.code, "unavailable");
        cr_expect_str_eq (problem.message, "the disk is on strike");
        zmsg_destroy (&message);
    }
    s_expect_heard (&scene, "");
    cr_assert_eq (turn_commit (scene.turn, &error), DMH_OK);
    for (int i = 0; i < 4; i += 2) {
        struct frame frame;
        struct result_ack heard = {.accepted = false};
        char name[16];
        zmsg_t *message = zmsg_recv (scene.client);
        cr_assert (message && frame_open (message, &frame, NULL) == DMH_OK);
        cr_assert_eq (shape_decode (&result_ack_shape, frame.body, frame.body_bytes, &heard, NULL), DMH_OK);
        snprintf (name, sizeof name, "ack-%d", i);
        cr_expect_str_eq (heard.job, name);
        zmsg_destroy (&message);
    }
    s_expect_heard (&scene, "");
    s_close (&scene);
}

static uint64_t s_revision (struct scene *scene, const char *id)
{
    struct store_job job;
    cr_assert_eq (store_find (scene->failing.inner, id, &job, NULL), DMH_OK);
    uint64_t revision = job.record.revision;
    store_job_clear (&job);
    return revision;
}

//  Changes the state (NULL: only that it was fetched) of "old"; what its record says of it meanwhile.
static uint64_t s_change (struct scene *scene, const char *state)
{
    struct job_record *record = turn_change (scene->turn, "old", NULL, NULL);
    cr_assert_not_null (record);
    if (state)
        snprintf (record->state, sizeof record->state, "%s", state);
    else
        record->fetched_at = 7;
    return record->revision;
}

Test (turn, a_revision_grows_with_what_events_tell_and_with_nothing_else)
{
    struct scene scene;
    s_open (&scene);
    cr_expect_eq (s_revision (&scene, "old"), 1);
    cr_expect_eq (s_change (&scene, "running"), 2);
    cr_expect_eq (s_change (&scene, "done"), 2, "nobody has read the one before");
    cr_assert_eq (turn_flush (scene.turn, NULL), DMH_OK);
    cr_expect_eq (s_revision (&scene, "old"), 2);
    cr_expect_eq (s_change (&scene, "queued"), 3, "it was read");
    cr_assert_eq (turn_commit (scene.turn, NULL), DMH_OK);
    turn_clear (scene.turn);
    cr_expect_eq (s_revision (&scene, "old"), 3);
    s_change (&scene, NULL);
    cr_assert_eq (turn_commit (scene.turn, NULL), DMH_OK);
    turn_clear (scene.turn);
    cr_expect_eq (s_revision (&scene, "old"), 3);
    //  What was not committed is changed again, and has been told to nobody.
    s_change (&scene, "running");
    scene.failing.calls = 1;
    struct error error = {.code = DMH_OK};
    cr_assert_neq (turn_commit (scene.turn, &error), DMH_OK);
    s_change (&scene, "failed");
    cr_assert_eq (turn_commit (scene.turn, NULL), DMH_OK);
    turn_clear (scene.turn);
    cr_expect_eq (s_revision (&scene, "old"), 4);
    s_close (&scene);
}
