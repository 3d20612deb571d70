//  broker_link_test.c: when a worker's link beats, gives a broker up and how long it waits before the next.
#include "worker/session/broker_link.h"

#include <criterion/criterion.h>

static struct broker_link s_open (const char *list)
{
    struct broker_link link;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (broker_link_open (&link, list, NULL, &error), DMH_OK, "%s", error.text);
    return link;
}

Test (broker_link, what_is_no_list_of_endpoints_is_refused)
{
    struct broker_link link;
    struct error error = {.code = DMH_OK};
    cr_expect_eq (broker_link_open (&link, "", NULL, &error), DMH_USAGE);
    cr_expect_eq (broker_link_open (&link, "a,b,c,d,e,f,g,h,i", NULL, &error), DMH_USAGE);
    cr_expect (strstr (error.text, "at most 8"), "%s", error.text);
    broker_link_close (&link);
}

Test (broker_link, the_list_goes_round_and_the_wait_doubles_after_each_round)
{
    static const int64_t WAITS[] = {250, 250, 500, 500, 1000, 1000, 2000, 2000, 4000, 4000, 4000, 4000};
    struct broker_link link = s_open ("tcp://127.0.0.1:1,tcp://127.0.0.1:2");
    struct error error = {.code = DMH_OK};
    for (size_t i = 0; i < sizeof WAITS / sizeof *WAITS; i++) {
        cr_assert_eq (broker_link_connect (&link, &error), DMH_OK, "%s", error.text);
        cr_expect_str_eq (link.broker, i % 2 ? "tcp://127.0.0.1:2" : "tcp://127.0.0.1:1");
        cr_expect_eq (broker_link_wait_ms (&link, link.heard_at), WAITS[i], "attempt %zu", i);
        cr_expect_not (broker_link_is_silent (&link, link.heard_at + WAITS[i] - 1), "attempt %zu", i);
        cr_expect (broker_link_is_silent (&link, link.heard_at + WAITS[i]), "attempt %zu", i);
    }
    broker_link_close (&link);
}

Test (broker_link, one_that_has_registered_beats_and_has_a_longer_patience)
{
    struct broker_link link = s_open ("tcp://127.0.0.1:1");
    struct registered registered = {.feed = "tcp://*:5", .files = "tcp://*:6"};
    struct error error = {.code = DMH_OK};
    cr_assert_eq (broker_link_connect (&link, &error), DMH_OK, "%s", error.text);
    link.back_off = BACK_OFF_MOST_MS;
    cr_expect_not (broker_link_beats (&link, link.heard_at + HEARTBEAT_MS), "not registered");
    broker_link_register (&link, &registered);
    cr_expect_not_null (link.feed);
    cr_expect_str_eq (link.files, "tcp://127.0.0.1:6");
    cr_expect_eq (link.back_off, BACK_OFF_FIRST_MS);
    link.beat_at = link.heard_at;
    cr_expect_not (broker_link_beats (&link, link.beat_at + HEARTBEAT_MS - 1));
    cr_expect (broker_link_beats (&link, link.beat_at + HEARTBEAT_MS));
    cr_expect_eq (broker_link_wait_ms (&link, link.beat_at), HEARTBEAT_MS);
    cr_expect_eq (broker_link_wait_ms (&link, link.beat_at + 2 * HEARTBEAT_MS), 0);
    cr_expect_not (broker_link_is_silent (&link, link.heard_at + WORKER_SILENT_MS - 1));
    cr_expect (broker_link_is_silent (&link, link.heard_at + WORKER_SILENT_MS));
    broker_link_close (&link);
}
