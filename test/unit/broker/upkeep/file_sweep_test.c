//  file_sweep_test.c: files that open jobs need stay, however many jobs there are and whatever happens while
//  these are looked through.
#include "broker/upkeep/file_sweep.h"

#include "messages/base/clock.h"
#include "test/support/stores/blob_folder.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { JOBS = 150, STEPS_MAX = 20, OLD_DAYS = 9 };

static struct broker_config s_config = {.files_days = 7};
static struct broker s_broker;

TestSuite (file_sweep, .init = blob_folder_make, .fini = blob_folder_remove);

//  A name of a file: 64 times that digit.
static const char *s_sha (char digit)
{
    static char sha[DIGEST_HEX_BYTES];
    memset (sha, digit, sizeof sha - 1);
    return sha;
}

static char *s_path (char digit, char out[256])
{
    snprintf (out, 256, "%s/%s", blob_folder_path, s_sha (digit));
    return out;
}

//  A file that nobody has used for long.
static void s_leave (char digit)
{
    char path[256];
    struct timespec long_ago = {time (NULL) - OLD_DAYS * 86400, 0}, times[2] = {long_ago, long_ago};
    FILE *file = fopen (s_path (digit, path), "we");
    cr_assert (file && fputs ("x", file) >= 0 && futimens (fileno (file), times) == 0);
    fclose (file);
    cr_assert_eq (utimensat (AT_FDCWD, path, times, 0), 0);
}

static bool s_is_there (char digit)
{
    char path[256];
    return access (s_path (digit, path), F_OK) == 0;
}

static void s_add (const char *id, const char *state, char digit)
{
    struct error error = {.code = DMH_OK};
    struct store_job job = {.record = {.submitted_at = 1}};
    snprintf (job.record.job, sizeof job.record.job, "%s", id);
    snprintf (job.record.state, sizeof job.record.state, "%s", state);
    snprintf (job.submit_key, sizeof job.submit_key, "%s", id);
    snprintf (job.input.sha256, sizeof job.input.sha256, "%s", s_sha (digit));
    snprintf (job.input.uri, sizeof job.input.uri, "sha256:%s", s_sha (digit));
    cr_assert_eq (store_add (s_broker.store, &job, &error), DMH_OK, "%s", error.text);
}

//  Files 1 to 4 are old: of the first job, of the last one, of one that has ended, of nobody.
static void s_begin (void)
{
    struct error error = {.code = DMH_OK};
    char id[ID_BYTES];
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    blob_store_t *blobs = blob_folder_open (ROOM);
    for (char digit = '1'; digit <= '4'; digit++)
        s_leave (digit);
    s_broker = (struct broker){.config = &s_config,
                               .store = store_open ("sqlite::memory:", &error),
                               .files = files_new (&router, &blobs, NULL, &error),
                               .clock_seen = clock_mono_ms ()};
    cr_assert (s_broker.store && s_broker.files, "%s", error.text);
    cr_assert_eq (store_begin (s_broker.store, &error), DMH_OK);
    s_add ("ended", "failed", '3');
    for (int i = 0; i < JOBS; i++) {
        snprintf (id, sizeof id, "job %d", i);
        s_add (id, i % 2 ? "queued" : "running", i == 0 ? '1' : i == JOBS - 1 ? '2' : '9');
    }
    cr_assert_eq (store_commit (s_broker.store, &error), DMH_OK);
}

static void s_step (void)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (file_sweep (&s_broker, &error), DMH_OK, "%s", error.text);
}

//  To its end, and that of the service's thread.
static int s_finish (void)
{
    int steps = 0;
    while (file_sweep_walks (&s_broker) && steps++ < STEPS_MAX)
        s_step ();
    files_destroy (&s_broker.files);
    store_close (&s_broker.store);
    return steps;
}

Test (file_sweep, looks_through_the_open_jobs_some_at_a_time_and_spares_what_they_need)
{
    s_begin ();
    s_step ();
    cr_assert (file_sweep_walks (&s_broker));
    cr_assert (s_is_there ('4'), "nothing goes before all of them were seen");
    int steps = s_finish ();
    cr_expect (steps >= 2 && steps < STEPS_MAX, "%d", steps);
    cr_expect (s_is_there ('1'));
    cr_expect (s_is_there ('2'));
    cr_expect_not (s_is_there ('3'));
    cr_expect_not (s_is_there ('4'));
}

Test (file_sweep, a_job_that_is_tried_again_meanwhile_keeps_its_file_though_the_walk_is_past_it)
{
    s_begin ();
    s_step ();
    file_sweep_reopened (&s_broker, "ended");
    file_sweep_reopened (&s_broker, "not there any more");
    s_finish ();
    cr_expect (s_is_there ('3'));
    cr_expect_not (s_is_there ('4'));
}

Test (file_sweep, waits_an_hour_for_the_next_one)
{
    s_begin ();
    file_sweep_reopened (&s_broker, "ended");
    for (int i = 0; i < STEPS_MAX; i++)
        s_step ();
    cr_assert_not (file_sweep_walks (&s_broker));
    s_broker.clock_seen += 3599 * 1000;
    s_step ();
    cr_assert_not (file_sweep_walks (&s_broker));
    s_broker.clock_seen += 2000;
    s_step ();
    cr_assert (file_sweep_walks (&s_broker));
    s_finish ();
}
