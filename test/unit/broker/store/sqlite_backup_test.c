//  sqlite_backup_test.c: a copy of a store that goes on: it is what the store was when its last page was
//  copied, whole, and nothing of it is left beside the store.
#include "test/support/processes/workplace.h"

#include "broker/store/store.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <unistd.h>

enum { URL_BYTES = 512, JOBS = 2000, PIECE_BYTES = 65536 };

static void s_add (store_t *store, unsigned from, unsigned count)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (store_begin (store, &error), DMH_OK);
    for (unsigned i = from; i < from + count; i++) {
        struct store_job job = {.record = {.state = "queued"}};
        snprintf (job.record.job, sizeof job.record.job, "job-%06u", i);
        snprintf (job.submit_key, sizeof job.submit_key, "key-%06u", i);
        snprintf (job.record.name, sizeof job.record.name, "%0200u", i);
        snprintf (job.input.uri, sizeof job.input.uri, "file:///%01000u", i);
        cr_assert_eq (store_add (store, &job, &error), DMH_OK, "%s", error.text);
    }
    cr_assert_eq (store_commit (store, &error), DMH_OK, "%s", error.text);
}

static uint64_t s_queued (store_t *store)
{
    uint64_t counts[JOB_STATE_COUNT];
    cr_assert_eq (store_counts (store, NULL, counts, NULL), DMH_OK);
    return counts[JOB_QUEUED];
}

//  The whole copy as a file of the place, opened as a store.
static store_t *s_restored (const struct workplace *place, store_backup_t *backup)
{
    char path[URL_BYTES], url[URL_BYTES + 16], bytes[PIECE_BYTES];
    struct error error = {.code = DMH_OK};
    uint64_t offset = 0, size = 1;
    snprintf (path, sizeof path, "%s/restored.db", place->folder);
    snprintf (url, sizeof url, "sqlite:%s", path);
    FILE *file = fopen (path, "wb");
    cr_assert_not_null (file);
    for (size_t n; offset < size; offset += n) {
        cr_assert_eq (store_backup_read (backup, offset, bytes, sizeof bytes, &n, &size, &error), DMH_OK);
        cr_assert_eq (fwrite (bytes, 1, n, file), n);
    }
    fclose (file);
    store_t *restored = store_open (url, &error);
    cr_assert_not_null (restored, "%s", error.text);
    return restored;
}

struct scene {
    struct workplace place;
    char url[URL_BYTES + 16];
    store_t *store;
};

static void s_open (struct scene *self)
{
    workplace_make (&self->place);
    snprintf (self->url, sizeof self->url, "sqlite:%s/jobs.db", self->place.folder);
    self->store = store_open (self->url, NULL);
    cr_assert_not_null (self->store);
    s_add (self->store, 0, JOBS);
}

static void s_close (struct scene *self)
{
    store_close (&self->store);
    workplace_remove (&self->place);
}

//  Whatever ends the broker now, nothing of the copy stays.
static void s_expect_no_name (const struct scene *self)
{
    char pattern[URL_BYTES];
    glob_t found;
    snprintf (pattern, sizeof pattern, "%s/jobs.db.copy-*", self->place.folder);
    cr_expect_eq (glob (pattern, 0, NULL, &found), GLOB_NOMATCH);
    globfree (&found);
}

Test (sqlite_backup, what_is_committed_between_its_steps_is_in_it)
{
    struct scene scene;
    struct error error = {.code = DMH_OK};
    bool whole = false;
    unsigned steps = 0;
    s_open (&scene);
    store_backup_t *backup = store_backup_new (scene.store, &error);
    cr_assert_not_null (backup, "%s", error.text);
    cr_assert_eq (store_backup_step (backup, &whole, &error), DMH_OK);
    cr_assert (!whole, "one step copies all of it, and the test shows nothing");
    s_add (scene.store, JOBS, 1);
    for (; !whole; steps++)
        cr_assert_eq (store_backup_step (backup, &whole, &error), DMH_OK, "%s", error.text);
    s_expect_no_name (&scene);
    s_add (scene.store, JOBS + 1, 1);    //  too late
    store_t *restored = s_restored (&scene.place, backup);
    cr_expect_eq (s_queued (restored), JOBS + 1);
    cr_expect_eq (s_queued (scene.store), JOBS + 2);
    store_close (&restored);
    store_backup_destroy (&backup);
    s_close (&scene);
}

Test (sqlite_backup, an_open_group_is_no_part_of_it)
{
    struct scene scene;
    struct error error = {.code = DMH_OK};
    bool whole = false;
    s_open (&scene);
    store_backup_t *backup = store_backup_new (scene.store, &error);
    cr_assert_not_null (backup);
    cr_assert_eq (store_begin (scene.store, &error), DMH_OK);
    for (int i = 0; i < 100; i++)
        cr_assert_eq (store_backup_step (backup, &whole, &error), DMH_OK, "%s", error.text);
    cr_expect (!whole, "it went on inside a group");
    store_abandon (scene.store);
    while (!whole)
        cr_assert_eq (store_backup_step (backup, &whole, &error), DMH_OK, "%s", error.text);
    store_t *restored = s_restored (&scene.place, backup);
    cr_expect_eq (s_queued (restored), JOBS);
    store_close (&restored);
    store_backup_destroy (&backup);
    s_close (&scene);
}

Test (sqlite_backup, one_that_is_given_up_leaves_nothing_and_the_store_as_it_was)
{
    struct scene scene;
    struct error error = {.code = DMH_OK};
    bool whole = false;
    s_open (&scene);
    store_backup_t *backup = store_backup_new (scene.store, &error);
    cr_assert_not_null (backup);
    cr_assert_eq (store_backup_step (backup, &whole, &error), DMH_OK);
    s_expect_no_name (&scene);
    store_backup_destroy (&backup);
    cr_expect_null (backup);
    s_expect_no_name (&scene);
    s_add (scene.store, JOBS, 1);
    cr_expect_eq (s_queued (scene.store), JOBS + 1);
    s_close (&scene);
}

//  A backup of yesterday, say.
Test (sqlite_backup, a_file_beside_the_store_is_nobody_elses)
{
    struct scene scene;
    struct error error = {.code = DMH_OK};
    s_open (&scene);
    workplace_write (&scene.place, "jobs.db.backup", "whole", 5);
    store_backup_t *backup = store_backup_new (scene.store, &error);
    cr_assert_not_null (backup, "%s", error.text);
    store_backup_destroy (&backup);
    store_close (&scene.store);
    scene.store = store_open (scene.url, NULL);
    cr_assert_not_null (scene.store);
    char *kept = workplace_read (scene.place.folder, "jobs.db.backup", NULL);
    cr_expect_str_eq (kept, "whole");
    free (kept);
    s_close (&scene);
}
