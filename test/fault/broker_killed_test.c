//  broker_killed_test.c: a broker that is killed or stopped in the middle of its work: what it has
//  acknowledged is there, and the time that it was away is not held against its workers.
#include "test/support/played_peers.h"
#include "test/support/processes.h"

#include <criterion/criterion.h>
#include <signal.h>

enum { ROUNDS = 8, FLOOD = 400, AWAY_S = 6 };

static void s_send_submission (zsock_t *client, int number)
{
    struct input input = {.uri = "file:///in", .name = "in"};
    struct submit submit = {.inputs = &input, .inputs_count = 1};
    snprintf (submit.request, sizeof submit.request, "%d", number);
    snprintf (submit.submit_key, sizeof submit.submit_key, "key-%d", number);
    stage_send (client, &submit_shape, &submit);
}

//  Floods the broker and kills it when `after` submissions were acknowledged; notes their jobs by number.
static void s_flood (struct servers *servers, int round, int after, char acknowledged[][ID_BYTES])
{
    struct stage stage;
    struct accepted accepted;
    stage_visit (&stage, servers->front, servers->back, servers->feed);
    for (int i = 0; i < FLOOD; i++)
        s_send_submission (stage.client, round * FLOOD + i);
    for (int i = 0; i < after; i++) {
        stage_expect (stage.client, &accepted_shape, &accepted);
        memcpy (acknowledged[atoi (accepted.request)], accepted.jobs[0].job, ID_BYTES);
        accepted_clear (&accepted);
    }
    cr_assert_eq (servers_end (servers, &servers->broker, SIGKILL), 128 + SIGKILL);
    zsock_set_rcvtimeo (stage.client, 0);    //  what had arrived before the end counts too
    for (zmsg_t *message; (message = zmsg_recv (stage.client)); zmsg_destroy (&message)) {
        struct frame frame;
        cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
        cr_assert_eq (accepted_decode (frame.body, frame.body_bytes, &accepted, NULL), DMH_OK);
        memcpy (acknowledged[atoi (accepted.request)], accepted.jobs[0].job, ID_BYTES);
        accepted_clear (&accepted);
    }
    stage_leave (&stage);
}

Test (broker_killed, every_submission_that_was_acknowledged_is_there_and_none_is_there_twice, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    struct stage stage;
    static char acknowledged[ROUNDS * FLOOD][ID_BYTES];
    workplace_make (&place);
    for (int round = 0; round < ROUNDS; round++) {
        servers_start_broker (&servers, round > 0);
        s_flood (&servers, round, 1 + round * 37, acknowledged);
    }
    servers_start_broker (&servers, true);
    stage_visit (&stage, servers.front, servers.back, servers.feed);
    for (int i = 0; i < ROUNDS * FLOOD; i++) {
        char job[ID_BYTES], key[ID_BYTES];
        if (acknowledged[i][0])
            stage_expect_state (&stage, acknowledged[i], "queued");
        snprintf (key, sizeof key, "key-%d", i);
        stage_submit (&stage, "in", key, job);    //  said again, as a client does
        if (acknowledged[i][0])
            cr_assert_str_eq (job, acknowledged[i]);
    }
    struct bare_request stats = {.request = ""};
    struct counters counters;
    stage_ask (&stage, &stats_shape, &stats, &counters_shape, &counters);
    cr_assert_eq (counters.queued, ROUNDS * FLOOD);
    stage_leave (&stage);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (broker_killed, a_broker_that_was_stopped_for_a_while_takes_nothing_from_its_workers, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    struct stage stage;
    struct job_order order;
    char job[ID_BYTES];
    workplace_make (&place);
    servers_start_broker (&servers, false);
    stage_visit (&stage, servers.front, servers.back, servers.feed);
    zsock_t *worker = stage_worker (&stage, "w1", 1, NULL, 0);
    stage_submit (&stage, "in", "key", job);
    stage_expect (worker, &job_order_shape, &order);
    kill (servers.broker, SIGSTOP);
    zclock_sleep (AWAY_S * 1000);    //  longer than leases and silences last
    kill (servers.broker, SIGCONT);
    stage_expect_state (&stage, job, "running");    //  asked before the worker says a word
    stage_expect_nothing (worker);
    cr_assert (stage_result (worker, job, 1));
    zsock_destroy (&worker);
    stage_leave (&stage);
    servers_stop (&servers);
    workplace_remove (&place);
}
