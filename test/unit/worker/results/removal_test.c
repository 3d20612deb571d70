//  removal_test.c: a worker removes a result where it put it and nowhere else, whatever it is asked for and
//  whatever lies there.
#include "test/support/workplace.h"

#include "messages/uri.h"
#include "worker/results/removal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char JOB[] = "18c0ffee0001234567ab";

//  results/JOB.1 with two files, a file and a folder beside the results that nobody may touch.
struct scene {
    struct workplace place;
    char results[300], folder[380], outside[300];
};

static void s_make_file (const char *folder, const char *name)
{
    char path[1024];
    snprintf (path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file, "%s", path);
    fputs ("something", file);
    fclose (file);
}

static bool s_is_there (const char *folder, const char *name)
{
    char path[1024];
    struct stat about;
    snprintf (path, sizeof path, "%s/%s", folder, name);
    return lstat (path, &about) == 0;
}

static void s_open (struct scene *self)
{
    workplace_make (&self->place);
    snprintf (self->results, sizeof self->results, "%s/results", self->place.folder);
    snprintf (self->outside, sizeof self->outside, "%s/outside", self->place.folder);
    snprintf (self->folder, sizeof self->folder, "%s/%s.1", self->results, JOB);
    cr_assert_eq (mkdir (self->results, 0700), 0);
    cr_assert_eq (mkdir (self->outside, 0700), 0);
    cr_assert_eq (mkdir (self->folder, 0700), 0);
    s_make_file (self->folder, "records.csv");
    s_make_file (self->folder, "report.json");
    s_make_file (self->outside, "report.json");
}

static void s_close (struct scene *self)
{
    cr_expect (s_is_there (self->outside, "report.json"), "what is outside was touched");
    workplace_remove (&self->place);
}

static int s_ask (const struct scene *self, const char *job, uint64_t attempt, const char *path)
{
    struct error error = {.code = DMH_OK};
    struct remove_result removal = {.attempt = attempt};
    snprintf (removal.job, sizeof removal.job, "%s", job);
    cr_assert_eq (uri_from_path (path, removal.uri, sizeof removal.uri, &error), DMH_OK);
    int rc = attempt_folder_remove (self->results, &removal, &error);
    cr_expect_eq (rc == DMH_OK, error.code == DMH_OK);
    cr_expect_eq (rc == DMH_OK, *error.text == 0);
    return rc;
}

Test (removal, a_result_is_gone_and_what_is_gone_is_gone_already)
{
    struct scene scene;
    s_open (&scene);
    char other[400];
    snprintf (other, sizeof other, "%s.part", scene.folder);
    cr_assert_eq (mkdir (other, 0700), 0);
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_OK);
    cr_expect_not (s_is_there (scene.folder, ""));
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_OK, "again, as the answer was lost");
    cr_expect (s_is_there (other, ""), "of what has a like name");
    s_close (&scene);
}

Test (removal, half_a_result_goes_too)
{
    struct scene scene;
    s_open (&scene);
    char path[600];
    snprintf (path, sizeof path, "%s/report.json", scene.folder);
    cr_assert_eq (unlink (path), 0);    //  as far as it came when the worker was killed
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_OK);
    cr_expect_not (s_is_there (scene.folder, ""));
    s_close (&scene);
}

Test (removal, what_is_not_this_worker_s_result_of_that_attempt_stays)
{
    struct scene scene;
    s_open (&scene);
    char elsewhere[400], second[420], dotted[420], root[420];
    snprintf (elsewhere, sizeof elsewhere, "%s/%s.1", scene.outside, JOB);
    snprintf (second, sizeof second, "%s/%s.2", scene.results, JOB);
    snprintf (dotted, sizeof dotted, "%s/../results/%s.1", scene.results, JOB);
    snprintf (root, sizeof root, "/%s.1", JOB);
    const struct {
        const char *job;
        uint64_t attempt;
        const char *path;
        int rc;
    } CASES[] = {
        {JOB, 1, elsewhere, DMH_NOT_FOUND},
        {JOB, 1, second, DMH_NOT_FOUND},
        {JOB, 2, scene.folder, DMH_NOT_FOUND},
        {JOB, 1, dotted, DMH_NOT_FOUND},
        {JOB, 1, root, DMH_NOT_FOUND},
        {JOB, 1, scene.outside, DMH_NOT_FOUND},
        {JOB, 1, scene.results, DMH_NOT_FOUND},
        {"another", 1, scene.folder, DMH_NOT_FOUND},
        {"", 1, scene.folder, DMH_MALFORMED},
        {".", 1, scene.folder, DMH_MALFORMED},
        {"..", 1, scene.folder, DMH_MALFORMED},
        {"../outside", 1, scene.outside, DMH_MALFORMED},
        {"../results/18c0ffee0001234567ab", 1, scene.folder, DMH_MALFORMED},
        {"/etc", 1, "/etc.1", DMH_MALFORMED},
        {"a/b", 1, scene.folder, DMH_MALFORMED},
        {"18c0ffee0001234567ab.1", 1, scene.folder, DMH_MALFORMED},
        {"18c0ffee0001234567ab\n", 1, scene.folder, DMH_MALFORMED},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        cr_expect_eq (s_ask (&scene, CASES[i].job, CASES[i].attempt, CASES[i].path), CASES[i].rc, "case %zu",
                      i);
        cr_assert (s_is_there (scene.folder, "report.json"), "case %zu", i);
        cr_assert (s_is_there (scene.folder, "records.csv"), "case %zu", i);
    }
    s_close (&scene);
}

Test (removal, no_link_is_followed_neither_as_the_folder_nor_in_it)
{
    struct scene scene;
    char link[600];
    s_open (&scene);
    snprintf (link, sizeof link, "%s/%s.2", scene.results, JOB);
    cr_assert_eq (symlink (scene.outside, link), 0);
    cr_expect_eq (s_ask (&scene, JOB, 2, link), DMH_IO);
    cr_expect (s_is_there (link, ""), "the link itself is left for people to look at");
    snprintf (link, sizeof link, "%s/loose", scene.folder);
    cr_assert_eq (symlink (scene.outside, link), 0);
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_OK);
    cr_expect_not (s_is_there (scene.folder, ""));
    s_close (&scene);
}

Test (removal, a_file_in_the_place_of_the_folder_and_a_folder_in_it_stay)
{
    struct scene scene;
    char name[64], inner[600];
    s_open (&scene);
    snprintf (name, sizeof name, "%s.3", JOB);
    s_make_file (scene.results, name);
    snprintf (inner, sizeof inner, "%s/%s", scene.results, name);
    cr_expect_eq (s_ask (&scene, JOB, 3, inner), DMH_IO);
    cr_expect (s_is_there (scene.results, name));
    snprintf (inner, sizeof inner, "%s/inner", scene.folder);
    cr_assert_eq (mkdir (inner, 0700), 0);
    s_make_file (inner, "precious");
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_IO);
    cr_expect (s_is_there (inner, "precious"));
    s_close (&scene);
}

Test (removal, results_that_are_not_there_to_be_looked_at_are_not_taken_for_removed)
{
    struct scene scene;
    char away[400];
    s_open (&scene);
    snprintf (away, sizeof away, "%s.away", scene.results);
    cr_assert_eq (rename (scene.results, away), 0);
    cr_expect_eq (s_ask (&scene, JOB, 1, scene.folder), DMH_IO);
    s_close (&scene);
}
