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
