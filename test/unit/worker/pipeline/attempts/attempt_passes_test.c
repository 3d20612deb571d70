//  attempt_passes_test.c: what a pass has shown is what the next one is made of, or the attempt fails: keys
//  that came late, columns that contradict their names. And a file that shows only behind its sample that it
//  is in another encoding is read again as if nothing had been seen of it: that was other text.
#define _GNU_SOURCE
#include "test/support/results/hand_attempt.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 65536 };

static struct hand_attempt s_hand;

static void s_setup (void)
{
    hand_attempt_make (&s_hand);
    s_hand.options.block_bytes = BLOCK_BYTES;
}

static void s_teardown (void)
{
    hand_attempt_drop (&s_hand);
}

TestSuite (attempt_passes, .init = s_setup, .fini = s_teardown);

//  `head`, then `row` (%d: its number) until the sample is over, then `last`.
static void s_prepare (const char *name, const char *head, const char *row, const char *last)
{
    char *text = NULL;
    const char *number = strstr (row, "%d");
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    fputs (head, to);
    for (int i = 0; ftell (to) < SAMPLE_BYTES + 2 * BLOCK_BYTES; i++)
        fprintf (to, "%.*s%d%s", (int) (number - row), row, i, number + 2);
    fputs (last, to);
    fclose (to);
    int rc = hand_attempt_prepare (&s_hand, name, text, n);
    cr_assert_eq (rc, DMH_OK, "%s", s_hand.error.text);
    free (text);
}

static bool s_pass (size_t most)
{
    return hand_attempt_pass (&s_hand, most);
}

static void s_again (void)
{
    hand_attempt_again (&s_hand);
}

//  The result's records, yours to free.
static char *s_finish (void)
{
    struct runner_news news = {.kind = ""};
    cr_assert_eq (attempt_finish (&s_hand.attempt, false, &news, &s_hand.error), DMH_OK, "%s",
                  s_hand.error.text);
    runner_news_clear (&news);
    char *records = workplace_read (s_hand.folder, "records.csv", NULL);
    cr_assert_not_null (records);
    return records;
}

//  Nine passes may contradict each other, and those of the wrong encoding are none of them.
Test (attempt_passes, passes_are_counted_from_the_first_one_in_the_right_encoding)
{
    s_prepare ("in.csv", "patient_id,last_name\n", "%d,Mary Ann of some length\n", "x,M\xfcller\n");
    for (int pass = 1; pass < PASSES_MAX; pass++) {
        cr_assert (s_pass (1));
        cr_assert_eq (s_hand.attempt.pass.generation, pass - 1);
        s_again ();
    }
    cr_assert (s_pass (SIZE_MAX));
    cr_assert (s_hand.attempt.recoded);
    s_again ();
    cr_expect_eq (s_hand.attempt.pass.generation, 0);
    cr_expect_str_eq (s_hand.attempt.preparation.dialect.encoding, "ISO-8859-1");
    cr_assert_not (s_pass (SIZE_MAX));
    char *records = s_finish ();
    cr_expect_not_null (strstr (records, "\nx,,,Müller,"));
    free (records);
}

//  Of the first block, in which somebody lives abroad, it was learnt that numbers need not be of here.
Test (attempt_passes, where_people_live_is_not_kept)
{
    s_prepare ("in.csv", "patient_id,last_name,phone,country\nx,Roe,030 1234567,Germany\n",
               "%d,Mary Ann of some length,,\n", "y,M\xfcller,,\n");
    cr_assert (s_pass (1));
    s_again ();
    cr_assert (s_hand.attempt.plan.places.foreign);
    cr_assert (s_pass (SIZE_MAX));
    cr_assert (s_hand.attempt.recoded);
    s_again ();
    cr_expect_not (s_hand.attempt.plan.places.foreign);
}

//  The ids of two servers, as the first two records say.
Test (attempt_passes, who_is_in_a_file_is_asked_for_anew)
{
#define RESULT(server, id, note)                                                                             \
    "{\"resourceType\":\"Observation\",\"id\":\"" id "\",\"status\":\"final\",\"code\":{\"text\":\"GLU\"},"  \
    "\"valueQuantity\":{\"value\":5,\"unit\":\"mmol/L\"},\"note\":[{\"text\":\"" note "\"}],\"subject\":"    \
    "{\"reference\":\"https://" server ".example/Patient/7\"}}\n"
    s_prepare ("in.ndjson", RESULT ("a", "a1", "x") RESULT ("b", "b1", "x"), RESULT ("a", "r%d", "some more"),
               RESULT ("b", "last", "f\xfcr"));
    cr_assert (s_pass (1));
    s_again ();
    cr_assert_not_null (s_hand.attempt.people);
    cr_assert_eq (s_hand.attempt.preparation.dialect.people, s_hand.attempt.people);
    cr_assert (s_pass (SIZE_MAX));
    cr_assert (s_hand.attempt.recoded);
    s_again ();
    cr_expect_null (s_hand.attempt.people);
    cr_expect_null (s_hand.attempt.preparation.dialect.people);
    while (s_pass (SIZE_MAX))
        s_again ();
    cr_expect_not_null (s_hand.attempt.people);
    free (s_finish ());
}

//  A header of two letters that are well-formed UTF-8, and hundreds behind them that are not.
Test (attempt_passes, a_column_that_the_mapping_names_has_to_be_there_in_that_encoding)
{
    static char mapping[] = "{\"columns\":{\"Größe\":\"city\"}}";
    char *last = calloc (1, 4096), *to = last;
    cr_assert_not_null (last);
    for (int i = 0; i < 300; i++)
        to += sprintf (to, "y%d,M\xfcller\n", i);
    s_hand.options.mapping = mapping;
    s_prepare ("in.csv", "patient_id,Größe\n", "%d,Mary Ann of some length\n", last);
    free (last);
    cr_assert (s_pass (SIZE_MAX));
    cr_assert (s_hand.attempt.recoded);
    cr_expect_eq (attempt_again (&s_hand.attempt, &s_hand.error), DMH_BAD_INPUT);
    cr_expect (strstr (s_hand.error.text, "“Größe”, which is not there"), "%s", s_hand.error.text);
}

//  “Bed No” and “bed_no” are one name for a header, of which each is awaited as long as neither is there.
Test (attempt_passes, a_key_that_came_late_and_cannot_be_bound_is_said)
{
    static char mapping[] = "{\"columns\":{\"Bed No\":\"city\",\"bed_no\":\"county\"}}";
    s_hand.options.mapping = mapping;
    s_prepare ("in.ndjson", "", "{\"patient_id\":\"%d\",\"last_name\":\"Roe\"}\n",
               "{\"patient_id\":\"x\",\"bed no\":\"7\"}\n");
    cr_assert (s_pass (SIZE_MAX));
    cr_assert_not (s_hand.attempt.recoded);
    cr_expect_eq (attempt_again (&s_hand.attempt, &s_hand.error), DMH_BAD_INPUT);
    cr_expect (strstr (s_hand.error.text, "names the column “bed_no” twice"), "%s", s_hand.error.text);
}

//  A phone number of two digits contradicts its column’s name; it would be known from then on.
Test (attempt_passes, too_many_keys_are_said_whatever_else_was_seen)
{
    size_t n = 0;
    char *last = NULL, sentence[100];
    FILE *to = open_memstream (&last, &n);
    cr_assert_not_null (to);
    fputs ("{\"patient_id\":\"x\"", to);
    for (int i = 0; i < COLUMNS_MAX; i++)
        fprintf (to, ",\"k%d\":1", i);
    fputs ("}\n", to);
    fclose (to);
    s_prepare ("in.ndjson", "", "{\"patient_id\":\"%d\",\"contact_number\":\"75\"}\n", last);
    free (last);
    cr_assert (s_pass (SIZE_MAX));
    cr_assert_geq (writer_contradicting (s_hand.attempt.writer, 0), 0);
    cr_expect_lt (attempt_again (&s_hand.attempt, &s_hand.error), 0);
    snprintf (sentence, sizeof sentence, "in.ndjson has more than %d columns", COLUMNS_MAX);
    cr_expect_str_eq (s_hand.error.text, sentence);
}

Test (attempt_passes, of_a_pass_that_was_cut_short_no_column_is_judged)
{
    s_prepare ("in.csv", "patient_id,contact_number\n", "%d,75\n", "x,75\n");
    cr_assert (s_pass (1));
    cr_assert_geq (writer_contradicting (s_hand.attempt.writer, 0), 0);
    s_again ();
    cr_expect_eq (s_hand.attempt.preparation.barred_count, 0);
    cr_assert (s_pass (SIZE_MAX));
    s_again ();
    cr_assert_eq (s_hand.attempt.preparation.barred_count, 1);
    cr_expect_eq (s_hand.attempt.preparation.barred[0], 1);
    cr_expect_not (s_pass (SIZE_MAX));
}

Test (attempt_passes, one_key_that_came_late_is_reason_enough)
{
    s_prepare ("in.ndjson", "", "{\"patient_id\":\"%d\",\"last_name\":\"Roe\"}\n",
               "{\"patient_id\":\"x\",\"last_name\":\"Roe\",\"city\":\"Bern\"}\n");
    cr_assert (s_pass (SIZE_MAX));
    s_again ();
    cr_assert_not (s_pass (SIZE_MAX));
    char *records = s_finish ();
    cr_expect_not_null (strstr (records, ",Bern,"));
    free (records);
}

//  1,5 is no number with a point.
Test (attempt_passes, the_last_number_of_a_column_decides_its_decimal_mark)
{
    s_prepare ("in.csv", "result_id,patient_id,test_code,value\n", "%d,1,718-7,\"1,234\"\n",
               "x,1,718-7,\"1,5\"\n");
    cr_assert (s_pass (SIZE_MAX));
    s_again ();
    cr_assert_not (s_pass (SIZE_MAX));
    char *records = s_finish ();
    cr_expect_not_null (strstr (records, ",1.234,"));
    cr_expect_null (strstr (records, ",1234,"));
    free (records);
}
