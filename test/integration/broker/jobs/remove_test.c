//  remove_test.c: dmh remove: a job leaves for good with its result and with what only it had at the broker,
//  whoever is away or dies meanwhile; what runs does not.
#define _GNU_SOURCE
#include "test/support/peers/played_peers.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <unistd.h>

static const char FILES[] = "jobs.db.files";

//  The status and output of dmh with two further words at most.
static int s_dmh (struct servers *servers, const char *command, const char *one, const char *two,
                  char **output)
{
    const char *argv[] = {"dmh", command, one, two, NULL};
    return servers_dmh (servers, argv, output);
}

static char *s_submit (struct servers *servers, const char *input, const char *transfer)
{
    char *output = NULL;
    const char *submit[] = {"dmh",     "submit",     input,    "--wait", "--json",
                            "--quiet", "--transfer", transfer, NULL};
    cr_assert_eq (servers_dmh (servers, submit, &output), 0, "%s", output);
    char *at = strstr (output, "\"job\":");
    at = at ? strchr (at + 6, '"') : NULL;
    cr_assert_not_null (at, "%s", output);
    char *job = strndup (at + 1, strcspn (at + 1, "\""));
    free (output);
    return job;
}

static void s_expect_gone (struct servers *servers, const char *job)
{
    char *output = NULL;
    cr_expect_eq (s_dmh (servers, "status", job, NULL, &output), 1);
    cr_expect_not_null (strstr (output, "there is no job"), "%s", output);
    free (output);
}

static size_t s_count (const struct workplace *place, const char *folder_name)
{
    char path[600];
    size_t count = 0;
    snprintf (path, sizeof path, "%s/%s", place->folder, folder_name);
    DIR *folder = opendir (path);
    cr_assert_not_null (folder, "%s", path);
    for (struct dirent *entry; (entry = readdir (folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir (folder);
    return count;
}

static bool s_has_result (const struct workplace *place, const char *job)
{
    char path[512];
    snprintf (path, sizeof path, "%s/results/%s.1", place->folder, job);
    return access (path, F_OK) == 0;
}

static void s_remove (struct servers *servers, const char *one, const char *two)
{
    char *output = NULL;
    cr_assert_eq (s_dmh (servers, "remove", one, two, &output), 0, "%s", output);
    cr_expect_not_null (strstr (output, "is removed"), "%s", output);
    free (output);
    s_expect_gone (servers, one);
}

Test (remove, a_job_leaves_with_its_result_and_the_input_stays_where_it_was_read, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char *output = NULL, path[512];
    workplace_make (&place);
    workplace_write (&place, "in.csv", "MRN,Sex\n1,F\n", 12);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "2");
    process_await (&place, "broker.log", "worker.registered");
    char *job = s_submit (&servers, "in.csv", "never"), *other = s_submit (&servers, "in.csv", "never");
    cr_assert (s_has_result (&place, job) && s_has_result (&place, other));
    s_remove (&servers, job, NULL);
    cr_expect_not (s_has_result (&place, job));
    cr_expect (s_has_result (&place, other), "another job's");
    snprintf (path, sizeof path, "%s/in.csv", place.folder);
    cr_expect_eq (access (path, F_OK), 0);
    process_await (&place, "broker.log", "job.removed");
    cr_expect_eq (s_dmh (&servers, "remove", job, "--json", &output), 1, "%s", output);
    cr_expect_not_null (strstr (output, "there is no job"), "%s", output);
    free (output);
    cr_assert_eq (s_dmh (&servers, "remove", other, "--json", &output), 0, "%s", output);
    cr_expect_not_null (strstr (output, "\"removed\":true"), "%s", output);
    free (output);
    free (job);
    free (other);
    servers_stop (&servers);
    workplace_remove (&place);
}

//  The second has the first one's input under another name, and so its records, but a report of its own.
Test (remove, files_at_the_broker_go_when_no_other_job_names_them, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char *output = NULL;
    workplace_make (&place);
    workplace_write (&place, "a.csv", "MRN,Sex\n1,F\n", 12);
    workplace_write (&place, "b.csv", "MRN,Sex\n1,F\n", 12);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "2");
    char *one = s_submit (&servers, "a.csv", "always");
    size_t with_one = s_count (&place, FILES);
    char *two = s_submit (&servers, "b.csv", "always");
    size_t with_both = s_count (&place, FILES);
    cr_assert_gt (with_both, with_one);
    s_remove (&servers, one, NULL);
    size_t left = s_count (&place, FILES);
    cr_expect_lt (left, with_both);
    cr_expect_gt (left, with_both - with_one, "what both have stays");
    const char *fetch[] = {"dmh", "fetch", two, "-o", "out", "--transfer", "always", NULL};
    cr_expect_eq (servers_dmh (&servers, fetch, &output), 0, "%s", output);
    free (output);
    s_remove (&servers, two, NULL);
    cr_expect_eq (s_count (&place, FILES), 0);
    free (one);
    free (two);
    servers_stop (&servers);
    workplace_remove (&place);
}

//  A worker that the test plays, at a broker that is a process; a job that it has done.
static zsock_t *s_do (struct servers *servers, struct played_peers *peers, char job[ID_BYTES])
{
    struct job_order order;
    played_peers_visit (peers, servers->front, servers->back, servers->feed);
    zsock_t *worker = played_peers_worker (peers, "w", 1, NULL, 0);
    played_peers_submit (peers, "in.csv", "key", job);
    played_peers_expect (worker, &job_order_shape, &order);
    job_order_clear (&order);
    cr_assert (played_peers_result (worker, job, 1));
    return worker;
}

static void s_expect_removal (zsock_t *worker, const char *job, bool answer)
{
    struct remove_result removal;
    played_peers_expect (worker, &remove_result_shape, &removal);
    cr_expect_str_eq (removal.job, job);
    cr_expect_eq (removal.attempt, 1);
    struct removed removed = {.attempt = 1, .removed = true};
    memcpy (removed.job, job, sizeof removed.job);
    if (answer)
        played_peers_send (worker, &removed_shape, &removed);
}

static struct job_record s_ask_removal (struct played_peers *peers, const char *job)
{
    struct job_request request = {.request = ""};
    struct job_state_reply reply;
    snprintf (request.job, sizeof request.job, "%s", job);
    played_peers_ask (peers, &remove_shape, &request, &job_state_reply_shape, &reply);
    return reply.job;
}

//  What dmh says of a job whose worker is away.
static void s_expect_waiting (struct servers *servers, const char *job)
{
    static const char *const SAID[][4] = {
        {"remove", NULL, "0", "leaves when a worker of host stage is connected"},
        {"remove", "--json", "0", "\"removed\":false"},
        {"remove", "--json", "0", "\"waits_for\":\"stage\""},
        {"status", NULL, "0", "removal asked"},
        {"status", NULL, "0", "waits for"},
        {"status", "--json", "0", "\"removal_waits\":true"},
        {"retry", NULL, "1", "is being removed"}};
    for (size_t i = 0; i < sizeof SAID / sizeof *SAID; i++) {
        char *output = NULL;
        cr_expect_eq (s_dmh (servers, SAID[i][0], job, SAID[i][1], &output), *SAID[i][2] - '0', "%s", output);
        cr_expect_not_null (strstr (output, SAID[i][3]), "%s: %s", SAID[i][3], output);
        free (output);
    }
}

Test (remove, what_was_acknowledged_is_done_over_a_kill_of_the_broker_and_without_its_worker, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    struct played_peers peers;
    char job[ID_BYTES], line[128];
    workplace_make (&place);
    servers_start_broker (&servers, false);
    zsock_t *worker = s_do (&servers, &peers, job);
    struct job_record first = s_ask_removal (&peers, job), again = s_ask_removal (&peers, job);
    cr_expect_neq (first.removal_at, 0);
    cr_expect_eq (again.removal_at, first.removal_at, "said again it changes nothing");
    cr_expect_not (first.removal_waits);
    shape_clear (&job_record_shape, &first);
    shape_clear (&job_record_shape, &again);
    s_expect_removal (worker, job, false);
    cr_assert_eq (servers_end (&servers, &servers.broker, SIGKILL), 128 + SIGKILL);
    zsock_destroy (&worker);
    played_peers_leave (&peers);

    servers_start_broker (&servers, true);
    s_expect_waiting (&servers, job);
    played_peers_visit (&peers, servers.front, servers.back, servers.feed);
    worker = played_peers_worker (&peers, "another", 1, NULL, 0);    //  of the same host
    s_expect_removal (worker, job, true);
    snprintf (line, sizeof line, "job.removed job=%s", job);
    process_await (&place, "broker.log", line);
    s_expect_gone (&servers, job);
    zsock_destroy (&worker);
    played_peers_leave (&peers);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (remove, a_job_that_runs_is_refused_and_one_that_is_queued_is_cancelled, .timeout = 120)
{
    struct played_peers peers;
    struct job_request request = {.request = ""};
    struct job_order order;
    char running[ID_BYTES], queued[ID_BYTES];
    played_peers_open (&peers, 0);
    zsock_t *worker = played_peers_worker (&peers, "w", 1, NULL, 0);
    played_peers_submit (&peers, "running", "running", running);
    played_peers_expect (worker, &job_order_shape, &order);
    job_order_clear (&order);
    played_peers_submit (&peers, "queued", "queued", queued);
    snprintf (request.job, sizeof request.job, "%s", running);
    played_peers_ask_refused (&peers, &remove_shape, &request, "conflict", "cancel it first: dmh cancel");
    played_peers_expect_state (&peers, running, "running");
    struct job_record record = s_ask_removal (&peers, queued);
    cr_expect_str_eq (record.state, "cancelled");
    shape_clear (&job_record_shape, &record);
    cr_assert (played_peers_fail (worker, running, 1, false, false));
    record = s_ask_removal (&peers, running);
    shape_clear (&job_record_shape, &record);
    //  Neither runs any more, and both are gone when the list is empty.
    struct list list = {.limit = 9};
    for (size_t count = 1; count;) {
        struct jobs jobs;
        played_peers_ask (&peers, &list_shape, &list, &jobs_shape, &jobs);
        count = jobs.jobs_count;
        jobs_clear (&jobs);
    }
    played_peers_expect_nothing (worker);
    zsock_destroy (&worker);
    played_peers_close (&peers);
}
