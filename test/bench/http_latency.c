//  http_latency.c: how soon a gateway acknowledges a submission while large jobs run. Called by
//  test/bench/gateway.sh: http_latency PORT LARGE JOBS. Sends the file LARGE as JOBS jobs, then one of 1 KB
//  after the other until the large ones have ended. Prints the lines of a table. Asserts nothing.
#define _GNU_SOURCE
#include "test/bench/http_connection.h"

#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { JOBS_MAX = 64, ANSWERS_MAX = 100000, PIECE_BYTES = 1024 * 1024, PAUSE_US = 20000, ROW_BYTES = 64 };

static struct http_reply s_reply;

//  A line of its own at the end makes each of them another file.
static void s_send_large (int fd, const char *path, size_t number, char job[64])
{
    static char piece[PIECE_BYTES];
    char row[ROW_BYTES + 1], target[64];
    struct stat about;
    int file = open (path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat (file, &about) != 0)
        err (1, "%s", path);
    snprintf (row, sizeof row, "\n%-*zu", ROW_BYTES - 1, number);
    snprintf (target, sizeof target, "/api/v1/jobs?name=large-%zu.csv", number);
    http_begin (fd, target, (size_t) about.st_size + ROW_BYTES);
    for (ssize_t n; (n = read (file, piece, sizeof piece)) > 0;)
        http_send (fd, piece, (size_t) n);
    http_send (fd, row, ROW_BYTES);
    close (file);
    http_answer (fd, 202, &s_reply);
    http_job (&s_reply, job);
}

static double s_submit_small (int fd, size_t number)
{
    char file[1000], target[64];
    memset (file, 'x', sizeof file);
    int n = snprintf (file, sizeof file, "patient_id,name\n%zu,", number);
    file[n] = 'x';
    snprintf (target, sizeof target, "/api/v1/jobs?name=%zu.csv&kind=patient", number);
    double asked_at = http_now ();
    http_ask (fd, "POST", target, file, sizeof file);
    http_answer (fd, 202, &s_reply);
    return http_now () - asked_at;
}

static bool s_runs (int fd, const char *job)
{
    char target[128];
    snprintf (target, sizeof target, "/api/v1/jobs/%s", job);
    http_ask (fd, "GET", target, "", 0);
    http_answer (fd, 200, &s_reply);
    return strstr (s_reply.body, "\"state\":\"queued\"") || strstr (s_reply.body, "\"state\":\"running\"");
}

int main (int argc, char **argv)
{
    static double answers[ANSWERS_MAX];
    char jobs[JOBS_MAX][64];
    size_t count = argc == 4 ? strtoul (argv[3], NULL, 10) : 0, ended = 0, n = 0;
    if (count < 1 || count > JOBS_MAX) {
        fprintf (stderr, "http_latency PORT LARGE JOBS\n");
        return 2;
    }
    int fd = http_open ((unsigned) strtoul (argv[1], NULL, 10));
    double begun = http_now ();
    for (size_t i = 0; i < count; i++)
        s_send_large (fd, argv[2], i, jobs[i]);
    double sent = http_now ();
    while (ended < count && n < ANSWERS_MAX) {
        answers[n] = s_submit_small (fd, n);
        n++;
        while (ended < count && !s_runs (fd, jobs[ended]))
            ended++;
        usleep (PAUSE_US);
    }
    qsort (answers, n, sizeof *answers, http_by_size);
    printf ("large jobs                        %zu, here after %.1f s, all done after %.1f s\n", count,
            (sent - begun) / 1000, (http_now () - begun) / 1000);
    printf ("submissions meanwhile             %zu\n", n);
    printf ("  202 after, ms                   median %.2f, p99 %.2f, longest %.2f\n", answers[n / 2],
            answers[n * 99 / 100], answers[n - 1]);
    return 0;
}
