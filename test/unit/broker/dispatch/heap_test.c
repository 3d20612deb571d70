//  heap_test.c: the heap beside a plain array that is searched.
#include "broker/dispatch/heap.h"

#include <criterion/criterion.h>
#include <stdint.h>

enum { ITEMS = 200, STEPS = 20000 };

struct item {
    int rank;
    size_t place;
};

static bool s_before (const void *a, const void *b)
{
    return ((const struct item *) a)->rank < ((const struct item *) b)->rank;
}

static int s_least (const struct item *items)
{
    int least = -1;
    for (int i = 0; i < ITEMS; i++)
        if (items[i].place != HEAP_OUT && (least < 0 || items[i].rank < items[least].rank))
            least = i;
    return least;
}

Test (heap, gives_the_first_whatever_was_put_in_and_taken_out)
{
    struct heap heap = {.before = s_before, .place_offset = offsetof (struct item, place)};
    struct item items[ITEMS];
    uint64_t random = 1;
    for (int i = 0; i < ITEMS; i++)
        items[i].place = HEAP_OUT;
    cr_assert_null (heap_first (&heap));
    for (int step = 0; step < STEPS; step++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        struct item *item = &items[(random >> 33) % ITEMS];
        if (item->place == HEAP_OUT && (random >> 60) > 6) {
            item->rank = (int) (random >> 45) % 50;    //  many are equal
            cr_assert_eq (heap_put (&heap, item), 0);
        } else
            heap_remove (&heap, item);    //  nothing, when it is out
        int least = s_least (items);
        const struct item *first = heap_first (&heap);
        cr_assert_eq (least < 0, first == NULL);
        if (first)
            cr_assert_eq (first->rank, items[least].rank);
    }
    heap_clear (&heap);
    cr_assert_null (heap_first (&heap));
}

Test (heap, with_room_reserved_takes_so_many_in_place)
{
    struct heap heap = {.before = s_before, .place_offset = offsetof (struct item, place)};
    static struct item items[ITEMS];
    cr_assert_eq (heap_reserve (&heap, ITEMS), 0);
    void **before = heap.items;
    for (int i = 0; i < ITEMS; i++) {
        items[i] = (struct item){ITEMS - i, HEAP_OUT};
        cr_assert_eq (heap_put (&heap, &items[i]), 0);
    }
    cr_assert_eq (heap.items, before);
    cr_assert_eq (heap_first (&heap), &items[ITEMS - 1]);
    heap_clear (&heap);
    cr_assert_null (heap_first (&heap));
}
