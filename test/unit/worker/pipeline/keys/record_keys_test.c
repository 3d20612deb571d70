//  record_keys_test.c: which records stand, told by memory and by the disk, against a plain model of the
//  rule.
#include "worker/pipeline/keys/record_keys.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  With a byte of memory nothing is held there: the first pass gathers, the second one answers.
enum { RECORDS_MOST = 60000, PASSES = 6, KEYS_MOST = 60000 };
#define MUCH ((uint64_t) 1 << 30)

struct came {
    struct key_hash hash;
    uint64_t rank;
};

struct told {
    enum key_place place;
    uint64_t other;
};

static struct came s_records[RECORDS_MOST];
static struct told s_expected[RECORDS_MOST], s_told[RECORDS_MOST];
static uint64_t s_gap = 1;    //  between the records' numbers

static uint64_t s_next (uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

//  Keys and contents are numbers that are spread as hashes are.
static struct key_hash s_hash (uint64_t key, uint64_t content)
{
    return (struct key_hash){.key = key * 0x9e3779b97f4a7c15u,
                             .key_more = (uint32_t) (key * 2654435761u & UINT32_MAX),
                             .content = content * 0xbf58476d1ce4e5b9u};
}

static void s_make (size_t count, uint64_t keys, uint64_t contents, bool ranked, uint64_t seed)
{
    for (size_t i = 0; i < count; i++) {
        s_records[i].hash = s_hash (s_next (&seed) % keys, s_next (&seed) % contents);
        s_records[i].rank = ranked ? s_next (&seed) % 5 : 0;
    }
}

//  The records of one key, in their order: the first of each content are those of which one stands.
static void s_expect_key (const size_t *of_key, size_t count, enum key_choice choice)
{
    size_t stands = of_key[0];
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        while (s_records[of_key[same]].hash.content != s_records[of_key[i]].hash.content)
            same++;
        s_expected[of_key[i]] = (struct told){same < i ? KEY_REPEATS : KEY_CONFLICTS, of_key[same] + 1};
        bool better = choice == KEY_LAST ||
                      (choice == KEY_RANKED && s_records[of_key[i]].rank >= s_records[stands].rank);
        if (same == i && better)
            stands = of_key[i];
    }
    for (size_t i = 0; i < count; i++)
        if (s_expected[of_key[i]].place == KEY_CONFLICTS)
            s_expected[of_key[i]] =
                of_key[i] == stands ? (struct told){KEY_STANDS, 0} : (struct told){KEY_CONFLICTS, stands + 1};
}

static int s_by_key (const void *a, const void *b)
{
    size_t i = *(const size_t *) a, k = *(const size_t *) b;
    uint64_t one = s_records[i].hash.key, other = s_records[k].hash.key;
    return one != other ? (one < other ? -1 : 1) : i < k ? -1 : 1;
}

static void s_expect (size_t count, enum key_choice choice)
{
    static size_t order[RECORDS_MOST];
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    qsort (order, count, sizeof *order, s_by_key);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && s_records[order[to]].hash.key == s_records[order[from]].hash.key;
             to++)
            ;
        s_expect_key (order + from, to - from, choice);
    }
}

static void s_pass (record_keys_t *keys, size_t count, enum key_choice choice)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (record_keys_begin (keys, choice, &error), DMH_OK, "%s", error.text);
    record_keys_expect (keys, count);
    for (size_t i = 0; i < count; i++) {
        s_told[i].other = 0;
        record_keys_prefetch (keys, &s_records[i].hash);
        s_told[i].place = record_keys_judge (keys, &s_records[i].hash, (i + 1) * s_gap, s_records[i].rank,
                                             &s_told[i].other, &error);
        cr_assert_neq (s_told[i].place, KEY_NO_ROOM, "%s", error.text);
        cr_assert_eq (s_told[i].other % s_gap, 0);
        s_told[i].other /= s_gap;
    }
}

static int s_passes (record_keys_t *keys, size_t count, enum key_choice choice)
{
    for (int pass = 1; pass <= PASSES; pass++) {
        s_pass (keys, count, choice);
        if (!record_keys_unsettled (keys))
            return pass;
    }
    cr_assert_fail ("no pass agreed with the one before");
    return 0;
}

static void s_compare (size_t count, const char *how)
{
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq (s_told[i].place, s_expected[i].place, "record %zu, %s: %d, not %d", i + 1, how,
                      s_told[i].place, s_expected[i].place);
        if (s_expected[i].place != KEY_STANDS)
            cr_assert_eq (s_told[i].other, s_expected[i].other, "record %zu, %s: %llu, not %llu", i + 1, how,
                          (unsigned long long) s_told[i].other, (unsigned long long) s_expected[i].other);
    }
}

static void s_play (size_t count, uint64_t memory, enum key_choice choice, int passes)
{
    record_keys_t *keys = record_keys_new ("/tmp", memory, NULL);
    cr_assert_not_null (keys);
    if (s_gap > 1)
        record_keys_expect_gaps (keys);
    s_expect (count, choice);
    int took = s_passes (keys, count, choice);
    cr_expect_leq (took, passes);
    s_compare (count, memory == MUCH ? "in memory" : "on the disk");
    cr_expect_leq (record_keys_bytes (keys), 16 * 1024 * 1024, "held of those that came");
    record_keys_destroy (&keys);
    cr_expect_null (keys);
    record_keys_destroy (&keys);
}

Test (record_keys, memory_and_disk_tell_what_the_rule_says)
{
    static const struct {
        size_t count;
        uint64_t keys, contents;
    } SHAPES[] = {{1, 1, 1},       {7, 2, 2},
                  {2000, 100, 3},  {RECORDS_MOST, KEYS_MOST, 2},
                  {20000, 1, 200}, {RECORDS_MOST, 1, 1},
                  {3000, 1, 3000}, {RECORDS_MOST, 500, 40}};
    static const enum key_choice CHOICES[] = {KEY_FIRST, KEY_RANKED, KEY_LAST};
    //  All records of an input, or a few of many.
    for (size_t i = 0; i < 2 * (sizeof SHAPES / sizeof *SHAPES); i++)
        for (size_t k = 0; k < 3; k++) {
            size_t shape = i / 2;
            s_gap = i % 2 ? 1000 : 1;
            s_make (SHAPES[shape].count, SHAPES[shape].keys, SHAPES[shape].contents, CHOICES[k] == KEY_RANKED,
                    i + 1);
            s_play (SHAPES[shape].count, MUCH, CHOICES[k], 2);
            s_play (SHAPES[shape].count, 1, CHOICES[k], 2);
        }
}

Test (record_keys, what_memory_holds_stays_there_and_what_it_does_not_is_noticed)
{
    record_keys_t *keys = record_keys_new ("/nonexistent", 1024 * 1024, NULL);
    s_make (10000, KEYS_MOST, 1, false, 3);
    s_pass (keys, 10000, KEY_FIRST);
    cr_expect_not (record_keys_outgrown (keys), "320,000 bytes");
    cr_expect_not (record_keys_unsettled (keys));
    cr_expect_leq (record_keys_bytes (keys), 1024 * 1024);
    s_make (RECORDS_MOST, UINT32_MAX, 1, false, 3);
    s_pass (keys, RECORDS_MOST, KEY_FIRST);
    cr_expect (record_keys_outgrown (keys), "60,000 of 32 bytes");
    cr_expect (record_keys_unsettled (keys));
    record_keys_destroy (&keys);
}

Test (record_keys, a_disk_that_refuses_says_so)
{
    record_keys_t *keys = record_keys_new ("/nonexistent", 1, NULL);
    struct error error = {.code = DMH_OK};
    uint64_t other;
    s_make (RECORDS_MOST, 10, 10, false, 3);
    cr_assert_eq (record_keys_begin (keys, KEY_FIRST, &error), DMH_OK, "%s", error.text);
    enum key_place place = KEY_LATER;
    for (size_t i = 0; i < RECORDS_MOST && place == KEY_LATER; i++)
        place = record_keys_judge (keys, &s_records[i].hash, i + 1, 0, &other, &error);
    cr_expect_eq (place, KEY_NO_ROOM);
    cr_expect_eq (error.code, DMH_IO);
    cr_expect_str_eq (error.text,
                      "keys of records cannot be kept in /nonexistent: No such file or directory; free space "
                      "there");
    record_keys_destroy (&keys);
}

Test (record_keys, records_that_are_read_otherwise_are_gathered_anew)
{
    enum { COUNT = 5000 };
    record_keys_t *keys = record_keys_new ("/tmp", 1, NULL);
    s_make (COUNT, 400, 3, false, 1);
    s_pass (keys, COUNT, KEY_LAST);
    cr_assert (record_keys_unsettled (keys), "they are gathered");
    s_make (COUNT, 400, 3, false, 2);
    s_expect (COUNT, KEY_LAST);
    s_pass (keys, COUNT, KEY_LAST);
    cr_expect (record_keys_unsettled (keys), "the answers are those of other records");
    cr_expect_eq (s_passes (keys, COUNT, KEY_LAST), 2, "gathered, answered");
    s_compare (COUNT, "gathered anew");
    //  Told beforehand, no pass is spent on them.
    s_pass (keys, COUNT, KEY_FIRST);
    record_keys_forget (keys);
    s_make (COUNT, 400, 3, false, 4);
    s_expect (COUNT, KEY_FIRST);
    cr_expect_eq (s_passes (keys, COUNT, KEY_FIRST), 2);
    s_compare (COUNT, "told beforehand");
    //  Fewer records, and none.
    s_pass (keys, COUNT, KEY_FIRST);
    s_pass (keys, COUNT - 1, KEY_FIRST);
    cr_expect (record_keys_unsettled (keys), "one is missing");
    cr_expect_eq (s_passes (keys, 0, KEY_FIRST), 2);
    record_keys_destroy (&keys);
}
