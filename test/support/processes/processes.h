//  processes.h: for integration tests: the real programs of $DMH_BUILD as processes of their own, in a fresh
//  folder, on reserved ports; ended and waited for at the end, whatever happens.
#ifndef DMH_TEST_SUPPORT_PROCESSES_H
#define DMH_TEST_SUPPORT_PROCESSES_H

#include "test/support/processes/workplace.h"

#include <sys/resource.h>
#include <sys/types.h>

enum { WORKERS_MAX = 4 };

//  A broker and workers.
struct servers {
    struct workplace *place;
    pid_t broker, workers[WORKERS_MAX];
    const char *options[8];    //  further words for the broker, ended by NULL
    const char *data_root;     //  of the workers; NULL: everything
    const char *results_to;    //  of the workers; NULL: they keep them
    char front[128], back[128], feed_in[128], feed[128], files[128];
};

//  Starts a program of the build in the workplace's folder, its output in <folder>/<log>. argv ends with
//  NULL; argv [0] is its name, or the path of another program from the root on.
pid_t process_start (const struct workplace *place, const char *log, const char *const argv[]);
//  The programs that are started from here on may have so many descriptors: the soft limit, and the hard one
//  (0: as it is).
void process_limit (rlim_t soft, rlim_t hard);
//  Waits at most `seconds`; the exit status, or 128 + the signal. Fails the test when it does not end, after
//  killing it.
int process_wait (pid_t pid, unsigned seconds);
//  Runs to the end; *output is standard output and error together, yours to free (NULL: not wanted).
int process_run (const struct workplace *place, const char *const argv[], char **output);

//  Waits until the program's output there holds `text`; so many times.
void process_await (const struct workplace *place, const char *log, const char *text);
void process_await_times (const struct workplace *place, const char *log, const char *text, size_t times);
//  How often it does now.
size_t process_log_count (const struct workplace *place, const char *log, const char *text);

//  The port of 127.0.0.1 at which the program that writes that log serves its metrics, once it says so.
unsigned process_metrics_port (const struct workplace *place, const char *log);

//  Waits until a file of that folder whose name begins and ends so has `least` bytes.
void process_await_bytes (const struct workplace *place, const char *folder, const char *begin,
                          const char *end, uint64_t least);

//  The broker of `self->place` with its store in the folder; `again`: on the ports it had.
void servers_start_broker (struct servers *self, bool again);
void servers_start_worker (struct servers *self, size_t at, const char *slots);
//  Sends the signal and waits for the end; its status.
int servers_end (struct servers *self, pid_t *pid, int signal);
//  SIGTERM to all that are left; each has to exit with 0.
void servers_stop (struct servers *self);

//  dmh with DMH_BROKER set to the broker's front.
int servers_dmh (struct servers *self, const char *const argv[], char **output);

#endif
