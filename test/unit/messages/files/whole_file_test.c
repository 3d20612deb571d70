//  whole_file_test.c: a small file is there whole, or as it was, whatever fails on the way.
#include "messages/files/whole_file.h"

#include "test/support/processes/workplace.h"
#include "test/support/stores/failing_disk.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct workplace s_place;
static char s_path[600];

static void s_setup (void)
{
    workplace_make (&s_place);
    snprintf (s_path, sizeof s_path, "%s/file", s_place.folder);
}

static void s_teardown (void)
{
    workplace_remove (&s_place);
}

TestSuite (whole_file, .init = s_setup, .fini = s_teardown);

static int s_content (void *context, FILE *file, struct error *error)
{
    (void) error;
    fputs (context, file);
    return DMH_OK;
}

static int s_refusal (void *context, FILE *file, struct error *error)
{
    fputs ("half", file);
    return error_set (error, DMH_BAD_INPUT, "%s", (const char *) context);
}

static void s_expect_alone (void)
{
    size_t count = 0;
    DIR *folder = opendir (s_place.folder);
    for (const struct dirent *entry; (entry = readdir (folder));)
        count += entry->d_name[0] != '.';
    closedir (folder);
    cr_expect_eq (count, 1, "nothing is left beside it");
}

static void s_expect (const char *content)
{
    char *text = workplace_read (s_place.folder, "file", NULL);
    cr_expect_str_eq (text, content);
    free (text);
    s_expect_alone ();
}

Test (whole_file, it_replaces_what_was_there_for_its_owner_alone)
{
    struct error error = {.code = DMH_OK};
    struct stat about;
    cr_assert_eq (whole_file_write (s_path, s_content, (void *) "one", &error), DMH_OK, "%s", error.text);
    s_expect ("one");
    cr_assert_eq (stat (s_path, &about), 0);
    cr_expect_eq (about.st_mode & 07777, 0600);
    cr_assert_eq (whole_file_write (s_path, s_content, (void *) "another", &error), DMH_OK);
    s_expect ("another");
}

Test (whole_file, it_stays_as_it_was_where_the_content_cannot_be_made)
{
    struct error error = {.code = DMH_OK};
    workplace_write (&s_place, "file", "old", 3);
    cr_expect_eq (whole_file_write (s_path, s_refusal, (void *) "no content", &error), DMH_BAD_INPUT);
    cr_expect_str_eq (error.text, "no content");
    s_expect ("old");
}

Test (whole_file, it_stays_as_it_was_where_the_disk_fails)
{
    struct error error = {.code = DMH_OK};
    char text[8];
    workplace_write (&s_place, "file", "old", 3);
    failing_disk_at (DISK_SYNC, 1, ENOSPC);
    cr_expect_eq (whole_file_write (s_path, s_content, (void *) "new", &error), DMH_IO);
    cr_assert (failing_disk_failed ());
    failing_disk_at (DISK_SYNC, 0, 0);
    cr_expect (strstr (error.text, "/file cannot be written: No space left on device"), "%s", error.text);
    s_expect ("old");
    failing_disk_at (DISK_SYNC, 2, EIO);
    cr_expect_eq (whole_file_write (s_path, s_content, (void *) "new", &error), DMH_IO, "its name is synced");
    cr_assert (failing_disk_failed ());
    failing_disk_at (DISK_SYNC, 0, 0);
    cr_expect (strstr (error.text, " cannot be written to disk: Input/output error"), "%s", error.text);
    cr_assert (remove (s_path) == 0 && mkdir (s_path, 0700) == 0);
    cr_expect_eq (whole_file_write (s_path, s_content, (void *) "new", &error), DMH_IO);
    cr_expect (strstr (error.text, "/file cannot be written: Is a directory"), "%s", error.text);
    s_expect_alone ();
    cr_assert_eq (remove (s_path), 0);
    cr_assert_eq (symlink ("elsewhere", s_path), 0);
    cr_expect_eq (whole_file_write (s_path, s_content, (void *) "new", &error), DMH_OK);
    s_expect ("new");
    cr_expect_lt (readlink (s_path, text, sizeof text), 0, "no link is followed");
    snprintf (s_path, sizeof s_path, "%s/none/file", s_place.folder);
    cr_expect_eq (whole_file_write (s_path, s_content, (void *) "new", &error), DMH_IO);
    cr_expect (strstr (error.text, "/none/file cannot be written: No such file"), "%s", error.text);
}

//  As of a program that was started without standard input: the file gets descriptor 0.
Test (whole_file, it_is_written_by_any_descriptor)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (close (STDIN_FILENO), 0);
    cr_expect_eq (whole_file_write (s_path, s_content, (void *) "one", &error), DMH_OK, "%s", error.text);
    cr_expect_eq (whole_file_write (s_path, s_refusal, (void *) "no content", &error), DMH_BAD_INPUT);
    s_expect ("one");
}
