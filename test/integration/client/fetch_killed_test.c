//  fetch_killed_test.c: a result that was brought here by half, as the client or the worker was killed: it is
//  none until it is whole, and the same command goes on.
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RECORDS = 800000, BEGUN_BYTES = 1024 * 1024 };

struct scene {
    struct workplace place;
    struct servers servers;
    char job[32];
    char fresh[128];    //  where what comes is kept until it is whole, in the workplace
};

static void s_make_folder (const struct scene *self, const char *name)
{
    char path[600];
    snprintf (path, sizeof path, "%s/%s", self->place.folder, name);
    cr_assert_eq (mkdir (path, 0700), 0, "%s", path);
}

//  A job is done whose records take a while to come, in the folder of its worker.
static void s_scene (struct scene *self)
{
    *self = (struct scene){.servers.place = &self->place};
    workplace_make (&self->place);
    servers_start_broker (&self->servers, false);
    servers_start_worker (&self->servers, 0, "1");
    process_await (&self->place, "worker0.log", "worker.registered");
    setenv ("DMH_BROKER", self->servers.front, 1);
    char path[600];
    snprintf (path, sizeof path, "%s/big.csv", self->place.folder);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    fprintf (file, "patient_id,given_name\n");
    for (int i = 0; i < RECORDS; i++)
        fprintf (file, "%d,Ann\n", i);
    fclose (file);
    struct command_result said = CALL (&self->place, "submit", "big.csv", "--wait", "-q");
    cr_assert_eq (said.status, 0, "%s", said.err);
    snprintf (self->job, sizeof self->job, "%.*s", (int) strcspn (said.out, "\n"), said.out);
    command_result_clear (&said);
    s_make_folder (self, "out");
    snprintf (self->fresh, sizeof self->fresh, "out/.dmh-%s", self->job);
    s_make_folder (self, self->fresh);    //  it is found again, as after a client that was killed
    strcat (self->fresh, "/fresh");
    s_make_folder (self, self->fresh);
}

static void s_end (struct scene *self)
{
    servers_stop (&self->servers);
    workplace_remove (&self->place);
}

static pid_t s_fetch (const struct scene *self)
{
    const char *const argv[] = {"dmh", "fetch", self->job, "-o", "out", "--transfer", "always", NULL};
    return process_start (&self->place, "fetch.log", argv);
}

static void s_expect_none (const struct scene *self)
{
    command_line_expect (CALL (&self->place, "verify", "out"), 1, "", "out holds no result of dmh");
}

//  The result is here, whole, and nothing else is.
static void s_expect_whole (const struct scene *self)
{
    char path[600];
    size_t count = 0;
    command_line_expect (CALL (&self->place, "verify", "out/big", "--job", self->job, "--input", "big.csv"),
                         0, "the result that the broker keeps of job", NULL);
    snprintf (path, sizeof path, "%s/out", self->place.folder);
    DIR *names = opendir (path);
    cr_assert_not_null (names);
    for (const struct dirent *entry; (entry = readdir (names));)
        count += strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0;
    closedir (names);
    cr_expect_eq (count, 1, "nothing but the result is left");
}

//  A client is killed while the records come.
static void s_kill_half_way (struct scene *self)
{
    pid_t client = s_fetch (self);
    process_await_bytes (&self->place, self->fresh, "records", ".csv", BEGUN_BYTES);
    kill (self->servers.broker, SIGSTOP);
    kill (client, SIGKILL);
    cr_assert_eq (process_wait (client, 20), 128 + SIGKILL);
    kill (self->servers.broker, SIGCONT);
}

Test (fetch_killed, by_half_it_is_no_result_and_the_same_command_goes_on, .timeout = 240)
{
    struct scene scene;
    s_scene (&scene);
    s_kill_half_way (&scene);
    s_expect_none (&scene);
    cr_assert_eq (process_wait (s_fetch (&scene), 90), 0);
    s_expect_whole (&scene);
    cr_assert_eq (process_wait (s_fetch (&scene), 90), 0, "and once more");
    s_expect_whole (&scene);
    s_end (&scene);
}

Test (fetch_killed, what_was_changed_meanwhile_never_becomes_a_result, .timeout = 240)
{
    struct scene scene;
    char path[600];
    s_scene (&scene);
    s_kill_half_way (&scene);
    snprintf (path, sizeof path, "%s/%s/records.csv", scene.place.folder, scene.fresh);
    int file = open (path, O_WRONLY);
    cr_assert_geq (file, 0);
    cr_assert_eq (pwrite (file, "X", 1, 100), 1);
    close (file);
    int status = process_wait (s_fetch (&scene), 90);
    if (status != 0) {    //  it may be thrown away first
        s_expect_none (&scene);
        status = process_wait (s_fetch (&scene), 90);
    }
    cr_assert_eq (status, 0);
    s_expect_whole (&scene);
    s_end (&scene);
}

Test (fetch_killed, a_worker_killed_while_it_hands_its_result_over_is_waited_for, .timeout = 240)
{
    struct scene scene;
    s_scene (&scene);
    pid_t client = s_fetch (&scene);
    process_await_bytes (&scene.place, "jobs.db.files", "", ".part", BEGUN_BYTES);
    cr_assert_eq (servers_end (&scene.servers, &scene.servers.workers[0], SIGKILL), 128 + SIGKILL);
    s_expect_none (&scene);
    servers_start_worker (&scene.servers, 0, "1");
    cr_assert_eq (process_wait (client, 90), 0);
    s_expect_whole (&scene);
    s_end (&scene);
}
