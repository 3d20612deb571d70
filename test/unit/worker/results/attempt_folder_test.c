//  attempt_folder_test.c: the folder of an attempt: it gets its name or goes, and what a killed process has
//  left of one goes, but none that somebody writes to.
#include "test/support/workplace.h"

#include "worker/results/attempt_folder.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct workplace s_place;
static char s_folder[600], s_path[600];

static void s_setup (void)
{
    workplace_make (&s_place);
    snprintf (s_folder, sizeof s_folder, "%s/job.2", s_place.folder);
    snprintf (s_path, sizeof s_path, "%s/job.2.part", s_place.folder);
}

static void s_teardown (void)
{
    workplace_remove (&s_place);
}

TestSuite (part, .init = s_setup, .fini = s_teardown);

static struct attempt_folder s_make (void)
{
    struct attempt_folder part;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (attempt_folder_make (&part, s_folder, &error), DMH_OK, "%s", error.text);
    workplace_write (&s_place, "job.2.part/records.csv", "x", 1);
    return part;
}

//  What a kill -9 leaves: the folder, and no lock.
static void s_kill (struct attempt_folder *part, time_t age)
{
    struct timespec times[2] = {{.tv_sec = time (NULL) - age}, {.tv_sec = time (NULL) - age}};
    close (part->lock);
    free (part->path);
    cr_assert_eq (utimensat (AT_FDCWD, s_path, times, 0), 0);
}

Test (part, it_gets_its_name_with_all_it_holds)
{
    struct attempt_folder part = s_make ();
    struct error error = {.code = DMH_OK};
    cr_assert_eq (attempt_folder_name (&part, s_folder, &error), DMH_OK, "%s", error.text);
    attempt_folder_clear (&part);
    cr_expect_neq (access (s_path, F_OK), 0);
    char *text = workplace_read (s_folder, "records.csv", NULL);
    cr_expect (text && streq (text, "x"));
    free (text);
}

Test (part, without_a_name_it_goes)
{
    struct attempt_folder part = s_make ();
    attempt_folder_clear (&part);
    cr_expect_neq (access (s_path, F_OK), 0);
    attempt_folder_clear (&part);
}

Test (part, one_that_is_there_already_is_refused)
{
    struct attempt_folder part = s_make (), other;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (attempt_folder_make (&other, s_folder, &error), DMH_IO);
    attempt_folder_clear (&other);
    cr_expect_eq (access (s_path, F_OK), 0, "it is the first one's");
    attempt_folder_clear (&part);
}

Test (part, what_is_written_to_is_not_swept)
{
    struct attempt_folder part = s_make ();
    struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    cr_assert_eq (utimensat (AT_FDCWD, s_path, old, 0), 0);
    attempt_folder_sweep (s_place.folder);
    attempt_folder_forget (s_place.folder, "job", 3);
    cr_expect_eq (access (s_path, F_OK), 0);
    attempt_folder_clear (&part);
}

Test (part, what_a_killed_process_left_is_swept)
{
    struct attempt_folder part = s_make ();
    s_kill (&part, 0);
    attempt_folder_sweep (s_place.folder);
    cr_expect_eq (access (s_path, F_OK), 0, "made this moment: its lock may come");
    struct timespec old[2] = {{.tv_sec = time (NULL) - 100}, {.tv_sec = time (NULL) - 100}};
    cr_assert_eq (utimensat (AT_FDCWD, s_path, old, 0), 0);
    attempt_folder_sweep (s_place.folder);
    cr_expect_neq (access (s_path, F_OK), 0);
}

Test (part, a_later_attempt_removes_what_earlier_ones_left_and_nothing_else)
{
    struct attempt_folder part = s_make ();
    s_kill (&part, 0);
    attempt_folder_forget (s_place.folder, "job", 2);
    cr_expect_eq (access (s_path, F_OK), 0, "its own number");
    attempt_folder_forget (s_place.folder, "jo", 3);
    cr_expect_eq (access (s_path, F_OK), 0, "another job");
    attempt_folder_forget (s_place.folder, "job", 3);
    cr_expect_neq (access (s_path, F_OK), 0);
}
