//  scratch_folder_test.c: what a dead process left is swept, what a living one works in is not.
#include "client/result/batch/scratch_folder.h"
#include "messages/base/folder.h"
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
    snprintf (path, sizeof path, "%s/aside-0", stays);
    cr_expect_eq (access (path, F_OK), 0, "the only copy of a result was removed");
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

static void s_write_result (const struct workplace *place, const char *folder, const char *text)
{
    char path[600];
    struct error error = {.code = DMH_OK};
    snprintf (path, sizeof path, "%s/%s", place->folder, folder);
    cr_assert_eq (folder_make (path, &error), DMH_OK, "%s", error.text);
    snprintf (path, sizeof path, "%s/report.json", folder);
    workplace_write (place, path, text, strlen (text));
}

static void s_expect (const struct workplace *place, const char *folder, const char *text)
{
    char path[600];
    snprintf (path, sizeof path, "%s/%s", place->folder, folder);
    char *found = workplace_read (path, "report.json", NULL);
    if (text)
        cr_expect_str_eq (found ? found : "", text, "%s", folder);
    else
        cr_expect_null (found, "%s", folder);
    free (found);
}

//  What a run leaves that was killed between the old result and the new one; and what one leaves that could
//  not put it back while it lived.
Test (scratch_folder, an_old_result_that_lies_aside_goes_back_where_no_new_one_has_come)
{
    for (int dead = 0; dead < 2; dead++) {
        struct scratch_folder scratch;
        struct workplace place;
        struct error error = {.code = DMH_OK};
        char name[300], path[600];
        workplace_make (&place);
        cr_assert_eq (scratch_folder_make (&scratch, place.folder, &error), DMH_OK, "%s", error.text);
        char *kept = strdup (scratch.path), *base = strrchr (kept, '/') + 1;
        static const char *const PLACES[] = {"a", "north/b", "replaced", "taken", "north/b.failed"};
        for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
            char *aside = scratch_folder_aside (base, PLACES[i]);
            s_write_result (&place, aside, PLACES[i]);
            free (aside);
        }
        s_write_result (&place, "replaced", "new");
        snprintf (path, sizeof path, "%s/taken", place.folder);
        cr_assert_eq (mkdir (path, 0700), 0);
        if (dead) {
            scratch_folder_leave (&scratch);
            scratch_folder_sweep (place.folder);
        } else
            scratch_folder_remove (&scratch);
        s_expect (&place, "a", "a");
        s_expect (&place, "north/b", "north/b");
        s_expect (&place, "north/b.failed", "north/b.failed");
        s_expect (&place, "replaced", "new");
        s_expect (&place, "taken", NULL);
        snprintf (name, sizeof name, "%s/aside/taken", base);
        s_expect (&place, name, "taken");
        //  It stays until somebody has taken it, and no longer.
        cr_assert_eq (rmdir (path), 0);
        scratch_folder_sweep (place.folder);
        s_expect (&place, "taken", "taken");
        cr_expect_neq (access (kept, F_OK), 0);
        free (kept);
        workplace_remove (&place);
    }
}
