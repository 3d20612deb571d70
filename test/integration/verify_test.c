//  verify_test.c: dmh verify finds what was changed in a result, and nothing in one that was not.
#define _GNU_SOURCE
#include "test/support/command_line.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

//  Changes one byte in the middle of a file, and back.
static void s_flip (const char *folder, const char *name)
{
    char path[600];
    struct stat about;
    unsigned char byte = 0;
    snprintf (path, sizeof path, "%s/%s", folder, name);
    int file = open (path, O_RDWR);
    cr_assert (file >= 0 && fstat (file, &about) == 0 && about.st_size > 0, "%s", path);
    cr_assert_eq (pread (file, &byte, 1, about.st_size / 2), 1);
    byte ^= 1;
    cr_assert_eq (pwrite (file, &byte, 1, about.st_size / 2), 1);
    close (file);
}

Test (verify, finds_one_changed_byte_in_any_output, .timeout = 120)
{
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson", "datapackage.json"};
    struct workplace place;
    char folder[512];
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "a.csv", "--quiet"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/a", place.folder);
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        s_flip (folder, FILES[i]);
        command_line_expect (CALL (&place, "verify", "a"), 1, "NOT WHOLE", FILES[i]);
        s_flip (folder, FILES[i]);
    }
    command_line_expect (CALL (&place, "verify", "a"), 0, "whole", NULL);
    workplace_remove (&place);
}

//  Replaces `from` in the file by `to`, of the same length.
static void s_replace (const char *folder, const char *name, const char *from, const char *to)
{
    char path[600];
    size_t n = 0;
    char *text = workplace_read (folder, name, &n), *at = text ? strstr (text, from) : NULL;
    cr_assert_not_null (at, "no “%s” in %s", from, name);
    memcpy (at, to, strlen (to));
    snprintf (path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen (path, "wb");
    cr_assert (file && fwrite (text, 1, n, file) == n && fclose (file) == 0);
    free (text);
}

Test (verify, finds_counts_that_do_not_add_up_and_files_that_are_gone, .timeout = 120)
{
    struct workplace place;
    char folder[512], path[600];
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "a.csv", "--quiet"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/a", place.folder);
    s_replace (folder, "report.json", "\"duplicates\": 1", "\"duplicates\": 2");
    command_line_expect (CALL (&place, "verify", "a"), 1, NULL, "do not add up");
    s_replace (folder, "report.json", "\"duplicates\": 2", "\"duplicates\": 1");
    snprintf (path, sizeof path, "%s/rejects.csv", folder);
    cr_assert_eq (unlink (path), 0);
    command_line_expect (CALL (&place, "verify", "a"), 1, NULL, "rejects.csv cannot be read");
    command_line_expect (CALL (&place, "verify", "/dev"), 1, NULL, "no report.json");
    command_line_expect (CALL (&place, "verify", "nowhere"), 1, NULL, "nowhere");
    workplace_remove (&place);
}
