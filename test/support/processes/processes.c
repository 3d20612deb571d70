//  processes.c: see processes.h.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"

#include "test/support/processes/reserved_port.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static rlim_t s_soft, s_hard;

void process_limit (rlim_t soft, rlim_t hard)
{
    s_soft = soft;
    s_hard = hard;
}

static void s_limit (void)
{
    struct rlimit limit;
    if (!s_soft || getrlimit (RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = s_soft;
    limit.rlim_max = s_hard ? s_hard : limit.rlim_max;
    if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
        _exit (126);
}

pid_t process_start (const struct workplace *place, const char *log, const char *const argv[])
{
    char path[1024], out[1024];
    const char *build = getenv ("DMH_BUILD");
    cr_assert_not_null (build, "DMH_BUILD names the folder of the programs");
    snprintf (path, sizeof path, "%s%s%s", *argv[0] == '/' ? "" : build, *argv[0] == '/' ? "" : "/", argv[0]);
    snprintf (out, sizeof out, "%s/%s", place->folder, log);
    pid_t parent = getpid (), pid = fork ();
    cr_assert_geq (pid, 0);
    if (pid > 0)
        return pid;
    //  The child: ends with the test, however that ends.
    prctl (PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset (&none);
    sigprocmask (SIG_SETMASK, &none, NULL);
    int in = open ("/dev/null", O_RDONLY), to = open (out, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (getppid () != parent || in < 0 || to < 0 || chdir (place->folder) != 0)
        _exit (126);
    dup2 (in, 0);
    dup2 (to, 1);
    dup2 (to, 2);
    s_limit ();
    execv (path, (char *const *) argv);
    _exit (127);
}

int process_wait (pid_t pid, unsigned seconds)
{
    int status = 0, fd = (int) syscall (SYS_pidfd_open, pid, 0);
    cr_assert_geq (fd, 0);
    struct pollfd item = {.fd = fd, .events = POLLIN};
    int rc;
    do
        rc = poll (&item, 1, (int) seconds * 1000);
    while (rc < 0 && errno == EINTR);
    if (rc != 1)
        kill (pid, SIGKILL);
    waitpid (pid, &status, 0);
    close (fd);
    cr_assert_eq (rc, 1, "process %d did not end within %u s", (int) pid, seconds);
    return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}

int process_run (const struct workplace *place, const char *const argv[], char **output)
{
    static unsigned count;
    char log[64];
    snprintf (log, sizeof log, "run-%d-%u.log", (int) getpid (), ++count);
    int status = process_wait (process_start (place, log, argv), 120);
    if (output)
        *output = workplace_read (place->folder, log, NULL);
    return status;
}

size_t process_log_count (const struct workplace *place, const char *log, const char *text)
{
    char *all = workplace_read (place->folder, log, NULL);
    size_t count = 0;
    for (const char *at = all; at && (at = strstr (at, text)); at += strlen (text))
        count++;
    free (all);
    return count;
}

void process_await_times (const struct workplace *place, const char *log, const char *text, size_t times)
{
    int watch = inotify_init1 (IN_CLOEXEC);
    cr_assert_geq (inotify_add_watch (watch, place->folder, IN_CREATE | IN_MODIFY), 0);
    while (process_log_count (place, log, text) < times) {
        struct pollfd item = {.fd = watch, .events = POLLIN};
        char events[4096];
        cr_assert_eq (poll (&item, 1, 60000), 1, "%s never says %s (%zu times)", log, text, times);
        cr_assert_gt (read (watch, events, sizeof events), 0);
    }
    close (watch);
}

//  The size of such a file; 0: there is none.
static uint64_t s_bytes (const char *folder, const char *begin, const char *end)
{
    uint64_t bytes = 0;
    DIR *dir = opendir (folder);
    struct dirent *entry;
    struct stat about;
    cr_assert_not_null (dir, "%s", folder);
    while ((entry = readdir (dir)) != NULL) {
        size_t n = strlen (entry->d_name), last = strlen (end);
        if (strncmp (entry->d_name, begin, strlen (begin)) == 0 && n >= last &&
            streq (entry->d_name + n - last, end) && fstatat (dirfd (dir), entry->d_name, &about, 0) == 0 &&
            S_ISREG (about.st_mode))
            bytes = (uint64_t) about.st_size;
    }
    closedir (dir);
    return bytes;
}

void process_await_bytes (const struct workplace *place, const char *name, const char *begin, const char *end,
                          uint64_t least)
{
    char folder[600];
    snprintf (folder, sizeof folder, "%s/%s", place->folder, name);
    int watch = inotify_init1 (IN_CLOEXEC);
    cr_assert_geq (inotify_add_watch (watch, folder, IN_CREATE | IN_MODIFY | IN_MOVED_TO), 0, "%s", folder);
    while (s_bytes (folder, begin, end) < least) {
        struct pollfd item = {.fd = watch, .events = POLLIN};
        char events[4096];
        cr_assert_eq (poll (&item, 1, 60000), 1, "%s never has %s…%s of so many bytes", name, begin, end);
        cr_assert_gt (read (watch, events, sizeof events), 0);
    }
    close (watch);
}

void process_await (const struct workplace *place, const char *log, const char *text)
{
    process_await_times (place, log, text, 1);
}

unsigned process_metrics_port (const struct workplace *place, const char *log)
{
    process_await (place, log, "metrics.listening");
    char *text = workplace_read (place->folder, log, NULL);
    const char *at = strstr (text, "metrics.listening"), *port = at ? strstr (at, "127.0.0.1:") : NULL;
    cr_assert_not_null (port, "%s", text);
    unsigned number = (unsigned) atoi (port + strlen ("127.0.0.1:"));
    free (text);
    return number;
}

//  Waits for the broker's file of endpoints to be renamed into place.
static char *s_endpoints (const char *folder)
{
    char path[1024];
    snprintf (path, sizeof path, "%s/endpoints", folder);
    int watch = inotify_init1 (IN_CLOEXEC);
    inotify_add_watch (watch, folder, IN_MOVED_TO);
    while (access (path, R_OK) != 0) {
        struct pollfd item = {.fd = watch, .events = POLLIN};
        char events[4096];
        cr_assert_eq (poll (&item, 1, 60000), 1, "the broker did not start; see %s/broker.log", folder);
        cr_assert_gt (read (watch, events, sizeof events), 0);
    }
    close (watch);
    return workplace_read (folder, "endpoints", NULL);
}

static void s_endpoint (const char *text, const char *name, char out[128])
{
    char key[32];
    snprintf (key, sizeof key, "%s=", name);
    const char *at = strncmp (text, key, strlen (key)) == 0 ? text : NULL;
    for (const char *line = text; !at && (line = strchr (line, '\n')); line++)
        if (strncmp (line + 1, key, strlen (key)) == 0)
            at = line + 1;
    cr_assert_not_null (at, "%s", name);
    at += strlen (key);
    snprintf (out, 128, "%.*s", (int) strcspn (at, "\n"), at);
}

void servers_start_broker (struct servers *self, bool again)
{
    char path[512];
    snprintf (path, sizeof path, "%s/endpoints", self->place->folder);
    unlink (path);
    if (!again) {
        reserved_port_endpoint (self->front);
        reserved_port_endpoint (self->back);
        reserved_port_endpoint (self->feed_in);
        reserved_port_endpoint (self->feed);
        reserved_port_endpoint (self->files);
    }
    const char *argv[32] = {"dmh-broker", "--store",   "sqlite:jobs.db", "--endpoints-file",
                            "endpoints",  "--front",   self->front,      "--back",
                            self->back,   "--feed-in", self->feed_in,    "--feed",
                            self->feed,   "--files",   self->files,      NULL};
    size_t count = 0;
    while (argv[count])
        count++;
    for (size_t i = 0; i < sizeof self->options / sizeof *self->options && self->options[i]; i++)
        argv[count++] = self->options[i];
    self->broker = process_start (self->place, "broker.log", argv);
    char *text = s_endpoints (self->place->folder);
    s_endpoint (text, "front", self->front);
    s_endpoint (text, "back", self->back);
    s_endpoint (text, "feed_in", self->feed_in);
    s_endpoint (text, "feed", self->feed);
    s_endpoint (text, "files", self->files);
    free (text);
}

void servers_start_worker (struct servers *self, size_t at, const char *slots)
{
    char log[32];
    snprintf (log, sizeof log, "worker%zu.log", at);
    //  At TCP without keys a worker opens only what lies in its roots.
    const char *root = self->data_root ? self->data_root : "/";
    const char *argv[12] = {"dmh-worker", "--broker", self->back,    "--results", "results",
                            "--slots",    slots,      "--data-root", root};
    if (self->results_to) {
        argv[9] = "--results-to";
        argv[10] = self->results_to;
    }
    self->workers[at] = process_start (self->place, log, argv);
}

int servers_end (struct servers *self, pid_t *pid, int number)
{
    (void) self;
    pid_t ended = *pid;
    *pid = 0;
    kill (ended, number);
    return process_wait (ended, 20);
}

//  A worker that was told to end before it began to listen to signals, and so said nothing yet.
static bool s_had_not_begun (const struct servers *self, size_t worker, int status)
{
    char log[32];
    size_t n = 0;
    snprintf (log, sizeof log, "worker%zu.log", worker);
    free (workplace_read (self->place->folder, log, &n));
    return status == 128 + SIGTERM && n == 0;
}

void servers_stop (struct servers *self)
{
    for (size_t i = 0; i < WORKERS_MAX; i++)
        if (self->workers[i]) {
            int status = servers_end (self, &self->workers[i], SIGTERM);
            cr_assert (status == 0 || s_had_not_begun (self, i, status), "worker %zu: %d", i, status);
        }
    if (self->broker)
        cr_assert_eq (servers_end (self, &self->broker, SIGTERM), 0, "broker");
}

int servers_dmh (struct servers *self, const char *const argv[], char **output)
{
    setenv ("DMH_BROKER", self->front, 1);
    return process_run (self->place, argv, output);
}
