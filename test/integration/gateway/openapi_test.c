//  openapi_test.c: openapi.json as others read it: a linter, and clients that believe it (openapi_test.mjs).
#define _GNU_SOURCE
#include "test/support/processes/node_script.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS = 120 };

//  Runs the script; it has to end with 0 and say `good`.
static void s_run (const struct workplace *place, const char *script, const char *const words[],
                   const char *good)
{
    pid_t pid = node_script_start (place, "script.log", script, words);
    int status = process_wait (pid, SECONDS);
    char *said = workplace_read (place->folder, "script.log", NULL);
    cr_expect_eq (status, 0, "%s", said);
    cr_expect (said && strstr (said, good), "%s", said);
    free (said);
}

Test (gateway_openapi, a_linter_finds_nothing_to_mend_and_something_in_a_page_that_is_wrong)
{
    static const char *const PACKAGES[] = {"@redocly/openapi-core", NULL};
    static const char WRONG[] = "{\"openapi\": \"3.1.0\", \"info\": {\"title\": \"x\"}, \"paths\": {}}\n";
    struct workplace place;
    char page[PATH_MAX], *said;
    if (!node_script_can_run (PACKAGES))
        return;
    cr_assert (realpath ("client/gateway/openapi.json", page));
    workplace_make (&place);
    s_run (&place, "test/support/openapi/lint.mjs", (const char *const[]){page, NULL}, "nothing to mend");
    workplace_write (&place, "wrong.json", WRONG, strlen (WRONG));
    pid_t pid = node_script_start (&place, "wrong.log", "test/support/openapi/lint.mjs",
                                   (const char *const[]){"wrong.json", NULL});
    cr_expect_eq (process_wait (pid, SECONDS), 1);
    said = workplace_read (place.folder, "wrong.log", NULL);
    cr_expect (strstr (said, "The field `version` must be present"), "%s", said);
    free (said);
    workplace_remove (&place);
}
