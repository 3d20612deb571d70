//  sqlite_test.c: what is SQLite's own among the stores: its file, its lock, its versions.
#include "test/support/processes/workplace.h"
#include "test/support/stores/file_cases.h"
#include "test/support/stores/sqlite_disk.h"

#include "broker/store/migrations.h"
#include "broker/store/sqlite_driver.h"
#include "broker/store/store.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { URL_BYTES = 512 };

static void s_expect_refused (const char *url, int code, const char *part)
{
    struct error error = {.code = DMH_OK, .text = ""};
    store_t *store = store_open (url, &error);
    cr_assert_null (store, "%s was opened", url);
    cr_assert_eq (error.code, code, "%s: code %d", url, error.code);
    cr_assert (strstr (error.text, part), "%s: %s", url, error.text);
}

static void s_run (const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    cr_assert_eq (sqlite3_open (path, &db), SQLITE_OK);
    cr_assert_eq (sqlite3_exec (db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg (db));
    sqlite3_close (db);
}

Test (store_sqlite, a_url_that_is_none_is_wrong_usage)
{
    s_expect_refused ("", DMH_USAGE, "sqlite:PATH");
    s_expect_refused ("jobs.db", DMH_USAGE, "sqlite:PATH");
    s_expect_refused ("mysql:host", DMH_USAGE, "sqlite:PATH");
    s_expect_refused ("sqlite:", DMH_USAGE, "names no place");
}

Test (store_sqlite, what_cannot_be_a_store_is_refused_with_a_sentence_that_names_it)
{
    struct workplace place;
    char path[URL_BYTES], url[URL_BYTES + 16];
    workplace_make (&place);
    workplace_write (&place, "letter", "Dear all, this is no database, and it is longer than one line.", 62);
    snprintf (url, sizeof url, "sqlite:%s/letter", place.folder);
    s_expect_refused (url, DMH_UNAVAILABLE, "/letter cannot be opened: ");
    snprintf (url, sizeof url, "sqlite:%s/letter/jobs.db", place.folder);
    s_expect_refused (url, DMH_UNAVAILABLE, "/letter/jobs.db cannot be opened: ");
    snprintf (url, sizeof url, "sqlite:%s", place.folder);
    s_expect_refused (url, DMH_UNAVAILABLE, "cannot be opened: ");
    snprintf (path, sizeof path, "%s/other.db", place.folder);
    s_run (path, "CREATE TABLE jobs (x)");
    snprintf (url, sizeof url, "sqlite:%s", path);
    s_expect_refused (url, DMH_UNAVAILABLE, "another program");
    workplace_remove (&place);
}

Test (store_sqlite, tables_of_a_newer_version_are_left_alone)
{
    struct workplace place;
    char path[URL_BYTES], url[URL_BYTES + 16];
    workplace_make (&place);
    snprintf (path, sizeof path, "%s/jobs.db", place.folder);
    snprintf (url, sizeof url, "sqlite:%s", path);
    store_t *store = store_open (url, NULL);
    cr_assert_not_null (store);
    store_close (&store);
    s_run (path, "PRAGMA user_version = 1000");
    s_expect_refused (url, DMH_UNAVAILABLE, "newer dmh");
    workplace_remove (&place);
}

Test (store_sqlite, its_folder_and_file_are_made_for_this_user_alone)
{
    struct workplace place;
    char path[URL_BYTES], url[URL_BYTES + 16];
    struct stat at;
    workplace_make (&place);
    umask (0);
    snprintf (url, sizeof url, "sqlite:%s/a/b/jobs.db", place.folder);
    store_t *store = store_open (url, NULL);
    cr_assert_not_null (store);
    static const struct {
        const char *name;
        mode_t mode;
    } MADE[] = {{"a", 0700}, {"a/b", 0700}, {"a/b/jobs.db", 0600}, {"a/b/jobs.db-wal", 0600}};
    for (size_t i = 0; i < sizeof MADE / sizeof *MADE; i++) {
        snprintf (path, sizeof path, "%s/%s", place.folder, MADE[i].name);
        cr_assert_eq (stat (path, &at), 0, "%s is not there", MADE[i].name);
        cr_assert_eq (at.st_mode & 0777, MADE[i].mode, "%s has mode %o", MADE[i].name, at.st_mode & 0777);
    }
    store_close (&store);
    workplace_remove (&place);
}

//  Opens the store in a process of its own; whether it was refused as in use.
static bool s_other_process_is_refused (const char *url)
{
    pid_t child = fork ();
    if (child == 0) {
        struct error error = {.code = DMH_OK, .text = ""};
        store_t *store = store_open (url, &error);
        _exit (store ? 0 : strstr (error.text, "in use by another broker") ? 1 : 2);
    }
    int status = 0;
    cr_assert_eq (waitpid (child, &status, 0), child);
    cr_assert (WIFEXITED (status) && WEXITSTATUS (status) < 2);
    return WEXITSTATUS (status) == 1;
}

Test (store_sqlite, a_file_belongs_to_one_broker_at_a_time)
{
    struct workplace place;
    char url[URL_BYTES];
    workplace_make (&place);
    snprintf (url, sizeof url, "sqlite:%s/jobs.db", place.folder);
    store_t *store = store_open (url, NULL);
    cr_assert_not_null (store);
    cr_assert (s_other_process_is_refused (url));
    s_expect_refused (url, DMH_UNAVAILABLE, "in use by another broker");    //  nor twice in one process
    cr_assert (s_other_process_is_refused (url), "the lock was lost");
    store_close (&store);
    cr_assert_not (s_other_process_is_refused (url));
    store = store_open (url, NULL);    //  its last holder left without closing
    cr_assert_not_null (store);
    store_close (&store);
    workplace_remove (&place);
}

static int s_commit (store_t *store, const char *key, struct error *error)
{
    struct store_job job = {.place = 0};
    snprintf (job.record.job, sizeof job.record.job, "job-%s", key);
    snprintf (job.submit_key, sizeof job.submit_key, "%s", key);
    job_state_set (job.record.state, JOB_QUEUED);
    snprintf (job.record.name, sizeof job.record.name, "in");
    snprintf (job.input.name, sizeof job.input.name, "in");
    snprintf (job.input.uri, sizeof job.input.uri, "file:///in");
    cr_assert_eq (store_begin (store, error), DMH_OK, "%s", error->text);
    cr_assert_eq (store_add (store, &job, error), DMH_OK, "%s", error->text);
    return store_commit (store, error);
}

Test (store_sqlite, a_commit_that_the_disk_refused_to_sync_is_none)
{
    struct workplace place;
    struct error error = {.code = DMH_OK, .text = ""};
    char url[URL_BYTES];
    struct sqlite_disk *disk = sqlite_disk_install ();
    workplace_make (&place);
    snprintf (url, sizeof url, "sqlite:%s/jobs.db", place.folder);
    store_t *store = store_open (url, &error);
    cr_assert_not_null (store, "%s", error.text);
    unsigned before = disk->syncs;
    cr_assert_eq (s_commit (store, "1", &error), DMH_OK, "%s", error.text);
    cr_assert_gt (disk->syncs, before, "it was committed and not synced");
    disk->refuses = true;
    cr_assert_eq (s_commit (store, "2", &error), DMH_UNAVAILABLE);
    cr_assert (strstr (error.text, "cannot commit"), "%s", error.text);
    disk->refuses = false;
    cr_assert_eq (s_commit (store, "3", &error), DMH_OK, "%s", error.text);
    store_close (&store);
    workplace_remove (&place);
}

Test (store_sqlite, a_file_that_was_deleted_moved_or_replaced_takes_nothing_until_it_is_back)
{
    static const char *const NAMES[] = {"jobs.db", "jobs.db-wal"};
    struct workplace place;
    struct error error = {.code = DMH_OK, .text = ""};
    char url[URL_BYTES], path[URL_BYTES], aside[URL_BYTES];
    workplace_make (&place);
    snprintf (url, sizeof url, "sqlite:%s/jobs.db", place.folder);
    snprintf (aside, sizeof aside, "%s/aside", place.folder);
    for (size_t i = 0; i < 2; i++) {
        store_t *store = store_open (url, &error);    //  the second time it is there already
        cr_assert_not_null (store, "%s", error.text);
        snprintf (path, sizeof path, "%s/%s", place.folder, NAMES[i]);
        cr_assert_eq (rename (path, aside), 0);
        for (int replaced = 0; replaced < 2; replaced++) {
            error.text[0] = 0;
            cr_assert_eq (s_commit (store, "lost", &error), DMH_UNAVAILABLE, "%s", NAMES[i]);
            cr_assert (strstr (error.text, NAMES[i]) && strstr (error.text, "deleted or replaced"), "%s",
                       error.text);
            cr_assert_eq (store_check (store, &error), DMH_UNAVAILABLE);
            workplace_write (&place, NAMES[i], "", 0);
        }
        cr_assert_eq (rename (aside, path), 0);
        cr_assert_eq (store_check (store, &error), DMH_OK, "%s", error.text);
        cr_assert_eq (s_commit (store, NAMES[i], &error), DMH_OK, "%s", error.text);
        store_close (&store);
    }
    workplace_remove (&place);
}

static struct workplace s_place;

static void s_move_away (void)
{
    char path[URL_BYTES], aside[URL_BYTES];
    snprintf (path, sizeof path, "%s/jobs.db", s_place.folder);
    snprintf (aside, sizeof aside, "%s/aside", s_place.folder);
    rename (path, aside);
}

Test (store_sqlite, a_commit_during_which_the_file_was_moved_is_none)
{
    struct error error = {.code = DMH_OK, .text = ""};
    char url[URL_BYTES];
    struct sqlite_disk *disk = sqlite_disk_install ();
    workplace_make (&s_place);
    snprintf (url, sizeof url, "sqlite:%s/jobs.db", s_place.folder);
    store_t *store = store_open (url, &error);
    cr_assert_not_null (store, "%s", error.text);
    disk->before = s_move_away;
    cr_assert_eq (s_commit (store, "1", &error), DMH_UNAVAILABLE);
    disk->before = NULL;
    store_close (&store);
    workplace_remove (&s_place);
}

//  SQLite keeps the log beside the file itself.
Test (store_sqlite, a_file_behind_a_link_is_watched_and_so_is_the_link)
{
    struct workplace place;
    struct error error = {.code = DMH_OK, .text = ""};
    char url[URL_BYTES], link[URL_BYTES], folder[URL_BYTES], other[URL_BYTES];
    workplace_make (&place);
    snprintf (link, sizeof link, "%s/jobs.db", place.folder);
    snprintf (url, sizeof url, "sqlite:%.480s", link);
    snprintf (folder, sizeof folder, "%s/real", place.folder);
    snprintf (other, sizeof other, "%s/other", place.folder);
    cr_assert_eq (mkdir (folder, 0700), 0);
    cr_assert_eq (symlink ("real/jobs.db", link), 0);
    store_t *store = store_open (url, &error);
    cr_assert_not_null (store, "%s", error.text);
    cr_assert_eq (s_commit (store, "1", &error), DMH_OK, "%s", error.text);
    cr_assert_eq (rename (folder, other), 0);
    cr_assert_eq (s_commit (store, "2", &error), DMH_UNAVAILABLE);
    cr_assert_eq (rename (other, folder), 0);
    cr_assert_eq (s_commit (store, "3", &error), DMH_OK, "%s", error.text);
    workplace_write (&place, "other", "", 0);
    cr_assert_eq (unlink (link), 0);
    cr_assert_eq (symlink ("other", link), 0);
    cr_assert_eq (s_commit (store, "4", &error), DMH_UNAVAILABLE, "the link leads elsewhere");
    store_close (&store);
    workplace_remove (&place);
}

//  Tables as an earlier version left them, with a job and a number that was given and forgotten.
static bool s_is_a (void *context, const char *job)
{
    (void) context;
    return strcmp (job, "a") == 0;
}

//  Of the files of an earlier version's jobs nothing is said until all are noted, and the store is used all
//  the same.
Test (store_sqlite, a_job_of_an_earlier_version_that_cannot_be_read_keeps_no_broker_from_the_others)
{
    struct workplace place;
    struct error error = {.code = DMH_OK, .text = ""};
    char url[URL_BYTES], path[URL_BYTES];
    struct store_job job;
    bool is_named = false;
    workplace_make (&place);
    snprintf (url, sizeof url, "sqlite:%s/jobs.db", place.folder);
    snprintf (path, sizeof path, "%s/jobs.db", place.folder);
    store_t *store = store_suite_open (url);
    file_cases_add (store, "a", "", "in", "");
    file_cases_add (store, "b", "", "in", "");
    store_close (&store);
    s_run (path,
           "DELETE FROM files_noted; DELETE FROM job_files; CREATE TABLE kept AS SELECT input FROM jobs;"
           "UPDATE jobs SET input = x'c1' WHERE job = 'b'");
    store = store_open (url, &error);
    cr_assert_not_null (store, "%s", error.text);
    cr_expect_eq (store_find (store, "a", &job, &error), DMH_OK, "%s", error.text);
    store_job_clear (&job);
    cr_expect_eq (store_names_file (store, "in", NULL, s_is_a, NULL, &is_named, &error), DMH_UNAVAILABLE);
    cr_expect_str_eq (error.text, "the job store holds a damaged input: "
                                  "the body holds a type that DMH/1 does not use");
    cr_expect_eq (sqlite3_exec (((struct sqlite *) store)->db,
                                "UPDATE jobs SET input = (SELECT input FROM kept)", NULL, NULL, NULL),
                  SQLITE_OK);
    cr_expect_eq (store_names_file (store, "in", NULL, s_is_a, NULL, &is_named, &error), DMH_OK);
    cr_expect (is_named);
    store_close (&store);
    workplace_remove (&place);
}

Test (store_sqlite, jobs_of_a_store_without_owners_are_nobody_s_and_no_number_is_given_twice)
{
    struct workplace place;
    struct error error = {.code = DMH_OK, .text = ""};
    char url[URL_BYTES], path[URL_BYTES];
    struct store_job_id *ids = NULL;
    size_t count = 0;
    uint64_t counts[JOB_STATE_COUNT];
    workplace_make (&place);
    snprintf (url, sizeof url, "sqlite:%s/jobs.db", place.folder);
    snprintf (path, sizeof path, "%s/jobs.db", place.folder);
    for (int step = 0; step < 2; step++)
        s_run (path, MIGRATIONS[step]);
    //  {"uri":"file:///x","name":"x"}, {} and {"job":"old","state":"done"} as msgpack.
    s_run (
        path,
        "INSERT INTO jobs (sequence, job, submit_key, place, state, tries, input, options, record, ended_at)"
        " VALUES (7, 'old', 'key', 0, 'done', 1, x'82a3757269a966696c653a2f2f2f78a46e616d65a178', x'80',"
        " x'82a36a6f62a36f6c64a57374617465a4646f6e65', 5);"
        //  The same, of {"uri":"sha256:","name":"x","sha256":"f"}.
        "INSERT INTO jobs (sequence, job, submit_key, place, state, tries, input, options, record, ended_at)"
        " VALUES (8, 'put', 'put', 0, 'done', 1, "
        "x'83a3757269a77368613235363aa46e616d65a178a6736861323536a166',"
        " x'80', x'82a36a6f62a3707574a57374617465a4646f6e65', 5);"
        "INSERT INTO jobs (sequence, job, submit_key, place, state, tries, input, options, record, ended_at)"
        " VALUES (9, 'gone', 'gone', 0, 'done', 1, x'80', x'80', x'80', 5);"
        "DELETE FROM jobs WHERE job = 'gone';"
        "PRAGMA application_id = 0x444d4831; PRAGMA user_version = 2");
    store_t *store = store_open (url, &error);
    cr_assert_not_null (store, "%s", error.text);
    struct store_job old, fresh = {.place = 0};
    cr_assert_eq (store_find (store, "old", &old, &error), DMH_OK, "%s", error.text);
    cr_expect_str_eq (old.record.owner, "");
    cr_expect_eq (old.sequence, 7);
    store_job_clear (&old);
    cr_assert_eq (store_find_key (store, "", "key", &ids, &count, &error), DMH_OK, "%s", error.text);
    free (ids);
    cr_assert_eq (store_counts (store, NULL, counts, &error), DMH_OK);
    cr_expect_eq (counts[JOB_DONE], 2, "counted once");
    cr_expect (file_cases_is_named (store, "f", NULL, "o"));
    cr_expect (!file_cases_is_named (store, "f", NULL, "p"));
    snprintf (fresh.record.job, sizeof fresh.record.job, "new");
    snprintf (fresh.record.state, sizeof fresh.record.state, "queued");
    snprintf (fresh.submit_key, sizeof fresh.submit_key, "new");
    snprintf (fresh.input.uri, sizeof fresh.input.uri, "file:///x");
    snprintf (fresh.input.name, sizeof fresh.input.name, "x");
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    cr_assert_eq (store_add (store, &fresh, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (store, &error), DMH_OK);
    cr_expect_eq (fresh.sequence, 10);
    store_close (&store);
    workplace_remove (&place);
}
