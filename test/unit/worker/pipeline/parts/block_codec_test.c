//  block_codec_test.c: a writer that takes blocks which were written and read again makes the very files that
//  it makes of blocks as they come: over all cases under fixtures/, in every output format; and what is no
//  block is told.
#include "test/support/results/golden_case.h"
#include "test/support/results/hand_driver.h"

#include "client/arguments/arguments.h"
#include "messages/uri.h"
#include "worker/pipeline/parts/block_codec.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct coder {
    struct block *block;    //  that goes on
    struct packer packer;
    size_t blocks;
};

//  The input of a block that was read is in the one that was written.
static void s_load (void *context, struct block *block)
{
    const struct block *from = context;
    size_t n = block->in.used, at = (size_t) (block->in_at - from->in_at);
    block->load = NULL;
    block->in.used = 0;
    cr_assert (at <= from->in.used && n <= from->in.used - at && buffer_reserve (&block->in, n) == 0);
    memcpy (block->in.at, from->in.at + at, n);
    block->in.used = n;
}

//  A block that was written and read; its tally travels by itself.
static struct block *s_code (void *context, const struct pass *pass, struct block *block)
{
    struct coder *self = context;
    size_t fields = pass->plan->step_count;
    self->blocks++;
    block_destroy (&self->block);
    self->block = block_new (fields, 1);
    block_reset (self->block, 1);
    self->packer.to.used = 0;
    block_pack (block, true, &self->packer);
    cr_assert_not (self->packer.failed);
    struct packed from = {self->packer.to.at, self->packer.to.at + self->packer.to.used, false};
    size_t cells = pass->layout.encoder->database ? pass->layout.value_count : 0;
    cr_assert_eq (block_unpack (self->block, fields, cells, &from), 0);
    cr_assert (packed_is_whole (&from));
    self->block->pass = block->pass;
    self->block->load = s_load;
    self->block->load_context = block;
    tally_add (&self->block->tally, &block->tally, 0);
    return self->block;
}

struct run {
    struct hand_driver driver;
    struct attempt attempt;
    struct assignment assignment;
    struct fetched_files fetched_files;
    struct runner_news news;
    char folder[GOLDEN_PATH_BYTES + 64];
};

//  Whether it has come to a result; else the format is none that is coded, or does not write that kind.
static bool s_run (struct run *run, const char *input, const char *place, const struct options *options,
                   const catalog_t *catalog)
{
    struct error error = {.code = DMH_OK};
    const char *slash = strrchr (input, '/');
    run->assignment = (struct assignment){
        .job = "0123456789abcdef0123", .attempt = 1, .options = options, .catalog = catalog};
    snprintf (run->assignment.input.name, sizeof run->assignment.input.name, "%s", slash + 1);
    cr_assert_eq (uri_from_path (input, run->assignment.input.uri, sizeof run->assignment.input.uri, &error),
                  DMH_OK);
    snprintf (run->folder, sizeof run->folder, "%s/%s", place, run->driver.between ? "coded" : "plain");
    run->assignment.folder = run->folder;
    run->assignment.results = place;
    hand_driver_make (&run->driver);
    int rc = attempt_prepare (&run->attempt, &run->assignment, &run->fetched_files, 1, &error);
    const struct format *format = run->attempt.preparation.dialect.format;
    bool coded = rc == DMH_OK && (format == &FORMAT_CSV || format == &FORMAT_JSON);
    if (coded) {
        cr_assert_eq (passes_run (&run->attempt, &run->driver.task, &error), DMH_OK, "%s: %s", input,
                      error.text);
        cr_assert_eq (attempt_finish (&run->attempt, false, &run->news, &error), DMH_OK, "%s: %s", input,
                      error.text);
    }
    runner_news_clear (&run->news);
    attempt_clear (&run->attempt);
    return coded;
}

static size_t s_compared, s_blocks;

static void s_compare (const char *input, const char *place, const struct options *options,
                       const catalog_t *catalog)
{
    struct run plain = {.driver = {.between = NULL}}, coded = {.driver = {.between = s_code}};
    struct coder coder = {.blocks = 0};
    coded.driver.context = &coder;
    if (s_run (&plain, input, place, options, catalog)) {
        cr_assert (s_run (&coded, input, place, options, catalog));
        cr_assert (results_agree (plain.folder, coded.folder), "%s as “%s”", input, options->format);
        s_compared++;
        s_blocks += coder.blocks;
    }
    block_destroy (&coder.block);
    free (coder.packer.to.at);
}

static void s_visit (const struct workplace *place, struct golden_case *golden)
{
    static const char *const FORMATS_OUT[] = {"csv", "ndjson", "fhir", "sqlite"};
    struct arguments arguments;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (arguments_read (&arguments,
                                  ARGUMENTS_JOB | ARGUMENTS_WORK | ARGUMENTS_FOLDER | ARGUMENTS_QUIET, NULL,
                                  (int) golden->word_count - 1, (char **) golden->words + 1, &error),
                  DMH_OK, "%s: %s", golden->name, error.text);
    catalog_t *catalog = catalog_new (NULL, &error);
    arguments.options.block_bytes = 4096;    //  several blocks, also of small cases
    snprintf (arguments.options.audit, sizeof arguments.options.audit, "full");
    for (size_t i = 0; i < sizeof FORMATS_OUT / sizeof *FORMATS_OUT; i++) {
        char own[512];
        snprintf (own, sizeof own, "%s/%s-%zu", place->folder, golden->name, i);
        cr_assert_eq (mkdir (own, 0700), 0);
        snprintf (arguments.options.format, sizeof arguments.options.format, "%s", FORMATS_OUT[i]);
        s_compare (golden->input, own, &arguments.options, catalog);
    }
    catalog_destroy (&catalog);
    arguments_clear (&arguments);
}

Test (block_codec, blocks_that_were_written_and_read_make_the_same_files, .timeout = 300)
{
    struct workplace place;
    workplace_make (&place);
    golden_case_each (&place, s_visit);
    workplace_remove (&place);
    cr_assert_geq (s_compared, 100, "%zu results", s_compared);
    cr_assert_gt (s_blocks, s_compared);
}

//  Of any bytes of a block that are others, or are missing, reading says so or gives a block that holds
//  together; the fuzzer goes on from here.
Test (block_codec, what_is_no_block_is_told)
{
    struct block *block = block_new (3, 64), *other = block_new (3, 1);
    struct packer packer = {.failed = false};
    memcpy (block->in.at, "a,b\nc,d\n", 8);
    block->in.used = 8;
    cr_assert_eq (buffer_reserve (&block->out, 8), 0);
    memcpy (block->out.at, "A,B\n", 4);
    block->out.used = 4;
    *block_add_verdict (block) = (struct verdict){
        .out_n = 4, .raw_n = 3, .field = FIELD_NONE, .rule = RULE_NONE, .hash = {1, 2, 3}, .rank = 5};
    *block_add_verdict (block) =
        (struct verdict){.raw_at = 4, .raw_n = 3, .line = 1, .field = 2, .rule = RULE_FIELD_COUNT};
    block_pack (block, true, &packer);
    for (size_t n = 0; n < packer.to.used; n++) {
        struct packed from = {packer.to.at, packer.to.at + n, false};
        block_reset (other, 1);
        cr_assert_eq (block_unpack (other, 3, 0, &from), 0);
        cr_assert_not (packed_is_whole (&from), "%zu of %zu bytes are a block", n, packer.to.used);
        cr_assert_eq (other->verdict_count, 0);
    }
    struct packed from = {packer.to.at, packer.to.at + packer.to.used, false};
    block_reset (other, 1);
    cr_assert_eq (block_unpack (other, 3, 0, &from), 0);
    cr_assert (packed_is_whole (&from));
    cr_assert_eq (other->verdict_count, 2);
    cr_assert_eq (other->verdicts[0].rank, 5);
    cr_assert_eq (other->verdicts[1].field, 2);
    other->load = s_load;
    other->load_context = block;
    cr_assert_eq (block_raw (other, &other->verdicts[1]).at[0], 'c');
    //  A field that the schema does not have, rows that are no cells.
    from = (struct packed){packer.to.at, packer.to.at + packer.to.used, false};
    block_reset (other, 1);
    block_unpack (other, 2, 0, &from);
    cr_assert (from.bad);
    from = (struct packed){packer.to.at, packer.to.at + packer.to.used, false};
    block_reset (other, 1);
    block_unpack (other, 3, 2, &from);
    cr_assert (from.bad);
    free (packer.to.at);
    block_destroy (&block);
    block_destroy (&other);
}
