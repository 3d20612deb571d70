//  link_set_test.c: when a file's people have to be known, in whatever order it shows.
#include "worker/pipeline/link_set.h"

#include "worker/formats/format.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { LINKS_MAX = 4 };

Test (link_set, asks_where_something_else_stands_behind_a_url_or_there_are_two_servers)
{
    static const struct {
        struct link links[LINKS_MAX];
        size_t count;
        bool asks;
    } CASES[] = {
        {{{0, 0}}, 0, false},
        {{{7, LINK_ASKED}, {8, LINK_OTHER}}, 2, false},
        {{{7, LINK_ASKED}, {8, LINK_OTHER}, {7, LINK_OTHER}}, 3, true},
        {{{7, LINK_OTHER}, {7, LINK_OTHER}}, 2, false},
        {{{7, LINK_ASKED}, {7, LINK_ASKED}}, 2, false},
        {{{7, LINK_SERVER}, {7, LINK_SERVER}}, 2, false},
        {{{7, LINK_SERVER}, {8, LINK_ASKED}, {9, LINK_SERVER}}, 3, true},
        {{{7, LINK_SERVER}, {7, LINK_OTHER}}, 2, false},
        {{{1, LINK_PATIENT}}, 1, true},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (int turned = 0; turned < 2; turned++) {
            struct buffer set = {.at = NULL};
            for (size_t l = 0; l < CASES[i].count; l++) {
                struct link link = CASES[i].links[turned ? CASES[i].count - 1 - l : l];
                struct buffer block = {(char *) &link, sizeof link, sizeof link};
                cr_assert_eq (link_set_add (&set, &block), 0);
            }
            cr_expect_eq (link_set_asks (&set), CASES[i].asks, "%zu", i);
            free (set.at);
        }
}

Test (link_set, keeps_each_link_once)
{
    enum { COUNT = 300000 };
    struct buffer set = {.at = NULL};
    for (uint64_t i = 0; i < COUNT; i++) {
        struct link link = {i % 100, LINK_ASKED};
        struct buffer block = {(char *) &link, sizeof link, sizeof link};
        cr_assert_eq (link_set_add (&set, &block), 0);
    }
    cr_expect_lt (set.size, (size_t) 8 << 20);
    cr_expect_not (link_set_asks (&set));
    cr_expect_eq (set.used, 100 * sizeof (struct link));
    free (set.at);
}
