//  shared_paths_test.c: at a broker of TCP without keys a user notices nothing of what a worker does not
//  open: submit sends the bytes of what lies outside --data-root, and only the path of what lies in it.
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static const char LABS[] = "Patient ID,ITEM,Result Value,Units\nP1,50931,100,mg/dL\n";
static const char ITEMS[] = "id,loinc\n50931,2345-7\n";
static const char MAPPING[] =
    "{\"joins\": [{\"column\": \"ITEM\", \"table\": \"items.csv\", \"key\": \"id\", "
    "\"take\": {\"loinc\": \"test_code\"}}]}";

static struct workplace s_place;
static struct servers s_servers;

static void s_make (const char *name)
{
    char path[300];
    snprintf (path, sizeof path, "%s/%s", s_place.folder, name);
    cr_assert_eq (mkdir (path, 0700), 0);
}

static void s_open (void)
{
    static const char *const FOLDERS[] = {"data", "more", "elsewhere"};
    char name[64];
    workplace_make (&s_place);
    s_servers = (struct servers){.place = &s_place};
    for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
        s_make (FOLDERS[i]);
        snprintf (name, sizeof name, "%s/labs.csv", FOLDERS[i]);
        workplace_write (&s_place, name, LABS, sizeof LABS - 1);
        snprintf (name, sizeof name, "%s/items.csv", FOLDERS[i]);
        workplace_write (&s_place, name, ITEMS, sizeof ITEMS - 1);
        snprintf (name, sizeof name, "%s/mapping.json", FOLDERS[i]);
        workplace_write (&s_place, name, MAPPING, sizeof MAPPING - 1);
    }
    servers_start_broker (&s_servers, false);
}

static void s_close (void)
{
    servers_stop (&s_servers);
    workplace_remove (&s_place);
}

TestSuite (shared_paths, .init = s_open, .fini = s_close, .timeout = 120);

//  `roots` (NULL: none): folders of the workplace's with a comma between them.
static void s_start_worker (size_t at, const char *first, const char *second)
{
    char roots[700] = "", log[32];
    snprintf (log, sizeof log, "worker%zu.log", at);
    if (first)
        snprintf (roots, sizeof roots, "%s/%s", s_place.folder, first);
    if (second)
        snprintf (roots + strlen (roots), sizeof roots - strlen (roots), ",%s/%s", s_place.folder, second);
    const char *const argv[] = {"dmh-worker", "--broker",    s_servers.back, "--results",
                                "results",    "--data-root", roots,          NULL};
    s_servers.workers[at] = process_start (&s_place, log, argv);
    process_await (&s_place, log, "worker.registered");
}

static size_t s_stored (void)
{
    char path[300];
    size_t count = 0;
    snprintf (path, sizeof path, "%s/jobs.db.files", s_place.folder);
    DIR *folder = opendir (path);
    cr_assert_not_null (folder, "%s", path);
    for (struct dirent *entry; (entry = readdir (folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir (folder);
    return count;
}

//  It is done, and its bytes went by the broker or did not.
static void s_expect (const char *input, const char *mapping, bool sent)
{
    char *output = NULL;
    size_t before = s_stored ();
    const char *const plain[] = {"dmh", "submit", "--quiet", "--wait", "--replace", "-o", "out", input, NULL},
                      *const mapped[] = {"dmh", "submit",    "--quiet", "--wait", "--replace", "-o",
                                         "out", "--mapping", mapping,   input,    NULL};
    cr_assert_eq (servers_dmh (&s_servers, mapping ? mapped : plain, &output), 0, "%s: %s", input, output);
    free (output);
    cr_expect_eq (s_stored () > before, sent, "%s with %s", input, mapping ? mapping : "nothing");
}

Test (shared_paths, all_bytes_travel_to_a_worker_that_opens_no_path)
{
    s_start_worker (0, NULL, NULL);
    s_expect ("data/labs.csv", NULL, true);
}

Test (shared_paths, what_lies_in_the_roots_goes_by_its_path_and_the_rest_by_its_bytes)
{
    char link[300], target[300];
    s_start_worker (0, "data", "more");
    s_expect ("data/labs.csv", NULL, false);
    s_expect ("more/labs.csv", "data/mapping.json", false);
    snprintf (link, sizeof link, "%s/data/link.csv", s_place.folder);
    snprintf (target, sizeof target, "%s/elsewhere/labs.csv", s_place.folder);
    cr_assert_eq (symlink (target, link), 0);
    s_expect ("data/link.csv", NULL, true);
}

Test (shared_paths, a_table_outside_takes_its_input_along)
{
    char link[300], target[300];
    s_start_worker (0, "data", NULL);
    s_expect ("data/labs.csv", "elsewhere/mapping.json", true);
    snprintf (link, sizeof link, "%s/data/items.csv", s_place.folder);
    snprintf (target, sizeof target, "%s/elsewhere/items.csv", s_place.folder);
    cr_assert (unlink (link) == 0 && symlink (target, link) == 0);
    s_expect ("data/labs.csv", "data/mapping.json", true);
}

Test (shared_paths, workers_with_different_roots_get_bytes)
{
    s_start_worker (0, "data", NULL);
    s_start_worker (1, "more", NULL);
    s_expect ("data/labs.csv", NULL, true);
    s_expect ("more/labs.csv", NULL, true);
}

Test (shared_paths, what_is_submitted_before_the_first_worker_is_there_is_read_by_any)
{
    static const char *const SUBMIT[] = {"dmh", "submit", "--quiet", "data/labs.csv", NULL};
    char *job = NULL, *output = NULL;
    cr_assert_eq (servers_dmh (&s_servers, SUBMIT, &job), 0, "%s", job);
    job[strcspn (job, "\n")] = 0;
    s_start_worker (0, NULL, NULL);
    const char *const watch[] = {"dmh", "watch", "--quiet", job, NULL};
    cr_assert_eq (servers_dmh (&s_servers, watch, &output), 0, "%s", output);
    free (output);
    free (job);
}
