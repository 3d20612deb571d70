//  scratch_folder_test.c: what a dead process left is swept, what a living one works in is not.
#include "client/result/batch/scratch_folder.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

Test (scratch_folder, a_sweep_removes_those_without_an_owner_and_nothing_else)
{
    static const char *const OTHERS[] = {".dmh-1a223e54660eca4f0c04", "dmh-abcdef", ".dmh-abc"};
    struct scratch_folder living, left, aside;
    struct workplace place;
    struct error error = {.code = DMH_OK};
    char path[512];
    workplace_make (&place);
    cr_assert_eq (scratch_folder_make (&living, place.folder, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (scratch_folder_make (&left, place.folder, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (scratch_folder_make (&aside, place.folder, &error), DMH_OK, "%s", error.text);
    char *gone = strdup (left.path), *stays = strdup (aside.path);
    snprintf (path, sizeof path, "%s/job.1", left.path);
    cr_assert_eq (mkdir (path, 0700), 0);
    //  An old result that could not be put back.
    snprintf (path, sizeof path, "%s/aside-0", aside.path);
    cr_assert_eq (mkdir (path, 0700), 0);
    scratch_folder_leave (&left);
    scratch_folder_leave (&aside);
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        snprintf (path, sizeof path, "%s/%s", place.folder, OTHERS[i]);
        cr_assert_eq (mkdir (path, 0700), 0);
    }
    scratch_folder_sweep (place.folder);
    cr_expect_eq (access (living.path, F_OK), 0, "one that is in use was removed");
    cr_expect_neq (access (gone, F_OK), 0, "one without an owner stays");
    cr_expect_eq (access (stays, F_OK), 0, "the only copy of a result was removed");
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        snprintf (path, sizeof path, "%s/%s", place.folder, OTHERS[i]);
        cr_expect_eq (access (path, F_OK), 0, "%s is no scratch folder", OTHERS[i]);
    }
    scratch_folder_remove (&living);
    cr_expect_null (living.path);
    free (gone);
    free (stays);
    workplace_remove (&place);
}
