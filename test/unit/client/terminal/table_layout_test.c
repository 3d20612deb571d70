//  table_layout_test.c: what becomes of the columns of a table where the terminal is too narrow.
#include "client/terminal/table_layout.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

//  job, state, name, kind, done, read, at: as dmh list has them.
static const struct table_layout LIST[] = {{.cells = 20, .head = 3, .short_head = 3},
                                           {.cells = 7, .head = 5, .short_head = 5},
                                           {.cells = 60, .head = 4, .short_head = 4, .flexible = true},
                                           {.cells = 10, .head = 4, .short_head = 4, .spare = 1},
                                           {.cells = 4, .head = 4, .short_head = 4, .spare = 2},
                                           {.cells = 6, .head = 4, .short_head = 4, .spare = 1},
                                           {.cells = 17, .head = 9, .short_head = 9, .spare = 2}};
enum { COUNT = sizeof LIST / sizeof *LIST };

static size_t s_sum (const struct table_layout *columns, size_t count)
{
    size_t sum = 0, shown = 0;
    for (size_t i = 0; i < count; i++) {
        sum += columns[i].width;
        shown += !columns[i].hidden;
    }
    return sum + (shown - 1) * TABLE_GAP;
}

Test (table_layout, with_room_for_all_each_is_as_wide_as_its_cells)
{
    struct table_layout columns[COUNT];
    memcpy (columns, LIST, sizeof LIST);
    table_layout_fit (columns, COUNT, SIZE_MAX);
    for (size_t i = 0; i < COUNT; i++) {
        cr_expect (!columns[i].hidden && !columns[i].shortened);
        cr_expect_eq (columns[i].width, LIST[i].cells, "%zu", i);
    }
    table_layout_fit (columns, COUNT, 136);    //  20 + 7 + 60 + 10 + 4 + 6 + 17, and 6 gaps
    cr_expect_eq (columns[2].width, 60);
}

Test (table_layout, what_is_spare_leaves_in_its_order_and_the_rest_fills_the_room)
{
    static const struct {
        size_t room;
        const char *hidden;    //  a digit each
        size_t name;
    } ROWS[] = {{135, "", 59},   {88, "", 12},    {87, "5", 19},    {80, "5", 12},  {79, "35", 23},
                {67, "356", 30}, {49, "356", 12}, {48, "3456", 17}, {40, "3456", 9}};
    for (size_t r = 0; r < sizeof ROWS / sizeof *ROWS; r++) {
        struct table_layout columns[COUNT];
        char hidden[COUNT + 1] = "";
        memcpy (columns, LIST, sizeof LIST);
        table_layout_fit (columns, COUNT, ROWS[r].room);
        for (size_t i = 0; i < COUNT; i++)
            if (columns[i].hidden)
                strcat (hidden, (char[]){(char) ('0' + i), 0});
        cr_expect_str_eq (hidden, ROWS[r].hidden, "%zu", ROWS[r].room);
        cr_expect_eq (columns[2].width, ROWS[r].name, "%zu: %zu", ROWS[r].room, columns[2].width);
        cr_expect_eq (s_sum (columns, COUNT), ROWS[r].room);
    }
}

Test (table_layout, names_are_shortened_before_anything_leaves)
{
    struct table_layout columns[] = {{.cells = 12, .head = 5, .short_head = 5, .flexible = true},
                                     {.cells = 1, .head = 10, .short_head = 3},
                                     {.cells = 4, .head = 4, .short_head = 4, .spare = 1}};
    table_layout_fit (columns, 3, 30);
    cr_expect (!columns[1].shortened && columns[1].width == 10);
    table_layout_fit (columns, 3, 29);
    cr_expect (columns[1].shortened && columns[1].width == 3 && !columns[2].hidden && columns[0].width == 12);
}

Test (table_layout, columns_that_are_flexible_share_what_is_left)
{
    struct table_layout columns[] = {
        {.cells = 100, .flexible = true}, {.cells = 14, .flexible = true}, {.cells = 100, .flexible = true}};
    table_layout_fit (columns, 3, 64);
    cr_expect_eq (columns[0].width, 23);
    cr_expect_eq (columns[1].width, 14, "no more than it needs");
    cr_expect_eq (columns[2].width, 23);
}

Test (table_layout, what_cannot_be_narrower_stays)
{
    struct table_layout columns[] = {{.cells = 20}, {.cells = 30, .flexible = true}};
    table_layout_fit (columns, 2, 10);
    cr_expect_eq (columns[0].width, 20);
    cr_expect_eq (columns[1].width, 4);
}
