//  batch_test.c: which jobs of a submission are there already, in the turn or in the store, each at its
//  place, and none of another owner's or another key's.
#include "broker/jobs/batch.h"
#include "messages/batch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static store_t *s_store;
static turn_t *s_turn;
static struct error s_error;

static void s_setup (void)
{
    s_store = store_open ("sqlite::memory:", &s_error);
    cr_assert_not_null (s_store, "%s", s_error.text);
    s_turn = turn_new (s_store);
    cr_assert_not_null (s_turn);
}

static void s_teardown (void)
{
    turn_destroy (&s_turn);
    store_close (&s_store);
}

TestSuite (batch, .init = s_setup, .fini = s_teardown);

static struct store_job s_job (const char *owner, const char *key, uint64_t place)
{
    struct store_job job = {.place = place};
    snprintf (job.record.job, ID_BYTES, "%s-%s-%d", owner, key, (int) place);
    snprintf (job.record.state, WORD_BYTES, "queued");
    snprintf (job.record.owner, OWNER_BYTES, "%s", owner);
    snprintf (job.submit_key, ID_BYTES, "%s", key);
    snprintf (job.input.uri, URI_BYTES, "file:///x");
    snprintf (job.input.name, NAME_BYTES, "x");
    return job;
}

static void s_put (const char *owner, const char *key, uint64_t from, uint64_t count, bool stored)
{
    if (stored)
        cr_assert_eq (store_begin (s_store, &s_error), DMH_OK);
    for (uint64_t place = from; place < from + count; place++) {
        struct store_job job = s_job (owner, key, place);
        if (!stored)
            cr_assert_eq (turn_add (s_turn, &job), 0);
        else {
            cr_assert_eq (store_add (s_store, &job, &s_error), DMH_OK, "%s", s_error.text);
            store_job_clear (&job);
        }
    }
    if (stored)
        cr_assert_eq (store_commit (s_store, &s_error), DMH_OK);
}

//  The places [from, from + count) of Anna's submission k, of which those in [first, last) are there.
static void s_expect (uint64_t from, size_t count, uint64_t first, uint64_t last)
{
    static struct store_job_id ids[2000];
    const struct submission submission = {"anna", "k"};
    memset (ids, 'x', sizeof ids);
    cr_assert_eq (batch_find_places (s_turn, s_store, &submission, from, ids, count, &s_error), DMH_OK);
    for (size_t i = 0; i < count; i++) {
        char expected[ID_BYTES] = "";
        if (from + i >= first && from + i < last)
            snprintf (expected, sizeof expected, "anna-k-%d", (int) (from + i));
        cr_assert_str_eq (ids[i].job, expected, "place %d", (int) (from + i));
    }
    cr_expect_eq (ids[count].job[0], 'x', "nothing is written behind them");
}

//  More than are asked of the store at once.
Test (batch, each_job_of_a_submission_is_at_its_place_wherever_it_is)
{
    s_put ("anna", "k", 0, 700, true);
    s_put ("anna", "k", 700, 50, false);
    s_put ("anna", "other", 0, 900, true);
    s_put ("bert", "k", 0, 900, true);
    s_put ("bert", "k", 740, 20, false);
    s_put ("anna", "other", 740, 20, false);
    s_expect (0, 900, 0, 750);
    s_expect (0, 1, 0, 750);
    s_expect (0, 256, 0, 750);
    s_expect (3, 256, 0, 750);
    s_expect (3, 257, 0, 750);
    s_expect (690, 40, 0, 750);
    s_expect (740, 40, 0, 750);
    s_expect (800, 40, 0, 750);
}

Test (batch, places_that_are_not_there_yet_are_empty)
{
    s_put ("anna", "k", 300, 10, true);
    s_expect (0, 600, 300, 310);
    s_expect (0, 305, 300, 310);
}

Test (batch, a_submission_is_found_by_its_owner_and_key_in_the_turn_or_the_store)
{
    struct store_batch batch = {.record = {.total = 3}}, found;
    snprintf (batch.record.batch, ID_BYTES, "b-0123456789abcdef");
    snprintf (batch.record.owner, OWNER_BYTES, "anna");
    snprintf (batch.submit_key, ID_BYTES, "k");
    const struct submission submission = {"anna", "k"}, other = {"k", "anna"}, bert = {"bert", "k"};
    cr_expect_eq (batch_find_key (s_turn, s_store, &submission, &found, &s_error), DMH_NOT_FOUND);
    cr_assert_eq (turn_add_batch (s_turn, &batch), 0);
    s_put ("anna", "k", 0, 1, false);
    cr_assert_eq (batch_find_key (s_turn, s_store, &submission, &found, &s_error), DMH_OK);
    cr_expect_str_eq (found.record.batch, "b-0123456789abcdef");
    cr_expect_eq (batch_find_key (s_turn, s_store, &other, &found, &s_error), DMH_NOT_FOUND);
    cr_assert_eq (turn_commit (s_turn, &s_error), DMH_OK, "%s", s_error.text);
    turn_clear (s_turn);
    memset (&found, 0, sizeof found);
    cr_assert_eq (batch_find_key (s_turn, s_store, &submission, &found, &s_error), DMH_OK);
    cr_expect_str_eq (found.record.batch, "b-0123456789abcdef");
    cr_expect_eq (batch_find_key (s_turn, s_store, &bert, &found, &s_error), DMH_NOT_FOUND);
}

Test (batch, an_id_is_new_each_time)
{
    char one[ID_BYTES], other[ID_BYTES];
    cr_expect (batch_is_id (batch_new_id (one)), "%s", one);
    cr_expect (batch_is_id (batch_new_id (other)), "%s", other);
    cr_expect_str_neq (one, other);
}
