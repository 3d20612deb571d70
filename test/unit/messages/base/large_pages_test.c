//  large_pages_test.c: the hint changes nothing of what memory holds, whatever it is given.
#include "messages/base/large_pages.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test (large_pages, what_memory_holds_stays)
{
    size_t bytes = 3 * LARGE_PAGE_BYTES + 4097;
    unsigned char *at = malloc (bytes);
    cr_assert_not_null (at);
    for (size_t i = 0; i < bytes; i++)
        at[i] = (unsigned char) (i % 251);
    large_pages_hint (at, bytes);
    large_pages_hint (at + 1, 7);
    large_pages_hint (at + 5, LARGE_PAGE_BYTES);
    large_pages_hint (NULL, bytes);
    for (size_t i = 0; i < bytes; i++)
        cr_assert_eq (at[i], i % 251, "byte %zu", i);
    free (at);
}
