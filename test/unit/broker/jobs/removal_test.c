//  removal_test.c: a job that was asked to leave leaves with its result and with the files that no other job
//  names, whatever comes in between: workers that are away or silent, a store or a files service that fails,
//  a broker that dies.
#include "test/support/stores/removal_scene.h"

#include "broker/jobs/retention.h"

#include <criterion/criterion.h>
#include <czmq.h>

Test (removal, a_job_leaves_with_its_result_and_others_stay)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    removal_scene_put (&scene, "a", "", false, 70);
    removal_scene_put (&scene, "b", "", false, 0);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.asked, "a");
    cr_expect_str_eq (scene.gone, "a");
    removal_scene_expect_there (&scene, "b");
    scene.now += REMOVAL_AGAIN_MS;
    removal_scene_work (&scene);
    cr_expect_eq (removal_due (scene.removal), INT64_MAX, "nothing is left to wait for");
    removal_scene_close (&scene);
}

//  i and o are a's alone, s is what b names, too; k is the output of both that leave.
Test (removal, a_file_goes_when_no_job_that_stays_names_it)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    removal_scene_put (&scene, "a", "iosk", true, 70);
    removal_scene_put (&scene, "b", "sx", true, 0);
    removal_scene_put (&scene, "c", "ck", true, 60);
    removal_scene_work (&scene);
    cr_expect (strlen (scene.gone) == 2 && strpbrk (scene.gone, "a") && strpbrk (scene.gone, "c"));
    cr_expect_str_eq (scene.swept, "ciko");
    cr_expect_eq (scene.until, 70);
    removal_scene_expect_there (&scene, "b");
    removal_scene_close (&scene);
}

//  i is the split job's input, o the output of two of its jobs, of which one stays; s is another job's, which
//  has nothing to do with it.
Test (removal, what_a_split_job_is_made_of_leaves_without_its_input_and_without_what_another_part_names)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    for (const char *id = "abc"; *id; id++) {
        char name[2] = {*id, 0};
        struct store_job job = removal_scene_job (name, *id == 'c' ? "io" : "iok", true, *id == 'c' ? 0 : 70);
        snprintf (job.record.part_of, sizeof job.record.part_of, "w");
        removal_scene_add (&scene, &job);
    }
    removal_scene_put (&scene, "w", "is", true, 0);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "k");
    cr_expect (strlen (scene.gone) == 2 && !strchr (scene.gone, 'c'));
    removal_scene_expect_there (&scene, "w");    //  which lists no parts
    removal_scene_close (&scene);
}

//  Each of the outputs that another job names, too: the first as the last.
Test (removal, outputs_that_a_job_that_stays_names_stay)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    removal_scene_put (&scene, "a", "iopq", true, 70);
    removal_scene_put (&scene, "b", "xoq", true, 0);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "ip");
    removal_scene_close (&scene);
}

Test (removal, a_use_of_a_file_counts_for_others_from_the_first_removal_on)
{
    for (int64_t first = 60; first <= 70; first += 10) {
        struct removal_scene scene;
        removal_scene_open (&scene);
        removal_scene_put (&scene, "a", "k", true, first);
        removal_scene_put (&scene, "c", "k", true, 130 - first);
        removal_scene_work (&scene);
        cr_expect_eq (scene.until, 60);
        removal_scene_close (&scene);
    }
}

Test (removal, the_one_of_many_jobs_is_found_that_names_a_file_and_stays)
{
    static const char LEAVING[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqr";
    struct removal_scene scene;
    removal_scene_open (&scene);
    for (const char *id = LEAVING; *id; id++)
        removal_scene_put (&scene, (const char[]){*id, 0}, "io", true, 70);
    removal_scene_put (&scene, "z", "o", true, 0);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "i");
    removal_scene_expect_there (&scene, "z");
    removal_scene_close (&scene);
}

//  i is named by a job of Bert, too, s by another one of those for whom Anna's gateway speaks; n is nobody's,
//  of a job of a time without keys, as that of the last one is.
Test (removal, with_keys_a_file_is_taken_from_the_owner_alone_whose_jobs_name_it_no_longer)
{
    static const char ANNA[] = "A123456789012345678901234567890123456789";
    static const char BERT[] = "B123456789012345678901234567890123456789";
    char gateways[2][64];
    struct removal_scene scene;
    removal_scene_open (&scene);
    removal_destroy (&scene.removal);
    scene.by_owner = true;
    removal_scene_start (&scene);
    for (size_t i = 0; i < 2; i++)
        snprintf (gateways[i], sizeof gateways[i], "%s/%zu", ANNA, i);
    removal_scene_put_as (&scene, gateways[0], "a", "iosk", true, 70);
    removal_scene_put_as (&scene, BERT, "b", "iok", true, 0);
    removal_scene_put_as (&scene, gateways[1], "c", "s", true, 0);
    removal_scene_put_as (&scene, "", "d", "in", true, 70);
    removal_scene_put_as (&scene, "", "e", "k", true, 0);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "i-iAkAn-oA");
    cr_expect_eq (scene.until, 70);
    removal_scene_expect_there (&scene, "bce");
    removal_scene_close (&scene);
}

Test (removal, where_nothing_keeps_files_jobs_leave_all_the_same)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.no_files = true;
    removal_scene_put (&scene, "a", "io", true, 70);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.gone, "a");
    removal_scene_close (&scene);
}

Test (removal, a_worker_that_is_away_is_waited_for_and_one_that_is_silent_is_asked_again)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.away = true;
    removal_scene_put (&scene, "a", "", false, 70);
    removal_scene_work (&scene);
    removal_scene_expect_there (&scene, "a");
    scene.away = false;
    scene.silent = true;
    removal_wake (scene.removal, scene.now);    //  a worker has come
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.asked, "a");
    removal_hear (scene.removal, "a", 2, "near");    //  another attempt's, another host's, another job's
    removal_hear (scene.removal, "a", 1, "far");
    removal_hear (scene.removal, "b", 1, "near");
    removal_scene_work (&scene);
    removal_scene_expect_there (&scene, "a");
    scene.silent = false;
    scene.now += REMOVAL_AGAIN_MS;
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.asked, "aa");
    cr_expect_str_eq (scene.gone, "a");
    removal_scene_close (&scene);
}

//  Nothing is forgotten before its files are gone.
Test (removal, what_a_broker_had_begun_when_it_died_the_next_one_ends)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.slow_files = true;
    removal_scene_put (&scene, "a", "i", false, 70);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "i");
    removal_scene_expect_there (&scene, "a");
    removal_destroy (&scene.removal);
    removal_scene_start (&scene);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.asked, "aa");
    cr_expect_str_eq (scene.swept, "ii");
    removal_scene_expect_there (&scene, "a");
    removal_swept (scene.removal, true, scene.now);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.gone, "a");
    removal_scene_close (&scene);
}

Test (removal, files_that_cannot_be_removed_are_tried_again)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.slow_files = true;
    removal_scene_put (&scene, "a", "i", true, 70);
    removal_scene_work (&scene);
    removal_swept (scene.removal, false, scene.now);
    removal_scene_work (&scene);
    removal_scene_expect_there (&scene, "a");
    scene.now += REMOVAL_AGAIN_MS;
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.swept, "ii");
    removal_swept (scene.removal, true, scene.now);
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.gone, "a");
    removal_scene_close (&scene);
}

//  Whichever call of the store fails.
Test (removal, a_store_that_fails_forgets_nothing_and_is_tried_again)
{
    bool failed = true;
    for (int call = 1; failed; call++) {
        struct removal_scene scene;
        removal_scene_open (&scene);
        removal_scene_put (&scene, "a", "io", true, 70);
        removal_scene_put (&scene, "b", "o", true, 0);
        scene.failing.calls = call;
        removal_scene_work (&scene);
        failed = scene.failing.failed;
        scene.failing.calls = 0;
        scene.now += REMOVAL_AGAIN_MS;
        removal_scene_work (&scene);
        cr_expect_str_eq (scene.gone, "a", "call %d", call);
        cr_expect_eq (scene.swept[0], 'i', "call %d", call);
        cr_expect_eq (strspn (scene.swept, "i"), strlen (scene.swept), "call %d", call);
        removal_scene_expect_there (&scene, "b");
        removal_scene_close (&scene);
    }
}

Test (removal, more_than_are_looked_at_together_all_leave_though_the_first_never_answer)
{
    struct removal_scene scene;
    removal_scene_open (&scene);
    scene.silent = true;
    for (int i = 0; i < 10; i++) {
        char id[8];
        snprintf (id, sizeof id, "%c", 'a' + i);
        removal_scene_put (&scene, id, "", false, 70);
    }
    removal_scene_work (&scene);
    cr_expect_str_eq (scene.asked, "abcdefghij");
    for (int i = 0; i < 40; i++) {
        char id[8];
        snprintf (id, sizeof id, "k%02d", i);
        removal_scene_put (&scene, id, "", true, 70);
    }
    removal_wake (scene.removal, scene.now);
    removal_scene_work (&scene);
    cr_expect_eq (strlen (scene.gone), 40);
    removal_scene_expect_there (&scene, "abcdefghij");
    removal_scene_close (&scene);
}

Test (removal, keep_days_leave_to_it_what_was_asked_to_leave)
{
    struct job_record record = {.state = "done", .finished_at = 1, .removal_at = 5};
    struct retention_limits limits = {.days = 1};
    cr_expect_eq (retention_judge (&limits, &record, 0, INT64_MAX / 2), RETENTION_KEEP);
    record.removal_at = 0;
    cr_expect_eq (retention_judge (&limits, &record, 0, INT64_MAX / 2), RETENTION_EXPIRED);
}
