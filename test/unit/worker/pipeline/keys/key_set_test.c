//  key_set_test.c: the set of keys behind duplicates and conflicts.
#include "worker/pipeline/keys/key_set.h"

#include "worker/memory/pages.h"

#include <criterion/criterion.h>

static struct key_hash s_hash (uint64_t key, uint64_t content)
{
    //  Spread as a hash would be; the low bits pick the slot.
    uint64_t mixed = key * 0x9e3779b97f4a7c15u;
    return (struct key_hash){mixed, (uint32_t) (mixed >> 32) ^ 7, content};
}

Test (keys, the_first_record_of_a_key_is_new_and_later_ones_name_it)
{
    key_set_t *keys = key_set_new ();
    uint64_t first = 0;
    struct key_hash a = s_hash (1, 10), other = s_hash (1, 11), b = s_hash (2, 10);
    cr_assert_eq (key_set_add (keys, &a, 5, &first), KEY_SET_NEW);
    cr_assert_eq (key_set_add (keys, &b, 6, &first), KEY_SET_NEW);
    cr_assert_eq (key_set_add (keys, &a, 7, &first), KEY_SET_DUPLICATE);
    cr_assert_eq (first, 5);
    cr_assert_eq (key_set_add (keys, &other, 8, &first), KEY_SET_CONFLICT);
    cr_assert_eq (first, 5);
    //  What was set aside is known too: its repeat is a repeat of it, not another conflict.
    cr_assert_eq (key_set_add (keys, &other, 9, &first), KEY_SET_DUPLICATE);
    cr_assert_eq (first, 8);
    struct key_hash third = s_hash (1, 12);
    cr_assert_eq (key_set_add (keys, &third, 10, &first), KEY_SET_CONFLICT);
    cr_assert_eq (first, 5, "a conflict is one with the first, which stands");
    cr_assert_eq (key_set_add (keys, &a, 11, &first), KEY_SET_DUPLICATE);
    cr_assert_eq (first, 5);
    key_set_destroy (&keys);
    cr_assert_null (keys);
    key_set_destroy (&keys);
}

Test (keys, a_million_keys_are_told_apart_in_at_most_32_bytes_each)
{
    enum { COUNT = 1000000 };
    key_set_t *keys = key_set_new ();
    uint64_t first = 0;
    for (uint64_t i = 1; i <= COUNT; i++) {
        struct key_hash hash = s_hash (i, i);
        key_set_prefetch (keys, &hash);
        cr_assert_eq (key_set_add (keys, &hash, i, &first), KEY_SET_NEW);
        if (i >= 100000)    //  below, the chunk not yet full weighs
            cr_assert_leq (key_set_bytes (keys), i * 32 + LARGE_PAGE_BYTES);
    }
    for (uint64_t i = 1; i <= COUNT; i += 997) {
        struct key_hash hash = s_hash (i, i);
        cr_assert_eq (key_set_add (keys, &hash, COUNT + 1, &first), KEY_SET_DUPLICATE);
        cr_assert_eq (first, i);
    }
    key_set_destroy (&keys);
}

//  As in a file of events, where one person has most of the records. Quadratic, it would not end in time.
Test (keys, a_million_contents_of_one_key_cost_as_much_as_keys_do, .timeout = 60)
{
    enum { COUNT = 1000000 };
    key_set_t *keys = key_set_new ();
    uint64_t first = 0;
    for (uint64_t again = 0; again < 2; again++)
        for (uint64_t i = 1; i <= COUNT; i++) {
            struct key_hash hash = s_hash (1, i * 0x9e3779b97f4a7c15u);
            enum key_set_answer answer = key_set_add (keys, &hash, again * COUNT + i, &first);
            cr_assert_eq (answer, again ? KEY_SET_DUPLICATE : i == 1 ? KEY_SET_NEW : KEY_SET_CONFLICT);
            cr_assert_eq (first, again ? i : 1);
        }
    cr_assert_leq (key_set_bytes (keys), (size_t) COUNT * 32 + LARGE_PAGE_BYTES);
    key_set_destroy (&keys);
}

Test (keys, contents_of_one_key_are_not_those_of_another)
{
    enum { COUNT = 300 };
    key_set_t *keys = key_set_new ();
    uint64_t first = 0, record = 0;
    for (uint64_t content = 1; content <= COUNT; content++)
        for (uint64_t key = 1; key <= COUNT; key++) {
            struct key_hash hash = s_hash (key, content);
            cr_assert_eq (key_set_add (keys, &hash, ++record, &first),
                          content == 1 ? KEY_SET_NEW : KEY_SET_CONFLICT);
            cr_assert_eq (first, content == 1 ? record : key);
        }
    key_set_destroy (&keys);
}

Test (keys, keys_with_the_same_slot_and_different_bits_are_different)
{
    key_set_t *keys = key_set_new ();
    uint64_t first = 0;
    for (uint64_t i = 0; i < 500; i++) {
        struct key_hash hash = {i << 40, 0, 0}, more = {i << 40, 1, 0};
        cr_assert_eq (key_set_add (keys, &hash, 2 * i + 1, &first), KEY_SET_NEW);
        cr_assert_eq (key_set_add (keys, &more, 2 * i + 2, &first), KEY_SET_NEW);
    }
    key_set_destroy (&keys);
}

Test (keys, content_differs_by_any_of_its_lowest_48_bits)
{
    key_set_t *keys = key_set_new ();
    uint64_t first = 0;
    struct key_hash hash = {99, 1, 0};
    cr_assert_eq (key_set_add (keys, &hash, 1, &first), KEY_SET_NEW);
    for (int bit = 0; bit < 48; bit++) {
        hash.content = 1ull << bit;
        cr_assert_eq (key_set_add (keys, &hash, 2, &first), KEY_SET_CONFLICT, "bit %d", bit);
    }
    key_set_destroy (&keys);
}

Test (keys, after_clear_nothing_is_known)
{
    key_set_t *keys = key_set_new ();
    uint64_t first = 0;
    struct key_hash hash = s_hash (3, 3);
    key_set_add (keys, &hash, 1, &first);
    key_set_clear (keys);
    cr_assert_eq (key_set_add (keys, &hash, 2, &first), KEY_SET_NEW);
    key_set_destroy (&keys);
}

//  More than the index has slots at first, so that it is made anew from what is there.
Test (keys, of_those_before_clear_none_comes_back_when_the_index_grows)
{
    enum { COUNT = 10000 };
    key_set_t *keys = key_set_new ();
    uint64_t first = 0;
    struct key_hash before = s_hash (COUNT + 1, 3);
    cr_assert_eq (key_set_add (keys, &before, 1, &first), KEY_SET_NEW);
    key_set_clear (keys);
    for (uint64_t i = 1; i <= COUNT; i++) {
        struct key_hash hash = s_hash (i, i);
        cr_assert_eq (key_set_add (keys, &hash, i, &first), KEY_SET_NEW);
    }
    cr_expect_eq (key_set_first (keys, &before), 0);
    struct key_hash one = s_hash (1, 1);
    cr_expect_eq (key_set_first (keys, &one), 1);
    key_set_destroy (&keys);
}

//  A slot has to stay free, or a search would not end.
Test (keys, one_that_is_not_there_is_looked_for_in_vain_however_full_the_index_is, .timeout = 60)
{
    enum { COUNT = 10000 };
    key_set_t *keys = key_set_new ();
    uint64_t first = 0;
    struct key_hash other = s_hash (COUNT + 1, 3);
    for (uint64_t i = 1; i <= COUNT; i++) {
        struct key_hash hash = s_hash (i, i);
        cr_assert_eq (key_set_add (keys, &hash, i, &first), KEY_SET_NEW);
        cr_assert_eq (key_set_first (keys, &other), 0);
    }
    key_set_destroy (&keys);
}

//  5 bytes a slot, of which a power of two is there and at most seven of eight are taken, 20 an entry.
Test (keys, as_many_as_are_expected_have_room_at_once_and_few_take_little)
{
    key_set_t *keys = key_set_new ();
    uint64_t first = 0;
    struct key_hash hash = s_hash (3, 3);
    cr_assert_not_null (keys);
    cr_expect_eq (key_set_bytes (keys), 4096 * 5);
    cr_assert_eq (key_set_add (keys, &hash, 1, &first), KEY_SET_NEW);
    cr_expect_eq (key_set_bytes (keys), 4096 * 5 + 1024 * 20 + 16 * sizeof (void *));
    key_set_expect (keys, 3583);
    cr_expect_eq (key_set_bytes (keys), 4096 * 5 + 1024 * 20 + 16 * sizeof (void *));
    key_set_expect (keys, 100000);
    cr_expect_eq (key_set_bytes (keys), 131072 * 5 + 1024 * 20 + 16 * sizeof (void *));
    key_set_expect (keys, 5);
    cr_expect_eq (key_set_bytes (keys), 131072 * 5 + 1024 * 20 + 16 * sizeof (void *), "it keeps its room");
    cr_expect_eq (key_set_first (keys, &hash), 1);
    key_set_destroy (&keys);
}

Test (keys, a_record_number_beyond_the_bound_is_refused)
{
    key_set_t *keys = key_set_new ();
    uint64_t first = 0;
    struct key_hash hash = s_hash (3, 3);
    cr_assert_eq (key_set_add (keys, &hash, (uint64_t) KEYS_RECORDS_MAX + 1, &first), KEY_SET_FULL);
    key_set_destroy (&keys);
}
