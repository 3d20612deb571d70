//  pages_test.c: memory asked for at once, see worker/memory/pages.h.
#include "worker/memory/pages.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

Test (pages, new_memory_is_aligned_and_all_of_it_can_be_written)
{
    const size_t sizes[] = {1, LARGE_PAGE_BYTES, LARGE_PAGE_BYTES + 1, 3 * (size_t) LARGE_PAGE_BYTES};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *at = pages_new (sizes[i]);
        cr_assert_not_null (at);
        cr_assert_eq ((uintptr_t) at % LARGE_PAGE_BYTES, 0);
        memset (at, 0x5a, sizes[i]);
        cr_assert_eq (at[0], 0x5a);
        cr_assert_eq (at[sizes[i] - 1], 0x5a);
        free (at);
    }
}

Test (pages, more_than_there_can_be_is_refused)
{
    cr_assert_null (pages_new (SIZE_MAX));
    cr_assert_null (pages_new (SIZE_MAX - LARGE_PAGE_BYTES + 1));
}

//  Whatever part of a page it begins and ends in.
Test (pages, what_memory_holds_stays_when_it_is_prepared)
{
    enum { BYTES = 10 * 4096 };
    unsigned char *at = malloc (BYTES);
    cr_assert_not_null (at);
    for (size_t i = 0; i < BYTES; i++)
        at[i] = (unsigned char) (i * 7);
    const size_t from[] = {0, 1, 4095, 4096, 4097}, bytes[] = {0, 1, 4096, 4 * 4096, 4 * 4096 + 1, 5 * 4096};
    for (size_t f = 0; f < sizeof from / sizeof *from; f++)
        for (size_t b = 0; b < sizeof bytes / sizeof *bytes; b++)
            pages_prepare (at + from[f], bytes[b]);
    for (size_t i = 0; i < BYTES; i++)
        cr_assert_eq (at[i], (unsigned char) (i * 7), "byte %zu", i);
    free (at);
}
