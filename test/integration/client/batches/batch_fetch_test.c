//  batch_fetch_test.c: what a batch looks like that is fetched from a broker: the same as one that ran here.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ID_ROOM = 40 };

static void s_begin (struct workplace *place, struct servers *servers)
{
    workplace_make (place);
    *servers = (struct servers){.place = place};
    servers_start_broker (servers, false);
    servers_start_worker (servers, 0, "2");
    setenv ("DMH_BROKER", servers->front, 1);
}

static void s_end (struct workplace *place, struct servers *servers)
{
    servers_stop (servers);
    workplace_remove (place);
}

//  A command of the shell in the place's folder; its exit code.
static int s_shell (const struct workplace *place, const char *command)
{
    char line[1200];
    snprintf (line, sizeof line, "cd '%s' && %s", place->folder, command);
    int status = system (line);
    return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

//  Sites with files of one name, one of which lies deeper, and one whose kind nobody can tell.
static void s_write_sites (const struct workplace *place)
{
    cr_assert_eq (s_shell (place, "mkdir -p sites/north sites/south/old"), 0);
    command_line_write (place, "sites/north/patients.csv", COMMAND_LINE_PATIENTS);
    command_line_write (place, "sites/south/patients.csv", "patient_id,first_name\n9,Zoe\n");
    command_line_write (place, "sites/south/old/patients.csv", "patient_id,first_name\n8,Yan\n");
    command_line_write (place, "sites/south/old/patients.tsv", "patient_id\tfirst_name\n7\tXi\n");
    command_line_write (place, "sites/bad.csv", "1,Ann,Lee\n2,Bob,Ray\n");
}

static void s_submit (const struct workplace *place, const char *name, char batch[ID_ROOM])
{
    struct command_result said = CALL (place, "submit", "sites", "--recursive", "--batch", name);
    cr_assert_eq (said.status, 0, "%s", said.err);
    snprintf (batch, ID_ROOM, "%.*s", (int) strcspn (said.err, "\n"), said.err);
    command_result_clear (&said);
    command_line_expect (CALL (place, "watch", batch, "--quiet"), 1, NULL, NULL);
}

//  What stands in both folders is the same, apart from what names jobs and times. Of the index that is all
//  but the path, which is as it was given, the job, and the SHA-256 of an input that only its worker has
//  seen.
static void s_expect_same (const struct workplace *place, const char *folder)
{
    char command[600];
    snprintf (command, sizeof command,
              "test $(find %s -name report.json | wc -l) -eq 4 && "
              "diff -r -x report.json -x batch.json -x batch.csv base %s",
              folder, folder);
    cr_expect_eq (s_shell (place, command), 0, "%s", folder);
    snprintf (command, sizeof command,
              "for d in base %s; do sed 's|^sites/||; s|,[0-9a-f]*$||; s|^bad.csv,[0-9a-f]*|bad.csv,|' "
              "$d/batch.csv >$d.rows; done; test $(wc -l <base.rows) -eq 6 && diff base.rows %s.rows",
              folder, folder);
    cr_expect_eq (s_shell (place, command), 0, "batch.csv of %s", folder);
    snprintf (command, sizeof command,
              "for d in base %s; do tr '{' '\n' <$d/batch.json | grep '^\"inputs\"' >$d.sum; done; "
              "test -s base.sum && diff base.sum %s.sum",
              folder, folder);
    cr_expect_eq (s_shell (place, command), 0, "batch.json of %s", folder);
}

Test (batch_fetch, a_batch_that_is_fetched_stands_as_one_that_ran_here, .timeout = 180)
{
    static const char *const MODES[] = {"auto", "always"};
    struct workplace place;
    struct servers servers;
    char batch[ID_ROOM];
    s_begin (&place, &servers);
    s_write_sites (&place);
    command_line_expect (CALL (&place, "run", "sites", "--recursive", "-o", "base", "--quiet"), 1, NULL,
                         NULL);
    cr_expect_eq (s_shell (&place, "test -e base/south/old/patients.tsv/report.json"), 0);
    s_submit (&place, "night", batch);
    command_line_expect (CALL (&place, "watch", batch), 1, NULL, "south/old/patients.csv: done");
    //  Where the same stands already it is replaced, and listed once.
    cr_expect_eq (s_shell (&place, "cp -a base both"), 0);
    command_line_expect (CALL (&place, "fetch", batch, "-o", "both", "--quiet"), 1, NULL, NULL);
    s_expect_same (&place, "both");
    for (size_t i = 0; i < 2; i++) {
        command_line_expect (CALL (&place, "fetch", batch, "-o", MODES[i], "--transfer", MODES[i], "--quiet"),
                             1, NULL, "bad.csv (");
        s_expect_same (&place, MODES[i]);
        cr_expect_neq (s_shell (&place, i ? "ls -A always | grep dmh" : "ls -A auto | grep dmh"), 0,
                       "a scratch folder is left");
    }
    command_line_expect (CALL (&place, "submit", "sites", "--recursive", "--wait", "-o", "waited", "--quiet"),
                         1, NULL, NULL);
    s_expect_same (&place, "waited");
    s_end (&place, &servers);
}

Test (batch_fetch, of_jobs_with_one_place_none_is_lost_and_what_is_here_is_passed_over, .timeout = 180)
{
    struct workplace place;
    struct servers servers;
    char first[ID_ROOM], second[ID_ROOM];
    s_begin (&place, &servers);
    s_write_sites (&place);
    s_submit (&place, "one", first);
    command_line_write (&place, "sites/north/patients.csv", "patient_id,first_name\n5,Una\n");
    s_submit (&place, "two", second);
    command_line_expect (CALL (&place, "fetch", first, second, "-o", "out", "--quiet"), 1, NULL, NULL);
    cr_expect_eq (s_shell (&place, "grep -q Ann out/north/patients/records.csv && "
                                   "grep -q Una out/north/patients.*/records.csv && "
                                   "test $(find out -name report.json | wc -l) -eq 8"),
                  0);
    //  The same again brings nothing, and takes nothing away; without the option all of it comes anew.
    struct command_result said = CALL (&place, "fetch", first, second, "-o", "out", "--skip-done", "--json");
    size_t skipped = 0;
    for (const char *at = said.out; (at = strstr (at, "\"skipped\":true")); at++)
        skipped++;
    cr_expect_eq (skipped, 8, "%s", said.out);
    command_result_clear (&said);
    cr_expect_eq (s_shell (&place, "rm out/north/patients/audit.ndjson"), 0);
    command_line_expect (CALL (&place, "fetch", first, second, "-o", "out", "--skip-done", "--quiet"), 1,
                         NULL, NULL);
    cr_expect_eq (s_shell (&place, "test -e out/north/patients/audit.ndjson && "
                                   "test $(find out -name report.json | wc -l) -eq 8 && "
                                   "test $(wc -l <out/batch.csv) -eq 11"),
                  0);
    command_line_expect (CALL (&place, "fetch", second, "-o", "out", "--replace", "--quiet"), 1, NULL, NULL);
    cr_expect_eq (s_shell (&place, "grep -q Una out/north/patients/records.csv"), 0);
    s_end (&place, &servers);
}

//  The result has its name, and the folder in which it was made is still there.
Test (batch_fetch, what_a_fetch_that_was_killed_left_beside_its_result_is_gone_with_the_next, .timeout = 180)
{
    struct workplace place;
    struct servers servers;
    s_begin (&place, &servers);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "b.csv", "patient_id,first_name\n9,Zoe\n");
    command_line_expect (CALL (&place, "submit", "a.csv", "b.csv", "--batch", "two", "--wait", "-q", "-o",
                               "out", "--transfer", "always"),
                         0, NULL, NULL);
    cr_expect_eq (s_shell (&place,
                           "dmh list | grep -o '[0-9a-f]\\{20\\}' | head -1 >job && "
                           "mkdir -p out/.dmh-$(cat job)/fresh && dmh fetch two -q --skip-done -o out && "
                           "test ! -e out/.dmh-$(cat job)"),
                  0);
    //  Somebody else is at it.
    cr_expect_eq (s_shell (&place, "mkdir -p out/.dmh-$(cat job) && "
                                   "flock out/.dmh-$(cat job) dmh fetch two -q --skip-done -o out && "
                                   "test -e out/.dmh-$(cat job)"),
                  0);
    s_end (&place, &servers);
}
