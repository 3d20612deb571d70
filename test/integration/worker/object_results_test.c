//  object_results_test.c: results that go to an object store: in parts where they are large, whole or not at
//  all, fetched and removed as any others are.
#define _GNU_SOURCE
#include "test/support/objects/object_store.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS = 330000, PART_BYTES = 8 * 1024 * 1024 };

TestSuite (object_results, .timeout = 300);

static void s_dmh (struct servers *servers, const char *const words[], int status, char **said)
{
    char *text = NULL;
    int is = servers_dmh (servers, words, &text);
    cr_assert_eq (is, status, "%s %s: %d: %s", words[1], words[2], is, text);
    cr_expect_null (strstr (text, "S3RVER"), "%s", text);
    if (said)
        *said = text;
    else
        free (text);
}

//  A file whose records come to more than a part.
static void s_write_many (const struct workplace *place)
{
    char path[300];
    snprintf (path, sizeof path, "%s/many.csv", place->folder);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    fputs ("MRN,First Name,Last Name,DOB,Sex\n", file);
    for (int i = 0; i < RECORDS; i++)
        fprintf (file, "%d,Ann,Doe%d,01/13/19%02d,F\n", i, i % 997, i % 90 + 10);
    cr_assert_eq (fclose (file), 0);
}

//  The job that LIST has last, yours to free.
static char *s_job (struct servers *servers)
{
    char *said = NULL;
    const char *const list[] = {"dmh", "list", "--json", NULL};
    s_dmh (servers, list, 0, &said);
    char *job = strstr (said, "\"job\":\"");
    cr_assert_not_null (job, "%s", said);
    job = strndup (job + 7, strcspn (job + 7, "\""));
    free (said);
    return job;
}

static void s_expect_same (const struct workplace *place, const char *ours, const char *right)
{
    static const char *const FILES[] = {"records.csv", "rejects.csv"};
    char one[400], other[400];
    snprintf (one, sizeof one, "%s/%s", place->folder, ours);
    snprintf (other, sizeof other, "%s/%s", place->folder, right);
    for (size_t i = 0; i < 2; i++) {
        size_t n = 0, m = 0;
        char *a = workplace_read (one, FILES[i], &n), *b = workplace_read (other, FILES[i], &m);
        cr_assert (a && b && n == m && memcmp (a, b, n) == 0, "%s of %s", FILES[i], ours);
        free (a);
        free (b);
    }
}

//  Nothing of an attempt is kept where it was made.
static void s_expect_none_here (const struct workplace *place)
{
    char path[300];
    snprintf (path, sizeof path, "%s/results", place->folder);
    DIR *folder = opendir (path);
    cr_assert_not_null (folder);
    for (struct dirent *entry; (entry = readdir (folder)) != NULL;)
        cr_expect (streq (entry->d_name, ".") || streq (entry->d_name, ".."), "%s", entry->d_name);
    closedir (folder);
}

Test (object_results, are_whole_whatever_is_cut_and_are_fetched_and_removed)
{
    struct object_store store;
    if (!object_store_start (&store,
                             "[{\"on\":\"?uploads\",\"do\":\"busy\",\"times\":1},"
                             "{\"on\":\"partNumber=2\",\"do\":\"cut-body\",\"bytes\":1000,\"times\":2},"
                             "{\"on\":\"partNumber=1\",\"do\":\"cut\",\"bytes\":0,\"times\":1},"
                             "{\"on\":\"report.json\",\"do\":\"busy\",\"times\":1}]"))
        return;
    struct servers servers = {.place = &store.place, .results_to = "s3://lab/kept/here"};
    s_write_many (&store.place);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "1");
    const char *const submit[] = {"dmh", "submit", "--wait", "--quiet", "many.csv", NULL};
    s_dmh (&servers, submit, 0, NULL);
    char *job = s_job (&servers), *said = NULL, key[200], expected[200];
    snprintf (key, sizeof key, "kept/here/%s.1/report.json", job);
    char *requests = object_store_requests (&store), *last = strstr (requests, key);
    cr_assert_not_null (last, "%s", requests);
    cr_expect_null (strstr (last, "records.csv"), "the report is last:\n%s", requests);
    free (requests);
    cr_expect_eq (object_store_count (&store, "partNumber=1&"), 2);
    cr_expect_geq (object_store_count (&store, "partNumber=2&"), 3);
    s_expect_none_here (&store.place);
    const char *const tell[] = {"dmh", "status", job, NULL};
    s_dmh (&servers, tell, 0, &said);
    snprintf (expected, sizeof expected, "s3://lab/kept/here/%s.1", job);
    cr_expect_not_null (strstr (said, expected), "%s", said);
    free (said);
    const char *const fetch[] = {"dmh", "fetch", "--quiet", "-o", "out", job, NULL};
    s_dmh (&servers, fetch, 0, NULL);
    const char *const run[] = {"dmh", "run", "--quiet", "-o", "right", "many.csv", NULL};
    s_dmh (&servers, run, 0, NULL);
    s_expect_same (&store.place, "out/many", "right/many");
    const char *const verify[] = {"dmh", "verify", "out/many", NULL};
    s_dmh (&servers, verify, 0, NULL);
    const char *const gone[] = {"dmh", "remove", "--quiet", job, NULL};
    s_dmh (&servers, gone, 0, NULL);
    process_await (&store.place, "worker0.log", "result.removed");
    char *left = object_store_get (&store, key, NULL);
    cr_expect_null (left);
    snprintf (key, sizeof key, "kept/here/%s.1/records.csv", job);
    char *more = object_store_get (&store, key, NULL);
    cr_expect_null (more);
    free (left);
    free (more);
    free (job);
    servers_stop (&servers);
    object_store_stop (&store);
}

Test (object_results, that_cannot_be_put_together_are_taken_back_and_made_again)
{
    struct object_store store;
    if (!object_store_start (&store, "[{\"on\":\"?uploadId=\",\"do\":\"broken\",\"times\":1}]"))
        return;
    struct servers servers = {.place = &store.place, .results_to = "s3://lab/kept"};
    s_write_many (&store.place);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "1");
    const char *const submit[] = {"dmh", "submit", "--wait", "--quiet", "-o", "out", "many.csv", NULL};
    s_dmh (&servers, submit, 0, NULL);
    cr_expect_eq (object_store_count (&store, " broken\n"), 1);
    char *job = s_job (&servers), key[200], *text;
    static const char *const FILES[] = {"report.json", "records.csv", "rejects.csv", "audit.ndjson"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        snprintf (key, sizeof key, "kept/%s.1/%s", job, FILES[i]);
        cr_expect_null (text = object_store_get (&store, key, NULL), "%s", key);
        free (text);
        snprintf (key, sizeof key, "kept/%s.2/%s", job, FILES[i]);
        cr_expect_not_null (text = object_store_get (&store, key, NULL), "%s", key);
        free (text);
    }
    cr_expect_geq (object_store_count (&store, "DELETE /lab/kept"), 1);
    free (job);
    servers_stop (&servers);
    object_store_stop (&store);
}

Test (object_results, are_joined_as_others_are)
{
    static const char
        A[] = "MRN,First Name,Last Name,DOB,Sex\n1,Ann,Doe,01/13/1970,F\n2,Bob,Roe,02/13/1980,M\n",
        B[] = "MRN,First Name,Last "
              "Name,DOB,Sex\n1,Zoe,Doe,01/13/1970,F\n2,Bob,Roe,02/13/1980,M\n2,Rob,Roe,02/13/1980,M\n";
    struct object_store store;
    if (!object_store_start (&store, NULL))
        return;
    struct servers servers = {
        .place = &store.place, .data_root = "s3://lab/in", .results_to = "s3://lab/kept"};
    object_store_put (&store, "in/a.csv", A, strlen (A));
    object_store_put (&store, "in/b.csv", B, strlen (B));
    workplace_write (&store.place, "a.csv", A, strlen (A));
    workplace_write (&store.place, "b.csv", B, strlen (B));
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "2");
    const char *const submit[] = {"dmh", "submit", "--wait",       "--quiet", "--join",
                                  "-o",  "out",    "s3://lab/in/", NULL};
    const char *const run[] = {"dmh", "run", "--quiet", "--join", "-o", "right", "a.csv", "b.csv", NULL};
    const char *const here[] = {"dmh", "run", "--quiet", "--join", "-o", "here", "s3://lab/in/", NULL};
    s_dmh (&servers, submit, 0, NULL);
    s_dmh (&servers, run, 0, NULL);
    s_dmh (&servers, here, 0, NULL);
    s_expect_same (&store.place, "out/joined/patient", "right/joined/patient");
    s_expect_same (&store.place, "here/joined/patient", "right/joined/patient");
    servers_stop (&servers);
    object_store_stop (&store);
}

Test (object_results, need_credentials_before_a_worker_begins)
{
    struct object_store store;
    char *said = NULL;
    if (!object_store_start (&store, NULL))
        return;
    unsetenv ("AWS_SECRET_ACCESS_KEY");
    const char *const words[] = {"dmh-worker", "--results-to", "s3://lab/kept", "--results", "r", NULL};
    cr_expect_neq (process_run (&store.place, words, &said), 0);
    cr_expect_not_null (strstr (said, "AWS_ACCESS_KEY_ID"), "%s", said);
    free (said);
    object_store_stop (&store);
}
