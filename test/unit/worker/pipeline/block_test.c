//  block_test.c: a block that is used again and again: what it forgets, what memory it keeps, how large the
//  next one is.
#include "worker/pipeline/block.h"

#include "worker/pipeline/pass.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 65536, FIELDS = 3 };

static void s_grow (struct buffer *buffer, size_t size)
{
    cr_assert_eq (buffer_reserve (buffer, size), 0);
    buffer->used = size;
}

static struct block *s_filled (size_t size)
{
    struct block *block = block_new (FIELDS, BYTES);
    cr_assert_not_null (block);
    struct buffer *const buffers[] = {&block->in,        &block->made,    &block->out,
                                      &block->notes,     &block->unknown, &block->skipped,
                                      &block->left_over, &block->urls,    &block->links};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        s_grow (buffers[i], size);
    for (int i = 0; i < 3000; i++) {
        struct verdict *verdict = block_add_verdict (block);
        struct remark *remark = block_add_remark (block);
        cr_assert (verdict && remark);
        memset (verdict, i, sizeof *verdict);
        memset (remark, i, sizeof *remark);
    }
    tally_mark (&block->tally, 1, RULE_DATE_FORMAT, 5);
    block->error.code = DMH_IO;
    block->doomed = block->cut = true;
    block->parts = 2;
    return block;
}

static void s_expect_empty (const struct block *block, size_t in)
{
    cr_expect_eq (block->in.used, in);
    cr_expect_eq (block->made.used + block->out.used + block->notes.used + block->unknown.used +
                      block->skipped.used + block->left_over.used + block->urls.used + block->links.used,
                  0);
    cr_expect_eq (block->verdict_count + block->remark_count, 0);
    cr_expect_eq (tally_of (&block->tally, 1, RULE_DATE_FORMAT)->count, 0);
    cr_expect_eq (block_made (block), 0);
}

Test (block, the_next_part_forgets_what_was_made_and_keeps_what_is_left_of_the_input)
{
    struct block *block = s_filled (1000);
    cr_expect_eq (block_made (block), 4 * 1000 + 3000 * (sizeof (struct verdict) + sizeof (struct remark)));
    block_reset_part (block);
    s_expect_empty (block, 1000);
    cr_expect_eq (block->error.code, DMH_IO);
    cr_expect (block->doomed && block->cut);
    cr_expect_eq (block->parts, 2);
    block_destroy (&block);
    cr_expect_null (block);
    block_destroy (&block);
}

Test (block, the_next_use_begins_with_nothing)
{
    struct block *block = s_filled (1000);
    const char *in = block->in.at, *out = block->out.at;
    block_reset (block, BYTES);
    s_expect_empty (block, 0);
    cr_expect_eq (block->error.code, DMH_OK);
    cr_expect_not (block->doomed || block->cut);
    cr_expect_eq (block->parts, 0);
    cr_expect (block->in.at == in && block->out.at == out, "it keeps its memory");
    block_destroy (&block);
}

//  A buffer of just that size.
static void s_make_exact (struct buffer *buffer, size_t size)
{
    free (buffer->at);
    *buffer = (struct buffer){malloc (size), size, size};
    cr_assert_not_null (buffer->at);
}

//  Beyond twice its bytes of input and a page, eight times of what is made and 64 KiB.
Test (block, what_a_giant_record_needed_is_given_back)
{
    for (size_t more = 0; more < 2; more++) {
        struct block *block = s_filled (1000);
        struct buffer *const made[] = {&block->made, &block->out, &block->notes};
        s_make_exact (&block->in, 2 * BYTES + 4096 + more);
        for (size_t i = 0; i < 3; i++)
            s_make_exact (made[i], 8 * BYTES + 65536 + more);
        block_reset (block, BYTES);
        cr_expect_eq (block->in.size, more ? 0 : 2 * BYTES + 4096);
        cr_expect_eq (block->in.at != NULL, !more);
        cr_expect_eq (block->in.used, 0);
        for (size_t i = 0; i < 3; i++) {
            cr_expect_eq (made[i]->size, more ? 0 : 8 * BYTES + 65536);
            cr_expect_eq (made[i]->at != NULL, !more);
        }
        block_destroy (&block);
    }
}

Test (block, the_next_one_is_larger_until_it_makes_much_and_smaller_where_one_came_in_parts)
{
    static const struct {
        size_t parts, made, bytes, most, next;
    } CASES[] = {
        {0, 0, 65536, 1 << 20, 131072},                                        //  doubled
        {0, 0, 524287, 1 << 20, 1048574},                                      //  …
        {0, 0, 524288, 1 << 20, 1 << 20},                                      //  … up to the most
        {0, 0, 600000, 1 << 20, 1 << 20}, {0, 999, 65536, 1 << 20, 131072},    //  not a quarter of a part
        {0, 1000, 65536, 1 << 20, 65536},                                      //  a quarter
        {0, 5000, 65536, 1 << 20, 65536}, {1, 0, 65536, 1 << 20, 32768},       //  halved
        {2, 5000, 32770, 1 << 20, 16385}, {1, 0, 32768, 1 << 20, 16384},       //  down to 16 KiB
        {1, 0, 20000, 1 << 20, 16384},    {1, 0, 9000, 8192, 8192},    //  or to the most, where that is less
        {1, 0, 4096, 4096, 4096},
    };
    struct pass pass = {.part_bytes = 4000};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct block *block = block_new (FIELDS, 4096);
        cr_assert_not_null (block);
        block->pass = &pass;
        block->parts = CASES[i].parts;
        if (CASES[i].made)
            s_grow (&block->out, CASES[i].made);
        cr_expect_eq (block_bytes_next (block, CASES[i].bytes, CASES[i].most), CASES[i].next, "case %zu", i);
        block_destroy (&block);
    }
}

Test (block, makes_room_for_what_those_before_it_needed)
{
    struct block_needs needs = {0, 0};
    struct block *block = block_new (FIELDS, BYTES);
    cr_assert_not_null (block);
    s_grow (&block->in, 6400);
    block_expect (block, &needs);    //  nothing is known: 100 rows, and half as many bytes again
    cr_expect_eq (block->verdict_room, 101);
    cr_expect_geq (block->out.size, 9600 + 150);
    block->out.used = 700;
    for (int i = 0; i < 5; i++)
        cr_assert_not_null (block_add_verdict (block));
    block_learn (block, &needs);
    cr_expect_eq (needs.rows, 5);
    cr_expect_eq (needs.bytes, 700);
    block_reset_part (block);
    block->out.used = 600;
    cr_assert_not_null (block_add_verdict (block));
    block_learn (block, &needs);
    cr_expect_eq (needs.rows, 5);
    cr_expect_eq (needs.bytes, 700);
    struct block *next = block_new (FIELDS, BYTES);
    cr_assert_not_null (next);
    needs = (struct block_needs){640, 64000};
    s_grow (&next->in, 10);
    block_expect (next, &needs);
    cr_expect_eq (next->verdict_room, 650);
    cr_expect_geq (next->out.size, 65000);
    const struct verdict *verdicts = next->verdicts;
    needs.rows = 9000;
    block_expect (next, &needs);
    cr_expect (next->verdicts == verdicts && next->verdict_room == 650, "it has room");
    block_destroy (&next);
    block_destroy (&block);
}

Test (block, a_record_s_row_is_without_its_line_end_and_of_a_database_nothing)
{
    struct block *block = block_new (FIELDS, BYTES);
    cr_assert_not_null (block);
    s_grow (&block->in, 4);
    memcpy (block->in.at, "abcd", 4);
    s_grow (&block->made, 4);
    memcpy (block->made.at, "ABCD", 4);
    s_grow (&block->out, 8);
    memcpy (block->out.at, "x,y\nz,w\n", 8);
    struct verdict verdict = {.out_at = 4, .out_n = 4, .raw_at = 1, .raw_n = 2};
    struct text row = block_row (block, &verdict, 0), raw = block_raw (block, &verdict);
    cr_expect (row.n == 3 && memcmp (row.at, "z,w", 3) == 0);
    cr_expect (raw.n == 2 && memcmp (raw.at, "bc", 2) == 0);
    row = block_row (block, &verdict, 2);
    cr_expect (row.n == 1 && *row.at == 'w', "what stands before its text is left out");
    verdict.made = true;
    raw = block_raw (block, &verdict);
    cr_expect (raw.n == 2 && memcmp (raw.at, "BC", 2) == 0);
    verdict.out_n = 3;
    cr_expect_eq (block_row (block, &verdict, 0).n, 0);
    verdict.out_n = 0;
    cr_expect_eq (block_row (block, &verdict, 0).n, 0);
    block_destroy (&block);
}
