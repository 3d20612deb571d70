//  commit_test.c: commits that the store refuses are counted, and take time like others.
#include "test/support/stores/failing_store.h"

#include "broker/commit.h"
#include "messages/base/metrics.h"

#include <criterion/criterion.h>

static void s_expect (const char *what, const char *count)
{
    char *text = NULL, line[96];
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    metrics_write ("broker", "0", METRICS_PROMETHEUS, to);
    fclose (to);
    snprintf (line, sizeof line, "\ndmh_broker_%s %s\n", what, count);
    cr_expect_not_null (strstr (text, line), "no %sin %s", line, text);
    free (text);
}

Test (commit, what_the_store_refuses_is_counted)
{
    struct error error = {.code = DMH_OK};
    struct failing_store failing = {.base = {.driver = &failing_store_driver},
                                    .inner = store_open ("sqlite::memory:", &error)};
    struct broker broker = {.store = &failing.base, .quota = quota_new ()};
    struct store_job job = {.record = {.job = "a", .state = "queued"}, .submit_key = "a"};
    broker.turn = turn_new (broker.store);
    cr_assert (failing.inner && broker.turn && broker.quota, "%s", error.text);
    cr_assert_eq (turn_add (broker.turn, &job), 0);
    failing.calls = 1;
    cr_assert_neq (commit_turn (&broker, &error), DMH_OK);
    cr_assert (failing.failed);
    s_expect ("store_errors_total", "1");
    s_expect ("store_commit_seconds_count", "1");
    turn_destroy (&broker.turn);
    quota_destroy (&broker.quota);
    store_close (&failing.inner);
}
