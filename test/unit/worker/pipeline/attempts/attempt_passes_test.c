//  attempt_passes_test.c: what a pass has shown is what the next one is made of, or the attempt fails: keys
//  that came late, columns that contradict their names. And a file that shows only behind its sample that it
//  is in another encoding is read again as if nothing had been seen of it: that was other text.
#define _GNU_SOURCE
#include "test/support/processes/workplace.h"

#include "messages/uri.h"
#include "worker/pipeline/attempt.h"
#include "worker/pipeline/harmonizer.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 65536 };

static struct workplace s_place;
static struct options s_options;
static struct assignment s_assignment;
static struct fetched_files s_fetched;
static struct attempt s_attempt;
static catalog_t *s_catalog;
static struct error s_error;
static char s_folder[300];

static void s_setup (void)
{
    workplace_make (&s_place);
    snprintf (s_folder, sizeof s_folder, "%s/result", s_place.folder);
    s_catalog = catalog_new (NULL, &s_error);
    cr_assert_not_null (s_catalog, "%s", s_error.text);
    s_options = (struct options){.block_bytes = BLOCK_BYTES};
    s_assignment = (struct assignment){.job = "job",
                                       .attempt = 1,
                                       .options = &s_options,
                                       .folder = s_folder,
                                       .results = s_place.folder,
                                       .catalog = s_catalog};
}

static void s_teardown (void)
{
    attempt_clear (&s_attempt);
    catalog_destroy (&s_catalog);
    workplace_remove (&s_place);
}

TestSuite (attempt_passes, .init = s_setup, .fini = s_teardown);

//  `head`, then `row` (%d: its number) until the sample is over, then `last`.
static void s_prepare (const char *name, const char *head, const char *row, const char *last)
{
    char path[300], *text = NULL;
    const char *number = strstr (row, "%d");
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    fputs (head, to);
    for (int i = 0; ftell (to) < SAMPLE_BYTES + 2 * BLOCK_BYTES; i++)
        fprintf (to, "%.*s%d%s", (int) (number - row), row, i, number + 2);
    fputs (last, to);
    fclose (to);
    workplace_write (&s_place, name, text, n);
    free (text);
    snprintf (path, sizeof path, "%s/%s", s_place.folder, name);
    snprintf (s_assignment.input.name, sizeof s_assignment.input.name, "%s", name);
    cr_assert_eq (uri_from_path (path, s_assignment.input.uri, URI_BYTES, &s_error), DMH_OK);
    cr_assert_eq (attempt_prepare (&s_attempt, &s_assignment, &s_fetched, 1, &s_error), DMH_OK, "%s",
                  s_error.text);
}

//  A pass over at most so many blocks; whether there has to be another one.
static bool s_pass (size_t most)
{
    struct block *block = attempt_block (&s_attempt);
    harmonizer_t *harmonizer = harmonizer_new (&s_attempt.pass);
    bool again = false;
    int rc = 1;
    cr_assert (block && harmonizer);
    for (size_t i = 0; i < most && rc == 1; i++) {
        rc = attempt_fill (&s_attempt, block, BLOCK_BYTES, &s_error);
        cr_assert_geq (rc, 0, "%s", s_error.text);
        if (rc == 1) {
            bool more = harmonizer_harmonize (harmonizer, block);
            for (writer_take (s_attempt.writer, block); more; writer_take (s_attempt.writer, block))
                more = harmonizer_go_on (harmonizer, block);
        }
    }
    cr_assert_eq (writer_check (s_attempt.writer, &s_error), DMH_OK, "%s", s_error.text);
    harmonizer_destroy (&harmonizer);
    block_destroy (&block);
    cr_assert_eq (attempt_reconsider (&s_attempt, rc == 0, &again, &s_error), DMH_OK, "%s", s_error.text);
    return again;
}

static void s_again (void)
{
    cr_assert_eq (attempt_again (&s_attempt, &s_error), DMH_OK, "%s", s_error.text);
}

//  The result's records, yours to free.
static char *s_finish (void)
{
    struct runner_news news = {.kind = ""};
    cr_assert_eq (attempt_finish (&s_attempt, false, &news, &s_error), DMH_OK, "%s", s_error.text);
    runner_news_clear (&news);
    char *records = workplace_read (s_folder, "records.csv", NULL);
    cr_assert_not_null (records);
    return records;
}

//  Nine passes may contradict each other, and those of the wrong encoding are none of them.
Test (attempt_passes, passes_are_counted_from_the_first_one_in_the_right_encoding)
{
    s_prepare ("in.csv", "patient_id,last_name\n", "%d,Mary Ann of some length\n", "x,M\xfcller\n");
    for (int pass = 1; pass < PASSES_MAX; pass++) {
        cr_assert (s_pass (1));
        cr_assert_eq (s_attempt.pass.generation, pass - 1);
        s_again ();
    }
    cr_assert (s_pass (SIZE_MAX));
    cr_assert (s_attempt.recoded);
    s_again ();
    cr_expect_eq (s_attempt.pass.generation, 0);
    cr_expect_str_eq (s_attempt.preparation.dialect.encoding, "ISO-8859-1");
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
    cr_assert (s_attempt.plan.places.foreign);
    cr_assert (s_pass (SIZE_MAX));
    cr_assert (s_attempt.recoded);
    s_again ();
    cr_expect_not (s_attempt.plan.places.foreign);
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
    cr_assert_not_null (s_attempt.people);
    cr_assert_eq (s_attempt.preparation.dialect.people, s_attempt.people);
    cr_assert (s_pass (SIZE_MAX));
    cr_assert (s_attempt.recoded);
    s_again ();
    cr_expect_null (s_attempt.people);
    cr_expect_null (s_attempt.preparation.dialect.people);
    while (s_pass (SIZE_MAX))
        s_again ();
    cr_expect_not_null (s_attempt.people);
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
    s_options.mapping = mapping;
    s_prepare ("in.csv", "patient_id,Größe\n", "%d,Mary Ann of some length\n", last);
    free (last);
    cr_assert (s_pass (SIZE_MAX));
    cr_assert (s_attempt.recoded);
    cr_expect_eq (attempt_again (&s_attempt, &s_error), DMH_BAD_INPUT);
    cr_expect (strstr (s_error.text, "“Größe”, which is not there"), "%s", s_error.text);
}

//  “Bed No” and “bed_no” are one name for a header, of which each is awaited as long as neither is there.
Test (attempt_passes, a_key_that_came_late_and_cannot_be_bound_is_said)
{
    static char mapping[] = "{\"columns\":{\"Bed No\":\"city\",\"bed_no\":\"county\"}}";
    s_options.mapping = mapping;
    s_prepare ("in.ndjson", "", "{\"patient_id\":\"%d\",\"last_name\":\"Roe\"}\n",
               "{\"patient_id\":\"x\",\"bed no\":\"7\"}\n");
    cr_assert (s_pass (SIZE_MAX));
    cr_assert_not (s_attempt.recoded);
    cr_expect_eq (attempt_again (&s_attempt, &s_error), DMH_BAD_INPUT);
    cr_expect (strstr (s_error.text, "names the column “bed_no” twice"), "%s", s_error.text);
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
    cr_assert_geq (writer_contradicting (s_attempt.writer, 0), 0);
    cr_expect_lt (attempt_again (&s_attempt, &s_error), 0);
    snprintf (sentence, sizeof sentence, "in.ndjson has more than %d columns", COLUMNS_MAX);
    cr_expect_str_eq (s_error.text, sentence);
}

Test (attempt_passes, of_a_pass_that_was_cut_short_no_column_is_judged)
{
    s_prepare ("in.csv", "patient_id,contact_number\n", "%d,75\n", "x,75\n");
    cr_assert (s_pass (1));
    cr_assert_geq (writer_contradicting (s_attempt.writer, 0), 0);
    s_again ();
    cr_expect_eq (s_attempt.preparation.barred_count, 0);
    cr_assert (s_pass (SIZE_MAX));
    s_again ();
    cr_assert_eq (s_attempt.preparation.barred_count, 1);
    cr_expect_eq (s_attempt.preparation.barred[0], 1);
    cr_expect_not (s_pass (SIZE_MAX));
}
