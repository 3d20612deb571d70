//  batch_inputs_test.c: folders, patterns and lists as inputs of dmh run, and where their results go.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

static char *s_path (const struct workplace *place, const char *name, char path[512])
{
    snprintf (path, 512, "%s/%s", place->folder, name);
    return path;
}

static void s_make (const struct workplace *place, const char *name)
{
    char path[512];
    cr_assert_eq (mkdir (s_path (place, name, path), 0700), 0, "%s", path);
}

static bool s_is_there (const struct workplace *place, const char *name)
{
    char path[512];
    return access (s_path (place, name, path), F_OK) == 0;
}

//  sites: top.csv, a/patients.csv, b/patients.csv.
static void s_make_sites (struct workplace *place)
{
    workplace_make (place);
    s_make (place, "sites");
    s_make (place, "sites/a");
    s_make (place, "sites/b");
    command_line_write (place, "sites/top.csv", COMMAND_LINE_PATIENTS);
    command_line_write (place, "sites/a/patients.csv", COMMAND_LINE_PATIENTS);
    command_line_write (place, "sites/b/patients.csv", COMMAND_LINE_PATIENTS);
}

Test (batch_inputs, results_keep_the_tree_of_the_folder_and_are_no_inputs_of_the_next_run, .timeout = 120)
{
    struct workplace place;
    s_make_sites (&place);
    command_line_expect (CALL (&place, "run", "sites", "-o", "flat"), 0, NULL, NULL);
    cr_expect (s_is_there (&place, "flat/top/report.json"));
    cr_expect (!s_is_there (&place, "flat/a"), "below the folder without --recursive");
    for (int turn = 0; turn < 2; turn++) {
        //  Into the folder itself: what the first run left is no input of the second.
        command_line_expect (CALL (&place, "run", "sites", "--recursive", "-o", "sites"), 0, NULL, NULL);
        cr_expect (s_is_there (&place, "sites/top/report.json"));
        cr_expect (s_is_there (&place, "sites/a/patients/report.json"));
        cr_expect (s_is_there (&place, "sites/b/patients/report.json"));
        cr_expect (!s_is_there (&place, "sites/a/patients/records"), "a result became an input");
    }
    command_line_expect (CALL (&place, "verify", "sites"), 0, "sites/b/patients: whole", NULL);
    //  A result folder elsewhere in the tree, given by -o.
    command_line_expect (CALL (&place, "run", "sites", "--recursive", "-o", "sites/out"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "run", "sites", "--recursive", "-o", "sites/out", "--json"), 0,
                         "sites/top.csv", NULL);
    cr_expect (!s_is_there (&place, "sites/out/out"));
    workplace_remove (&place);
}

Test (batch_inputs, what_is_hidden_or_a_link_is_left_out_and_what_dmh_cannot_read_is_counted, .timeout = 120)
{
    struct workplace place;
    char path[512];
    s_make_sites (&place);
    command_line_write (&place, "sites/.old.csv", COMMAND_LINE_PATIENTS);
    s_make (&place, "sites/.git");
    command_line_write (&place, "sites/.git/c.csv", COMMAND_LINE_PATIENTS);
    cr_assert_eq (symlink ("top.csv", s_path (&place, "sites/link.csv", path)), 0);
    cr_assert_eq (symlink ("..", s_path (&place, "sites/a/up", path)), 0);
    cr_assert_eq (mkfifo (s_path (&place, "sites/pipe", path), 0600), 0);
    command_line_write (&place, "sites/README", "Exports of all sites, one folder each.\nAsk Ann, Bob.\n");
    command_line_write (&place, "sites/notes.md", "# Notes\n\nNothing, really\n");
    command_line_write (&place, "sites/export.txt", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "sites/map.json", "{\"kind\": \"patient\"}");
    struct command_result said =
        CALL (&place, "run", "sites", "--recursive", "-o", "out", "--verbose", "--mapping", "sites/map.json");
    cr_expect_eq (said.status, 0, "%s", said.err);
    cr_expect_not_null (strstr (said.err, "3 files were passed over"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "sites/README"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "sites/notes.md"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "sites/pipe"), "%s", said.err);
    command_result_clear (&said);
    cr_expect (s_is_there (&place, "out/export/report.json"), "a table by another name");
    cr_expect (!s_is_there (&place, "out/link") && !s_is_there (&place, "out/.git") &&
               !s_is_there (&place, "out/map") && !s_is_there (&place, "out/a/up"));
    workplace_remove (&place);
}

//  Cards of people have the ending that variants have.
Test (batch_inputs, variants_with_a_wrong_header_fail_and_are_not_passed_over, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_make (&place, "calls");
    command_line_write (&place, "calls/a.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "calls/new.vcf",
                        "##fileformat=VCFv9.9\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
    command_line_write (&place, "calls/card.vcf", "BEGIN:VCARD\nFN:Ann Somebody\nEND:VCARD\n");
    struct command_result said = CALL (&place, "run", "calls", "-o", "out", "--verbose");
    cr_expect_eq (said.status, 1, "%s", said.err);
    cr_expect_not_null (strstr (said.err, "calls/new.vcf: line 1 of its VCF header is not"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "1 file was passed over"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "calls/card.vcf"), "%s", said.err);
    command_result_clear (&said);
    workplace_remove (&place);
}

Test (batch_inputs, patterns_and_lists_name_inputs_too, .timeout = 120)
{
    static const char NULS[] = "a/patients.csv\0b/patients.csv";
    struct workplace place;
    s_make_sites (&place);
    command_line_expect (CALL (&place, "run", "sites/?/*.csv", "-o", "matched"), 0, NULL, NULL);
    cr_expect (s_is_there (&place, "matched/patients.csv/report.json"));
    cr_expect (s_is_there (&place, "matched/patients.csv-2/report.json"));
    command_line_expect (CALL (&place, "run", "sites/*.xyz", "-o", "matched"), 1, NULL, "no file matches");
    //  A file that has such a name is no pattern.
    command_line_write (&place, "odd[1].csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "odd[1].csv", "-o", "odd"), 0, NULL, NULL);
    command_line_write (&place, "lines", "sites/top.csv\r\n\nsites/a\n");
    command_line_expect (CALL (&place, "run", "--files-from", "lines", "-o", "listed"), 0, NULL, NULL);
    cr_expect (s_is_there (&place, "listed/top/report.json"));
    cr_expect (s_is_there (&place, "listed/patients/report.json"));
    workplace_write (&place, "nuls", NULS, sizeof NULS);
    command_line_expect (CALL (&place, "run", "--files-from", "nuls", "--base", "sites", "-o", "based"), 0,
                         NULL, NULL);
    cr_expect (s_is_there (&place, "based/a/patients/report.json"));
    cr_expect (s_is_there (&place, "based/b/patients/report.json"));
    command_line_write (&place, "outside", "../odd[1].csv\n");
    command_line_expect (CALL (&place, "run", "--files-from", "outside", "--base", "sites", "-o", "based"), 1,
                         NULL, "is not below sites");
    workplace_remove (&place);
}

Test (batch_inputs, nothing_to_do_is_said, .timeout = 120)
{
    struct workplace place;
    s_make_sites (&place);
    s_make (&place, "empty");
    s_make (&place, "deep");
    s_make (&place, "deep/er");
    command_line_write (&place, "none", "\n\n");
    command_line_expect (CALL (&place, "run", "empty", "-o", "out"), 1, NULL,
                         "empty holds no file to read\n");
    command_line_expect (CALL (&place, "run", "deep", "-o", "out"), 1, NULL, "--recursive looks below it");
    command_line_expect (CALL (&place, "run", "--files-from", "none"), 1, NULL, "there is nothing to do");
    command_line_expect (CALL (&place, "run", "--files-from", "gone"), 2, NULL, "gone cannot be read");
    command_line_expect (CALL (&place, "run", "--base", "sites", "a.csv"), 2, NULL, "--files-from");
    command_line_expect (CALL (&place, "run", "-", "--files-from", "-"), 2, NULL,
                         "cannot be the list of --files-from too");
    workplace_remove (&place);
}

Test (batch_inputs, the_result_of_another_input_stays_without_replace, .timeout = 120)
{
    struct workplace place;
    char path[512];
    s_make_sites (&place);
    command_line_expect (CALL (&place, "run", "sites/a/patients.csv", "-o", "out"), 0, NULL, NULL);
    s_path (&place, "out/patients", path);
    char *before = workplace_read (path, "report.json", NULL), *after;
    cr_assert_not_null (before);
    cr_expect_not_null (strstr (before, "sites/a/patients.csv\""), "the path is not told");
    command_line_expect (CALL (&place, "run", "sites/b/patients.csv", "-o", "out"), 1, NULL,
                         "holds the result of another input");
    after = workplace_read (path, "report.json", NULL);
    cr_expect_str_eq (before, after);
    free (after);
    //  Of the same path, whatever is in it now.
    command_line_write (&place, "sites/a/patients.csv", "patient_id,first_name\n9,Zoe\n");
    command_line_expect (CALL (&place, "run", "sites/a/patients.csv", "-o", "out"), 0, NULL, "1 read");
    command_line_expect (CALL (&place, "run", "sites/b/patients.csv", "-o", "out", "--replace"), 0, NULL,
                         "5 read");
    free (before);
    workplace_remove (&place);
}

Test (batch_inputs, standard_input_is_the_same_input_when_it_has_the_same_bytes, .timeout = 120)
{
    static const char *const WORDS[] = {"run", "-", "-o", "out", NULL};
    struct workplace place;
    workplace_make (&place);
    char *path;
    command_line_write (&place, "in", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "other", "patient_id,first_name\n9,Zoe\n");
    cr_assert_geq (asprintf (&path, "%s/in", place.folder), 0);
    command_line_expect (command_line_run (&place, path, WORDS), 0, NULL, NULL);
    command_line_expect (command_line_run (&place, path, WORDS), 0, NULL, NULL);
    free (path);
    cr_assert_geq (asprintf (&path, "%s/other", place.folder), 0);
    command_line_expect (command_line_run (&place, path, WORDS), 1, NULL, "--replace");
    free (path);
    workplace_remove (&place);
}

Test (batch_inputs, a_result_never_stands_in_another, .timeout = 120)
{
    struct workplace place;
    s_make_sites (&place);
    command_line_write (&place, "sites/a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "sites", "-o", "out"), 0, NULL, NULL);
    cr_expect (s_is_there (&place, "out/a/report.json"));
    command_line_expect (CALL (&place, "run", "sites/a.csv", "sites/a/patients.csv", "-o", "new"), 0, NULL,
                         NULL);
    //  out/a is a result by now.
    command_line_expect (CALL (&place, "run", "sites", "--recursive", "-o", "out"), 1, NULL,
                         "no other can stand in it");
    cr_expect (s_is_there (&place, "out/a.csv/report.json") && !s_is_there (&place, "out/a/patients"));
    command_line_expect (CALL (&place, "run", "sites", "--recursive", "-o", "fresh"), 0, NULL, NULL);
    cr_expect (s_is_there (&place, "fresh/a.csv/report.json"));
    cr_expect (s_is_there (&place, "fresh/a/patients/report.json"));
    workplace_remove (&place);
}
