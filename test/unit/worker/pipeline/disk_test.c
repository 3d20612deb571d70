//  disk_test.c: what a result is on the disk: synced or not there, and for its owner alone.
#include "test/support/results/local_attempt.h"
#include "test/support/stores/failing_disk.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char TEXT[] = "patient_id,birth_date\n1,1980-02-30\n2,2001-01-01\n1,1980-02-30\n,2001-01-01\n";

static struct local_attempt s_run (struct workplace *place)
{
    struct options options = {.format = ""};
    workplace_write (place, "p.csv", TEXT, strlen (TEXT));
    return local_attempt_run (place, "p.csv", &options, 1);
}

//  Each of its files, its folder under either name, and the folder above.
Test (disk, a_result_of_which_any_fsync_failed_is_none_and_leaves_nothing)
{
    struct workplace place;
    workplace_make (&place);
    int n = 0;
    for (bool failed = true; failed; n++) {
        failing_disk_at (DISK_SYNC, n + 1, EIO);
        struct local_attempt got = s_run (&place);
        failed = failing_disk_failed ();
        failing_disk_at (DISK_SYNC, 0, EIO);
        cr_assert_eq (got.done, !failed, "fsync %d: %s", n + 1, got.error.text);
        if (!failed)
            break;
        cr_assert_eq (got.error.code, DMH_IO, "fsync %d: %s", n + 1, got.error.text);
        cr_assert (strstr (got.error.text, "Input/output"), "fsync %d: %s", n + 1, got.error.text);
        char part[600];
        snprintf (part, sizeof part, "%s.part", got.folder);
        cr_assert_neq (access (got.folder, F_OK), 0, "fsync %d", n + 1);
        cr_assert_neq (access (part, F_OK), 0, "fsync %d", n + 1);
    }
    cr_assert_eq (n, 7, "records, rejects, audit, report, datapackage and two folders, not %d", n);
    workplace_remove (&place);
}

Test (disk, a_result_is_its_owner_s_alone_whatever_the_umask)
{
    struct workplace place;
    struct stat about;
    workplace_make (&place);
    umask (0);
    struct local_attempt got = s_run (&place);
    cr_assert (got.done, "%s", got.error.text);
    cr_assert_eq (stat (got.folder, &about), 0);
    cr_assert_eq (about.st_mode & 07777, 0700);
    DIR *folder = opendir (got.folder);
    cr_assert_not_null (folder);
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir (folder));) {
        if (*entry->d_name == '.')
            continue;
        cr_assert_eq (fstatat (dirfd (folder), entry->d_name, &about, AT_SYMLINK_NOFOLLOW), 0);
        cr_assert_eq (about.st_mode, S_IFREG | 0600, "%s", entry->d_name);
        count++;
    }
    cr_assert_eq (count, 5);
    closedir (folder);
    workplace_remove (&place);
}
