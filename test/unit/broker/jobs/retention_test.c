//  retention_test.c: which jobs may leave, in what order, and what a store that fails, a worker that is away
//  or silent, and a job that goes on after all change about it.
#include "test/support/processes/workplace.h"
#include "test/support/stores/failing_store.h"

#include "broker/jobs/retention.h"
#include "broker/store/migrations.h"

#include <criterion/criterion.h>
#include <czmq.h>
#include <sqlite3.h>

static const int64_t DAY = 86400000, NOW = 1000 * (int64_t) 86400000;

Test (retention, what_may_leave_is_too_old_or_fetched_and_in_the_way)
{
    static const struct {
        const char *state;
        int64_t ago, fetched_at;
        uint64_t days, bytes, excess;
        enum retention_verdict verdict;
        const char *why;
        const char *result;
    } CASES[] = {
        {"done", 31, 0, 30, 0, 0, RETENTION_EXPIRED, "older than that, though nobody fetched it", NULL},
        {"done", 31, 1, 30, 0, 0, RETENTION_EXPIRED, "older than that, and fetched", NULL},
        {"failed", 31, 0, 30, 0, 0, RETENTION_EXPIRED, "a failed one", NULL},
        {"cancelled", 31, 0, 30, 0, 0, RETENTION_EXPIRED, "a cancelled one", NULL},
        {"done", 30, 1, 30, 0, 0, RETENTION_KEEP, "not older than that: just as old", NULL},
        {"done", 29, 1, 30, 0, 0, RETENTION_KEEP, "younger, though fetched", NULL},
        {"queued", 31, 1, 30, 1, 1, RETENTION_KEEP, "it is queued", NULL},
        {"running", 31, 1, 30, 1, 1, RETENTION_KEEP, "it runs", NULL},
        {"something", 31, 1, 30, 1, 1, RETENTION_KEEP, "no known state", NULL},
        {"done", 900, 1, 0, 0, 0, RETENTION_KEEP, "there is no limit", NULL},
        {"done", 900, 1, 0, 0, 5, RETENTION_KEEP, "there is no limit to exceed", NULL},
        {"done", 900, 1, 0, 100, 0, RETENTION_KEEP, "there is room", NULL},
        {"done", 1, 1, 0, 100, 1, RETENTION_FOR_ROOM, "fetched, and a byte too many is there", "file:///r"},
        {"done", 1, 1, 30, 100, 1, RETENTION_FOR_ROOM, "the same with days", "file:///r"},
        {"failed", 1, 1, 30, 100, 1, RETENTION_FOR_ROOM, "a check failed it, and it has a result",
         "file:///r"},
        {"cancelled", 1, 1, 30, 100, 1, RETENTION_KEEP, "a cancelled one has no result", "file:///r"},
        {"done", 1, 0, 30, 100, 1, RETENTION_KEEP, "not fetched within its time", "file:///r"},
        {"done", 900, 0, 0, 100, 1, RETENTION_KEEP, "not fetched, and its time is for ever", "file:///r"},
        {"failed", 1, 1, 0, 100, 1, RETENTION_KEEP, "it has no result that takes room", NULL},
        {"done", 31, 0, 30, 100, 1, RETENTION_EXPIRED, "too old comes first", NULL},
        {"done", 999, 0, UINT64_MAX, 0, 0, RETENTION_KEEP, "more days than there are", NULL},
    };
    struct job_record stored = {.state = "done", .finished_at = NOW - 31 * DAY, .fetched_at = 1};
    snprintf (stored.result, sizeof stored.result, "sha256:");    //  the files service has a limit of its own
    cr_expect_eq (retention_judge (&(struct retention_limits){0, 1}, &stored, 1, NOW), RETENTION_KEEP);
    cr_expect_eq (retention_judge (&(struct retention_limits){30, 0}, &stored, 1, NOW), RETENTION_EXPIRED);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct retention_limits limits = {CASES[i].days, CASES[i].bytes};
        struct job_record record = {.finished_at = NOW - CASES[i].ago * DAY,
                                    .fetched_at = CASES[i].fetched_at};
        snprintf (record.state, sizeof record.state, "%s", CASES[i].state);
        snprintf (record.result, sizeof record.result, "%s", CASES[i].result ? CASES[i].result : "");
        cr_expect_eq (retention_judge (&limits, &record, CASES[i].excess, NOW), CASES[i].verdict,
                      "case %zu: %s", i, CASES[i].why);
    }
}

//  Retention over a store, with workers that are there, away, or silent.
struct scene {
    struct failing_store failing;
    store_t *store;
    retention_t *retention;
    int64_t now;
    bool away, silent;
    char asked[512], gone[512];    //  the jobs in order, by their one letter; of more there is the number
    size_t asked_count, gone_count, in_flight, most_in_flight;
    zlistx_t *answers;
};

static void s_note (char *out, size_t *count, const char *job)
{
    if (*count < 500)
        out[*count] = *job;
    (*count)++;
}

static bool s_ask (void *context, const struct job_record *record)
{
    struct scene *self = context;
    cr_assert_str_eq (record->state, "done");
    if (self->away || streq (record->host, "far"))
        return false;
    s_note (self->asked, &self->asked_count, record->job);
    if (++self->in_flight > self->most_in_flight)
        self->most_in_flight = self->in_flight;
    if (!self->silent)
        zlistx_add_end (self->answers, strdup (record->job));
    return true;
}

static void s_gone (void *context, const struct leaving *leaving)
{
    struct scene *self = context;
    struct store_job found;
    cr_assert_eq (store_find (self->store, leaving->job, &found, NULL), DMH_NOT_FOUND);
    s_note (self->gone, &self->gone_count, leaving->job);
}

static void s_free_text (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

static void s_open (struct scene *self, const char *url, uint64_t days, uint64_t bytes)
{
    struct error error = {.code = DMH_OK};
    *self = (struct scene){.failing = {.base = {.driver = &failing_store_driver}}, .now = 5000};
    self->store = self->failing.inner = store_open (url, &error);
    cr_assert_not_null (self->store, "%s", error.text);
    self->answers = zlistx_new ();
    zlistx_set_destructor (self->answers, s_free_text);
    self->retention = retention_new (
        &self->failing.base, &(struct retention_actions){.context = self, .ask = s_ask, .gone = s_gone});
    cr_assert_not_null (self->retention);
    retention_limit (self->retention, &(struct retention_limits){days, bytes});
}

static void s_close (struct scene *self)
{
    retention_destroy (&self->retention);
    zlistx_destroy (&self->answers);
    store_close (&self->store);
}

//  A job that ended some days ago at host "near"; one with bytes is done.
static void s_put (struct scene *self, const char *id, const char *state, int64_t ago, bool fetched,
                   uint64_t bytes)
{
    struct error error = {.code = DMH_OK};
    struct output output = {.name = "records.csv", .bytes = bytes};
    struct store_job job = {.record = {.state = "queued", .host = "near", .attempt = 1}};
    snprintf (job.record.job, ID_BYTES, "%s", id);
    snprintf (job.submit_key, ID_BYTES, "%s", id);
    snprintf (job.input.uri, sizeof job.input.uri, "file:///in.csv");
    snprintf (job.input.name, sizeof job.input.name, "in.csv");
    cr_assert_eq (store_begin (self->store, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_add (self->store, &job, &error), DMH_OK, "%s", error.text);
    snprintf (job.record.state, sizeof job.record.state, "%s", state);
    if (streq (state, "done"))
        snprintf (job.record.result, sizeof job.record.result, "file:///results/%s.1", id);
    if (strstr (id, "stored"))
        snprintf (job.record.result, sizeof job.record.result, "sha256:");
    if (strstr (id, "far"))
        snprintf (job.record.host, sizeof job.record.host, "far");
    job.record.finished_at = NOW - ago * DAY;
    job.record.fetched_at = fetched ? NOW : 0;
    job.record.outputs = &output;
    job.record.outputs_count = 1;
    cr_assert_eq (store_change (self->store, &job.record, 1, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (self->store, &error), DMH_OK, "%s", error.text);
}

static void s_answer (struct scene *self)
{
    for (char *job; (job = zlistx_detach (self->answers, NULL)); free (job)) {
        retention_hear (self->retention, job, 1, "near");
        self->in_flight--;
    }
}

//  As the loop does: a step whenever one is due, and the workers' answers after it, until `until`. Time goes
//  on to when a step is due.
static size_t s_live (struct scene *self, int64_t until)
{
    size_t steps = 0;
    int64_t due;
    while ((due = retention_due (self->retention)) <= until) {
        struct error error = {.code = DMH_OK};
        self->now = due > self->now ? due : self->now;
        int rc = retention_step (self->retention, self->now, NOW, &error);
        cr_assert (rc == DMH_OK || self->failing.failed, "%s", error.text);
        s_answer (self);
        cr_assert_lt (++steps, 100000, "it never rests");
    }
    self->now = until;
    return steps;
}

static bool s_has (struct scene *self, const char *job)
{
    struct store_job found;
    int rc = store_find (self->store, job, &found, NULL);
    if (rc == DMH_OK)
        store_job_clear (&found);
    return rc == DMH_OK;
}

static void s_put_several (struct scene *self)
{
    s_put (self, "a", "done", 9, false, 10);
    s_put (self, "b", "done", 40, false, 10);
    s_put (self, "c", "running", 50, false, 0);
    s_put (self, "d", "failed", 60, false, 0);
    s_put (self, "e", "done", 5, true, 10);
    s_put (self, "f", "done", 50, true, 10);
    s_put (self, "g", "cancelled", 3, false, 0);
    s_put (self, "h", "done", 2, true, 10);
    s_put (self, "i", "queued", 70, false, 0);
    s_put (self, "j", "done", 8, true, 10);
}

Test (retention, without_limits_nothing_leaves_and_nothing_is_due)
{
    struct scene scene;
    s_open (&scene, "sqlite::memory:", 0, 0);
    s_put_several (&scene);
    cr_expect_eq (s_live (&scene, INT64_MAX - 1), 0);
    cr_expect_str_empty (scene.asked);
    cr_expect_str_empty (scene.gone);
    s_close (&scene);
}

Test (retention, what_is_too_old_leaves_in_the_order_of_its_end_and_a_result_before_its_job)
{
    struct scene scene;
    s_open (&scene, "sqlite::memory:", 30, 0);
    s_put_several (&scene);
    s_live (&scene, 30000);
    cr_expect_str_eq (scene.asked, "fb", "asked for %s", scene.asked);    //  d has no result
    cr_expect_eq (scene.gone_count, 3, "gone: %s", scene.gone);
    cr_expect (!s_has (&scene, "d") && !s_has (&scene, "f") && !s_has (&scene, "b"));
    cr_expect (s_has (&scene, "a") && s_has (&scene, "c") && s_has (&scene, "g") && s_has (&scene, "i"));
    s_close (&scene);
}

Test (retention, fetched_results_make_room_the_first_to_end_first_and_no_more_than_needed)
{
    static const struct {
        uint64_t days, bytes;
        const char *asked;
    } CASES[] = {
        {0, 60, ""},     {0, 59, "f"},     {0, 50, "f"}, {0, 49, "fj"},
        {0, 35, "fje"},  {0, 20, "fjeh"},    //  what nobody has fetched stays, however much it takes
        {0, 1, "fjeh"},  {30, 40, "fb"},     //  the old ones make room enough
        {30, 39, "fbj"}, {30, 1, "fbjeh"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct scene scene;
        s_open (&scene, "sqlite::memory:", CASES[i].days, CASES[i].bytes);
        s_put_several (&scene);
        s_live (&scene, 500000);    //  several rounds find no more
        cr_expect_str_eq (scene.asked, CASES[i].asked, "%d days, %d bytes: %s", (int) CASES[i].days,
                          (int) CASES[i].bytes, scene.asked);
        cr_expect (s_has (&scene, "a") && s_has (&scene, "c") && s_has (&scene, "i"));
        s_close (&scene);
    }
}

Test (retention, a_result_whose_host_is_away_stays_with_its_job_and_others_need_not_go_for_it)
{
    struct scene scene;
    s_open (&scene, "sqlite::memory:", 30, 25);
    s_put (&scene, "1far", "done", 50, false, 10);
    s_put (&scene, "2far", "done", 20, true, 10);
    s_put (&scene, "3", "done", 19, true, 10);
    s_put (&scene, "4", "done", 18, true, 10);
    s_live (&scene, 200000);
    //  40 bytes, 25 may stay: 1far and 2far go as soon as they can be reached, and that is enough.
    cr_expect_str_empty (scene.asked, "asked for %s", scene.asked);
    cr_expect_eq (retention_waiting (scene.retention), 2);
    cr_expect (s_has (&scene, "1far") && s_has (&scene, "2far"));
    s_close (&scene);
}

Test (retention, a_result_that_the_files_service_has_needs_no_worker_and_makes_no_room)
{
    struct scene scene;
    s_open (&scene, "sqlite::memory:", 30, 5);
    s_put (&scene, "1stored", "done", 50, false, 10);
    s_put (&scene, "2stored", "done", 20, true, 10);
    s_live (&scene, 200000);
    cr_expect_str_empty (scene.asked);
    cr_expect_str_eq (scene.gone, "1");
    cr_expect (s_has (&scene, "2stored"));
    s_close (&scene);
}

Test (retention, a_worker_that_comes_is_asked_soon)
{
    struct scene scene;
    s_open (&scene, "sqlite::memory:", 30, 0);
    s_put_several (&scene);
    scene.away = true;
    s_live (&scene, 20000);
    cr_expect_str_eq (scene.gone, "d");
    cr_expect_eq (retention_waiting (scene.retention), 2);
    scene.away = false;
    retention_wake (scene.retention, scene.now);
    s_live (&scene, scene.now + RETENTION_WAKE_MS);
    cr_expect_eq (scene.gone_count, 3, "gone: %s", scene.gone);
    cr_expect_eq (retention_waiting (scene.retention), 0);
    s_close (&scene);
}

Test (retention, only_the_answer_to_what_was_asked_counts)
{
    struct scene scene;
    s_open (&scene, "sqlite::memory:", 30, 0);
    s_put_several (&scene);
    scene.silent = true;
    s_live (&scene, 30000);
    cr_expect_str_eq (scene.asked, "fb");
    retention_hear (scene.retention, "a", 1, "near");    //  never asked for
    retention_hear (scene.retention, "nobody", 1, "near");
    retention_hear (scene.retention, "f", 2, "near");    //  another attempt
    retention_hear (scene.retention, "f", 1, "elsewhere");
    s_live (&scene, 40000);
    cr_expect_str_eq (scene.gone, "d");
    retention_hear (scene.retention, "f", 1, "near");
    retention_hear (scene.retention, "f", 1, "near");    //  twice
    s_live (&scene, 50000);
    cr_expect_str_eq (scene.gone, "df");
    cr_expect (s_has (&scene, "a") && s_has (&scene, "b"));
    s_live (&scene, 70000);    //  the next round asks again
    cr_expect_str_eq (scene.asked, "fbb");
    s_close (&scene);
}

Test (retention, a_job_that_goes_on_after_all_is_not_forgotten)
{
    struct scene scene;
    struct error error;
    struct store_job job;
    s_open (&scene, "sqlite::memory:", 30, 0);
    s_put (&scene, "a", "done", 40, false, 10);
    scene.silent = true;
    s_live (&scene, 30000);
    cr_assert_str_eq (scene.asked, "a");
    cr_assert_eq (store_find (scene.store, "a", &job, &error), DMH_OK);
    snprintf (job.record.state, sizeof job.record.state, "queued");
    cr_assert_eq (store_begin (scene.store, &error), DMH_OK);
    cr_assert_eq (store_change (scene.store, &job.record, 0, &error), DMH_OK);
    cr_assert_eq (store_commit (scene.store, &error), DMH_OK);
    store_job_clear (&job);
    retention_hear (scene.retention, "a", 1, "near");
    s_live (&scene, 300000);
    cr_expect_str_empty (scene.gone);
    cr_expect (s_has (&scene, "a"));
    s_close (&scene);
}

static void s_put_many (struct scene *self, int count)
{
    for (int i = 0; i < count; i++) {
        char id[ID_BYTES];
        snprintf (id, sizeof id, "%dth", i);
        s_put (self, id, "done", 40, false, 10);
    }
}

Test (retention, many_leave_in_one_round_a_few_at_a_time)
{
    struct scene scene;
    s_open (&scene, "sqlite::memory:", 30, 0);
    s_put_many (&scene, 1000);
    cr_expect_geq (s_live (&scene, 30000), 1000 / 32);
    cr_expect_eq (scene.gone_count, 1000);
    cr_expect_eq (scene.asked_count, 1000, "each is asked for once");
    cr_expect_leq (scene.most_in_flight, 128);
    s_close (&scene);
}

Test (retention, workers_that_do_not_answer_get_no_flood_and_hold_up_nobody_for_ever)
{
    struct scene scene;
    s_open (&scene, "sqlite::memory:", 30, 0);
    s_put_many (&scene, 1000);
    scene.silent = true;
    s_live (&scene, 5000);
    cr_expect_leq (scene.asked_count, 128);
    s_live (&scene, 5000 + 2 * RETENTION_PATIENCE_MS);
    cr_expect_leq (scene.asked_count, 3 * 128);
    cr_expect_gt (scene.asked_count, 128, "others are asked for meanwhile");
    scene.silent = false;
    s_live (&scene, 5000 + 30 * RETENTION_PATIENCE_MS);
    cr_expect_eq (scene.gone_count, 1000);
    s_close (&scene);
}

Test (retention, a_store_that_fails_at_its_nth_call_forgets_nothing_that_is_told_and_is_asked_again)
{
    int n = 0;
    for (bool failed = true; failed;) {
        struct scene scene;
        s_open (&scene, "sqlite::memory:", 30, 30);
        s_put_several (&scene);
        scene.failing.calls = ++n;
        s_live (&scene, 20000);
        failed = scene.failing.failed;
        s_live (&scene, 300000);
        cr_expect_eq (scene.gone_count, 4, "call %d: %s", n, scene.gone);    //  b, d, f, j
        cr_expect (s_has (&scene, "a") && s_has (&scene, "e") && s_has (&scene, "h"));
        uint64_t bytes = 0;
        cr_expect_eq (store_result_bytes (scene.store, &bytes, NULL), DMH_OK);
        cr_expect_eq (bytes, 30);
        s_close (&scene);
    }
    cr_expect_gt (n, 10);
}

//  A store as the version before had it: what was done there has no end that can be searched for.
Test (retention, jobs_of_a_store_of_the_first_version_leave_too)
{
    static const char ASIDE[] =
        "CREATE TABLE kept AS SELECT * FROM jobs; DROP TABLE jobs; DROP TABLE job_counts; DROP TABLE results;"
        "DROP TABLE owner_counts; DROP TABLE batches; DROP TABLE batch_jobs; DROP TABLE follows;";
    static const char BACK[] =
        "INSERT INTO jobs SELECT sequence, job, submit_key, place, state, tries, input, options, record"
        " FROM kept; DROP TABLE kept; PRAGMA user_version = 1;";
    struct workplace place;
    char url[600], path[512];
    sqlite3 *db = NULL;
    struct scene scene;
    workplace_make (&place);
    snprintf (path, sizeof path, "%s/jobs.db", place.folder);
    snprintf (url, sizeof url, "sqlite:%s", path);
    s_open (&scene, url, 0, 0);
    s_put_several (&scene);
    s_close (&scene);
    cr_assert_eq (sqlite3_open (path, &db), SQLITE_OK);
    const char *const steps[] = {ASIDE, MIGRATIONS[0], BACK};
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq (sqlite3_exec (db, steps[i], NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg (db));
    sqlite3_close (db);
    s_open (&scene, url, 30, 39);
    uint64_t bytes = 1;
    cr_assert_eq (store_result_bytes (scene.store, &bytes, NULL), DMH_OK);
    cr_assert_eq (bytes, 0, "nothing of it is noted yet");
    s_live (&scene, 30000);
    cr_expect_str_eq (scene.asked, "fbj", "asked for %s", scene.asked);
    cr_expect_eq (scene.gone_count, 4);
    cr_assert_eq (store_result_bytes (scene.store, &bytes, NULL), DMH_OK);
    cr_expect_eq (bytes, 30);
    s_close (&scene);
    workplace_remove (&place);
}
