//  broker_killed_test.c: a broker that is killed or stopped in the middle of its work: what it has
//  acknowledged is there, and the time that it was away is not held against its workers.
#include "test/support/peers/played_peers.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>

enum { ROUNDS = 8, FLOOD = 400, AWAY_S = 6 };

static void s_send_submission (zsock_t *client, int number)
{
    struct input input = {.uri = "file:///in", .name = "in"};
    struct submit submit = {.inputs = &input, .inputs_count = 1};
    snprintf (submit.request, sizeof submit.request, "%d", number);
    snprintf (submit.submit_key, sizeof submit.submit_key, "key-%d", number);
    played_peers_send (client, &submit_shape, &submit);
}

//  Floods the broker and kills it when `after` submissions were acknowledged; notes their jobs by number.
static void s_flood (struct servers *servers, int round, int after, char acknowledged[][ID_BYTES])
{
    struct played_peers peers;
    struct accepted accepted;
    played_peers_visit (&peers, servers->front, servers->back, servers->feed);
    for (int i = 0; i < FLOOD; i++)
        s_send_submission (peers.client, round * FLOOD + i);
    for (int i = 0; i < after; i++) {
        played_peers_expect (peers.client, &accepted_shape, &accepted);
        memcpy (acknowledged[atoi (accepted.request)], accepted.jobs[0].job, ID_BYTES);
        accepted_clear (&accepted);
    }
    cr_assert_eq (servers_end (servers, &servers->broker, SIGKILL), 128 + SIGKILL);
    zsock_set_rcvtimeo (peers.client, 0);    //  what had arrived before the end counts too
    for (zmsg_t *message; (message = zmsg_recv (peers.client)); zmsg_destroy (&message)) {
        struct frame frame;
        cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
        cr_assert_eq (accepted_decode (frame.body, frame.body_bytes, &accepted, NULL), DMH_OK);
        memcpy (acknowledged[atoi (accepted.request)], accepted.jobs[0].job, ID_BYTES);
        accepted_clear (&accepted);
    }
    played_peers_leave (&peers);
}

Test (broker_killed, every_submission_that_was_acknowledged_is_there_and_none_is_there_twice, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    struct played_peers peers;
    static char acknowledged[ROUNDS * FLOOD][ID_BYTES];
    workplace_make (&place);
    for (int round = 0; round < ROUNDS; round++) {
        servers_start_broker (&servers, round > 0);
        s_flood (&servers, round, 1 + round * 37, acknowledged);
    }
    servers_start_broker (&servers, true);
    played_peers_visit (&peers, servers.front, servers.back, servers.feed);
    for (int i = 0; i < ROUNDS * FLOOD; i++) {
        char job[ID_BYTES], key[ID_BYTES];
        if (acknowledged[i][0])
            played_peers_expect_state (&peers, acknowledged[i], "queued");
        snprintf (key, sizeof key, "key-%d", i);
        played_peers_submit (&peers, "in", key, job);    //  said again, as a client does
        if (acknowledged[i][0])
            cr_assert_str_eq (job, acknowledged[i]);
    }
    struct bare_request stats = {.request = ""};
    struct counters counters;
    played_peers_ask (&peers, &stats_shape, &stats, &counters_shape, &counters);
    cr_assert_eq (counters.queued, ROUNDS * FLOOD);
    played_peers_leave (&peers);
    servers_stop (&servers);
    workplace_remove (&place);
}

//  Says the parts of a batch, a hundred jobs each and the last of them a follower of all before it, and kills
//  the broker when `after` of them were acknowledged; -1: it lives.
static void s_say_batch (struct servers *servers, int after, char follower[ID_BYTES])
{
    enum { PARTS = 10, PART = 100 };
    struct played_peers peers;
    struct input *inputs = calloc (PART, sizeof *inputs);
    played_peers_visit (&peers, servers->front, servers->back, servers->feed);
    for (int i = 0; i < PARTS; i++) {
        struct follow_entry follow = {.input = PART - 1, .at = 0, .count = PARTS * PART - 1};
        struct submit submit = {.submit_key = "night",
                                .inputs = inputs,
                                .inputs_count = PART,
                                .total = PARTS * PART,
                                .at = (uint64_t) i * PART,
                                .follows = &follow,
                                .follows_count = i == PARTS - 1};
        snprintf (submit.request, sizeof submit.request, "%d", i);
        for (int k = 0; k < PART; k++)
            inputs[k] = (struct input){.uri = "file:///in", .name = "in"};
        played_peers_send (peers.client, &submit_shape, &submit);
    }
    for (int i = 0; i < (after < 0 ? PARTS : after); i++) {
        struct accepted accepted;
        played_peers_expect (peers.client, &accepted_shape, &accepted);
        cr_assert_eq (accepted.jobs_count, PART);
        memcpy (follower, accepted.jobs[PART - 1].job, ID_BYTES);
        accepted_clear (&accepted);
    }
    if (after >= 0)
        cr_assert_eq (servers_end (servers, &servers->broker, SIGKILL), 128 + SIGKILL);
    played_peers_leave (&peers);
    free (inputs);
}

Test (broker_killed, a_batch_whose_broker_is_killed_in_the_middle_is_whole_when_it_is_said_again,
      .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    struct played_peers peers;
    char follower[ID_BYTES];
    workplace_make (&place);
    for (int round = 0; round < 4; round++) {
        servers_start_broker (&servers, round > 0);
        s_say_batch (&servers, round, follower);
    }
    servers_start_broker (&servers, true);
    s_say_batch (&servers, -1, follower);
    cr_assert_eq (servers_end (&servers, &servers.broker, SIGKILL), 128 + SIGKILL);    //  a follower waits
    servers_start_broker (&servers, true);
    played_peers_visit (&peers, servers.front, servers.back, servers.feed);
    struct bare_request stats = {.request = ""};
    struct counters counters;
    played_peers_ask (&peers, &stats_shape, &stats, &counters_shape, &counters);
    cr_assert_eq (counters.queued, 1000, "%d", (int) counters.queued);
    struct job_record record = played_peers_status (&peers, follower);
    cr_assert_eq (record.follows, 999);
    cr_assert_eq (record.waits_for, 999);
    shape_clear (&job_record_shape, &record);
    played_peers_leave (&peers);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (broker_killed, a_broker_that_was_stopped_for_a_while_takes_nothing_from_its_workers, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    struct played_peers peers;
    struct job_order order;
    char job[ID_BYTES];
    workplace_make (&place);
    servers_start_broker (&servers, false);
    played_peers_visit (&peers, servers.front, servers.back, servers.feed);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    played_peers_submit (&peers, "in", "key", job);
    played_peers_expect (worker, &job_order_shape, &order);
    kill (servers.broker, SIGSTOP);
    zclock_sleep (AWAY_S * 1000);    //  longer than leases and silences last
    kill (servers.broker, SIGCONT);
    played_peers_expect_state (&peers, job, "running");    //  asked before the worker says a word
    played_peers_expect_nothing (worker);
    cr_assert (played_peers_result (worker, job, 1));
    zsock_destroy (&worker);
    played_peers_leave (&peers);
    servers_stop (&servers);
    workplace_remove (&place);
}
