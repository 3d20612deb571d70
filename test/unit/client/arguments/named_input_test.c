//  named_input_test.c: an input that waits says what struct input says, whatever its texts are.
#include "client/arguments/named_input.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct input s_input (const char *name, const char *origin)
{
    struct input input = {.bytes = 7, .sha256 = "ab"};
    snprintf (input.uri, sizeof input.uri, "file:///data/%s", name);
    snprintf (input.name, sizeof input.name, "%s", name);
    snprintf (input.origin, sizeof input.origin, "%s", origin);
    snprintf (input.place, sizeof input.place, "a/%s", name);
    snprintf (input.source_file, sizeof input.source_file, "b/%s", name);
    snprintf (input.stands_at, sizeof input.stands_at, "c/%s", name);
    return input;
}

Test (named_input, says_again_what_it_was_told)
{
    char longest[NAME_BYTES];
    memset (longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    const char *const NAMES[] = {"x.csv", "", longest};
    struct named_input held = {.uri = NULL};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        struct input told = s_input (NAMES[i], i == 1 ? "" : ORIGIN_STDIN), back;
        memset (&back, 'y', sizeof back);
        cr_assert_eq (named_input_set (&held, &told), DMH_OK);
        named_input_get (&held, &back);
        cr_expect_str_eq (back.uri, told.uri);
        cr_expect_str_eq (back.name, told.name);
        cr_expect_str_eq (back.origin, told.origin);
        cr_expect_str_eq (back.place, told.place);
        cr_expect_str_eq (back.source_file, told.source_file);
        cr_expect_str_eq (back.stands_at, told.stands_at);
        cr_expect_str_eq (back.sha256, "ab");
        cr_expect_eq (back.bytes, 7);
        cr_expect_str_eq (named_input_uri (&held), told.uri);
        cr_expect_str_eq (named_input_origin (&held), *told.origin ? told.origin : told.uri);
    }
    named_input_clear (&held);
}

Test (named_input, that_says_nothing_is_an_empty_one)
{
    struct named_input held = {.uri = NULL};
    struct input back;
    named_input_get (&held, &back);
    cr_expect_str_empty (back.uri);
    cr_expect_str_empty (back.stands_at);
    cr_expect_eq (back.bytes, 0);
    cr_expect_str_empty (named_input_uri (&held));
    cr_expect_str_empty (named_input_uri (NULL));
    cr_expect_str_empty (named_input_origin (NULL));
    named_input_clear (&held);
}
