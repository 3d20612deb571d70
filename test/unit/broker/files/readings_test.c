//  readings_test.c: who reads what from beginning to end: each reader by itself, as many as there is room
//  for, and the one who rested longest is given up for another.
#include "broker/files/readings.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "messages/base/digest.h"

enum { BYTES = 10 };
static const char RIGHT[] = "0123456789", WRONG[] = "01234X6789";

static readings_t *s_readings;
static char s_sha[DIGEST_HEX_BYTES];

static void s_setup (void)
{
    s_readings = readings_new ();
    cr_assert_not_null (s_readings);
    digest_of (RIGHT, BYTES, s_sha);
}

static void s_teardown (void)
{
    readings_destroy (&s_readings);
    cr_expect_null (s_readings);
    readings_destroy (&s_readings);
}

TestSuite (readings, .init = s_setup, .fini = s_teardown);

static enum reading_end s_read (const char *reader, const char *text, uint64_t at, size_t n)
{
    return readings_follow (s_readings, s_sha, reader, BYTES, at, text + at, n);
}

Test (readings, tell_at_the_end_what_was_read_whatever_its_pieces)
{
    cr_expect_eq (s_read ("anna", RIGHT, 0, BYTES), READING_RIGHT);
    cr_expect_eq (s_read ("anna", WRONG, 0, BYTES), READING_WRONG);
    cr_expect_eq (s_read ("anna", WRONG, 0, 4), READING_OPEN);
    cr_expect_eq (s_read ("bert", RIGHT, 0, 9), READING_OPEN);
    cr_expect_eq (s_read ("anna", WRONG, 4, 5), READING_OPEN);
    cr_expect_eq (s_read ("bert", RIGHT, 9, 1), READING_RIGHT);
    cr_expect_eq (s_read ("anna", WRONG, 9, 1), READING_WRONG);
    cr_expect_eq (s_read ("anna", WRONG, 9, 1), READING_OPEN, "that reading has ended");
}

Test (readings, pass_over_a_piece_elsewhere_and_begin_anew_at_the_beginning)
{
    cr_expect_eq (s_read ("anna", RIGHT, 3, 7), READING_OPEN, "never begun");
    cr_expect_eq (s_read ("anna", WRONG, 0, 6), READING_OPEN);
    cr_expect_eq (s_read ("anna", RIGHT, 5, 5), READING_OPEN, "twice");
    cr_expect_eq (s_read ("anna", RIGHT, 8, 2), READING_OPEN, "a gap");
    cr_expect_eq (s_read ("anna", RIGHT, 0, 6), READING_OPEN);
    cr_expect_eq (s_read ("anna", RIGHT, 6, 4), READING_RIGHT);
}

Test (readings, of_a_file_that_is_another_now_are_forgotten)
{
    char other[DIGEST_HEX_BYTES];
    digest_of ("other", 5, other);
    cr_expect_eq (s_read ("anna", WRONG, 0, 6), READING_OPEN);
    cr_expect_eq (s_read ("bert", WRONG, 0, 6), READING_OPEN);
    cr_expect_eq (readings_follow (s_readings, other, "anna", 5, 0, "oth", 3), READING_OPEN);
    readings_forget (s_readings, s_sha);
    cr_expect_eq (s_read ("anna", WRONG, 6, 4), READING_OPEN);
    cr_expect_eq (s_read ("bert", WRONG, 6, 4), READING_OPEN);
    cr_expect_eq (readings_follow (s_readings, other, "anna", 5, 3, "er", 2), READING_RIGHT);
}

//  One more than there is room for: those who go on stay, also the first one, and the first who rested goes.
Test (readings, give_up_the_one_that_rested_longest)
{
    char reader[READINGS_MAX + 1][8];
    for (int i = 0; i <= READINGS_MAX; i++)
        snprintf (reader[i], sizeof reader[i], "%d", i);
    for (int i = 0; i < READINGS_MAX; i++)
        cr_assert_eq (s_read (reader[i], WRONG, 0, 4), READING_OPEN);
    for (int i = 0; i < READINGS_MAX; i++)
        if (i != 7)
            cr_assert_eq (s_read (reader[i], WRONG, 4, 2), READING_OPEN);
    cr_assert_eq (s_read (reader[READINGS_MAX], WRONG, 0, 6), READING_OPEN);
    for (int i = 0; i <= READINGS_MAX; i++)
        cr_expect_eq (s_read (reader[i], WRONG, 6, 4), i == 7 ? READING_OPEN : READING_WRONG, "%d", i);
}

//  Those who have read nothing since they began count by their beginning.
Test (readings, go_on_for_everybody_but_the_first_of_those_who_only_began)
{
    char reader[8];
    for (int i = 0; i <= READINGS_MAX; i++) {
        snprintf (reader, sizeof reader, "%d", i);
        cr_assert_eq (s_read (reader, WRONG, 0, 4), READING_OPEN);
    }
    for (int i = 0; i <= READINGS_MAX; i++) {
        snprintf (reader, sizeof reader, "%d", i);
        cr_expect_eq (s_read (reader, WRONG, 4, 6), i == 0 ? READING_OPEN : READING_WRONG, "%d", i);
    }
}
