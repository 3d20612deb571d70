//  unnamed_file_test.c: bytes in a file that nobody sees.
#include "worker/memory/unnamed_file.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int s_entries (const char *folder)
{
    int count = 0;
    DIR *listing = opendir (folder);
    cr_assert_not_null (listing);
    while (readdir (listing))
        count++;
    closedir (listing);
    return count - 2;
}

Test (unnamed_file, what_is_put_there_is_read_and_mapped_and_leaves_nothing)
{
    char folder[] = "/tmp/dmh-unnamed-XXXXXX", read[8] = "";
    struct error error = {.code = DMH_OK};
    uint64_t at;
    cr_assert_not_null (mkdtemp (folder));
    unnamed_file_t *file = unnamed_file_new (folder, "a word");
    cr_assert_not_null (file);
    cr_expect_eq (unnamed_file_bytes (file), 0);
    cr_assert_eq (unnamed_file_append (file, "one", 3, &at, &error), DMH_OK, "%s", error.text);
    cr_expect_eq (at, 0);
    const char *mapped = unnamed_file_map (file, &error);
    cr_assert_not_null (mapped);
    cr_expect_eq (memcmp (mapped, "one", 3), 0);
    cr_expect_eq (unnamed_file_map (file, &error), mapped);
    cr_assert_eq (unnamed_file_append (file, "three", 5, &at, &error), DMH_OK);
    cr_expect_eq (at, 3);
    cr_expect_eq (unnamed_file_bytes (file), 8);
    cr_expect_eq (memcmp (unnamed_file_map (file, &error), "onethree", 8), 0);
    cr_assert_eq (unnamed_file_read (file, 2, read, 5, &error), DMH_OK);
    cr_expect_str_eq (read, "ethre");
    cr_expect_eq (unnamed_file_read (file, 4, read, 5, &error), DMH_IO, "it ends before");
    cr_expect_not_null (strstr (error.text, "a word cannot be kept in /tmp/dmh-unnamed-"), "%s", error.text);
    cr_expect_eq (s_entries (folder), 0);
    unnamed_file_destroy (&file);
    cr_expect_null (file);
    unnamed_file_destroy (&file);
    cr_expect_eq (rmdir (folder), 0);
}
