//  follow_test.c: a job after jobs at a broker: it waits for them, gets their results, fails with them, and
//  all of it outlives the broker.
#include "test/support/peers/played_peers.h"

#include "messages/base/metrics.h"
#include "messages/batch.h"

#include <criterion/criterion.h>

//  Two jobs and one that follows both, in one SUBMIT.
struct three {
    struct input inputs[3];
    struct follow_entry follow;
    char a[ID_BYTES], b[ID_BYTES], f[ID_BYTES];
};

static void s_submit (struct played_peers *peers, struct three *three)
{
    struct submit submit = {.submit_key = "key",
                            .inputs = three->inputs,
                            .inputs_count = 3,
                            .follows = &three->follow,
                            .follows_count = 1};
    struct accepted accepted;
    three->inputs[0] = (struct input){.uri = "file:///a", .name = "a.csv"};
    three->inputs[1] = (struct input){.uri = "file:///b", .name = "b.csv"};
    three->inputs[2] = (struct input){.uri = FOLLOWED_URI, .name = "joined"};
    three->follow = (struct follow_entry){.input = 2, .at = 0, .count = 2};
    played_peers_ask (peers, &submit_shape, &submit, &accepted_shape, &accepted);
    cr_assert_eq (accepted.jobs_count, 3);
    memcpy (three->a, accepted.jobs[0].job, ID_BYTES);
    memcpy (three->b, accepted.jobs[1].job, ID_BYTES);
    memcpy (three->f, accepted.jobs[2].job, ID_BYTES);
    accepted_clear (&accepted);
}

//  The worker is given that job; `result`: it hands one in.
static void s_run (zsock_t *worker, const char *job, uint64_t attempt, bool result)
{
    struct job_order order;
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.job, job);
    cr_assert_eq (order.attempt, attempt);
    cr_assert (result ? played_peers_result (worker, job, attempt)
                      : played_peers_fail (worker, job, attempt, false, false));
    job_order_clear (&order);
}

static void s_expect_waits (struct played_peers *peers, const char *job, uint64_t waits_for)
{
    struct job_record record = played_peers_status (peers, job);
    cr_assert_str_eq (record.state, "queued");
    cr_assert_eq (record.follows, 2);
    cr_assert_eq (record.waits_for, waits_for);
    shape_clear (&job_record_shape, &record);
}

static void s_expect_failed (struct played_peers *peers, const char *job, const char *part)
{
    struct job_record record = played_peers_status (peers, job);
    cr_assert_str_eq (record.state, "failed");
    cr_assert_str_eq (record.code, FOLLOWED_CODE);
    cr_assert_not_null (strstr (record.message, part), "%s", record.message);
    shape_clear (&job_record_shape, &record);
}

static void s_ask (struct played_peers *peers, const struct shape *shape, const char *job)
{
    struct job_request request = {.request = ""};
    struct job_state_reply reply;
    snprintf (request.job, sizeof request.job, "%s", job);
    played_peers_ask (peers, shape, &request, &job_state_reply_shape, &reply);
    job_state_reply_clear (&reply);
}

static void s_refuse (struct played_peers *peers, const struct shape *shape, const char *job,
                      const char *code, const char *part)
{
    struct job_request request = {.request = ""};
    snprintf (request.job, sizeof request.job, "%s", job);
    played_peers_ask_refused (peers, shape, &request, code, part);
}

Test (follow, a_job_waits_for_two_and_is_given_their_results_with_a_restart_after_each_step, .timeout = 60)
{
    struct played_peers peers;
    struct three three;
    struct job_order order;
    played_peers_open (&peers, 0);
    s_submit (&peers, &three);
    s_expect_waits (&peers, three.f, 2);
    played_peers_restart (&peers);
    s_expect_waits (&peers, three.f, 2);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    s_run (worker, three.a, 1, true);
    played_peers_expect (worker, &job_order_shape, &order);    //  the store has it as running then
    cr_assert_str_eq (order.job, three.b);
    job_order_clear (&order);
    zsock_destroy (&worker);
    played_peers_restart (&peers);
    s_expect_waits (&peers, three.f, 1);
    struct running_job held = {.attempt = 1};
    memcpy (held.job, three.b, sizeof held.job);
    worker = played_peers_worker (&peers, "w1", 1, &held, 1);
    cr_assert (played_peers_result (worker, three.b, 1));
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.job, three.f);
    cr_assert_eq (order.follows, 2);
    cr_assert_eq (order.followed_count, 2);
    cr_assert_str_eq (order.followed[0].job, three.a);
    cr_assert_str_eq (order.followed[0].name, "a.csv");
    cr_assert_str_eq (order.followed[1].job, three.b);
    cr_assert_eq (order.followed[1].place, 1);
    struct result made = played_peers_result_of (three.a, 1);
    cr_assert_str_eq (order.followed[0].uri, made.uri);
    cr_assert_eq (order.followed[0].outputs_count, made.outputs_count);
    job_order_clear (&order);
    zsock_destroy (&worker);
    played_peers_restart (&peers);    //  while it runs: it is not given again
    held = (struct running_job){.attempt = 1};
    memcpy (held.job, three.f, sizeof held.job);
    worker = played_peers_worker (&peers, "w1", 2, &held, 1);
    played_peers_expect_nothing (worker);
    struct followed ask = {.attempt = 1, .from = 1};
    struct followed_results results;
    memcpy (ask.job, three.f, sizeof ask.job);
    played_peers_send (worker, &followed_shape, &ask);
    played_peers_expect (worker, &followed_results_shape, &results);
    cr_assert_eq (results.followed_count, 1);
    cr_assert_str_eq (results.followed[0].job, three.b);
    cr_assert_eq (results.follows, 2);
    followed_results_clear (&results);
    cr_assert (played_peers_result (worker, three.f, 1));
    played_peers_expect_state (&peers, three.f, "done");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (follow, a_job_fails_with_the_sentence_of_the_one_that_failed_and_begins_when_that_one_is_tried_again,
      .timeout = 60)
{
    struct played_peers peers;
    struct three three;
    played_peers_open (&peers, 0);
    s_submit (&peers, &three);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    s_run (worker, three.a, 1, false);
    s_run (worker, three.b, 1, true);
    s_expect_failed (&peers, three.f, "a.csv), which it follows, has failed: ");
    s_refuse (&peers, &retry_shape, three.f, "conflict", "retry that one");
    s_ask (&peers, &retry_shape, three.a);
    s_run (worker, three.a, 2, false);
    s_expect_failed (&peers, three.f, "has failed: ");
    s_ask (&peers, &retry_shape, three.a);
    s_run (worker, three.a, 3, true);
    s_run (worker, three.f, 1, true);
    played_peers_expect_state (&peers, three.f, "done");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (follow, a_job_fails_when_one_that_it_follows_is_cancelled_or_asked_to_leave, .timeout = 60)
{
    static const struct shape *const HOW[] = {&cancel_shape, &remove_shape};
    for (size_t i = 0; i < 2; i++) {
        struct played_peers peers;
        struct three three;
        played_peers_open (&peers, 0);
        s_submit (&peers, &three);
        s_ask (&peers, HOW[i], three.b);
        s_expect_failed (&peers, three.f, i ? "which it follows, is" : "which it follows, was cancelled");
        played_peers_close (&peers);
    }
}

Test (follow, a_waiting_job_is_cancelled_alone_and_a_result_that_is_in_use_does_not_leave, .timeout = 60)
{
    struct played_peers peers;
    struct three three;
    struct job_order order;
    played_peers_open (&peers, 0);
    s_submit (&peers, &three);
    s_ask (&peers, &cancel_shape, three.f);
    played_peers_expect_state (&peers, three.f, "cancelled");
    s_ask (&peers, &retry_shape, three.f);
    s_expect_waits (&peers, three.f, 2);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    s_run (worker, three.a, 1, true);
    s_run (worker, three.b, 1, true);
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.job, three.f);
    s_refuse (&peers, &remove_shape, three.a, "conflict", three.f);
    cr_assert (played_peers_result (worker, three.f, 1));
    s_ask (&peers, &remove_shape, three.a);
    job_order_clear (&order);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (follow, circles_and_jobs_that_are_not_there_are_refused, .timeout = 60)
{
    static const struct {
        struct follow_entry follow;
        const char *code, *part;
    } CASES[] = {{{.input = 2, .at = 2, .count = 1}, "malformed", "circle"},
                 {{.input = 1, .at = 0, .count = 2}, "malformed", "circle"},
                 {{.input = 0, .at = 1, .count = 1}, "malformed", "circle"},
                 {{.input = 0, .at = UINT64_MAX, .count = 2}, "malformed", "circle"},
                 {{.input = 9, .at = 0, .count = 1}, "malformed", "names input 9 of 3"},
                 {{.input = 2, .at = 0, .count = 0}, "malformed", "names a job, or 1 to"},
                 {{.input = 2, .job = "00000000000000000000"}, "not_found", "no job 0000"}};
    struct played_peers peers;
    struct input inputs[3] = {{.uri = "file:///a", .name = "a"},
                              {.uri = "file:///b", .name = "b"},
                              {.uri = "file:///c", .name = "c"}};
    struct submit submit = {.submit_key = "key", .inputs = inputs, .inputs_count = 3};
    played_peers_open (&peers, 0);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct follow_entry follow = CASES[i].follow;
        submit.follows = &follow;
        submit.follows_count = 1;
        played_peers_ask_refused (&peers, &submit_shape, &submit, CASES[i].code, CASES[i].part);
    }
    snprintf (inputs[0].uri, sizeof inputs[0].uri, "%s", FOLLOWED_URI);
    submit.follows_count = 0;
    played_peers_ask_refused (&peers, &submit_shape, &submit, "malformed", "follows none");
    struct list list = {.request = ""};
    struct jobs jobs;
    played_peers_ask (&peers, &list_shape, &list, &jobs_shape, &jobs);
    cr_assert_eq (jobs.jobs_count, 0, "all or none");
    jobs_clear (&jobs);
    played_peers_close (&peers);
}

Test (follow, positions_of_a_batch_that_were_submitted_before_are_followed_across_parts, .timeout = 60)
{
    struct played_peers peers;
    struct input inputs[2] = {{.uri = "file:///a", .name = "a"}, {.uri = "file:///b", .name = "b"}};
    struct follow_entry follow = {.input = 0, .at = 0, .count = 2};
    struct submit first = {.submit_key = "key", .inputs = inputs, .inputs_count = 2, .total = 3};
    struct submit last = {.submit_key = "key",
                          .inputs = inputs,
                          .inputs_count = 1,
                          .total = 3,
                          .at = 2,
                          .follows = &follow,
                          .follows_count = 1};
    struct accepted accepted;
    char job[ID_BYTES];
    played_peers_open (&peers, 0);
    played_peers_ask_refused (&peers, &submit_shape, &last, "not_found", "position 0");
    played_peers_ask (&peers, &submit_shape, &first, &accepted_shape, &accepted);
    accepted_clear (&accepted);
    played_peers_ask (&peers, &submit_shape, &last, &accepted_shape, &accepted);
    memcpy (job, accepted.jobs[0].job, ID_BYTES);
    accepted_clear (&accepted);
    s_expect_waits (&peers, job, 2);
    played_peers_ask (&peers, &submit_shape, &last, &accepted_shape, &accepted);
    cr_assert_str_eq (accepted.jobs[0].job, job, "said again");
    accepted_clear (&accepted);
    struct batch_request request = {.action = "remove"};
    struct batch_reply reply;
    struct job_record record = played_peers_status (&peers, job);
    memcpy (request.batch, record.batch, sizeof request.batch);
    shape_clear (&job_record_shape, &record);
    played_peers_ask (&peers, &batch_request_shape, &request, &batch_reply_shape, &reply);
    cr_assert_eq (reply.changed, 3, "those that are followed and the one that waits for them");
    played_peers_close (&peers);
}

//  Commits that the broker in this process has made.
static unsigned long s_commits (void)
{
    static const char NAME[] = "dmh_broker_store_commit_seconds_count ";
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    metrics_write ("broker", "0", METRICS_PROMETHEUS, to);
    fclose (to);
    const char *at = strstr (text, NAME);
    cr_assert_not_null (at);
    unsigned long commits = strtoul (at + strlen (NAME), NULL, 10);
    free (text);
    return commits;
}

Test (follow, a_long_chain_fails_and_is_reopened_whole_in_a_few_commits, .timeout = 60)
{
    enum { FEW = 20 };
    struct played_peers peers;
    static struct input inputs[INPUTS_MAX];
    static struct follow_entry follows[INPUTS_MAX - 1];
    struct submit submit = {.submit_key = "chain",
                            .inputs = inputs,
                            .inputs_count = INPUTS_MAX,
                            .follows = follows,
                            .follows_count = INPUTS_MAX - 1};
    struct accepted accepted;
    for (size_t i = 0; i < INPUTS_MAX; i++) {
        inputs[i] = (struct input){.uri = "file:///a", .name = "a.csv"};
        if (i)
            follows[i - 1] = (struct follow_entry){.input = i, .at = i - 1, .count = 1};
    }
    played_peers_open (&peers, 0);
    played_peers_ask (&peers, &submit_shape, &submit, &accepted_shape, &accepted);
    const char *first = accepted.jobs[0].job, *last = accepted.jobs[INPUTS_MAX - 1].job;
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    unsigned long before = s_commits ();
    s_run (worker, first, 1, false);
    played_peers_await_state (&peers, last, "failed");
    cr_expect_lt (s_commits () - before, FEW, "a commit for each that fails");
    before = s_commits ();
    s_ask (&peers, &retry_shape, first);
    cr_expect_lt (s_commits () - before, FEW, "a commit for each that is reopened");
    for (size_t i = 1; i < INPUTS_MAX; i++)
        played_peers_expect_state (&peers, accepted.jobs[i].job, "queued");
    s_run (worker, first, 2, true);
    s_run (worker, accepted.jobs[1].job, 1, true);
    accepted_clear (&accepted);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}
