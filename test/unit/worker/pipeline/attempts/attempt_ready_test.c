//  attempt_ready_test.c: what an attempt has made ready before its first record: what its pass may write and
//  list, how it reads dates and numbers, where its bytes go.
#include "worker/pipeline/attempt.h"

#include "test/support/processes/workplace.h"

#include "messages/uri.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

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
    s_options = (struct options){.kind = ""};
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

TestSuite (attempt_ready, .init = s_setup, .fini = s_teardown);

static int s_prepare_bytes (const char *name, const void *bytes, size_t n)
{
    char path[300];
    attempt_clear (&s_attempt);
    workplace_write (&s_place, name, bytes, n);
    snprintf (path, sizeof path, "%s/%s", s_place.folder, name);
    snprintf (s_assignment.input.name, sizeof s_assignment.input.name, "%s", name);
    cr_assert_eq (uri_from_path (path, s_assignment.input.uri, URI_BYTES, &s_error), DMH_OK);
    return attempt_prepare (&s_attempt, &s_assignment, &s_fetched, 3, &s_error);
}

static void s_prepare (const char *text)
{
    cr_assert_eq (s_prepare_bytes ("in.csv", text, strlen (text)), DMH_OK, "%s", s_error.text);
}

static const char PEOPLE[] = "patient_id,birth_date,death_date\n1,01/02/1980,03/04/2020\n";

Test (attempt_ready, by_itself_it_lists_three_assumptions_and_a_thousand_warnings)
{
    s_assignment.slot = 5;
    s_prepare (PEOPLE);
    const struct pass *pass = &s_attempt.pass;
    cr_expect_eq (s_attempt.block_bytes, 256 * 1024);
    cr_expect_eq (pass->part_bytes, 8 * 256 * 1024 + 64 * 1024);
    cr_expect_eq (pass->slot, 5);
    cr_expect_eq (pass->harmonizers, 1, "the input is one block");
    cr_expect (pass->unsynced);    //  the group syncs
    cr_expect_not (pass->audit_full);
    cr_expect_eq (pass->assumed_listed, 3);
    cr_expect_eq (pass->warned_listed, 1000);
    cr_expect_eq (pass->input_bytes, strlen (PEOPLE));
    cr_expect_eq (pass->writer, s_attempt.writer);
    cr_expect_eq (pass->generation, 0);
    cr_expect_eq (pass_listed (pass, RULE_DATE_FORMAT), 0);
    cr_expect_eq (pass_listed (pass, RULE_DATE_CENTURY), 3);
    cr_expect_eq (pass_listed (pass, RULE_DATE_FUTURE), 1000);
    cr_expect_eq (pass_listed (pass, RULE_DATE_INVALID), UINT64_MAX);
}

Test (attempt_ready, of_several_blocks_it_takes_all_harmonizers)
{
    enum { ROWS = 2000 };
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    fputs ("patient_id,birth_date\n", to);
    for (int i = 0; i < ROWS; i++)
        fprintf (to, "%d,1980-02-01\n", i);
    fclose (to);
    s_options.block_bytes = 8192;
    cr_assert_eq (s_prepare_bytes ("in.csv", text, n), DMH_OK, "%s", s_error.text);
    cr_expect_eq (s_attempt.pass.harmonizers, 3);
    free (text);
}

Test (attempt_ready, as_its_options_say)
{
    s_options.block_bytes = 8192;
    snprintf (s_options.audit, sizeof s_options.audit, "full");
    s_prepare (PEOPLE);
    const struct pass *pass = &s_attempt.pass;
    cr_expect_eq (s_attempt.block_bytes, 8192);
    cr_expect_eq (pass->part_bytes, 8 * 8192 + 64 * 1024);
    cr_expect (pass->audit_full);
    cr_expect_eq (pass->assumed_listed, UINT64_MAX);
    cr_expect_eq (pass->warned_listed, UINT64_MAX);
    cr_expect_eq (pass_listed (pass, RULE_DATE_FORMAT), UINT64_MAX);
    struct block *block = attempt_block (&s_attempt);
    cr_assert_not_null (block);
    block->parts = 7;
    cr_assert_eq (attempt_fill (&s_attempt, block, 8192, &s_error), 1, "%s", s_error.text);
    cr_expect_eq (block->in.used, strlen ("1,01/02/1980,03/04/2020\n"));
    cr_expect_eq (block->first_line, 2);
    cr_expect_eq (block->position, strlen (PEOPLE));
    cr_expect_eq (block->sort, BLOCK_WORK);
    cr_expect_eq (block->pass, &s_attempt.pass);
    cr_expect_eq (block->parts, 0);
    block_destroy (&block);
}

//  256 MiB, and 256 bytes for each of the input, of which one of a compressed file counts as 32.
Test (attempt_ready, how_much_it_may_write_is_in_proportion_to_its_input)
{
    s_prepare (PEOPLE);
    cr_expect_eq (s_attempt.pass.budget, &s_attempt.budget);
    cr_expect_eq (s_attempt.budget.most, (256u << 20) + 256 * strlen (PEOPLE));
    cr_expect_eq (s_attempt.budget.used, 0);
    char packed[512];
    z_stream stream = {.next_in = (Bytef *) PEOPLE,
                       .avail_in = sizeof PEOPLE - 1,
                       .next_out = (Bytef *) packed,
                       .avail_out = sizeof packed};
    cr_assert_eq (deflateInit2 (&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq (deflate (&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd (&stream);
    cr_assert_eq (s_prepare_bytes ("in.csv.gz", packed, stream.total_out), DMH_OK, "%s", s_error.text);
    cr_expect_eq (s_attempt.budget.most, (256u << 20) + 256 * 32 * stream.total_out);
}

Test (attempt_ready, a_limit_is_the_job_s_or_its_worker_s)
{
    s_options.output_bytes = 5000;
    s_prepare (PEOPLE);
    cr_expect_eq (s_attempt.budget.most, 5000);
    cr_expect_str_eq (
        s_attempt.budget.sentence,
        "in.csv makes more than 5000 bytes of records, rejects and audit; --output-bytes allows more");
    s_assignment.ceilings.output_bytes = 4000;
    s_prepare (PEOPLE);
    cr_expect_eq (s_attempt.budget.most, 4000);
    cr_expect_str_eq (s_attempt.budget.sentence,
                      "in.csv makes more than 4000 bytes of records, rejects and audit; its worker allows no "
                      "more (--output-bytes of dmh-worker)");
}

//  Whoever makes an input knows no hashes of its keys.
Test (attempt_ready, each_attempt_hashes_keys_by_a_seed_of_its_own)
{
    s_prepare (PEOPLE);
    uint64_t seed = s_attempt.pass.seed;
    s_prepare (PEOPLE);
    cr_expect_neq (s_attempt.pass.seed, seed);
    cr_expect_neq (seed, 0);
}

static const struct step *s_step (const char *field)
{
    int f = schema_field (s_attempt.plan.schema, field);
    cr_assert_geq (f, 0, "%s", field);
    return &s_attempt.plan.steps[f];
}

Test (attempt_ready, dates_are_read_month_first_unless_somebody_says_otherwise)
{
    s_prepare (PEOPLE);
    cr_expect_not (s_attempt.plan.ordered || s_attempt.plan.day_first);
    cr_expect_eq (s_step ("birth_date")->order, DATE_ORDER_MDY);
    snprintf (s_options.date_order, sizeof s_options.date_order, "ymd");
    s_prepare (PEOPLE);
    cr_expect (s_attempt.plan.ordered);
    cr_expect_eq (s_step ("birth_date")->order, DATE_ORDER_YMD);
    cr_expect_eq (s_step ("death_date")->order, DATE_ORDER_YMD);
    //  Of a German header, day first; the user is asked before it.
    static const char GERMAN[] = "Patientennummer;Geburtsdatum;Nachname\n1;01.02.1980;Wolf\n";
    s_options.date_order[0] = 0;
    s_prepare (GERMAN);
    cr_expect (s_attempt.plan.day_first && !s_attempt.plan.ordered);
    cr_expect_eq (s_step ("birth_date")->order, DATE_ORDER_DMY);
    snprintf (s_options.date_order, sizeof s_options.date_order, "mdy");
    s_prepare (GERMAN);
    cr_expect_eq (s_step ("birth_date")->order, DATE_ORDER_MDY);
}

Test (attempt_ready, numbers_are_read_with_a_point_unless_it_is_told)
{
    static const char RESULTS[] = "patient_id,test_code,value\n1,718-7,\"1,234\"\n";
    s_prepare (RESULTS);
    cr_expect_eq (s_step ("value_number")->mark, DECIMAL_POINT);
    cr_expect_null (s_attempt.plan.told);
    snprintf (s_options.decimal, sizeof s_options.decimal, "comma");
    s_prepare (RESULTS);
    cr_expect_eq (s_step ("value_number")->mark, DECIMAL_COMMA);
    cr_assert_not_null (s_attempt.plan.told);
    cr_expect_eq (*s_attempt.plan.told, DECIMAL_COMMA);
}

//  What is fetched stands elsewhere, and what is read there is told.
static uint64_t s_moved_to;
static char s_context;

static void s_moved (void *context, uint64_t done, uint64_t total)
{
    cr_expect_eq (context, &s_context);
    cr_expect_leq (done, total);
    s_moved_to = total;
}

Test (attempt_ready, an_input_in_another_encoding_is_read_whole_and_told_of)
{
    enum { ROWS = 200000 };
    char *text = malloc (ROWS * 16 + 64), *to = text;
    cr_assert_not_null (text);
    to += sprintf (to, "patient_id,last_name\n");
    for (int i = 0; i < ROWS; i++)
        to += sprintf (to, "%d,M\xfcller\n", i);
    s_fetched.moved = s_moved;
    s_fetched.context = &s_context;
    cr_assert_eq (s_prepare_bytes ("in.csv", text, (size_t) (to - text)), DMH_OK, "%s", s_error.text);
    bool recoded = false;
    cr_assert_eq (reader_survey (s_attempt.preparation.reader, &recoded, &s_error), DMH_OK, "%s",
                  s_error.text);
    cr_expect_eq (s_moved_to, (uint64_t) (to - text));
    free (text);
}
