//  table_test.c: a table finds what was put in, and nothing else, whatever was removed in between.
#include "messages/base/table.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { THINGS = 5000 };

struct thing {
    int number;
    char name[16];
};

static struct thing s_things[THINGS];

static struct table s_table (void)
{
    for (int i = 0; i < THINGS; i++) {
        s_things[i].number = i;
        snprintf (s_things[i].name, sizeof s_things[i].name, "thing %d", i);
    }
    return (struct table){.key_offset = offsetof (struct thing, name)};
}

static void s_expect (const struct table *table, int i, bool is_there)
{
    cr_assert_eq (table_find (table, s_things[i].name), is_there ? &s_things[i] : NULL, "thing %d", i);
}

Test (table, finds_what_was_put_in_and_nothing_else)
{
    struct table table = s_table ();
    cr_assert_null (table_find (&table, "thing 1"), "it is empty");
    table_remove (&table, "thing 1");
    for (int i = 0; i < THINGS; i++) {
        s_expect (&table, i, false);
        cr_assert_eq (table_put (&table, &s_things[i]), 0);
        s_expect (&table, i, true);
    }
    cr_assert_eq (table.count, THINGS);
    cr_assert_null (table_find (&table, "thing"));
    for (int i = 0; i < THINGS; i++)
        s_expect (&table, i, true);
    table_clear (&table);
    cr_assert_null (table_find (&table, "thing 1"));
}

Test (table, what_is_removed_is_gone_and_all_others_stay)
{
    struct table table = s_table ();
    for (int i = 0; i < THINGS; i++)
        cr_assert_eq (table_put (&table, &s_things[i]), 0);
    for (int i = 0; i < THINGS; i++)
        if (i % 3) {
            table_remove (&table, s_things[i].name);
            table_remove (&table, s_things[i].name);
        }
    cr_assert_eq (table.count, (THINGS + 2) / 3);
    for (int i = 0; i < THINGS; i++)
        s_expect (&table, i, i % 3 == 0);
    for (int i = 1; i < THINGS; i += 3)
        cr_assert_eq (table_put (&table, &s_things[i]), 0);
    for (int i = 0; i < THINGS; i++)
        s_expect (&table, i, i % 3 != 2);
    table_clear (&table);
}

Test (table, gives_each_one_once)
{
    struct table table = s_table ();
    size_t at = 0, count = 0;
    static bool seen[THINGS];
    for (int i = 0; i < THINGS; i++)
        cr_assert_eq (table_put (&table, &s_things[i]), 0);
    for (const struct thing *thing; (thing = table_next (&table, &at)); count++) {
        cr_assert_not (seen[thing->number]);
        seen[thing->number] = true;
    }
    cr_assert_eq (count, THINGS);
    table_clear (&table);
}

//  Of a million a hash of czmq took 270 MB.
Test (table, has_room_for_less_than_three_times_as_many)
{
    struct table table = s_table ();
    cr_assert_eq (table_reserve (&table, 1000), 0);
    size_t room = table.room;
    for (int i = 0; i < 1000; i++)
        cr_assert_eq (table_put (&table, &s_things[i]), 0);
    cr_assert_eq (table.room, room, "it was reserved");
    cr_assert_leq (table.room, 2667);
    table_clear (&table);
}
