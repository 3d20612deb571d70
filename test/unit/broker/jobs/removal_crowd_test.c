//  removal_crowd_test.c: many jobs that are to leave at once: they are searched for a few at a time, workers
//  are not flooded, and what happens in the middle of a search loses none.
#include "test/support/stores/removal_scene.h"

#include <criterion/criterion.h>
#include <string.h>

//  More than are looked at together, each called by one letter.
static const char MANY[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn";
enum { LOOKED_AT = 32, UNDER_WAY_MAX = 128 };

static void s_put_many (struct removal_scene *scene, bool stored)
{
    for (const char *id = MANY; *id; id++)
        removal_scene_put (scene, (const char[]){*id, 0}, "", stored, 70);
}

static void s_step (struct removal_scene *scene)
{
    struct error error = {.code = DMH_OK};
    removal_step (scene->removal, scene->now, &error);
}

static void s_hear (struct removal_scene *scene, const char *jobs)
{
    for (; *jobs; jobs++)
        removal_hear (scene->removal, (const char[]){*jobs, 0}, 1, "near");
}

Test (removal_crowd, answers_count_though_the_search_went_on_meanwhile)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.silent = true;
    s_put_many (&scene, false);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.asked, MANY);
    s_hear (&scene, MANY);
    removal_scene_work (&scene);
    cr_expect_eq (strlen (scene.gone), strlen (MANY));
    removal_scene_expect_there (&scene, "");
    removal_scene_close (&scene);
}

//  By the time of their end, and of those that ended together by their number.
Test (removal_crowd, a_search_goes_on_behind_the_last_that_it_found)
{
    for (int64_t apart = 0; apart < 2; apart++) {
        struct removal_scene scene;
        removal_scene_open (&scene);
        scene.away = true;
        for (size_t i = 0; MANY[i]; i++) {
            struct store_job job = removal_scene_job ((const char[]){MANY[i], 0}, "", false, 70);
            job.record.finished_at = 1 + apart * (int64_t) i;
            removal_scene_add (&scene, &job);
        }
        removal_scene_work (&scene);
        scene.away = false;
        scene.now += REMOVAL_AGAIN_MS;
        removal_scene_work (&scene);
        cr_expect_str_eq (scene.asked, MANY);
        cr_expect_eq (strlen (scene.gone), strlen (MANY));
        removal_scene_close (&scene);
    }
}

Test (removal_crowd, a_worker_that_comes_in_the_middle_of_a_search_is_asked_at_its_end)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.away = true;
    s_put_many (&scene, false);
    s_step (&scene);
    removal_wake (scene.removal, scene.now);
    scene.away = false;
    removal_scene_work (&scene);
    cr_expect_eq (strlen (scene.asked), strlen (MANY));
    cr_expect_eq (strlen (scene.gone), strlen (MANY));
    removal_scene_close (&scene);
}

//  Those whose worker says nothing are given up after a while, so that the others are found; and asked again
//  by the next search.
Test (removal_crowd, no_more_are_under_way_than_workers_can_answer_and_silent_ones_hold_up_nobody)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.silent = true;
    for (int i = 0; i < 150; i++) {
        char id[8];
        snprintf (id, sizeof id, "n%03d", i);
        removal_scene_put (&scene, id, "", false, 70);
    }
    for (int i = 0; i < 5; i++)
        removal_scene_put (&scene, (const char[]){(char) ('a' + i), 0}, "", true, 70);
    removal_scene_work (&scene);
    cr_expect_eq (strlen (scene.asked), UNDER_WAY_MAX);
    cr_expect_str_eq (scene.gone, "");
    scene.now = removal_due (scene.removal);
    cr_expect_eq (scene.now, 5000 + REMOVAL_AGAIN_MS);
    removal_scene_work (&scene);
    cr_expect_eq (strlen (scene.asked), 150);
    cr_expect_eq (strlen (scene.gone), 5);
    cr_expect_eq (removal_due (scene.removal), scene.now + REMOVAL_AGAIN_MS);
    removal_scene_close (&scene);
}

//  A search goes on where it was, though those that were asked are given up.
Test (removal_crowd, a_slow_search_asks_each_once)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.silent = true;
    s_put_many (&scene, false);
    s_step (&scene);
    cr_expect_eq (strlen (scene.asked), LOOKED_AT);
    scene.now += REMOVAL_AGAIN_MS;
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.asked, MANY);
    removal_scene_close (&scene);
}

Test (removal_crowd, a_worker_s_answer_is_not_forgotten_by_the_steps_of_others)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.silent = true;
    removal_scene_put (&scene, "a", "", false, 70);
    removal_scene_put (&scene, "b", "io", true, 70);
    removal_scene_put (&scene, "c", "", false, 0);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.gone, "b");
    s_hear (&scene, "a");
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.asked, "a");
    cr_expect_str_eq (scene.gone, "ba");
    removal_scene_close (&scene);
}

Test (removal_crowd, however_many_leave_one_after_the_other_there_is_room_for_the_next)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    for (int i = 0; i < 200; i++) {
        char id[8];
        snprintf (id, sizeof id, "s%03d", i);
        removal_scene_put (&scene, id, "", true, 70);
    }
    removal_scene_work (&scene);
    cr_expect_eq (strlen (scene.gone), 200);
    cr_expect_eq (removal_due (scene.removal), INT64_MAX);
    removal_scene_close (&scene);
}

Test (removal_crowd, a_store_that_fails_in_the_middle_of_a_search_has_it_begun_anew)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.silent = true;
    s_put_many (&scene, false);
    s_step (&scene);
    scene.failing.calls = 1;
    removal_scene_work (&scene);
    cr_assert (scene.failing.failed);
    cr_expect_eq (strlen (scene.asked), LOOKED_AT);
    cr_expect_eq (removal_due (scene.removal), scene.now + REMOVAL_AGAIN_MS);
    s_hear (&scene, MANY);    //  nobody is asked any more
    scene.silent = false;
    scene.now += REMOVAL_AGAIN_MS;
    removal_scene_work (&scene);
    cr_expect_eq (strlen (scene.asked), LOOKED_AT + strlen (MANY));
    cr_expect_eq (strlen (scene.gone), strlen (MANY));
    removal_scene_close (&scene);
}

Test (removal_crowd, a_broker_may_end_in_the_middle_of_a_walk)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    removal_scene_put (&scene, "a", "io", true, 70);
    for (int i = 0; i < 100; i++) {
        char id[8];
        snprintf (id, sizeof id, "x%02d", i);
        removal_scene_put (&scene, id, "", true, 0);
    }
    s_step (&scene);
    cr_expect_eq (removal_due (scene.removal), 0, "it has not walked over all of them");
    cr_expect_str_eq (scene.swept, "");
    removal_scene_close (&scene);
}

//  While the files service removes those of one, others wait: their files are looked at anew.
Test (removal_crowd, one_sweep_is_under_way_at_a_time)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.slow_files = true;
    removal_scene_put (&scene, "a", "i", true, 70);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "i");
    removal_scene_put (&scene, "b", "o", true, 70);
    removal_wake (scene.removal, scene.now);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "i");
    removal_swept (scene.removal, true, scene.now);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.gone, "a");
    cr_expect_str_eq (scene.swept, "io");
    removal_swept (scene.removal, true, scene.now);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.gone, "ab");
    removal_scene_close (&scene);
}

Test (removal_crowd, a_second_answer_that_comes_late_changes_nothing)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.slow_files = true;
    removal_scene_put (&scene, "a", "i", false, 70);
    removal_scene_work (&scene);
    s_hear (&scene, "a");
    removal_swept (scene.removal, true, scene.now);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "i");
    cr_expect_str_eq (scene.gone, "a");
    removal_scene_close (&scene);
}

//  The word of a sweep that is under way is still awaited.
Test (removal_crowd, a_store_that_fails_while_files_are_removed_begins_no_second_sweep)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.slow_files = true;
    removal_scene_put (&scene, "a", "i", true, 70);
    removal_scene_work (&scene);
    scene.failing.calls = 1;
    removal_wake (scene.removal, scene.now);
    removal_scene_work (&scene);
    cr_assert (scene.failing.failed);
    scene.now += REMOVAL_AGAIN_MS;
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "i");
    removal_swept (scene.removal, true, scene.now);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "ii");
    removal_swept (scene.removal, true, scene.now);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.gone, "a");
    removal_scene_close (&scene);
}

Test (removal_crowd, a_failed_job_without_a_result_asks_no_worker)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    struct store_job job = removal_scene_job ("a", "", false, 70);
    snprintf (job.record.state, sizeof job.record.state, "failed");
    job.record.result[0] = 0;
    removal_scene_add (&scene, &job);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.asked, "");
    cr_expect_str_eq (scene.gone, "a");
    removal_scene_close (&scene);
}

//  s and t are tables of the job that leaves alone, u and w of both, v and x of the other.
Test (removal_crowd, the_tables_of_a_mapping_leave_with_the_last_job_that_joins_them)
{
    static const char *const TABLES[] = {"sutw", "wvxu"};
    struct removal_scene scene;
    removal_scene_open (&scene);
    for (size_t j = 0; j < 2; j++) {
        struct store_job job =
            removal_scene_job ((const char[]){(char) ('a' + j), 0}, "", true, j == 0 ? 70 : 0);
        job.options.mapping = strdup ("{}");
        job.options.tables_count = 4;
        job.options.tables = calloc (4, sizeof *job.options.tables);
        cr_assert (job.options.mapping && job.options.tables);
        for (size_t i = 0; i < 4; i++)
            job.options.tables[i].sha256[0] = TABLES[j][i];
        removal_scene_add (&scene, &job);
    }
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "st");
    cr_expect_str_eq (scene.gone, "a");
    removal_scene_close (&scene);
}
