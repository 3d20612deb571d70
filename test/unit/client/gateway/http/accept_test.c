//  accept_test.c: what a client takes, by RFC 9110, 12.5.1.
#include "client/gateway/http/accept.h"

#include <criterion/criterion.h>

Test (accept, the_best_liked_form_is_chosen_by_the_closest_range)
{
    static const char *const TYPES[] = {"application/json", "application/x-ndjson", "text/csv"};
    static const struct {
        const char *accept;
        int chosen;
    } CASES[] = {
        {NULL, 0},
        {"", 0},
        {"*/*", 0},
        {"text/csv", 2},
        {"TEXT/CSV; header=present", 2},
        {"text/*", 2},
        {"application/*", 0},
        {"application/x-ndjson, application/json;q=0.9", 1},
        {"text/csv;q=0.2, application/x-ndjson; q=0.3", 1},
        {"*/*, application/json;q=0", 1},
        {"text/html, image/png", -1},
        {"text/csv;q=0", -1},
        {"text/csvx", -1},
        {"text/html,application/xhtml+xml,*/*;q=0.8", 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        cr_assert_eq (accept_choose (CASES[i].accept, TYPES, 3), CASES[i].chosen, "%s", CASES[i].accept);
}
