//  fleet_load.c: a broker with many queued jobs and many workers, all played by this one process. Called by
//  test/bench/fleet.sh: fleet_load FRONT BACK PID WORKERS JOBS RESULTS [RATE] [SORTS], PID the broker's. JOBS
//  are submitted, 128 in a SUBMIT, then WORKERS with a slot each register, of SORTS sorts (1) that each know
//  a kind of their own beside the common one; each hands a result in as soon as it has a job, with a RATE so
//  many a second of all, until there are RESULTS. Prints what a second holds, what the broker took of the
//  CPUs and of memory for each, and from a result to the next job the median, the 99th of 100 and the longest
//  in ms. Asserts nothing.
#include "messages/base/clock.h"
#include "messages/codec/frame.h"
#include "messages/request.h"
#include "messages/work.h"
#include "test/bench/fleet_broker.h"

#include <czmq.h>
#include <stdio.h>

enum { WORKERS_MAX = 4000, AHEAD = 8, PATIENCE_MS = 600000 };

struct played {
    zsock_t *back;
    size_t number;
    double sent_at;    //  of its last result; 0: none yet
    char job[ID_BYTES];
    uint64_t attempt;    //  0: it has no job
};

static pid_t s_broker;

static double s_now (void)
{
    return (double) zclock_usecs () / 1000;
}

static bool s_submit (zsock_t *front, size_t number)
{
    static struct input inputs[INPUTS_MAX];
    struct submit submit = {.inputs = inputs, .inputs_count = INPUTS_MAX, .options = {.kind = "patient"}};
    for (size_t i = 0; i < INPUTS_MAX; i++)
        inputs[i] = (struct input){.uri = "file:///bench/input.csv", .name = "input.csv", .bytes = 1000};
    snprintf (submit.request, sizeof submit.request, "%zu", number);
    snprintf (submit.submit_key, sizeof submit.submit_key, "%lld-%zu", (long long) clock_mono_ms (), number);
    return frame_send (front, NULL, &submit_shape, &submit, NULL) == DMH_OK;
}

//  The kind of the next message; its body goes to `body`, where that is of the shape's kind.
static bool s_receive (zsock_t *from, const struct shape *shape, void *body)
{
    struct frame frame;
    zmsg_t *message = zmsg_recv (from);
    bool is_it = message && frame_open (message, &frame, NULL) == DMH_OK && streq (frame.kind, shape->name) &&
                 shape_decode (shape, frame.body, frame.body_bytes, body, NULL) == DMH_OK;
    zmsg_destroy (&message);
    return is_it;
}

//  So many in all, `part` of them since then.
static void s_print_submitted (size_t all, size_t part, const struct broker_cost *since)
{
    struct broker_cost now = fleet_broker_cost (s_broker);
    printf ("%9zu submitted %8.0f a second, broker %6.1f us of CPU and %6.0f bytes a job, %6.0f MB in all\n",
            all, (double) part * 1000 / (now.wall_ms - since->wall_ms),
            (now.cpu_us - since->cpu_us) / (double) part, (now.rss_kb - since->rss_kb) * 1024 / (double) part,
            now.rss_kb / 1024);
    fflush (stdout);
}

static bool s_submit_all (const char *endpoint, size_t jobs)
{
    zsock_t *front = zsock_new_dealer (endpoint);
    size_t all = (jobs + INPUTS_MAX - 1) / INPUTS_MAX, sent = 0, part = all / 4 ? all / 4 : 1;
    struct broker_cost begun = fleet_broker_cost (s_broker);
    zsock_set_rcvtimeo (front, PATIENCE_MS);
    for (size_t answered = 0; answered < all; answered++) {
        struct accepted accepted;
        while (sent < all && sent < answered + AHEAD)
            if (!s_submit (front, sent++))
                return false;
        if (!s_receive (front, &accepted_shape, &accepted))
            return false;
        accepted_clear (&accepted);
        if ((answered + 1) % part == 0) {
            s_print_submitted ((answered + 1) * INPUTS_MAX, part * INPUTS_MAX, &begun);
            begun = fleet_broker_cost (s_broker);
        }
    }
    zsock_destroy (&front);
    return true;
}

static bool s_say_ready (const struct played *self, size_t sorts)
{
    struct word kinds[2] = {{"patient"}, {""}};
    struct ready ready = {.host = "bench", .slots = 1, .kinds = kinds, .kinds_count = 2};
    snprintf (kinds[1].word, WORD_BYTES, "sort%zu", self->number % sorts);
    snprintf (ready.worker, sizeof ready.worker, "played%zu", self->number);
    return frame_send (self->back, NULL, &ready_shape, &ready, NULL) == DMH_OK;
}

static bool s_register (struct played *self, const char *endpoint, size_t number, size_t sorts)
{
    self->number = number;
    self->back = zsock_new_dealer (endpoint);
    return self->back && s_say_ready (self, sorts);
}

static void s_hand_in (struct played *self)
{
    struct output output = {.name = "records.csv", .bytes = 1000};
    struct result result = {.attempt = self->attempt,
                            .kind = "patient",
                            .counts = {10, 10, 0, 0, 0},
                            .bytes_done = 1000,
                            .outputs = &output,
                            .outputs_count = 1};
    memset (output.sha256, 'a', HEX_BYTES - 1);
    memcpy (result.job, self->job, sizeof result.job);
    snprintf (result.uri, sizeof result.uri, "file:///r/%s.%llu", self->job,
              (unsigned long long) self->attempt);
    self->attempt = 0;
    self->sent_at = s_now ();
    frame_send (self->back, NULL, &result_shape, &result, NULL);
}

static void s_beat (struct played *workers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct running_job running = {.attempt = workers[i].attempt};
        struct heartbeat heartbeat = {&running, workers[i].attempt > 0};
        memcpy (running.job, workers[i].job, sizeof running.job);
        frame_send (workers[i].back, NULL, &heartbeat_shape, &heartbeat, NULL);
    }
}

//  What has come for a worker; the time since its last result, where that is a job, else -1. One that was
//  taken for dead registers again.
static double s_hear (struct played *worker, size_t sorts)
{
    struct job_order order;
    struct frame frame;
    zmsg_t *message = zmsg_recv (worker->back);
    bool opened = message && frame_open (message, &frame, NULL) == DMH_OK;
    bool is_job = opened && streq (frame.kind, job_order_shape.name) &&
                  shape_decode (&job_order_shape, frame.body, frame.body_bytes, &order, NULL) == DMH_OK;
    if (opened && streq (frame.kind, problem_shape.name))
        s_say_ready (worker, sorts);
    zmsg_destroy (&message);
    if (!is_job)
        return -1;
    memcpy (worker->job, order.job, sizeof worker->job);
    worker->attempt = order.attempt;
    job_order_clear (&order);
    return worker->sent_at > 0 ? s_now () - worker->sent_at : 0;
}

//  Workers that have a job, in the order in which they got it.
struct line {
    struct played *workers[WORKERS_MAX];
    size_t count, first, handed_in;
};

//  As many as `rate` a second lets hand in by now; 0: all.
static void s_hand_in_due (struct line *line, double since, double rate)
{
    while (line->count && (rate <= 0 || (double) line->handed_in < (s_now () - since) * rate / 1000)) {
        s_hand_in (line->workers[line->first]);
        line->first = (line->first + 1) % WORKERS_MAX;
        line->count--;
        line->handed_in++;
    }
}

static bool s_work (struct played *workers, size_t count, size_t results, double rate, size_t sorts)
{
    static struct line line;
    zmq_pollitem_t *items = calloc (count, sizeof *items);
    double *waited = calloc (results + 1, sizeof *waited), begun = s_now (), beat_at = begun,
           heard_at = begun;
    size_t done = 0, measured = 0;
    struct broker_cost before = fleet_broker_cost (s_broker);
    for (size_t i = 0; items && i < count; i++)
        items[i] = (zmq_pollitem_t){zsock_resolve (workers[i].back), 0, ZMQ_POLLIN, 0};
    while (items && waited && done < results) {
        if (zmq_poll (items, (int) count, rate > 0 ? 1 : HEARTBEAT_MS) > 0)
            heard_at = s_now ();
        else if (s_now () - heard_at > PATIENCE_MS)
            break;
        for (size_t i = 0; i < count && done < results; i++) {
            double ms = items[i].revents ? s_hear (&workers[i], sorts) : -1;
            if (ms >= 0)
                line.workers[(line.first + line.count++) % WORKERS_MAX] = &workers[i];
            done += ms >= 0;
            if (ms > 0)
                waited[measured++] = ms;
        }
        s_hand_in_due (&line, begun, rate);
        if (s_now () - beat_at >= HEARTBEAT_MS) {
            s_beat (workers, count);
            beat_at = s_now ();
        }
    }
    if (done == results && measured) {
        double cpu = fleet_broker_cpu_each (s_broker, &before, done);
        qsort (waited, measured, sizeof *waited, fleet_by_size);
        printf ("%9zu results   %8.0f a second, broker %6.1f us of CPU each; to the next job %.2f, %.2f, "
                "%.2f ms\n",
                done, (double) done * 1000 / (s_now () - begun), cpu, waited[measured / 2],
                waited[measured * 99 / 100], waited[measured - 1]);
    }
    bool good = done == results;
    free (items);
    free (waited);
    return good;
}

int main (int argc, char **argv)
{
    bool good = argc >= 7 && argc <= 9;
    size_t count = good ? strtoul (argv[4], NULL, 10) : 0, jobs = good ? strtoul (argv[5], NULL, 10) : 0,
           results = good ? strtoul (argv[6], NULL, 10) : 0,
           sorts = argc == 9 ? strtoul (argv[8], NULL, 10) : 1;
    double rate = argc >= 8 ? strtod (argv[7], NULL) : 0;
    static struct played workers[WORKERS_MAX];
    if (!good || count > WORKERS_MAX || sorts < 1) {
        fprintf (stderr, "fleet_load FRONT BACK PID WORKERS JOBS RESULTS [RATE] [SORTS]\n");
        return 2;
    }
    s_broker = (pid_t) atol (argv[3]);
    zsys_set_max_sockets (2 * WORKERS_MAX);
    good = s_submit_all (argv[1], jobs);
    for (size_t i = 0; good && i < count; i++)
        good = s_register (&workers[i], argv[2], i, sorts);
    good = good && (results == 0 || s_work (workers, count, results, rate, sorts));
    for (size_t i = 0; i < count; i++)
        zsock_destroy (&workers[i].back);
    if (!good)
        fprintf (stderr, "fleet_load: the broker does not answer\n");
    return good ? 0 : 1;
}
