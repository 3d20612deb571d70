//  status_latency.c: how fast a broker answers STATUS. Called by test/bench/run.sh: status_latency FRONT PID
//  asks one after the other for as long as that process lives, 5 ms apart; PID 0: 1,000 times. Prints how
//  many, the median, the 99th percentile and the longest answer in ms. Asserts nothing.
#include "messages/codec/frame.h"
#include "messages/request.h"

#include <czmq.h>
#include <signal.h>

enum { ANSWERS_MAX = 1000000, TIMES = 1000, PAUSE_MS = 5, PATIENCE_MS = 20000 };

static int s_by_size (const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

int main (int argc, char **argv)
{
    if (argc != 3)
        return 2;
    pid_t pid = (pid_t) atol (argv[2]);
    double *answers = malloc (ANSWERS_MAX * sizeof *answers);
    zsock_t *front = zsock_new_dealer (argv[1]);
    size_t count = 0;
    if (!answers || !front)
        return 1;
    zsock_set_rcvtimeo (front, PATIENCE_MS);
    while (count < ANSWERS_MAX && (pid ? kill (pid, 0) == 0 : count < TIMES)) {
        struct job_request status = {.request = "s", .job = "00000000000000000000"};
        int64_t asked = zclock_usecs ();
        if (frame_send (front, NULL, &status_shape, &status, NULL) != DMH_OK)
            return 1;
        zmsg_t *answer = zmsg_recv (front);
        if (!answer)
            return 1;
        answers[count++] = (double) (zclock_usecs () - asked) / 1000;
        zmsg_destroy (&answer);
        zclock_sleep (PAUSE_MS);
    }
    qsort (answers, count, sizeof *answers, s_by_size);
    if (count)
        printf ("%8zu %10.2f %10.2f %10.2f\n", count, answers[count / 2], answers[count * 99 / 100],
                answers[count - 1]);
    zsock_destroy (&front);
    free (answers);
    return 0;
}
