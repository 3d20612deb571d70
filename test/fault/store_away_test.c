//  store_away_test.c: the store of a running broker goes away and comes back: PostgreSQL stops, the disk is
//  full (a small tmpfs where this user may mount one), writes and fsyncs fail (fail_nth.c). Meanwhile
//  submissions are answered "unavailable" and the running job goes on; afterwards everything works without a
//  restart, and after a kill -9 every job that was acknowledged is there, once.
#define _GNU_SOURCE
#include "test/support/peers/played_peers.h"
#include "test/support/processes/postgres_server.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEYS = 4000, REFUSALS = 5, BACK_TRIES = 600, PAUSE_MS = 50 };

struct away {
    struct workplace place;
    struct servers servers;
    struct played_peers peers;
    struct postgres_server database;
    char path[320];    //  what is made to go away: the trigger's file, or the file that fills the disk
    void (*go) (struct away *self);
    void (*come) (struct away *self);
    int submitted;
    char acknowledged[KEYS][ID_BYTES];
};

//  A submission with that key; false when it is refused, which has to be by "unavailable".
static bool s_submit (struct away *self, int key)
{
    struct input input = {.uri = "file:///in", .name = "in"};
    struct submit submit = {.inputs = &input, .inputs_count = 1};
    struct accepted accepted;
    struct problem problem;
    struct frame frame;
    snprintf (submit.request, sizeof submit.request, "key-%d", key);
    snprintf (submit.submit_key, sizeof submit.submit_key, "key-%d", key);
    played_peers_send (self->peers.client, &submit_shape, &submit);
    zmsg_t *message = zmsg_recv (self->peers.client);
    cr_assert_not_null (message, "no answer to a submission");
    cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
    bool refused = streq (frame.kind, "ERROR");
    if (refused) {
        cr_assert_eq (problem_decode (frame.body, frame.body_bytes, &problem, NULL), DMH_OK);
        cr_assert_str_eq (problem.request, submit.request);
        cr_assert_str_eq (problem.code, "unavailable", "%s: %s", problem.code, problem.message);
    } else {
        cr_assert_eq (accepted_decode (frame.body, frame.body_bytes, &accepted, NULL), DMH_OK);
        cr_assert_str_eq (accepted.request, submit.request);
        cr_assert (!self->acknowledged[key][0] || streq (self->acknowledged[key], accepted.jobs[0].job),
                   "two jobs of key %d", key);
        memcpy (self->acknowledged[key], accepted.jobs[0].job, ID_BYTES);
        accepted_clear (&accepted);
    }
    zmsg_destroy (&message);
    return !refused;
}

//  New submissions until some are refused one after the other: the store is away.
static void s_submit_until_refused (struct away *self)
{
    for (int refused = 0; refused < REFUSALS; self->submitted++) {
        cr_assert_lt (self->submitted, KEYS, "nothing was refused");
        refused = s_submit (self, self->submitted) ? 0 : refused + 1;
    }
}

//  The keys that were refused, said again as clients do, until they are taken. Nothing tells when a store is
//  back but that it takes them.
static void s_submit_again (struct away *self)
{
    int tries = 0;
    for (int key = 0; key < self->submitted; key++)
        while (!self->acknowledged[key][0] && !s_submit (self, key)) {
            cr_assert_lt (++tries, BACK_TRIES, "the broker does not recover");
            poll (NULL, 0, PAUSE_MS);
        }
}

static void s_expect_all (struct away *self)
{
    struct bare_request stats = {.request = ""};
    struct counters counters;
    played_peers_ask (&self->peers, &stats_shape, &stats, &counters_shape, &counters);
    cr_assert_eq (counters.queued + counters.running + counters.done, (uint64_t) self->submitted);
    for (int key = 0; key < self->submitted; key++)
        cr_assert (s_submit (self, key));    //  the same job, or s_submit fails
}

static void s_visit (struct away *self)
{
    played_peers_visit (&self->peers, self->servers.front, self->servers.back, self->servers.feed);
}

//  The worker says its result again until it is acknowledged, as PROTOCOL.md has it.
static void s_hand_in (zsock_t *worker, const char *job)
{
    struct result result = played_peers_result_of (job, 1);
    struct result_ack ack = {.job = ""};
    struct problem problem;
    for (int tries = 0; !*ack.job; tries++) {
        struct frame frame;
        zmsg_t *message = zmsg_recv (worker);
        cr_assert_not_null (message, "a result is not answered");
        cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
        if (streq (frame.kind, "RESULT_ACK"))
            cr_assert_eq (result_ack_decode (frame.body, frame.body_bytes, &ack, NULL), DMH_OK);
        else if (streq (frame.kind, "ERROR")) {
            cr_assert_eq (problem_decode (frame.body, frame.body_bytes, &problem, NULL), DMH_OK);
            cr_assert_str_eq (problem.code, "unavailable", "%s: %s", problem.code, problem.message);
            cr_assert_lt (tries, BACK_TRIES, "the broker does not recover");
            poll (NULL, 0, PAUSE_MS);
            played_peers_send (worker, &result_shape, &result);
        } else
            cr_assert_str_eq (frame.kind, "HEARTBEAT");
        zmsg_destroy (&message);
    }
    cr_assert_str_eq (ack.job, job);
    cr_assert (ack.accepted);
}

static void s_play (struct away *self)
{
    struct job_order order;
    s_visit (self);
    zsock_t *worker = played_peers_worker (&self->peers, "w1", 1, NULL, 0);
    cr_assert (s_submit (self, self->submitted++));
    played_peers_expect (worker, &job_order_shape, &order);
    self->go (self);
    s_submit_until_refused (self);
    //  The worker is heard and answered, is told nothing else, and hands in what it has finished.
    struct running_job running = {.attempt = 1, .bytes_done = 1};
    struct heartbeat beat = {.running = &running, .running_count = 1}, answer;
    memcpy (running.job, order.job, sizeof running.job);
    played_peers_send (worker, &heartbeat_shape, &beat);
    played_peers_expect (worker, &heartbeat_shape, &answer);
    struct result result = played_peers_result_of (order.job, 1);
    played_peers_send (worker, &result_shape, &result);
    cr_assert (!s_submit (self, self->submitted++));
    self->come (self);
    s_submit_again (self);
    s_hand_in (worker, self->acknowledged[0]);
    played_peers_expect_state (&self->peers, self->acknowledged[0], "done");
    s_expect_all (self);
    cr_assert_eq (servers_end (&self->servers, &self->servers.broker, SIGKILL), 128 + SIGKILL);
    zsock_destroy (&worker);
    played_peers_leave (&self->peers);
    unsetenv ("LD_PRELOAD");
    servers_start_broker (&self->servers, true);
    s_visit (self);
    played_peers_expect_state (&self->peers, self->acknowledged[0], "done");
    s_expect_all (self);
    played_peers_leave (&self->peers);
    servers_stop (&self->servers);
    workplace_remove (&self->place);
}

static void s_make (struct away *self)
{
    memset (self, 0, sizeof *self);
    workplace_make (&self->place);
    self->servers.place = &self->place;
}

static void s_end_database (struct away *self)
{
    postgres_server_end (&self->database, SIGQUIT);
}

static void s_begin_database (struct away *self)
{
    postgres_server_again (&self->database);
}

static struct away s_away;

Test (store_away, postgresql_stops_and_starts_under_the_broker, .timeout = 120)
{
    struct away *self = &s_away;
    s_make (self);
    if (!postgres_server_start (&self->database))
        return;
    self->go = s_end_database;
    self->come = s_begin_database;
    self->servers.options[0] = "--store";
    self->servers.options[1] = self->database.url;
    self->servers.options[2] = "--files-dir";    //  else the user's own, which another test may use
    self->servers.options[3] = "files";
    servers_start_broker (&self->servers, false);
    s_play (self);
    postgres_server_stop (&self->database);
}

static void s_pull (struct away *self)
{
    int fd = open (self->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_geq (fd, 0);
    close (fd);
}

static void s_let_go (struct away *self)
{
    cr_assert_eq (unlink (self->path), 0);
}

//  Another file is in the place of the store's.
static void s_replace (struct away *self)
{
    char aside[340];
    snprintf (aside, sizeof aside, "%s.aside", self->path);
    cr_assert_eq (rename (self->path, aside), 0);
    s_pull (self);
}

static void s_put_back (struct away *self)
{
    char aside[340];
    snprintf (aside, sizeof aside, "%s.aside", self->path);
    cr_assert_eq (rename (aside, self->path), 0);
}

Test (store_away, the_file_of_sqlite_is_replaced_for_a_while, .timeout = 120)
{
    struct away *self = &s_away;
    s_make (self);
    snprintf (self->path, sizeof self->path, "%.255s/kept.db", self->place.folder);
    self->go = s_replace;
    self->come = s_put_back;
    self->servers.options[0] = "--store";
    self->servers.options[1] = "sqlite:kept.db";
    servers_start_broker (&self->servers, false);
    s_play (self);
}

//  All calls of a kind fail while the trigger is there.
static void s_play_failing (const char *kind)
{
#ifdef DMH_SANITIZED
    (void) kind;
    printf ("SKIP: a sanitizer has an allocator of its own\n");
#else
    struct away *self = &s_away;
    char object[1024];
    s_make (self);
    self->go = s_pull;
    self->come = s_let_go;
    snprintf (self->path, sizeof self->path, "%.255s/trigger", self->place.folder);
    snprintf (object, sizeof object, "%s/fail_nth.so", getenv ("DMH_BUILD"));
    setenv ("DMH_FAIL_KIND", kind, 1);
    setenv ("DMH_FAIL_WHILE", self->path, 1);
    setenv ("LD_PRELOAD", object, 1);
    servers_start_broker (&self->servers, false);
    unsetenv ("LD_PRELOAD");
    s_play (self);
#endif
}

Test (store_away, every_write_of_sqlite_fails_for_a_while, .timeout = 120)
{
    s_play_failing ("write");
}

Test (store_away, every_fsync_of_sqlite_fails_for_a_while, .timeout = 120)
{
    s_play_failing ("sync");
}

Test (store_away, every_statement_of_sqlite_fails_for_a_while, .timeout = 120)
{
    s_play_failing ("sql");
}

//  To the last byte.
static void s_fill (struct away *self)
{
    static char bytes[4096];
    int fd = open (self->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_geq (fd, 0);
    for (size_t n = sizeof bytes; n > 0; n /= 2)
        while (write (fd, bytes, n) > 0)
            ;
    cr_assert_eq (errno, ENOSPC);
    close (fd);
}

Test (store_away, the_disk_is_full_for_a_while, .timeout = 120)
{
    struct away *self = &s_away;
    char disk[288];
    s_make (self);
    snprintf (disk, sizeof disk, "%.255s/disk", self->place.folder);
    cr_assert_eq (mkdir (disk, 0700), 0);
    //  A view of the file system of this process's own, which ends with it.
    if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount ("tmpfs", disk, "tmpfs", 0, "size=2m,mode=700") != 0) {
        printf ("SKIP: no disk can be mounted here: %s\n", strerror (errno));
        workplace_remove (&self->place);
        return;
    }
    snprintf (self->path, sizeof self->path, "%.288s/filler", disk);
    self->go = s_fill;
    self->come = s_let_go;
    self->servers.options[0] = "--store";
    self->servers.options[1] = "sqlite:disk/jobs.db";
    servers_start_broker (&self->servers, false);
    s_play (self);
}
