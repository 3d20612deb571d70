//  harmonizer_test.c: what a harmonizer counts of a block: by field what was changed, emptied and not there,
//  each once a record, for a few records and for many.
#include "worker/pipeline/harmonizer.h"

#include "test/support/results/hand_attempt.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct hand_attempt s_hand;
static struct block *s_block;

static void s_setup (void)
{
    hand_attempt_make (&s_hand);
}

static void s_teardown (void)
{
    block_destroy (&s_block);
    hand_attempt_drop (&s_hand);
}

TestSuite (harmonizer, .init = s_setup, .fini = s_teardown);

//  All of the text as one block.
static void s_harmonize (const char *name, const char *text)
{
    struct attempt *attempt = &s_hand.attempt;
    int rc = hand_attempt_prepare (&s_hand, name, text, strlen (text));
    cr_assert_eq (rc, DMH_OK, "%s", s_hand.error.text);
    harmonizer_t *harmonizer = harmonizer_new (&attempt->pass);
    block_destroy (&s_block);
    s_block = attempt_block (attempt);
    cr_assert (harmonizer && s_block);
    cr_assert_eq (attempt_fill (attempt, s_block, strlen (text), &s_hand.error), 1, "%s", s_hand.error.text);
    cr_assert_not (harmonizer_harmonize (harmonizer, s_block), "it is one part");
    cr_assert_eq (s_block->error.code, DMH_OK, "%s", s_block->error.text);
    harmonizer_destroy (&harmonizer);
}

static const struct field_tally *s_tally (const char *field)
{
    int f = schema_field (s_hand.attempt.plan.schema, field);
    cr_assert_geq (f, 0, "%s", field);
    return &s_block->tally.fields[f];
}

static void s_expect (const char *field, uint64_t changed, uint64_t invalid, uint64_t missing)
{
    const struct field_tally *tally = s_tally (field);
    cr_expect (tally->changed == changed && tally->invalid == invalid && tally->missing == missing,
               "%s: %d changed, %d invalid, %d missing", field, (int) tally->changed, (int) tally->invalid,
               (int) tally->missing);
}

//  19 is assumed in front of 80, F stands for female, and NA, which is changed, for nothing. City and
//  longitude are behind the sixteenth field.
Test (harmonizer, what_became_of_a_field_is_counted_once_a_record)
{
    s_harmonize ("in.csv", "patient_id,given_name,birth_date,gender,city\n"
                           "1,Ann,03/25/80,F,Bern\n"
                           "2, Bob ,1990-02-30,qq,\n"
                           "3,,,, Bern\n"
                           "4,Di,1980-01-02,male,NA\n"
                           ",Ed,25/03/1980,M,\n");
    cr_assert_eq (s_block->verdict_count, 5);
    s_expect ("patient_id", 0, 0, 1);
    s_expect ("given_name", 1, 0, 1);
    s_expect ("birth_date", 2, 1, 1);
    s_expect ("gender", 2, 1, 1);
    s_expect ("city", 2, 0, 3);
    s_expect ("family_name", 0, 0, 5);
    s_expect ("longitude", 0, 0, 5);
    cr_expect_eq (s_tally ("given_name")->votes[0].filled, 4);
    cr_expect_eq (s_tally ("city")->votes[0].filled, 2);
    cr_expect_eq (s_tally ("longitude")->votes[0].filled, 0, "it has no column");
}

//  So many that bytes do not count them.
Test (harmonizer, many_records_are_counted_to_the_last)
{
    enum { COUNT = 1000 };
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    fputs ("patient_id,given_name,city\n", to);
    for (int i = 0; i < COUNT; i++)
        fprintf (to, "%d,%s,%s\n", i, i % 4 ? "Ann" : "", i < COUNT - 1 ? "" : "Bern");
    fclose (to);
    s_harmonize ("in.csv", text);
    free (text);
    s_expect ("patient_id", 0, 0, 0);
    s_expect ("given_name", 0, 0, COUNT / 4);
    s_expect ("city", 0, 0, COUNT - 1);
    s_expect ("country", 0, 0, COUNT);
    cr_expect_eq (s_tally ("given_name")->votes[0].filled, COUNT - COUNT / 4);
    cr_expect_eq (s_tally ("city")->votes[0].filled, 1);
}

//  The next block begins from nothing.
Test (harmonizer, a_block_has_its_own_counts)
{
    struct attempt *attempt = &s_hand.attempt;
    static const char TEXT[] = "patient_id,given_name\n1,\n2,Bob\n3,\n";
    s_harmonize ("in.csv", TEXT);
    harmonizer_t *harmonizer = harmonizer_new (&attempt->pass);
    cr_assert_not_null (harmonizer);
    for (int pass = 0; pass < 2; pass++) {
        cr_assert_eq (
            reader_rewind (attempt->preparation.reader, &attempt->preparation.dialect, &s_hand.error),
            DMH_OK);
        cr_assert_eq (attempt_fill (attempt, s_block, sizeof TEXT, &s_hand.error), 1);
        cr_assert_not (harmonizer_harmonize (harmonizer, s_block));
        s_expect ("given_name", 0, 0, 2);
        cr_expect_eq (s_tally ("given_name")->votes[0].filled, 1);
        cr_expect_eq (s_block->verdict_count, 3);
    }
    harmonizer_destroy (&harmonizer);
}

//  Rows without any result are counted with their block, and not with the next.
Test (harmonizer, of_a_wide_table_rows_without_a_result_are_counted)
{
    s_harmonize ("in.csv", "patient_id,collected_at,Glucose (mg/dL),Sodium (mmol/L)\n"
                           "1,2020-01-02,90,140\n2,2020-01-03,,\n3,2020-01-04,,139\n4,2020-01-05, NA ,\n");
    cr_expect_eq (s_block->verdict_count, 3);
    struct skipped_records skipped;
    cr_assert_eq (s_block->skipped.used, sizeof skipped);
    memcpy (&skipped, s_block->skipped.at, sizeof skipped);
    cr_expect_str_eq (skipped.name, "rows without a result");
    cr_expect_eq (skipped.count, 2);
    s_harmonize ("in.csv", "patient_id,collected_at,Glucose (mg/dL),Sodium (mmol/L)\n1,2020-01-02,90,140\n");
    cr_expect_eq (s_block->skipped.used, 0);
}
