//  result_folder_test.c: that nothing but a result is ever replaced.
#define _GNU_SOURCE
#include "client/result/result_folder.h"

#include "client/result/batch/result_sync.h"
#include "messages/base/digest.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void s_folder (const struct workplace *place, const char *name, const char *file, char path[512])
{
    char inner[300];
    snprintf (path, 512, "%s/%s", place->folder, name);
    cr_assert_eq (mkdir (path, 0700), 0);
    snprintf (inner, sizeof inner, "%s/%s", name, file);
    workplace_write (place, inner, name, strlen (name));
}

Test (result_folder, no_link_is_followed_to_what_a_worker_says_is_its_result)
{
    struct workplace place;
    char secret[512], to[512], link[512], folder[512];
    struct error error = {.code = DMH_OK};
    struct output output = {.name = "file", .bytes = 6};
    workplace_make (&place);
    digest_of ("secret", 6, output.sha256);
    s_folder (&place, "secret", "file", secret);
    snprintf (to, sizeof to, "%s/to", place.folder);
    snprintf (link, sizeof link, "%s/job-1.1", place.folder);
    cr_assert_eq (symlink (secret, link), 0);
    cr_expect_eq (result_folder_copy (link, &output, 1, NULL, to, &error), DMH_IO, "a folder that is a link");
    cr_assert_eq (unlink (link), 0);
    s_folder (&place, "job-1.1", "other", folder);
    char inner[600], target[600];
    snprintf (inner, sizeof inner, "%s/file", folder);
    snprintf (target, sizeof target, "%s/file", secret);
    cr_assert_eq (symlink (target, inner), 0);
    cr_expect_eq (result_folder_copy (folder, &output, 1, NULL, to, &error), DMH_IO, "a file that is a link");
    cr_expect_neq (access (to, F_OK), 0, "something was copied");
    cr_expect_eq (result_folder_copy (secret, &output, 1, NULL, to, &error), DMH_OK, "%s", error.text);
    workplace_remove (&place);
}

Test (result_folder, a_result_is_replaced_and_anything_else_stays)
{
    struct workplace place;
    char from[512], old[512], other[512], aside[512];
    struct error error = {.code = DMH_OK};
    workplace_make (&place);
    s_folder (&place, "new", "report.json", from);
    s_folder (&place, "old", "report.json", old);
    s_folder (&place, "other", "diary.txt", other);
    snprintf (aside, sizeof aside, "%s/aside", place.folder);
    cr_expect_eq (result_folder_move (from, other, aside, &error), DMH_CONFLICT);
    cr_expect_not_null (strstr (error.text, "other"), "%s", error.text);
    char *text = workplace_read (other, "diary.txt", NULL);
    cr_expect_str_eq (text, "other");
    free (text);
    cr_expect_eq (result_folder_move (from, old, aside, &error), DMH_OK, "%s", error.text);
    text = workplace_read (old, "report.json", NULL);
    cr_expect_str_eq (text, "new");
    free (text);
    cr_expect_neq (access (aside, F_OK), 0, "the old result is removed");
    workplace_remove (&place);
}

Test (result_folder, a_copy_counts_only_when_every_checksum_is_right)
{
    struct workplace place;
    char from[512], to[512];
    struct error error = {.code = DMH_OK};
    struct stat about;
    workplace_make (&place);
    umask (0);    //  it is its owner's alone all the same
    s_folder (&place, "from", "records.csv", from);
    snprintf (to, sizeof to, "%s/to", place.folder);
    //  A SHA-256, but of something else.
    struct output output = {.name = "records.csv",
                            .bytes = 4,
                            .sha256 = "4d5ce2a74ed9f7ec21eb80b93c1cbd94df0ae48cc4e4e9aa4ee19a41e0cc8ead"};
    cr_expect_eq (result_folder_copy (from, &output, 1, NULL, to, &error), DMH_MALFORMED, "a wrong checksum");
    cr_expect_neq (access (to, F_OK), 0, "nothing is left of it");
    char hex[HEX_BYTES];
    digest_of ("from", 4, hex);
    memcpy (output.sha256, hex, sizeof hex);
    cr_expect_eq (result_folder_copy (from, &output, 1, NULL, to, &error), DMH_OK, "%s", error.text);
    char *text = workplace_read (to, "records.csv", NULL);
    cr_expect_str_eq (text, "from");
    free (text);
    cr_expect (stat (to, &about) == 0 && about.st_mode == (S_IFDIR | 0700), "%o", about.st_mode);
    snprintf (to + strlen (to), sizeof to - strlen (to), "/records.csv");
    cr_expect (stat (to, &about) == 0 && about.st_mode == (S_IFREG | 0600), "%o", about.st_mode);
    snprintf (to, sizeof to, "%s/elsewhere", place.folder);
    static const char *const PATHS[] = {"../records.csv", "/etc/passwd", "..", ".", ""};
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
        snprintf (output.name, sizeof output.name, "%s", PATHS[i]);
        cr_expect_eq (result_folder_copy (from, &output, 1, NULL, to, &error), DMH_MALFORMED, "%s", PATHS[i]);
    }
    workplace_remove (&place);
}

static const char *s_refused;    //  the folder whose sync fails
static char s_synced[4][512];
static size_t s_synced_count;

static int s_sync (int fd)
{
    char name[64], path[512] = "";
    snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
    cr_assert_gt (readlink (name, path, sizeof path - 1), 0);
    if (s_synced_count < 4)
        snprintf (s_synced[s_synced_count++], 512, "%s", path);
    errno = EIO;
    return s_refused && strstr (path, s_refused) ? -1 : 0;
}

//  Copies one result of one file to place/to.
static int s_copy (const char *refused, bool *there)
{
    struct workplace place;
    char from[512], to[512];
    struct error error = {.code = DMH_OK};
    struct output output = {.name = "file", .bytes = 4};
    workplace_make (&place);
    digest_of ("from", 4, output.sha256);
    s_folder (&place, "from", "file", from);
    snprintf (to, sizeof to, "%s/to", place.folder);
    s_refused = refused;
    s_synced_count = 0;
    result_sync_replace (s_sync, NULL);
    int rc = result_folder_copy (from, &output, 1, NULL, to, &error);
    result_sync_replace (NULL, NULL);
    *there = access (to, F_OK) == 0;
    if (!refused) {
        cr_expect_eq (s_synced_count, 2);
        cr_expect_not_null (strstr (s_synced[0], "/fresh"), "first its files' names: %s", s_synced[0]);
        cr_expect_str_eq (s_synced[1], place.folder, "then its own");
    }
    workplace_remove (&place);
    return rc;
}

Test (result_folder, a_copied_result_is_there_when_its_names_are_on_the_disk)
{
    bool there;
    cr_expect_eq (s_copy (NULL, &there), DMH_OK);
    cr_expect (there);
    cr_expect_eq (s_copy ("/fresh", &there), DMH_IO);
    cr_expect_not (there, "it got its name although its files' names are not on the disk");
    cr_expect_eq (s_copy ("/dmh-test-", &there), DMH_IO, "its own name is not on the disk");
}
