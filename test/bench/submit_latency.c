//  submit_latency.c: how fast a broker answers a submission while it has large jobs to watch, and how many of
//  those move at the same time. Called by test/bench/run.sh: submit_latency FRONT LARGE JOBS SMALL. Submits
//  LARGE as JOBS jobs at once, then SMALL one at a time until the large ones have ended, and prints a table's
//  lines. Asserts nothing.
#include "messages/base/clock.h"
#include "messages/codec/frame.h"
#include "messages/event.h"
#include "messages/request.h"
#include "messages/uri.h"

#include <czmq.h>

enum { JOBS_MAX = 64, ANSWERS_MAX = 10000, PAUSE_MS = 20, MOVING_MS = 1000, PATIENCE_MS = 10000 };

struct watched {
    char job[ID_BYTES];
    uint64_t bytes_done;
    int64_t moved_at;    //  0: not yet
    bool ended, failed;
};

struct bench {
    zsock_t *front, *feed;
    struct watched jobs[JOBS_MAX];
    size_t job_count, ended, failed, moving_most;
    double answers[ANSWERS_MAX];    //  ms
    size_t answer_count;
    uint64_t requests;
};

//  Waits for the answer to what was sent last. false: none came, or an ERROR, said on standard error.
static bool s_answer (struct bench *self, const struct shape *shape, void *out)
{
    struct error error = {0};
    struct frame frame;
    zmsg_t *message = zmsg_recv (self->front);
    bool ok = message && frame_open (message, &frame, &error) == DMH_OK;
    if (ok && streq (frame.kind, "ERROR")) {
        struct problem problem = {.code = ""};
        ok = problem_decode (frame.body, frame.body_bytes, &problem, &error) == DMH_OK;
        error_set (&error, DMH_CONFLICT, "%s", ok ? problem.message : "an ERROR that cannot be read");
        ok = false;
    } else if (ok)
        ok = shape_decode (shape, frame.body, frame.body_bytes, out, &error) == DMH_OK;
    if (!ok)
        fprintf (stderr, "submit_latency: %s\n", message ? error.text : "no answer from the broker");
    zmsg_destroy (&message);
    return ok;
}

static bool s_hello (struct bench *self, char *feed, size_t size, const char *front)
{
    struct hello hello = {.request = "hello", .version = "bench"};
    struct welcome welcome = {.version = ""};
    struct error error = {0};
    if (frame_send (self->front, NULL, &hello_shape, &hello, &error) != DMH_OK ||
        !s_answer (self, &welcome_shape, &welcome))
        return false;
    const char *port = strrchr (welcome.feed, ':');
    const char *host = strstr (front, "//");
    if (!strstr (welcome.feed, "//*:") || !port || !host)
        snprintf (feed, size, "%s", welcome.feed);
    else
        snprintf (feed, size, "tcp://%.*s%s", (int) strcspn (host + 2, ":"), host + 2, port);
    return true;
}

//  Submits `path` as `count` jobs; their ids go to `jobs` where it is not NULL.
static bool s_submit (struct bench *self, const char *path, size_t count, struct watched *jobs)
{
    struct submit submit = {.inputs_count = count};
    struct accepted accepted = {.jobs = NULL};
    struct error error = {0};
    submit.inputs = calloc (count, sizeof *submit.inputs);
    if (!submit.inputs)
        return false;
    snprintf (submit.request, sizeof submit.request, "r%llu", (unsigned long long) ++self->requests);
    snprintf (submit.submit_key, sizeof submit.submit_key, "%lld-%llu", (long long) clock_wall_ms (),
              (unsigned long long) self->requests);
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        ok = uri_from_path (path, submit.inputs[i].uri, URI_BYTES, &error) == DMH_OK;
        snprintf (submit.inputs[i].name, NAME_BYTES, "input%zu.csv", i + 1);
    }
    ok = ok && frame_send (self->front, NULL, &submit_shape, &submit, &error) == DMH_OK &&
         s_answer (self, &accepted_shape, &accepted) && accepted.jobs_count == count;
    for (size_t i = 0; i < count && ok && jobs; i++)
        snprintf (jobs[i].job, ID_BYTES, "%s", accepted.jobs[i].job);
    accepted_clear (&accepted);
    free (submit.inputs);
    return ok;
}

static void s_note (struct bench *self, const struct event *event, int64_t now)
{
    size_t moving = 0;
    for (size_t i = 0; i < self->job_count; i++) {
        struct watched *job = &self->jobs[i];
        if (streq (job->job, event->job) && !job->ended) {
            if (event->bytes_done > job->bytes_done)
                job->moved_at = now;
            job->bytes_done = event->bytes_done;
            enum job_state state;
            job->ended = job_state_of (event->state, &state) == DMH_OK && job_state_ended (state);
            job->failed = job->ended && state != JOB_DONE;
            self->ended += job->ended;
            self->failed += job->failed;
        }
        moving += !job->ended && job->moved_at && now - job->moved_at < MOVING_MS;
    }
    if (moving > self->moving_most)
        self->moving_most = moving;
}

//  Takes what the feed has, for at most `ms`.
static void s_watch (struct bench *self, int64_t ms)
{
    int64_t until = clock_mono_ms () + ms;
    for (int64_t now = clock_mono_ms (); now < until; now = clock_mono_ms ()) {
        zmq_pollitem_t item = {zsock_resolve (self->feed), 0, ZMQ_POLLIN, 0};
        if (zmq_poll (&item, 1, (long) (until - now)) <= 0)
            return;
        zmsg_t *message = zmsg_recv (self->feed);
        zframe_t *body = message ? zmsg_last (message) : NULL;
        struct event event = {.job = ""};
        if (body && event_decode (zframe_data (body), zframe_size (body), &event, NULL) == DMH_OK)
            s_note (self, &event, clock_mono_ms ());
        event_clear (&event);
        zmsg_destroy (&message);
    }
}

static int s_compare (const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

static void s_print (struct bench *self, double seconds)
{
    size_t n = self->answer_count;
    qsort (self->answers, n, sizeof *self->answers, s_compare);
    printf ("jobs submitted at once            %zu\n", self->job_count);
    printf ("  done, failed                    %zu, %zu\n", self->ended - self->failed, self->failed);
    printf ("  wall time of all, s             %.1f\n", seconds);
    printf ("  moving at the same time (feed)  %zu\n", self->moving_most);
    printf ("submissions meanwhile             %zu\n", n);
    if (n)
        printf ("  answered after, ms              median %.2f, p99 %.2f, longest %.2f\n",
                self->answers[n / 2], self->answers[n * 99 / 100], self->answers[n - 1]);
}

static bool s_run (struct bench *self, const char *large, const char *small)
{
    int64_t begin = clock_mono_ms ();
    if (!s_submit (self, large, self->job_count, self->jobs))
        return false;
    while (self->ended < self->job_count) {
        int64_t sent = zclock_usecs ();
        if (self->answer_count < ANSWERS_MAX) {
            if (!s_submit (self, small, 1, NULL))
                return false;
            self->answers[self->answer_count++] = (double) (zclock_usecs () - sent) / 1000;
        }
        s_watch (self, PAUSE_MS);
    }
    s_print (self, (double) (clock_mono_ms () - begin) / 1000);
    return true;
}

int main (int argc, char **argv)
{
    static struct bench bench;
    size_t jobs = argc == 5 ? (size_t) strtoul (argv[3], NULL, 10) : 0;
    if (jobs == 0 || jobs > JOBS_MAX) {
        fprintf (stderr,
                 "submit_latency FRONT LARGE JOBS SMALL, with absolute paths, for example: submit_latency "
                 "tcp://127.0.0.1:5570 $PWD/lab.csv 10 $PWD/small.csv\n");
        return 2;
    }
    bench.job_count = jobs;
    bench.front = zsock_new_dealer (argv[1]);
    char feed[URI_BYTES];
    zsock_set_rcvtimeo (bench.front, PATIENCE_MS);
    bool ok = bench.front && s_hello (&bench, feed, sizeof feed, argv[1]);
    if (ok)
        bench.feed = zsock_new_sub (feed, EVENT_TOPIC);
    ok = ok && bench.feed && s_run (&bench, argv[2], argv[4]);
    zsock_destroy (&bench.front);
    zsock_destroy (&bench.feed);
    return ok ? 0 : 1;
}
