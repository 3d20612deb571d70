//  limits_test.c: how many bytes a job may unpack and write.
#include "worker/input/limits.h"

#include <criterion/criterion.h>
#include <unistd.h>

static const uint64_t MIB = 1024 * 1024;

Test (limits, without_an_option_they_grow_with_the_input)
{
    cr_expect_eq (limits_output (0, 0, 0, false).most, 256 * MIB);
    cr_expect_eq (limits_output (0, 0, MIB, false).most, 512 * MIB);
    cr_expect_eq (limits_output (0, 0, 1000, true).most, 256 * MIB + 1000 * 256 * 32);
    cr_expect_eq (limits_unpacked (0, 0, 0).most, 1024 * MIB);
    cr_expect_eq (limits_unpacked (0, 0, MIB).most, 1274 * MIB);
    cr_expect_not (limits_output (0, 0, 0, false).of_worker);
}

Test (limits, an_option_stands_and_the_worker_has_the_last_word)
{
    static const struct {
        uint64_t asked, ceiling, most;
        bool of_worker;
    } CASES[] = {
        {1, 0, 1, false},
        {1, 1, 1, false},
        {2, 1, 1, true},
        {0, 1, 1, true},
        {UINT64_MAX, 0, UINT64_MAX, false},
        {0, UINT64_MAX, 1 << 30, false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct byte_limit limit = limits_unpacked (CASES[i].asked, CASES[i].ceiling, 0);
        cr_expect_eq (limit.most, CASES[i].most, "case %zu", i);
        cr_expect_eq (limit.of_worker, CASES[i].of_worker, "case %zu", i);
    }
}

Test (limits, no_size_of_an_input_makes_them_small)
{
    cr_expect_eq (limits_output (0, 0, UINT64_MAX, true).most, UINT64_MAX);
    cr_expect_eq (limits_output (0, 0, UINT64_MAX / 256, false).most, UINT64_MAX);
    cr_expect_eq (limits_unpacked (0, 0, UINT64_MAX / 2).most, UINT64_MAX);
}

Test (limits, keys_have_what_is_asked_for_within_what_the_worker_has)
{
    enum { MIB_BYTES = 1 << 20 };
    cr_expect_eq (limits_keys (0, 5 * MIB_BYTES, 3), 5 * MIB_BYTES);
    cr_expect_eq (limits_keys (3 * MIB_BYTES, 5 * MIB_BYTES, 3), 3 * MIB_BYTES);
    cr_expect_eq (limits_keys (7 * MIB_BYTES, 5 * MIB_BYTES, 3), 5 * MIB_BYTES);
    cr_expect_eq (limits_keys (7 * MIB_BYTES, 0, 3), 7 * MIB_BYTES);
    cr_expect_eq (limits_keys (7, 0, 3), MIB_BYTES, "no less");
    uint64_t host = (uint64_t) sysconf (_SC_PHYS_PAGES) * (uint64_t) sysconf (_SC_PAGESIZE);
    cr_expect_eq (limits_keys (0, 0, 2), host / 4);
}
