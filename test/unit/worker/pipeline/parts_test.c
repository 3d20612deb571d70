//  parts_test.c: a block whose output is more than a part may hold comes in parts. Cut behind any record,
//  also behind any result of a row of a wide table, they are the same bytes as the whole; and what a small
//  file makes a large one of needs no more memory than another.
#include "test/support/results/local_attempt.h"

#include "messages/uri.h"
#include "worker/pipeline/attempt.h"
#include "worker/pipeline/harmonizer.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { FILES = 3 };
static const char *const NAMES[FILES] = {"records.csv", "rejects.csv", "audit.ndjson"};

struct made {
    char *files[FILES];
    struct counts counts;
    size_t parts;    //  the most that a block came in
    size_t room;     //  the most that a part took
};

static void s_made_clear (struct made *self)
{
    for (size_t i = 0; i < FILES; i++)
        free (self->files[i]);
}

static size_t s_room (const struct block *block)
{
    return block->out.size + block->notes.size + block->made.size + block->urls.size +
           block->verdict_room * sizeof *block->verdicts + block->remark_room * sizeof *block->remarks;
}

//  One pass in one thread over the blocks of the input.
static void s_pass (struct attempt *attempt, struct made *made)
{
    struct error error = {.code = DMH_OK};
    struct block *block = attempt_block (attempt);
    int rc;
    cr_assert_not_null (block);
    while ((rc = attempt_fill (attempt, block, attempt->block_bytes, &error)) == 1) {
        harmonizer_t *harmonizer = harmonizer_new (&attempt->pass);
        cr_assert_not_null (harmonizer);
        bool more = harmonizer_harmonize (harmonizer, block);
        writer_take (attempt->writer, block);
        size_t here = 1;
        for (; more; here++) {
            made->room = s_room (block) > made->room ? s_room (block) : made->room;
            more = harmonizer_go_on (harmonizer, block);
            writer_take (attempt->writer, block);
        }
        made->parts = here > made->parts ? here : made->parts;
        cr_assert_eq (writer_check (attempt->writer, &error), DMH_OK, "%s", error.text);
        harmonizer_destroy (&harmonizer);
    }
    cr_assert_eq (rc, 0, "%s", error.text);
    block_destroy (&block);
}

//  part_bytes 0: as an attempt has it.
static struct made s_make (const char *name, const char *text, const char *format, size_t part_bytes)
{
    struct workplace place;
    struct options options = {.audit = "full"};
    struct assignment assignment = {.attempt = 1, .job = "job", .options = &options};
    struct fetched_files fetched_files = {0};
    struct attempt attempt;
    struct error error = {.code = DMH_OK};
    struct runner_news news = {.kind = ""};
    struct made made = {.parts = 0};
    char path[300], folder[300];
    workplace_make (&place);
    workplace_write (&place, name, text, strlen (text));
    snprintf (options.format, sizeof options.format, "%s", format);
    snprintf (path, sizeof path, "%s/%s", place.folder, name);
    snprintf (folder, sizeof folder, "%s/result", place.folder);
    snprintf (assignment.input.name, sizeof assignment.input.name, "%s", name);
    cr_assert_eq (uri_from_path (path, assignment.input.uri, sizeof assignment.input.uri, &error), DMH_OK);
    assignment.folder = folder;
    assignment.results = place.folder;
    catalog_t *catalog = catalog_new (NULL, &error);
    assignment.catalog = catalog;
    cr_assert_not_null (catalog, "%s", error.text);
    cr_assert_eq (attempt_prepare (&attempt, &assignment, &fetched_files, 1, &error), DMH_OK, "%s",
                  error.text);
    if (part_bytes)
        attempt.pass.part_bytes = part_bytes;
    for (bool again = true; again;) {
        made.parts = made.room = 0;
        s_pass (&attempt, &made);
        cr_assert_eq (attempt_reconsider (&attempt, true, &again, &error), DMH_OK, "%s", error.text);
        cr_assert (!again || attempt_again (&attempt, &error) == DMH_OK, "%s", error.text);
    }
    cr_assert_eq (attempt_finish (&attempt, false, &news, &error), DMH_OK, "%s", error.text);
    made.counts = news.counts;
    for (size_t i = 0; i < FILES; i++)
        made.files[i] = workplace_read (
            folder, i == 0 && *format && strcmp (format, "csv") != 0 ? "records.ndjson" : NAMES[i], NULL);
    runner_news_clear (&news);
    attempt_clear (&attempt);
    catalog_destroy (&catalog);
    workplace_remove (&place);
    return made;
}

static const struct {
    const char *name, *text;
} INPUTS[] = {
    {"in.csv",
     "patient_id,given_name,birth_date,gender,ward,phone\n"
     "1,Ann,03/25/1980,F,A,555-0100\n1,Ann,03/25/1980,F,A,555-0100\n2,Bob,30/03/1980,x,B,\n"
     "short,row\n1,Ann,03/25/1980,F,\"B\n2\",555-0100\n\n,Nobody,,,,\n3,\"Cy\"x,1,,,\n4,Di,,F,C,1\n"},
    {"wide.csv", "patient_id,collected_at,Glucose (mg/dL),Sodium (mmol/L),Potassium (mmol/L)\n"
                 "1,2020-01-02,90,140,4.1\n2,2020-01-03,,,\n3,2020-01-04,x,139,\n\n4,2020-01-05,91,,\"4,2\"\n"
                 "5,2020-01-05\n6,2020-01-06,92,141,4.3\n"},
    {"in.ndjson", "{\"patient_id\":\"1\",\"given_name\":\"Ann\"}\n{\"patient_id\":\"2\",\"more\":\"x\"}\n"
                  "{\"patient_id\":\"3\",\"given_name\"}\n\n{\"patient_id\":\"1\",\"given_name\":\"Ann\"}\n"
                  "{\"patient_id\":\"5\",\"birth_date\":\"2020-13-13\",\"other\":{\"deep\":1}}\n"},
    {"in.json",
     "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[\n"
     "{\"fullUrl\":\"http://a.example/Observation/o1\",\"resource\":{\"resourceType\":\"Observation\","
     "\"id\":\"o1\",\"status\":\"final\",\"code\":{\"text\":\"BP\"},\"subject\":{\"reference\":\"Patient/"
     "1\"},"
     "\"component\":[{\"code\":{\"text\":\"Systolic\"},\"valueQuantity\":{\"value\":120,\"unit\":\"mmHg\"}},"
     "\n"
     "{\"code\":{\"text\":\"Diastolic\"},\"valueQuantity\":{\"value\":80,\"unit\":\"mmHg\"}}]}},\n"
     "{\"resource\":{\"resourceType\":\"Device\",\"id\":\"d\"}},\n{\"resource\":{\"resourceType\":"
     "\"Observation\",\"id\":\"o2\",\"status\":\"final\",\"code\":{\"text\":\"Glucose\"},\"subject\":"
     "{\"reference\":\"Patient/1\"},\"note\":[{\"text\":\"x\"}],\"valueQuantity\":{\"value\":5.1,\"unit\":"
     "\"mmol/L\"}}}]}\n"},
};

//  Of a part that may hold one byte each record is one; of each byte more the cut lies elsewhere.
Test (parts, the_same_bytes_wherever_a_block_is_cut)
{
    static const char *const OUTPUTS[] = {"csv", "ndjson", "fhir"};
    for (size_t i = 0; i < sizeof INPUTS / sizeof *INPUTS; i++)
        for (size_t f = 0; f < sizeof OUTPUTS / sizeof *OUTPUTS; f++) {
            struct made whole = s_make (INPUTS[i].name, INPUTS[i].text, OUTPUTS[f], SIZE_MAX);
            cr_assert_eq (whole.parts, 1);
            for (size_t bytes = 1; bytes < 4000; bytes += bytes < 2 ? 150 : 461) {
                struct made made = s_make (INPUTS[i].name, INPUTS[i].text, OUTPUTS[f], bytes);
                cr_assert (bytes > 1 || made.parts >= made.counts.read, "%zu parts", made.parts);
                for (size_t file = 0; file < FILES; file++)
                    cr_assert (strcmp (made.files[file], whole.files[file]) == 0,
                               "%s as %s in parts of %zu bytes: %s is\n%s\nand not\n%s", INPUTS[i].name,
                               OUTPUTS[f], bytes, NAMES[file], made.files[file], whole.files[file]);
                cr_assert_eq (memcmp (&made.counts, &whole.counts, sizeof whole.counts), 0);
                s_made_clear (&made);
            }
            s_made_clear (&whole);
        }
}

//  `count` records of one key after one of `keys`.
static char *s_wide (int keys, int count)
{
    char *text = malloc ((size_t) keys * 16 + (size_t) count * 32 + 64), *to = text;
    cr_assert_not_null (text);
    to += sprintf (to, "{\"patient_id\":\"p\"");
    for (int i = 0; i < keys; i++)
        to += sprintf (to, ",\"k%d\":1", i);
    to = stpcpy (to, "}\n");
    for (int i = 0; i < count; i++)
        to += sprintf (to, "{\"patient_id\":\"%d\"}\n", i);
    return text;
}

//  600 records as wide as the first, of 5,000 columns: a block of 256 KiB makes 3 MB, or 20 MB of JSON.
Test (parts, a_block_takes_no_more_room_whatever_its_records_make)
{
    enum { KEYS = 5000, RECORDS = 600, PART_MOST = 6 * 1024 * 1024 };
    static const char *const OUTPUTS[] = {"csv", "ndjson"};
    char *text = s_wide (KEYS, RECORDS);
    for (size_t f = 0; f < sizeof OUTPUTS / sizeof *OUTPUTS; f++) {
        struct made made = s_make ("in.ndjson", text, OUTPUTS[f], 0);
        cr_expect_gt (made.parts, 1, "%zu parts", made.parts);
        cr_expect_lt (made.room, PART_MOST, "%s: %zu bytes", OUTPUTS[f], made.room);
        cr_expect_gt (strlen (made.files[0]), (size_t) KEYS * RECORDS, "the output is large");
        cr_expect_eq (made.counts.written, RECORDS + 1);
        s_made_clear (&made);
    }
    free (text);
}

//  A harmonizer goes from its own thread to the writer's, with its block.
Test (parts, the_same_bytes_whatever_the_threads_and_blocks)
{
    static const struct {
        size_t threads;
        uint64_t block_bytes;
    } WAYS[] = {{1, 4096}, {2, 4096}, {3, 16384}, {2, 1 << 20}};
    struct workplace place;
    char *text = s_wide (2000, 2000), *first = NULL;
    workplace_make (&place);
    workplace_write (&place, "in.ndjson", text, strlen (text));
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        struct options options = {.block_bytes = WAYS[i].block_bytes};
        struct local_attempt got = local_attempt_run (&place, "in.ndjson", &options, WAYS[i].threads);
        cr_assert (got.done, "%s", got.error.text);
        char *records = workplace_read (got.folder, "records.csv", NULL);
        cr_assert (!first || strcmp (records, first) == 0, "%zu threads, blocks of %llu", WAYS[i].threads,
                   (unsigned long long) WAYS[i].block_bytes);
        if (first)
            free (records);
        else
            first = records;
    }
    free (first);
    free (text);
    workplace_remove (&place);
}
