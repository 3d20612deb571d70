//  store_load.c: what jobs take in a store, and what it takes to remove some of many. Called by
//  test/bench/fleet.sh: store_load URL JOBS OUTPUTS REMOVED. JOBS are added, 128 in a group, each with an
//  input that the files service has, and end with OUTPUTS outputs, the first of which all have alike; then
//  REMOVED of them leave one after the other. Prints µs a job, by quarters, and ms a removal: the median and
//  the longest. Asserts nothing.
#include "broker/jobs/removal.h"
#include "messages/base/clock.h"
#include "test/bench/fleet_broker.h"

#include <stdio.h>
#include <stdlib.h>

enum { GROUP = 128, QUARTERS = 4 };

//  What nobody else has.
static void s_sha256 (char out[HEX_BYTES], size_t job, size_t file)
{
    uint64_t state = job * 31 + file + 1;
    for (size_t i = 0; i < HEX_BYTES - 1; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        out[i] = "0123456789abcdef"[state >> 60];
    }
    out[HEX_BYTES - 1] = 0;
}

static int s_add (store_t *store, size_t number, struct store_job *out, struct error *error)
{
    *out = (struct store_job){.record = {.state = "queued", .submitted_at = 1}, .input = {.uri = "sha256:"}};
    snprintf (out->record.job, sizeof out->record.job, "%020zu", number);
    snprintf (out->submit_key, sizeof out->submit_key, "%zu", number);
    snprintf (out->input.name, sizeof out->input.name, "input.csv");
    s_sha256 (out->input.sha256, number, 0);
    return store_add (store, out, error);
}

static int s_end (store_t *store, size_t number, struct store_job *job, size_t outputs, struct error *error)
{
    struct job_record *record = &job->record;
    record->outputs = calloc (outputs + 1, sizeof *record->outputs);
    record->outputs_count = outputs;
    record->finished_at = (int64_t) number + 1;
    snprintf (record->state, sizeof record->state, "done");
    snprintf (record->result, sizeof record->result, "sha256:");
    for (size_t i = 0; i < outputs; i++) {
        snprintf (record->outputs[i].name, sizeof record->outputs[i].name, "output-%zu", i);
        s_sha256 (record->outputs[i].sha256, i ? number : 0, i + 1);
    }
    return store_change (store, record, 1, error);
}

static int s_fill (store_t *store, size_t from, size_t to, size_t outputs, struct error *error)
{
    struct store_job jobs[GROUP];
    int rc = DMH_OK;
    for (size_t at = from; rc == DMH_OK && at < to; at += GROUP) {
        size_t n = to - at < GROUP ? to - at : GROUP;
        rc = store_begin (store, error);
        for (size_t i = 0; rc == DMH_OK && i < n; i++)
            rc = s_add (store, at + i, &jobs[i], error);
        for (size_t i = 0; rc == DMH_OK && i < n; i++)
            rc = s_end (store, at + i, &jobs[i], outputs, error);
        if (rc == DMH_OK)
            rc = store_commit (store, error);
        for (size_t i = 0; i < n; i++)
            store_job_clear (&jobs[i]);
    }
    return rc;
}

struct leaving {
    removal_t *removal;
    size_t gone, swept;
};

static bool s_ask (void *context, const struct job_record *record)
{
    (void) context, (void) record;
    return false;
}

//  Counts what the files service would remove.
static bool s_sweep (void *context, zhashx_t **files)
{
    ((struct leaving *) context)->swept += zhashx_size (*files);
    return false;
}

static void s_gone (void *context, const struct job_record *record)
{
    (void) record;
    ((struct leaving *) context)->gone++;
}

static int s_remove (store_t *store, size_t number, struct leaving *leaving, struct error *error)
{
    char id[ID_BYTES];
    struct store_job job;
    size_t gone = leaving->gone;
    snprintf (id, sizeof id, "%020zu", number);
    int rc = store_begin (store, error);
    if (rc == DMH_OK)
        rc = store_find (store, id, &job, error);
    if (rc != DMH_OK)
        return rc;
    job.record.removal_at = clock_wall_ms ();
    rc = store_change (store, &job.record, 1, error);
    store_job_clear (&job);
    if (rc == DMH_OK)
        rc = store_commit (store, error);
    removal_wake (leaving->removal, clock_mono_ms ());
    while (rc == DMH_OK && leaving->gone == gone)
        rc = removal_step (leaving->removal, clock_mono_ms (), error);
    return rc;
}

static int s_remove_all (store_t *store, size_t jobs, size_t count, struct error *error)
{
    double *taken = calloc (count + 1, sizeof *taken);
    struct leaving leaving = {.gone = 0};
    int rc = DMH_OK;
    leaving.removal = removal_new (store, &(struct removal_actions){&leaving, s_ask, false, s_sweep, s_gone});
    for (size_t i = 0; taken && leaving.removal && rc == DMH_OK && i < count; i++) {
        int64_t before = clock_mono_us ();
        rc = s_remove (store, i * (jobs / count), &leaving, error);
        taken[i] = (double) (clock_mono_us () - before) / 1000;
    }
    qsort (taken, count, sizeof *taken, fleet_by_size);
    if (rc == DMH_OK)
        printf ("%9zu removed, each with %.1f files: %.2f ms, at most %.2f ms\n", leaving.gone,
                (double) leaving.swept / (double) count, taken[count / 2], taken[count - 1]);
    removal_destroy (&leaving.removal);
    free (taken);
    return rc;
}

int main (int argc, char **argv)
{
    struct error error = {.code = DMH_OK};
    size_t jobs = argc == 5 ? strtoul (argv[2], NULL, 10) : 0,
           outputs = argc == 5 ? strtoul (argv[3], NULL, 10) : 0,
           removed = argc == 5 ? strtoul (argv[4], NULL, 10) : 0;
    if (jobs < QUARTERS || removed < 1 || removed > jobs) {
        fprintf (stderr, "store_load URL JOBS OUTPUTS REMOVED\n");
        return 2;
    }
    store_t *store = store_open (argv[1], &error);
    int rc = store ? DMH_OK : error.code;
    for (size_t quarter = 0; rc == DMH_OK && quarter < QUARTERS; quarter++) {
        int64_t before = clock_mono_us ();
        size_t from = jobs / QUARTERS * quarter, to = from + jobs / QUARTERS;
        rc = s_fill (store, from, to, outputs, &error);
        printf ("%9zu jobs with %zu outputs, %.1f us each\n", to, outputs,
                (double) (clock_mono_us () - before) / (double) (to - from));
        fflush (stdout);
    }
    if (rc == DMH_OK)
        rc = s_remove_all (store, jobs / QUARTERS * QUARTERS, removed, &error);
    store_close (&store);
    if (rc != DMH_OK)
        fprintf (stderr, "store_load: %s\n", error.text);
    return rc == DMH_OK ? 0 : 1;
}
