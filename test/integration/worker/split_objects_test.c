//  split_objects_test.c: one big file over many workers that lies in an object store: each task asks the
//  store for the bytes that it needs and no others, connections that are cut and a busy store are gone over,
//  and an object that is replaced meanwhile is noticed. The result is that of the same file on a disk.
#define _GNU_SOURCE
#include "test/support/objects/object_store.h"
#include "test/support/results/local_attempt.h"
#include "test/support/results/split_run.h"

#include "worker/input/object_pieces.h"
#include "worker/parts/part_files.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_BYTES = 5000000, PARTS = 3, HEAD_BYTES = 1024 * 1024 + 1, JOBS_MAX = 8 };

static const struct options OPTIONS = {.audit = "full"};

TestSuite (split_objects, .timeout = 300);

//  Of persons, with one record in the middle that is none; `last` stands at the end.
static char *s_text (const char *last, size_t *n)
{
    char *text = NULL;
    FILE *file = open_memstream (&text, n);
    cr_assert_not_null (file);
    fputs ("patient_id,given_name,birth_date,gender\n", file);
    for (int i = 0; ftell (file) < FILE_BYTES; i++)
        fprintf (file, "%d,\"Ann\n%d\",0%d/0%d/19%02d,F\n%s", i, i % 50000, 1 + i % 9, 1 + i % 7, i % 90,
                 i == 80000 ? "\"Rejected\",too,many,of,them\n" : "");
    fputs (last, file);
    fclose (file);
    return text;
}

//  One run, and what was asked of the store before each of its jobs.
struct run {
    struct object_store store;
    char *text;
    size_t n;
    size_t asked[JOBS_MAX + 1];    //  bytes of the list of requests
    size_t jobs;
    const char *replaced_before;    //  the task; NULL: the object stays
    size_t replaced_at;             //  where it has another byte then, of the same size
    struct input_cut cut;
    struct split_run split;
};

static void s_before (void *context, const struct split_run *split, const char *task, size_t part)
{
    struct run *self = context;
    char *requests = object_store_requests (&self->store);
    (void) split;
    cr_assert_lt (self->jobs, JOBS_MAX);
    self->asked[self->jobs++] = strlen (requests);
    free (requests);
    if (self->replaced_before && streq (task, self->replaced_before) && part == 0) {
        self->text[self->replaced_at] = 'Z';
        object_store_put (&self->store, "in.csv", self->text, self->n);
    }
}

static char *s_slurp (const char *folder, const char *name)
{
    char *text = workplace_read (folder, name, NULL);
    cr_assert_not_null (text, "%s/%s", folder, name);
    return text;
}

//  What the same bytes give as a file; the report of the split one gets their path.
static void s_expect_same (struct run *self)
{
    char path[600];
    const char *folder = self->store.place.folder;
    workplace_write (&self->store.place, "in.csv", self->text, self->n);
    struct local_attempt whole = local_attempt_run (&self->store.place, "in.csv", &OPTIONS, 1);
    cr_assert (whole.done, "%s", whole.error.text);
    char *report = s_slurp (self->split.folder, "report.json"), *at = strstr (report, "s3://lab/in.csv");
    cr_assert_not_null (at, "%s", report);
    snprintf (path, sizeof path, "%s/report.json", self->split.folder);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    fprintf (file, "%.*s%s/in.csv%s", (int) (at - report), report, folder, at + strlen ("s3://lab/in.csv"));
    fclose (file);
    free (report);
    cr_expect (results_agree (whole.folder, self->split.folder));
    cr_expect_eq (memcmp (&whole.counts, &self->split.news.counts, sizeof whole.counts), 0);
}

//  `alone`: one worker is to do all of it in the end. false: there is no store here.
static bool s_run (struct run *self, const char *last, const char *faults, bool alone)
{
    struct error error = {.code = DMH_OK};
    char path[512], results[512], name[600];
    if (!object_store_start (&self->store, faults))
        return false;
    if (!self->text)
        self->text = s_text (last, &self->n);
    object_store_put (&self->store, "in.csv", self->text, self->n);
    snprintf (path, sizeof path, "%s/in.csv", self->store.place.folder);
    snprintf (results, sizeof results, "%s/split", self->store.place.folder);
    cr_assert_eq (mkdir (results, 0700), 0);
    catalog_t *catalog = catalog_new (NULL, &error);
    self->split = (struct split_run){.options = &OPTIONS,
                                     .catalog = catalog,
                                     .input = path,
                                     .uri = "s3://lab/in.csv",
                                     .results = results,
                                     .parts = PARTS,
                                     .before = s_before,
                                     .context = self};
    cr_assert_eq (split_run (&self->split), DMH_OK, "%s", self->split.error.text);
    char *requests = object_store_requests (&self->store);
    self->asked[self->jobs] = strlen (requests);
    free (requests);
    snprintf (name, sizeof name, "%s/00000000000000000000.1/" CUT_FILE, results);
    cr_assert_eq (input_cut_read (&self->cut, name, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (self->cut.count, PARTS);
    cr_expect_eq (self->split.passes[3] > 0, alone, "%zu passes of one worker", self->split.passes[3]);
    s_expect_same (self);
    catalog_destroy (&catalog);
    return true;
}

static void s_end (struct run *self)
{
    input_cut_clear (&self->cut);
    split_run_clear (&self->split);
    object_store_stop (&self->store);
    free (self->text);
}

struct range {
    uint64_t begin, end;
};

//  The ranges that a job asked for, at most `most`, and how many there were.
static size_t s_ranges (struct run *self, size_t job, struct range *ranges, size_t most)
{
    char *requests = object_store_requests (&self->store);
    size_t count = 0;
    requests[self->asked[job + 1]] = 0;
    for (const char *at = requests + self->asked[job]; (at = strstr (at, "GET ")); at++) {
        struct range range;
        cr_assert_eq (sscanf (at, "GET /lab/in.csv bytes=%" SCNu64 "-%" SCNu64, &range.begin, &range.end), 2,
                      "%s", at);
        range.end++;
        cr_assert_lt (count, most, "%s", requests + self->asked[job]);
        ranges[count++] = range;
    }
    free (requests);
    return count;
}

static void s_expect_range (struct range range, uint64_t begin, uint64_t end)
{
    cr_expect_eq (range.begin, begin, "%" PRIu64 " and not %" PRIu64, range.begin, begin);
    cr_expect_eq (range.end, end, "%" PRIu64 " and not %" PRIu64, range.end, end);
}

//  Of the head and the part of that index; the first one begins in the head.
static void s_expect_part (struct run *self, size_t job, size_t part)
{
    const struct text_part *of = &self->cut.parts[part];
    struct range ranges[8];
    cr_assert_eq (s_ranges (self, job, ranges, 8), 2, "of job %zu", job);
    s_expect_range (ranges[0], 0, HEAD_BYTES);
    s_expect_range (ranges[1], of->at < HEAD_BYTES ? HEAD_BYTES : of->at, of->at + of->bytes);
}

enum { SURVEYS = 1, PARTS_AT = SURVEYS + PARTS, WRITE_AT = PARTS_AT + PARTS };

static void s_expect_head (struct run *self, size_t job)
{
    struct range ranges[8];
    cr_assert_eq (s_ranges (self, job, ranges, 8), 1, "of job %zu", job);
    s_expect_range (ranges[0], 0, HEAD_BYTES);
}

Test (split_objects, are_asked_for_the_bytes_that_each_task_needs)
{
    struct run run = {.text = NULL};
    struct range ranges[8];
    if (!s_run (&run, "", NULL, false))
        return;
    cr_assert_eq (s_ranges (&run, 0, ranges, 8), 1);
    s_expect_range (ranges[0], 0, run.n);
    for (size_t part = 0; part < PARTS; part++) {
        s_expect_part (&run, SURVEYS + part, part);
        s_expect_head (&run, PARTS_AT + part);    //  what the surveys have made stands
    }
    //  Who writes looks at the record that was rejected, whose block may lie in some chunks.
    size_t count = s_ranges (&run, WRITE_AT, ranges, 8);
    uint64_t asked = 0, at = (uint64_t) (strstr (run.text, "\"Rejected") - run.text);
    cr_assert (count >= 2);
    s_expect_range (ranges[0], 0, HEAD_BYTES);
    for (size_t i = 1; i < count; i++)
        asked += ranges[i].end - ranges[i].begin;
    cr_expect (ranges[1].begin <= at && at < ranges[count - 1].end);
    cr_expect_leq (asked, 4 * OBJECT_CHUNK_BYTES);
    s_end (&run);
}

Test (split_objects, that_show_something_else_at_their_end_are_asked_for_each_part_once_more)
{
    struct run run = {.text = NULL};
    if (!s_run (&run, "x,Last,31/12/1980,F\n", NULL, false))
        return;
    for (size_t part = 0; part < PARTS; part++)
        s_expect_part (&run, PARTS_AT + part, part);
    s_end (&run);
}

//  The rest of the first part begins behind the head.
Test (split_objects, whose_connections_are_cut_within_a_part_go_on_there_and_a_busy_store_is_asked_again)
{
    struct run run = {.text = NULL};
    struct range ranges[8];
    if (!s_run (&run, "",
                "[{\"on\":\"bytes=1048577-\",\"do\":\"cut\",\"bytes\":300000,\"times\":1},"
                "{\"on\":\"bytes=1348577-\",\"do\":\"busy\",\"times\":2},"
                "{\"on\":\"bytes=1348577-\",\"do\":\"cut\",\"bytes\":0,\"times\":1}]",
                false))
        return;
    uint64_t end = run.cut.parts[0].at + run.cut.parts[0].bytes;
    cr_assert_eq (s_ranges (&run, SURVEYS, ranges, 8), 6);
    s_expect_range (ranges[1], HEAD_BYTES, end);
    for (size_t i = 2; i < 6; i++)
        s_expect_range (ranges[i], HEAD_BYTES + 300000, end);
    s_end (&run);
}

//  The same size, the same beginning; in a part that is surveyed, or in what was surveyed before.
Test (split_objects, that_are_replaced_meanwhile_are_one_workers_as_they_are_now)
{
    static const char *const TASKS[] = {TASK_SURVEY, TASK_PART, TASK_WRITE};
    for (size_t i = 0; i < sizeof TASKS / sizeof *TASKS; i++) {
        struct run run = {.replaced_before = TASKS[i]};
        struct range ranges[8];
        run.text = s_text ("", &run.n);
        run.replaced_at = (size_t) (strstr (run.text, "Rejected") - run.text);
        if (!s_run (&run, "", NULL, true))
            return free (run.text);
        size_t count = s_ranges (&run, WRITE_AT, ranges, 8);
        cr_assert_geq (count, 1, "%s", TASKS[i]);
        s_expect_range (ranges[count - 1], 0, run.n);    //  read once, whole
        s_end (&run);
    }
}

Test (split_objects, that_change_while_a_part_of_them_comes_are_one_workers)
{
    struct run run = {.text = NULL};
    if (!s_run (&run, "", "[{\"on\":\"bytes=1048577-\",\"do\":\"changed\",\"times\":1}]", true))
        return;
    s_end (&run);
}

//  The client asks how large it is, so that the broker knows.
Test (split_objects, that_are_submitted_by_their_name_are_split_by_the_broker)
{
    struct object_store store;
    if (!object_store_start (&store, NULL))
        return;
    size_t n = 0;
    char *text = s_text ("", &n), *said = NULL;
    struct servers servers = {.place = &store.place, .data_root = "s3://lab"};
    object_store_put (&store, "in.csv", text, n);
    workplace_write (&store.place, "in.csv", text, n);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "1");
    servers_start_worker (&servers, 1, "1");
    const char *submit[] = {"dmh",     "submit", "--wait", "--quiet", "--split-bytes",   "2000000",
                            "--audit", "full",   "-o",     "out",     "s3://lab/in.csv", NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &said), 0, "%s", said);
    free (said);
    cr_expect_eq (process_log_count (&store.place, "broker.log", "job.split"), 1);
    cr_expect_eq (process_log_count (&store.place, "worker0.log", "job.not_split"), 0);
    cr_expect_eq (process_log_count (&store.place, "worker1.log", "job.not_split"), 0);
    char whole[64];
    snprintf (whole, sizeof whole, "GET /lab/in.csv bytes=0-%zu", n - 1);
    cr_expect_eq (object_store_count (&store, whole), 1, "read whole by who cuts it");
    const char *run[] = {"dmh", "run", "--quiet", "--audit", "full", "-o", "right", "in.csv", NULL};
    cr_assert_eq (servers_dmh (&servers, run, &said), 0, "%s", said);
    free (said);
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        char ours[600], right[600];
        snprintf (ours, sizeof ours, "%s/out/in", store.place.folder);
        snprintf (right, sizeof right, "%s/right/in", store.place.folder);
        char *one = s_slurp (ours, FILES[i]), *other = s_slurp (right, FILES[i]);
        cr_expect (strcmp (one, other) == 0, "%s", FILES[i]);
        free (one);
        free (other);
    }
    //  Who knows nothing of the store submits it as it is; who reads it says what is wrong.
    unsetenv ("AWS_ACCESS_KEY_ID");
    const char *unknown[] = {"dmh", "submit", "--quiet", "s3://lab/in.csv", NULL};
    cr_expect_eq (servers_dmh (&servers, unknown, &said), 0, "%s", said);
    free (said);
    servers_stop (&servers);
    object_store_stop (&store);
    free (text);
}
