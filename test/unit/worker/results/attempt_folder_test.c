//  attempt_folder_test.c: the folder of an attempt: it gets its name or goes, and what a killed process has
//  left of one goes, but none that somebody writes to. A result is removed where this worker put it and
//  nowhere else, whatever is asked for and whatever lies there.
#include "test/support/processes/workplace.h"
#include "test/support/stores/failing_disk.h"

#include "messages/uri.h"
#include "worker/results/attempt_folder.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

TestSuite (attempt_folder, .init = s_setup, .fini = s_teardown);

static struct attempt_folder s_make (void)
{
    struct attempt_folder folder;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (attempt_folder_make (&folder, s_folder, &error), DMH_OK, "%s", error.text);
    workplace_write (&s_place, "job.2.part/records.csv", "x", 1);
    return folder;
}

//  What a kill -9 leaves: the folder, and no lock.
static void s_kill (struct attempt_folder *folder, time_t age)
{
    struct timespec times[2] = {{.tv_sec = time (NULL) - age}, {.tv_sec = time (NULL) - age}};
    close (folder->lock);
    free (folder->path);
    cr_assert_eq (utimensat (AT_FDCWD, s_path, times, 0), 0);
}

Test (attempt_folder, it_gets_its_name_with_all_it_holds)
{
    struct attempt_folder folder = s_make ();
    struct error error = {.code = DMH_OK};
    cr_assert_eq (attempt_folder_finish (&folder, s_folder, NULL, &error), DMH_OK, "%s", error.text);
    attempt_folder_clear (&folder);
    cr_expect_neq (access (s_path, F_OK), 0);
    char *text = workplace_read (s_folder, "records.csv", NULL);
    cr_expect (text && streq (text, "x"));
    free (text);
}

Test (attempt_folder, it_is_its_owner_s_alone_whatever_the_umask)
{
    struct stat about;
    umask (0);
    struct attempt_folder folder = s_make ();
    cr_assert_eq (stat (s_path, &about), 0);
    cr_expect_eq (about.st_mode & 07777, 0700);
    attempt_folder_clear (&folder);
}

//  Its files and itself before it gets its name, and the folder above that holds the name.
Test (attempt_folder, what_is_not_on_the_disk_gets_no_name)
{
    commit_group_t *group = commit_group_new (s_place.folder);
    for (int n = 1; n <= 4; n++) {
        struct attempt_folder folder = s_make ();
        struct error error = {.code = DMH_OK};
        failing_disk_at (DISK_SYNC, n, EIO);
        int rc = attempt_folder_finish (&folder, s_folder, group, &error);
        bool failed = failing_disk_failed ();
        failing_disk_at (DISK_SYNC, 0, EIO);
        cr_expect_eq (failed, n < 4, "the file, the folder and the one above: not fsync %d", n);
        cr_expect_eq (rc, n < 4 ? DMH_IO : DMH_OK, "fsync %d", n);
        cr_expect (n == 4 || strstr (error.text, "Input/output error"), "%s", error.text);
        attempt_folder_clear (&folder);
        cr_expect_eq (access (s_folder, F_OK), n < 4 ? -1 : 0, "fsync %d", n);
        cr_expect_neq (access (s_path, F_OK), 0, "fsync %d", n);
    }
    commit_group_destroy (&group);
}

Test (attempt_folder, without_a_name_it_goes)
{
    struct attempt_folder folder = s_make ();
    attempt_folder_clear (&folder);
    cr_expect_neq (access (s_path, F_OK), 0);
    attempt_folder_clear (&folder);
}

Test (attempt_folder, one_that_is_there_already_is_refused)
{
    struct attempt_folder folder = s_make (), other;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (attempt_folder_make (&other, s_folder, &error), DMH_IO);
    attempt_folder_clear (&other);
    cr_expect_eq (access (s_path, F_OK), 0, "it is the first one's");
    attempt_folder_clear (&folder);
}

Test (attempt_folder, what_is_written_to_is_not_swept)
{
    struct attempt_folder folder = s_make ();
    struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    cr_assert_eq (utimensat (AT_FDCWD, s_path, old, 0), 0);
    attempt_folder_sweep (s_place.folder);
    attempt_folder_forget (s_place.folder, "job", 3);
    cr_expect_eq (access (s_path, F_OK), 0);
    attempt_folder_clear (&folder);
}

Test (attempt_folder, what_a_killed_process_left_is_swept)
{
    struct attempt_folder folder = s_make ();
    s_kill (&folder, 0);
    attempt_folder_sweep (s_place.folder);
    cr_expect_eq (access (s_path, F_OK), 0, "made this moment: its lock may come");
    struct timespec old[2] = {{.tv_sec = time (NULL) - 100}, {.tv_sec = time (NULL) - 100}};
    cr_assert_eq (utimensat (AT_FDCWD, s_path, old, 0), 0);
    attempt_folder_sweep (s_place.folder);
    cr_expect_neq (access (s_path, F_OK), 0);
}

Test (attempt_folder, a_later_attempt_removes_what_earlier_ones_left_and_nothing_else)
{
    struct attempt_folder folder = s_make ();
    s_kill (&folder, 0);
    attempt_folder_forget (s_place.folder, "job", 2);
    cr_expect_eq (access (s_path, F_OK), 0, "its own number");
    attempt_folder_forget (s_place.folder, "jo", 3);
    cr_expect_eq (access (s_path, F_OK), 0, "another job");
    attempt_folder_forget (s_place.folder, "job", 3);
    cr_expect_neq (access (s_path, F_OK), 0);
}

//  A job that is tried again after a check failed it: its earlier result is void.
Test (attempt_folder, a_later_attempt_removes_what_earlier_ones_have_finished)
{
    struct attempt_folder folder = s_make ();
    struct error error = {.code = DMH_OK};
    cr_assert_eq (attempt_folder_finish (&folder, s_folder, NULL, &error), DMH_OK, "%s", error.text);
    attempt_folder_clear (&folder);
    attempt_folder_forget (s_place.folder, "job", 2);
    cr_expect_eq (access (s_folder, F_OK), 0, "its own number");
    attempt_folder_forget (s_place.folder, "job", 3);
    cr_expect_neq (access (s_folder, F_OK), 0);
}

Test (attempt_folder, its_path_is_that_of_the_job_s_attempt_or_too_long)
{
    char path[URI_BYTES], name[ATTEMPT_FOLDER_BYTES], uri[URI_BYTES], results[URI_BYTES];
    struct error error = {.code = DMH_OK};
    cr_assert_eq (attempt_folder_path ("/var/results", "job", 12, path, &error), DMH_OK);
    cr_expect_str_eq (path, "/var/results/job.12");
    cr_assert_eq (uri_from_path (path, uri, sizeof uri, &error), DMH_OK);
    cr_assert_eq (attempt_folder_find ("/var/results", "job", 12, uri, name, &error), DMH_OK);
    cr_expect_str_eq (name, "job.12");
    memset (results, 'r', sizeof results);
    results[sizeof results - 6] = 0;
    cr_expect_eq (attempt_folder_path (results, "job", 1, path, &error), DMH_INTERNAL);
    results[sizeof results - 7] = 0;
    cr_expect_eq (attempt_folder_path (results, "job", 1, path, &error), DMH_OK, "what just fits");
}

Test (attempt_folder, a_result_that_is_not_wanted_goes_and_what_a_link_in_it_leads_to_stays)
{
    struct attempt_folder folder = s_make ();
    struct error error = {.code = DMH_OK};
    char link[700];
    workplace_write (&s_place, "outside", "x", 1);
    cr_assert_eq (attempt_folder_finish (&folder, s_folder, NULL, &error), DMH_OK, "%s", error.text);
    snprintf (link, sizeof link, "%s/link", s_folder);
    cr_assert_eq (symlink ("../outside", link), 0);
    attempt_folder_discard (s_folder);
    cr_expect_neq (access (s_folder, F_OK), 0);
    snprintf (link, sizeof link, "%s/outside", s_place.folder);
    cr_expect_eq (access (link, F_OK), 0);
    attempt_folder_discard (s_folder);    //  what is gone is gone
}

static const char JOB[] = "18c0ffee0001234567ab";

//  results/JOB.1 with two files, a file and a folder beside the results that nobody may touch.
struct scene {
    struct workplace place;
    char results[300], folder[380], outside[300];
};

static void s_make_file (const char *folder, const char *name)
{
    char path[1024];
    snprintf (path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file, "%s", path);
    fputs ("something", file);
    fclose (file);
}

static bool s_is_there (const char *folder, const char *name)
{
    char path[1024];
    struct stat about;
    snprintf (path, sizeof path, "%s/%s", folder, name);
    return lstat (path, &about) == 0;
}

static void s_open_scene (struct scene *self)
{
    workplace_make (&self->place);
    snprintf (self->results, sizeof self->results, "%s/results", self->place.folder);
    snprintf (self->outside, sizeof self->outside, "%s/outside", self->place.folder);
    snprintf (self->folder, sizeof self->folder, "%s/%s.1", self->results, JOB);
    cr_assert_eq (mkdir (self->results, 0700), 0);
    cr_assert_eq (mkdir (self->outside, 0700), 0);
    cr_assert_eq (mkdir (self->folder, 0700), 0);
    s_make_file (self->folder, "records.csv");
    s_make_file (self->folder, "report.json");
    s_make_file (self->outside, "report.json");
}

static void s_close_scene (struct scene *self)
{
    cr_expect (s_is_there (self->outside, "report.json"), "what is outside was touched");
    workplace_remove (&self->place);
}

static int s_ask (const struct scene *self, const char *job, uint64_t attempt, const char *path)
{
    struct error error = {.code = DMH_OK};
    struct remove_result removal = {.attempt = attempt};
    snprintf (removal.job, sizeof removal.job, "%s", job);
    cr_assert_eq (uri_from_path (path, removal.uri, sizeof removal.uri, &error), DMH_OK);
    int rc = attempt_folder_remove (self->results, &removal, &error);
    cr_expect_eq (rc == DMH_OK, error.code == DMH_OK);
    cr_expect_eq (rc == DMH_OK, *error.text == 0);
    return rc;
}

Test (removal, a_result_is_gone_and_what_is_gone_is_gone_already)
{
    struct scene scene;
    s_open_scene (&scene);
    char other[400];
    snprintf (other, sizeof other, "%s.part", scene.folder);
    cr_assert_eq (mkdir (other, 0700), 0);
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_OK);
    cr_expect_not (s_is_there (scene.folder, ""));
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_OK, "again, as the answer was lost");
    cr_expect (s_is_there (other, ""), "of what has a like name");
    s_close_scene (&scene);
}

Test (removal, a_result_that_a_power_cut_would_bring_back_is_not_called_removed)
{
    struct scene scene;
    s_open_scene (&scene);
    failing_disk_at (DISK_SYNC, 1, EIO);
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_IO);
    cr_expect (failing_disk_failed ());
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_OK, "the disk syncs again");
    s_close_scene (&scene);
}

Test (removal, half_a_result_goes_too)
{
    struct scene scene;
    s_open_scene (&scene);
    char path[600];
    snprintf (path, sizeof path, "%s/report.json", scene.folder);
    cr_assert_eq (unlink (path), 0);    //  as far as it came when the worker was killed
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_OK);
    cr_expect_not (s_is_there (scene.folder, ""));
    s_close_scene (&scene);
}

Test (removal, what_is_not_this_worker_s_result_of_that_attempt_stays)
{
    struct scene scene;
    s_open_scene (&scene);
    char elsewhere[400], second[420], dotted[420], root[420];
    snprintf (elsewhere, sizeof elsewhere, "%s/%s.1", scene.outside, JOB);
    snprintf (second, sizeof second, "%s/%s.2", scene.results, JOB);
    snprintf (dotted, sizeof dotted, "%s/../results/%s.1", scene.results, JOB);
    snprintf (root, sizeof root, "/%s.1", JOB);
    const struct {
        const char *job;
        uint64_t attempt;
        const char *path;
        int rc;
    } CASES[] = {
        {JOB, 1, elsewhere, DMH_NOT_FOUND},
        {JOB, 1, second, DMH_NOT_FOUND},
        {JOB, 2, scene.folder, DMH_NOT_FOUND},
        {JOB, 1, dotted, DMH_NOT_FOUND},
        {JOB, 1, root, DMH_NOT_FOUND},
        {JOB, 1, scene.outside, DMH_NOT_FOUND},
        {JOB, 1, scene.results, DMH_NOT_FOUND},
        {"another", 1, scene.folder, DMH_NOT_FOUND},
        {"", 1, scene.folder, DMH_MALFORMED},
        {".", 1, scene.folder, DMH_MALFORMED},
        {"..", 1, scene.folder, DMH_MALFORMED},
        {"../outside", 1, scene.outside, DMH_MALFORMED},
        {"../results/18c0ffee0001234567ab", 1, scene.folder, DMH_MALFORMED},
        {"/etc", 1, "/etc.1", DMH_MALFORMED},
        {"a/b", 1, scene.folder, DMH_MALFORMED},
        {"18c0ffee0001234567ab.1", 1, scene.folder, DMH_MALFORMED},
        {"18c0ffee0001234567ab\n", 1, scene.folder, DMH_MALFORMED},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        cr_expect_eq (s_ask (&scene, CASES[i].job, CASES[i].attempt, CASES[i].path), CASES[i].rc, "case %zu",
                      i);
        cr_assert (s_is_there (scene.folder, "report.json"), "case %zu", i);
        cr_assert (s_is_there (scene.folder, "records.csv"), "case %zu", i);
    }
    s_close_scene (&scene);
}

Test (removal, no_link_is_followed_neither_as_the_folder_nor_in_it)
{
    struct scene scene;
    char link[600];
    s_open_scene (&scene);
    snprintf (link, sizeof link, "%s/%s.2", scene.results, JOB);
    cr_assert_eq (symlink (scene.outside, link), 0);
    cr_expect_eq (s_ask (&scene, JOB, 2, link), DMH_IO);
    cr_expect (s_is_there (link, ""), "the link itself is left for people to look at");
    snprintf (link, sizeof link, "%s/loose", scene.folder);
    cr_assert_eq (symlink (scene.outside, link), 0);
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_OK);
    cr_expect_not (s_is_there (scene.folder, ""));
    s_close_scene (&scene);
}

Test (removal, a_file_in_the_place_of_the_folder_and_a_folder_in_it_stay)
{
    struct scene scene;
    char name[64], inner[600];
    s_open_scene (&scene);
    snprintf (name, sizeof name, "%s.3", JOB);
    s_make_file (scene.results, name);
    snprintf (inner, sizeof inner, "%s/%s", scene.results, name);
    cr_expect_eq (s_ask (&scene, JOB, 3, inner), DMH_IO);
    cr_expect (s_is_there (scene.results, name));
    snprintf (inner, sizeof inner, "%s/inner", scene.folder);
    cr_assert_eq (mkdir (inner, 0700), 0);
    s_make_file (inner, "precious");
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_IO);
    cr_expect (s_is_there (inner, "precious"));
    s_close_scene (&scene);
}

//  Of a job that joins, a table for each kind.
Test (removal, tables_in_folders_of_their_own_go_with_the_result)
{
    struct scene scene;
    char inner[600];
    s_open_scene (&scene);
    snprintf (inner, sizeof inner, "%s/patient", scene.folder);
    cr_assert_eq (mkdir (inner, 0700), 0);
    s_make_file (inner, "records.csv");
    s_make_file (inner, "report.json.sig");
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_OK);
    cr_expect_not (s_is_there (scene.folder, ""));
    s_close_scene (&scene);
}

Test (removal, results_that_are_not_there_to_be_looked_at_are_not_taken_for_removed)
{
    struct scene scene;
    char away[400];
    s_open_scene (&scene);
    snprintf (away, sizeof away, "%s.away", scene.results);
    cr_assert_eq (rename (scene.results, away), 0);
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_IO);
    s_close_scene (&scene);
}
