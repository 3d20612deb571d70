//  workers_test.c: the broker's workers as clients ask for them: all of many, page by page, and that one is
//  to leave.
#include "test/support/peers/played_peers.h"

#include <criterion/criterion.h>

static void s_ask_drain (struct played_peers *peers, const char *worker)
{
    struct drain_request drain = {.request = ""};
    struct worker_list list;
    snprintf (drain.worker, sizeof drain.worker, "%s", worker);
    played_peers_ask (peers, &drain_request_shape, &drain, &worker_list_shape, &list);
    cr_assert_eq (list.workers_count, 1);
    cr_assert_str_eq (list.workers[0].worker, worker);
    cr_assert (list.workers[0].draining);
    worker_list_clear (&list);
}

static void s_expect_told (zsock_t *worker)
{
    struct drain told;
    played_peers_expect (worker, &drain_shape, &told);
}

Test (workers, one_that_is_to_leave_is_told_and_gets_nothing_more, .timeout = 60)
{
    struct played_peers peers;
    struct job_order order;
    char job[ID_BYTES];
    played_peers_open (&peers, 0);
    zsock_t *leaving = played_peers_worker (&peers, "w1", 4, NULL, 0);
    s_ask_drain (&peers, "w1");
    s_expect_told (leaving);
    zsock_t *other = played_peers_worker (&peers, "w2", 1, NULL, 0);
    played_peers_submit (&peers, "a.csv", "a", job);
    played_peers_expect (other, &job_order_shape, &order);
    played_peers_expect_nothing (leaving);
    struct drain_request nobody = {.worker = "w3"};
    played_peers_ask_refused (&peers, &drain_request_shape, &nobody, "not_found", "w3");
    zsock_destroy (&leaving);
    zsock_destroy (&other);
    played_peers_close (&peers);
}

Test (workers, it_is_told_with_each_heartbeat_and_also_under_another_connection, .timeout = 60)
{
    struct played_peers peers;
    struct heartbeat beat = {.running = NULL};
    played_peers_open (&peers, 0);
    zsock_t *leaving = played_peers_worker (&peers, "w1", 1, NULL, 0);
    zsock_t *other = played_peers_worker (&peers, "w2", 1, NULL, 0);
    s_ask_drain (&peers, "w1");
    s_expect_told (leaving);
    played_peers_send (leaving, &heartbeat_shape, &beat);
    s_expect_told (leaving);
    zsock_t *anew = played_peers_worker (&peers, "w1", 1, NULL, 0);
    played_peers_send (anew, &heartbeat_shape, &beat);
    s_expect_told (anew);
    played_peers_send (other, &heartbeat_shape, &beat);
    played_peers_expect_nothing (other);
    zsock_destroy (&leaving);
    zsock_destroy (&other);
    zsock_destroy (&anew);
    played_peers_close (&peers);
}

Test (workers, all_of_more_than_an_answer_holds_are_named_in_order_each_once, .timeout = 60)
{
    enum { COUNT = 300 };
    struct played_peers peers;
    static zsock_t *workers[COUNT];
    struct bare_request ask = {.request = ""};
    struct worker_list list;
    size_t seen = 0, pages = 0;
    played_peers_open (&peers, 0);
    for (size_t i = 0; i < COUNT; i++) {
        char name[ID_BYTES];
        snprintf (name, sizeof name, "w%03zu", i * 7 % COUNT);
        workers[i] = played_peers_worker (&peers, name, 1, NULL, 0);
    }
    do {
        played_peers_ask (&peers, &workers_shape, &ask, &worker_list_shape, &list);
        cr_assert_gt (list.workers_count, 0);
        for (size_t i = 0; i < list.workers_count; i++, seen++) {
            char name[ID_BYTES];
            snprintf (name, sizeof name, "w%03zu", seen);
            cr_assert_str_eq (list.workers[i].worker, name);
        }
        memcpy (ask.after, list.workers[list.workers_count - 1].worker, sizeof ask.after);
        ask.request[0] = 0;
        pages++;
        seen += list.more ? 0 : COUNT * 10;
        worker_list_clear (&list);
    } while (seen < COUNT);
    cr_assert_eq (seen, COUNT + COUNT * 10, "the last page says that it is the last");
    cr_assert_gt (pages, 1);
    for (size_t i = 0; i < COUNT; i++)
        zsock_destroy (&workers[i]);
    played_peers_close (&peers);
}
