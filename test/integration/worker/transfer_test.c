//  transfer_test.c: files that go through the broker: the same results as on a shared disk, nothing left
//  behind, nothing copied where a disk is shared; each of the three killed while a file is on its way; limits
//  and rights.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BIG_BYTES = 24 * 1024 * 1024, BEGUN_BYTES = 1024 * 1024 };

static const char PEOPLE[] = "MRN,First Name,Last Name,DOB,Sex\n"
                             "1,Ann,Doe,01/02/1970,F\n"
                             "2,Bob,Roe,02/13/1980,male\n"
                             "2,Bob,Roe,02/13/1980,male\n"
                             ",Cat,Moe,02/13/1980,male\n";
static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson", "datapackage.json"};
static const char STORE[] = "jobs.db.files";

//  Three records, again and again, in a file that takes a while.
static void s_write_big (const struct workplace *place)
{
    static const char ROWS[] = "1,Ann,Doe,01/02/1970,F\n2,Bob,Roe,02/13/1980,male\n3,Cat,Moe,02/13/1980,x\n";
    char *text = malloc (BIG_BYTES + 256), *at = text;
    cr_assert_not_null (text);
    at += sprintf (at, "MRN,First Name,Last Name,DOB,Sex\n");
    for (; at < text + BIG_BYTES; at += sizeof ROWS - 1)
        memcpy (at, ROWS, sizeof ROWS - 1);
    workplace_write (place, "big.csv", text, (size_t) (at - text));
    free (text);
}

static size_t s_count (const struct workplace *place, const char *name)
{
    char path[600];
    size_t count = 0;
    snprintf (path, sizeof path, "%s/%s", place->folder, name);
    DIR *folder = opendir (path);
    cr_assert_not_null (folder, "%s", path);
    for (struct dirent *entry; (entry = readdir (folder)) != NULL;)
        count += !streq (entry->d_name, ".") && !streq (entry->d_name, "..");
    closedir (folder);
    return count;
}

//  The result is byte for byte that of dmh run, and whole.
static void s_expect_same (struct servers *servers, const char *result, const char *input)
{
    char ours[600], base[600], folder[128], file[64], *text = NULL;
    snprintf (file, sizeof file, "%s.csv", input);
    const char *const run[] = {"dmh", "run", "--quiet", "-o", "base", file, NULL};
    cr_assert_eq (process_run (servers->place, run, &text), 0, "%s", text);
    free (text);
    snprintf (folder, sizeof folder, "%s/%s", result, input);
    const char *const verify[] = {"dmh", "verify", folder, NULL};
    cr_assert_eq (process_run (servers->place, verify, &text), 0, "%s", text);
    free (text);
    snprintf (ours, sizeof ours, "%s/%s/%s", servers->place->folder, result, input);
    snprintf (base, sizeof base, "%s/base/%s", servers->place->folder, input);
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        size_t ours_n = 0, base_n = 0;
        char *came = workplace_read (ours, FILES[i], &ours_n),
             *right = workplace_read (base, FILES[i], &base_n);
        cr_assert (came && right && ours_n == base_n && memcmp (came, right, base_n) == 0, "%s of %s",
                   FILES[i], input);
        free (came);
        free (right);
    }
}

static struct servers s_begin (struct workplace *place)
{
    struct servers servers = {.place = place};
    workplace_make (place);
    workplace_write (place, "people.csv", PEOPLE, sizeof PEOPLE - 1);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "2");
    process_await (place, "worker0.log", "worker.registered");
    return servers;
}

static void s_end (struct servers *servers)
{
    servers_stop (servers);
    workplace_remove (servers->place);
}

static pid_t s_start_submit (struct servers *servers)
{
    const char *const submit[] = {"dmh",        "submit", "--quiet",   "--wait", "-o",      "out",
                                  "--transfer", "always", "--timeout", "30",     "big.csv", NULL};
    setenv ("DMH_BROKER", servers->front, 1);
    return process_start (servers->place, "submit.log", submit);
}

static void s_expect_submitted (struct servers *servers, pid_t client)
{
    int status = process_wait (client, 90);
    char *text = workplace_read (servers->place->folder, "submit.log", NULL);
    cr_assert_eq (status, 0, "%s", text);
    free (text);
    s_expect_same (servers, "out", "big");
}

Test (transfer, what_goes_through_the_broker_comes_back_the_same_and_is_kept_nowhere_else, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    char *text = NULL;
    const char *const submit[] = {"dmh", "submit",     "--quiet", "--wait",     "-o",
                                  "out", "--transfer", "always",  "people.csv", NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &text), 0, "%s", text);
    free (text);
    s_expect_same (&servers, "out", "people");
    cr_expect_eq (s_count (&place, STORE), 6, "the input and five outputs");
    cr_expect_eq (s_count (&place, "results"), 0, "the worker keeps nothing");
    cr_expect_eq (s_count (&place, "out"), 1);
    s_end (&servers);
}

Test (transfer, standard_input_and_several_kinds_go_too, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    char command[1200], *text = NULL;
    snprintf (command, sizeof command,
              "cd '%s' && mkdir tmp && TMPDIR=$PWD/tmp DMH_BROKER='%s' '%s/dmh' submit --transfer always - "
              "<people.csv >ids 2>said && DMH_BROKER='%s' '%s/dmh' watch --quiet $(cat ids)",
              place.folder, servers.front, getenv ("DMH_BUILD"), servers.front, getenv ("DMH_BUILD"));
    cr_assert_eq (system (command), 0);
    cr_expect_eq (s_count (&place, "tmp"), 0, "the copy of standard input is not needed any more");
    char *ids = workplace_read (place.folder, "ids", NULL);
    ids[strcspn (ids, "\n")] = 0;
    const char *const fetch[] = {"dmh", "fetch", ids, "-o", "out", NULL};
    cr_assert_eq (servers_dmh (&servers, fetch, &text), 0, "%s", text);
    free (text);
    free (ids);
    char *records = workplace_read (place.folder, "out/stdin/records.csv", NULL);
    cr_assert_not_null (records);
    cr_expect_not_null (strstr (records, "Ann"));
    free (records);
    s_end (&servers);
}

static void s_expect_private (const struct workplace *place, const char *name, mode_t mode)
{
    char path[600];
    struct stat about;
    snprintf (path, sizeof path, "%s/%s", place->folder, name);
    cr_assert_eq (stat (path, &about), 0, "%s", name);
    cr_expect_eq (about.st_mode, mode, "%s has the mode %o", name, about.st_mode);
}

//  The worker may read no folder at all, so what it has of them came through the broker.
Test (transfer, the_tables_of_a_mapping_go_with_the_input, .timeout = 120)
{
    static const char MAPPING[] =
        "{\"joins\": [{\"column\": \"ITEM\", \"table\": \"items.csv\", \"key\": \"id\", "
        "\"take\": {\"loinc\": \"test_code\"}}]}";
    static const char LABS[] = "Patient ID,ITEM,Result Value,Units,Collected Date\n"
                               "P1,50931,100,mg/dL,2021-04-01\n";
    static const char ITEMS[] = "id,loinc\n50931,2345-7\n";
    struct workplace place;
    struct servers servers = {.place = &place};
    char *text = NULL;
    workplace_make (&place);
    umask (0);
    workplace_write (&place, "labs.csv", LABS, sizeof LABS - 1);
    workplace_write (&place, "items.csv", ITEMS, sizeof ITEMS - 1);
    workplace_write (&place, "mapping.json", MAPPING, sizeof MAPPING - 1);
    servers_start_broker (&servers, false);
    char root[600];
    snprintf (root, sizeof root, "%s/nothing", place.folder);
    cr_assert_eq (mkdir (root, 0700), 0);
    const char *worker[] = {"dmh-worker", "--broker",    servers.back, "--results",
                            "results",    "--data-root", root,         NULL};
    servers.workers[0] = process_start (&place, "worker0.log", worker);
    const char *const never[] = {"dmh",       "submit",       "--quiet",  "--wait",     "-o",    "out",
                                 "--mapping", "mapping.json", "labs.csv", "--transfer", "never", NULL};
    cr_assert_eq (servers_dmh (&servers, never, &text), 1, "%s", text);
    free (text);
    const char *const always[] = {"dmh",       "submit",       "--quiet",  "--wait",     "-o",     "out",
                                  "--mapping", "mapping.json", "labs.csv", "--transfer", "always", NULL};
    cr_assert_eq (servers_dmh (&servers, always, &text), 0, "%s", text);
    free (text);
    char *records = workplace_read (place.folder, "out/labs/records.csv", NULL);
    s_expect_private (&place, "out/labs", S_IFDIR | 0700);
    s_expect_private (&place, "out/labs/records.csv", S_IFREG | 0600);
    cr_assert_not_null (records);
    cr_expect_not_null (strstr (records, "2345-7"), "%s", records);
    free (records);
    cr_expect_eq (s_count (&place, "results"), 0, "the worker keeps nothing");
    snprintf (root, sizeof root, "%s/items.csv", place.folder);
    cr_assert_eq (unlink (root), 0);
    cr_assert_eq (servers_dmh (&servers, always, &text), 1, "%s", text);
    cr_expect_not_null (strstr (text, "items.csv"), "%s", text);
    free (text);
    s_end (&servers);
}

Test (transfer, nothing_is_copied_where_the_disk_is_shared_and_never_means_never, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    char *text = NULL;
    static const char *const HOW[] = {"auto", "never"};
    for (size_t i = 0; i < 2; i++) {
        const char *const submit[] = {"dmh", "submit",     "--quiet", "--wait",     "-o",
                                      "out", "--transfer", HOW[i],    "people.csv", NULL};
        cr_assert_eq (servers_dmh (&servers, submit, &text), 0, "%s", text);
        free (text);
        s_expect_same (&servers, "out", "people");
        cr_expect_eq (s_count (&place, STORE), 0, "%s", HOW[i]);
    }
    const char *const wrong[] = {"dmh", "submit", "--transfer", "sometimes", "people.csv", NULL};
    cr_assert_eq (servers_dmh (&servers, wrong, &text), 2);
    cr_expect_not_null (strstr (text, "auto, always or never"), "%s", text);
    free (text);
    const char *const submit[] = {"dmh",        "submit", "--quiet",    "--wait",
                                  "--transfer", "always", "people.csv", NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &text), 0, "%s", text);
    char job[32];
    snprintf (job, sizeof job, "%.*s", (int) strcspn (text, "\n"), text);
    free (text);
    const char *const fetch[] = {"dmh", "fetch", job, "-o", "never", "--transfer", "never", NULL};
    cr_assert_eq (servers_dmh (&servers, fetch, &text), 1);
    cr_expect_not_null (strstr (text, "with the broker alone"), "%s", text);
    free (text);
    s_end (&servers);
}

//  Submits by path and answers the job; its result lies in the worker's folder.
static void s_submit_by_path (struct servers *servers, const char *input, char job[32])
{
    char *text = NULL;
    const char *const submit[] = {"dmh", "submit", "--quiet", "--wait", input, NULL};
    cr_assert_eq (servers_dmh (servers, submit, &text), 0, "%s", text);
    snprintf (job, 32, "%.*s", (int) strcspn (text, "\n"), text);
    free (text);
    cr_assert_eq (s_count (servers->place, "results"), 1);
}

Test (transfer, a_result_in_a_worker_s_folder_can_be_had_through_the_broker, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    char job[32], *text = NULL;
    s_submit_by_path (&servers, "people.csv", job);
    const char *const fetch[] = {"dmh", "fetch", job, "-o", "out", "--transfer", "always", NULL};
    cr_assert_eq (servers_dmh (&servers, fetch, &text), 0, "%s", text);
    free (text);
    s_expect_same (&servers, "out", "people");
    cr_expect_eq (s_count (&place, STORE), 5, "the outputs");
    cr_expect_eq (s_count (&place, "results"), 1, "the worker's stays");
    cr_assert_eq (servers_end (&servers, &servers.workers[0], SIGTERM), 0);
    cr_assert_eq (servers_dmh (&servers, fetch, &text), 1);
    cr_expect_not_null (strstr (text, "of which no worker is connected"), "%s", text);
    free (text);
    s_end (&servers);
}

//  What another host sees of the worker's folder: nothing.
Test (transfer, auto_fetches_through_the_broker_what_cannot_be_seen, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    char command[1400], job[32];
    s_submit_by_path (&servers, "people.csv", job);
    if (system ("unshare --mount sh -c 'mount -t tmpfs none /mnt' 2>/dev/null") != 0) {
        printf ("SKIP: mounts in a namespace are not allowed here\n");
        s_end (&servers);
        return;
    }
    snprintf (command, sizeof command,
              "cd '%s' && DMH_BROKER='%s' unshare --mount sh -c \"mount -t tmpfs none results && "
              "'%s/dmh' fetch --quiet %s -o out\"",
              place.folder, servers.front, getenv ("DMH_BUILD"), job);
    cr_assert_eq (system (command), 0);
    s_expect_same (&servers, "out", "people");
    s_end (&servers);
}

Test (transfer, a_worker_that_dies_while_it_hands_over_is_asked_again, .timeout = 180)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    char job[32];
    s_write_big (&place);
    s_submit_by_path (&servers, "big.csv", job);
    kill (servers.workers[0], SIGSTOP);    //  it hears of nothing
    const char *const fetch[] = {"dmh", "fetch", "--quiet", job, "-o", "out", "--transfer", "always", NULL};
    setenv ("DMH_BROKER", servers.front, 1);
    pid_t client = process_start (&place, "submit.log", fetch);
    process_await (&place, "broker.log", "result.wanted");
    cr_assert_eq (servers_end (&servers, &servers.workers[0], SIGKILL), 128 + SIGKILL);
    servers_start_worker (&servers, 0, "2");
    s_expect_submitted (&servers, client);
    s_end (&servers);
}

//  A mount namespace of its own is what another host looks like to `auto`.
Test (transfer, auto_sends_when_somebody_sees_other_disks, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    char command[1200];
    if (system ("unshare --mount true 2>/dev/null") != 0) {
        printf ("SKIP: mount namespaces are not allowed here\n");
        s_end (&servers);
        return;
    }
    snprintf (command, sizeof command,
              "cd '%s' && DMH_BROKER='%s' unshare --mount '%s/dmh' submit --quiet --wait -o out people.csv",
              place.folder, servers.front, getenv ("DMH_BUILD"));
    cr_assert_eq (system (command), 0);
    s_expect_same (&servers, "out", "people");
    cr_expect_eq (s_count (&place, STORE), 6, "the input and five outputs");
    s_end (&servers);
}

Test (transfer, a_client_that_was_killed_goes_on_where_it_was, .timeout = 180)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_write_big (&place);
    pid_t client = s_start_submit (&servers);
    process_await_bytes (&place, STORE, "", ".part", BEGUN_BYTES);
    kill (servers.broker, SIGSTOP);
    kill (client, SIGKILL);
    cr_assert_eq (process_wait (client, 20), 128 + SIGKILL);
    kill (servers.broker, SIGCONT);
    s_expect_submitted (&servers, s_start_submit (&servers));
    s_end (&servers);
}

Test (transfer, a_broker_that_was_killed_goes_on_where_it_was, .timeout = 180)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_write_big (&place);
    pid_t client = s_start_submit (&servers);
    process_await_bytes (&place, STORE, "", ".part", BEGUN_BYTES);
    cr_assert_eq (servers_end (&servers, &servers.broker, SIGKILL), 128 + SIGKILL);
    servers_start_broker (&servers, true);
    process_await_bytes (&place, "results", ".input-", "", BEGUN_BYTES);
    cr_assert_eq (servers_end (&servers, &servers.broker, SIGKILL), 128 + SIGKILL);
    servers_start_broker (&servers, true);
    s_expect_submitted (&servers, client);
    s_end (&servers);
}

Test (transfer, a_worker_that_was_killed_is_followed_by_one_that_goes_on, .timeout = 180)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_write_big (&place);
    pid_t client = s_start_submit (&servers);
    process_await_bytes (&place, "results", ".input-", "", BEGUN_BYTES);
    cr_assert_eq (servers_end (&servers, &servers.workers[0], SIGKILL), 128 + SIGKILL);
    servers_start_worker (&servers, 0, "2");
    s_expect_submitted (&servers, client);
    cr_expect_eq (s_count (&place, "results"), 0, "what was half brought is gone");
    s_end (&servers);
}

Test (transfer, a_job_that_is_cancelled_while_its_input_comes_leaves_nothing, .timeout = 180)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    char *text = NULL;
    s_write_big (&place);
    const char *const submit[] = {"dmh", "submit", "--quiet", "--transfer", "always", "big.csv", NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &text), 0, "%s", text);
    text[strcspn (text, "\n")] = 0;
    const char *const cancel[] = {"dmh", "cancel", text, NULL};
    int status = servers_dmh (&servers, cancel, NULL);
    cr_assert (status == 0 || status == 1, "%d", status);    //  1: it was done already
    free (text);
    servers_stop (&servers);
    size_t left = s_count (&place, "results");
    cr_expect_eq (left, 0);
    workplace_remove (&place);
}

Test (transfer, a_file_beyond_the_quota_is_refused_by_name_and_others_go_on, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place, .options = {"--files-bytes", "40000", NULL}};
    char *text = NULL;
    workplace_make (&place);
    char *big = malloc (60000);
    memset (big, 'x', 60000);
    workplace_write (&place, "big.csv", big, 60000);
    workplace_write (&place, "people.csv", PEOPLE, sizeof PEOPLE - 1);
    free (big);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "1");
    process_await (&place, "worker0.log", "worker.registered");
    const char *const submit[] = {"dmh",     "submit",     "--wait",     "--quiet", "-o", "out",
                                  "big.csv", "people.csv", "--transfer", "always",  NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &text), 1);
    cr_expect_not_null (strstr (text, "big.csv"), "%s", text);
    cr_expect_not_null (strstr (text, "--files-bytes"), "%s", text);
    free (text);
    s_expect_same (&servers, "out", "people");
    s_end (&servers);
}

Test (transfer, without_a_files_service_always_is_refused_and_auto_works_as_before, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place, .options = {"--files", "off", NULL}};
    char *text = NULL;
    workplace_make (&place);
    workplace_write (&place, "people.csv", PEOPLE, sizeof PEOPLE - 1);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "1");
    const char *const always[] = {"dmh", "submit", "people.csv", "--transfer", "always", NULL};
    cr_assert_neq (servers_dmh (&servers, always, &text), 0);
    cr_expect_not_null (strstr (text, "keeps no files"), "%s", text);
    free (text);
    const char *const submit[] = {"dmh", "submit", "--quiet", "--wait", "-o", "out", "people.csv", NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &text), 0, "%s", text);
    free (text);
    s_expect_same (&servers, "out", "people");
    s_end (&servers);
}
