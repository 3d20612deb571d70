//  result_places_test.c: where results stand: by the names of their inputs, and never in or instead of
//  another.
#include "client/result/places/result_places.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 8 };

static void s_expect (size_t place, const char *const *paths, const char *const *expected)
{
    char **places = NULL;
    struct error error = {.code = DMH_OK};
    size_t count = 0;
    while (count < MOST && paths[count])
        count++;
    cr_assert_eq (result_places_name (paths, count, &places, &error), DMH_OK, "%s", error.text);
    for (size_t i = 0; i < count; i++)
        cr_expect_str_eq (places[i], expected[i], "case %zu: %s became %s", place, paths[i], places[i]);
    result_places_clear (&places, count);
}

Test (result_places, a_place_is_the_path_without_endings_and_each_that_clashes_keeps_them)
{
    static const struct {
        const char *paths[MOST], *places[MOST];
    } CASES[] = {
        {{"a.csv", "b.csv.gz", "x/y/c.json"}, {"a", "b", "x/y/c"}},
        {{"a.csv", "a.json", "b.csv"}, {"a.csv", "a.json", "b"}},
        {{"x/a.csv", "y/a.csv"}, {"x/a", "y/a"}},
        //  Endings do not tell them apart: a number does, and it takes nobody's name.
        {{"a.csv", "a.csv", "a.csv-2", "a.csv"}, {"a.csv", "a.csv-3", "a.csv-2", "a.csv-4"}},
        //  A result never stands in another's folder.
        {{"a.csv", "a/b.csv"}, {"a.csv", "a/b"}},
        {{"a/b.csv", "a.csv", "a.csv/c.csv"}, {"a/b", "a.csv-2", "a.csv/c"}},
        {{"a.csv", "a.failed/b.csv"}, {"a.csv", "a.failed/b"}},
        //  Nor has one the name that another's has when a check fails it.
        {{"a.csv", "a.failed.csv"}, {"a", "a.failed.csv"}},
        //  Names that dmh needs itself.
        {{"joined.csv", "x/joined.csv"}, {"joined.csv", "x/joined"}},
        {{"batch.csv.csv", "batch.json"}, {"batch.csv.csv", "batch.json-2"}},
        {{".dmh-abcdef.csv"}, {"_dmh-abcdef"}},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        s_expect (i, CASES[i].paths, CASES[i].places);
}

static int s_by_text (const void *a, const void *b)
{
    return strcmp (*(char *const *) a, *(char *const *) b);
}

Test (result_places, of_many_inputs_of_one_name_no_two_share_a_place, .timeout = 60)
{
    enum { COUNT = 50000 };
    const char **paths = calloc (COUNT, sizeof *paths);
    char **places = NULL;
    struct error error = {.code = DMH_OK};
    cr_assert_not_null (paths);
    for (size_t i = 0; i < COUNT; i++)
        paths[i] = "patients.csv";
    cr_assert_eq (result_places_name (paths, COUNT, &places, &error), DMH_OK, "%s", error.text);
    qsort (places, COUNT, sizeof *places, s_by_text);
    for (size_t i = 1; i < COUNT; i++)
        cr_assert_str_neq (places[i - 1], places[i]);
    result_places_clear (&places, COUNT);
    free (paths);
}

Test (result_places, a_long_name_leaves_room_for_what_dmh_puts_behind_it)
{
    char path[300], **places = NULL;
    const char *paths[] = {path};
    struct error error = {.code = DMH_OK};
    memset (path, 'x', 255);
    path[255] = 0;
    cr_assert_eq (result_places_name (paths, 1, &places, &error), DMH_OK, "%s", error.text);
    cr_expect_leq (strlen (places[0]) + strlen (".failed"), 255);
    result_places_clear (&places, 1);
}
