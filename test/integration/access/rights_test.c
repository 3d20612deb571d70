//  rights_test.c: at a broker with keys a job is its owner's: for another client it is not there, by no
//  request and on the feed. admin and client-all see every job, a gateway those of the ones that it speaks
//  for.
#define _GNU_SOURCE
#include "test/support/peers/played_peers.h"
#include "test/support/processes/processes.h"

#include "messages/keys/credential.h"

#include <criterion/criterion.h>
#include <signal.h>

enum { PATIENCE_MS = 20000, CLIENTS_MAX = 8 };

static const char NOBODYS[] = "0123456789abcdef0123";    //  a job that was never there

//  The broker and its keys, and a client of each.
struct scene {
    struct workplace place;
    struct servers servers;
    struct played_peers anna, bruno, root, all, greta, hugo;
};

static void s_key (const struct scene *scene, const char *name, struct credential *out)
{
    char key[512], server[512];
    struct error error = {.code = DMH_OK};
    snprintf (key, sizeof key, "%s/keys/%s.key", scene->place.folder, name);
    snprintf (server, sizeof server, "%s/keys/server.pub", scene->place.folder);
    cr_assert_eq (credential_read (key, server, out, &error), DMH_OK, "%s", error.text);
}

static zsock_t *s_connect (const struct scene *scene, int type, const char *endpoint, const char *name)
{
    struct credential credential;
    s_key (scene, name, &credential);
    zsock_t *socket = zsock_new (type);
    zsock_set_linger (socket, 0);
    zsock_set_rcvtimeo (socket, PATIENCE_MS);
    cr_assert_eq (credential_show (&credential, socket), 0);
    cr_assert_eq (zsock_connect (socket, "%s", endpoint), 0);
    return socket;
}

static void s_come (struct scene *scene, struct played_peers *who, const char *name)
{
    memset (who, 0, sizeof *who);
    snprintf (who->back, sizeof who->back, "%s", scene->servers.back);
    snprintf (who->feed, sizeof who->feed, "%s", scene->servers.feed);
    who->client = s_connect (scene, ZMQ_DEALER, scene->servers.front, name);
}

static void s_come_all (struct scene *scene)
{
    s_come (scene, &scene->anna, "anna");
    s_come (scene, &scene->bruno, "bruno");
    s_come (scene, &scene->root, "root");
    s_come (scene, &scene->all, "all");
    s_come (scene, &scene->greta, "greta");
    s_come (scene, &scene->hugo, "hugo");
}

static void s_leave_all (struct scene *scene)
{
    struct played_peers *all[] = {&scene->anna, &scene->bruno, &scene->root,
                                  &scene->all,  &scene->greta, &scene->hugo};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        played_peers_leave (all[i]);
}

static void s_open (struct scene *scene)
{
    static const char *const KEYS[][2] = {{"server", NULL},    {"anna", "client"},    {"bruno", "client"},
                                          {"root", "admin"},   {"all", "client-all"}, {"greta", "gateway"},
                                          {"hugo", "gateway"}, {"otto", "observer"},  {"willi", "worker"}};
    memset (scene, 0, sizeof *scene);
    scene->servers = (struct servers){.place = &scene->place, .options = {"--keys", "keys", NULL}};
    workplace_make (&scene->place);
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        const char *argv[] = {
            "dmh",      "keys", "--keys", "keys", "new", KEYS[i][0], KEYS[i][1] ? "--rights" : NULL,
            KEYS[i][1], NULL};
        cr_assert_eq (process_run (&scene->place, argv, NULL), 0, "%s", KEYS[i][0]);
    }
    servers_start_broker (&scene->servers, false);
    s_come_all (scene);
}

static void s_close (struct scene *scene)
{
    s_leave_all (scene);
    servers_stop (&scene->servers);
    workplace_remove (&scene->place);
}

static struct job_request s_about (const char *job)
{
    struct job_request request = {.request = ""};
    snprintf (request.job, sizeof request.job, "%s", job);
    return request;
}

static const struct shape *const ABOUT_A_JOB[] = {&status_shape,  &cancel_shape, &retry_shape,
                                                  &fetched_shape, &bring_shape,  &remove_shape};
enum { ABOUT_COUNT = sizeof ABOUT_A_JOB / sizeof *ABOUT_A_JOB };

//  Word for word what is said of a job that was never there.
static void s_expect_not_there (struct played_peers *who, const char *job, const char *on_behalf_of)
{
    for (size_t i = 0; i < ABOUT_COUNT; i++) {
        struct job_request theirs = s_about (job), nobodys = s_about (NOBODYS);
        struct problem problem, none;
        char *at;
        snprintf (theirs.on_behalf_of, sizeof theirs.on_behalf_of, "%s", on_behalf_of);
        played_peers_ask (who, ABOUT_A_JOB[i], &theirs, &problem_shape, &problem);
        played_peers_ask (who, ABOUT_A_JOB[i], &nobodys, &problem_shape, &none);
        cr_expect_str_eq (problem.code, "not_found", "%s: %s", ABOUT_A_JOB[i]->name, problem.message);
        at = strstr (problem.message, job);
        cr_assert_not_null (at, "%s", problem.message);
        memcpy (at, NOBODYS, strlen (NOBODYS));
        cr_expect_str_eq (problem.message, none.message, "%s", ABOUT_A_JOB[i]->name);
    }
    struct list behind = {.limit = 9};
    struct problem problem;
    snprintf (behind.after, sizeof behind.after, "%s", job);
    snprintf (behind.on_behalf_of, sizeof behind.on_behalf_of, "%s", on_behalf_of);
    played_peers_ask (who, &list_shape, &behind, &problem_shape, &problem);
    cr_expect_str_eq (problem.code, "not_found");
}

static uint64_t s_listed (struct played_peers *who, const char *on_behalf_of)
{
    struct list list = {.limit = 64};
    struct bare_request stats = {.request = ""};
    struct jobs jobs;
    struct counters counters;
    snprintf (list.on_behalf_of, sizeof list.on_behalf_of, "%s", on_behalf_of);
    snprintf (stats.on_behalf_of, sizeof stats.on_behalf_of, "%s", on_behalf_of);
    played_peers_ask (who, &list_shape, &list, &jobs_shape, &jobs);
    played_peers_ask (who, &stats_shape, &stats, &counters_shape, &counters);
    uint64_t count = jobs.jobs_count;
    cr_expect_eq (counters.queued + counters.cancelled, count, "the counts are of the same jobs");
    jobs_clear (&jobs);
    return count;
}

static void s_submit (struct played_peers *who, const char *key, const char *on_behalf_of, char job[ID_BYTES])
{
    struct input input = {.uri = "file:///in", .name = "in.csv", .bytes = 1000};
    struct submit submit = {.inputs = &input, .inputs_count = 1};
    struct accepted accepted;
    snprintf (submit.submit_key, sizeof submit.submit_key, "%s", key);
    snprintf (submit.on_behalf_of, sizeof submit.on_behalf_of, "%s", on_behalf_of);
    played_peers_ask (who, &submit_shape, &submit, &accepted_shape, &accepted);
    cr_assert_eq (accepted.jobs_count, 1);
    memcpy (job, accepted.jobs[0].job, ID_BYTES);
    accepted_clear (&accepted);
}

static void s_expect_owner (struct played_peers *who, const char *job, const char *key, const char *name)
{
    struct job_record record = played_peers_status (who, job);
    cr_expect_eq (strncmp (record.owner, key, 40), 0);
    cr_expect_str_eq (record.owner + 40, name);
    shape_clear (&job_record_shape, &record);
}

Test (rights, another_client_s_job_is_not_there_and_whose_it_is_outlives_the_broker, .timeout = 120)
{
    struct scene scene;
    struct credential anna;
    char job[ID_BYTES], own[ID_BYTES];
    s_open (&scene);
    s_key (&scene, "anna", &anna);
    played_peers_submit (&scene.anna, "in.csv", "key", job);
    played_peers_submit (&scene.bruno, "in.csv", "key", own);
    cr_expect_str_neq (job, own, "a submit key is each client's own");
    for (int again = 0; again < 2; again++) {
        s_expect_not_there (&scene.bruno, job, "");
        s_expect_not_there (&scene.greta, job, "");
        cr_expect_eq (s_listed (&scene.bruno, ""), 1);
        cr_expect_eq (s_listed (&scene.anna, ""), 1);
        cr_expect_eq (s_listed (&scene.greta, ""), 0);
        cr_expect_eq (s_listed (&scene.all, ""), 2);
        cr_expect_eq (s_listed (&scene.root, ""), 2);
        s_expect_owner (&scene.anna, job, anna.own.public_text, "");
        s_expect_owner (&scene.root, job, anna.own.public_text, "");
        char same[ID_BYTES];
        played_peers_submit (&scene.anna, "in.csv", "key", same);
        cr_expect_str_eq (same, job, "her key, a second time");
        if (again)
            break;
        s_leave_all (&scene);
        cr_assert_eq (servers_end (&scene.servers, &scene.servers.broker, SIGKILL), 128 + SIGKILL);
        servers_start_broker (&scene.servers, true);
        s_come_all (&scene);
    }
    s_close (&scene);
}

Test (rights, client_all_does_everything_with_every_job_but_remove_it_and_admin_does_that_too, .timeout = 120)
{
    struct scene scene;
    struct job_state_reply reply;
    char job[ID_BYTES];
    s_open (&scene);
    played_peers_submit (&scene.anna, "in.csv", "key", job);
    struct job_request request = s_about (job);
    played_peers_ask (&scene.all, &cancel_shape, &request, &job_state_reply_shape, &reply);
    cr_expect_str_eq (reply.job.state, "cancelled");
    job_state_reply_clear (&reply);
    played_peers_ask (&scene.all, &retry_shape, &request, &job_state_reply_shape, &reply);
    cr_expect_str_eq (reply.job.state, "queued");
    job_state_reply_clear (&reply);
    played_peers_ask_refused (&scene.all, &remove_shape, &request, "unauthorized", "another client's");
    played_peers_expect_state (&scene.anna, job, "queued");
    played_peers_ask (&scene.root, &remove_shape, &request, &job_state_reply_shape, &reply);
    cr_expect_str_eq (reply.job.removal_by, "root");
    cr_expect_neq (reply.job.removal_at, 0);
    job_state_reply_clear (&reply);
    process_await (&scene.place, "broker.log", "job.removed");
    cr_expect_eq (process_log_count (&scene.place, "broker.log", "by=root"), 2);
    played_peers_ask_refused (&scene.anna, &status_shape, &request, "not_found", job);
    s_close (&scene);
}

Test (rights, a_gateway_speaks_for_whom_it_names_and_for_nobody_else, .timeout = 120)
{
    struct scene scene;
    struct credential greta, anna;
    char eva[ID_BYTES], udo[ID_BYTES], other[ID_BYTES], own[ID_BYTES], named[ID_BYTES];
    s_open (&scene);
    s_key (&scene, "greta", &greta);
    s_key (&scene, "anna", &anna);
    s_submit (&scene.greta, "key", "eva", eva);
    s_submit (&scene.greta, "key", "udo", udo);
    s_submit (&scene.hugo, "key", "eva", other);
    s_submit (&scene.greta, "key", "", own);
    s_submit (&scene.greta, "key", anna.own.public_text, named);
    s_expect_not_there (&scene.greta, eva, "udo");
    s_expect_not_there (&scene.greta, eva, "");
    s_expect_not_there (&scene.greta, own, "eva");
    s_expect_not_there (&scene.greta, other, "eva");
    s_expect_not_there (&scene.anna, named, "");
    s_expect_not_there (&scene.hugo, eva, "eva");
    cr_expect_eq (s_listed (&scene.greta, "eva"), 1);
    cr_expect_eq (s_listed (&scene.greta, ""), 1);
    cr_expect_eq (s_listed (&scene.root, ""), 5);
    s_expect_owner (&scene.root, eva, greta.own.public_text, "/eva");
    struct job_request wrong = s_about (eva);
    snprintf (wrong.on_behalf_of, sizeof wrong.on_behalf_of, "eva");
    played_peers_ask_refused (&scene.anna, &status_shape, &wrong, "unauthorized", "gateway");
    played_peers_ask_refused (&scene.root, &status_shape, &wrong, "unauthorized", "gateway");
    snprintf (wrong.on_behalf_of, sizeof wrong.on_behalf_of, "e v a");
    played_peers_ask_refused (&scene.greta, &status_shape, &wrong, "malformed", "on_behalf_of");
    s_close (&scene);
}

static zsock_t *s_subscribe (const struct scene *scene, const char *name, const char *const topics[])
{
    zsock_t *sub = s_connect (scene, ZMQ_SUB, scene->servers.feed, name);
    for (size_t i = 0; topics[i]; i++)
        zsock_set_subscribe (sub, topics[i]);
    return sub;
}

static void s_cancel (struct played_peers *who, const char *job)
{
    struct job_request request = s_about (job);
    struct job_state_reply reply;
    played_peers_ask (who, &cancel_shape, &request, &job_state_reply_shape, &reply);
    job_state_reply_clear (&reply);
}

//  Everything up to the end of `last` is of one of the two; whoever hears it has subscribed before.
static void s_expect_events (zsock_t *sub, const char *one, const char *last)
{
    for (;;) {
        struct event event = played_peers_event (sub);
        bool of_one = streq (event.job, one), of_last = streq (event.job, last);
        cr_assert (of_one || of_last, "an event of %s", event.job);
        if (of_last && streq (event.state, "cancelled"))
            return;
    }
}

Test (rights, the_feed_tells_a_client_of_its_own_jobs_alone_and_an_observer_of_all, .timeout = 120)
{
    struct scene scene;
    char annas[ID_BYTES], brunos[ID_BYTES], evas[ID_BYTES], topics[3][EVENT_TOPIC_BYTES], beginning[32];
    s_open (&scene);
    played_peers_submit (&scene.anna, "in.csv", "key", annas);
    played_peers_submit (&scene.bruno, "in.csv", "key", brunos);
    s_submit (&scene.greta, "key", "eva", evas);
    event_topic (annas, topics[0]);
    event_topic (brunos, topics[1]);
    event_topic (evas, topics[2]);
    snprintf (beginning, sizeof beginning, "%.15s", topics[0]);
    //  The last one is one's own, so that its event tells that those before it were looked at.
    const char *of_bruno[] = {"", "job/", beginning, topics[0], topics[2], topics[1], NULL};
    const char *of_greta[] = {"", "job/", topics[0], topics[1], topics[2], NULL};
    zsock_t *bruno = s_subscribe (&scene, "bruno", of_bruno),
            *greta = s_subscribe (&scene, "greta", of_greta);
    zsock_t *otto = s_subscribe (&scene, "otto", (const char *const[]){"job/", NULL});
    struct event first = played_peers_event (bruno);
    cr_expect_str_eq (first.job, brunos);
    first = played_peers_event (greta);
    cr_expect_str_eq (first.job, evas);
    s_cancel (&scene.anna, annas);
    s_cancel (&scene.bruno, brunos);
    s_expect_events (bruno, brunos, brunos);
    struct job_request request = s_about (evas);
    struct job_state_reply reply;
    snprintf (request.on_behalf_of, sizeof request.on_behalf_of, "eva");
    played_peers_ask (&scene.greta, &cancel_shape, &request, &job_state_reply_shape, &reply);
    job_state_reply_clear (&reply);
    s_expect_events (greta, evas, evas);
    bool heard[3] = {false};
    while (!heard[0] || !heard[1] || !heard[2]) {
        struct event event = played_peers_event (otto);
        heard[0] = heard[0] || streq (event.job, annas);
        heard[1] = heard[1] || streq (event.job, brunos);
        heard[2] = heard[2] || streq (event.job, evas);
    }
    zsock_destroy (&bruno);
    zsock_destroy (&greta);
    zsock_destroy (&otto);
    s_close (&scene);
}

//  Topics by owner say whose a job is: a gateway has those of the ones that it speaks for, and nobody else
//  any.
Test (rights, a_gateway_hears_of_all_jobs_of_one_that_it_speaks_for_and_nobody_else_by_that_topic,
      .timeout = 120)
{
    struct scene scene;
    struct credential greta;
    char evas[ID_BYTES], evans[ID_BYTES], hugos[ID_BYTES], owner[OWNER_BYTES],
        shorter[EVENT_OWNER_TOPIC_BYTES], topic[EVENT_OWNER_TOPIC_BYTES], last[EVENT_TOPIC_BYTES];
    s_open (&scene);
    s_key (&scene, "greta", &greta);
    s_submit (&scene.greta, "key", "eva", evas);
    s_submit (&scene.greta, "key", "evan", evans);
    s_submit (&scene.hugo, "key", "eva", hugos);
    snprintf (owner, sizeof owner, "%s/eva", greta.own.public_text);
    event_owner_topic (owner, "", topic);
    snprintf (shorter, sizeof shorter, "%.*s", (int) strlen (topic) - 1, topic);
    event_topic (hugos, last);
    const char *of_others[] = {topic, shorter, EVENT_OWNER_TOPIC, last, NULL};
    static const char *const OTHERS[] = {"hugo", "otto", "root"};
    zsock_t *eva = s_subscribe (&scene, "greta", (const char *const[]){shorter, topic, NULL}), *others[3];
    for (size_t i = 0; i < 3; i++) {
        others[i] = s_subscribe (&scene, OTHERS[i], of_others);
        struct event first = played_peers_event (others[i]);
        cr_expect_str_eq (first.job, hugos, "%s", OTHERS[i]);
    }
    struct event event = played_peers_event (eva);
    cr_expect_str_eq (event.job, evas);
    cr_expect_eq (event.revision, 1);
    s_cancel (&scene.root, evans);
    s_cancel (&scene.root, evas);
    s_cancel (&scene.root, hugos);
    s_expect_events (eva, evas, evas);
    for (size_t i = 0; i < 3; i++) {
        s_expect_events (others[i], hugos, hugos);
        zsock_destroy (&others[i]);
    }
    zsock_destroy (&eva);
    s_close (&scene);
}

//  A subscription that was taken back is none any more.
Test (rights, a_client_that_unsubscribes_hears_no_more_and_may_come_back, .timeout = 120)
{
    struct scene scene;
    char one[ID_BYTES], two[ID_BYTES], topics[2][EVENT_TOPIC_BYTES];
    s_open (&scene);
    played_peers_submit (&scene.anna, "in.csv", "one", one);
    played_peers_submit (&scene.anna, "in.csv", "two", two);
    event_topic (one, topics[0]);
    event_topic (two, topics[1]);
    zsock_t *sub = s_subscribe (&scene, "anna", (const char *const[]){topics[0], NULL});
    struct event event = played_peers_event (sub);
    cr_expect_str_eq (event.job, one);
    zsock_set_unsubscribe (sub, topics[0]);
    zsock_set_subscribe (sub, topics[1]);
    event = played_peers_event (sub);
    cr_expect_str_eq (event.job, two);
    s_cancel (&scene.anna, one);
    s_cancel (&scene.anna, two);
    s_expect_events (sub, two, two);
    zsock_set_subscribe (sub, topics[0]);
    event = played_peers_event (sub);
    cr_expect_str_eq (event.job, one);
    cr_expect_str_eq (event.state, "cancelled");
    zsock_destroy (&sub);
    s_close (&scene);
}

Test (rights, only_admin_sends_a_worker_away, .timeout = 60)
{
    struct scene scene;
    s_open (&scene);
    struct played_peers *others[] = {&scene.anna, &scene.all, &scene.greta};
    struct drain_request drain = {.worker = "nobody"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        played_peers_ask_refused (others[i], &drain_request_shape, &drain, "unauthorized", "admin");
    played_peers_ask_refused (&scene.root, &drain_request_shape, &drain, "not_found", "nobody");
    s_close (&scene);
}

Test (rights, without_keys_everybody_sees_everything_and_may_speak_for_somebody, .timeout = 60)
{
    struct played_peers peers;
    char job[ID_BYTES], evas[ID_BYTES];
    played_peers_open (&peers, 0);
    played_peers_submit (&peers, "in.csv", "key", job);
    s_submit (&peers, "key", "eva", evas);
    cr_expect_str_neq (job, evas);
    s_expect_not_there (&peers, job, "eva");
    cr_expect_eq (s_listed (&peers, "eva"), 1);
    cr_expect_eq (s_listed (&peers, ""), 2);
    played_peers_expect_state (&peers, evas, "queued");
    played_peers_close (&peers);
}
