//  retention_test.c: which jobs may leave, in what order, and what a store that fails, a worker that is away
//  or silent, and a job that goes on after all change about it.
#include "test/support/processes/workplace.h"
#include "test/support/stores/retention_scene.h"

#include "broker/store/migrations.h"

#include <criterion/criterion.h>
#include <czmq.h>
#include <sqlite3.h>

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
    struct job_record stored = {
        .state = "done", .finished_at = RETENTION_SCENE_NOW - 31 * RETENTION_SCENE_DAY, .fetched_at = 1};
    snprintf (stored.result, sizeof stored.result, "sha256:");    //  the files service has a limit of its own
    cr_expect_eq (retention_judge (&(struct retention_limits){0, 1}, &stored, 1, RETENTION_SCENE_NOW),
                  RETENTION_KEEP);
    cr_expect_eq (retention_judge (&(struct retention_limits){30, 0}, &stored, 1, RETENTION_SCENE_NOW),
                  RETENTION_EXPIRED);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct retention_limits limits = {CASES[i].days, CASES[i].bytes};
        struct job_record record = {.finished_at = RETENTION_SCENE_NOW - CASES[i].ago * RETENTION_SCENE_DAY,
                                    .fetched_at = CASES[i].fetched_at};
        snprintf (record.state, sizeof record.state, "%s", CASES[i].state);
        snprintf (record.result, sizeof record.result, "%s", CASES[i].result ? CASES[i].result : "");
        cr_expect_eq (retention_judge (&limits, &record, CASES[i].excess, RETENTION_SCENE_NOW),
                      CASES[i].verdict, "case %zu: %s", i, CASES[i].why);
    }
}

Test (retention, without_limits_nothing_leaves_and_nothing_is_due)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 0, 0);
    retention_scene_put_several (&scene);
    cr_expect_eq (retention_scene_live (&scene, INT64_MAX - 1), 0);
    cr_expect_str_empty (scene.asked);
    cr_expect_str_empty (scene.gone);
    retention_scene_close (&scene);
}

Test (retention, what_is_too_old_leaves_in_the_order_of_its_end_and_a_result_before_its_job)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 30, 0);
    retention_scene_put_several (&scene);
    retention_scene_live (&scene, 30000);
    cr_expect_str_eq (scene.asked, "fb", "asked for %s", scene.asked);    //  d has no result
    cr_expect_eq (scene.gone_count, 3, "gone: %s", scene.gone);
    cr_expect (!retention_scene_has (&scene, "d") && !retention_scene_has (&scene, "f") &&
               !retention_scene_has (&scene, "b"));
    cr_expect (retention_scene_has (&scene, "a") && retention_scene_has (&scene, "c") &&
               retention_scene_has (&scene, "g") && retention_scene_has (&scene, "i"));
    retention_scene_close (&scene);
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
        struct retention_scene scene;
        retention_scene_open (&scene, "sqlite::memory:", CASES[i].days, CASES[i].bytes);
        retention_scene_put_several (&scene);
        retention_scene_live (&scene, 500000);    //  several rounds find no more
        cr_expect_str_eq (scene.asked, CASES[i].asked, "%d days, %d bytes: %s", (int) CASES[i].days,
                          (int) CASES[i].bytes, scene.asked);
        cr_expect (retention_scene_has (&scene, "a") && retention_scene_has (&scene, "c") &&
                   retention_scene_has (&scene, "i"));
        retention_scene_close (&scene);
    }
}

Test (retention, a_result_whose_host_is_away_stays_with_its_job_and_others_need_not_go_for_it)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 30, 25);
    retention_scene_put (&scene, "1far", "done", 50, false, 10);
    retention_scene_put (&scene, "2far", "done", 20, true, 10);
    retention_scene_put (&scene, "3", "done", 19, true, 10);
    retention_scene_put (&scene, "4", "done", 18, true, 10);
    retention_scene_live (&scene, 200000);
    //  40 bytes, 25 may stay: 1far and 2far go as soon as they can be reached, and that is enough.
    cr_expect_str_empty (scene.asked, "asked for %s", scene.asked);
    cr_expect_eq (retention_waiting (scene.retention), 2);
    cr_expect (retention_scene_has (&scene, "1far") && retention_scene_has (&scene, "2far"));
    retention_scene_close (&scene);
}

Test (retention, a_result_that_the_files_service_has_needs_no_worker_and_makes_no_room)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 30, 5);
    retention_scene_put (&scene, "1stored", "done", 50, false, 10);
    retention_scene_put (&scene, "2stored", "done", 20, true, 10);
    retention_scene_live (&scene, 200000);
    cr_expect_str_empty (scene.asked);
    cr_expect_str_eq (scene.gone, "1");
    cr_expect (retention_scene_has (&scene, "2stored"));
    retention_scene_close (&scene);
}

Test (retention, a_worker_that_comes_is_asked_soon)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 30, 0);
    retention_scene_put_several (&scene);
    scene.away = true;
    retention_scene_live (&scene, 20000);
    cr_expect_str_eq (scene.gone, "d");
    cr_expect_eq (retention_waiting (scene.retention), 2);
    scene.away = false;
    retention_wake (scene.retention, scene.now);
    retention_scene_live (&scene, scene.now + RETENTION_WAKE_MS);
    cr_expect_eq (scene.gone_count, 3, "gone: %s", scene.gone);
    cr_expect_eq (retention_waiting (scene.retention), 0);
    retention_scene_close (&scene);
}

Test (retention, only_the_answer_to_what_was_asked_counts)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 30, 0);
    retention_scene_put_several (&scene);
    scene.silent = true;
    retention_scene_live (&scene, 30000);
    cr_expect_str_eq (scene.asked, "fb");
    retention_hear (scene.retention, "a", 1, "near");    //  never asked for
    retention_hear (scene.retention, "nobody", 1, "near");
    retention_hear (scene.retention, "f", 2, "near");    //  another attempt
    retention_hear (scene.retention, "f", 1, "elsewhere");
    retention_scene_live (&scene, 40000);
    cr_expect_str_eq (scene.gone, "d");
    retention_hear (scene.retention, "f", 1, "near");
    retention_hear (scene.retention, "f", 1, "near");    //  twice
    retention_scene_live (&scene, 50000);
    cr_expect_str_eq (scene.gone, "df");
    cr_expect (retention_scene_has (&scene, "a") && retention_scene_has (&scene, "b"));
    retention_scene_live (&scene, 70000);    //  the next round asks again
    cr_expect_str_eq (scene.asked, "fbb");
    retention_scene_close (&scene);
}

Test (retention, a_job_that_goes_on_after_all_is_not_forgotten)
{
    struct retention_scene scene;
    struct error error;
    struct store_job job;
    retention_scene_open (&scene, "sqlite::memory:", 30, 0);
    retention_scene_put (&scene, "a", "done", 40, false, 10);
    scene.silent = true;
    retention_scene_live (&scene, 30000);
    cr_assert_str_eq (scene.asked, "a");
    cr_assert_eq (store_find (scene.store, "a", &job, &error), DMH_OK);
    snprintf (job.record.state, sizeof job.record.state, "queued");
    cr_assert_eq (store_begin (scene.store, &error), DMH_OK);
    cr_assert_eq (store_change (scene.store, &job.record, 0, &error), DMH_OK);
    cr_assert_eq (store_commit (scene.store, &error), DMH_OK);
    store_job_clear (&job);
    retention_hear (scene.retention, "a", 1, "near");
    retention_scene_live (&scene, 300000);
    cr_expect_str_empty (scene.gone);
    cr_expect (retention_scene_has (&scene, "a"));
    retention_scene_close (&scene);
}

Test (retention, many_leave_in_one_round_a_few_at_a_time)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 30, 0);
    retention_scene_put_many (&scene, 1000);
    cr_expect_geq (retention_scene_live (&scene, 30000), 1000 / 32);
    cr_expect_eq (scene.gone_count, 1000);
    cr_expect_eq (scene.asked_count, 1000, "each is asked for once");
    cr_expect_leq (scene.most_in_flight, 128);
    retention_scene_close (&scene);
}

Test (retention, workers_that_do_not_answer_get_no_flood_and_hold_up_nobody_for_ever)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 30, 0);
    retention_scene_put_many (&scene, 1000);
    scene.silent = true;
    retention_scene_live (&scene, 5000);
    cr_expect_leq (scene.asked_count, 128);
    retention_scene_live (&scene, 5000 + 2 * RETENTION_PATIENCE_MS);
    cr_expect_leq (scene.asked_count, 3 * 128);
    cr_expect_gt (scene.asked_count, 128, "others are asked for meanwhile");
    scene.silent = false;
    retention_scene_live (&scene, 5000 + 30 * RETENTION_PATIENCE_MS);
    cr_expect_eq (scene.gone_count, 1000);
    retention_scene_close (&scene);
}

Test (retention, a_store_that_fails_at_its_nth_call_forgets_nothing_that_is_told_and_is_asked_again)
{
    int n = 0;
    for (bool failed = true; failed;) {
        struct retention_scene scene;
        retention_scene_open (&scene, "sqlite::memory:", 30, 30);
        retention_scene_put_several (&scene);
        scene.failing.calls = ++n;
        retention_scene_live (&scene, 20000);
        failed = scene.failing.failed;
        retention_scene_live (&scene, 300000);
        cr_expect_eq (scene.gone_count, 4, "call %d: %s", n, scene.gone);    //  b, d, f, j
        cr_expect (retention_scene_has (&scene, "a") && retention_scene_has (&scene, "e") &&
                   retention_scene_has (&scene, "h"));
        uint64_t bytes = 0;
        cr_expect_eq (store_result_bytes (scene.store, &bytes, NULL), DMH_OK);
        cr_expect_eq (bytes, 30);
        retention_scene_close (&scene);
    }
    cr_expect_gt (n, 10);
}

//  A store as the version before had it: what was done there has no end that can be searched for.
Test (retention, jobs_of_a_store_of_the_first_version_leave_too)
{
    static const char ASIDE[] =
        "CREATE TABLE kept AS SELECT * FROM jobs; DROP TABLE jobs; DROP TABLE job_counts; DROP TABLE results;"
        "DROP TABLE owner_counts; DROP TABLE batches; DROP TABLE batch_jobs; DROP TABLE follows;"
        "DROP TABLE ended_counts; DROP TABLE owner_ended_counts; DROP TABLE batch_sums;"
        "DROP TABLE job_files; DROP TABLE files_noted;";
    static const char BACK[] =
        "INSERT INTO jobs SELECT sequence, job, submit_key, place, state, tries, input, options, record"
        " FROM kept; DROP TABLE kept; PRAGMA user_version = 1;";
    struct workplace place;
    char url[600], path[512];
    sqlite3 *db = NULL;
    struct retention_scene scene;
    workplace_make (&place);
    snprintf (path, sizeof path, "%s/jobs.db", place.folder);
    snprintf (url, sizeof url, "sqlite:%s", path);
    retention_scene_open (&scene, url, 0, 0);
    retention_scene_put_several (&scene);
    retention_scene_close (&scene);
    cr_assert_eq (sqlite3_open (path, &db), SQLITE_OK);
    const char *const steps[] = {ASIDE, MIGRATIONS[0], BACK};
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq (sqlite3_exec (db, steps[i], NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg (db));
    sqlite3_close (db);
    retention_scene_open (&scene, url, 30, 39);
    uint64_t bytes = 1;
    cr_assert_eq (store_result_bytes (scene.store, &bytes, NULL), DMH_OK);
    cr_assert_eq (bytes, 0, "nothing of it is noted yet");
    retention_scene_live (&scene, 30000);
    cr_expect_str_eq (scene.asked, "fbj", "asked for %s", scene.asked);
    cr_expect_eq (scene.gone_count, 4);
    cr_assert_eq (store_result_bytes (scene.store, &bytes, NULL), DMH_OK);
    cr_expect_eq (bytes, 30);
    retention_scene_close (&scene);
    workplace_remove (&place);
}
