//  launched_test.c: what is noted of a launched worker is read again as it was, and forgotten with its key.
#include "client/launch/launched.h"
#include "client/launch/worker_key.h"
#include "messages/base/clock.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

static void s_begin (struct workplace *place)
{
    workplace_make (place);
    setenv ("XDG_STATE_HOME", place->folder, 1);
}

static bool s_is_there (const char *path)
{
    return access (path, F_OK) == 0;
}

Test (launched, what_is_noted_is_read_again_by_name_and_foreign_files_are_passed_over)
{
    struct workplace place;
    struct launched *all,
        noted[] = {{.name = "ssh-2", .engine = "ssh", .host = "a b", .place = "17", .at = 5},
                   {.name = "local-1",
                    .engine = "local",
                    .reach = "/etc/a = b",
                    .broker = "tcp://h:1",
                    .keys = "/k"}};
    struct error error = {.code = DMH_OK};
    size_t count = 1;
    s_begin (&place);
    cr_assert_eq (launched_all (&all, &count, &error), DMH_OK, "no folder, no workers: %s", error.text);
    cr_assert_eq (count, 0);
    for (size_t i = 0; i < 2; i++)
        cr_assert_eq (launched_note (&noted[i], &error), DMH_OK, "%s", error.text);
    workplace_write (&place, "dmh/launched/other.worker", "hello\n", 6);
    workplace_write (&place, "dmh/launched/up.worker", "name = ../up\nengine = local\n", 29);
    workplace_write (&place, "dmh/launched/local-1.log", "x", 1);
    cr_assert_eq (launched_all (&all, &count, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (count, 2);
    const struct launched *first = &all[0], *second = &all[1];
    cr_assert_str_eq (first->name, "local-1");
    cr_assert_str_eq (first->reach, "/etc/a = b");
    cr_assert_str_eq (first->broker, "tcp://h:1");
    cr_assert_str_eq (first->keys, "/k");
    cr_assert_str_eq (first->host, "");
    cr_assert_str_eq (second->name, "ssh-2");
    cr_assert_str_eq (second->engine, "ssh");
    cr_assert_str_eq (second->host, "a b");
    cr_assert_str_eq (second->place, "17");
    cr_assert_eq (second->at, 5);
    free (all);
    workplace_remove (&place);
}

Test (launched, what_does_not_fit_is_not_noted_at_all)
{
    struct workplace place;
    static struct launched noted = {.name = "w", .engine = "local"}, *all;
    struct error error = {.code = DMH_OK};
    size_t count;
    s_begin (&place);
    memset (noted.reach, 'r', sizeof noted.reach - 1);
    memset (noted.keys, 'k', sizeof noted.keys - 1);
    cr_assert_eq (launched_note (&noted, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (launched_all (&all, &count, &error), DMH_OK);
    cr_assert_eq (count, 1);
    cr_assert_str_eq (all[0].keys, noted.keys);
    free (all);
    workplace_remove (&place);
}

Test (launched, one_that_is_forgotten_is_let_in_no_more_and_leaves_its_log)
{
    struct workplace place;
    struct launched noted = {.name = "local-1", .engine = "local"};
    struct error error = {.code = DMH_OK};
    char half[600], path[LAUNCHED_PATH_BYTES];
    struct stat about;
    s_begin (&place);
    snprintf (noted.keys, sizeof noted.keys, "%s", place.folder);
    snprintf (half, sizeof half, "%s/local-1.pub", place.folder);
    cr_assert_eq (launched_note (&noted, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (worker_key_make (&noted, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (worker_key_make (&noted, &error), DMH_CONFLICT, "a pair is never written over");
    cr_assert (s_is_there (half));
    cr_assert_eq (stat (launched_path ("local-1", ".key", path), &about), 0);
    cr_assert_eq (about.st_mode & 0777, 0600);
    workplace_write (&place, "dmh/launched/local-1.log", "x", 1);
    for (int times = 0; times < 2; times++) {
        cr_assert_eq (launched_forget (&noted, &error), DMH_OK, "%s", error.text);
        cr_assert_not (s_is_there (half));
        cr_assert_not (s_is_there (launched_path ("local-1", ".key", path)));
        cr_assert_not (s_is_there (launched_path ("local-1", ".worker", path)));
        cr_assert (s_is_there (launched_path ("local-1", ".log", path)));
    }
    workplace_remove (&place);
}

Test (launched, logs_stay_for_days_and_as_long_as_their_workers_are_known)
{
    struct workplace place;
    struct launched noted = {.name = "known", .engine = "local"};
    struct error error = {.code = DMH_OK};
    char path[LAUNCHED_PATH_BYTES];
    int64_t now = clock_wall_ms (), day = 86400000;
    s_begin (&place);
    cr_assert_eq (launched_note (&noted, &error), DMH_OK, "%s", error.text);
    workplace_write (&place, "dmh/launched/known.log", "x", 1);
    workplace_write (&place, "dmh/launched/gone.log", "x", 1);
    workplace_write (&place, "dmh/launched/other.txt", "x", 1);
    launched_sweep_logs (now + (LAUNCHED_LOG_DAYS - 1) * day);
    cr_assert (s_is_there (launched_path ("gone", ".log", path)));
    launched_sweep_logs (now + (LAUNCHED_LOG_DAYS + 1) * day);
    cr_assert_not (s_is_there (launched_path ("gone", ".log", path)));
    cr_assert (s_is_there (launched_path ("known", ".log", path)));
    cr_assert (s_is_there (launched_path ("other", ".txt", path)));
    workplace_remove (&place);
}
