//  folder_test.c: the end of a folder's listing is told from a failure in the middle of it.
#include "messages/base/folder.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void s_make (char path[static 64])
{
    strcpy (path, "/tmp/dmh-folder-XXXXXX");
    cr_assert_not_null (mkdtemp (path));
}

static void s_put (const char *folder, const char *name)
{
    char path[128];
    snprintf (path, sizeof path, "%s/%s", folder, name);
    int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_geq (fd, 0);
    close (fd);
}

static void s_remove (const char *folder, const char *name)
{
    char path[128];
    snprintf (path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq (unlink (path), 0);
}

Test (folder, its_entries_come_without_itself_and_the_one_above)
{
    char folder[64];
    int why = EIO;
    s_make (folder);
    s_put (folder, "one");
    DIR *listing = opendir (folder);
    const struct dirent *entry = folder_next (listing, &why);
    cr_assert_str_eq (entry->d_name, "one");
    cr_assert_null (folder_next (listing, &why));
    cr_assert_eq (why, 0);
    closedir (listing);
    s_remove (folder, "one");
    rmdir (folder);
}

Test (folder, a_listing_that_cannot_be_read_on_says_why)
{
    int why = 0, nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    DIR *listing = opendir ("/");
    cr_assert_eq (dup2 (nothing, dirfd (listing)), dirfd (listing));    //  getdents: ENOTDIR
    cr_assert_null (folder_next (listing, &why));
    cr_assert_eq (why, ENOTDIR);
    closedir (listing);
    close (nothing);
}

Test (folder, empty_is_one_with_hidden_names_alone_or_none_at_all)
{
    char folder[64];
    s_make (folder);
    cr_assert_eq (folder_is_empty (folder), 1);
    s_put (folder, ".hidden");
    cr_assert_eq (folder_is_empty (folder), 1);
    s_put (folder, "seen");
    cr_assert_eq (folder_is_empty (folder), 0);
    s_remove (folder, "seen");
    s_remove (folder, ".hidden");
    rmdir (folder);
    cr_assert_eq (folder_is_empty (folder), 1);
    cr_assert_eq (folder_is_empty ("/dev/null"), -1);
    cr_assert_eq (errno, ENOTDIR);
}
