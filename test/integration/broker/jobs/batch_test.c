//  batch_test.c: a batch is one thing at the broker: submitted in parts, again after a client or a broker
//  died, told of in one answer, changed as a whole, found by the beginning of its id and by its name.
#include "test/support/peers/played_peers.h"

#include "messages/batch.h"

#include <criterion/criterion.h>

enum { PART = 100, JOBS = 250 };

struct part {
    char batch[ID_BYTES];
    char jobs[INPUTS_MAX][ID_BYTES];
    size_t count, known;
};

static struct submit s_part (struct input inputs[INPUTS_MAX], const char *key, uint64_t total, uint64_t at,
                             size_t count)
{
    struct submit submit = {.inputs = inputs, .inputs_count = count, .total = total, .at = at};
    for (size_t i = 0; i < count; i++) {
        inputs[i] = (struct input){.uri = "file:///in", .bytes = 10};
        snprintf (inputs[i].name, sizeof inputs[i].name, "%d.csv", (int) (at + i));
    }
    snprintf (submit.submit_key, sizeof submit.submit_key, "%s", key);
    snprintf (submit.batch, sizeof submit.batch, "night");
    return submit;
}

static struct part s_submit (struct played_peers *peers, const char *key, uint64_t total, uint64_t at,
                             size_t count)
{
    struct input *inputs = calloc (INPUTS_MAX, sizeof *inputs);
    struct submit submit = s_part (inputs, key, total, at, count);
    struct accepted accepted;
    struct part part = {.count = count};
    played_peers_ask (peers, &submit_shape, &submit, &accepted_shape, &accepted);
    cr_assert_eq (accepted.jobs_count, count);
    part.known = (size_t) accepted.known;
    memcpy (part.batch, accepted.batch, sizeof part.batch);
    for (size_t i = 0; i < count; i++)
        memcpy (part.jobs[i], accepted.jobs[i].job, ID_BYTES);
    accepted_clear (&accepted);
    free (inputs);
    return part;
}

static struct batch_reply s_batch (struct played_peers *peers, const char *batch, const char *action)
{
    struct batch_request request = {.request = ""};
    struct batch_reply reply;
    snprintf (request.batch, sizeof request.batch, "%s", batch);
    snprintf (request.action, sizeof request.action, "%s", action);
    played_peers_ask (peers, &batch_request_shape, &request, &batch_reply_shape, &reply);
    return reply;
}

//  The ids of a list of the batch, page by page.
static size_t s_list (struct played_peers *peers, const char *batch, const char *state, char (*ids)[ID_BYTES])
{
    struct list list = {.limit = 64};
    size_t count = 0;
    snprintf (list.batch, sizeof list.batch, "%s", batch);
    snprintf (list.state, sizeof list.state, "%s", state);
    for (bool more = true; more;) {
        struct jobs page;
        played_peers_ask (peers, &list_shape, &list, &jobs_shape, &page);
        for (size_t i = 0; i < page.jobs_count && count < JOBS; i++) {
            cr_assert_str_eq (page.jobs[i].batch, batch);
            memcpy (ids[count++], page.jobs[i].job, ID_BYTES);
        }
        more = page.more;
        if (count)
            memcpy (list.after, ids[count - 1], ID_BYTES);
        jobs_clear (&page);
    }
    return count;
}

Test (batch, parts_of_one_key_are_one_batch_whose_jobs_stand_in_the_order_of_their_positions, .timeout = 60)
{
    struct played_peers peers;
    char ids[JOBS][ID_BYTES];
    played_peers_open (&peers, 0);
    //  Not in their order, and none twice.
    struct part last = s_submit (&peers, "key", JOBS, 200, 50);
    struct part first = s_submit (&peers, "key", JOBS, 0, PART);
    struct part second = s_submit (&peers, "key", JOBS, PART, PART);
    cr_assert (batch_is_id (first.batch));
    cr_assert_str_eq (first.batch, last.batch);
    cr_assert_str_eq (first.batch, second.batch);
    struct batch_reply reply = s_batch (&peers, first.batch, "");
    cr_assert_str_eq (reply.batch.name, "night");
    cr_assert_eq (reply.batch.total, JOBS);
    cr_assert_eq (reply.batch.queued, JOBS);
    cr_assert_eq (reply.batch.bytes_total, 10 * JOBS);
    cr_assert_eq (s_list (&peers, first.batch, "", ids), JOBS);
    cr_assert_str_eq (ids[0], first.jobs[0]);
    cr_assert_str_eq (ids[PART], second.jobs[0]);
    cr_assert_str_eq (ids[JOBS - 1], last.jobs[49]);
    played_peers_close (&peers);
}

Test (batch, a_client_that_died_in_the_middle_says_all_of_it_again_and_nothing_is_there_twice, .timeout = 60)
{
    struct played_peers peers;
    played_peers_open (&peers, 0);
    struct part before = s_submit (&peers, "key", JOBS, 0, PART);
    played_peers_restart (&peers);    //  the broker, too
    //  Cut into other parts than before.
    struct part again = s_submit (&peers, "key", JOBS, 50, PART);
    cr_assert_str_eq (again.batch, before.batch);
    cr_assert_eq (again.known, 50);
    for (size_t i = 0; i < 50; i++)
        cr_assert_str_eq (again.jobs[i], before.jobs[50 + i]);
    struct part whole = s_submit (&peers, "key", JOBS, 0, PART);
    cr_assert_eq (whole.known, PART);
    cr_assert_eq (s_batch (&peers, before.batch, "").batch.queued, 150);
    struct part other = s_submit (&peers, "other key", 2, 0, 2);
    cr_assert_str_neq (other.batch, before.batch);
    cr_assert_eq (other.known, 0);
    played_peers_close (&peers);
}

Test (batch, what_is_no_part_of_a_batch_is_refused, .timeout = 60)
{
    static const struct {
        uint64_t total, at;
        const char *name, *code, *part;
    } CASES[] = {{0, 0, "night", "malformed", "needs its total"},
                 {0, 3, "", "malformed", "needs its total"},
                 {4, 3, "", "malformed", "no positions 3 to 4"},
                 {4, UINT64_MAX, "", "malformed", "no positions"},
                 {100001, 0, "", "too_large", "at most 100000"},
                 {9, 0, "a/b", "malformed", "name of a batch"},
                 {9, 0, "a\n", "malformed", "name of a batch"},
                 {9, 0, "0123456789abcdef0123", "malformed", "written as an id"},
                 {9, 0, "b-0123456789abcdef", "malformed", "written as an id"},
                 {5, 0, "", "conflict", "is of a batch of 4 jobs"}};
    struct played_peers peers;
    struct input *inputs = calloc (INPUTS_MAX, sizeof *inputs);
    played_peers_open (&peers, 0);
    s_submit (&peers, "key", 4, 0, 2);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct submit submit = s_part (inputs, "key", CASES[i].total, CASES[i].at, 2);
        snprintf (submit.batch, sizeof submit.batch, "%s", CASES[i].name);
        played_peers_ask_refused (&peers, &submit_shape, &submit, CASES[i].code, CASES[i].part);
    }
    free (inputs);
    played_peers_close (&peers);
}

Test (batch, is_cancelled_tried_again_and_removed_as_a_whole, .timeout = 60)
{
    struct played_peers peers;
    struct job_order order;
    char ids[JOBS][ID_BYTES];
    played_peers_open (&peers, 0);
    struct part part = s_submit (&peers, "key", 4, 0, 4);
    zsock_t *worker = played_peers_worker (&peers, "w1", 1, NULL, 0);
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert (played_peers_result (worker, part.jobs[0], 1));
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert (played_peers_fail (worker, part.jobs[1], 1, false, false));
    played_peers_expect (worker, &job_order_shape, &order);
    struct batch_reply reply = s_batch (&peers, part.batch, "");
    cr_assert (reply.batch.done == 1 && reply.batch.failed == 1 && reply.batch.running == 1 &&
               reply.batch.queued == 1);
    cr_assert_eq (reply.changed, 0);
    cr_assert_eq (s_list (&peers, part.batch, "failed", ids), 1);
    cr_assert_str_eq (ids[0], part.jobs[1]);
    struct batch_request remove = {.action = "remove"};
    memcpy (remove.batch, part.batch, sizeof remove.batch);
    played_peers_ask_refused (&peers, &batch_request_shape, &remove, "conflict", "cancel it first");
    reply = s_batch (&peers, part.batch, "cancel");
    cr_assert_eq (reply.changed, 2);
    cr_assert (!reply.more && reply.next == 4);
    cr_assert_eq (reply.batch.cancelled, 2);
    reply = s_batch (&peers, part.batch, "retry_failed");
    cr_assert (reply.changed == 1 && reply.batch.queued == 1 && reply.batch.cancelled == 2);
    reply = s_batch (&peers, part.batch, "retry");
    cr_assert (reply.changed == 2 && reply.batch.queued == 3 && reply.batch.done == 1);
    cr_assert_eq (s_batch (&peers, part.batch, "retry").changed, 0);
    cr_assert_eq (s_batch (&peers, part.batch, "cancel").changed, 3);
    struct batch_request odd = {.action = "explode"};
    memcpy (odd.batch, part.batch, sizeof odd.batch);
    played_peers_ask_refused (&peers, &batch_request_shape, &odd, "malformed", "explode");
    cr_assert_eq (s_batch (&peers, part.batch, "remove").changed, 4);
    struct batch_request gone = {.batch = "b-0000000000000000"};
    played_peers_ask_refused (&peers, &batch_request_shape, &gone, "not_found", "no batch");
    zsock_destroy (&worker);
    played_peers_close (&peers);
}

static struct found s_find (struct played_peers *peers, const char *word)
{
    struct find find = {.request = ""};
    struct found found;
    snprintf (find.word, sizeof find.word, "%s", word);
    played_peers_ask (peers, &find_shape, &find, &found_shape, &found);
    return found;
}

static void s_expect_found (struct played_peers *peers, const char *word, const char *id)
{
    struct found found = s_find (peers, word);
    cr_assert_eq (found.things_count, id ? 1 : 0, "“%s” means %zu things", word, found.things_count);
    if (id)
        cr_assert_str_eq (found.things[0].id, id);
    found_clear (&found);
}

Test (batch, a_word_means_an_id_before_a_name_and_a_name_before_beginnings, .timeout = 60)
{
    struct played_peers peers;
    struct find find = {.word = "b-"};
    char beginning[ID_BYTES];
    played_peers_open (&peers, 0);
    struct part one = s_submit (&peers, "one", 2, 0, 2);
    s_expect_found (&peers, one.batch, one.batch);
    s_expect_found (&peers, one.jobs[1], one.jobs[1]);
    s_expect_found (&peers, "night", one.batch);
    s_expect_found (&peers, "nigh", NULL);
    snprintf (beginning, sizeof beginning, "%.8s", one.batch);
    s_expect_found (&peers, beginning, one.batch);
    struct found found = s_find (&peers, "0000");
    cr_assert_eq (found.things_count, 0);
    found_clear (&found);
    snprintf (beginning, sizeof beginning, "%.4s", one.jobs[0]);
    found = s_find (&peers, beginning);
    cr_assert_eq (found.things_count, 2, "jobs of one moment begin alike");
    cr_assert_not_null (strstr (found.things[0].name, ".csv"));
    found_clear (&found);
    struct part two = s_submit (&peers, "two", 2, 0, 2);
    found = s_find (&peers, "night");
    cr_assert_eq (found.things_count, 2);
    cr_assert_str_eq (found.things[0].id, two.batch, "the newest first");
    found_clear (&found);
    played_peers_ask_refused (&peers, &find_shape, &find, "malformed", "too short");
    found = s_find (&peers, "n1");    //  so short, but nothing begins so either
    cr_assert_eq (found.things_count, 0);
    found_clear (&found);
    played_peers_close (&peers);
}
