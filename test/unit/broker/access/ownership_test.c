//  ownership_test.c: whose a job is: a key's, or somebody's for whom a gateway's key speaks, and never both.
#include "broker/access/ownership.h"

#include <criterion/criterion.h>
#include <string.h>

//  Keys whose characters are those that a name may hold, too.
static const char KEY[] = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7",
                  OTHER[] = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";

Test (ownership, a_name_of_a_gateway_is_no_key_and_no_name_of_another_gateway)
{
    char own[OWNER_BYTES], named[OWNER_BYTES], other[OWNER_BYTES], bare[OWNER_BYTES];
    cr_expect_str_eq (ownership_of (KEY, "", own), KEY);
    ownership_of (KEY, OTHER, named);
    cr_expect_str_neq (named, OTHER, "who names a key is not that key");
    ownership_of (KEY, "anna", named);
    ownership_of (OTHER, "anna", other);
    ownership_of (NULL, "anna", bare);
    cr_expect_str_neq (named, other);
    cr_expect_str_neq (named, bare);
    cr_expect (ownership_covers (KEY, own) && ownership_covers (KEY, named));
    cr_expect_not (ownership_covers (KEY, other));
    cr_expect_not (ownership_covers (KEY, OTHER));
    cr_expect_not (ownership_covers (KEY, ""), "a job of a time without keys");
    cr_expect_not (ownership_covers (KEY, bare));
}

Test (ownership, the_longest_name_fits_and_what_cannot_be_seen_is_none)
{
    static const char *const WRONG[] = {"", "a b", "a\tb", " ", "a\n", "\x7f", "ä", "a\xc2\x85"};
    char name[OWNER_NAME_BYTES + 1], owner[OWNER_BYTES];
    memset (name, 'n', sizeof name);
    name[OWNER_NAME_BYTES] = 0;
    cr_expect_not (ownership_is_name (name), "one too long");
    name[OWNER_NAME_BYTES - 1] = 0;
    cr_expect (ownership_is_name (name));
    cr_expect_eq (strlen (ownership_of (KEY, name, owner)), 40 + 1 + OWNER_NAME_BYTES - 1);
    cr_expect (ownership_is_name ("anna@example.org"));
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
        cr_expect_not (ownership_is_name (WRONG[i]), "case %zu", i);
}
