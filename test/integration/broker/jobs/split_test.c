//  split_test.c: a big file that several workers share, at a broker: the jobs that it is made of are given in
//  their order to who knows them, are nobody else's to see, and what is done to the submitted one is done to
//  them; all of it outlives the broker.
#include "test/support/peers/played_peers.h"

#include "broker/jobs/removal.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { PARTS = 3, BYTES = 2500, SPLIT_BYTES = 1000 };

static struct word s_tasks[] = {{"join"}, {"cut"}, {"survey"}, {"part"}, {"write"}};

static zsock_t *s_worker (struct played_peers *peers, const char *id, uint64_t slots, size_t tasks,
                          struct running_job *running, size_t count)
{
    struct ready ready = {.host = "stage",
                          .slots = slots,
                          .tasks = s_tasks,
                          .tasks_count = tasks,
                          .running = running,
                          .running_count = count};
    snprintf (ready.worker, sizeof ready.worker, "%s", id);
    return played_peers_worker_that (peers, &ready);
}

static zsock_t *s_able (struct played_peers *peers, uint64_t slots)
{
    return s_worker (peers, "w1", slots, 5, NULL, 0);
}

//  A file of BYTES in parts of `split_bytes`; UINT64_MAX: as the broker has it. Into `job`.
static void s_submit (struct played_peers *peers, const char *name, uint64_t split_bytes, const char *key,
                      char job[ID_BYTES])
{
    struct input input = {.uri = "file:///big", .bytes = BYTES};
    struct submit submit = {.inputs = &input, .inputs_count = 1, .options = {.split_bytes = split_bytes + 1}};
    struct accepted accepted;
    snprintf (input.name, sizeof input.name, "%s", name);
    snprintf (submit.submit_key, sizeof submit.submit_key, "%s", key);
    played_peers_ask (peers, &submit_shape, &submit, &accepted_shape, &accepted);
    cr_assert_eq (accepted.jobs_count, 1);
    memcpy (job, accepted.jobs[0].job, ID_BYTES);
    accepted_clear (&accepted);
}

//  The next order, which has to be that task.
static struct job_order s_order (zsock_t *worker, const char *task)
{
    struct job_order order;
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_str_eq (order.options.task, task);
    cr_assert_eq (order.parts, *task ? PARTS : 0);
    cr_assert_eq (order.split_bytes, *task ? SPLIT_BYTES : 0);
    cr_assert_str_eq (order.input.uri, "file:///big");
    return order;
}

struct given {
    char job[ID_BYTES];
    uint64_t attempt;
};

//  A task of each part; they go to given [part].
static void s_give (zsock_t *worker, const char *task, size_t follows, struct given given[PARTS])
{
    for (size_t i = 0; i < PARTS; i++) {
        struct job_order order = s_order (worker, task);
        cr_assert_eq (order.part, i);
        cr_assert_eq (order.follows, follows);
        cr_assert_eq (order.followed_count, follows);
        memcpy (given[i].job, order.job, ID_BYTES);
        given[i].attempt = order.attempt;
        job_order_clear (&order);
    }
}

static void s_hand_in (zsock_t *worker, const struct given given[PARTS])
{
    for (size_t i = 0; i < PARTS; i++)
        cr_assert (played_peers_result (worker, given[i].job, given[i].attempt));
}

//  The cut and the surveys are done; the cut's id goes to `cut`.
static void s_do_surveys (zsock_t *worker, char cut[ID_BYTES], struct given surveys[PARTS])
{
    struct job_order order = s_order (worker, "cut");
    memcpy (cut, order.job, ID_BYTES);
    cr_assert_eq (order.follows, 0);
    cr_assert (played_peers_result (worker, cut, order.attempt));
    job_order_clear (&order);
    s_give (worker, "survey", 1, surveys);
    s_hand_in (worker, surveys);
}

//  The order that writes: the cut, the surveys and the parts, in their order, are handed over.
static struct given s_expect_write (zsock_t *worker, const char *job, const char *cut,
                                    const struct given surveys[PARTS], const struct given parts[PARTS])
{
    struct job_order order = s_order (worker, "write");
    struct given given = {.attempt = order.attempt};
    cr_assert_str_eq (order.job, job);
    memcpy (given.job, job, ID_BYTES);
    cr_assert_eq (order.followed_count, 1 + 2 * PARTS);
    cr_assert_str_eq (order.followed[0].job, cut);
    for (size_t i = 0; i < PARTS; i++) {
        cr_assert_str_eq (order.followed[1 + i].job, surveys[i].job);
        cr_assert_str_eq (order.followed[1 + PARTS + i].job, parts[i].job);
    }
    job_order_clear (&order);
    return given;
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

//  One job is there, in that state, whatever it is made of.
static void s_expect_one (struct played_peers *peers, const char *job, const char *state)
{
    struct list list = {.limit = 64};
    struct jobs jobs;
    struct bare_request stats = {.request = ""};
    struct counters counters;
    played_peers_ask (peers, &list_shape, &list, &jobs_shape, &jobs);
    cr_assert_eq (jobs.jobs_count, 1);
    cr_expect_str_eq (jobs.jobs[0].job, job);
    cr_expect_str_eq (jobs.jobs[0].state, state);
    jobs_clear (&jobs);
    played_peers_ask (peers, &stats_shape, &stats, &counters_shape, &counters);
    cr_expect_eq (counters.queued + counters.running + counters.done + counters.failed + counters.cancelled,
                  1);
}

static uint64_t s_bytes_done (struct played_peers *peers, const char *job)
{
    struct job_record record = played_peers_status (peers, job);
    uint64_t bytes = record.bytes_done;
    cr_expect_eq (record.parts, PARTS);
    cr_expect (record.follows == 0 && record.waits_for == 0, "a client that does not know of parts");
    shape_clear (&job_record_shape, &record);
    return bytes;
}

//  The worker is told to remove the results of so many jobs, and says that it has.
static void s_remove (zsock_t *worker, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct remove_result removal;
        struct removed removed = {.removed = true};
        played_peers_expect (worker, &remove_result_shape, &removal);
        memcpy (removed.job, removal.job, ID_BYTES);
        removed.attempt = removal.attempt;
        played_peers_send (worker, &removed_shape, &removed);
    }
}

static void s_await_forgotten (struct played_peers *peers, const char *job)
{
    struct job_request request = {.request = ""};
    for (bool is_there = true; is_there;) {
        snprintf (request.job, sizeof request.job, "%s", job);
        snprintf (request.request, sizeof request.request, "s%u", ++peers->requests);
        played_peers_send (peers->client, &status_shape, &request);
        zmsg_t *answer = zmsg_recv (peers->client);
        struct frame frame;
        cr_assert_eq (frame_open (answer, &frame, NULL), DMH_OK);
        is_there = strcmp (frame.kind, "ERROR") != 0;
        zmsg_destroy (&answer);
    }
}

Test (split, a_file_is_cut_surveyed_worked_on_and_written_and_its_parts_leave_when_it_is_done, .timeout = 60)
{
    struct played_peers peers;
    struct given surveys[PARTS], parts[PARTS];
    char job[ID_BYTES], cut[ID_BYTES], again[ID_BYTES];
    played_peers_open (&peers, 0);
    zsock_t *other = s_worker (&peers, "w0", 9, 1, NULL, 0), *worker = s_able (&peers, 4);
    s_submit (&peers, "big.csv", SPLIT_BYTES, "key", job);
    s_submit (&peers, "big.csv", SPLIT_BYTES, "key", again);
    cr_expect_str_eq (again, job, "the key is idempotent");
    s_expect_one (&peers, job, "queued");
    cr_expect_eq (s_bytes_done (&peers, job), 0);
    s_do_surveys (worker, cut, surveys);
    cr_expect_eq (s_bytes_done (&peers, job), 4000 / 4, "a quarter each: cut and surveys are done");
    s_give (worker, "part", 1 + PARTS, parts);
    s_refuse (&peers, &cancel_shape, parts[0].job, "conflict", job);
    s_refuse (&peers, &retry_shape, cut, "conflict", job);
    s_refuse (&peers, &remove_shape, cut, "conflict", job);
    s_refuse (&peers, &fetched_shape, cut, "conflict", job);
    s_hand_in (worker, parts);
    struct given write = s_expect_write (worker, job, cut, surveys, parts);
    s_expect_one (&peers, job, "running");
    played_peers_expect_nothing (other);    //  it does not know the tasks
    cr_assert (played_peers_result (worker, write.job, write.attempt));
    played_peers_await_state (&peers, job, "done");
    s_remove (worker, 1 + 2 * PARTS);
    for (size_t i = 0; i < PARTS; i++) {
        s_await_forgotten (&peers, surveys[i].job);
        s_await_forgotten (&peers, parts[i].job);
    }
    s_await_forgotten (&peers, cut);
    s_expect_one (&peers, job, "done");
    zsock_destroy (&worker);
    zsock_destroy (&other);
    played_peers_close (&peers);
}

//  The worker comes back with what it ran.
static zsock_t *s_restart (struct played_peers *peers, zsock_t *worker, struct given *given, size_t count)
{
    struct running_job running[PARTS] = {{.job = ""}};
    for (size_t i = 0; i < count; i++) {
        memcpy (running[i].job, given[i].job, ID_BYTES);
        running[i].attempt = given[i].attempt;
    }
    zsock_destroy (&worker);
    played_peers_restart (peers);
    return s_worker (peers, "w1", 4, 5, running, count);
}

Test (split, a_broker_that_is_started_again_after_each_step_goes_on_and_no_part_is_done_twice, .timeout = 60)
{
    struct played_peers peers;
    struct given surveys[PARTS], parts[PARTS], write;
    char job[ID_BYTES], cut[ID_BYTES];
    struct job_order order;
    played_peers_open (&peers, 0);
    zsock_t *worker = s_able (&peers, 4);
    s_submit (&peers, "big.csv", SPLIT_BYTES, "key", job);
    order = s_order (worker, "cut");
    struct given cutting = {.attempt = order.attempt};
    memcpy (cutting.job, order.job, ID_BYTES);
    memcpy (cut, order.job, ID_BYTES);
    job_order_clear (&order);
    worker = s_restart (&peers, worker, &cutting, 1);
    played_peers_expect_nothing (worker);
    cr_assert (played_peers_result (worker, cut, 1));
    s_give (worker, "survey", 1, surveys);
    worker = s_restart (&peers, worker, surveys, PARTS);
    played_peers_expect_nothing (worker);
    s_hand_in (worker, surveys);
    s_give (worker, "part", 1 + PARTS, parts);
    worker = s_restart (&peers, worker, parts, PARTS);
    cr_expect_eq (s_bytes_done (&peers, job), 4000 / 4, "what was done before the restart counts");
    s_expect_one (&peers, job, "queued");
    s_hand_in (worker, parts);
    write = s_expect_write (worker, job, cut, surveys, parts);
    worker = s_restart (&peers, worker, &write, 1);
    played_peers_expect_nothing (worker);
    cr_assert (played_peers_result (worker, job, 1));
    zsock_destroy (&worker);    //  before it has removed anything
    played_peers_restart (&peers);
    played_peers_expect_state (&peers, job, "done");
    worker = s_able (&peers, 4);
    s_remove (worker, 1 + 2 * PARTS);
    s_await_forgotten (&peers, cut);
    s_await_forgotten (&peers, parts[2].job);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (split, a_part_that_is_lost_is_done_again_alone, .timeout = 60)
{
    struct played_peers peers;
    struct given surveys[PARTS], parts[PARTS];
    char job[ID_BYTES], cut[ID_BYTES];
    struct bye bye = {.worker = ""};
    played_peers_open (&peers, 0);
    zsock_t *worker = s_able (&peers, 4);
    s_submit (&peers, "big.csv", SPLIT_BYTES, "key", job);
    s_do_surveys (worker, cut, surveys);
    s_give (worker, "part", 1 + PARTS, parts);
    for (size_t i = 0; i < PARTS - 1; i++)
        cr_assert (played_peers_result (worker, parts[i].job, parts[i].attempt));
    played_peers_send (worker, &bye_shape, &bye);
    zsock_t *second = s_worker (&peers, "w2", 4, 5, NULL, 0);
    struct job_order order = s_order (second, "part");
    cr_assert_str_eq (order.job, parts[PARTS - 1].job);
    cr_assert_eq (order.attempt, 2);
    parts[PARTS - 1].attempt = 2;
    played_peers_expect_nothing (second);
    cr_assert (played_peers_result (second, order.job, 2));
    job_order_clear (&order);
    struct given write = s_expect_write (second, job, cut, surveys, parts);
    cr_assert (played_peers_result (second, job, write.attempt));
    zsock_destroy (&worker);
    zsock_destroy (&second);
    played_peers_close (&peers);
}

static void s_expect_failed (struct played_peers *peers, const char *job)
{
    struct job_record record = played_peers_status (peers, job);
    cr_expect_str_eq (record.state, "failed");
    cr_expect_str_eq (record.code, "bad_input", "as if it had done all of it itself");
    cr_expect_str_eq (record.message, "in, line 1: this is no table");
    shape_clear (&job_record_shape, &record);
}

static void s_expect_stopped (zsock_t *worker, const struct given *given)
{
    struct stop_job stop;
    played_peers_expect (worker, &stop_job_shape, &stop);
    cr_assert_str_eq (stop.job, given->job);
    cr_assert_eq (stop.attempt, given->attempt);
    cr_assert_not (played_peers_result (worker, given->job, given->attempt), "nobody waits for it");
}

Test (split, a_part_that_fails_fails_the_file_with_its_sentence_and_a_retry_does_what_is_not_done,
      .timeout = 60)
{
    struct played_peers peers;
    struct given surveys[PARTS], parts[PARTS];
    char job[ID_BYTES], cut[ID_BYTES];
    played_peers_open (&peers, 0);
    zsock_t *worker = s_able (&peers, 4);
    s_submit (&peers, "big.csv", SPLIT_BYTES, "key", job);
    s_do_surveys (worker, cut, surveys);
    s_give (worker, "part", 1 + PARTS, parts);
    cr_assert (played_peers_result (worker, parts[0].job, 1));
    cr_assert (played_peers_fail (worker, parts[1].job, 1, false, false));
    s_expect_stopped (worker, &parts[2]);
    s_expect_failed (&peers, job);
    s_expect_one (&peers, job, "failed");
    played_peers_restart (&peers);
    zsock_destroy (&worker);
    worker = s_able (&peers, 4);
    s_ask (&peers, &retry_shape, job);
    for (size_t i = 1; i < PARTS; i++) {    //  the cut, the surveys and the first part are kept
        struct job_order order = s_order (worker, "part");
        cr_assert_str_eq (order.job, parts[i].job);
        cr_assert_eq (order.attempt, 2);
        job_order_clear (&order);
    }
    uint64_t done = s_bytes_done (&peers, job);
    cr_expect_eq (done, 5000 / 4, "what was done before counts: %llu", (unsigned long long) done);
    for (size_t i = 1; i < PARTS; i++)
        cr_assert (played_peers_result (worker, parts[i].job, 2));
    struct given write = s_expect_write (worker, job, cut, surveys, parts);
    cr_assert (played_peers_result (worker, job, write.attempt));
    s_expect_one (&peers, job, "done");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (split, a_survey_that_fails_fails_the_file_with_its_sentence, .timeout = 60)
{
    struct played_peers peers;
    struct given surveys[PARTS];
    char job[ID_BYTES];
    played_peers_open (&peers, 0);
    zsock_t *worker = s_able (&peers, 1);
    s_submit (&peers, "big.csv", SPLIT_BYTES, "key", job);
    struct job_order order = s_order (worker, "cut");
    cr_assert (played_peers_result (worker, order.job, 1));
    job_order_clear (&order);
    order = s_order (worker, "survey");
    memcpy (surveys[0].job, order.job, ID_BYTES);
    job_order_clear (&order);
    cr_assert (played_peers_fail (worker, surveys[0].job, 1, false, false));
    s_expect_failed (&peers, job);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (split, cancel_and_remove_of_the_file_are_done_to_its_parts, .timeout = 60)
{
    static const struct shape *const HOW[] = {&cancel_shape, &remove_shape};
    for (size_t i = 0; i < 2; i++) {
        struct played_peers peers;
        struct given surveys[PARTS];
        char job[ID_BYTES], cut[ID_BYTES];
        played_peers_open (&peers, 0);
        zsock_t *worker = s_able (&peers, 2);    //  the third part waits for a slot
        s_submit (&peers, "big.csv", SPLIT_BYTES, "key", job);
        struct job_order order = s_order (worker, "cut");
        memcpy (cut, order.job, ID_BYTES);
        cr_assert (played_peers_result (worker, order.job, 1));
        job_order_clear (&order);
        for (size_t k = 0; k < 2; k++) {
            order = s_order (worker, "survey");
            memcpy (surveys[k].job, order.job, ID_BYTES);
            surveys[k].attempt = 1;
            job_order_clear (&order);
        }
        s_ask (&peers, HOW[i], job);
        struct stop_job stop;
        for (size_t k = 0; k < 2; k++) {
            played_peers_expect (worker, &stop_job_shape, &stop);
            cr_assert (strcmp (stop.job, surveys[0].job) == 0 || strcmp (stop.job, surveys[1].job) == 0);
        }
        if (i)
            s_remove (worker, 1);    //  the cut's; the others have none
        cr_assert_not (played_peers_result (worker, surveys[0].job, 1));
        cr_assert_not (played_peers_result (worker, surveys[1].job, 1));
        if (i == 0) {
            s_expect_one (&peers, job, "cancelled");
            s_ask (&peers, &retry_shape, job);    //  the cut is done
            order = s_order (worker, "survey");
            job_order_clear (&order);
        } else {
            s_await_forgotten (&peers, job);
            s_await_forgotten (&peers, cut);
            s_await_forgotten (&peers, surveys[1].job);
        }
        zsock_destroy (&worker);
        played_peers_close (&peers);
    }
}

//  The store forgets parts that are too old before their job is, so a retry may find some missing.
Test (split, a_file_whose_parts_have_left_is_tried_again_by_one_worker, .timeout = 60)
{
    struct played_peers peers;
    struct given surveys[PARTS], parts[PARTS];
    char job[ID_BYTES], cut[ID_BYTES];
    struct fail fail = {.attempt = 1, .code = "check", .message = "not good enough"};
    struct result_ack ack;
    played_peers_open (&peers, 0);
    zsock_t *worker = s_able (&peers, 4);
    s_submit (&peers, "big.csv", SPLIT_BYTES, "key", job);
    s_do_surveys (worker, cut, surveys);
    s_give (worker, "part", 1 + PARTS, parts);
    s_hand_in (worker, parts);
    struct given write = s_expect_write (worker, job, cut, surveys, parts);
    struct result result = played_peers_result_of (job, write.attempt);    //  failed by a check
    snprintf (result.code, sizeof result.code, "%s", fail.code);
    snprintf (result.message, sizeof result.message, "%s", fail.message);
    played_peers_send (worker, &result_shape, &result);
    played_peers_expect (worker, &result_ack_shape, &ack);
    cr_assert (ack.accepted);
    s_remove (worker, 1 + 2 * PARTS);
    s_await_forgotten (&peers, cut);
    s_ask (&peers, &retry_shape, job);
    struct remove_result removal;
    played_peers_expect (worker, &remove_result_shape, &removal);    //  of what failed
    cr_assert_str_eq (removal.job, job);
    struct job_order order = s_order (worker, "");
    cr_assert_str_eq (order.job, job);
    cr_assert_eq (order.attempt, 2);
    cr_assert_eq (order.follows, 0);
    job_order_clear (&order);
    cr_assert (played_peers_result (worker, job, 2));
    s_expect_one (&peers, job, "done");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

Test (split, what_cannot_be_cut_or_need_not_be_is_one_job, .timeout = 60)
{
    static const struct {
        const char *name;
        uint64_t split_bytes;
        size_t tasks, queue_max;
        bool is_split;
    } CASES[] = {{"big.csv", SPLIT_BYTES, 5, 0, true},    {"big.csv", 0, 5, 0, false},
                 {"big.csv", BYTES, 5, 0, false},         {"big.csv", BYTES - 1, 5, 0, true},
                 {"big.csv", UINT64_MAX, 5, 0, false},    {"big.csv.gz", SPLIT_BYTES, 5, 0, false},
                 {"big.csv", SPLIT_BYTES, 4, 0, false},   {"big.csv", SPLIT_BYTES, 0, 0, false},
                 {"big.ndjson", SPLIT_BYTES, 5, 8, true}, {"big.ndjson", SPLIT_BYTES, 5, 7, false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct played_peers peers;
        char job[ID_BYTES];
        played_peers_open (&peers, CASES[i].queue_max);
        zsock_t *worker = s_worker (&peers, "w1", 1, CASES[i].tasks, NULL, 0);
        s_submit (&peers, CASES[i].name, CASES[i].split_bytes, "key", job);
        struct job_record record = played_peers_status (&peers, job);
        cr_expect_eq (record.parts > 0, CASES[i].is_split, "case %zu: %llu parts", i,
                      (unsigned long long) record.parts);
        shape_clear (&job_record_shape, &record);
        zsock_destroy (&worker);
        played_peers_close (&peers);
    }
}

Test (split, the_tasks_are_no_clients_to_give, .timeout = 60)
{
    static const char *const TASKS[] = {"cut", "survey", "part", "write"};
    struct played_peers peers;
    struct input input = {.uri = "file:///big", .name = "big.csv", .bytes = BYTES};
    played_peers_open (&peers, 0);
    for (size_t i = 0; i < 5; i++) {
        struct submit submit = {.submit_key = "key", .inputs = &input, .inputs_count = 1};
        if (i < 4)
            snprintf (submit.options.task, sizeof submit.options.task, "%s", TASKS[i]);
        else
            snprintf (submit.submit_key, sizeof submit.submit_key, "~0123");
        played_peers_ask_refused (&peers, &submit_shape, &submit, "malformed", "the broker");
    }
    played_peers_close (&peers);
}
