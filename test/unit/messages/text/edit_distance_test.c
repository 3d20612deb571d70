//  edit_distance_test.c: how many changes make one word of another.
#include "messages/text/edit_distance.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct {
    const char *a, *b;
    size_t distance;
} CASES[] = {
    {"", "", 0},
    {"", "abc", 3},
    {"abc", "abc", 0},
    {"abc", "abd", 1},
    {"abc", "ab", 1},
    {"abc", "xabc", 1},
    {"kye", "key", 1},    //  two neighbours changed places
    {"kitten", "sitting", 3},
    {"Submit", "submit", 1},
    {"abcdefghijklmnopqrstuvwxyzabcdefghijklmn", "bcdefghijklmnopqrstuvwxyzabcdefghijklmno", 2},
};

Test (edit_distance, each_byte_to_insert_remove_exchange_or_swap_is_one)
{
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *a = CASES[i].a, *b = CASES[i].b;
        cr_expect_eq (edit_distance (a, strlen (a), b, strlen (b)), CASES[i].distance, "%s, %s", a, b);
        cr_expect_eq (edit_distance (b, strlen (b), a, strlen (a)), CASES[i].distance, "%s, %s", b, a);
    }
}

Test (edit_distance, of_a_word_that_is_too_long_it_is_the_longer_ones_length)
{
    char a[EDIT_LETTERS_MAX + 1];
    memset (a, 'a', sizeof a);
    cr_expect_eq (edit_distance (a, sizeof a, a, sizeof a), sizeof a);
    cr_expect_eq (edit_distance (a, sizeof a, "b", 1), sizeof a);
    cr_expect_eq (edit_distance ("b", 1, a, sizeof a), sizeof a);
}
