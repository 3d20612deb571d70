//  standing_test.c: which of the records of a key stands, as one pass shows it and the next one assumes it,
//  for few and for many records and keys.
#include "worker/pipeline/keys/standing.h"

#include "worker/memory/pages.h"

#include <criterion/criterion.h>

//  Records 1, 2, 3 … of a pass: their rank, and the first of their key (themselves: a new one).
struct seen {
    uint64_t first, rank;
};

static void s_pass (standing_t *standing, bool ranked, const struct seen *seen, size_t count)
{
    standing_begin (standing, ranked);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq (seen[i].first == i + 1
                          ? standing_first (standing, i + 1, seen[i].rank)
                          : standing_contend (standing, seen[i].first, i + 1, seen[i].rank),
                      0);
}

Test (standing, a_pass_assumes_what_the_one_before_has_shown)
{
    static const struct seen SEEN[] = {{1, 5}, {2, 5}, {1, 7}, {1, 6}, {2, 4}, {6, 1}, {1, 7}, {2, 5}};
    standing_t *standing = standing_new ();
    cr_assert_not_null (standing);
    s_pass (standing, true, SEEN, 8);
    for (uint64_t first = 1; first <= 6; first++)
        cr_expect_eq (standing_of (standing, first), first, "nothing is assumed yet");
    cr_expect (standing_contradicts (standing));
    s_pass (standing, true, SEEN, 8);
    cr_expect_eq (standing_of (standing, 1), 7, "of the same rank the later one");
    cr_expect_eq (standing_of (standing, 2), 8);
    cr_expect_eq (standing_of (standing, 6), 6);
    cr_expect_not (standing_contradicts (standing));
    //  By their order alone.
    s_pass (standing, false, SEEN, 7);
    cr_expect (standing_contradicts (standing));
    s_pass (standing, false, SEEN, 7);
    cr_expect_eq (standing_of (standing, 1), 7);
    cr_expect_eq (standing_of (standing, 2), 5);
    standing_destroy (&standing);
    cr_expect_null (standing);
    standing_destroy (&standing);
}

Test (standing, a_contest_that_is_gone_or_new_or_goes_otherwise_contradicts)
{
    static const struct seen ONE[] = {{1, 1}, {1, 2}, {3, 1}}, NONE[] = {{1, 1}, {2, 1}, {3, 1}},
                             TWO[] = {{1, 1}, {1, 2}, {1, 3}}, FIRST[] = {{1, 9}, {1, 2}, {3, 1}};
    static const struct {
        const struct seen *before, *after;
        bool contradicts;
    } CASES[] = {{ONE, ONE, false}, {ONE, NONE, true},   {NONE, ONE, true},    {ONE, TWO, true},
                 {TWO, ONE, true},  {NONE, NONE, false}, {FIRST, NONE, false}, {NONE, FIRST, false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        standing_t *standing = standing_new ();
        cr_assert_not_null (standing);
        s_pass (standing, true, CASES[i].before, 3);
        s_pass (standing, true, CASES[i].after, 3);
        cr_expect_eq (standing_contradicts (standing), CASES[i].contradicts, "case %zu", i);
        standing_destroy (&standing);
    }
}

//  Ranks of more records than the first chunk holds, at each size that it has on its way; every seventh is
//  contested by a later one of its own rank less or more.
Test (standing, of_many_records_each_keeps_its_rank)
{
    enum { CHUNK = LARGE_PAGE_BYTES / sizeof (uint64_t), RECORDS = 2 * CHUNK + 100 };
    standing_t *standing = standing_new ();
    cr_assert_not_null (standing);
    for (int pass = 0; pass < 2; pass++) {
        standing_begin (standing, true);
        for (uint64_t record = 1; record <= RECORDS; record++)
            cr_assert_eq (standing_first (standing, record, 1000 + record % 1000), 0);
        for (uint64_t first = 7; first <= RECORDS; first += 7)
            cr_assert_eq (
                standing_contend (standing, first, RECORDS + first, 999 + first % 1000 + (first % 2 ? 2 : 0)),
                0);
    }
    cr_expect_not (standing_contradicts (standing));
    for (uint64_t first = 1; first <= RECORDS; first++)
        cr_assert_eq (standing_of (standing, first), first % 7 == 0 && first % 2 ? RECORDS + first : first,
                      "record %llu", (unsigned long long) first);
    //  8 bytes a record, and at most 32 a contested key.
    cr_expect_leq (standing_bytes (standing),
                   8 * 3 * (size_t) CHUNK + 32 * 2 * (size_t) (RECORDS / 7) + 4096);
    cr_expect_geq (standing_bytes (standing), 8 * (size_t) RECORDS);
    standing_destroy (&standing);
}

Test (standing, without_ranks_the_last_one_stands_and_nothing_is_kept_of_the_others)
{
    standing_t *standing = standing_new ();
    cr_assert_not_null (standing);
    for (int pass = 0; pass < 2; pass++) {
        standing_begin (standing, false);
        for (uint64_t record = 1; record <= 5000; record++)
            cr_assert_eq (standing_first (standing, record, 0), 0);
        cr_assert_eq (standing_contend (standing, 4, 5001, 0), 0);
        cr_assert_eq (standing_contend (standing, 4, 5002, 0), 0);
    }
    cr_expect_eq (standing_of (standing, 4), 5002);
    cr_expect_leq (standing_bytes (standing), 4096);
    standing_destroy (&standing);
}

//  8 bytes a record, from 1,024 of them, and 16 a slot of a contest, of which 64 are there for the first.
Test (standing, a_few_records_take_little)
{
    standing_t *standing = standing_new ();
    cr_assert_not_null (standing);
    standing_begin (standing, true);
    cr_expect_eq (standing_bytes (standing), 0);
    cr_assert_eq (standing_first (standing, 1, 5), 0);
    cr_expect_eq (standing_bytes (standing), 1024 * 8 + 16 * sizeof (void *));
    cr_assert_eq (standing_contend (standing, 1, 2, 6), 0);
    cr_expect_eq (standing_bytes (standing), 1024 * 8 + 16 * sizeof (void *) + 64 * 16);
    standing_begin (standing, true);
    cr_assert_eq (standing_contend (standing, 1, 2, 6), 0);
    cr_expect_eq (standing_bytes (standing), 1024 * 8 + 16 * sizeof (void *) + 2 * 64 * 16);
    standing_destroy (&standing);
}
