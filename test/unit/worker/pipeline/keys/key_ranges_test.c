//  key_ranges_test.c: what was put into ranges comes out of them, each key once, in the order of the records.
#include "worker/pipeline/keys/key_ranges.h"

#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS = 60000 };

static struct ranged_key s_keys[RECORDS];
static bool s_came[RECORDS];

static void s_make (uint64_t seed)
{
    for (size_t i = 0; i < RECORDS; i++) {
        uint64_t words[4];
        for (size_t w = 0; w < 4; w++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            words[w] = seed ^ seed >> 29;
        }
        s_keys[i] =
            (struct ranged_key){{words[0], (uint32_t) (words[1] & UINT32_MAX), words[2]}, i, words[3]};
    }
}

//  All records but each seventh, which is rejected, so to say.
static const struct key_directory *s_put (key_ranges_t *ranges, bool ranked)
{
    key_ranges_begin (ranges, ranked);
    for (size_t i = 0; i < RECORDS; i++)
        if (i % 7)
            cr_assert_eq (key_ranges_add (ranges, &s_keys[i].hash, i, s_keys[i].rank), 0);
    return key_ranges_end (ranges);
}

static void s_take (const struct key_directory *directory, const char *bytes, size_t n)
{
    memset (s_came, 0, sizeof s_came);
    for (size_t r = 0; r < directory->ranges; r++) {
        uint64_t last = 0;
        for (size_t c = 0; c < key_directory_chunks (directory, r); c++) {
            struct key_chunk chunk = key_directory_chunk (directory, r, c);
            cr_assert_leq (chunk.at + key_directory_bytes (directory, &chunk), n);
            cr_assert (key_chunk_is_whole (directory, &chunk, bytes + chunk.at));
            for (size_t i = 0; i < chunk.count; i++) {
                struct ranged_key key = key_chunk_key (directory, &chunk, bytes + chunk.at, i);
                const struct ranged_key *put = &s_keys[key.record];
                cr_assert (key.hash.key == put->hash.key && key.hash.key_more == put->hash.key_more &&
                           key.hash.content == put->hash.content);
                cr_assert_eq (key.rank, directory->ranked ? put->rank : 0);
                cr_assert_eq (key_range_of (&key.hash, directory->ranges), r);
                cr_assert (key.record >= last && !s_came[key.record]);
                s_came[key.record] = true;
                last = key.record;
            }
        }
    }
    for (size_t i = 0; i < RECORDS; i++)
        cr_assert_eq (s_came[i], i % 7 != 0);
}

static void s_check (const struct workplace *place, size_t count, bool ranked)
{
    struct error error = {.code = DMH_OK};
    struct output out;
    size_t n;
    char name[64];
    snprintf (name, sizeof name, "keys-%zu-%d", count, ranked);
    output_file_t *file = output_new (place->folder, name, &error);
    key_ranges_t *ranges = key_ranges_new (file, count);
    cr_assert (file && ranges);
    s_put (ranges, !ranked);    //  a pass that was in vain
    cr_assert_eq (output_restart (file, &error), DMH_OK);
    const struct key_directory *written = s_put (ranges, ranked);
    cr_assert (written && output_finish (file, 0, &out, &error) == DMH_OK);
    char *bytes = workplace_read (place->folder, name, &n);
    struct packer packer = {.failed = false};
    key_directory_pack (written, &packer);
    struct packed from = {packer.to.at, packer.to.at + packer.to.used, false};
    struct key_directory read = {.ranges = 0};
    cr_assert (key_directory_unpack (&read, &from) == 0 && packed_is_whole (&from));
    cr_assert (read.ranges == count && read.ranked == ranked);
    s_take (&read, bytes, n);
    struct key_chunk chunk = key_directory_chunk (&read, 0, 0);
    bytes[chunk.at + 9] ^= 1;
    cr_assert_not (key_chunk_is_whole (&read, &chunk, bytes + chunk.at));
    key_directory_clear (&read);
    free (packer.to.at);
    free (bytes);
    key_ranges_destroy (&ranges);
    output_destroy (&file);
}

Test (key_ranges, each_key_comes_out_of_its_range_in_the_order_of_the_records)
{
    struct workplace place;
    workplace_make (&place);
    s_make (7);
    for (size_t count = 1; count <= 128; count = 3 * count + 4) {
        s_check (&place, count, false);
        s_check (&place, count, true);
    }
    workplace_remove (&place);
}

//  A directory that somebody else has written.
Test (key_ranges, a_directory_that_is_cut_off_is_none)
{
    struct workplace place;
    struct error error = {.code = DMH_OK};
    struct packer packer = {.failed = false};
    workplace_make (&place);
    s_make (3);
    output_file_t *file = output_new (place.folder, "keys", &error);
    key_ranges_t *ranges = key_ranges_new (file, 3);
    key_directory_pack (s_put (ranges, false), &packer);
    for (size_t n = 0; n < packer.to.used; n++) {
        struct key_directory read = {.ranges = 0};
        struct packed from = {packer.to.at, packer.to.at + n, false};
        cr_assert_eq (key_directory_unpack (&read, &from), 0);
        cr_assert (from.bad, "%zu bytes of %zu", n, packer.to.used);
        key_directory_clear (&read);
    }
    free (packer.to.at);
    key_ranges_destroy (&ranges);
    output_destroy (&file);
    workplace_remove (&place);
}

//  Else a disk would be said to be at fault.
Test (key_ranges, a_place_that_no_file_has_is_none)
{
    static const uint64_t PLACES[] = {4096, INT64_MAX};
    for (size_t i = 0; i < 2; i++) {
        const uint64_t numbers[] = {false, 1, 1, PLACES[i], 1, 0}, hash = 0;
        struct packer packer = {.failed = false};
        struct key_directory read = {.ranges = 0};
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
            pack_number (&packer, numbers[n]);
        pack_bytes (&packer, &hash, sizeof hash);
        struct packed from = {packer.to.at, packer.to.at + packer.to.used, false};
        cr_assert_eq (key_directory_unpack (&read, &from), 0);
        cr_assert_eq (packed_is_whole (&from), PLACES[i] == 4096);
        key_directory_clear (&read);
        free (packer.to.at);
    }
}

//  Ranges are of one size, also for the keys of one of them: key_set and key_partitions go by other bits.
Test (key_ranges, ranges_are_of_one_size)
{
    size_t counts[20] = {0}, slots[64] = {0};
    s_make (11);
    for (size_t i = 0; i < RECORDS; i++) {
        size_t range = key_range_of (&s_keys[i].hash, 20);
        counts[range]++;
        slots[s_keys[i].hash.key & 63] += range == 4;
    }
    for (size_t r = 0; r < 20; r++)
        cr_assert (counts[r] > RECORDS / 20 * 8 / 10 && counts[r] < RECORDS / 20 * 12 / 10);
    for (size_t s = 0; s < 64; s++)
        cr_assert (slots[s] > 15 && slots[s] < 100, "%zu", slots[s]);
}
