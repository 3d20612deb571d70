//  progress_test.c: dmh on a terminal, with a broker and workers as processes of their own: what is seen
//  while jobs run and while nothing moves, and what Ctrl-C leaves.
#include "test/support/peers/played_peers.h"
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"
#include "test/support/processes/terminal.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

struct scene {
    struct workplace place;
    struct servers servers;
    struct played_peers peers;
    struct terminal terminal;
};

//  A broker without workers, and three inputs.
static void s_scene (struct scene *self, unsigned short columns)
{
    *self = (struct scene){.servers.place = &self->place};
    workplace_make (&self->place);
    setenv ("TERM", "xterm-256color", 1);
    servers_start_broker (&self->servers, false);
    setenv ("DMH_BROKER", self->servers.front, 1);
    played_peers_visit (&self->peers, self->servers.front, self->servers.back, self->servers.feed);
    for (const char *const *name = (const char *const[]){"a.csv", "b.csv", "c.csv", NULL}; *name; name++)
        command_line_write (&self->place, *name, COMMAND_LINE_PATIENTS);
    terminal_open (&self->terminal, columns, 24);
}

static void s_end (struct scene *self)
{
    terminal_close (&self->terminal);
    played_peers_leave (&self->peers);
    servers_stop (&self->servers);
    workplace_remove (&self->place);
}

#define START(SCENE, ...)                                                                                    \
    terminal_start (&(SCENE)->terminal, &(SCENE)->place, (const char *const[]){"dmh", __VA_ARGS__, NULL})

//  The worker is given its next job.
static void s_take (zsock_t *worker, uint64_t attempt, char job[ID_BYTES])
{
    struct job_order order;
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert_eq (order.attempt, attempt);
    memcpy (job, order.job, ID_BYTES);
    shape_clear (&job_order_shape, &order);
}

//  As terminal_await, while the worker keeps its lease of the job.
static void s_await_alive (struct scene *self, zsock_t *worker, const char *job, uint64_t attempt,
                           const char *text)
{
    for (int beats = 0; !terminal_shows (&self->terminal, text); beats++) {
        struct running_job running = {.attempt = attempt};
        const struct heartbeat beat = {&running, 1};
        struct pollfd item = {.fd = self->terminal.master, .events = POLLIN};
        memcpy (running.job, job, ID_BYTES);
        played_peers_send (worker, &heartbeat_shape, &beat);
        poll (&item, 1, HEARTBEAT_MS / 2);
        cr_assert_lt (beats, 1000, "“%s” is not there: %s", text, self->terminal.sent);
    }
}

Test (progress, no_worker_is_registered_and_ctrl_c_leaves_a_clean_line, .timeout = 120)
{
    struct scene scene;
    int row, column;
    s_scene (&scene, 80);
    START (&scene, "submit", "a.csv", "b.csv", "c.csv", "--wait");
    terminal_await (&scene.terminal, "0 of 3 files [>");
    terminal_await (&scene.terminal,
                    "waits: no worker is registered with the broker that takes jobs; start dmh-work~");
    terminal_resize (&scene.terminal, 40, 24);
    terminal_await (&scene.terminal, "waits: no worker is registered with th~");
    terminal_type (&scene.terminal, "\x03");
    terminal_await (&scene.terminal, "dmh: interrupted; the jobs go on, ");
    cr_expect_eq (terminal_end (&scene.terminal), 130);
    cr_expect (!terminal_shows (&scene.terminal, "of 3 files"), "the bars are gone");
    cr_expect (!terminal_shows (&scene.terminal, "waits:"));
    terminal_cursor (&scene.terminal, &row, &column);
    cr_expect_eq (column, 0, "a prompt begins a line");
    cr_expect_null (strstr (scene.terminal.sent, "\033[?25l"), "the cursor was never hidden");
    s_end (&scene);
}

Test (progress, a_silent_broker_is_said_and_forgotten_when_it_speaks_again, .timeout = 120)
{
    struct scene scene;
    s_scene (&scene, 80);
    START (&scene, "submit", "a.csv", "b.csv", "c.csv", "--wait");
    terminal_await (&scene.terminal, "b-");    //  they are sent, and there is a batch
    terminal_await (&scene.terminal, "0 of 3 files [>");
    kill (scene.servers.broker, SIGSTOP);
    terminal_await (&scene.terminal, "the broker has said nothing for more than 6 s");
    kill (scene.servers.broker, SIGCONT);
    terminal_await_gone (&scene.terminal, "the broker has said nothing");
    servers_start_worker (&scene.servers, 0, "2");
    cr_expect_eq (terminal_end (&scene.terminal), 0);
    cr_expect (terminal_shows (&scene.terminal, "3 files: 3 done, 0 failed, 0 passed over; 15 read, "));
    s_end (&scene);
}

Test (progress, jobs_that_others_keep_waiting_wait_for_a_free_slot, .timeout = 120)
{
    struct scene scene;
    char job[ID_BYTES], waiting[ID_BYTES];
    s_scene (&scene, 80);
    zsock_t *worker = played_peers_worker (&scene.peers, "w1", 1, NULL, 0);
    played_peers_submit (&scene.peers, "of another.csv", "k", job);
    s_take (worker, 1, job);
    START (&scene, "submit", "a.csv", "--wait");
    s_await_alive (&scene, worker, job, 1, "waits for a free slot: the only one is busy");
    cr_assert (played_peers_result (worker, job, 1));
    s_take (worker, 1, waiting);
    s_await_alive (&scene, worker, waiting, 1, "a.csv                        [>");
    terminal_await_gone (&scene.terminal, "waits for");
    cr_assert (played_peers_fail (worker, waiting, 1, false, false));
    cr_expect_eq (terminal_end (&scene.terminal), 1);
    cr_expect (terminal_shows (&scene.terminal, "dmh: a.csv: in, line 1: this is no table"));
    zsock_destroy (&worker);
    s_end (&scene);
}

Test (progress, a_worker_that_was_lost_is_said_with_the_attempt, .timeout = 120)
{
    struct scene scene;
    char job[ID_BYTES];
    s_scene (&scene, 80);
    START (&scene, "submit", "a.csv", "b.csv", "--wait");
    zsock_t *worker = played_peers_worker (&scene.peers, "w1", 1, NULL, 0);
    s_take (worker, 1, job);
    terminal_await (&scene.terminal, "a.csv                        [>");
    zsock_destroy (&worker);
    terminal_await_gone (&scene.terminal, "a.csv                        [>");    //  its lease is over
    worker = played_peers_worker (&scene.peers, "w2", 1, NULL, 0);
    s_take (worker, 2, job);
    s_await_alive (&scene, worker, job, 2, "a.csv: a worker was lost, and this is attempt 2");
    terminal_type (&scene.terminal, "\x03");
    cr_expect_eq (terminal_end (&scene.terminal), 130);
    zsock_destroy (&worker);
    s_end (&scene);
}

Test (progress, elsewhere_than_on_a_terminal_each_reason_is_a_line_once, .timeout = 120)
{
    struct scene scene;
    s_scene (&scene, 80);
    const char *const argv[] = {"dmh", "submit", "a.csv", "--wait", NULL};
    pid_t client = process_start (&scene.place, "client.log", argv);
    process_await (&scene.place, "client.log", "waits: no worker is registered");
    kill (scene.servers.broker, SIGSTOP);
    process_await (&scene.place, "client.log", "the broker has said nothing for more than 6 s\n");
    kill (scene.servers.broker, SIGCONT);
    servers_start_worker (&scene.servers, 0, "1");
    cr_expect_eq (process_wait (client, 60), 0);
    cr_expect_eq (process_log_count (&scene.place, "client.log", "the broker has said"), 1);
    cr_expect_eq (process_log_count (&scene.place, "client.log", "\033"), 0, "no bars and no colour");
    cr_expect_eq (process_log_count (&scene.place, "client.log", "a.csv: done, 5 read, 2 written"), 1);
    s_end (&scene);
}

Test (progress, ctrl_c_in_a_run_says_what_is_there, .timeout = 120)
{
    struct scene scene;
    int row, column;
    s_scene (&scene, 80);
    workplace_write (&scene.place, "large.csv", "patient_id,given_name\n", 22);
    char path[512];
    snprintf (path, sizeof path, "%s/large.csv", scene.place.folder);
    FILE *large = fopen (path, "a");
    cr_assert_not_null (large);
    for (int i = 0; i < 3000000; i++)
        fprintf (large, "%d,Ann\n", i);
    fclose (large);
    START (&scene, "run", "a.csv", "large.csv", "-o", "out");
    terminal_await (&scene.terminal, "1 of 2 files [");
    terminal_type (&scene.terminal, "\x03");
    cr_expect_eq (terminal_end (&scene.terminal), 130);
    terminal_await (&scene.terminal, "dmh: interrupted; 1 of 2 results are in out; --skip-done goes on");
    cr_expect (!terminal_shows (&scene.terminal, "of 2 files ["), "%s", terminal_screen (&scene.terminal));
    terminal_cursor (&scene.terminal, &row, &column);
    cr_expect_eq (column, 0);
    s_end (&scene);
}

Test (progress, a_broker_that_falls_silent_while_a_file_is_sent_is_said_too, .timeout = 120)
{
    struct scene scene;
    char path[512];
    s_scene (&scene, 80);
    snprintf (path, sizeof path, "%s/large.csv", scene.place.folder);
    workplace_write (&scene.place, "large.csv", "a", 1);
    cr_assert_eq (truncate (path, 400 * 1000 * 1000), 0);
    START (&scene, "submit", "large.csv", "--transfer", "always");
    terminal_await (&scene.terminal, "large.csv                    [");
    kill (scene.servers.broker, SIGSTOP);
    terminal_await (&scene.terminal, "the broker has said nothing for more than 6 s");
    kill (scene.servers.broker, SIGCONT);
    terminal_await_gone (&scene.terminal, "the broker has said nothing");
    terminal_type (&scene.terminal, "\x03");
    cr_expect_eq (terminal_end (&scene.terminal), 130);
    cr_expect (terminal_shows (&scene.terminal, "dmh: interrupted; nothing was submitted"));
    s_end (&scene);
}
