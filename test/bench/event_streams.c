//  event_streams.c: how soon many streams of events hear of a job while one of their readers is asleep, and
//  what they cost the gateway. Called by test/bench/gateway.sh: event_streams PORT STREAMS JOBS PID, the
//  gateway's. Prints the lines of a table. Asserts nothing.
#include "test/bench/http_connection.h"

#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum {
    STREAMS_MAX = 4000,
    EVENTS_MAX = 512,
    BLOCK_BYTES = 64 * 1024,
    PATIENCE_MS = 60000,
    SMALL_BYTES = 4096
};

struct stream {
    int fd;
    bool begun, heard;    //  its head has come; of the job of this turn
    char line[96];        //  as far as it has come
    size_t n;
};

static struct stream s_streams[STREAMS_MAX];

//  In MB; `what`: VmRSS or VmHWM.
static double s_memory (const char *pid, const char *what)
{
    char path[64], line[256];
    double kb = 0;
    snprintf (path, sizeof path, "/proc/%s/status", pid);
    FILE *file = fopen (path, "re");
    while (file && fgets (line, sizeof line, file))
        if (strncmp (line, what, strlen (what)) == 0)
            kb = strtod (line + strlen (what) + 1, NULL);
    if (file)
        fclose (file);
    return kb / 1024;
}

//  Lines that are complete; whether one of them is of `job`.
static bool s_take (struct stream *self, const char *bytes, size_t n, const char *job)
{
    bool heard = false;
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != '\n') {
            if (self->n < sizeof self->line - 1)
                self->line[self->n++] = bytes[i];
            continue;
        }
        self->line[self->n] = 0;
        self->begun = self->begun || strcmp (self->line, "\r") == 0;
        heard = heard || (job && strncmp (self->line, "id: ", 4) == 0 &&
                          strncmp (self->line + 4, job, strlen (job)) == 0);
        self->n = 0;
    }
    return heard;
}

//  Reads what all streams but the last get, until `done` of them have begun (job NULL) or heard of the job;
//  their times go to `times`.
static void s_hear (int epoll, size_t wanted, const char *job, double since, double *times)
{
    static char block[BLOCK_BYTES];
    struct epoll_event events[EVENTS_MAX];
    for (size_t done = 0; done < wanted;) {
        int count = epoll_wait (epoll, events, EVENTS_MAX, PATIENCE_MS);
        if (count <= 0)
            errx (1, "%zu of %zu streams hear nothing", wanted - done, wanted);
        for (int i = 0; i < count; i++) {
            struct stream *stream = events[i].data.ptr;
            ssize_t n = recv (stream->fd, block, sizeof block, 0);
            if (n <= 0)
                errx (1, "a stream has ended");
            bool before = job ? stream->heard : stream->begun;
            stream->heard = s_take (stream, block, (size_t) n, job) || stream->heard;
            if (before || !(job ? stream->heard : stream->begun))
                continue;
            if (times)
                times[done] = http_now () - since;
            done++;
        }
    }
}

static void s_open (int epoll, unsigned port, size_t count)
{
    static const char REQUEST[] = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (size_t i = 0; i < count; i++) {
        struct stream *stream = &s_streams[i];
        stream->fd = http_open (port);
        if (i + 1 == count) {    //  the one that sleeps has little room
            int small = SMALL_BYTES;
            setsockopt (stream->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        } else if (epoll_ctl (epoll, EPOLL_CTL_ADD, stream->fd,
                              &(struct epoll_event){.events = EPOLLIN, .data.ptr = stream}) != 0)
            err (1, "epoll");
        http_send (stream->fd, REQUEST, sizeof REQUEST - 1);
    }
}

static void s_submit (int fd, size_t number, char job[64])
{
    static struct http_reply reply;
    char file[64], target[64];
    int n = snprintf (file, sizeof file, "patient_id\n%zu\n", number);
    snprintf (target, sizeof target, "/api/v1/jobs?name=%zu.csv&kind=patient", number);
    http_ask (fd, "POST", target, file, (size_t) n);
    http_answer (fd, 202, &reply);
    http_job (&reply, job);
}

int main (int argc, char **argv)
{
    struct rlimit most;
    char job[64];
    size_t count = argc == 5 ? strtoul (argv[2], NULL, 10) : 0,
           jobs = argc == 5 ? strtoul (argv[3], NULL, 10) : 0;
    if (count < 2 || count > STREAMS_MAX || jobs < 1) {
        fprintf (stderr, "event_streams PORT STREAMS JOBS PID\n");
        return 2;
    }
    getrlimit (RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit (RLIMIT_NOFILE, &most);
    unsigned port = (unsigned) strtoul (argv[1], NULL, 10);
    size_t awake = count - 1;
    int epoll = epoll_create1 (EPOLL_CLOEXEC), fd = http_open (port);
    double *times = calloc (awake * jobs, sizeof *times), *answers = calloc (jobs, sizeof *answers);
    if (epoll < 0 || !times || !answers)
        errx (1, "out of memory");
    double before = s_memory (argv[4], "VmRSS");
    s_open (epoll, port, count);
    s_hear (epoll, awake, NULL, 0, NULL);
    double open = s_memory (argv[4], "VmRSS");
    for (size_t k = 0; k < jobs; k++) {
        for (size_t i = 0; i < awake; i++)
            s_streams[i].heard = false;
        double since = http_now ();
        s_submit (fd, k, job);
        answers[k] = http_now () - since;
        s_hear (epoll, awake, job, since, times + k * awake);
    }
    qsort (times, awake * jobs, sizeof *times, http_by_size);
    qsort (answers, jobs, sizeof *answers, http_by_size);
    printf ("streams, one of which sleeps      %zu, of %zu jobs\n", count, jobs);
    printf ("  202 after, ms                   median %.2f, longest %.2f\n", answers[jobs / 2],
            answers[jobs - 1]);
    printf ("  event at a stream after, ms     median %.2f, p99 %.2f, longest %.2f\n",
            times[awake * jobs / 2], times[awake * jobs * 99 / 100], times[awake * jobs - 1]);
    printf ("  gateway, MB                     %.1f before, %.1f with the streams, %.1f at most\n", before,
            open, s_memory (argv[4], "VmHWM"));
    return 0;
}
