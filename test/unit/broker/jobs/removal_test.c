//  removal_test.c: a job that was asked to leave leaves with its result and with the files that no other job
//  names, whatever comes in between: workers that are away or silent, a store or a files service that fails,
//  a broker that dies.
#include "test/support/stores/failing_store.h"

#include "broker/jobs/removal.h"
#include "broker/jobs/retention.h"

#include <criterion/criterion.h>
#include <czmq.h>

//  Removal over a store, with workers and a files service that answer, or do not.
struct scene {
    struct failing_store failing;
    store_t *store;
    removal_t *removal;
    int64_t now;
    bool away, silent;
    bool no_files, slow_files;
    bool by_owner;
    char asked[64], gone[64];    //  the jobs by their one letter
    char answers[64];            //  of workers, on their way
    char swept[64];              //  the files, by theirs, in the order of the alphabet
    int64_t until;               //  of the last one
};

static void s_note (char out[64], const char *what)
{
    size_t n = strlen (out);
    cr_assert_lt (n, 63);
    out[n] = *what;
    out[n + 1] = 0;
}

static bool s_ask (void *context, const struct job_record *record)
{
    struct scene *self = context;
    if (self->away)
        return false;
    s_note (self->asked, record->job);
    if (!self->silent)
        s_note (self->answers, record->job);
    return true;
}

static bool s_sweep (void *context, zhashx_t **files)
{
    struct scene *self = context;
    if (self->no_files)
        return false;
    zlistx_t *names = zhashx_keys (*files);
    zlistx_set_comparator (names, (zlistx_comparator_fn *) strcmp);
    zlistx_sort (names);
    for (const char *name = zlistx_first (names); name; name = zlistx_next (names)) {
        s_note (self->swept, name);
        if (self->by_owner)    //  "i ANNA" is "iA"
            s_note (self->swept, name[2] ? name + 2 : "-");
        self->until = *(int64_t *) zhashx_lookup (*files, name);
    }
    zlistx_destroy (&names);
    zhashx_destroy (files);
    return true;
}

static void s_gone (void *context, const struct job_record *record)
{
    struct scene *self = context;
    struct store_job found;
    cr_assert_eq (store_find (self->store, record->job, &found, NULL), DMH_NOT_FOUND);
    cr_expect_str_eq (record->removal_by, "anna");
    s_note (self->gone, record->job);
}

static void s_start (struct scene *self)
{
    self->removal = removal_new (&self->failing.base,
                                 &(struct removal_actions){self, s_ask, self->by_owner, s_sweep, s_gone});
    cr_assert_not_null (self->removal);
}

static void s_open (struct scene *self)
{
    struct error error = {.code = DMH_OK};
    *self = (struct scene){.failing = {.base = {.driver = &failing_store_driver}}, .now = 5000};
    self->store = self->failing.inner = store_open ("sqlite::memory:", &error);
    cr_assert_not_null (self->store, "%s", error.text);
    s_start (self);
}

static void s_close (struct scene *self)
{
    removal_destroy (&self->removal);
    store_close (&self->store);
}

//  A job that is done, with the files of `files`: the first its input, the others outputs. `stored`: the
//  files service has its result; else it lies at host "near".
static void s_put_as (struct scene *self, const char *owner, const char *id, const char *files, bool stored,
                      int64_t removal_at)
{
    struct error error = {.code = DMH_OK};
    struct store_job job = {.place = 0};
    snprintf (job.record.job, sizeof job.record.job, "%s", id);
    snprintf (job.record.state, sizeof job.record.state, "done");
    snprintf (job.record.host, sizeof job.record.host, "near");
    snprintf (job.record.removal_by, sizeof job.record.removal_by, "anna");
    snprintf (job.record.owner, sizeof job.record.owner, "%s", owner);
    snprintf (job.record.result, sizeof job.record.result, "%s", stored ? "sha256:" : "file:///r");
    snprintf (job.submit_key, sizeof job.submit_key, "%s", id);
    snprintf (job.input.name, sizeof job.input.name, "x");
    snprintf (job.input.uri, sizeof job.input.uri, "%s%.1s", *files ? "sha256:" : "file:///x", files);
    snprintf (job.input.sha256, sizeof job.input.sha256, "%.1s", files);
    job.record.attempt = 1;
    job.record.finished_at = 1;
    job.record.removal_at = removal_at;
    job.record.outputs_count = *files ? strlen (files) - 1 : 0;
    job.record.outputs = calloc (job.record.outputs_count + 1, sizeof *job.record.outputs);
    for (size_t i = 0; i < job.record.outputs_count; i++) {
        snprintf (job.record.outputs[i].name, NAME_BYTES, "output");
        job.record.outputs[i].sha256[0] = files[i + 1];
    }
    cr_assert_eq (store_begin (self->store, &error), DMH_OK);
    cr_assert_eq (store_add (self->store, &job, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_change (self->store, &job.record, 1, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (self->store, &error), DMH_OK);
    store_job_clear (&job);
}

static void s_put (struct scene *self, const char *id, const char *files, bool stored, int64_t removal_at)
{
    s_put_as (self, "", id, files, stored, removal_at);
}

//  Until there is nothing to do for now.
static void s_work (struct scene *self)
{
    for (int i = 0; i < 100 && removal_due (self->removal) <= self->now; i++) {
        struct error error = {.code = DMH_OK};
        int rc = removal_step (self->removal, self->now, &error);
        cr_assert (rc == DMH_OK || self->failing.failed, "%s", error.text);
        for (const char *job = self->answers; *job; job++)
            removal_hear (self->removal, (const char[]){*job, 0}, 1, "near");
        *self->answers = 0;
        if (!self->slow_files)
            removal_swept (self->removal, true, self->now);
    }
    cr_assert_gt (removal_due (self->removal), self->now, "it never rests");
}

static void s_expect_there (struct scene *self, const char *jobs)
{
    struct job_record *records = NULL;
    size_t count = 0;
    char there[64] = "";
    struct store_selection all = {NULL, "", ""};
    cr_assert_eq (store_list (self->store, &all, 60, &records, &count, NULL), DMH_OK);
    for (size_t i = count; i > 0; i--)
        s_note (there, records[i - 1].job);
    free (records);
    cr_expect_str_eq (there, jobs);
}

Test (removal, a_job_leaves_with_its_result_and_others_stay)
{
    struct scene scene;
    s_open (&scene);
    s_put (&scene, "a", "", false, 70);
    s_put (&scene, "b", "", false, 0);
    s_work (&scene);
    cr_expect_str_eq (scene.asked, "a");
    cr_expect_str_eq (scene.gone, "a");
    s_expect_there (&scene, "b");
    scene.now += REMOVAL_AGAIN_MS;
    s_work (&scene);
    cr_expect_eq (removal_due (scene.removal), INT64_MAX, "nothing is left to wait for");
    s_close (&scene);
}

//  i and o are a's alone, s is what b names, too; k is the output of both that leave.
Test (removal, a_file_goes_when_no_job_that_stays_names_it)
{
    struct scene scene;
    s_open (&scene);
    s_put (&scene, "a", "iosk", true, 70);
    s_put (&scene, "b", "sx", true, 0);
    s_put (&scene, "c", "ck", true, 60);
    s_work (&scene);
    cr_expect (strlen (scene.gone) == 2 && strpbrk (scene.gone, "a") && strpbrk (scene.gone, "c"));
    cr_expect_str_eq (scene.swept, "ciko");
    cr_expect_eq (scene.until, 70);
    s_expect_there (&scene, "b");
    s_close (&scene);
}

Test (removal, a_use_of_a_file_counts_for_others_from_the_first_removal_on)
{
    for (int64_t first = 60; first <= 70; first += 10) {
        struct scene scene;
        s_open (&scene);
        s_put (&scene, "a", "k", true, first);
        s_put (&scene, "c", "k", true, 130 - first);
        s_work (&scene);
        cr_expect_eq (scene.until, 60);
        s_close (&scene);
    }
}

Test (removal, a_walk_over_many_jobs_finds_the_last_one_that_names_a_file)
{
    struct scene scene;
    s_open (&scene);
    s_put (&scene, "a", "io", true, 70);
    for (int i = 0; i < 50; i++) {
        char id[8];
        snprintf (id, sizeof id, "x%02d", i);
        s_put (&scene, id, "", false, 0);
    }
    s_put (&scene, "z", "o", true, 0);
    s_work (&scene);
    cr_expect_str_eq (scene.swept, "i");
    s_close (&scene);
}

//  i is named by a job of Bert, too, s by another one of those for whom Anna's gateway speaks; n is nobody's,
//  of a job of a time without keys, as that of the last one is.
Test (removal, with_keys_a_file_is_taken_from_the_owner_alone_whose_jobs_name_it_no_longer)
{
    static const char ANNA[] = "A123456789012345678901234567890123456789";
    static const char BERT[] = "B123456789012345678901234567890123456789";
    char gateways[2][64];
    struct scene scene;
    s_open (&scene);
    removal_destroy (&scene.removal);
    scene.by_owner = true;
    s_start (&scene);
    for (size_t i = 0; i < 2; i++)
        snprintf (gateways[i], sizeof gateways[i], "%s/%zu", ANNA, i);
    s_put_as (&scene, gateways[0], "a", "iosk", true, 70);
    s_put_as (&scene, BERT, "b", "iok", true, 0);
    s_put_as (&scene, gateways[1], "c", "s", true, 0);
    s_put_as (&scene, "", "d", "in", true, 70);
    s_put_as (&scene, "", "e", "k", true, 0);
    s_work (&scene);
    cr_expect_str_eq (scene.swept, "i-iAkAn-oA");
    cr_expect_eq (scene.until, 70);
    s_expect_there (&scene, "bce");
    s_close (&scene);
}

Test (removal, where_nothing_keeps_files_jobs_leave_all_the_same)
{
    struct scene scene;
    s_open (&scene);
    scene.no_files = true;
    s_put (&scene, "a", "io", true, 70);
    s_work (&scene);
    cr_expect_str_eq (scene.gone, "a");
    s_close (&scene);
}

Test (removal, a_worker_that_is_away_is_waited_for_and_one_that_is_silent_is_asked_again)
{
    struct scene scene;
    s_open (&scene);
    scene.away = true;
    s_put (&scene, "a", "", false, 70);
    s_work (&scene);
    s_expect_there (&scene, "a");
    scene.away = false;
    scene.silent = true;
    removal_wake (scene.removal, scene.now);    //  a worker has come
    s_work (&scene);
    cr_expect_str_eq (scene.asked, "a");
    removal_hear (scene.removal, "a", 2, "near");    //  another attempt's, another host's, another job's
    removal_hear (scene.removal, "a", 1, "far");
    removal_hear (scene.removal, "b", 1, "near");
    s_work (&scene);
    s_expect_there (&scene, "a");
    scene.silent = false;
    scene.now += REMOVAL_AGAIN_MS;
    s_work (&scene);
    cr_expect_str_eq (scene.asked, "aa");
    cr_expect_str_eq (scene.gone, "a");
    s_close (&scene);
}

//  Nothing is forgotten before its files are gone.
Test (removal, what_a_broker_had_begun_when_it_died_the_next_one_ends)
{
    struct scene scene;
    s_open (&scene);
    scene.slow_files = true;
    s_put (&scene, "a", "i", false, 70);
    s_work (&scene);
    cr_expect_str_eq (scene.swept, "i");
    s_expect_there (&scene, "a");
    removal_destroy (&scene.removal);
    s_start (&scene);
    s_work (&scene);
    cr_expect_str_eq (scene.asked, "aa");
    cr_expect_str_eq (scene.swept, "ii");
    s_expect_there (&scene, "a");
    removal_swept (scene.removal, true, scene.now);
    s_work (&scene);
    cr_expect_str_eq (scene.gone, "a");
    s_close (&scene);
}

Test (removal, files_that_cannot_be_removed_are_tried_again)
{
    struct scene scene;
    s_open (&scene);
    scene.slow_files = true;
    s_put (&scene, "a", "i", true, 70);
    s_work (&scene);
    removal_swept (scene.removal, false, scene.now);
    s_work (&scene);
    s_expect_there (&scene, "a");
    scene.now += REMOVAL_AGAIN_MS;
    s_work (&scene);
    cr_expect_str_eq (scene.swept, "ii");
    removal_swept (scene.removal, true, scene.now);
    s_work (&scene);
    cr_expect_str_eq (scene.gone, "a");
    s_close (&scene);
}

//  Whichever call of the store fails.
Test (removal, a_store_that_fails_forgets_nothing_and_is_tried_again)
{
    bool failed = true;
    for (int call = 1; failed; call++) {
        struct scene scene;
        s_open (&scene);
        s_put (&scene, "a", "io", true, 70);
        s_put (&scene, "b", "o", true, 0);
        scene.failing.calls = call;
        s_work (&scene);
        failed = scene.failing.failed;
        scene.failing.calls = 0;
        scene.now += REMOVAL_AGAIN_MS;
        s_work (&scene);
        cr_expect_str_eq (scene.gone, "a", "call %d", call);
        cr_expect_eq (scene.swept[0], 'i', "call %d", call);
        cr_expect_eq (strspn (scene.swept, "i"), strlen (scene.swept), "call %d", call);
        s_expect_there (&scene, "b");
        s_close (&scene);
    }
}

Test (removal, more_than_are_looked_at_together_all_leave_though_the_first_never_answer)
{
    struct scene scene;
    s_open (&scene);
    scene.silent = true;
    for (int i = 0; i < 10; i++) {
        char id[8];
        snprintf (id, sizeof id, "%c", 'a' + i);
        s_put (&scene, id, "", false, 70);
    }
    s_work (&scene);
    cr_expect_str_eq (scene.asked, "abcdefghij");
    for (int i = 0; i < 40; i++) {
        char id[8];
        snprintf (id, sizeof id, "k%02d", i);
        s_put (&scene, id, "", true, 70);
    }
    removal_wake (scene.removal, scene.now);
    s_work (&scene);
    cr_expect_eq (strlen (scene.gone), 40);
    s_expect_there (&scene, "abcdefghij");
    s_close (&scene);
}

Test (removal, keep_days_leave_to_it_what_was_asked_to_leave)
{
    struct job_record record = {.state = "done", .finished_at = 1, .removal_at = 5};
    struct retention_limits limits = {.days = 1};
    cr_expect_eq (retention_judge (&limits, &record, 0, INT64_MAX / 2), RETENTION_KEEP);
    record.removal_at = 0;
    cr_expect_eq (retention_judge (&limits, &record, 0, INT64_MAX / 2), RETENTION_EXPIRED);
}
