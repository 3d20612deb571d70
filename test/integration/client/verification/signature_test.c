//  signature_test.c: a result that somebody edited who makes every sum anew is whole by itself; the
//  signature, the broker and the line that was kept elsewhere tell it all the same.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"
#include "test/support/results/resealed_result.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

//  A workplace with the keys anna and eve, and an input.
static void s_begin (struct workplace *place)
{
    workplace_make (place);
    setenv ("XDG_CONFIG_HOME", place->folder, 1);
    command_line_write (place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (place, "keys", "new", "--sign", "anna", "--keys", "keys"), 0,
                         "keys/anna.sign.pem", NULL);
    command_line_expect (CALL (place, "keys", "new", "--sign", "eve", "--keys", "keys", "--json"), 0,
                         "\"sign_key\":\"keys/eve.sign.pem\"", NULL);
}

static char *s_in (const struct workplace *place, const char *name)
{
    char *path = NULL;
    cr_assert_geq (asprintf (&path, "%s/%s", place->folder, name), 0);
    return path;
}

static void s_chmod (const struct workplace *place, const char *name, mode_t mode)
{
    char *path = s_in (place, name);
    cr_assert_eq (chmod (path, mode), 0, "%s", path);
    free (path);
}

//  The result in `name` with another value in it, all of its sums made anew.
static void s_forge (const struct workplace *place, const char *name)
{
    char *folder = s_in (place, name);
    resealed_replace (folder, "records.csv", "1,Ann", "1,Amy");
    resealed_hashes (folder);
    free (folder);
    command_line_expect (CALL (place, "verify", name), 0, "whole", NULL);
}

//  Standard output of a call that is right; free it.
static char *s_out (struct command_result said)
{
    cr_assert_eq (said.status, 0, "%s", said.err);
    char *out = said.out;
    free (said.err);
    return out;
}

#define VERIFY(PLACE, KEY) CALL (PLACE, "verify", "a", "--verify-key", KEY)

Test (signature, tells_a_result_from_what_somebody_without_the_key_made_of_it, .timeout = 120)
{
    struct workplace place;
    s_begin (&place);
    command_line_expect (CALL (&place, "run", "a.csv", "--sign-key", "keys/anna.sign.pem"), 0,
                         "/a/report.json", NULL);
    command_line_expect (VERIFY (&place, "keys/anna.verify.pem"), 0, "signed by the key of keys/anna", NULL);
    command_line_expect (VERIFY (&place, "keys/eve.verify.pem"), 1, "NOT WHOLE", "not the signature");
    command_line_expect (CALL (&place, "verify", ".", "--json", "--verify-key", "keys/anna.verify.pem"), 0,
                         "\"signed\":true", NULL);
    s_forge (&place, "a");
    command_line_expect (VERIFY (&place, "keys/anna.verify.pem"), 1, "NOT WHOLE", "not the signature");
    char *signature = s_in (&place, "a/report.json.sig");
    cr_assert_eq (truncate (signature, 63), 0);
    command_line_expect (VERIFY (&place, "keys/anna.verify.pem"), 1, "NOT WHOLE", "not the signature");
    cr_assert_eq (unlink (signature), 0);
    command_line_expect (VERIFY (&place, "keys/anna.verify.pem"), 1, "NOT WHOLE", "it is not signed");
    cr_assert_eq (symlink ("/dev/zero", signature), 0);
    command_line_expect (VERIFY (&place, "keys/anna.verify.pem"), 1, "NOT WHOLE", "sig is a link");
    free (signature);
    //  Signed by another key the forgery is hers, and no more anna's.
    command_line_expect (CALL (&place, "run", "a.csv", "--quiet", "--sign-key", "keys/eve.sign.pem"), 0, NULL,
                         NULL);
    command_line_expect (VERIFY (&place, "keys/anna.verify.pem"), 1, "NOT WHOLE", "not the signature");
    command_line_expect (VERIFY (&place, "keys/eve.verify.pem"), 0, "signed by", NULL);
    workplace_remove (&place);
}

//  The two halves of the key `name` are of one pair: a result that one signs the other checks.
static void s_expect_pair (const struct workplace *place, const char *name)
{
    char pair[64], half[64];
    snprintf (pair, sizeof pair, "keys/%s.sign.pem", name);
    snprintf (half, sizeof half, "keys/%s.verify.pem", name);
    command_line_expect (CALL (place, "run", "a.csv", "--quiet", "--sign-key", pair), 0, NULL, NULL);
    command_line_expect (VERIFY (place, half), 0, "signed by", NULL);
}

Test (signature, has_its_missing_public_half_made_anew_from_the_pair_which_nothing_replaces, .timeout = 120)
{
    struct workplace place;
    s_begin (&place);
    command_line_expect (CALL (&place, "run", "a.csv", "--sign-key", "keys/anna.sign.pem"), 0, NULL, NULL);
    char *half = s_in (&place, "keys/anna.verify.pem"), *pair = s_in (&place, "keys/eve.sign.pem");
    cr_assert_eq (unlink (half), 0);
    command_line_expect (CALL (&place, "keys", "new", "--sign", "anna", "--keys", "keys"), 0,
                         "keys/anna.verify.pem is for whoever checks", NULL);
    command_line_expect (VERIFY (&place, "keys/anna.verify.pem"), 0, "signed by", NULL);
    command_line_expect (CALL (&place, "keys", "new", "--sign", "anna", "--keys", "keys"), 1, NULL,
                         "there is a key anna that signs");
    //  A public half whose pair is kept elsewhere is not replaced either.
    cr_assert_eq (unlink (pair), 0);
    command_line_expect (CALL (&place, "keys", "new", "--sign", "eve", "--keys", "keys"), 1, NULL,
                         "there is a key eve that signs");
    cr_assert_eq (access (pair, F_OK), -1);
    free (half);
    free (pair);
    workplace_remove (&place);
}

Test (signature, is_by_one_pair_however_many_make_it_at_once, .timeout = 120)
{
    enum { AT_ONCE = 6 };
    struct workplace place;
    s_begin (&place);
    char *keys = s_in (&place, "keys");
    const char *const words[] = {"keys", "new", "--sign", "all", "--keys", "keys", NULL};
    pid_t children[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++)
        children[i] = command_line_start (&place, words, NULL);
    for (int i = 0; i < AT_ONCE; i++) {
        struct command_result said = command_line_end (&place, children[i]);
        cr_assert (said.status == 0 || said.status == 1, "%d: %s", said.status, said.err);
        command_result_clear (&said);
    }
    s_expect_pair (&place, "all");
    struct dirent **names = NULL;
    int count = scandir (keys, &names, NULL, alphasort);
    cr_assert_eq (count, 2 + 6, "nothing but the three pairs is left");
    while (count)
        free (names[--count]);
    free (names);
    free (keys);
    workplace_remove (&place);
}

Test (signature, is_not_made_with_a_key_that_others_can_read, .timeout = 120)
{
    struct workplace place;
    struct stat about;
    s_begin (&place);
    char *pair = s_in (&place, "keys/anna.sign.pem"), *result = s_in (&place, "a");
    cr_assert_eq (stat (pair, &about), 0);
    cr_assert_eq (about.st_mode & 07777, 0600);
    s_chmod (&place, "keys/anna.sign.pem", 0640);
    command_line_expect (CALL (&place, "run", "a.csv", "--sign-key", "keys/anna.sign.pem"), 1, NULL,
                         "chmod 600");
    cr_assert_eq (access (result, F_OK), -1, "nothing is made without the signature that was asked for");
    const char *worker[] = {"dmh-worker", "--sign-key", pair, "--broker", "ipc://nobody", NULL};
    char *output = NULL;
    cr_assert_neq (process_run (&place, worker, &output), 0);
    cr_assert (strstr (output, "chmod 600"), "%s", output);
    free (output);
    command_line_expect (CALL (&place, "run", "a.csv", "--sign-key", "keys/anna.verify.pem"), 1, NULL,
                         "NAME.sign.pem");
    command_line_expect (CALL (&place, "keys", "new", "--sign", "anna", "--keys", "keys"), 1, NULL,
                         "already");
    command_line_expect (
        CALL (&place, "keys", "new", "--sign", "bob", "--rights", "client", "--keys", "keys"), 2, NULL,
        "no rights");
    command_line_expect (CALL (&place, "keys", "list", "--keys", "keys"), 0, NULL, NULL);
    free (pair);
    free (result);
    workplace_remove (&place);
}

Test (signature, the_line_that_run_prints_tells_a_forgery, .timeout = 120)
{
    struct workplace place;
    s_begin (&place);
    char *said = s_out (CALL (&place, "run", "a.csv", "-o", ".")),
         *digest = s_out (CALL (&place, "verify", "./a", "--digest"));
    cr_assert_eq (strlen (digest), 64 + strlen ("  ./a/report.json\n"));
    cr_assert (strstr (said, digest), "%s stands at the end of\n%s", digest, said);
    char *line = s_out (CALL (&place, "run", "a.csv", "--json"));
    cr_assert (strstr (line, "\"report_sha256\":\""), "%s", line);
    s_forge (&place, "a");
    char *forged = s_out (CALL (&place, "verify", "./a", "--digest"));
    cr_assert_str_neq (forged, digest);
    free (said);
    free (line);
    free (digest);
    free (forged);
    workplace_remove (&place);
}

//  A broker and a worker that signs, and the job of a.csv, fetched by `transfer` to the folder a.
static void s_serve (struct servers *servers, char job[64], const char *transfer)
{
    servers_start_broker (servers, false);
    char *key = s_in (servers->place, "keys/anna.sign.pem");
    const char *worker[] = {"dmh-worker", "--broker", servers->back, "--results", "results",
                            "--sign-key", key,        "--data-root", "/",         NULL};
    servers->workers[0] = process_start (servers->place, "worker0.log", worker);
    setenv ("DMH_BROKER", servers->front, 1);
    char *said =
        s_out (CALL (servers->place, "submit", "a.csv", "--wait", "--quiet", "--transfer", transfer));
    snprintf (job, 64, "%.*s", (int) strcspn (said, "\n"), said);
    free (said);
    free (key);
    command_line_expect (CALL (servers->place, "fetch", job, "-o", ".", "--transfer", transfer), 0, "./a\n",
                         "the SHA-256 of ./a/report.json is ");
}

Test (signature, travels_with_its_result_and_the_broker_knows_both, .timeout = 120)
{
    static const char *const TRANSFERS[] = {"always", "never"};
    for (size_t i = 0; i < sizeof TRANSFERS / sizeof *TRANSFERS; i++) {
        struct workplace place;
        struct servers servers = {.place = &place};
        char job[64];
        s_begin (&place);
        s_serve (&servers, job, TRANSFERS[i]);
        command_line_expect (
            CALL (&place, "verify", "a", "--job", job, "--verify-key", "keys/anna.verify.pem"), 0,
            "the result that the broker keeps of job", NULL);
        command_line_expect (CALL (&place, "verify", "a", "--job", job, "--json"), 0, "\"kept\":true", NULL);
        command_line_expect (CALL (&place, "verify", ".", "--job", job), 2, NULL, "the folder of one result");
        command_line_expect (CALL (&place, "verify", "a", "--job", "none"), 1, NULL, "none");
        char *signature = s_in (&place, "a/report.json.sig");
        cr_assert_eq (truncate (signature, 10), 0);
        command_line_expect (CALL (&place, "verify", "a", "--job", job), 1, "NOT WHOLE",
                             "sig is not the one of the job's result");
        cr_assert_eq (unlink (signature), 0);
        command_line_expect (CALL (&place, "verify", "a", "--job", job), 1, "NOT WHOLE",
                             "report.json.sig cannot be read");
        free (signature);
        s_forge (&place, "a");
        command_line_expect (CALL (&place, "verify", "a", "--job", job), 1, "NOT WHOLE",
                             "it is not the result of job");
        servers_stop (&servers);
        workplace_remove (&place);
    }
}

Test (signature, that_the_job_s_result_has_not_is_told, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    s_begin (&place);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "1");
    setenv ("DMH_BROKER", servers.front, 1);
    char job[64], *said = s_out (CALL (&place, "submit", "a.csv", "--wait", "--quiet", "-o", "."));
    snprintf (job, sizeof job, "%.*s", (int) strcspn (said, "\n"), said);
    free (said);
    command_line_expect (CALL (&place, "verify", "a", "--job", job), 0, "whole", NULL);
    workplace_write (&place, "a/report.json.sig", "x", 1);
    command_line_expect (CALL (&place, "verify", "a", "--job", job), 1, "NOT WHOLE",
                         "the job's result has no report.json.sig");
    command_line_write (&place, "b.csv", COMMAND_LINE_PATIENTS);
    said = s_out (CALL (&place, "submit", "b.csv", "--wait", "--quiet"));
    snprintf (job, sizeof job, "%.*s", (int) strcspn (said, "\n"), said);
    free (said);
    command_line_expect (CALL (&place, "verify", "a", "--job", job), 1, "NOT WHOLE",
                         "it is not the result of job");
    servers_stop (&servers);
    workplace_remove (&place);
}
