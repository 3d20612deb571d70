//  record_hash_test.c: the hashes by which records are told apart.
#include "worker/pipeline/keys/record_hash.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { DIGITS = 8, VALUES = 100, HASHES = 2 * VALUES, SEEDS = 50 };

struct hand {
    schema_t schema;
    struct plan plan;
    struct record record;
};

static struct hand *s_new (size_t keys)
{
    struct hand *self = calloc (1, sizeof *self);
    cr_assert_not_null (self);
    self->schema.key_count = keys;
    for (size_t k = 0; k < keys; k++)
        self->schema.key[k] = (int) k;
    self->plan.schema = &self->schema;
    self->record.plan = &self->plan;
    return self;
}

static struct key_hash s_hash (const struct hand *self, const char *content, uint64_t seed)
{
    const struct text nothing = {NULL, 0};
    struct encoded encoded = {.row = text_of (content), .content = text_of (content)};
    return record_hash (&self->record, &encoded, false, nothing, nothing, seed);
}

static bool s_same_key (struct key_hash a, struct key_hash b)
{
    return a.key == b.key && a.key_more == b.key_more;
}

//  XXH3 adds its seed to inputs this short: with seeds one apart, values that differ in their first and last
//  byte had one hash.
Test (record_hash, a_value_of_one_key_field_is_none_of_another)
{
    static struct key_hash hashes[HASHES];
    struct hand *hand = s_new (2);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        for (size_t i = 0; i < HASHES; i++) {
            char value[DIGITS + 1];
            snprintf (value, sizeof value, "%zu000000%zu", i % VALUES / 10, i % 10);
            hand->record.values[0] = hand->record.values[1] = (struct text){NULL, 0};
            hand->record.values[i / VALUES] = (struct text){value, DIGITS};
            hashes[i] = s_hash (hand, "x", seed * 0x9e3779b97f4a7c15u);
            for (size_t before = 0; before < i; before++)
                cr_assert (!s_same_key (hashes[before], hashes[i]), "seed %llu, values %zu and %zu",
                           (unsigned long long) seed, before, i);
        }
    }
    free (hand);
}

Test (record_hash, where_one_value_ends_and_the_next_begins_counts)
{
    struct hand *hand = s_new (2);
    hand->record.values[0] = TEXT ("ab");
    hand->record.values[1] = TEXT ("c");
    struct key_hash one = s_hash (hand, "x", 7);
    hand->record.values[0] = TEXT ("a");
    hand->record.values[1] = TEXT ("bc");
    cr_assert (!s_same_key (one, s_hash (hand, "x", 7)));
    cr_assert (s_same_key (s_hash (hand, "x", 7), s_hash (hand, "y", 7)), "the content is not of the key");
    cr_assert_neq (s_hash (hand, "x", 7).content, s_hash (hand, "y", 7).content);
    free (hand);
}

Test (record_hash, without_its_key_a_record_is_its_content)
{
    struct hand *hand = s_new (1);
    cr_assert (s_same_key (s_hash (hand, "x", 7), s_hash (hand, "x", 7)));
    cr_assert (!s_same_key (s_hash (hand, "x", 7), s_hash (hand, "y", 7)));
    free (hand);
}
