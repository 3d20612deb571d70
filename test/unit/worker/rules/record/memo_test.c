//  memo_test.c: what a column's memory of short values keeps.
#include "worker/rules/record/memo.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test (memo, a_long_answer_is_remembered_whole_or_not_at_all)
{
    static const size_t LENGTHS[] = {1, 65535, 65536, 70000};
    char room[8];
    struct scratch scratch = {room, 0, sizeof room};
    struct text source = TEXT ("A");
    char *table = malloc (70000);
    cr_assert_not_null (table);
    memset (table, 'x', 70000);
    for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
        memo_t *memo = memo_new ();
        struct memo_entry *entry = memo_find (memo, source);
        cr_assert (entry && !entry->known);
        memo_keep (entry, source, (struct text){table, LENGTHS[i]}, &scratch);
        entry = memo_find (memo, source);
        cr_assert_not_null (entry);
        cr_expect (!entry->known || memo_value (entry, source).n == LENGTHS[i], "%zu bytes", LENGTHS[i]);
        memo_destroy (&memo);
    }
    free (table);
}
