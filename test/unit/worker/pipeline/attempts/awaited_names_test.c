//  awaited_names_test.c: a key of JSON that the mapping names, wherever in it, may come behind the sample: it
//  is a column from the start. Of a file that is all in the sample, and of CSV, it is not there.
#include "test/support/results/hand_attempt.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct hand_attempt s_hand;

static void s_setup (void)
{
    hand_attempt_make (&s_hand);
}

static void s_teardown (void)
{
    hand_attempt_drop (&s_hand);
}

TestSuite (awaited_names, .init = s_setup, .fini = s_teardown);

//  `row` again and again, for so many bytes, behind the head.
static int s_prepare (const char *name, const char *head, const char *row, size_t bytes, char *mapping)
{
    size_t n = strlen (head);
    char *text = malloc (n + bytes + strlen (row) + 1);
    cr_assert_not_null (text);
    memcpy (text, head, n);
    while (n < bytes) {
        memcpy (text + n, row, strlen (row));
        n += strlen (row);
    }
    s_hand.options.mapping = mapping;
    int rc = hand_attempt_prepare (&s_hand, name, text, n);
    free (text);
    return rc;
}

static const char RESULT[] =
    "{\"patient_id\":\"7\",\"test\":\"GLU\",\"value\":\"5\",\"Hb\":\"14\",\"ward\":\"A\"}\n";

static struct {
    char mapping[120];
    const char *names;    //  that are awaited, each with a "|" behind it
} CASES[] = {
    {"{\"notes\":{\"x\":1}}", ""},
    {"{\"columns\":{\"test\":\"test_code\"}}", ""},
    {"{\"columns\":{\"late\":\"test_code\"}}", "late|"},
    {"{\"columns\":{\"late\":\"test_code\",\"value\":\"value_number\",\"Later\":\"unit\"}}", "late|Later|"},
    {"{\"first\":{\"test_code\":[\"test\",\"late\",\"later\"]}}", "late|later|"},
    {"{\"first\":{\"test_code\":[\"late\",\"test\"],\"unit\":[\"unit 1\",\"unit 2\"]}}",
     "late|unit 1|unit 2|"},
    {"{\"not_content\":[\"late\",\"ward\",\"later\"]}", "late|later|"},
    {"{\"kind\":\"lab_result\",\"unpivot\":[\"Hb\",\"WBC\",\"Na\"]}", "WBC|Na|"},
    {"{\"columns\":{\"late\":null},\"not_content\":[\"late\"]}", "late|"},
};

static void s_expect_awaited (const char *mapping, const char *names)
{
    const struct dialect *dialect = &s_hand.attempt.preparation.dialect;
    char got[200] = "";
    for (size_t i = dialect->name_count - dialect->awaited; i < dialect->name_count; i++)
        snprintf (got + strlen (got), sizeof got - strlen (got), "%s|", dialect->names[i]);
    cr_expect_str_eq (got, names, "%s", mapping);
}

Test (awaited_names, are_those_of_each_part_of_a_mapping_that_the_sample_lacks)
{
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *mapping = CASES[i].mapping;
        cr_expect_eq (s_prepare ("in.ndjson", "", RESULT, SAMPLE_BYTES + 1000, mapping), DMH_OK, "%s: %s",
                      mapping, s_hand.error.text);
        s_expect_awaited (mapping, CASES[i].names);
    }
}

Test (awaited_names, are_none_where_the_sample_is_the_file_or_has_its_header)
{
    for (size_t i = 2; i < sizeof CASES / sizeof *CASES; i++) {
        char *mapping = CASES[i].mapping;
        cr_expect_eq (s_prepare ("in.ndjson", "", RESULT, 1000, mapping), DMH_BAD_INPUT, "%s", mapping);
        cr_expect (strstr (s_hand.error.text, "which is not there"), "%s: %s", mapping, s_hand.error.text);
        cr_expect_eq (s_prepare ("in.csv", "patient_id,test,value,Hb,ward\n", "7,GLU,5,14,A\n",
                                 SAMPLE_BYTES + 1000, mapping),
                      DMH_BAD_INPUT, "%s", mapping);
        cr_expect (strstr (s_hand.error.text, "which is not there"), "%s: %s", mapping, s_hand.error.text);
    }
}

Test (awaited_names, are_none_where_a_file_has_all_the_columns_that_it_may_have)
{
    static char mapping[] = "{\"columns\":{\"late\":\"test_code\"}}";
    char *head = NULL, sentence[80];
    size_t n = 0;
    FILE *to = open_memstream (&head, &n);
    cr_assert_not_null (to);
    fputs ("{\"patient_id\":\"7\"", to);
    for (int i = 1; i < COLUMNS_MAX; i++)
        fprintf (to, ",\"k%d\":1", i);
    fputs ("}\n", to);
    fclose (to);
    snprintf (sentence, sizeof sentence, "in.ndjson has more than %d columns", COLUMNS_MAX);
    cr_expect_lt (s_prepare ("in.ndjson", head, RESULT, 2 * SAMPLE_BYTES, mapping), 0);
    cr_expect_str_eq (s_hand.error.text, sentence);
    free (head);
}
