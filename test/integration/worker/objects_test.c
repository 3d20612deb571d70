//  objects_test.c: inputs that lie in an object store: read from a real S3 server whose connections are cut
//  and which is busy, with the result that the same file gives; by whose credentials, and what a worker may
//  reach.
#define _GNU_SOURCE
#include "test/support/objects/object_store.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char PEOPLE[] = "MRN,First Name,Last Name,DOB,Sex\n"
                             "1,Ann,Doe,01/02/1970,F\n"
                             "2,Bob,Roe,02/13/1980,male\n"
                             "2,Bob,Roe,02/13/1980,male\n"
                             ",Cat,Moe,02/13/1980,male\n";

TestSuite (objects, .timeout = 240);

//  Runs dmh run; its exit status. What it says is checked for the secret, and yours to free.
static int s_run (struct object_store *store, const char *input, const char *out, const char *more,
                  char **said)
{
    const char *const words[] = {"dmh", "run", "--quiet", "-o", out, input, more, NULL};
    int status = process_run (&store->place, words, said);
    cr_expect_null (strstr (*said, "S3RVER"), "%s", *said);
    return status;
}

static void s_expect_said (struct object_store *store, const char *input, const char *out,
                           const char *sentence)
{
    char *said = NULL;
    cr_expect_neq (s_run (store, input, out, NULL, &said), 0, "%s", said);
    cr_expect_not_null (strstr (said, sentence), "“%s” is not in: %s", sentence, said);
    free (said);
}

//  `result` holds what the same bytes give as a file, and nothing of what was shown to the store.
static void s_expect_same (struct object_store *store, const char *result, const void *bytes, size_t n)
{
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson", "report.json"};
    char ours[600], right[600], *said = NULL;
    workplace_write (&store->place, "base.csv", bytes, n);
    cr_assert_eq (s_run (store, "base.csv", "right", "--replace", &said), 0, "%s", said);
    free (said);
    snprintf (ours, sizeof ours, "%s/%s", store->place.folder, result);
    snprintf (right, sizeof right, "%s/right/base", store->place.folder);
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        size_t ours_n = 0, right_n = 0;
        char *came = workplace_read (ours, FILES[i], &ours_n),
             *base = workplace_read (right, FILES[i], &right_n);
        cr_assert (came && base, "%s of %s", FILES[i], result);
        if (i < 2)
            cr_expect (ours_n == right_n && memcmp (came, base, right_n) == 0, "%s of %s", FILES[i], result);
        cr_expect_null (strstr (came, "S3RVER"), "%s", FILES[i]);
        free (came);
        free (base);
    }
}

static void s_run_good (struct object_store *store, const char *input, const char *out, const char *more)
{
    char *said = NULL;
    cr_assert_eq (s_run (store, input, out, more, &said), 0, "%s", said);
    free (said);
}

Test (objects, give_what_the_file_gives_whatever_characters_their_keys_have)
{
    static const struct {
        const char *key, *result;
    } CASES[] = {{"people.csv", "people"},
                 {"a b/c+d%20=&?#.csv", "c+d%20=&?#"},
                 {"\xc3\xa4\xe2\x82\xac/\xf0\x9f\xa7\xac!'()*.csv", "\xf0\x9f\xa7\xac!'()*"}};
    struct object_store store;
    if (!object_store_start (&store, NULL))
        return;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char word[200], result[200], path[500], *report;
        snprintf (word, sizeof word, "s3://lab/%s", CASES[i].key);
        snprintf (result, sizeof result, "out/%s", CASES[i].result);
        object_store_put (&store, CASES[i].key, PEOPLE, strlen (PEOPLE));
        s_run_good (&store, word, "out", NULL);
        s_expect_same (&store, result, PEOPLE, strlen (PEOPLE));
        snprintf (path, sizeof path, "%s/%s", store.place.folder, result);
        report = workplace_read (path, "report.json", NULL);
        snprintf (path, sizeof path, "\"path\": \"%s\"", word);
        cr_expect_not_null (strstr (report, path), "%s", report);
        free (report);
    }
    object_store_stop (&store);
}

//  Two megabytes, so that there is something to cut.
static char *s_many (size_t *n)
{
    char *text = NULL;
    FILE *file = open_memstream (&text, n);
    cr_assert_not_null (file);
    fputs ("MRN,First Name,Last Name,DOB,Sex\n", file);
    for (int i = 0; i < 60000; i++)
        fprintf (file, "%d,Ann,Doe%d,01/02/19%02d,F\n", i, i % 997, i % 90 + 10);
    fclose (file);
    return text;
}

Test (objects, that_are_cut_off_go_on_where_they_were_and_a_busy_store_is_asked_again)
{
    struct object_store store;
    size_t n = 0;
    char *many = s_many (&n);
    if (object_store_start (&store, "[{\"on\":\"HEAD\",\"do\":\"busy\",\"times\":2},"
                                    "{\"on\":\"GET\",\"do\":\"cut\",\"bytes\":300000,\"times\":3},"
                                    "{\"on\":\"GET\",\"do\":\"busy\",\"times\":1},"
                                    "{\"on\":\"GET\",\"do\":\"cut\",\"bytes\":0,\"times\":1}]")) {
        object_store_put (&store, "many.csv", many, n);
        s_run_good (&store, "s3://lab/many.csv", "out", NULL);
        s_expect_same (&store, "out/many", many, n);
        cr_expect_eq (object_store_count (&store, "HEAD /lab/many.csv - busy\n"), 2);
        cr_expect_eq (object_store_count (&store, "GET /lab/many.csv bytes=0-"), 1, "begun once");
        cr_expect_eq (object_store_count (&store, "GET /lab/many.csv "), 6);
        object_store_stop (&store);
    }
    free (many);
}

Test (objects, that_change_while_they_are_read_are_no_input)
{
    struct object_store store;
    size_t n = 0;
    char *many = s_many (&n);
    if (object_store_start (&store, "[{\"on\":\"GET\",\"do\":\"cut\",\"bytes\":300000,\"times\":1},"
                                    "{\"on\":\"GET\",\"do\":\"change\",\"times\":1,"
                                    "\"file\":\"lab/many.csv._S3rver_object.md5\","
                                    "\"text\":\"00000000000000000000000000000000\"},"
                                    "{\"on\":\"GET\",\"do\":\"changed\",\"times\":1}]")) {
        object_store_put (&store, "many.csv", many, n);
        s_expect_said (&store, "s3://lab/many.csv", "out", "many.csv has changed in the object store");
        s_expect_said (&store, "s3://lab/many.csv", "out", "many.csv has changed in the object store");
        object_store_stop (&store);
    }
    free (many);
}

Test (objects, that_hold_nothing_are_told_as_empty_files_are)
{
    struct object_store store;
    if (!object_store_start (&store, NULL))
        return;
    object_store_put (&store, "empty.csv", "", 0);
    workplace_write (&store.place, "empty.csv", "", 0);
    char *ours = NULL, *right = NULL;
    int status = s_run (&store, "s3://lab/empty.csv", "out", NULL, &ours);
    cr_expect_eq (s_run (&store, "empty.csv", "right", NULL, &right), status);
    cr_expect_not_null (strstr (right, "empty.csv"), "%s", right);
    char *ending = strstr (right, "empty.csv");
    cr_expect_not_null (strstr (ours, ending), "%s not in %s", ending, ours);
    free (ours);
    free (right);
    object_store_stop (&store);
}

Test (objects, are_refused_with_the_reason_of_the_store)
{
    struct object_store store;
    if (!object_store_start (&store, "[{\"on\":\"HEAD /lab/moved.csv\",\"do\":\"elsewhere\",\"times\":9},"
                                     "{\"on\":\"GET /lab/people.csv\",\"do\":\"range\",\"times\":1}]"))
        return;
    object_store_put (&store, "people.csv", PEOPLE, strlen (PEOPLE));
    s_expect_said (&store, "s3://lab/gone.csv", "out", "gone.csv is not in the object store");
    s_expect_said (&store, "s3://lab/moved.csv", "out", "its bucket is elsewhere, in eu-north-1");
    cr_expect_eq (object_store_count (&store, "moved.csv"), 1, "nobody went there");
    s_expect_said (&store, "s3://lab/people.csv", "out", "sends other bytes than it was asked for");
    setenv ("AWS_SECRET_ACCESS_KEY", "a-very-wrong-one", 1);
    s_expect_said (&store, "s3://lab/people.csv", "out", "(403, SignatureDoesNotMatch)");
    setenv ("AWS_ACCESS_KEY_ID", "NOBODY", 1);
    s_expect_said (&store, "s3://lab/people.csv", "out", "(403, InvalidAccessKeyId)");
    s_expect_said (&store, "s3://lab/", "out", "(403, InvalidAccessKeyId)");
    unsetenv ("AWS_ACCESS_KEY_ID");
    s_expect_said (&store, "s3://lab/people.csv", "out", "no credentials for the object store");
    s_expect_said (&store, "s3://Lab/people.csv", "out", "is no name of an object");
    object_store_stop (&store);
}

Test (objects, below_a_prefix_are_the_inputs_of_a_batch)
{
    struct object_store store;
    if (!object_store_start (&store, "[{\"on\":\"list-type=2\",\"do\":\"busy\",\"times\":1}]"))
        return;
    char key[64];
    static const char *const INPUTS[] = {"in/a.csv", "in/b c+\xc3\xa4.csv", "in/deep/er/d.csv"};
    static const char *const OTHERS[] = {"in/.hidden.csv",      "in/deep/.x/e.csv", "in/done/report.json",
                                         "in/done/records.csv", "inside.csv",       "in/notes.txt"};
    for (size_t i = 0; i < sizeof INPUTS / sizeof *INPUTS; i++)
        object_store_put (&store, INPUTS[i], PEOPLE, strlen (PEOPLE));
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        object_store_put (&store, OTHERS[i], PEOPLE, strlen (PEOPLE));
    for (int i = 0; i < 1000; i++) {    //  a page is of a thousand
        snprintf (key, sizeof key, "in/c%04d.txt", i);
        object_store_put (&store, key, "", 0);
    }
    s_run_good (&store, "s3://lab/in/", "deep", "--recursive");
    s_expect_same (&store, "deep/a", PEOPLE, strlen (PEOPLE));
    s_expect_same (&store, "deep/b c+\xc3\xa4", PEOPLE, strlen (PEOPLE));
    s_expect_same (&store, "deep/deep/er/d", PEOPLE, strlen (PEOPLE));
    cr_expect_eq (object_store_count (&store, "list-type=2"), 3, "two pages, one of them twice");
    cr_expect_eq (object_store_count (&store, "HEAD "), 3);
    s_run_good (&store, "s3://lab/in/", "flat", NULL);
    cr_expect_eq (object_store_count (&store, "HEAD "), 5, "deep/ is not looked into");
    s_expect_said (&store, "s3://lab/in/deep/", "none", "--recursive looks below it, too");
    object_store_stop (&store);
}

//  A worker at TCP.
static void s_expect_job (struct servers *servers, const char *input, int status, const char *sentence)
{
    char *said = NULL;
    const char *const words[] = {"dmh", "submit", "--wait", "--quiet", "--replace", "-o", "out", input, NULL};
    cr_expect_eq (servers_dmh (servers, words, &said), status, "%s: %s", input, said);
    cr_expect (!sentence || strstr (said, sentence), "“%s” is not in: %s", sentence, said);
    cr_expect_null (strstr (said, "S3RVER"), "%s", said);
    free (said);
}

Test (objects, are_read_by_a_worker_whose_roots_hold_them_and_by_no_other)
{
    struct object_store store;
    if (!object_store_start (&store, NULL))
        return;
    struct servers servers = {.place = &store.place, .data_root = "s3://lab/open"};
    object_store_put (&store, "open/people.csv", PEOPLE, strlen (PEOPLE));
    object_store_put (&store, "closed/people.csv", PEOPLE, strlen (PEOPLE));
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "1");
    s_expect_job (&servers, "s3://lab/open/people.csv", 0, NULL);
    s_expect_same (&store, "out/people", PEOPLE, strlen (PEOPLE));
    s_expect_job (&servers, "s3://lab/closed/people.csv", 1, "in no bucket that this worker may read");
    s_expect_job (&servers, "s3://lab/open", 1, "in no bucket that this worker may read");
    cr_expect_eq (object_store_count (&store, "closed"), 1, "who submits asks for its size, and nobody else");
    servers_stop (&servers);
    char *log = workplace_read (store.place.folder, "worker0.log", NULL);
    cr_expect_null (strstr (log, "S3RVER"), "%s", log);
    free (log);
    object_store_stop (&store);
}

//  The name of the object is that of the file.
Test (objects, are_inspected_as_files_are)
{
    struct object_store store;
    char *ours = NULL, *right = NULL;
    size_t n = 0;
    char *many = s_many (&n);
    if (!object_store_start (&store, "[{\"on\":\"GET\",\"do\":\"cut\",\"bytes\":100000,\"times\":1},"
                                     "{\"on\":\"GET\",\"do\":\"busy\",\"times\":1}]"))
        return free (many);
    object_store_put (&store, "many.csv", many, n);
    workplace_write (&store.place, "many.csv", many, n);
    const char *const of_object[] = {"dmh", "inspect", "--json", "s3://lab/many.csv", NULL};
    const char *const of_file[] = {"dmh", "inspect", "--json", "many.csv", NULL};
    cr_assert_eq (process_run (&store.place, of_object, &ours), 0, "%s", ours);
    cr_assert_eq (process_run (&store.place, of_file, &right), 0, "%s", right);
    char *after = strchr (ours, ','), *right_after = strchr (right, ',');
    cr_assert (after && right_after, "%s", ours);
    cr_expect_str_eq (after, right_after);
    free (ours);
    const char *const gone[] = {"dmh", "inspect", "s3://lab/gone.csv", NULL};
    cr_expect_neq (process_run (&store.place, gone, &ours), 0);
    cr_expect_not_null (strstr (ours, "gone.csv is not in the object store"), "%s", ours);
    free (ours);
    free (right);
    free (many);
    object_store_stop (&store);
}

//  What is not looked at is not fetched.
Test (objects, that_are_no_input_are_not_fetched_to_find_that_out)
{
    enum { BYTES = 20000000, LOOKED_AT_BYTES = 2000000 };
    struct object_store store;
    char *text = calloc (1, BYTES), *said = NULL;
    size_t last = 0;
    cr_assert_not_null (text);
    if (!object_store_start (&store, NULL))
        return free (text);
    memcpy (text, "%PDF-1.4", 8);
    object_store_put (&store, "paper.csv", text, BYTES);
    const char *const inspect[] = {"dmh", "inspect", "s3://lab/paper.csv", NULL};
    cr_expect_neq (process_run (&store.place, inspect, &said), 0);
    cr_expect_not_null (strstr (said, "paper.csv"), "%s", said);
    char *requests = object_store_requests (&store);
    for (const char *at = requests; (at = strstr (at, "bytes=")); at++) {
        size_t begin = 0, end = 0;
        cr_assert_eq (sscanf (at, "bytes=%zu-%zu", &begin, &end), 2);
        last = end > last ? end : last;
    }
    cr_expect (last && last < LOOKED_AT_BYTES, "%s", requests);
    free (requests);
    free (said);
    free (text);
    object_store_stop (&store);
}
