//  readme.c: see readme.h.
#define _GNU_SOURCE
#include "test/support/processes/readme.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void s_read (char **text)
{
    size_t room = 0;
    *text = NULL;
    FILE *file = fopen ("README.md", "r");
    cr_assert_not_null (file, "README.md is not there");
    cr_assert_gt (getdelim (text, &room, 0, file), 0);
    fclose (file);
}

char *readme_block (const char *heading, size_t place)
{
    char title[128], *text;
    s_read (&text);
    snprintf (title, sizeof title, "\n## %s\n", heading);
    char *section = strstr (text, title);
    cr_assert_not_null (section, "README.md has no section “%s”", heading);
    section += strlen (title);
    char *next = strstr (section, "\n## "), *begin = section, *end = section;
    if (next)
        *next = 0;
    for (size_t i = 0; i <= place && begin; i++) {
        begin = strstr (i ? end + 4 : section, "\n```\n");
        end = begin ? strstr (begin + 5, "\n```\n") : NULL;
        cr_assert (begin && end, "“%s” of README.md has no block %zu", heading, place);
    }
    char *block = strndup (begin + 5, (size_t) (end + 1 - (begin + 5)));
    cr_assert_not_null (block);
    free (text);
    return block;
}
