//  Records come out by number, in memory or over runs on the disk, as a stable sort has them.
#include "test/support/processes/workplace.h"
#include "worker/output/variants/record_sorter.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { RECORDS = 5000 };

struct numbered {
    uint64_t number;
    int i;
};

static int s_compare (const void *a, const void *b)
{
    const struct numbered *one = a, *other = b;
    if (one->number != other->number)
        return one->number < other->number ? -1 : 1;
    return one->i - other->i;
}

static size_t s_text (char *to, int i)
{
    size_t n = (size_t) sprintf (to, "record %d ", i), more = (size_t) i * 7919 % 300;
    memset (to + n, 'x', more);
    return n + more;
}

//  0: in order, 1: nearly so, 2: all over, 3: backwards.
static uint64_t s_number (int order, int i, unsigned *seed)
{
    switch (order) {
    case 0:
        return (uint64_t) i / 3;
    case 1:
        return (uint64_t) i + (uint64_t) rand_r (seed) % 20;
    case 2:
        return (uint64_t) rand_r (seed) % 1000;
    default:
        return RECORDS - (uint64_t) i;
    }
}

static void s_round (record_sorter_t *sorter, int order)
{
    static struct numbered model[RECORDS];
    struct error error = {.code = DMH_OK};
    char text[512];
    unsigned seed = 3;
    for (int i = 0; i < RECORDS; i++) {
        model[i] = (struct numbered){s_number (order, i, &seed), i};
        size_t n = s_text (text, i);
        cr_assert_eq (record_sorter_add (sorter, model[i].number, (struct text){text, n}, &error), DMH_OK,
                      "%s", error.text);
    }
    qsort (model, RECORDS, sizeof *model, s_compare);
    for (int i = 0; i < RECORDS; i++) {
        uint64_t number;
        struct text got;
        cr_assert_eq (record_sorter_next (sorter, &number, &got, &error), 1, "%s", error.text);
        size_t n = s_text (text, model[i].i);
        cr_assert (number == model[i].number && text_equal (got, (struct text){text, n}),
                   "%d of order %d: %.*s in place of %.20s", i, order, (int) got.n, got.at, text);
    }
    uint64_t number;
    struct text got;
    cr_assert_eq (record_sorter_next (sorter, &number, &got, &error), 0);
}

Test (record_sorter, gives_records_by_number_and_those_of_one_as_they_came)
{
    static const size_t MEMORY[] = {1, 10000, 200000, 1 << 30};
    struct workplace place;
    workplace_make (&place);
    for (size_t m = 0; m < sizeof MEMORY / sizeof *MEMORY; m++) {
        record_sorter_t *sorter = record_sorter_new (place.folder, MEMORY[m]);
        for (int order = 0; order < 4; order++) {
            s_round (sorter, order);
            cr_expect_eq (record_sorter_runs (sorter) > 0, m < 3, "%zu", record_sorter_runs (sorter));
            record_sorter_restart (sorter);
        }
        record_sorter_destroy (&sorter);
    }
    workplace_remove (&place);
}
