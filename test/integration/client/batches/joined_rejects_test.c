//  joined_rejects_test.c: what only a joined table sets aside stands there as it does in its input, and comes
//  back as an input to mend and run again.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <czmq.h>

static void s_run (const struct workplace *place, const char *const *words)
{
    command_line_expect (command_line_run (place, NULL, words), 0, NULL, NULL);
}
#define RUN(PLACE, ...)                                                                                      \
    s_run (PLACE, (const char *const[]){"run", "--join", "--quiet", "-o", "out", __VA_ARGS__, NULL})

static void s_expect_file (const struct workplace *place, const char *name, const char *want, size_t n)
{
    size_t got_n = 0;
    char *got = workplace_read (place->folder, name, &got_n);
    cr_assert_not_null (got, "no %s", name);
    cr_expect (got_n == n && memcmp (got, want, n) == 0, "%s is\n%s\nand should be\n%s", name, got, want);
    free (got);
}

static void s_expect_row (const struct workplace *place, const char *row)
{
    char *rejects = workplace_read (place->folder, "out/joined/patient/rejects.csv", NULL);
    cr_assert_not_null (rejects);
    cr_expect_not_null (strstr (rejects, row), "no %s in\n%s", row, rejects);
    free (rejects);
}

//  Blank lines are none, what repeats an earlier record is one, and quotes and spellings stay.
Test (joined_rejects, hold_the_text_and_the_line_of_the_input, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", "patient_id,given_name,birth_date\n1,Ann,1980-01-02\n3,Cy,\n");
    command_line_write (&place, "b.csv",
                        "patient_id,given_name,birth_date\n2,Bob,1981-01-13\n\n2,Bob,1981-01-13\n"
                        "1,\"Ann \"\"A\"\"\", 01/13/1981\n,x,\n3,\"C\ny\",1990-01-01\n");
    RUN (&place, "a.csv", "b.csv");
    s_expect_row (&place, "\n5,5,conflict,record.conflict,patient_id,has the key of record 1 and other "
                          "content; that one is record 1 of a.csv,"
                          "\"1,\"\"Ann \"\"\"\"A\"\"\"\"\"\", 01/13/1981\",,b.csv,3\n");
    static const char WANT[] = "patient_id,given_name,birth_date\n1,\"Ann \"\"A\"\"\", 01/13/1981\n,x,\n"
                               "3,\"C\ny\",1990-01-01\n";
    command_line_expect (CALL (&place, "rejects", "out/joined/patient", "-o", "mend.csv"), 0,
                         "mend.csv: 1 rejected, 2 conflicts", NULL);
    s_expect_file (&place, "mend.csv", WANT, sizeof WANT - 1);
    command_line_expect (CALL (&place, "run", "mend.csv", "--quiet", "--json", "-o", "again"), 0,
                         "\"written\":2", NULL);
    command_line_expect (CALL (&place, "verify", "out/joined/patient"), 0,
                         "7 read, 3 written, 1 duplicate, 2 conflicts", NULL);
    workplace_remove (&place);
}

//  A later statement that stands lets the first one go, whichever file it is in.
Test (joined_rejects, of_an_earlier_input_hold_its_text_too, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv",
                        "result_id,patient_id,test_code,value,status\nr0,9,GLU,1,F\nr1,1,GLU, 5 ,P\n");
    command_line_write (&place, "b.csv", "result_id,patient_id,test_code,value,status\nr1,1,GLU,7,F\n");
    RUN (&place, "a.csv", "b.csv");
    command_line_expect (CALL (&place, "rejects", "out/joined/lab_result", "-o", "mend.csv"), 0,
                         "1 conflict\n", NULL);
    static const char WANT[] = "result_id,patient_id,test_code,value,status\nr1,1,GLU, 5 ,P\n";
    s_expect_file (&place, "mend.csv", WANT, sizeof WANT - 1);
    workplace_remove (&place);
}

Test (joined_rejects, under_several_headers_go_to_a_file_for_each_input, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    zsys_dir_create ("%s/x", place.folder);
    zsys_dir_create ("%s/y", place.folder);
    command_line_write (&place, "first.csv", "patient_id,city\n1,Rome\n");
    command_line_write (&place, "x/p.csv", "city;patient_id\nB\xe9ne;1\n");    //  no UTF-8
    command_line_write (&place, "y/p.csv", "city,patient_id\nOslo,1\nOslo,\n");
    command_line_write (&place, "z.json", "[{\"patient_id\":\"1\",\n\"city\":\"Kiel\"}]");
    RUN (&place, "first.csv", "x/p.csv", "y/p.csv", "z.json");
    command_line_expect (CALL (&place, "rejects", "out/joined/patient", "-o", "mend.csv"), 1, NULL,
                         "several headers");
    char *there = workplace_read (place.folder, "mend.csv", NULL);
    cr_expect_null (there);
    command_line_expect (CALL (&place, "rejects", "out/joined/patient", "-o", "mend/", "--json"), 0,
                         "\"rejected\":1,\"conflicts\":3,\"files\":3", NULL);
    s_expect_file (&place, "mend/x/p.csv", "city;patient_id\nB\xe9ne;1\n", 23);
    s_expect_file (&place, "mend/y/p.csv", "city,patient_id\nOslo,1\nOslo,\n", 29);
    s_expect_file (&place, "mend/z.json", "{\"patient_id\":\"1\", \"city\":\"Kiel\"}\n", 34);
    command_line_expect (CALL (&place, "rejects", "out/joined/patient", "-o", "-"), 1, NULL, "-o mend/");
    workplace_remove (&place);
}

//  Compressed, and a resource of a Bundle.
Test (joined_rejects, are_found_in_inputs_of_every_form, .timeout = 120)
{
    struct workplace place;
    char command[1024];
    workplace_make (&place);
    command_line_write (&place, "p.csv", "patient_id,city\n1,Rome\n2,Oslo\n");
    command_line_write (&place, "q.csv", "patient_id,city\n2,Oslo\n1,Kiel\n");
    command_line_write (&place, "f.json",
                        "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":"
                        "{\"resourceType\":\"Organization\",\"id\":\"o\"}},{\"resource\":\n"
                        "{\"resourceType\":\"Patient\",\"id\":\"2\",\"gender\":\"female\"}}]}\n");
    snprintf (command, sizeof command, "gzip %s/q.csv", place.folder);
    cr_assert_eq (system (command), 0);
    RUN (&place, "--kind", "patient", "p.csv", "q.csv.gz", "f.json");
    command_line_expect (CALL (&place, "rejects", "out/joined/patient", "-o", "mend/"), 0, "2 conflicts",
                         NULL);
    static const char RESOURCE[] = "{\"resourceType\":\"Patient\",\"id\":\"2\",\"gender\":\"female\"}\n";
    s_expect_file (&place, "mend/q.csv", "patient_id,city\n1,Kiel\n", 23);
    s_expect_file (&place, "mend/f.json", RESOURCE, sizeof RESOURCE - 1);
    workplace_remove (&place);
}

static void s_expect_source (const struct workplace *place, const char *city, const char *source)
{
    char *records = workplace_read (place->folder, "out/joined/patient/records.csv", NULL), end[300];
    cr_assert_not_null (records);
    char *row = strstr (records, city), *line = row ? strchr (row, '\n') : NULL;
    cr_assert (row && line, "%s", records);
    *line = 0;
    snprintf (end, sizeof end, ",%s,1", source);
    size_t n = strlen (row), m = strlen (end);
    cr_expect (n > m && strcmp (row + n - m, end) == 0, "%s does not end in %s", row, end);
    free (records);
}

//  By the path that was named; below a folder or a base by the path there.
Test (source_file, of_two_files_of_one_name_is_the_path_that_tells_them_apart, .timeout = 120)
{
    struct workplace place;
    char one[512], other[512];
    workplace_make (&place);
    zsys_dir_create ("%s/p/a", place.folder);
    zsys_dir_create ("%s/p/b", place.folder);
    command_line_write (&place, "p/a/x.csv", "patient_id,city\n1,Rome\n");
    command_line_write (&place, "p/b/x.csv", "patient_id,city\n2,Oslo\n");
    command_line_write (&place, "list", "a/x.csv\nb/x.csv\n");
    snprintf (one, sizeof one, "%s/p/a/x.csv", place.folder);
    snprintf (other, sizeof other, "%s/p/b/x.csv", place.folder);
    const struct {
        const char *words[4], *rome, *oslo;
    } CASES[] = {
        {{"p/a/x.csv", "./p/b/x.csv"}, "p/a/x.csv", "p/b/x.csv"},
        {{one, other}, "a/x.csv", "b/x.csv"},
        {{"p/a", "p/b"}, "p/a/x.csv", "p/b/x.csv"},
        {{"p", "--recursive"}, "a/x.csv", "b/x.csv"},
        {{"--files-from", "list", "--base", "p"}, "a/x.csv", "b/x.csv"},
        {{"p/a/x.csv"}, "x.csv", NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *words[12] = {"run", "--join", "--quiet", "--replace", "-o", "out"};
        for (size_t w = 0; w < 4; w++)
            words[6 + w] = CASES[i].words[w];
        s_run (&place, words);
        s_expect_source (&place, "Rome", CASES[i].rome);
        if (CASES[i].oslo)
            s_expect_source (&place, "Oslo", CASES[i].oslo);
    }
    workplace_remove (&place);
}
