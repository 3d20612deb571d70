//  unknown_names_test.c: names of columns that come late, each once, in their order, up to as many as there
//  may be.
#include "worker/pipeline/unknown_names.h"

#include "worker/formats/dialect.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static void s_put (struct buffer *names, const char *name)
{
    size_t n = strlen (name) + 1;
    cr_assert_eq (buffer_reserve (names, n), 0);
    memcpy (names->at + names->used, name, n);
    names->used += n;
}

Test (unknown_names, are_learnt_once_in_their_order_and_forgotten_together)
{
    struct buffer block = {.at = NULL};
    unknown_names_t *names = unknown_names_new ();
    cr_assert_not_null (names);
    cr_expect_null (unknown_names_at (names, 0));
    cr_expect_eq (unknown_names_learn (names, &block), 0);
    s_put (&block, "ward");
    s_put (&block, "bed");
    s_put (&block, "ward");
    s_put (&block, "");
    cr_expect_eq (unknown_names_learn (names, &block), 0);
    cr_expect_eq (unknown_names_learn (names, &block), 0);
    cr_expect_eq (unknown_names_count (names), 3);
    cr_expect_str_eq (unknown_names_at (names, 0), "ward");
    cr_expect_str_eq (unknown_names_at (names, 1), "bed");
    cr_expect_str_eq (unknown_names_at (names, 2), "");
    cr_expect_null (unknown_names_at (names, 3));
    unknown_names_forget (names);
    cr_expect_eq (unknown_names_count (names), 0);
    cr_expect_null (unknown_names_at (names, 0));
    cr_expect_eq (unknown_names_learn (names, &block), 0);
    cr_expect_eq (unknown_names_count (names), 3);
    unknown_names_destroy (&names);
    cr_expect_null (names);
    unknown_names_destroy (&names);
    free (block.at);
}

Test (unknown_names, no_more_are_kept_than_a_file_may_have)
{
    struct buffer block = {.at = NULL};
    unknown_names_t *names = unknown_names_new ();
    char name[16];
    cr_assert_not_null (names);
    for (int i = 0; i < COLUMNS_MAX + 5; i++) {
        snprintf (name, sizeof name, "c%d", i);
        s_put (&block, name);
    }
    cr_expect_eq (unknown_names_learn (names, &block), 0);
    cr_expect_eq (unknown_names_count (names), COLUMNS_MAX);
    snprintf (name, sizeof name, "c%d", COLUMNS_MAX - 1);
    cr_expect_str_eq (unknown_names_at (names, COLUMNS_MAX - 1), name);
    unknown_names_destroy (&names);
    free (block.at);
}
