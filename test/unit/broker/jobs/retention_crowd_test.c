//  retention_crowd_test.c: many jobs that leave, and limits, stores and workers that change in between: none
//  is asked for too often, none more leaves than has to.
#include "test/support/stores/retention_scene.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { BEGIN = 5000, UNDER_WAY_MAX = 128 };

static void s_put_young (struct retention_scene *scene, int count)
{
    for (int i = 0; i < count; i++) {
        char id[ID_BYTES];
        snprintf (id, sizeof id, "young-%d", i);
        retention_scene_put (scene, id, "done", 1, true, 10);
    }
}

//  70 old ones and 5 young ones of 10 bytes each: most of the old are gone when the young are looked at, and
//  30 bytes may stay, which is 2 young ones too many.
Test (retention_crowd, old_ones_that_are_gone_already_make_no_room_twice)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 30, 30);
    retention_scene_put_many (&scene, 70);
    s_put_young (&scene, 5);
    retention_scene_live (&scene, BEGIN + RETENTION_ROUND_MS - 1);
    cr_expect_eq (scene.asked_count, 72);
    cr_expect_eq (scene.gone_count, 72);
    retention_scene_live (&scene, BEGIN + 3 * RETENTION_ROUND_MS);
    cr_expect_eq (scene.gone_count, 72);
    retention_scene_close (&scene);
}

//  Notes, old ones, room, and the answer; the other 198 are not looked at.
Test (retention_crowd, a_search_for_room_ends_where_there_is_enough)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 0, 200 * 10 - 15);
    s_put_young (&scene, 200);
    cr_expect_leq (retention_scene_live (&scene, BEGIN + RETENTION_ROUND_MS - 1), 5);
    cr_expect_eq (scene.gone_count, 2);
    retention_scene_close (&scene);
}

Test (retention_crowd, as_many_are_under_way_as_may_be_and_after_a_while_as_many_others)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 30, 0);
    retention_scene_put_many (&scene, 1000);
    scene.silent = true;
    retention_scene_live (&scene, BEGIN);
    cr_expect_eq (scene.asked_count, UNDER_WAY_MAX);
    cr_expect_eq (retention_due (scene.retention), BEGIN + RETENTION_PATIENCE_MS);
    retention_scene_live (&scene, BEGIN + RETENTION_PATIENCE_MS - 1);
    cr_expect_eq (scene.asked_count, UNDER_WAY_MAX);
    retention_scene_live (&scene, BEGIN + RETENTION_PATIENCE_MS);
    cr_expect_eq (scene.asked_count, 2 * UNDER_WAY_MAX);
    retention_scene_close (&scene);
}

Test (retention_crowd, new_limits_begin_a_round_at_once_and_forget_what_the_old_ones_asked)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 30, 0);
    retention_scene_put (&scene, "1far", "done", 40, false, 10);
    retention_scene_put (&scene, "2", "done", 40, false, 10);
    scene.silent = true;
    retention_scene_live (&scene, 30000);
    cr_expect_str_eq (scene.asked, "2");
    cr_expect_eq (retention_waiting (scene.retention), 1);
    retention_hear (scene.retention, "2", 1, "near");
    cr_expect_eq (retention_due (scene.retention), 0);
    retention_limit (scene.retention, &(struct retention_limits){0, 0});
    cr_expect_eq (retention_waiting (scene.retention), 0);
    cr_expect_eq (retention_due (scene.retention), INT64_MAX);
    struct error error = {.code = DMH_OK};
    cr_expect_eq (retention_step (scene.retention, scene.now, RETENTION_SCENE_NOW, &error), DMH_OK);
    cr_expect (retention_scene_has (&scene, "2"), "nothing is limited any more");
    retention_limit (scene.retention, &(struct retention_limits){30, 0});
    cr_expect_eq (retention_due (scene.retention), 0);
    scene.silent = false;
    retention_scene_live (&scene, 40000);
    cr_expect_str_eq (scene.asked, "22");
    cr_expect_str_eq (scene.gone, "2");
    retention_scene_close (&scene);
}

//  However often it is asked.
Test (retention_crowd, after_a_failure_nothing_is_tried_before_the_next_round)
{
    struct retention_scene scene;
    struct error error = {.code = DMH_OK};
    retention_scene_open (&scene, "sqlite::memory:", 30, 0);
    retention_scene_put_many (&scene, 3);
    scene.failing.calls = 1;
    cr_expect_neq (retention_step (scene.retention, scene.now, RETENTION_SCENE_NOW, &error), DMH_OK);
    cr_expect_eq (retention_due (scene.retention), BEGIN + RETENTION_ROUND_MS);
    for (int i = 0; i < 9; i++)
        cr_expect_eq (
            retention_step (scene.retention, BEGIN + RETENTION_ROUND_MS - 1, RETENTION_SCENE_NOW, &error),
            DMH_OK);
    cr_expect_eq (scene.asked_count, 0);
    retention_scene_live (&scene, BEGIN + RETENTION_ROUND_MS);
    cr_expect_eq (scene.gone_count, 3);
    retention_scene_close (&scene);
}

Test (retention_crowd, a_result_that_another_job_needs_stays_until_it_does_no_more)
{
    struct retention_scene scene;
    retention_scene_open (&scene, "sqlite::memory:", 30, 0);
    retention_scene_put_several (&scene);
    scene.needed = "f";
    retention_scene_live (&scene, 30000);
    cr_expect_str_eq (scene.asked, "b");
    cr_expect (retention_scene_has (&scene, "f"));
    scene.needed = NULL;
    retention_scene_live (&scene, 300000);
    cr_expect_str_eq (scene.asked, "bf");
    cr_expect_not (retention_scene_has (&scene, "f"));
    retention_scene_close (&scene);
}
