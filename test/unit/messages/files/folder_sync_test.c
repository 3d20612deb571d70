//  folder_sync_test.c: each file and folder of a few is synced by itself, many by one call; what the disk
//  refuses is told of the folder that it is of, and of no other.
#include "messages/files/folder_sync.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDERS_MOST = 4, FILES = 18 };    //  more than are open at once

static struct workplace s_place;
static char s_folders[FOLDERS_MOST][512];
static int s_syncs, s_fails_at, s_whole, s_root;

static int s_fsync (int fd)
{
    struct stat about;
    cr_expect_eq (fstat (fd, &about), 0, "a descriptor that is open");
    if (++s_syncs != s_fails_at)
        return 0;
    errno = EIO;
    return -1;
}

static int s_syncfs (int fd)
{
    cr_expect_eq (fd, s_root);
    s_whole++;
    errno = ENOSPC;
    return s_fails_at ? -1 : 0;
}

static void s_make (struct folder_sync_item *items, size_t count, size_t files)
{
    workplace_make (&s_place);
    for (size_t i = 0; i < count; i++) {
        snprintf (s_folders[i], sizeof s_folders[i], "%s/%zu", s_place.folder, i);
        cr_assert_eq (mkdir (s_folders[i], 0700), 0);
        for (size_t f = 0; f < files; f++) {
            char name[64];
            snprintf (name, sizeof name, "%zu/file-%zu", i, f);
            workplace_write (&s_place, name, "x", 1);
        }
        items[i] = (struct folder_sync_item){.folder = s_folders[i], .said = i ? "second" : "first"};
    }
    s_root = open (s_place.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    s_syncs = s_whole = 0;
    folder_sync_replace (s_fsync, s_syncfs);
}

static void s_end (void)
{
    folder_sync_replace (NULL, NULL);
    close (s_root);
    workplace_remove (&s_place);
}

Test (folder_sync, each_file_of_a_few_folders_and_the_folder_itself_is_synced)
{
    struct folder_sync_item items[2];
    s_make (items, 2, FILES);
    folder_sync_all (s_root, items, 2);
    cr_expect_eq (s_syncs, 2 * (FILES + 1));
    cr_expect_eq (s_whole, 0);
    cr_expect_eq (items[0].error.code, DMH_OK);
    cr_expect_eq (items[1].error.code, DMH_OK);
    s_end ();
}

Test (folder_sync, whatever_the_disk_refuses_is_told_of_its_folder_alone)
{
    for (int n = 1; n <= FILES + 2; n++) {
        struct folder_sync_item items[2];
        s_make (items, 2, FILES);
        s_fails_at = n;
        folder_sync_all (s_root, items, 2);
        bool first = n <= FILES + 1;
        cr_expect_eq (items[0].error.code, first ? DMH_IO : DMH_OK, "fsync %d", n);
        cr_expect_eq (items[1].error.code, first ? DMH_OK : DMH_IO, "fsync %d", n);
        cr_expect_str_eq (items[first ? 0 : 1].error.text,
                          first ? "first cannot be written to disk: Input/output error"
                                : "second cannot be written to disk: Input/output error");
        s_end ();
    }
}

Test (folder_sync, a_folder_that_is_not_there_is_told)
{
    struct folder_sync_item items[2];
    s_make (items, 2, 1);
    items[0].folder = "/none/of/that/name";
    folder_sync_all (s_root, items, 2);
    cr_expect_eq (items[0].error.code, DMH_IO);
    cr_expect_not_null (strstr (items[0].error.text, "No such file"), "%s", items[0].error.text);
    cr_expect_eq (items[1].error.code, DMH_OK);
    s_end ();
}

Test (folder_sync, many_share_one_call_and_its_failure)
{
    struct folder_sync_item items[FOLDERS_MOST];
    for (int fails = 0; fails < 2; fails++) {
        s_make (items, FOLDERS_MOST, 1);
        s_fails_at = fails;
        folder_sync_all (s_root, items, FOLDERS_MOST);
        cr_expect_eq (s_syncs, 0);
        cr_expect_eq (s_whole, 1);
        for (size_t i = 0; i < FOLDERS_MOST; i++)
            cr_expect_eq (items[i].error.code, fails ? DMH_IO : DMH_OK);
        if (fails)
            cr_expect_str_eq (items[3].error.text,
                              "second cannot be written to disk: No space left on device; free some space or "
                              "choose another folder");
        s_end ();
    }
}

Test (folder_sync, the_entries_of_a_folder_are_synced_or_why_not_is_told)
{
    struct folder_sync_item items[1];
    struct error error = {.code = DMH_OK};
    s_make (items, 1, 0);
    cr_expect_eq (folder_sync (s_folders[0], &error), DMH_OK);
    cr_expect_eq (s_syncs, 1);
    s_fails_at = 2;
    cr_expect_eq (folder_sync (s_folders[0], &error), DMH_IO);
    cr_expect_eq (folder_sync ("/none/of/that/name", &error), DMH_IO);
    s_end ();
}
