//  owner_list_test.c: one list of owners by itself: what it takes and gives up, what it answers where the
//  disk refuses, and that no call leaves a descriptor open. Descriptor 0 is free, as a daemon's may be.
#include "broker/files/owners.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/support/processes/descriptors.h"
#include "test/support/stores/blob_folder.h"
#include "test/support/stores/failing_disk.h"

static int s_folder;
static size_t s_descriptors;
static const char *s_sha;

static void s_setup (void)
{
    blob_folder_make ();
    s_sha = blob_folder_sha;
    cr_assert_eq (mkdir (blob_folder_path, 0700), 0);
    s_folder = open (blob_folder_path, O_RDONLY | O_DIRECTORY);
    close (STDIN_FILENO);
    s_descriptors = descriptors_count ();
}

static void s_teardown (void)
{
    cr_expect_eq (descriptors_count (), s_descriptors);
    cr_assert_eq (open ("/dev/null", O_RDONLY), STDIN_FILENO);
    close (s_folder);
    blob_folder_remove ();
}

TestSuite (owner_list, .init = s_setup, .fini = s_teardown);

static int s_add (const char *user)
{
    const char *users[] = {user};
    errno = 0;
    return owners_add (s_folder, s_sha, users, 1);
}

static void s_put (const char *end, const char *text)
{
    char name[DIGEST_HEX_BYTES + 20];
    snprintf (name, sizeof name, "%s%s", s_sha, end);
    int fd = openat (s_folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert (fd >= 0 && write (fd, text, strlen (text)) == (ssize_t) strlen (text) && close (fd) == 0);
}

Test (owner_list, two_come_at_once_a_third_does_not_and_nobody_comes_twice)
{
    //  From the heap, where what stands behind the last one is nobody's.
    const char **users = malloc (3 * sizeof *users), **one = malloc (sizeof *one);
    cr_assert (users && one);
    users[0] = ANNA;
    users[1] = BERT;
    users[2] = CARL;
    *one = CARL;
    cr_expect_eq (owners_add (s_folder, s_sha, users, 3), 0);
    cr_expect (owners_include (s_folder, s_sha, ANNA) && owners_include (s_folder, s_sha, BERT));
    cr_expect_not (owners_include (s_folder, s_sha, CARL));
    cr_expect_eq (owners_add (s_folder, s_sha, one, 1), 0);
    cr_expect (owners_include (s_folder, s_sha, CARL));
    owners_remove (s_folder, s_sha);
    cr_expect_eq (owners_add (s_folder, s_sha, one, 1), 0);
    cr_expect_eq (owners_add (s_folder, s_sha, users, 2), 0, "behind one who is there");
    cr_expect (owners_include (s_folder, s_sha, ANNA) && owners_include (s_folder, s_sha, BERT) &&
               owners_include (s_folder, s_sha, CARL));
    bool left = false;
    for (size_t i = 0; i < 2; i++)
        cr_expect (owners_leave (s_folder, s_sha, users[i], &left) == 0 && left);
    cr_expect (owners_leave (s_folder, s_sha, CARL, &left) == 0 && !left, "he stood there once");
    free (users);
    free (one);
}

Test (owner_list, an_empty_list_is_neither_nobodys_nor_in_the_way)
{
    bool left = true;
    s_put (OWNERS_SUFFIX, "");
    errno = ENOENT;
    cr_expect_not (owners_include (s_folder, s_sha, ""));
    errno = 0;
    cr_expect_eq (owners_leave (s_folder, s_sha, ANNA, &left), 0);
    cr_expect_not (left);
    cr_expect_eq (owners_renew (s_folder, s_sha), 0);
    cr_expect_eq (s_add (ANNA), 0);
    cr_expect (owners_include (s_folder, s_sha, ANNA));
}

Test (owner_list, nobody_is_an_owner_like_others)
{
    bool left = false;
    cr_assert (s_add (ANNA) == 0 && s_add ("") == 0);
    cr_expect (owners_leave (s_folder, s_sha, ANNA, &left) == 0 && left);
    cr_expect (owners_include (s_folder, s_sha, ""));
    cr_expect_not (owners_include (s_folder, s_sha, ANNA));
    cr_expect (owners_leave (s_folder, s_sha, "", &left) == 0 && !left);
    cr_expect (owners_include (s_folder, s_sha, ""), "the list stays until its file is gone");
}

Test (owner_list, what_is_renewed_says_what_it_said)
{
    cr_expect_eq (owners_renew (s_folder, s_sha), 0, "there is none");
    cr_expect_not (owners_exist (s_folder, s_sha));
    cr_assert (s_add (ANNA) == 0 && s_add (BERT) == 0);
    cr_expect_eq (owners_renew (s_folder, s_sha), 0);
    cr_expect (owners_include (s_folder, s_sha, ANNA) && owners_include (s_folder, s_sha, BERT));
    cr_expect_not (owners_include (s_folder, s_sha, CARL));
    cr_expect_eq (blob_folder_count (), 1);
}

Test (owner_list, a_call_of_the_disk_that_fails_is_named_and_the_list_is_as_it_was)
{
    static const struct {
        enum disk_call call;
        int number, n, said;
    } CASES[] = {{DISK_WRITE, EIO, 1, EIO},
                 {DISK_WRITE, 0, 1, ENOSPC},
                 {DISK_SYNC, EIO, 1, EIO},
                 {DISK_RENAME, EACCES, 1, EACCES}};
    cr_assert_eq (s_add (ANNA), 0);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        bool left = false;
        failing_disk_at (CASES[i].call, 1, CASES[i].number);
        cr_expect_eq (s_add (BERT), -1, "case %zu", i);
        cr_expect_eq (errno, CASES[i].said, "case %zu: %s", i, strerror (errno));
        failing_disk_at (CASES[i].call, 1, CASES[i].number);
        errno = 0;
        cr_expect_eq (owners_renew (s_folder, s_sha), -1, "case %zu", i);
        cr_expect_eq (errno, CASES[i].said, "case %zu: %s", i, strerror (errno));
        cr_expect (owners_include (s_folder, s_sha, ANNA), "case %zu", i);
        cr_expect_not (owners_include (s_folder, s_sha, BERT), "case %zu", i);
        cr_expect_eq (blob_folder_count (), 1, "case %zu: no half list stays", i);
        cr_assert_eq (s_add (CARL), 0);
        failing_disk_at (CASES[i].call, 1, CASES[i].number);
        cr_expect_eq (owners_leave (s_folder, s_sha, CARL, &left), -1, "case %zu", i);
        cr_expect (owners_include (s_folder, s_sha, CARL), "case %zu", i);
        cr_expect (owners_leave (s_folder, s_sha, CARL, &left) == 0 && left);
    }
    //  A disk that takes nothing of the one byte that is nobody's line.
    owners_remove (s_folder, s_sha);
    failing_disk_at (DISK_WRITE, 1, 0);
    cr_expect_eq (s_add (""), -1);
    cr_expect_eq (errno, ENOSPC);
    cr_expect_eq (blob_folder_count (), 0);
}

Test (owner_list, one_that_cannot_be_read_is_nobodys_and_stays)
{
    char name[DIGEST_HEX_BYTES + 20];
    bool left = true;
    snprintf (name, sizeof name, "%s" OWNERS_SUFFIX, s_sha);
    cr_assert_eq (mkdirat (s_folder, name, 0700), 0);
    cr_expect_eq (s_add (ANNA), -1);
    cr_expect_eq (errno, EISDIR, "%s", strerror (errno));
    cr_expect_eq (owners_renew (s_folder, s_sha), -1);
    cr_expect_eq (owners_leave (s_folder, s_sha, ANNA, &left), -1);
    cr_expect_not (owners_include (s_folder, s_sha, ""));
    cr_expect_not (owners_include (s_folder, s_sha, ANNA));
    cr_assert_eq (unlinkat (s_folder, name, AT_REMOVEDIR), 0);
    s_put (OWNERS_SUFFIX, ANNA "\n");
    descriptors_exhaust ();
    int added = s_add (BERT), why = errno, gone = owners_leave (s_folder, s_sha, ANNA, &left);
    bool includes = owners_include (s_folder, s_sha, "");
    owners_tidy (s_folder);
    descriptors_free ();
    cr_expect_eq (added, -1);
    cr_expect_eq (why, EMFILE);
    cr_expect_eq (gone, -1);
    cr_expect_not (includes);
    cr_expect (owners_include (s_folder, s_sha, ANNA));
}

Test (owner_list, tidying_takes_half_lists_and_those_without_their_file_alone)
{
    static const char *const ENDS[] = {OWNERS_SUFFIX ".new", OWNERS_SUFFIX};
    char name[DIGEST_HEX_BYTES + 20];
    for (size_t i = 0; i < 2; i++) {
        snprintf (name, sizeof name, "%064d%s", 0, ENDS[i]);
        *name = 'G';
        close (openat (s_folder, name, O_WRONLY | O_CREAT, 0600));
    }
    s_put (OWNERS_SUFFIX, ANNA "\n");
    s_put (OWNERS_SUFFIX ".new", ANNA "\n");
    s_put (OWNERS_SUFFIX ".old", ANNA "\n");
    failing_disk_at (DISK_STAT, 1, EIO);
    owners_tidy (s_folder);
    cr_expect (owners_exist (s_folder, s_sha), "nobody knows whether its file is there");
    cr_expect_eq (blob_folder_count (), 4, "the half one is gone");
    s_put ("", "x");
    errno = ENOENT;    //  of a call before
    owners_tidy (s_folder);
    cr_expect (owners_exist (s_folder, s_sha));
    cr_assert_eq (unlinkat (s_folder, s_sha, 0), 0);
    owners_tidy (s_folder);
    cr_expect_not (owners_exist (s_folder, s_sha));
    cr_expect_eq (blob_folder_count (), 3, "what is no list of a file");
}
