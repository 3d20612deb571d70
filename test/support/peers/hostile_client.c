//  hostile_client.c: see hostile_client.h.
#define _GNU_SOURCE
#include "test/support/peers/hostile_client.h"

#include "test/support/peers/zmtp_peer.h"

#include "messages/codec/frame.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS = 3000 };

void hostile_client_say_begun (int *begun)
{
    if (*begun >= 0 && write (*begun, "!", 1) == 1)
        *begun = -1;
}

static void s_write_input (const struct workplace *place)
{
    char *text = malloc ((size_t) ROWS * 80 + 80);
    cr_assert_not_null (text);
    size_t n = (size_t) sprintf (text, "Patient ID,Test Code,Result Value,Units,Collected Date\n");
    for (int i = 0; i < ROWS; i++)
        n += (size_t) sprintf (text + n, "P%d,2345-7,%d,%s,2021-04-%02d\n", i, 4 + i % 90,
                               i % 3 ? "mg/dL" : "mmol/L", 1 + i % 28);
    workplace_write (place, "lab.csv", text, n);
    workplace_write (place, "one.csv", "patient_id\n1\n", 13);
    free (text);
}

void hostile_client_open (struct hostile_client *self, const char *option, const char *value)
{
    *self = (struct hostile_client){.pid = 0};
    workplace_make (&self->place);
    self->servers = (struct servers){.place = &self->place, .options = {option, value, NULL}};
    s_write_input (&self->place);
    const char *const run[] = {"dmh", "run", "lab.csv", "-o", "base", "--quiet", NULL};
    cr_assert_eq (process_run (&self->place, run, NULL), 0);
    servers_start_broker (&self->servers, false);
    servers_start_worker (&self->servers, 0, "2");
    process_await (&self->place, "worker0.log", "worker.registered");
}

void hostile_client_begin (struct hostile_client *self, hostile_client_fn *hostile)
{
    int begun[2];
    char byte;
    cr_assert_eq (pipe (begun), 0);
    self->pid = fork ();
    cr_assert_geq (self->pid, 0);
    if (self->pid == 0) {
        prctl (PR_SET_PDEATHSIG, SIGKILL);
        close (begun[0]);
        hostile (&self->servers, begun[1]);
        _exit (1);
    }
    close (begun[1]);
    struct pollfd item = {.fd = begun[0], .events = POLLIN};
    cr_assert_eq (poll (&item, 1, PATIENCE_MS), 1, "the hostile client does not come to it");
    cr_assert_eq (read (begun[0], &byte, 1), 1, "the hostile client has ended");
    close (begun[0]);
}

static void s_expect_same (const struct hostile_client *self, const char *file)
{
    char ours_in[512], theirs_in[512];
    size_t ours_n = 0, theirs_n = 0;
    snprintf (ours_in, sizeof ours_in, "%s/out/lab", self->place.folder);
    snprintf (theirs_in, sizeof theirs_in, "%s/base/lab", self->place.folder);
    char *ours = workplace_read (ours_in, file, &ours_n),
         *theirs = workplace_read (theirs_in, file, &theirs_n);
    cr_assert (ours && theirs && ours_n == theirs_n && memcmp (ours, theirs, ours_n) == 0, "%s", file);
    free (ours);
    free (theirs);
}

long hostile_client_peak_kb (pid_t pid)
{
    char path[64], line[256];
    long peak = -1;
    snprintf (path, sizeof path, "/proc/%d/status", (int) pid);
    FILE *file = fopen (path, "r");
    cr_assert_not_null (file);
    while (fgets (line, sizeof line, file))
        if (strncmp (line, "VmHWM:", 6) == 0)
            peak = strtol (line + 6, NULL, 10);
    fclose (file);
    return peak;
}

//  The hostile client is at it all the time that the other one works.
void hostile_client_expect_service_within (struct hostile_client *self, long peak_kb_max)
{
    char *output = NULL;
    const char *const submit[] = {"dmh", "submit", "lab.csv", "--wait", "-o", "out", "--quiet", NULL};
    cr_assert_eq (servers_dmh (&self->servers, submit, &output), 0, "%s", output);
    free (output);
    s_expect_same (self, "records.csv");
    s_expect_same (self, "audit.ndjson");
    const char *const list[] = {"dmh", "list", NULL};
    cr_assert_eq (servers_dmh (&self->servers, list, &output), 0, "%s", output);
    free (output);
    int status;
    cr_assert_eq (waitpid (self->pid, &status, WNOHANG), 0, "the hostile client gave up");
    long peak = hostile_client_peak_kb (self->servers.broker);
    cr_log_info ("peak of the broker: %ld kB", peak);
    cr_assert (peak > 0 && peak < peak_kb_max, "the broker has taken %ld kB", peak);
}

void hostile_client_expect_service (struct hostile_client *self)
{
    hostile_client_expect_service_within (self, PEAK_KB_MAX);
}

void hostile_client_close (struct hostile_client *self)
{
    int status;
    kill (self->pid, SIGKILL);
    waitpid (self->pid, &status, 0);
    servers_stop (&self->servers);
    workplace_remove (&self->place);
}

//  A request as frames on a connection by hand.
bool hostile_client_send_request (int fd, const struct shape *shape, const void *message)
{
    zmsg_t *frames = frame_new (shape, message, NULL);
    bool good = frames != NULL;
    for (size_t left = good ? zmsg_size (frames) : 0; good && left > 0; left--) {
        zframe_t *frame = zmsg_pop (frames);
        good = zmtp_send_frame (fd, left > 1 ? ZMTP_MORE : 0, zframe_data (frame), zframe_size (frame));
        zframe_destroy (&frame);
    }
    zmsg_destroy (&frames);
    return good;
}

int hostile_client_greet (const char *endpoint, const char *type)
{
    int fd = zmtp_connect (endpoint);
    if (fd < 0 || !zmtp_greet (fd, type))
        _exit (2);
    return fd;
}
