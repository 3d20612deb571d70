//  http_rate.c: how many requests a second a gateway answers. Called by test/bench/gateway.sh: http_rate PORT
//  CLIENTS COUNT submit|status. Each client has a connection of its own, which is kept, and asks again when
//  it is answered: it submits a file of 1 KB, or asks for one job. Prints answers a second and the median and
//  longest answer in ms. Asserts nothing.
#include "test/bench/http_connection.h"

#include <err.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLIENTS_MAX = 64, FILE_BYTES = 1000, PATIENCE_MS = 120000 };

static char s_file[FILE_BYTES];
static char s_job[128];    //  the target of its state

//  Each submission is of another file: the files service would know a second one of the same.
static void s_ask (int fd, bool submits, size_t number)
{
    char target[64], name[32];
    if (!submits) {
        http_ask (fd, "GET", s_job, "", 0);
        return;
    }
    int n = snprintf (name, sizeof name, "%zu,", number);
    memcpy (s_file + strlen ("patient_id,name\n"), name, (size_t) n);
    snprintf (target, sizeof target, "/api/v1/jobs?name=%zu.csv&kind=patient", number);
    http_ask (fd, "POST", target, s_file, FILE_BYTES);
}

static void s_run (int *clients, size_t client_count, size_t count, bool submits)
{
    static struct http_reply reply;
    struct pollfd items[CLIENTS_MAX];
    double *answers = calloc (count, sizeof *answers), asked_at[CLIENTS_MAX], begun = http_now ();
    size_t asked = 0, answered = 0;
    if (!answers)
        errx (1, "out of memory");
    for (size_t i = 0; i < client_count; i++) {
        items[i] = (struct pollfd){clients[i], POLLIN, 0};
        asked_at[i] = http_now ();
        s_ask (clients[i], submits, asked++);
    }
    while (answered < count) {
        if (poll (items, client_count, PATIENCE_MS) <= 0)
            errx (1, "no answer from the gateway");
        for (size_t i = 0; i < client_count && answered < count; i++) {
            if (!items[i].revents)
                continue;
            http_answer (clients[i], submits ? 202 : 200, &reply);
            answers[answered++] = http_now () - asked_at[i];
            asked_at[i] = http_now ();
            s_ask (clients[i], submits, asked++);
        }
    }
    double seconds = (http_now () - begun) / 1000;
    qsort (answers, count, sizeof *answers, http_by_size);
    printf ("%8.0f %10.2f %10.2f\n", (double) count / seconds, answers[count / 2], answers[count - 1]);
    free (answers);
}

int main (int argc, char **argv)
{
    static struct http_reply reply;
    int clients[CLIENTS_MAX];
    char job[64];
    size_t client_count = argc == 5 ? strtoul (argv[2], NULL, 10) : 0,
           count = argc == 5 ? strtoul (argv[3], NULL, 10) : 0;
    if (client_count < 1 || client_count > CLIENTS_MAX || count < 1) {
        fprintf (stderr, "http_rate PORT CLIENTS COUNT submit|status\n");
        return 2;
    }
    memset (s_file, 'x', sizeof s_file);
    memcpy (s_file, "patient_id,name\n", strlen ("patient_id,name\n"));
    for (size_t i = 0; i < client_count; i++)
        clients[i] = http_open ((unsigned) strtoul (argv[1], NULL, 10));
    s_ask (clients[0], true, 1000000000);
    http_answer (clients[0], 202, &reply);
    http_job (&reply, job);
    snprintf (s_job, sizeof s_job, "/api/v1/jobs/%s", job);
    s_run (clients, client_count, count, strcmp (argv[4], "submit") == 0);
    return 0;
}
