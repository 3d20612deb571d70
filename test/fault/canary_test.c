//  canary_test.c: inputs whose every value is marked, good ones and bad ones of all kinds and formats, go
//  through broker, worker and client with logs at debug. No log line, feed event, error, answer, stored row
//  or report holds a mark; records, rejects and audit are the only places for values.
#define _GNU_SOURCE
#include "test/support/peers/played_peers.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>

//  Words, digits and dates that nothing else holds. A mapping's own values are marked apart, as its text is
//  part of the job and so stored with it.
static const char *const MARKS[] = {"zqcanary", "7391739", "1739-07", "/1739"};
static const char MAPPING_MARK[] = "zqmapping";

struct bird {
    const char *file, *text;
    const char *option, *word;    //  of submit, or NULL
};

static const char MAPPING[] =
    "{\"dmh\": \"mapping/1\", \"kind\": \"patient\", \"columns\": {\"No\": \"patient_id\", \"G\": "
    "\"gender\"},\n"
    " \"constants\": {\"country\": \"Zqmapping\"}, \"values\": {\"gender\": {\"zqmapping\": \"female\"}},\n"
    " \"missing\": [\"zqmapping-none\"]}\n";
static const char BAD_MAPPING[] =
    "{\"dmh\": \"mapping/1\", \"kind\": \"patient\", \"columns\": {\"No\": \"patient_id\"},\n"
    " \"constants\": {\"gender\": \"zqmapping\"}, \"values\": {\"gender\": {\"x\": \"zqmapping\"}}, }\n";

#define PERSON "MRN,First Name,Last Name,DOB,Sex,Email,Phone,SSN,Zip,Remark\n"
#define LAB "Patient ID,Test Code,Test Name,Result Value,Units,Collected Date,Status\n"

static const struct bird BIRDS[] = {
    {"people.csv",
     PERSON
     "zqcanary1,Zqcanary,Zqcanary,07/31/1739,F,zqcanary@zqcanary.org,7391739,739-17-3917,zqcanary,zqcanary\n"
     "zqcanary1,Zqcanary,Zqcanary,07/31/1739,F,zqcanary@zqcanary.org,7391739,739-17-3917,zqcanary,zqcanary\n"
     "zqcanary1,Zqcanary,Other,07/31/1739,F,zqcanary,7391739,7391739,zqcanary,zqcanary\n"
     ",Zqcanary,Zqcanary,13/31/1739,zqcanary,zqcanary,zqcanary,zqcanary,zqcanary,zqcanary\n"
     "zqcanary2,Zqcanary,Zqcanary,zqcanary,zqcanary,zqcanary,zqcanary,7391739,7391739,zqcanary,zqcanary,1\n"
     "zqcanary3\n",
     NULL, NULL},
    {"people-full.csv",
     PERSON "zqcanary1,Zqcanary,  Zqcanary,zqcanary 7391739,zqcanary,x,y,z,7391739,zqcanary\n", "--audit",
     "full"},
    {"people-fail.csv",
     PERSON ",Zqcanary,Zqcanary,07/31/1739,zqcanary,zqcanary,7391739,7391739,zqcanary,zqcanary\n",
     "--fail-on", "any"},
    {"labs.csv",
     LAB "zqcanary1,7391739-1,Zqcanary,7391739,zqcanary,07/31/1739,zqcanary\n"
         "zqcanary1,2345-7,Zqcanary,7391739,mg/dL,1739-07-31T07:39:17,final\n"
         "zqcanary1,2345-7,Zqcanary,<7391739,zqcanary,1739-07-32,final\n"
         ",2345-7,Zqcanary,zqcanary,mg/dL,zqcanary,zqcanary\n",
     NULL, NULL},
    {"labs-lines.ndjson",
     "{\"patient_id\":\"zqcanary1\",\"test_code\":\"2345-7\",\"value\":7391739,\"unit\":\"zqcanary\"}\n"
     "{\"patient_id\":\"zqcanary1\",\"test_code\":\"zqcanary\",\"value\":zqcanary,\"unit\":\"zqcanary\"}\n"
     "{\"patient_id\":\"zqcanary1\",\"test_code\":[\"zqcanary\"],\"value\":{\"k\":7391739}}\n",
     NULL, NULL},
    {"labs-again.json",
     "[{\"patient_id\":\"zqcanary1\",\"test_code\":\"2345-7\",\"value\":\"7391739\",\"unit\":\"zqcanary\"},\n"
     "{\"patient_id\":\"zqcanary1\",\"test_code\":\"zqcanary\",\"value\":zqcanary}]\n",
     NULL, NULL},
    {"imaging.csv",
     "Study UID,Patient ID,Modality,Study Date,Body Part,Description\n"
     "1.2.7391739,zqcanary1,CT,17390731,zqcanary,zqcanary\n1.02.7391739,zqcanary1,zqcanary,zqcanary,zqcanary,"
     "\n",
     NULL, NULL},
    {"fhir.json",
     "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":"
     "\"Patient\","
     "\"id\":\"zqcanary\",\"gender\":\"zqcanary\",\"birthDate\":\"1739-07-31\",\"name\":[{\"family\":"
     "\"Zqcanary\"}]}},"
     "{\"resource\":{\"resourceType\":\"Patient\",\"birthDate\":\"zqcanary\"}}]}\n",
     NULL, NULL},
    {"fhir-out.csv", PERSON "zqcanary1,Zqcanary,Zqcanary,07/31/1739,F,zqcanary,7391739,7391739,zqcanary,\n",
     "--format", "fhir"},
    {"sqlite-out.csv", PERSON "zqcanary1,Zqcanary,Zqcanary,07/31/1739,F,zqcanary,7391739,7391739,zqcanary,\n",
     "--format", "sqlite"},
    {"cut.json", "[{\"patient_id\":\"zqcanary1\",\"test_code\":\"2345-7\",\"value\":\"zqcanary", NULL, NULL},
    {"quote.csv", PERSON "zqcanary1,\"Zqcanary,Zqcanary,07/31/1739\n", NULL, NULL},
    {"headless.csv", "zqcanary1,Zqcanary,Zqcanary,07/31/1739\nzqcanary2,Zqcanary,Zqcanary,07/31/1739\n", NULL,
     NULL},
    {"prose.csv", "zqcanary zqcanary 7391739\n\n", NULL, NULL},
    {"wrong.csv", PERSON "zqcanary1,Zqcanary,Zqcanary,07/31/1739,F,,,,,\n", "--kind", "lab_result"},
    {"encoded.csv", PERSON "zqcanary1,Zqcanary\xff\xfe,Zqcanary,07/31/1739,F,,,,,\n", "--encoding", "utf-8"},
    {"mapped.csv", "No,G\nzqcanary1,zqmapping\nzqcanary2,zqcanary\n", "--mapping", "mapping.json"},
    {"badly-mapped.csv", "No,G\nzqcanary1,zqmapping\n", "--mapping", "bad-mapping.json"},
};
enum { BIRD_COUNT = sizeof BIRDS / sizeof *BIRDS, FEED_MS = 500 };

//  The first mark and what stands around it.
static void s_expect_none (const char *where, const char *text, size_t n, bool stored)
{
    enum { AROUND = 120 };
    for (size_t i = 0; i <= sizeof MARKS / sizeof *MARKS; i++) {
        const char *mark = i < sizeof MARKS / sizeof *MARKS ? MARKS[i] : stored ? NULL : MAPPING_MARK;
        size_t length = mark ? strlen (mark) : 0, at = 0;
        while (mark && at + length <= n && strncasecmp (text + at, mark, length) != 0)
            at++;
        if (!mark || at + length > n)
            continue;
        size_t from = at < AROUND ? 0 : at - AROUND, to = at + AROUND < n ? at + AROUND : n;
        cr_expect_fail ("%s holds %s: %.*s", where, mark, (int) (to - from), text + from);
    }
}

static void s_expect_clean (const struct workplace *place, const char *file, bool needed)
{
    size_t n = 0;
    char *text = workplace_read (place->folder, file, &n);
    cr_assert (text || !needed, "there is no %s", file);
    if (text)
        s_expect_none (file, text, n, strncmp (file, "jobs.db", 7) == 0);
    free (text);
}

//  Submitted alone, as some of them fail; what the client says must be clean.
static void s_fly (struct servers *servers, const struct bird *bird)
{
    const char *argv[] = {"dmh", "submit", bird->file,   "--wait",   "-o",
                          "out", "--json", bird->option, bird->word, NULL};
    char *text = NULL, path[300];
    workplace_write (servers->place, bird->file, bird->text, strlen (bird->text));
    int status = servers_dmh (servers, argv, &text);
    cr_assert_leq (status, 3, "%s: %d: %s", bird->file, status, text);
    s_expect_none (bird->file, text, strlen (text), false);
    free (text);
    snprintf (path, sizeof path, "out/%.*s/report.json", (int) strcspn (bird->file, "."), bird->file);
    s_expect_clean (servers->place, path, false);
    snprintf (path, sizeof path, "out/%.*s/datapackage.json", (int) strcspn (bird->file, "."), bird->file);
    s_expect_clean (servers->place, path, false);
}

//  Every event that came, as bytes.
static void s_expect_quiet_feed (zsock_t *feed)
{
    size_t events = 0;
    zmsg_t *message;
    zsock_set_rcvtimeo (feed, FEED_MS);
    for (; (message = zmsg_recv (feed)); zmsg_destroy (&message), events++)
        for (zframe_t *frame = zmsg_first (message); frame; frame = zmsg_next (message))
            s_expect_none ("the feed", (const char *) zframe_data (frame), zframe_size (frame), false);
    cr_assert_geq (events, BIRD_COUNT);
}

static void s_expect_quiet_answers (struct servers *servers)
{
    const char *const list[] = {"dmh", "list", "--json", "--limit", "200", NULL}, *const workers[] = {
                                                                                      "dmh", "workers", NULL};
    char *text = NULL;
    cr_assert_eq (servers_dmh (servers, list, &text), 0, "%s", text);
    s_expect_none ("the list", text, strlen (text), false);
    size_t jobs = 0;
    for (const char *at = text; (at = strstr (at, "\"job\":\"")); jobs++) {
        char id[ID_BYTES], *state = NULL;
        at += strlen ("\"job\":\"");
        snprintf (id, sizeof id, "%.*s", (int) strcspn (at, "\""), at);
        const char *const status[] = {"dmh", "status", id, "--json", NULL};
        servers_dmh (servers, status, &state);
        s_expect_none ("a status", state, strlen (state), false);
        free (state);
    }
    cr_assert_geq (jobs, BIRD_COUNT - 1, "%s", text);    //  the client refuses the bad mapping itself
    free (text);
    cr_assert_eq (servers_dmh (servers, workers, &text), 0, "%s", text);
    s_expect_none ("the workers", text, strlen (text), false);
    free (text);
}

Test (canary, no_value_leaves_records_rejects_and_audit, .timeout = 200)
{
    struct workplace place;
    struct servers servers = {.place = &place, .options = {"--log-level", "debug"}};
    struct played_peers peers;
    workplace_make (&place);
    workplace_write (&place, "mapping.json", MAPPING, sizeof MAPPING - 1);
    workplace_write (&place, "bad-mapping.json", BAD_MAPPING, sizeof BAD_MAPPING - 1);
    servers_start_broker (&servers, false);
    const char *const worker[] = {"dmh-worker", "--broker",    servers.back, "--results",
                                  "results",    "--log-level", "debug",      "--threads",
                                  "2",          "--data-root", "/",          NULL};
    servers.workers[0] = process_start (&place, "worker.log", worker);
    played_peers_visit (&peers, servers.front, servers.back, servers.feed);
    zsock_t *feed = played_peers_subscribe (&peers, "");
    for (size_t i = 0; i < BIRD_COUNT; i++)
        s_fly (&servers, &BIRDS[i]);
    s_expect_quiet_feed (feed);
    zsock_destroy (&feed);
    played_peers_leave (&peers);
    s_expect_quiet_answers (&servers);
    s_expect_clean (&place, "jobs.db", true);
    s_expect_clean (&place, "jobs.db-wal", false);
    servers_stop (&servers);
    //  The values went all the way: they are where they belong.
    char *records = workplace_read (place.folder, "out/people/records.csv", NULL);
    char *rejects = workplace_read (place.folder, "out/people/rejects.csv", NULL);
    cr_assert (records && strstr (records, "zqcanary"));
    cr_assert (rejects && strstr (rejects, "zqcanary"));
    free (records);
    free (rejects);
    s_expect_clean (&place, "jobs.db", true);
    s_expect_clean (&place, "broker.log", true);
    s_expect_clean (&place, "worker.log", true);
    workplace_remove (&place);
}
