//  passed_by_test.c: what a block has met besides records, as its format tells it, and what a pass adds up of
//  it.
#include "worker/pipeline/passed_by.h"

#include <criterion/criterion.h>
#include <string.h>

static char s_ward[] = "/ward", s_bed[] = "/bed/no";
static const struct text NAMES[] = {{"Ward", 4}, {"", 0}, {"Bed No", 6}};
static const struct skipped_records SKIPPED[] = {{"Device", 3}, {"Location", 5}};
static const struct path_count PATHS[] = {{s_ward, 7}, {s_bed, 1}};
static const struct link LINKS[] = {{11, LINK_ASKED}, {12, LINK_OTHER}};

static struct text s_unknown (rows_t *rows, size_t i)
{
    (void) rows;
    return i < 3 ? NAMES[i] : (struct text){NULL, 0};
}

static const struct skipped_records *s_skipped (const rows_t *rows, size_t *count)
{
    (void) rows;
    *count = 2;
    return SKIPPED;
}

static const struct path_count *s_left_over (rows_t *rows, size_t *count)
{
    (void) rows;
    *count = 2;
    return PATHS;
}

static const struct link *s_links (const rows_t *rows, size_t *count)
{
    (void) rows;
    *count = 2;
    return LINKS;
}

static const struct path_count *s_nothing_left (rows_t *rows, size_t *count)
{
    (void) rows;
    *count = 0;
    return NULL;
}

static const struct path_count *s_starved (rows_t *rows, size_t *count)
{
    (void) rows;
    *count = 1;
    return NULL;
}

static const struct format ALL = {
    .name = "all", .unknown = s_unknown, .skipped = s_skipped, .left_over = s_left_over, .links = s_links};

static struct block *s_gather (const struct format *format, uint64_t without)
{
    struct block *block = block_new (1, 100);
    cr_assert_not_null (block);
    passed_by_gather (block, format, NULL, without);
    return block;
}

Test (passed_by, a_block_takes_all_that_its_format_tells)
{
    static const char UNKNOWN[] = "Ward\0\0Bed No";
    struct block *block = s_gather (&ALL, 0);
    cr_expect_eq (block->error.code, DMH_OK);
    cr_assert_eq (block->unknown.used, sizeof UNKNOWN);
    cr_expect_eq (memcmp (block->unknown.at, UNKNOWN, sizeof UNKNOWN), 0);
    cr_assert_eq (block->skipped.used, sizeof SKIPPED);
    cr_expect_eq (memcmp (block->skipped.at, SKIPPED, sizeof SKIPPED), 0);
    cr_assert_eq (block->links.used, sizeof LINKS);
    cr_expect_eq (memcmp (block->links.at, LINKS, sizeof LINKS), 0);
    const char *at = block->left_over.at;
    cr_assert_eq (block->left_over.used, 2 * sizeof (uint64_t) + sizeof s_ward + sizeof s_bed);
    cr_expect_eq (memcmp (at, &PATHS[0].count, sizeof (uint64_t)), 0);
    cr_expect_str_eq (at + sizeof (uint64_t), s_ward);
    at += sizeof (uint64_t) + sizeof s_ward;
    cr_expect_eq (memcmp (at, &PATHS[1].count, sizeof (uint64_t)), 0);
    cr_expect_str_eq (at + sizeof (uint64_t), s_bed);
    block_destroy (&block);
}

Test (passed_by, what_a_format_never_meets_is_nothing)
{
    static const struct format NONE = {.name = "none"},
                               EMPTY = {.name = "empty", .left_over = s_nothing_left};
    const struct format *const POOR[] = {&NONE, &EMPTY};
    for (size_t i = 0; i < 2; i++) {
        struct block *block = s_gather (POOR[i], 0);
        cr_expect_eq (block->error.code, DMH_OK, "%s: %s", POOR[i]->name, block->error.text);
        cr_expect_eq (block->unknown.used + block->skipped.used + block->left_over.used + block->links.used,
                      0);
        block_destroy (&block);
    }
}

//  In the place of what the format skips, of which a wide table has nothing.
Test (passed_by, rows_without_a_result_are_told)
{
    struct block *block = s_gather (&(const struct format){.name = "csv"}, 4);
    struct skipped_records told;
    cr_assert_eq (block->skipped.used, sizeof told);
    memcpy (&told, block->skipped.at, sizeof told);
    cr_expect_str_eq (told.name, "rows without a result");
    cr_expect_eq (told.count, 4);
    block_destroy (&block);
}

Test (passed_by, paths_without_memory_fail_the_block)
{
    struct block *block = s_gather (&(const struct format){.name = "fhir", .left_over = s_starved}, 0);
    cr_expect_eq (block->error.code, DMH_INTERNAL);
    cr_expect_str_eq (block->error.text, "out of memory while counting what was passed by");
    block_destroy (&block);
}

Test (passed_by, a_pass_adds_up_its_blocks_and_forgets_them_at_its_end)
{
    struct passed_by all = {.links = {.at = NULL}};
    struct block *block = s_gather (&ALL, 0);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < 3; i++)
            cr_assert_eq (passed_by_add (&all, block), 0);
        cr_assert_eq (all.skipped.count, 2);
        cr_expect_eq (all.skipped.names[0].count, 9);
        cr_expect_eq (all.skipped.names[1].count, 15);
        cr_assert_eq (all.left_over.count, 2);
        cr_expect_str_eq (all.left_over.paths[0].path, s_ward);
        cr_expect_eq (all.left_over.paths[0].count, 21);
        cr_expect_eq (all.left_over.paths[1].count, 3);
        cr_expect_eq (all.links.used, 3 * sizeof LINKS);
        passed_by_clear (&all);
        cr_expect_eq (all.skipped.count + all.left_over.count + all.links.used, 0);
    }
    block_destroy (&block);
}
