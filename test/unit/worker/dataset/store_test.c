//  store_test.c: what is loaded into a data set stands in one transaction, or nowhere: SQLite may end one by
//  itself, when it has no memory for a value.
#include "test/support/processes/workplace.h"
#include "worker/dataset/dataset.h"
#include "worker/dataset/store.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>

static struct workplace s_place;
static struct error s_error;
static const char ADD[] = "INSERT INTO loads (loaded_at, correlation) VALUES ('now', 'none')";

static dataset_t *s_open (void)
{
    char folder[300];
    snprintf (folder, sizeof folder, "%s/set", s_place.folder);
    dataset_t *set = dataset_open (folder, true, 1 << 20, -1, &s_error);
    cr_assert_not_null (set, "%s", s_error.text);
    return set;
}

static void s_expect_loads (dataset_t *set, uint64_t expected)
{
    uint64_t count = 9;
    cr_assert_eq (store_ask (set, "SELECT count (*) + ?1 FROM loads", 0, &count, &s_error), DMH_OK, "%s",
                  s_error.text);
    cr_assert_eq (count, expected);
}

Test (store, what_is_written_behind_the_end_of_a_transaction_is_refused)
{
    workplace_make (&s_place);
    dataset_t *set = s_open ();
    cr_assert_eq (dataset_begin (set, &s_error), DMH_OK);
    cr_assert_eq (store_do (set, ADD, &s_error), DMH_OK);
    sqlite3_stmt *add = store_prepare (set, ADD, &s_error);
    cr_assert_not_null (add);
    cr_assert_eq (sqlite3_exec (set->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);    //  as SQLite does
    cr_expect_eq (store_step (set, add, &s_error), DMH_INTERNAL);
    cr_expect_eq (store_do (set, ADD, &s_error), DMH_INTERNAL);
    store_finish (&add);
    cr_expect_eq (dataset_end (set, DMH_OK, &s_error), DMH_INTERNAL);
    s_expect_loads (set, 0);
    cr_assert_eq (dataset_begin (set, &s_error), DMH_OK, "the next load is another one");
    cr_assert_eq (store_do (set, ADD, &s_error), DMH_OK);
    cr_assert_eq (dataset_end (set, DMH_OK, &s_error), DMH_OK);
    s_expect_loads (set, 1);
    dataset_destroy (&set);
    workplace_remove (&s_place);
}

Test (store, nothing_follows_from_a_value_for_which_there_was_no_memory)
{
    uint64_t count;
    workplace_make (&s_place);
    dataset_t *set = s_open ();
    cr_assert_eq (dataset_begin (set, &s_error), DMH_OK);
    cr_assert_eq (store_do (set, ADD, &s_error), DMH_OK);
    set->no_memory = true;
    cr_expect_eq (store_ask (set, "SELECT count (*) + ?1 FROM loads", 0, &count, &s_error), DMH_INTERNAL);
    cr_expect_eq (dataset_end (set, DMH_OK, &s_error), DMH_INTERNAL);
    dataset_destroy (&set);
    set = s_open ();
    s_expect_loads (set, 0);
    dataset_destroy (&set);
    workplace_remove (&s_place);
}

//  Of NULL and of no bytes there is nothing either, and nothing was missing.
Test (store, a_value_that_is_null_or_empty_needs_no_memory)
{
    workplace_make (&s_place);
    dataset_t *set = s_open ();
    sqlite3_stmt *row = store_prepare (set, "SELECT NULL, x'', ''", &s_error);
    cr_assert_eq (store_step (set, row, &s_error), 1);
    cr_expect_str_eq (store_column_string (set, row, 0), "");
    cr_expect_eq (store_column_bytes (set, row, 1).n, 0);
    cr_expect_str_eq (store_column_string (set, row, 2), "");
    cr_expect_not (set->no_memory);
    store_finish (&row);
    dataset_destroy (&set);
    workplace_remove (&s_place);
}
