//  orders_test.c: what is done when a worker is gone.
#include "broker/workers/orders.h"

#include "messages/base/metrics.h"

#include <criterion/criterion.h>

static void s_expect_lost (const char *count)
{
    char *text = NULL, line[64];
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    metrics_write ("broker", "0", METRICS_PROMETHEUS, to);
    fclose (to);
    snprintf (line, sizeof line, "\ndmh_broker_workers_lost_total %s\n", count);
    cr_expect_not_null (strstr (text, line), "no %sin %s", line, text);
    free (text);
}

Test (orders, a_worker_that_falls_silent_is_counted_and_one_that_leaves_is_not)
{
    struct broker broker = {.peers = peers_new ()};
    struct error error = {.code = DMH_OK};
    struct action left = {.sort = ACTION_GONE, .worker = "w1", .message = "its worker left"},
                  silent = {.sort = ACTION_GONE, .worker = "w2", .code = "unavailable", .message = "why"};
    cr_assert_not_null (broker.peers);
    cr_assert_eq (orders_perform (&broker, &left, &error), DMH_OK);
    s_expect_lost ("0");
    cr_assert_eq (orders_perform (&broker, &silent, &error), DMH_OK);
    s_expect_lost ("1");
    peers_destroy (&broker.peers);
}
