//  key_set_test.c: the set of keys behind duplicates and conflicts.
#include "worker/pipeline/key_set.h"

#include <criterion/criterion.h>

static struct key_hash s_hash (uint64_t key, uint64_t content)
{
    //  Spread as a hash would be; the low bits pick the slot.
    uint64_t mixed = key * 0x9e3779b97f4a7c15u;
    return (struct key_hash){mixed, (uint32_t) (mixed >> 32) ^ 7, content};
}

Test (keys, the_first_record_of_a_key_is_new_and_later_ones_name_it)
{
    keys_t *keys = keys_new ();
    uint64_t first = 0;
    struct key_hash a = s_hash (1, 10), other = s_hash (1, 11), b = s_hash (2, 10);
    cr_assert_eq (keys_add (keys, &a, 5, &first), KEYS_NEW);
    cr_assert_eq (keys_add (keys, &b, 6, &first), KEYS_NEW);
    cr_assert_eq (keys_add (keys, &a, 7, &first), KEYS_DUPLICATE);
    cr_assert_eq (first, 5);
    cr_assert_eq (keys_add (keys, &other, 8, &first), KEYS_CONFLICT);
    cr_assert_eq (first, 5);
    //  The later content was never accepted, so it stays a conflict.
    cr_assert_eq (keys_add (keys, &other, 9, &first), KEYS_CONFLICT);
    keys_destroy (&keys);
    cr_assert_null (keys);
    keys_destroy (&keys);
}

Test (keys, a_million_keys_are_told_apart_in_at_most_32_bytes_each)
{
    enum { COUNT = 1000000 };
    keys_t *keys = keys_new ();
    uint64_t first = 0;
    for (uint64_t i = 1; i <= COUNT; i++) {
        struct key_hash hash = s_hash (i, i);
        keys_prefetch (keys, &hash);
        cr_assert_eq (keys_add (keys, &hash, i, &first), KEYS_NEW);
        if (i >= 100000)    //  below, the chunk not yet full weighs
            cr_assert_leq (keys_bytes (keys), i * 32 + 64 * 1024 * 20);
    }
    for (uint64_t i = 1; i <= COUNT; i += 997) {
        struct key_hash hash = s_hash (i, i);
        cr_assert_eq (keys_add (keys, &hash, COUNT + 1, &first), KEYS_DUPLICATE);
        cr_assert_eq (first, i);
    }
    keys_destroy (&keys);
}

Test (keys, keys_with_the_same_slot_and_different_bits_are_different)
{
    keys_t *keys = keys_new ();
    uint64_t first = 0;
    for (uint64_t i = 0; i < 500; i++) {
        struct key_hash hash = {i << 40, 0, 0}, more = {i << 40, 1, 0};
        cr_assert_eq (keys_add (keys, &hash, 2 * i + 1, &first), KEYS_NEW);
        cr_assert_eq (keys_add (keys, &more, 2 * i + 2, &first), KEYS_NEW);
    }
    keys_destroy (&keys);
}

Test (keys, content_differs_by_any_of_its_lowest_48_bits)
{
    keys_t *keys = keys_new ();
    uint64_t first = 0;
    struct key_hash hash = {99, 1, 0};
    cr_assert_eq (keys_add (keys, &hash, 1, &first), KEYS_NEW);
    for (int bit = 0; bit < 48; bit++) {
        hash.content = 1ull << bit;
        cr_assert_eq (keys_add (keys, &hash, 2, &first), KEYS_CONFLICT, "bit %d", bit);
    }
    keys_destroy (&keys);
}

Test (keys, after_clear_nothing_is_known)
{
    keys_t *keys = keys_new ();
    uint64_t first = 0;
    struct key_hash hash = s_hash (3, 3);
    keys_add (keys, &hash, 1, &first);
    keys_clear (keys);
    cr_assert_eq (keys_add (keys, &hash, 2, &first), KEYS_NEW);
    keys_destroy (&keys);
}

Test (keys, a_record_number_beyond_the_bound_is_refused)
{
    keys_t *keys = keys_new ();
    uint64_t first = 0;
    struct key_hash hash = s_hash (3, 3);
    cr_assert_eq (keys_add (keys, &hash, (uint64_t) KEYS_RECORDS_MAX + 1, &first), KEYS_FULL);
    keys_destroy (&keys);
}
