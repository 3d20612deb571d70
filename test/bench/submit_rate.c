//  submit_rate.c: how many submissions a second a broker acknowledges, or how often it says how a job stands.
//  Called by test/bench/run.sh and gateway.sh: submit_rate FRONT CLIENTS COUNT [status]. Each client has a
//  connection of its own and asks again when it is answered. Prints answers a second and the median and
//  longest answer in ms. Asserts nothing.
#include "messages/base/clock.h"
#include "messages/codec/frame.h"
#include "messages/request.h"

#include <czmq.h>

enum { CLIENTS_MAX = 64, PATIENCE_MS = 20000 };

struct client {
    zsock_t *front;
    double asked_at;
};

static double s_now (void)
{
    return (double) zclock_usecs () / 1000;
}

static struct job_request s_status = {.request = "s"};    //  of the first job; empty: jobs are submitted

static bool s_ask (struct client *client, unsigned number)
{
    struct input input = {.uri = "file:///bench/input.csv", .name = "input.csv", .bytes = 1000};
    struct submit submit = {.inputs = &input, .inputs_count = 1};
    snprintf (submit.request, sizeof submit.request, "%u", number);
    snprintf (submit.submit_key, sizeof submit.submit_key, "%lld-%u", (long long) clock_mono_ms (), number);
    client->asked_at = s_now ();
    if (*s_status.job)
        return frame_send (client->front, NULL, &status_shape, &s_status, NULL) == DMH_OK;
    return frame_send (client->front, NULL, &submit_shape, &submit, NULL) == DMH_OK;
}

//  Whether the answer came; of an ACCEPTED the job's id goes to `job`, where it is not NULL.
static bool s_answered (struct client *client, char *job)
{
    struct frame frame;
    struct accepted accepted;
    zmsg_t *message = zmsg_recv (client->front);
    bool good = message && frame_open (message, &frame, NULL) == DMH_OK &&
                streq (frame.kind, *s_status.job ? "JOB_STATE" : "ACCEPTED");
    if (good && job && (good = accepted_decode (frame.body, frame.body_bytes, &accepted, NULL) == DMH_OK)) {
        memcpy (job, accepted.jobs[0].job, ID_BYTES);
        accepted_clear (&accepted);
    }
    zmsg_destroy (&message);
    return good;
}

static int s_by_size (const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

static int s_run (struct client *clients, size_t client_count, size_t count, double *answers)
{
    zmq_pollitem_t items[CLIENTS_MAX];
    unsigned asked = 0;
    size_t answered = 0;
    double begun = s_now ();
    for (size_t i = 0; i < client_count; i++) {
        items[i] = (zmq_pollitem_t){zsock_resolve (clients[i].front), 0, ZMQ_POLLIN, 0};
        s_ask (&clients[i], asked++);
    }
    while (answered < count) {
        if (zmq_poll (items, (int) client_count, PATIENCE_MS) <= 0)
            return 1;
        for (size_t i = 0; i < client_count && answered < count; i++) {
            if (!items[i].revents)
                continue;
            if (!s_answered (&clients[i], NULL))
                return 1;
            answers[answered++] = s_now () - clients[i].asked_at;
            s_ask (&clients[i], asked++);
        }
    }
    double seconds = (s_now () - begun) / 1000;
    qsort (answers, count, sizeof *answers, s_by_size);
    printf ("%8.0f %10.2f %10.2f\n", (double) count / seconds, answers[count / 2], answers[count - 1]);
    return 0;
}

int main (int argc, char **argv)
{
    struct client clients[CLIENTS_MAX] = {{NULL}};
    bool asks = argc == 5 && streq (argv[4], "status"), good = argc == 4 || asks;
    size_t client_count = good ? strtoul (argv[2], NULL, 10) : 0,
           count = good ? strtoul (argv[3], NULL, 10) : 0;
    if (client_count < 1 || client_count > CLIENTS_MAX || count < 1) {
        fprintf (stderr, "submit_rate FRONT CLIENTS COUNT [status]\n");
        return 2;
    }
    double *answers = calloc (count, sizeof *answers);
    int rc = answers ? 0 : 1;
    for (size_t i = 0; i < client_count && rc == 0; i++) {
        clients[i].front = zsock_new_dealer (argv[1]);
        rc = clients[i].front ? 0 : 1;
    }
    char job[ID_BYTES];
    if (rc == 0 && asks) {
        rc = s_ask (&clients[0], 0) && s_answered (&clients[0], job) ? 0 : 1;
        memcpy (s_status.job, job, ID_BYTES);
    }
    if (rc == 0)
        rc = s_run (clients, client_count, count, answers);
    if (rc != 0)
        fprintf (stderr, "submit_rate: the broker does not answer\n");
    for (size_t i = 0; i < client_count; i++)
        zsock_destroy (&clients[i].front);
    free (answers);
    return rc;
}
