//  workers_test.c: the workers that a gateway names are all of the broker's, whatever one of its answers
//  holds.
#include "test/support/peers/played_peers.h"
#include "test/support/processes/gateway_process.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test (gateway_workers, all_of_more_than_an_answer_of_the_broker_holds_are_named_in_order, .timeout = 120)
{
    enum { COUNT = 300 };
    static zsock_t *workers[COUNT];
    struct gateway_process self = {.pid = 0};
    struct played_peers peers;
    char name[ID_BYTES], member[64];
    gateway_process_start (&self);
    played_peers_visit (&peers, self.servers.front, self.servers.back, self.servers.feed);
    for (size_t i = 0; i < COUNT; i++) {
        snprintf (name, sizeof name, "w%03zu", i * 7 % COUNT);
        workers[i] = played_peers_worker (&peers, name, 1, NULL, 0);
    }
    struct http_answer answer = http_request (self.port, "GET", "/api/v1/workers", NULL, NULL, 0);
    cr_assert_eq (answer.status, 200, "%s", answer.body);
    const char *at = answer.body;
    for (size_t i = 0; i < COUNT; i++) {
        snprintf (member, sizeof member, "{\"worker\":\"w%03zu\"", i);
        cr_assert ((at = strstr (at, member)), "%s is not at its place in %s", member, answer.body);
        at += strlen (member);
    }
    cr_expect_null (strstr (at, "{\"worker\""), "%s", at);
    cr_expect_str_eq (answer.body + strlen (answer.body) - 3, "}]}");
    http_answer_clear (&answer);
    for (size_t i = 0; i < COUNT; i++)
        zsock_destroy (&workers[i]);
    played_peers_leave (&peers);
    gateway_process_stop (&self);
}
