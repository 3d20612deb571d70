//  group_commit_test.c: a result gets its name when its bytes are on the disk, and not when the disk refuses.
#define _GNU_SOURCE
#include "client/result/batch/batch_results.h"
#include "messages/files/folder_sync.h"
#include "messages/uri.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COUNT = 6 };

static int s_synced, s_named_before;
static char s_place[512];
static bool s_fails;

//  Counts the calls, and the results that have their names already.
static int s_sync (int fd)
{
    char path[600];
    (void) fd;
    s_synced++;
    for (int i = 0; i < COUNT; i++) {
        snprintf (path, sizeof path, "%s/out/%d", s_place, i);
        s_named_before += access (path, F_OK) == 0;
    }
    errno = EIO;
    return s_fails ? -1 : 0;
}

static int s_named;

//  Another call counts those that have their names, and wants all of them to have it.
static int s_sync_names (int fd)
{
    char path[600];
    (void) fd;
    s_named = 0;
    for (int i = 0; i < COUNT; i++) {
        snprintf (path, sizeof path, "%s/out/%d", s_place, i);
        s_named += access (path, F_OK) == 0;
    }
    return 0;
}

static int s_unwanted (int fd)
{
    (void) fd;
    cr_expect (false, "synced in another way");
    return 0;
}

//  `count` jobs are done, and their results are brought by these calls. How many stand at their places then.
static int s_bring (size_t count, int (*fsync_call) (int), int (*syncfs_call) (int), struct error *first)
{
    struct workplace place;
    struct batch_results results;
    struct arguments arguments = {.replace = false};
    struct input_list inputs = {.at = NULL};
    struct error error = {.code = DMH_OK};
    char path[600], uri[URI_BYTES];
    int there = 0;
    workplace_make (&place);
    snprintf (s_place, sizeof s_place, "%s", place.folder);
    snprintf (path, sizeof path, "%s/out", place.folder);
    arguments.folder = path;
    for (size_t i = 0; i < count; i++) {
        char name[16];
        snprintf (name, sizeof name, "%zu.csv", i);
        cr_assert_not_null (input_list_add (&inputs, name, name));
    }
    struct outcome *outcomes = outcome_new (&inputs);
    cr_assert_eq (batch_results_open (&results, &arguments, &inputs, outcomes, &error), DMH_OK, "%s",
                  error.text);
    for (size_t i = 0; i < count; i++) {
        char folder[600], name[64];
        snprintf (name, sizeof name, "job-%zu.1", i);
        snprintf (folder, sizeof folder, "%s/%s", place.folder, name);
        cr_assert_eq (mkdir (folder, 0700), 0);
        snprintf (name, sizeof name, "job-%zu.1/report.json", i);
        workplace_write (&place, name, "{}", 2);
        outcomes[i].staged.folder = strdup (folder);
        outcomes[i].own = true;
        job_state_set (outcomes[i].record.state, JOB_DONE);
        batch_results_add (&results, &outcomes[i]);
    }
    cr_assert_eq (batch_results_begin (&results, &error), DMH_OK, "%s", error.text);
    folder_sync_replace (fsync_call, syncfs_call);    //  what is of the index is on the disk
    batch_results_bring (&results, true);
    folder_sync_replace (NULL, NULL);
    *first = outcomes[0].error;
    for (size_t i = 0; i < count; i++) {
        snprintf (path, sizeof path, "%s/out/%zu/report.json", place.folder, i);
        there += access (path, F_OK) == 0;
        uri_from_path (path, uri, sizeof uri, NULL);
        if (outcomes[i].error.code == DMH_OK)
            cr_expect_eq (strncmp (outcomes[i].record.result, uri, strlen (outcomes[i].record.result)), 0,
                          "%s", outcomes[i].record.result);
    }
    scratch_folder_remove (&results.scratch);
    batch_results_clear (&results);
    outcome_destroy (&outcomes, inputs.count);
    input_list_clear (&inputs);
    workplace_remove (&place);
    return there;
}

Test (group_commit, many_results_share_one_sync_and_none_has_its_name_before)
{
    struct error error;
    s_synced = s_named_before = 0;
    s_fails = false;
    cr_expect_eq (s_bring (COUNT, s_sync_names, s_sync, &error), COUNT, "%s", error.text);
    cr_expect_eq (s_synced, 1);
    cr_expect_eq (s_named_before, 0);
    cr_expect_eq (s_named, COUNT, "the names are synced when all of them are there");
}

Test (group_commit, each_file_of_a_few_is_synced_and_its_folder)
{
    struct error error;
    s_synced = s_named_before = 0;
    s_fails = false;
    cr_expect_eq (s_bring (1, s_sync, s_unwanted, &error), 1, "%s", error.text);
    cr_expect_eq (s_synced, 3, "report.json, the folder, and then its name");
    cr_expect_eq (s_named_before, 1, "the name alone is synced when it is there");
}

Test (group_commit, what_the_disk_refuses_gets_no_name_and_says_why)
{
    for (size_t count = 1; count <= COUNT; count += COUNT - 1) {
        struct error error;
        s_fails = true;
        cr_expect_eq (s_bring (count, s_sync, s_sync, &error), 0);
        cr_expect_eq (error.code, DMH_IO);
        cr_expect_not_null (strstr (error.text, "cannot be written to disk"), "%s", error.text);
    }
}

static char s_folders[8][PATH_MAX];
static size_t s_folder_count;

static int s_note (int fd)
{
    char name[64];
    snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
    cr_assert_lt (s_folder_count, 8);
    ssize_t n = readlink (name, s_folders[s_folder_count], PATH_MAX - 1);
    cr_assert_gt (n, 0);
    s_folders[s_folder_count++][n] = 0;
    return 0;
}

static const char *s_refused;

//  The disk refuses that one folder.
static int s_refuse_one (int fd)
{
    char name[64], path[PATH_MAX] = "";
    snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
    cr_assert_gt (readlink (name, path, PATH_MAX - 1), 0);
    errno = EIO;
    return strcmp (path, s_refused) == 0 ? -1 : 0;
}

//  How often that folder of the place was synced.
static size_t s_times (const struct workplace *place, const char *folder)
{
    char path[700];
    size_t times = 0;
    snprintf (path, sizeof path, "%s%s", place->folder, folder);
    for (size_t i = 0; i < s_folder_count; i++)
        times += strcmp (s_folders[i], path) == 0;
    return times;
}

static size_t s_told;

//  Who waits for results hears of one when its name is on the disk.
static void s_committed (void *context, struct outcome **outcomes, size_t count)
{
    (void) context;
    cr_expect_gt (s_folder_count, 0);
    for (size_t i = 0; i < count; i++)
        cr_expect_not_null (outcomes[i]->folder);
    s_told += count;
}

Test (group_commit, the_folders_between_are_synced_once_each_with_the_names_in_them)
{
    static char places[][16] = {"a/b/one", "a/b/two", "a/c/three", "four", "a/d/failed"};
    struct workplace place;
    struct outcome outcomes[5] = {{.word = "one"}};
    struct error error = {.code = DMH_OK};
    struct group_commit group;
    workplace_make (&place);
    cr_assert_eq (group_commit_open (&group, "out", place.folder, 5, &error), DMH_OK);
    group.committed = s_committed;
    for (size_t i = 0; i < 5; i++) {
        char path[700];
        outcomes[i].place = places[i];
        job_state_set (outcomes[i].record.state, JOB_DONE);
        snprintf (path, sizeof path, "%s/job-%zu", place.folder, i);
        if (i < 4)
            cr_assert_eq (mkdir (path, 0700), 0);
        outcomes[i].staged.folder = strdup (path);
        group_commit_add (&group, &outcomes[i]);
    }
    s_told = s_folder_count = 0;
    folder_sync_replace (s_note, s_note);
    cr_expect (group_commit_bring (&group, place.folder, true));
    folder_sync_replace (NULL, NULL);
    cr_expect_eq (s_told, 4);
    cr_expect_neq (outcomes[4].error.code, DMH_OK, "what was not there has come");
    cr_expect_eq (s_times (&place, "/a/b"), 1);
    cr_expect_eq (s_times (&place, "/a/c"), 1);
    cr_expect_geq (s_times (&place, "/a"), 1);
    cr_expect_eq (s_times (&place, "/a/d"), 0, "nothing has come there");
    cr_expect_eq (s_times (&place, ""), 2, "all of it before they had names, then the names in it");
    for (size_t i = 0; i < 5; i++)
        free (outcomes[i].folder);
    group_commit_clear (&group);
    workplace_remove (&place);
}

Test (group_commit, nobody_hears_of_a_result_whose_name_is_not_on_the_disk)
{
    struct workplace place;
    struct outcome outcome = {.word = "one", .place = "one"};
    struct error error = {.code = DMH_OK};
    struct group_commit group;
    char path[700];
    workplace_make (&place);
    cr_assert_eq (group_commit_open (&group, "out", place.folder, 1, &error), DMH_OK);
    group.committed = s_committed;
    snprintf (path, sizeof path, "%s/job", place.folder);
    cr_assert_eq (mkdir (path, 0700), 0);
    outcome.staged.folder = strdup (path);
    group_commit_add (&group, &outcome);
    s_told = 0;
    s_refused = place.folder;
    folder_sync_replace (s_refuse_one, NULL);
    cr_expect (group_commit_bring (&group, place.folder, true));
    folder_sync_replace (NULL, NULL);
    cr_expect_eq (s_told, 0);
    cr_expect_eq (outcome.error.code, DMH_IO);
    free (outcome.folder);
    group_commit_clear (&group);
    workplace_remove (&place);
}
