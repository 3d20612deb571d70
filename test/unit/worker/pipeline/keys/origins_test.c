//  origins_test.c: the URLs of two records in conflict stand in the message, where they differ.
#include "worker/pipeline/keys/origins.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static struct url s_url (const char *whole, const char *id)
{
    return (struct url){text_of (whole), text_of (id)};
}

Test (origins, are_said_where_two_records_came_from_two_places)
{
    static const struct {
        const char *whole, *id, *message;
    } CASES[] = {
        {"https://b/Patient/7", "7", "x; this one is https://b/Patient/7, that one https://a/Patient/7"},
        {"https://a/Patient/7", "7", "x"},
        {"urn:uuid:1", "7", "x; this one is urn:uuid:1, that one https://a/Patient/7"},
        {"urn:uuid:7", "7", "x; this one is urn:uuid:7, that one https://a/Patient/7"},
        {"", "7", "x"},
    };
    struct origins origins = {.starts = NULL};
    cr_assert_eq (origins_put (&origins, 2, s_url ("https://a/Patient/7", "7")), 0);
    cr_assert_eq (origins_put (&origins, 4, s_url ("urn:uuid:c", "8")), 0);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char message[256] = "x";
        origins_say (&origins, 2, s_url (CASES[i].whole, CASES[i].id), message, sizeof message);
        cr_expect_str_eq (message, CASES[i].message);
    }
    char message[256] = "x";
    origins_say (&origins, 3, s_url ("https://b/Patient/7", "7"), message, sizeof message);
    origins_say (&origins, 9, s_url ("https://b/Patient/7", "7"), message, sizeof message);
    cr_expect_str_eq (message, "x");
    origins_say (&origins, 4, s_url ("https://a/Patient/8", "8"), message, sizeof message);
    cr_expect_str_eq (message, "x; this one is https://a/Patient/8, that one urn:uuid:c");
    origins_clear (&origins);
}

Test (origins, more_beginnings_than_are_looked_up_are_kept_all_the_same)
{
    struct origins origins = {.starts = NULL};
    char whole[64];
    for (unsigned i = 1; i <= 1500; i++) {
        snprintf (whole, sizeof whole, "https://s%u/Patient/7", i);
        cr_assert_eq (origins_put (&origins, i, s_url (whole, "7")), 0);
    }
    for (unsigned i = 1; i <= 1500; i += 499) {
        char message[256] = "", expected[256];
        origins_say (&origins, i, s_url ("https://x/Patient/7", "7"), message, sizeof message);
        snprintf (expected, sizeof expected,
                  "; this one is https://x/Patient/7, that one https://s%u/Patient/7", i);
        cr_expect_str_eq (message, expected);
    }
    origins_clear (&origins);
}

//  Beyond a beginning that is kept once, a record takes four bytes.
Test (origins, a_beginning_is_kept_once_and_forgotten_by_clear)
{
    struct origins origins = {.starts = NULL};
    for (int pass = 0; pass < 2; pass++) {
        for (unsigned record = 1; record <= 20; record++)
            cr_assert_eq (
                origins_put (&origins, record, s_url (record % 2 ? "https://a/P/7" : "https://b/P/7", "7")),
                0);
        cr_expect_eq (origins.list.used, 2 * sizeof (struct origin));
        cr_expect_eq (origins.texts.used, 2 * strlen ("https://a/P/"));
        cr_expect_eq (origins.records.used, 20 * sizeof (uint32_t));
        origins_clear (&origins);
        cr_expect_eq (origins.list.used + origins.texts.used + origins.records.used, 0);
    }
}

//  Its own bytes alone are looked at.
Test (origins, an_id_that_is_all_of_a_url_or_more_is_no_end_of_it)
{
    struct origins origins = {.starts = NULL};
    char *seven = malloc (1);
    cr_assert_not_null (seven);
    *seven = '7';
    cr_assert_eq (origins_put (&origins, 1, (struct url){{seven, 1}, text_of ("7")}), 0);
    cr_assert_eq (origins_put (&origins, 2, (struct url){{seven, 1}, text_of ("17")}), 0);
    for (unsigned record = 1; record <= 2; record++) {
        char message[256] = "";
        origins_say (&origins, record, s_url ("https://x/P/7", "7"), message, sizeof message);
        cr_expect_str_eq (message, "; this one is https://x/P/7, that one 7");
    }
    origins_clear (&origins);
    free (seven);
}

//  The first record of all may have none, and 500 bytes of a longer one are shown, cut between characters.
Test (origins, of_a_long_url_five_hundred_bytes_are_shown)
{
    char whole[600], message[1300], expected[1300];
    memset (whole, 'u', sizeof whole);
    memcpy (whole, "https://", 8);
    memcpy (whole + 498, "\xc3\xa9\xc3\xa9", 4);    //  2 bytes a letter, from 498
    struct origins origins = {.starts = NULL};
    cr_assert_eq (origins_put (&origins, 3, s_url ("urn:x", "")), 0);
    static const struct {
        size_t n, shown;
    } CASES[] = {{499, 499}, {500, 500}, {502, 500}, {600, 500}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        *message = 0;
        origins_say (&origins, 3, (struct url){{whole, CASES[i].n}, {NULL, 0}}, message, sizeof message);
        snprintf (expected, sizeof expected, "; this one is %.*s, that one urn:x", (int) CASES[i].shown,
                  whole);
        cr_expect_str_eq (message, expected, "%zu bytes", CASES[i].n);
    }
    memcpy (whole + 498, "u\xc3\xa9u", 4);    //  the letter begins at 499 and is left out
    *message = 0;
    origins_say (&origins, 3, (struct url){{whole, 600}, {NULL, 0}}, message, sizeof message);
    snprintf (expected, sizeof expected, "; this one is %.499s, that one urn:x", whole);
    cr_expect_str_eq (message, expected);
    whole[500] = '\xa9';    //  behind its end stands what looks like the rest of a letter
    *message = 0;
    origins_say (&origins, 3, (struct url){{whole, 500}, {NULL, 0}}, message, sizeof message);
    snprintf (expected, sizeof expected, "; this one is %.500s, that one urn:x", whole);
    cr_expect_str_eq (message, expected);
    origins_clear (&origins);
}
