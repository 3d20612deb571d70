//  fleet_ask.c: what a broker takes to answer, whatever its queue. Called by test/bench/fleet.sh: fleet_ask
//  FRONT PID TIMES. Asks for the state of a job, for the newest jobs, for those that are queued, for the
//  counters and for the workers, one after the other, TIMES each. Prints for each the median and the longest
//  answer in ms, and the broker's CPU in µs. Asserts nothing.
#include "messages/codec/frame.h"
#include "messages/request.h"
#include "test/bench/fleet_broker.h"

#include <czmq.h>
#include <stdio.h>

enum { TIMES_MAX = 100000, PATIENCE_MS = 120000 };

static zsock_t *s_front;
static pid_t s_broker;

//  The answer's body goes to `body`, where it is of that shape. false: nobody answers.
static bool s_ask (const struct shape *shape, const void *message, const struct shape *answer, void *body)
{
    struct frame frame;
    if (frame_send (s_front, NULL, shape, message, NULL) != DMH_OK)
        return false;
    zmsg_t *got = zmsg_recv (s_front);
    bool good = got && frame_open (got, &frame, NULL) == DMH_OK && streq (frame.kind, answer->name) &&
                (!body || shape_decode (answer, frame.body, frame.body_bytes, body, NULL) == DMH_OK);
    zmsg_destroy (&got);
    return good;
}

static bool s_measure (const char *what, size_t times, const struct shape *shape, const void *message,
                       const struct shape *answer)
{
    static double taken[TIMES_MAX];
    struct broker_cost before = fleet_broker_cost (s_broker);
    for (size_t i = 0; i < times; i++) {
        int64_t asked = zclock_usecs ();
        if (!s_ask (shape, message, answer, NULL)) {
            fprintf (stderr, "fleet_ask: no answer to %s\n", what);
            return false;
        }
        taken[i] = (double) (zclock_usecs () - asked) / 1000;
    }
    double cpu = fleet_broker_cpu_each (s_broker, &before, times);
    qsort (taken, times, sizeof *taken, fleet_by_size);
    printf ("%-28s median %8.2f ms, longest %8.2f ms, broker %9.1f us of CPU\n", what, taken[times / 2],
            taken[times - 1], cpu);
    fflush (stdout);
    return true;
}

int main (int argc, char **argv)
{
    size_t times = argc == 4 ? strtoul (argv[3], NULL, 10) : 0;
    if (times == 0 || times > TIMES_MAX) {
        fprintf (stderr, "fleet_ask FRONT PID TIMES\n");
        return 2;
    }
    s_front = zsock_new_dealer (argv[1]);
    s_broker = (pid_t) atol (argv[2]);
    zsock_set_rcvtimeo (s_front, PATIENCE_MS);
    struct list newest = {.request = "l", .limit = 32},
                queued = {.request = "q", .state = "queued", .limit = 32},
                failed = {.request = "f", .state = "failed", .limit = 32};
    struct jobs jobs = {.jobs = NULL};
    struct bare_request bare = {.request = "b"};
    struct job_request status = {.request = "s", .job = "00000000000000000000"};
    bool good = s_ask (&list_shape, &newest, &jobs_shape, &jobs);
    if (good && jobs.jobs_count)
        memcpy (status.job, jobs.jobs[0].job, sizeof status.job);
    shape_clear (&jobs_shape, &jobs);
    good = good && s_measure ("STATUS", times, &status_shape, &status, &job_state_reply_shape) &&
           s_measure ("LIST, the newest 32", times, &list_shape, &newest, &jobs_shape) &&
           s_measure ("LIST, 32 that are queued", times, &list_shape, &queued, &jobs_shape) &&
           s_measure ("LIST, of failed ones none", times, &list_shape, &failed, &jobs_shape) &&
           s_measure ("STATS (overview, /metrics)", times, &stats_shape, &bare, &counters_shape) &&
           s_measure ("WORKERS", times, &workers_shape, &bare, &worker_list_shape);
    zsock_destroy (&s_front);
    return good ? 0 : 1;
}
