//  table_layout.c: see table_layout.h.
#include "client/terminal/table_layout.h"

enum { FLEXIBLE_LEAST = 12, FLEXIBLE_LAST = 4 };

static size_t s_head (const struct table_layout *column)
{
    return column->shortened ? column->short_head : column->head;
}

//  What it takes whole.
static size_t s_whole (const struct table_layout *column)
{
    size_t head = s_head (column);
    return column->cells > head ? column->cells : head;
}

//  What it takes where it is flexible and has no more than `least`.
static size_t s_need (const struct table_layout *column, size_t least)
{
    size_t whole = s_whole (column), head = s_head (column);
    least = least > head ? least : head;
    return column->flexible && whole > least ? least : whole;
}

static size_t s_sum (const struct table_layout *columns, size_t count, size_t least)
{
    size_t sum = 0, shown = 0;
    for (size_t i = 0; i < count; i++)
        if (!columns[i].hidden) {
            sum += s_need (&columns[i], least);
            shown++;
        }
    return sum + (shown ? (shown - 1) * TABLE_GAP : 0);
}

//  The column that leaves next; NULL: none may.
static struct table_layout *s_spare (struct table_layout *columns, size_t count)
{
    struct table_layout *next = NULL;
    for (size_t i = 0; i < count; i++)
        if (!columns[i].hidden && columns[i].spare && (!next || columns[i].spare <= next->spare))
            next = &columns[i];
    return next;
}

//  Gives what is left to the narrowest that wants more, column by column.
static void s_share (struct table_layout *columns, size_t count, size_t left)
{
    for (; left; left--) {
        struct table_layout *next = NULL;
        for (size_t i = 0; i < count; i++)
            if (!columns[i].hidden && columns[i].width < s_whole (&columns[i]) &&
                (!next || columns[i].width < next->width))
                next = &columns[i];
        if (!next)
            return;
        next->width++;
    }
}

void table_layout_fit (struct table_layout *columns, size_t count, size_t room)
{
    struct table_layout *spare;
    size_t least = FLEXIBLE_LEAST;
    for (size_t i = 0; i < count; i++)
        columns[i].hidden = columns[i].shortened = false;
    bool narrow = s_sum (columns, count, (size_t) -1) > room;
    for (size_t i = 0; narrow && i < count; i++)
        columns[i].shortened = columns[i].short_head < columns[i].head;
    while (s_sum (columns, count, least) > room && (spare = s_spare (columns, count)))
        spare->hidden = true;
    while (s_sum (columns, count, least) > room && least > FLEXIBLE_LAST)
        least--;
    for (size_t i = 0; i < count; i++)
        columns[i].width = columns[i].hidden ? 0 : s_need (&columns[i], least);
    size_t sum = s_sum (columns, count, least);
    s_share (columns, count, sum < room ? room - sum : 0);
}
