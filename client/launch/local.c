//  local.c: workers as processes of this host, each in a session of its own: they stay when dmh and its
//  terminal are gone.
#define _GNU_SOURCE
#include "client/launch/engine.h"
#include "client/launch/log_tail.h"
#include "client/launch/worker_line.h"
#include "messages/base/narrow.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int s_check (const struct launch_plan *plan, size_t count, struct error *error)
{
    (void) count;
    if (access (plan->worker, X_OK) == 0)
        return DMH_OK;
    return error_set (error, DMH_NOT_FOUND, "%s cannot be started: %s", plan->worker, strerror (errno));
}

//  What goes on in the worker's process until it is one; says errno where it comes to nothing.
static void s_become (const struct worker_line *line, int log, int failed)
{
    int nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    sigset_t none;
    sigemptyset (&none);
    sigprocmask (SIG_SETMASK, &none, NULL);
    signal (SIGPIPE, SIG_DFL);
    if (nothing >= 0 && dup2 (nothing, STDIN_FILENO) >= 0 && dup2 (log, STDOUT_FILENO) >= 0 &&
        dup2 (log, STDERR_FILENO) >= 0 && chdir ("/") == 0)
        execv (line->words[0], line->words);
    int why = errno;
    ssize_t ignored = write (failed, &why, sizeof why);
    (void) ignored;
    _exit (127);
}

//  The worker is the child of a child that ends at once, so that it is nobody's to wait for.
static void s_be_between (const struct worker_line *line, int log, int told, int failed)
{
    setsid ();
    pid_t worker = fork ();
    if (worker == 0)
        s_become (line, log, failed);
    int why = worker < 0 ? errno : 0;
    bool said = worker > 0 ? write (told, &worker, sizeof worker) == (ssize_t) sizeof worker
                           : write (failed, &why, sizeof why) == (ssize_t) sizeof why;
    _exit (said ? 0 : 127);
}

//  0, or errno. `told` brings the worker's process, `failed` what kept it from becoming a worker: both end
//  with those who have them.
static int s_hear (pid_t between, int told, int failed, pid_t *worker)
{
    int why = 0;
    while (waitpid (between, NULL, 0) < 0 && errno == EINTR)
        ;
    if (read (told, worker, sizeof *worker) != (ssize_t) sizeof *worker)
        *worker = 0;
    if (read (failed, &why, sizeof why) != (ssize_t) sizeof why)
        why = 0;
    return *worker > 0 || why ? why : EAGAIN;
}

static int s_fork (const struct worker_line *line, int log, pid_t *worker)
{
    int told[2] = {-1, -1}, failed[2] = {-1, -1}, why;
    if (pipe2 (told, O_CLOEXEC) != 0 || pipe2 (failed, O_CLOEXEC) != 0) {
        why = errno;
        if (told[0] >= 0) {
            close (told[0]);
            close (told[1]);
        }
        return why;
    }
    pid_t between = fork ();
    why = between < 0 ? errno : 0;
    if (between == 0)
        s_be_between (line, log, told[1], failed[1]);
    close (told[1]);
    close (failed[1]);
    if (between > 0)
        why = s_hear (between, told[0], failed[0], worker);
    close (told[0]);
    close (failed[0]);
    return why;
}

static int s_start_one (const struct launch_plan *plan, struct launched *worker, struct error *error)
{
    char key[LAUNCHED_PATH_BYTES], path[LAUNCHED_PATH_BYTES];
    struct worker_line line;
    int rc = worker_line_make (&line, plan, plan->worker, worker->name,
                               plan->server_key ? launched_path (worker->name, ".key", key) : NULL, error);
    if (rc != DMH_OK)
        return rc;
    int log =
        open (launched_path (worker->name, ".log", path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0)
        return error_set (error, DMH_IO, "the log %s cannot be opened: %s", path, strerror (errno));
    pid_t pid = 0;
    int why = s_fork (&line, log, &pid);
    close (log);
    if (why)
        return error_set (error, DMH_INTERNAL, "%s cannot be started: %s", plan->worker, strerror (why));
    snprintf (worker->place, sizeof worker->place, "%d", (int) pid);
    return DMH_OK;
}

static int s_start (const struct launch_plan *plan, struct launched *workers, size_t count,
                    struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        rc = s_start_one (plan, &workers[i], error);
    return rc;
}

//  Whether that process is that worker: its name is one of its words. One that has ended and was not waited
//  for has none.
static bool s_lives (const struct launched *worker)
{
    char path[64], words[8192];
    snprintf (path, sizeof path, "/proc/%.20s/cmdline", worker->place);
    int fd = *worker->place ? open (path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = fd >= 0 ? read (fd, words, sizeof words) : -1;
    if (fd >= 0)
        close (fd);
    for (const char *at = words; n > 0 && at < words + n; at += strnlen (at, (size_t) (words + n - at)) + 1)
        if (strnlen (at, (size_t) (words + n - at)) == strlen (worker->name) &&
            memcmp (at, worker->name, strlen (worker->name)) == 0)
            return true;
    return false;
}

static int s_look (const struct launched *workers, size_t count, struct engine_sight *sights,
                   struct error *error)
{
    (void) error;
    for (size_t i = 0; i < count; i++)
        sights[i] = (struct engine_sight){.state = s_lives (&workers[i]) ? ENGINE_LIVES : ENGINE_GONE};
    return DMH_OK;
}

static int s_end (const struct launched *worker, struct error *error)
{
    long pid = strtol (worker->place, NULL, 10);
    if (!s_lives (worker) || pid < 2 || pid > INT_MAX || kill (NARROW (int, pid), SIGTERM) == 0 ||
        errno == ESRCH)
        return DMH_OK;
    return error_set (error, DMH_UNAVAILABLE, "%s cannot be ended: %s", worker->name, strerror (errno));
}

static void s_log (const struct launched *worker, char tail[ENGINE_TAIL_BYTES])
{
    char path[LAUNCHED_PATH_BYTES];
    log_tail_read (launched_path (worker->name, ".log", path), tail);
}

const struct engine ENGINE_LOCAL = {"local", false, s_check, s_start, s_look, s_end, s_log};
