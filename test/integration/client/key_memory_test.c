//  key_memory_test.c: keys that memory does not hold lie on the disk, and nothing else is otherwise.
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

//  1.3 MB of keys; each key comes with one to four contents, some of them twice.
enum { RECORDS = 42000, CONTENTS = 4 };

static int s_shell (const struct workplace *place, const char *command)
{
    char line[1200];
    snprintf (line, sizeof line, "cd '%s' && %s", place->folder, command);
    int status = system (line);
    return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

//  Every seventh record repeats the one before, every fifth has its key and another value; the dates of the
//  second half show that the day stands first.
static void s_write_results (const struct workplace *place)
{
    char path[512];
    snprintf (path, sizeof path, "%s/labs.csv", place->folder);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    fputs ("result_id,patient_id,test_code,value,unit,collected_at\n", file);
    for (int i = 0, key = 0, value = 0; i < RECORDS; i++) {
        key = i % 7 == 0 || i % 5 == 0 ? key : i;
        value = i % 7 == 0 ? value : 50 + i % CONTENTS;
        fprintf (file, "r%d,p%d,2345-7,%d,mg/dL,%02d/%02d/2021\n", key, key % 900, value,
                 i < RECORDS / 2 ? 1 + key % 12 : 13 + key % 15, 1 + key % 12);
    }
    cr_assert_eq (fclose (file), 0);
}

static void s_compare (const struct workplace *place, const char *format, const char *conflict)
{
    command_line_expect (
        CALL (place, "run", "labs.csv", "-o", "held", "-q", "--format", format, "--on-conflict", conflict), 0,
        NULL, NULL);
    command_line_expect (CALL (place, "run", "labs.csv", "-o", "parted", "-q", "--format", format,
                               "--on-conflict", conflict, "--memory", "1048576"),
                         0, NULL, NULL);
    cr_expect_eq (s_shell (place, "test $(cat held/labs/audit.* | wc -l) -gt 10000"), 0, "%s %s", format,
                  conflict);
    cr_expect_eq (s_shell (place, "diff -rq -x report.json held parted"), 0, "%s %s", format, conflict);
    command_line_expect (CALL (place, "verify", "parted/labs", "--input", "labs.csv", "-q"), 0, NULL, NULL);
    cr_expect_eq (s_shell (place, "rm -r held parted"), 0);
}

Test (key_memory, where_keys_lie_makes_no_difference, .timeout = 300)
{
    struct workplace place;
    workplace_make (&place);
    s_write_results (&place);
    s_compare (&place, "csv", "first");
    s_compare (&place, "ndjson", "last");
    s_compare (&place, "sqlite", "newest:collected_at");
    workplace_remove (&place);
}

Test (key_memory, no_less_than_a_mebibyte_is_taken)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "a.csv", "--memory", "1000"), 2, NULL, "--memory");
    workplace_remove (&place);
}
