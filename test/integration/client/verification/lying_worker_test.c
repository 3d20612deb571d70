//  lying_worker_test.c: a worker whose word of a result is not what the result says of itself: whoever
//  fetches it is told so, and has no result.
#define _GNU_SOURCE
#include "messages/base/digest.h"
#include "messages/uri.h"
#include "test/support/peers/played_peers.h"
#include "test/support/processes/command_line.h"
#include "test/support/results/resealed_result.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

enum { FILES = 5 };
static const char *const NAMES[FILES] = {"records.csv", "rejects.csv", "audit.ndjson", "datapackage.json",
                                         "report.json"};

//  What is told otherwise than it is.
struct lie {
    const char *from, *to;    //  in report.json, before its SHA-256 is told; NULL: nothing
    void (*tell) (struct result *result);
    const char *said;    //  NULL: it is no lie
};

static void s_more (struct result *result)
{
    result->counts.read++;
    result->counts.written++;
}

static void s_moved (struct result *result)
{
    result->counts.written--;
    result->counts.rejected++;
}

static void s_kind (struct result *result)
{
    snprintf (result->kind, sizeof result->kind, "lab_result");
}

static void s_records (struct result *result)
{
    result->outputs[0].records++;
}

static void s_no_report (struct result *result)
{
    result->outputs_count = FILES - 1;
}

static void s_fewer (struct result *result)
{
    result->outputs++;
    result->outputs_count--;
}

static const struct lie LIES[] = {
    {NULL, NULL, NULL, NULL},
    {NULL, NULL, s_more, "report.json counts 5 records as read and the worker 6"},
    {NULL, NULL, s_moved, "report.json counts 2 records as written and the worker 1"},
    {NULL, NULL, s_kind, "names another kind"},
    {NULL, NULL, s_records, "lists a file with another"},
    {NULL, NULL, s_no_report, "it has no report.json"},
    {NULL, NULL, s_fewer, "lists a file with another"},
    {"\"attempt\": 1", "\"attempt\": 2", NULL, "of another job or attempt"},
    {"\"id\": \"", "\"id\": \"0", NULL, "of another job or attempt"},
    {"\"name\": \"rejects.csv\"", "\"name\": \"records.csv\"", NULL, "lists a file with another"},
    {"\"sha256\": \"", "\"sha256\": \"0", NULL, NULL},    //  of the schema
    {"\"output\": [", "\"outputs\": [", NULL, "it has a file that report.json does not list"},
    {"\"output\": [", "\"output\": [{\"name\": \"more.csv\", \"bytes\": 0},", NULL,
     "lists a file with another"},
    {"\"format\": \"dmh-report/1\"", "\"counts\": {}, \"format\": \"dmh-report/1\"", NULL,
     "the key “counts” twice"},
};
enum { LIE_COUNT = sizeof LIES / sizeof *LIES };

//  A result of COMMAND_LINE_PATIENTS as the job's, in results/JOB.1 of the place.
static void s_make (struct played_peers *peers, const struct lie *lie, const char *job, char folder[700])
{
    char made[600], id[128], results[600];
    command_line_write (&peers->place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&peers->place, "run", "a.csv", "--quiet", "-o", "made"), 0, NULL, NULL);
    snprintf (made, sizeof made, "%s/made/a", peers->place.folder);
    snprintf (results, sizeof results, "%s/results", peers->place.folder);
    snprintf (folder, 700, "%s/%s.1", results, job);
    snprintf (id, sizeof id, "\"id\": \"%s\", \"was\": \"", job);
    resealed_replace (made, "report.json", "\"id\": \"", id);
    if (lie->from)
        resealed_replace (made, "report.json", lie->from, lie->to);
    cr_assert (mkdir (results, 0700) == 0 || errno == EEXIST);
    cr_assert_eq (rename (made, folder), 0);
}

static uint64_t s_lines (const char *folder, const char *name)
{
    uint64_t lines = 0;
    char *text = workplace_read (folder, name, NULL);
    cr_assert_not_null (text);
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    free (text);
    return lines;
}

static void s_outputs (const char *folder, struct output outputs[FILES])
{
    for (size_t i = 0; i < FILES; i++) {
        char path[800];
        struct error error;
        snprintf (path, sizeof path, "%s/%s", folder, NAMES[i]);
        snprintf (outputs[i].name, sizeof outputs[i].name, "%s", NAMES[i]);
        cr_assert_eq (digest_of_file (path, outputs[i].sha256, &outputs[i].bytes, &error), DMH_OK);
        outputs[i].records = i < 3 ? s_lines (folder, NAMES[i]) - (i < 2) : 0;
    }
}

//  The worker gets the job, and tells of its result what the lie says.
static void s_work (struct played_peers *peers, zsock_t *worker, const struct lie *lie, char job[ID_BYTES])
{
    struct job_order order;
    struct output outputs[FILES];
    struct result_ack ack;
    char key[24], folder[700];
    snprintf (key, sizeof key, "key-%d", (int) (lie - LIES));
    played_peers_submit (peers, "a.csv", key, job);
    played_peers_expect (worker, &job_order_shape, &order);
    job_order_clear (&order);
    s_make (peers, lie, job, folder);
    s_outputs (folder, outputs);
    struct result result = played_peers_result_of (job, 1);
    result.counts = (struct counts){5, 2, 1, 1, 1};
    result.outputs = outputs;
    result.outputs_count = FILES;
    cr_assert_eq (uri_from_path (folder, result.uri, sizeof result.uri, NULL), DMH_OK);
    if (lie->tell)
        lie->tell (&result);
    played_peers_send (worker, &result_shape, &result);
    played_peers_expect (worker, &result_ack_shape, &ack);
    cr_assert (ack.accepted, "lie %s", key);
}

Test (lying_worker, a_result_that_is_not_what_was_told_of_it_is_not_taken, .timeout = 120)
{
    struct played_peers peers;
    played_peers_open (&peers, LIE_COUNT);
    zsock_t *worker = played_peers_worker (&peers, "liar", 1, NULL, 0);
    for (size_t i = 0; i < LIE_COUNT; i++) {
        char job[ID_BYTES], out[600], name[16];
        s_work (&peers, worker, &LIES[i], job);
        snprintf (name, sizeof name, "out-%zu", i);
        snprintf (out, sizeof out, "%s/%s/a", peers.place.folder, name);
        command_line_expect (CALL (&peers.place, "fetch", job, "-o", name, "--broker", peers.front),
                             LIES[i].said ? 1 : 0, LIES[i].said ? NULL : "/a", LIES[i].said);
        cr_expect_eq (access (out, F_OK) == 0, !LIES[i].said, "lie %zu", i);
    }
    zsock_destroy (&worker);
    played_peers_close (&peers);
}
