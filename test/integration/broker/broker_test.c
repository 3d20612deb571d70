//  broker_test.c: a broker over TCP, its clients and workers played frame by frame: the life of jobs.
#include "test/support/peers/played_peers.h"

#include <criterion/criterion.h>

#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void s_set (char *to, size_t room, const char *text)
{
    snprintf (to, room, "%s", text);
}
#define SET(FIELD, TEXT) s_set (FIELD, sizeof (FIELD), TEXT)

static struct job_record s_ask_job (struct played_peers *peers, const struct shape *shape, const char *job)
{
    struct job_request message = {.request = ""};
    struct job_state_reply reply;
    SET (message.job, job);
    played_peers_ask (peers, shape, &message, &job_state_reply_shape, &reply);
    return reply.job;
}

static void s_ask_job_refused (struct played_peers *peers, const struct shape *shape, const char *job,
                               const char *code, const char *part)
{
    struct job_request message = {.request = ""};
    SET (message.job, job);
    played_peers_ask_refused (peers, shape, &message, code, part);
}

Test (broker, a_submission_is_given_to_a_worker_and_its_result_is_kept, .timeout = 60)
{
    struct played_peers peers;
    played_peers_open (&peers, 0);
    struct input inputs[2] = {{.uri = "file:///data/a%20b.csv", .name = "a b.csv", .bytes = 11},
                              {.uri = "file:///data/c.csv", .name = "c.csv"}};
    struct submit submit = {.correlation = "0123456789abcdef0123456789abcdef",
                            .submit_key = "key",
                            .inputs = inputs,
                            .inputs_count = 2,
                            .options = {.kind = "patient", .format = "ndjson", .mapping = (char *) "{}"}};
    struct accepted accepted;
    played_peers_ask (&peers, &submit_shape, &submit, &accepted_shape, &accepted);
    cr_assert_eq (accepted.jobs_count, 2);
    cr_assert_str_eq (accepted.correlation, submit.correlation);

    zsock_t *worker = played_peers_worker (&peers, "w1", 2, NULL, 0);
    struct job_order order;
    for (size_t i = 0; i < 2; i++) {
        played_peers_expect (worker, &job_order_shape, &order);
        cr_assert_str_eq (order.job, accepted.jobs[i].job, "in the order of the inputs");
        cr_assert_eq (order.attempt, 1);
        cr_assert_str_eq (order.correlation, submit.correlation);
        cr_assert_str_eq (order.input.uri, inputs[i].uri);
        cr_assert_str_eq (order.input.name, inputs[i].name);
        cr_assert_str_eq (order.options.format, "ndjson");
        cr_assert_str_eq (order.options.mapping, "{}");
        job_order_clear (&order);
    }
    struct job_record record = played_peers_status (&peers, accepted.jobs[0].job);
    cr_assert_str_eq (record.state, "running");
    cr_assert_str_eq (record.worker, "w1");
    cr_assert_str_eq (record.host, "stage");
    cr_assert_gt (record.started_at, 0);

    struct output outputs[2] = {{.name = "records.ndjson", .bytes = 5, .records = 7, .sha256 = SHA256},
                                {.name = "report.json", .bytes = 6, .sha256 = SHA256}};
    struct result result = played_peers_result_of (accepted.jobs[0].job, 1);
    result.outputs = outputs;
    result.outputs_count = 2;
    struct result_ack ack;
    played_peers_send (worker, &result_shape, &result);
    played_peers_expect (worker, &result_ack_shape, &ack);
    cr_assert (ack.accepted);
    record = played_peers_status (&peers, accepted.jobs[0].job);
    cr_assert_str_eq (record.state, "done");
    cr_assert_str_eq (record.kind, "patient");
    cr_assert (strstr (record.result, "file:///results/"), "%s", record.result);
    cr_assert_eq (record.counts.written, 7);
    cr_assert_eq (record.outputs_count, 2);
    cr_assert_str_eq (record.outputs[1].name, "report.json");
    cr_assert_geq (record.finished_at, record.started_at);
    shape_clear (&job_record_shape, &record);

    cr_assert (played_peers_fail (worker, accepted.jobs[1].job, 1, false, false));
    record = played_peers_status (&peers, accepted.jobs[1].job);
    cr_assert_str_eq (record.state, "failed");
    cr_assert_str_eq (record.code, "bad_input");
    cr_assert_str_eq (record.message, "in, line 1: this is no table");
    accepted_clear (&accepted);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (broker, a_result_counts_once_however_often_and_by_whom_it_is_said, .timeout = 60)
{
    struct played_peers peers;
    char job[ID_BYTES];
    struct job_order order;
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    zsock_t *other = played_peers_worker (&peers, "w2", 1, NULL, 0);
    played_peers_submit (&peers, "a.csv", "a", job);
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_not (played_peers_result (other, job, 1), "another worker's");
    cr_assert_not (played_peers_result (worker, job, 2), "an attempt to come");
    cr_assert_not (played_peers_result (worker, "nobody", 1));
    //  Twice in one turn of the broker, as after a lost connection.
    struct result result = played_peers_result_of (job, 1);
    struct result_ack ack;
    for (int i = 0; i < 2; i++)
        played_peers_send (worker, &result_shape, &result);
    for (int i = 0; i < 2; i++) {
        played_peers_expect (worker, &result_ack_shape, &ack);
        cr_assert (ack.accepted, "saying it again makes no difference");
    }
    cr_assert_not (played_peers_fail (worker, job, 1, true, false), "it is done");
    played_peers_expect_state (&peers, job, "done");
    zsock_destroy (&other);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (broker, a_worker_that_leaves_gives_its_job_to_the_next_and_its_late_result_is_refused, .timeout = 60)
{
    struct played_peers peers;
    char job[ID_BYTES];
    struct job_order order;
    played_peers_open (&peers, 0);
    zsock_t *first = played_peers_worker (&peers, "w1", 1, NULL, 0);
    played_peers_submit (&peers, "a.csv", "a", job);
    played_peers_expect (first, &job_order_shape, &order);
    zsock_t *second = played_peers_worker (&peers, "w2", 1, NULL, 0);
    cr_assert (played_peers_fail (first, job, 1, false, true));
    played_peers_expect (second, &job_order_shape, &order);    //  it was given a job less recently
    cr_assert_eq (order.attempt, 2);
    cr_assert_not (played_peers_result (first, job, 1));
    struct bye bye = {.worker = "w2"};
    played_peers_send (second, &bye_shape, &bye);
    played_peers_expect (first, &job_order_shape, &order);
    cr_assert_eq (order.attempt, 3);
    cr_assert (played_peers_result (first, job, 3));
    played_peers_expect_state (&peers, job, "done");
    zsock_destroy (&first);
    zsock_destroy (&second);
    played_peers_close (&peers);
}

Test (broker, a_draining_worker_gets_nothing_new, .timeout = 60)
{
    struct played_peers peers;
    char job[ID_BYTES];
    struct job_order order;
    struct drain drain = {.worker = "w1"};
    struct bare_request workers = {.request = ""};
    struct worker_list list;
    played_peers_open (&peers, 0);
    zsock_t *draining = played_peers_worker (&peers, "w1", 4, NULL, 0);
    played_peers_send (draining, &drain_shape, &drain);
    played_peers_expect_nothing (draining);
    zsock_t *worker = played_peers_worker (&peers, "w2", 1, NULL, 0);
    played_peers_submit (&peers, "a.csv", "a", job);
    played_peers_expect (worker, &job_order_shape, &order);
    played_peers_expect_nothing (draining);
    played_peers_ask (&peers, &workers_shape, &workers, &worker_list_shape, &list);
    cr_assert_eq (list.workers_count, 2);
    for (size_t i = 0; i < 2; i++) {
        bool first = strcmp (list.workers[i].worker, "w1") == 0;
        cr_assert_eq (list.workers[i].draining, first);
        cr_assert_eq (list.workers[i].busy, first ? 0 : 1);
        cr_assert_eq (list.workers[i].slots, first ? 4 : 1);
        cr_assert_str_eq (list.workers[i].host, "stage");
    }
    worker_list_clear (&list);
    zsock_destroy (&draining);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (broker, jobs_are_cancelled_and_tried_again_where_their_state_allows_it, .timeout = 60)
{
    struct played_peers peers;
    char waiting[ID_BYTES], running[ID_BYTES];
    struct job_order order;
    struct stop_job stop;
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    played_peers_submit (&peers, "a.csv", "a", running);
    played_peers_submit (&peers, "b.csv", "b", waiting);
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.job, running);

    s_ask_job_refused (&peers, &retry_shape, waiting, "conflict", "is queued");
    s_ask_job_refused (&peers, &retry_shape, running, "conflict", "is running");
    s_ask_job_refused (&peers, &retry_shape, "nobody", "not_found", "nobody");
    s_ask_job_refused (&peers, &cancel_shape, "nobody", "not_found", "nobody");
    cr_assert_str_eq (s_ask_job (&peers, &cancel_shape, waiting).state, "cancelled");
    cr_assert_str_eq (s_ask_job (&peers, &cancel_shape, running).state, "cancelled");
    s_ask_job_refused (&peers, &cancel_shape, running, "conflict", "is cancelled already");
    played_peers_expect (worker, &stop_job_shape, &stop);
    cr_assert_str_eq (stop.job, running);
    cr_assert_eq (stop.attempt, 1);

    struct job_record record = s_ask_job (&peers, &retry_shape, running);    //  it still holds its slot
    cr_assert_str_eq (record.state, "queued");
    cr_assert_eq (record.finished_at, 0);
    played_peers_expect_nothing (worker);
    cr_assert_not (played_peers_result (worker, running, 1), "it was cancelled");
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.job, running);
    cr_assert_eq (order.attempt, 2);
    cr_assert (played_peers_result (worker, running, 2));
    s_ask_job_refused (&peers, &cancel_shape, running, "conflict", "is done already");
    s_ask_job_refused (&peers, &retry_shape, running, "conflict", "is done");
    played_peers_expect_state (&peers, waiting, "cancelled");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

//  All pages of LIST, as the last letters of the jobs' names.
static void s_list_all (struct played_peers *peers, const char *state, uint64_t limit, char out[256])
{
    struct list list = {.limit = limit};
    struct jobs jobs;
    out[0] = 0;
    SET (list.state, state);
    do {
        played_peers_ask (peers, &list_shape, &list, &jobs_shape, &jobs);
        cr_assert_leq (jobs.jobs_count, limit ? limit : 32);
        for (size_t i = 0; i < jobs.jobs_count; i++)
            strncat (out, jobs.jobs[i].name + strlen (jobs.jobs[i].name) - 1, 2);
        if (jobs.jobs_count)
            SET (list.after, jobs.jobs[jobs.jobs_count - 1].job);
        cr_assert (jobs.jobs_count || !jobs.more, "more, and none given");
    } while (jobs.more && (jobs_clear (&jobs), true));
    jobs_clear (&jobs);
}

Test (broker, lists_page_by_page_whatever_the_jobs_hold, .timeout = 60)
{
    struct played_peers peers;
    char job[ID_BYTES], name[NAME_BYTES], all[256], expected[256] = "";
    struct job_order order;
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 64, NULL, 0);
    for (int i = 0; i < 60; i++) {    //  newest first: back through the alphabet
        memset (name, 'n', sizeof name - 2);
        name[sizeof name - 2] = (char) ('A' + i % 26);
        name[sizeof name - 1] = 0;
        expected[59 - i] = name[sizeof name - 2];
        char key[16];
        snprintf (key, sizeof key, "%d", i);
        played_peers_submit (&peers, name, key, job);
        played_peers_expect (worker, &job_order_shape, &order);
        struct result result = played_peers_result_of (job, 1);
        char folder[URI_BYTES];
        memset (folder, 'u', sizeof folder);
        snprintf (result.uri, sizeof result.uri, "file:///%.4000s/%.39s.1", folder, job);
        struct result_ack ack;
        played_peers_send (worker, &result_shape, &result);
        played_peers_expect (worker, &result_ack_shape, &ack);
    }
    static const uint64_t LIMITS[] = {0, 1, 7, 64, 1000};
    for (size_t i = 0; i < sizeof LIMITS / sizeof *LIMITS; i++) {
        s_list_all (&peers, i % 2 ? "done" : "", LIMITS[i] > 64 ? 64 : LIMITS[i], all);
        cr_assert_str_eq (all, expected, "limit %d", (int) LIMITS[i]);
    }
    s_list_all (&peers, "failed", 0, all);
    cr_assert_str_eq (all, "");
    struct list unknown = {.state = "dancing"}, after = {.after = "nobody"};
    played_peers_ask_refused (&peers, &list_shape, &unknown, "malformed", "dancing");
    played_peers_ask_refused (&peers, &list_shape, &after, "not_found", "nobody");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (broker, counts_what_it_has_and_refuses_what_is_too_much, .timeout = 60)
{
    struct played_peers peers;
    char job[ID_BYTES], again[ID_BYTES];
    played_peers_open (&peers, 2);
    played_peers_submit (&peers, "a.csv", "a", job);
    played_peers_submit (&peers, "b.csv", "b", again);
    struct input input = {.uri = "file:///in", .name = "in"};
    struct submit submit = {.submit_key = "c", .inputs = &input, .inputs_count = 1};
    played_peers_ask_refused (&peers, &submit_shape, &submit, "unavailable", "full");
    played_peers_submit (&peers, "a.csv", "a", again);    //  known: no job more
    cr_assert_str_eq (again, job);
    s_ask_job (&peers, &cancel_shape, job);
    played_peers_submit (&peers, "c.csv", "c", again);
    s_ask_job_refused (&peers, &retry_shape, job, "unavailable", "full");
    struct bare_request stats = {.request = ""};
    struct counters counters;
    played_peers_ask (&peers, &stats_shape, &stats, &counters_shape, &counters);
    cr_assert_eq (counters.queued, 2);
    cr_assert_eq (counters.cancelled, 1);
    cr_assert_eq (counters.submitted, 3);
    cr_assert_eq (counters.refused, 2);
    cr_assert_eq (counters.workers, 0);
    played_peers_close (&peers);
}

Test (broker, a_name_that_is_a_path_or_would_forge_a_line_on_a_terminal_is_refused, .timeout = 60)
{
    static const char *const NAMES[] = {"",
                                        ".",
                                        "..",
                                        "a/b",
                                        "a\nb",
                                        "a\x1b[2J",
                                        "a\x7f",
                                        "a\xc2\x9b"
                                        "2J",
                                        "\xc2\x80",
                                        "\xc2\x9f"};
    struct played_peers peers;
    char job[ID_BYTES];
    played_peers_open (&peers, 0);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        struct input input = {.uri = "file:///in"};
        struct submit submit = {.submit_key = "a", .inputs = &input, .inputs_count = 1};
        snprintf (input.name, sizeof input.name, "%s", NAMES[i]);
        played_peers_ask_refused (&peers, &submit_shape, &submit, "malformed", "name of input 1");
    }
    //  U+00A0 is no control character.
    played_peers_submit (&peers, "\xc2\xa0 M\xc3\xbcller \xe2\x82\xac.csv", "b", job);
    played_peers_close (&peers);
}

Test (broker, a_place_that_leads_out_of_its_folder_is_refused_and_a_good_one_is_told, .timeout = 60)
{
    static const char *const PLACES[] = {"/a",    "a/",        "a//b", "../a", "a/../b",
                                         "a/./b", "a/\x1b[2J", "/",    "..",   "\xc2\x9f/a"};
    struct played_peers peers;
    played_peers_open (&peers, 0);
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        struct input input = {.uri = "file:///in", .name = "a"};
        struct submit submit = {.submit_key = "a", .inputs = &input, .inputs_count = 1};
        snprintf (input.place, sizeof input.place, "%s", PLACES[i]);
        played_peers_ask_refused (&peers, &submit_shape, &submit, "malformed", "place of input 1");
    }
    struct input input = {.uri = "file:///in", .name = "a.csv", .place = "north/a..b/a.csv"};
    struct submit submit = {.submit_key = "a", .inputs = &input, .inputs_count = 1};
    struct accepted accepted;
    struct job_request status = {.job = ""};
    struct job_state_reply reply;
    played_peers_ask (&peers, &submit_shape, &submit, &accepted_shape, &accepted);
    memcpy (status.job, accepted.jobs[0].job, sizeof status.job);
    accepted_clear (&accepted);
    played_peers_ask (&peers, &status_shape, &status, &job_state_reply_shape, &reply);
    cr_expect_str_eq (reply.job.place, "north/a..b/a.csv");
    job_state_reply_clear (&reply);
    played_peers_close (&peers);
}

//  Whoever asks and never reads loses answers; the others have theirs.
Test (broker, a_client_that_never_reads_holds_nobody_up, .timeout = 60)
{
    enum { ASKED = 20000 };
    struct played_peers peers;
    char job[ID_BYTES];
    struct bare_request stats = {.request = "r"};
    played_peers_open (&peers, 0);
    zsock_t *deaf = zsock_new (ZMQ_DEALER);
    zsock_set_linger (deaf, 0);
    zsock_set_rcvhwm (deaf, 1);
    zsock_set_sndtimeo (deaf, 0);
    cr_assert_eq (zsock_connect (deaf, "%s", peers.front), 0);
    for (int i = 0; i < ASKED && frame_send (deaf, NULL, &stats_shape, &stats, NULL) == DMH_OK; i++)
        ;
    played_peers_submit (&peers, "a.csv", "a", job);
    played_peers_expect_state (&peers, job, "queued");
    zsock_destroy (&deaf);
    played_peers_close (&peers);
}

Test (broker, what_a_worker_says_is_not_believed_when_it_cannot_be, .timeout = 60)
{
    struct played_peers peers;
    char wrapped[ID_BYTES], elsewhere[ID_BYTES], rude[ID_BYTES];
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w1", 3, NULL, 0);
    char *const jobs[] = {wrapped, elsewhere, rude};
    for (size_t i = 0; i < 3; i++) {
        struct job_order order;
        char key[16];
        snprintf (key, sizeof key, "%zu", i);
        played_peers_submit (&peers, "in", key, jobs[i]);
        played_peers_expect (worker, &job_order_shape, &order);
        job_order_clear (&order);
    }
    struct result results[2] = {played_peers_result_of (wrapped, 1), played_peers_result_of (elsewhere, 1)};
    results[0].counts = (struct counts){0, (uint64_t) 1 << 63, (uint64_t) 1 << 63, 0, 0};
    snprintf (results[1].uri, sizeof results[1].uri, "file:///etc");
    static const char *const WHY[] = {"do not add up", "place for the result"};
    for (size_t i = 0; i < 2; i++) {
        struct result_ack ack;
        played_peers_send (worker, &result_shape, &results[i]);
        played_peers_expect (worker, &result_ack_shape, &ack);
        cr_assert_not (ack.accepted);
        struct job_record record = played_peers_status (&peers, jobs[i]);
        cr_assert_str_eq (record.state, "failed");
        cr_assert_str_eq (record.code, "internal");
        cr_assert (strstr (record.message, WHY[i]), "%s", record.message);
        cr_assert_str_eq (record.result, "");
        shape_clear (&job_record_shape, &record);
    }
    struct fail fail = {.attempt = 1, .code = "bad input!", .message = "\033[2Jgone\302\233"};
    memcpy (fail.job, rude, sizeof fail.job);
    struct result_ack ack;
    played_peers_send (worker, &fail_shape, &fail);
    played_peers_expect (worker, &result_ack_shape, &ack);
    cr_assert (ack.accepted);
    struct job_record record = played_peers_status (&peers, rude);
    cr_assert_str_eq (record.message, "\\u001b[2Jgone\\u009b");
    cr_assert_str_eq (record.code, "internal");
    shape_clear (&job_record_shape, &record);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}
