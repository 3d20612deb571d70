//  nearest_test.c: which known word a misspelt one was meant for.
#include "worker/text/nearest.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *const WORDS[] = {"columns",     "constants",  "combine", "date_order",
                                    "family_name", "given_name", "key",     NULL};

static const struct {
    const char *word, *meant;
} CASES[] = {
    {"colums", "columns"},
    {"Columns", "columns"},
    {"constant", "constants"},
    {"combien", "combine"},
    {"dateorder", "date_order"},
    {"famly-name", "family_name"},
    {"keys", "key"},
    {"kye", "key"},
    {"surname", NULL},
    {"x", NULL},
    {"", NULL},
    {"--", NULL},
};

Test (nearest, one_changed_letter_in_three_is_near)
{
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *found = nearest_of (CASES[i].word, WORDS), *meant = CASES[i].meant;
        cr_expect (found == meant || (found && meant && strcmp (found, meant) == 0), "%s: %s", CASES[i].word,
                   found ? found : "none");
    }
    char longer[2000];
    memset (longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    cr_expect_null (nearest_of (longer, WORDS));
}
