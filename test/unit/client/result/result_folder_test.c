//  result_folder_test.c: that nothing but a result is ever replaced.
#define _GNU_SOURCE
#include "client/result/result_folder.h"

#include "messages/base/digest.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int s_renames_left = -1;    //  -1: no limit, and folders can be exchanged

//  In place of the C library's.
int renameat2 (int from, const char *name, int to, const char *other, unsigned flags)
{
    if (s_renames_left >= 0) {
        errno = EINVAL;
        return -1;
    }
    return (int) syscall (SYS_renameat2, from, name, to, other, flags);
}

int rename (const char *from, const char *to)
{
    if (s_renames_left == 0) {
        errno = EIO;
        return -1;
    }
    s_renames_left -= s_renames_left > 0;
    return (int) syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

static void s_folder (const struct workplace *place, const char *name, const char *file, char path[512])
{
    char inner[300];
    snprintf (path, 512, "%s/%s", place->folder, name);
    cr_assert_eq (mkdir (path, 0700), 0);
    snprintf (inner, sizeof inner, "%s/%s", name, file);
    workplace_write (place, inner, name, strlen (name));
}

//  Copies that one output to place/to, as a batch does: into a scratch folder, here the place's own.
static int s_copy (const struct workplace *place, const char *from, const struct output *output,
                   const char *name, struct staged_result *out, struct error *error)
{
    char to[512];
    snprintf (to, sizeof to, "out/%s", name);
    const struct result_folder_room room = {place->folder, place->folder, name, to};
    *out = (struct staged_result){.scratch = {.lock = -1}};
    return result_folder_copy (from, output, 1, NULL, &room, out, error);
}

Test (result_folder, no_link_is_followed_to_what_a_worker_says_is_its_result)
{
    struct workplace place;
    char secret[512], to[512], link[512], folder[512];
    struct error error = {.code = DMH_OK};
    struct staged_result staged;
    struct output output = {.name = "file", .bytes = 6};
    workplace_make (&place);
    digest_of ("secret", 6, output.sha256);
    s_folder (&place, "secret", "file", secret);
    snprintf (to, sizeof to, "%s/to", place.folder);
    snprintf (link, sizeof link, "%s/job-1.1", place.folder);
    cr_assert_eq (symlink (secret, link), 0);
    cr_expect_eq (s_copy (&place, link, &output, "to", &staged, &error), DMH_IO, "a folder that is a link");
    cr_assert_eq (unlink (link), 0);
    s_folder (&place, "job-1.1", "other", folder);
    char inner[600], target[600];
    snprintf (inner, sizeof inner, "%s/file", folder);
    snprintf (target, sizeof target, "%s/file", secret);
    cr_assert_eq (symlink (target, inner), 0);
    cr_expect_eq (s_copy (&place, folder, &output, "to", &staged, &error), DMH_IO, "a file that is a link");
    cr_expect_neq (access (to, F_OK), 0, "something was copied");
    cr_expect_eq (s_copy (&place, secret, &output, "to", &staged, &error), DMH_OK, "%s", error.text);
    staged_result_remove (&staged);
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

//  Where a file system cannot exchange two folders there is a moment without either: what happens then.
Test (result_folder, the_old_result_is_aside_until_the_new_one_is_there)
{
    static const char *const TEXTS[] = {"old", "", "new"};
    for (int renames = 0; renames < 3; renames++) {
        struct workplace place;
        char from[512], old[512];
        struct error error = {.code = DMH_OK};
        workplace_make (&place);
        s_folder (&place, "new", "report.json", from);
        s_folder (&place, "old", "report.json", old);
        char *aside = scratch_folder_aside (place.folder, "north/old");
        s_renames_left = renames;
        int rc = result_folder_move (from, old, aside, &error);
        s_renames_left = -1;
        cr_expect_eq (rc, renames == 2 ? DMH_OK : DMH_IO, "%d renames", renames);
        char *text = workplace_read (old, "report.json", NULL),
             *kept = workplace_read (aside, "report.json", NULL);
        cr_expect_str_eq (text ? text : "", TEXTS[renames]);
        cr_expect_eq (kept != NULL, renames == 1, "the old one is nowhere");
        cr_expect (renames != 1 || strstr (error.text, aside), "%s", error.text);
        free (text);
        free (kept);
        free (aside);
        workplace_remove (&place);
    }
}

Test (result_folder, a_copy_counts_only_when_every_checksum_is_right)
{
    struct workplace place;
    char from[512], to[512];
    struct error error = {.code = DMH_OK};
    struct staged_result staged;
    struct stat about;
    workplace_make (&place);
    umask (0);    //  it is its owner's alone all the same
    s_folder (&place, "from", "records.csv", from);
    snprintf (to, sizeof to, "%s/to", place.folder);
    //  A SHA-256, but of something else.
    struct output output = {.name = "records.csv",
                            .bytes = 4,
                            .sha256 = "4d5ce2a74ed9f7ec21eb80b93c1cbd94df0ae48cc4e4e9aa4ee19a41e0cc8ead"};
    cr_expect_eq (s_copy (&place, from, &output, "to", &staged, &error), DMH_MALFORMED, "a wrong checksum");
    cr_expect_neq (access (to, F_OK), 0, "nothing is left of it");
    char hex[HEX_BYTES];
    digest_of ("from", 4, hex);
    memcpy (output.sha256, hex, sizeof hex);
    cr_expect_eq (s_copy (&place, from, &output, "to", &staged, &error), DMH_OK, "%s", error.text);
    cr_expect_str_eq (staged.folder, to);
    char *text = workplace_read (to, "records.csv", NULL);
    cr_expect_str_eq (text, "from");
    free (text);
    cr_expect (stat (to, &about) == 0 && about.st_mode == (S_IFDIR | 0700), "%o", about.st_mode);
    snprintf (to + strlen (to), sizeof to - strlen (to), "/records.csv");
    cr_expect (stat (to, &about) == 0 && about.st_mode == (S_IFREG | 0600), "%o", about.st_mode);
    staged_result_remove (&staged);
    cr_expect_neq (access (to, F_OK), 0);
    static const char *const PATHS[] = {"../records.csv", "/etc/passwd", "..", ".", ""};
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
        snprintf (output.name, sizeof output.name, "%s", PATHS[i]);
        cr_expect_eq (s_copy (&place, from, &output, "to", &staged, &error), DMH_MALFORMED, "%s", PATHS[i]);
    }
    workplace_remove (&place);
}

//  Writes a part of what it has, and fails once.
static int s_half (void *context, const struct output *output, const char *target, const char *said,
                   struct error *error)
{
    int *calls = context;
    FILE *file = fopen (target, "a");
    cr_assert_not_null (file);
    fputs (output->name, file);
    fclose (file);
    return ++*calls == 1 ? error_set (error, DMH_UNAVAILABLE, "%s: the broker is gone", said) : DMH_OK;
}

static int s_refuse (const char *folder, const struct job_record *record, struct error *error)
{
    (void) folder;
    (void) record;
    return error_set (error, DMH_MALFORMED, "it is not what was told");
}

Test (result_folder, what_was_cut_off_is_gone_on_with_and_what_is_false_is_not_kept)
{
    struct workplace place;
    int calls = 0;
    char path[512];
    struct error error = {.code = DMH_OK};
    struct staged_result staged = {.scratch = {.lock = -1}};
    struct output output = {.name = "half"};
    struct result_folder_source source = {s_half, &calls, "job-1", NULL};
    const struct result_folder_check check = {s_refuse, NULL};
    workplace_make (&place);
    const struct result_folder_room room = {place.folder, place.folder, "0", "out/a"};
    cr_expect_eq (result_folder_stage (&source, &output, 1, &room, &staged, &error), DMH_UNAVAILABLE);
    cr_expect_str_eq (error.text, "out/a/half: the broker is gone", "the place is said");
    cr_expect_null (staged.folder);
    cr_expect_eq (result_folder_stage (&source, &output, 1, &room, &staged, &error), DMH_OK, "%s",
                  error.text);
    char *text = workplace_read (staged.folder, "half", NULL);
    cr_expect_str_eq (text, "halfhalf");
    free (text);
    struct staged_result other = {.scratch = {.lock = -1}};
    cr_expect_eq (result_folder_stage (&source, &output, 1, &room, &other, &error), DMH_CONFLICT);
    cr_expect_not_null (strstr (error.text, "another dmh brings this result to out/a"), "%s", error.text);
    staged_result_leave (&staged);
    snprintf (path, sizeof path, "%s/.dmh-job-1/fresh/half", place.folder);
    cr_expect_eq (access (path, F_OK), 0, "what was left is not there");
    source.check = &check;
    cr_expect_eq (result_folder_stage (&source, &output, 1, &room, &staged, &error), DMH_MALFORMED);
    cr_expect_neq (access (path, F_OK), 0, "what is false was kept");
    workplace_remove (&place);
}
