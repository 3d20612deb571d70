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

Test (link_set, a_mib_of_links_is_put_in_order_before_it_grows)
{
    enum { MIB = 1 << 20, MORE = 64 };    //  so much more room than it asks for it has at first
    struct buffer set = {.at = NULL};
    struct link *links = calloc (MIB, 1);
    cr_assert_not_null (links);
    struct buffer most = {(char *) links, MIB - MORE, MIB}, rest = {(char *) links, MORE, MIB},
                  one = {(char *) links, sizeof *links, MIB};
    cr_assert_eq (link_set_add (&set, &most), 0);
    cr_assert_eq (link_set_add (&set, &rest), 0);
    cr_assert (set.used == MIB && set.size == MIB, "it is full");
    cr_assert_eq (link_set_add (&set, &one), 0);
    cr_expect_eq (set.used, 2 * sizeof *links);
    cr_expect_eq (set.size, MIB);
    free (links);
    free (set.at);
}

//  Nothing is left out where all are different; a sort for each of them would not end in time.
Test (link_set, many_that_are_all_different_are_put_in_order_now_and_then, .timeout = 60)
{
    enum { COUNT = 200000 };
    struct buffer set = {.at = NULL};
    for (uint64_t i = 0; i < COUNT; i++) {
        struct link link = {i * 0x9e3779b97f4a7c15u, LINK_ASKED};
        struct buffer block = {(char *) &link, sizeof link, sizeof link};
        cr_assert_eq (link_set_add (&set, &block), 0);
    }
    cr_expect_not (link_set_asks (&set));
    cr_expect_eq (set.used, COUNT * sizeof (struct link));
    free (set.at);
}
