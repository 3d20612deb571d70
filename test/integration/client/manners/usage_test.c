//  usage_test.c: what is wrong with a command line is said before any job is made of it, and what is said of
//  several inputs names them by their paths.
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <sys/stat.h>

Test (usage, a_mapping_a_schema_or_a_delimiter_that_cannot_be_read_is_said_before_any_job, .timeout = 120)
{
    static const struct {
        const char *option, *value, *sentence;
    } ROWS[] = {{"--schema", "broken.json", "dmh: broken.json, line 2: not JSON"},
                {"--schema", "empty.json", "dmh: empty.json: name is missing"},
                {"--mapping", "broken.json", "dmh: broken.json, line 2: not JSON"},
                {"--mapping", "x.json", "dmh: x.json: x is not known; write one of"},
                {"--delimiter", "ab", "dmh: --delimiter: a delimiter is one ASCII character, or comma,"}};
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "broken.json", "{\n");
    command_line_write (&place, "empty.json", "{\"fields\":[]}");
    command_line_write (&place, "x.json", "{\"x\":1}");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct command_result said = CALL (&place, "run", "a.csv", "a.csv", ROWS[i].option, ROWS[i].value);
        cr_expect_str_empty (said.out, "no table: %s", said.out);
        cr_expect_eq (strncmp (said.err, ROWS[i].sentence, strlen (ROWS[i].sentence)), 0, "%s", said.err);
        cr_expect_eq (strchr (said.err, '\n'), said.err + strlen (said.err) - 1, "one sentence: %s",
                      said.err);
        command_line_expect (said, 2, NULL, NULL);
    }
    workplace_remove (&place);
}

Test (usage, a_file_where_a_result_is_wanted_is_named, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "verify", "a.csv"), 2, "",
                         "dmh: a.csv is no folder; give the folder of a result");
    command_line_expect (CALL (&place, "report", "a.csv"), 2, "",
                         "dmh: a.csv is no folder; give the folder of a result");
    command_line_expect (CALL (&place, "rejects", "a.csv", "-o", "b.csv"), 2, "",
                         "dmh: a.csv is no folder; give the folder of a result");
    command_line_expect (CALL (&place, "verify", "none"), 1, "",
                         "dmh: none cannot be read: No such file or directory");
    workplace_remove (&place);
}

Test (usage, inputs_of_one_name_are_told_apart_by_their_paths, .timeout = 120)
{
    char path[512];
    struct workplace place;
    workplace_make (&place);
    for (const char *const *name = (const char *const[]){"sites", "sites/a", "sites/b", NULL}; *name;
         name++) {
        snprintf (path, sizeof path, "%s/%s", place.folder, *name);
        cr_assert_eq (mkdir (path, 0700), 0);
    }
    command_line_write (&place, "sites/a/p.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "sites/b/p.csv", COMMAND_LINE_PATIENTS);
    struct command_result said = CALL (&place, "run", "sites", "--recursive", "-o", "out");
    cr_expect (strstr (said.err, "sites/a/p.csv: done, 5 read"), "%s", said.err);
    cr_expect (strstr (said.err, "sites/b/p.csv: done, 5 read"), "%s", said.err);
    cr_expect (strstr (said.out, "\nsites/a/p.csv: 3 of "), "failed checks: %s", said.out);
    cr_expect (strstr (said.out, "\nsites/b/p.csv: 3 of "), "%s", said.out);
    command_line_expect (said, 0, NULL, NULL);
    workplace_remove (&place);
}
