//  files_of_owners_test.c: at a broker with keys, with real processes: a file that one client has left is not
//  there for another who knows its SHA-256, neither by GET nor by a job of theirs; the worker has what its
//  job needs, the owner the outputs, and the admin as well.
#define _GNU_SOURCE
#include "test/support/peers/played_peers.h"
#include "test/support/processes/processes.h"

#include "messages/files/file.h"
#include "messages/keys/credential.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000 };

static const char PEOPLE[] = "patient_id,given_name\n1,Ada\n2,Grace\n";

struct scene {
    struct workplace place;
    struct servers servers;
    char sha256[DIGEST_HEX_BYTES];    //  of PEOPLE
};

static void s_open (struct scene *scene)
{
    static const char *const KEYS[][2] = {
        {"server", NULL}, {"anna", "client"}, {"bruno", "client"}, {"root", "admin"}, {"willi", "worker"}};
    *scene = (struct scene){
        .servers = {.place = &scene->place, .options = {"--keys", "keys", "--files-bytes", "1000000", NULL}}};
    workplace_make (&scene->place);
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        const char *right = KEYS[i][1];
        const char *argv[] = {"dmh", "keys", "--keys", "keys", "new", KEYS[i][0], right ? "--rights" : NULL,
                              right, NULL};
        cr_assert_eq (process_run (&scene->place, argv, NULL), 0);
    }
    workplace_write (&scene->place, "people.csv", PEOPLE, sizeof PEOPLE - 1);
    digest_of (PEOPLE, sizeof PEOPLE - 1, scene->sha256);
    servers_start_broker (&scene->servers, false);
    const char *worker[] = {"dmh-worker", "--broker",       scene->servers.back, "--results",       "results",
                            "--key",      "keys/willi.key", "--server-key",      "keys/server.pub", NULL};
    scene->servers.workers[0] = process_start (&scene->place, "worker0.log", worker);
    process_await (&scene->place, "worker0.log", "worker.registered");
}

static void s_close (struct scene *scene)
{
    servers_stop (&scene->servers);
    workplace_remove (&scene->place);
}

//  A command of that client.
static int s_dmh (struct scene *scene, const char *name, const char *const words[], char **output)
{
    char key[64];
    const char *argv[20] = {"dmh"};
    size_t n = 1;
    snprintf (key, sizeof key, "keys/%s.key", name);
    for (; *words; words++)
        argv[n++] = *words;
    argv[n++] = "--key";
    argv[n++] = key;
    argv[n++] = "--server-key";
    argv[n++] = "keys/server.pub";
    return servers_dmh (&scene->servers, argv, output);
}

static zsock_t *s_connect (const struct scene *scene, const char *endpoint, const char *name)
{
    char key[512], server[512];
    struct credential credential;
    struct error error = {.code = DMH_OK};
    snprintf (key, sizeof key, "%s/keys/%s.key", scene->place.folder, name);
    snprintf (server, sizeof server, "%s/keys/server.pub", scene->place.folder);
    cr_assert_eq (credential_read (key, server, &credential, &error), DMH_OK, "%s", error.text);
    zsock_t *socket = zsock_new (ZMQ_DEALER);
    zsock_set_linger (socket, 0);
    zsock_set_rcvtimeo (socket, PATIENCE_MS);
    cr_assert_eq (credential_show (&credential, socket), 0);
    cr_assert_eq (zsock_connect (socket, "%s", endpoint), 0);
    return socket;
}

//  What GET of that file, with that ticket, is answered; the code of an ERROR, or CHUNK.
static void s_get (zsock_t *socket, const char *sha256, const char *ticket, struct problem *problem)
{
    struct get get = {.request = "g", .bytes = 1000};
    struct frame frame;
    snprintf (get.sha256, sizeof get.sha256, "%s", sha256);
    snprintf (get.ticket, sizeof get.ticket, "%s", ticket);
    *problem = (struct problem){.code = "CHUNK"};
    cr_assert_eq (frame_send (socket, NULL, &get_shape, &get, NULL), DMH_OK);
    zmsg_t *message = zmsg_recv (socket);
    cr_assert (message && frame_open (message, &frame, NULL) == DMH_OK, "no answer");
    if (!streq (frame.kind, "CHUNK"))
        cr_assert_eq (problem_decode (frame.body, frame.body_bytes, problem, NULL), DMH_OK);
    zmsg_destroy (&message);
}

//  Anna's job, whose files go through the broker; its id.
static void s_submit (struct scene *scene, char job[ID_BYTES])
{
    static const char *const SUBMIT[] = {"submit", "people.csv", "--quiet", "--wait", "--transfer",
                                         "always", "-o",         "out",     NULL};
    char *output = NULL;
    cr_assert_eq (s_dmh (scene, "anna", SUBMIT, &output), 0, "%s", output);
    snprintf (job, ID_BYTES, "%.20s", output);
    free (output);
}

Test (files_of_owners, knowing_a_checksum_gives_nothing_and_the_owner_and_the_admin_have_the_result,
      .timeout = 120)
{
    static const char ABSENT[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    struct scene scene;
    struct problem hidden, absent, own;
    char job[ID_BYTES], *output = NULL;
    s_open (&scene);
    s_submit (&scene, job);
    zsock_t *bruno = s_connect (&scene, scene.servers.files, "bruno");
    s_get (bruno, scene.sha256, "", &hidden);
    s_get (bruno, ABSENT, "", &absent);
    cr_expect_str_eq (hidden.code, "not_found");
    cr_expect_str_eq (hidden.message, absent.message);
    s_get (bruno, scene.sha256,
           "9999999999 - 0000000000000000000000000000000000000000000000000000000000000000", &hidden);
    cr_expect_str_eq (hidden.code, "not_found");
    zsock_destroy (&bruno);
    zsock_t *anna = s_connect (&scene, scene.servers.files, "anna");
    s_get (anna, scene.sha256, "", &own);
    cr_expect_str_eq (own.code, "CHUNK");
    zsock_destroy (&anna);
    const char *fetch[] = {"fetch", job, "-o", "again", "--transfer", "always", NULL};
    cr_expect_eq (s_dmh (&scene, "root", fetch, &output), 0, "%s", output);
    free (output);
    cr_expect_neq (s_dmh (&scene, "bruno", fetch, NULL), 0);
    s_close (&scene);
}

Test (files_of_owners, a_job_of_somebody_else_does_not_read_a_file_by_its_checksum, .timeout = 120)
{
    struct scene scene;
    char job[ID_BYTES];
    s_open (&scene);
    s_submit (&scene, job);
    struct played_peers bruno = {.requests = 0};
    bruno.client = s_connect (&scene, scene.servers.front, "bruno");
    struct input input = {.name = "people.csv", .bytes = sizeof PEOPLE - 1};
    struct submit submit = {.submit_key = "liar", .inputs = &input, .inputs_count = 1};
    struct accepted accepted;
    snprintf (input.uri, sizeof input.uri, "sha256:%s", scene.sha256);
    memcpy (input.sha256, scene.sha256, sizeof input.sha256);
    played_peers_ask (&bruno, &submit_shape, &submit, &accepted_shape, &accepted);
    const char *watch[] = {"watch", accepted.jobs[0].job, "--quiet", NULL};
    cr_expect_eq (s_dmh (&scene, "bruno", watch, NULL), 1);
    struct job_record record = played_peers_status (&bruno, accepted.jobs[0].job);
    cr_expect_str_eq (record.state, "failed");
    cr_expect_str_eq (record.code, "not_found");
    cr_expect_eq (record.outputs_count, 0);
    shape_clear (&job_record_shape, &record);
    accepted_clear (&accepted);
    played_peers_leave (&bruno);
    s_close (&scene);
}

//  By path, so that the result lies with its worker until a BRING.
Test (files_of_owners, a_result_that_is_handed_over_later_is_the_submitter_s, .timeout = 120)
{
    static const char *const SUBMIT[] = {"submit",     "people.csv", "--quiet", "--wait",
                                         "--transfer", "never",      NULL};
    struct scene scene;
    char job[ID_BYTES], *output = NULL;
    s_open (&scene);
    servers_end (&scene.servers, &scene.servers.workers[0], SIGTERM);
    const char *worker[] = {"dmh-worker",      "--broker",    scene.servers.back, "--results",
                            "results",         "--key",       "keys/willi.key",   "--server-key",
                            "keys/server.pub", "--data-root", scene.place.folder, NULL};
    scene.servers.workers[0] = process_start (&scene.place, "worker0.log", worker);
    cr_assert_eq (s_dmh (&scene, "anna", SUBMIT, &output), 0, "%s", output);
    snprintf (job, sizeof job, "%.20s", output);
    free (output);
    const char *fetch[] = {"fetch", job, "-o", "out", "--transfer", "always", NULL};
    cr_expect_eq (s_dmh (&scene, "anna", fetch, &output), 0, "%s", output);
    free (output);
    const char *again[] = {"fetch", job, "-o", "again", "--transfer", "always", NULL};
    cr_expect_eq (s_dmh (&scene, "root", again, &output), 0, "%s", output);
    free (output);
    s_close (&scene);
}

//  Bytes of a file that is said to have `bytes` and that SHA-256, from `offset` on; what that is answered.
static struct stored s_put (zsock_t *socket, const char *sha256, uint64_t bytes, uint64_t offset,
                            const char *piece, size_t n, struct problem *problem)
{
    struct put put = {.request = "p", .bytes = bytes, .offset = offset};
    struct stored stored = {.offset = UINT64_MAX};
    struct frame frame;
    snprintf (put.sha256, sizeof put.sha256, "%s", sha256);
    *problem = (struct problem){.code = ""};
    zmsg_t *message = frame_new (&put_shape, &put, NULL);
    cr_assert (message && zmsg_addmem (message, piece, n) == 0 && zmsg_send (&message, socket) == 0);
    message = zmsg_recv (socket);
    cr_assert (message && frame_open (message, &frame, NULL) == DMH_OK, "no answer");
    if (streq (frame.kind, "STORED"))
        cr_assert_eq (stored_decode (frame.body, frame.body_bytes, &stored, NULL), DMH_OK);
    else
        cr_assert_eq (problem_decode (frame.body, frame.body_bytes, problem, NULL), DMH_OK);
    zmsg_destroy (&message);
    return stored;
}

//  PEOPLE, all of it.
static void s_put_people (const struct scene *scene, zsock_t *socket)
{
    struct problem problem;
    struct stored stored =
        s_put (socket, scene->sha256, sizeof PEOPLE - 1, 0, PEOPLE, sizeof PEOPLE - 1, &problem);
    cr_assert (stored.whole, "%s: %s", problem.code, problem.message);
}

static void s_expect (zsock_t *socket, const char *sha256, const char *code)
{
    struct problem problem;
    s_get (socket, sha256, "", &problem);
    cr_expect_str_eq (problem.code, code, "%s", problem.message);
}

//  Bruno has the same file at the broker, and no job yet that names it.
Test (files_of_owners, a_job_that_is_removed_takes_its_owner_s_files_and_nobody_else_s, .timeout = 120)
{
    struct scene scene;
    char job[ID_BYTES], *output = NULL;
    s_open (&scene);
    s_submit (&scene, job);
    zsock_t *anna = s_connect (&scene, scene.servers.files, "anna");
    zsock_t *bruno = s_connect (&scene, scene.servers.files, "bruno");
    s_put_people (&scene, bruno);
    const char *remove[] = {"remove", job, NULL};
    cr_assert_eq (s_dmh (&scene, "anna", remove, &output), 0, "%s", output);
    cr_expect_not_null (strstr (output, "is removed"), "%s", output);
    free (output);
    s_expect (anna, scene.sha256, "not_found");
    s_expect (bruno, scene.sha256, "CHUNK");
    //  Nothing else is left: the worker, too, is no owner of what it left for Anna.
    char command[600];
    snprintf (command, sizeof command,
              "cd %s/jobs.db.files && test \"$(ls)\" = \"$(printf '%s\\n%s.owners\\n%s')\"",
              scene.place.folder, scene.sha256, scene.sha256, "tickets.secret");
    cr_expect_eq (system (command), 0);
    zsock_destroy (&anna);
    zsock_destroy (&bruno);
    s_close (&scene);
}

enum { ROOM = 1000000 };    //  --files-bytes

Test (files_of_owners, what_is_claimed_takes_no_room_and_a_wrong_upload_spoils_nobody_elses, .timeout = 120)
{
    struct scene scene;
    struct problem problem;
    char sha256[DIGEST_HEX_BYTES];
    uint64_t bytes = sizeof PEOPLE - 1;
    s_open (&scene);
    zsock_t *anna = s_connect (&scene, scene.servers.files, "anna");
    zsock_t *bruno = s_connect (&scene, scene.servers.files, "bruno");
    for (unsigned i = 0; i < 50; i++) {
        digest_of (&i, sizeof i, sha256);
        struct stored stored = s_put (bruno, sha256, ROOM - 100, 0, "x", i == 0, &problem);
        cr_assert_str_eq (problem.code, "", "%s", problem.message);
        cr_assert_eq (stored.offset, i == 0);
    }
    //  A wrong start, and a wrong size, of the file that Anna sends.
    s_put (bruno, scene.sha256, bytes, 0, "wrong", 5, &problem);
    cr_assert_str_eq (problem.code, "");
    s_put (bruno, scene.sha256, 5, 0, "wrong", 4, &problem);
    cr_assert_str_eq (problem.code, "");
    cr_expect_eq (s_put (anna, scene.sha256, bytes, 0, "", 0, &problem).offset, 0);
    s_put_people (&scene, anna);
    s_expect (anna, scene.sha256, "CHUNK");
    s_put (bruno, scene.sha256, bytes, 5, PEOPLE + 5, (size_t) bytes - 5, &problem);
    cr_expect_str_eq (problem.code, "conflict");
    s_expect (bruno, scene.sha256, "not_found");
    s_put_people (&scene, bruno);
    s_expect (bruno, scene.sha256, "CHUNK");
    zsock_destroy (&anna);
    zsock_destroy (&bruno);
    s_close (&scene);
}

Test (files_of_owners, a_file_that_rots_is_found_when_it_is_fetched_and_may_be_put_anew, .timeout = 120)
{
    struct scene scene;
    struct problem problem;
    char path[600];
    s_open (&scene);
    zsock_t *anna = s_connect (&scene, scene.servers.files, "anna");
    s_put_people (&scene, anna);
    snprintf (path, sizeof path, "%s/jobs.db.files/%s", scene.place.folder, scene.sha256);
    FILE *file = fopen (path, "r+");
    cr_assert (file && fputc ('P', file) == 'P' && fclose (file) == 0);
    s_get (anna, scene.sha256, "", &problem);
    cr_expect_str_eq (problem.code, "not_found");
    cr_expect_not_null (strstr (problem.message, "spoiled"), "%s", problem.message);
    s_get (anna, scene.sha256, "", &problem);
    cr_expect_str_eq (problem.code, "not_found");
    s_put_people (&scene, anna);
    s_expect (anna, scene.sha256, "CHUNK");
    zsock_destroy (&anna);
    s_close (&scene);
}

Test (files_of_owners, owners_tickets_and_half_a_file_are_there_after_the_broker_was_killed, .timeout = 120)
{
    static const char HALF[] = "half of a file";
    struct scene scene;
    struct problem problem;
    char job[ID_BYTES], sha256[DIGEST_HEX_BYTES];
    s_open (&scene);
    s_submit (&scene, job);
    struct played_peers root = {.requests = 0};
    root.client = s_connect (&scene, scene.servers.front, "root");
    struct job_record record = played_peers_status (&root, job);
    cr_assert_gt (record.tickets_count, 0);
    struct file_ticket ticket = record.tickets[0];
    shape_clear (&job_record_shape, &record);
    played_peers_leave (&root);
    digest_of (HALF, sizeof HALF - 1, sha256);
    zsock_t *bruno = s_connect (&scene, scene.servers.files, "bruno");
    cr_expect_eq (s_put (bruno, sha256, sizeof HALF - 1, 0, HALF, 4, &problem).offset, 4);
    zsock_destroy (&bruno);
    cr_assert_eq (servers_end (&scene.servers, &scene.servers.broker, SIGKILL), 128 + SIGKILL);
    servers_start_broker (&scene.servers, true);
    bruno = s_connect (&scene, scene.servers.files, "bruno");
    zsock_t *anna = s_connect (&scene, scene.servers.files, "anna");
    zsock_t *admin = s_connect (&scene, scene.servers.files, "root");
    s_expect (anna, scene.sha256, "CHUNK");
    s_expect (anna, ticket.sha256, "CHUNK");
    s_expect (bruno, scene.sha256, "not_found");
    s_expect (admin, ticket.sha256, "not_found");
    s_get (admin, ticket.sha256, ticket.ticket, &problem);
    cr_expect_str_eq (problem.code, "CHUNK", "%s", problem.message);
    s_get (bruno, ticket.sha256, ticket.ticket, &problem);
    cr_expect_str_eq (problem.code, "not_found", "it is another one's ticket");
    cr_expect_eq (s_put (bruno, sha256, sizeof HALF - 1, 0, "", 0, &problem).offset, 4);
    cr_expect (s_put (bruno, sha256, sizeof HALF - 1, 4, HALF + 4, sizeof HALF - 5, &problem).whole);
    zsock_destroy (&anna);
    zsock_destroy (&bruno);
    zsock_destroy (&admin);
    s_close (&scene);
}

Test (files_of_owners, a_table_over_several_inputs_is_made_with_keys_and_is_its_submitter_s, .timeout = 120)
{
    struct scene scene;
    char *said = NULL, join[64] = "", folder[600];
    s_open (&scene);
    workplace_write (&scene.place, "more.csv", "patient_id,city\n3,Rome\n", 23);
    const char *const submit[] = {"submit", "people.csv", "more.csv", "--join", "--wait", "-o", "out", NULL};
    const char *const list[] = {"list", "--json", "--limit", "9", NULL};
    cr_assert_eq (s_dmh (&scene, "anna", submit, &said), 0, "%s", said);
    free (said);
    snprintf (folder, sizeof folder, "%s/out/joined/patient", scene.place.folder);
    char *records = workplace_read (folder, "records.csv", NULL);
    cr_assert (records && strstr (records, "\n1,") && strstr (records, "\n3,"), "%s", records);
    free (records);
    cr_assert_eq (s_dmh (&scene, "anna", list, &said), 0);
    char *at = strstr (said, "\"name\":\"joined\"");
    cr_assert_not_null (at, "%s", said);
    while (at > said && at[-1] != '\n')
        at--;
    cr_assert_eq (sscanf (at, "{\"job\":\"%63[0-9a-f]", join), 1, "%s", at);
    free (said);
    const char *const theirs[] = {"fetch", join, "-o", "theirs", NULL};
    const char *const again[] = {"fetch", join, "-o", "again", NULL};
    cr_expect_eq (s_dmh (&scene, "bruno", theirs, &said), 1, "%s", said);
    free (said);
    cr_expect_eq (s_dmh (&scene, "anna", again, &said), 0, "%s", said);
    free (said);
    s_close (&scene);
}
