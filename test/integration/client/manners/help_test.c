//  help_test.c: what dmh says of itself: its commands, the options of each, and what was meant by a wrong
//  word.
#include "client/commands/command.h"
#include "messages/version.h"
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>

Test (help, without_a_command_the_commands_are_listed_and_nothing_was_done, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    struct command_result alone = CALL (&place, NULL), asked = CALL (&place, "help");
    cr_expect_eq (alone.status, 2);
    cr_expect_str_empty (alone.out);
    cr_expect_eq (asked.status, 0);
    cr_expect_str_empty (asked.err);
    cr_expect_str_eq (alone.err, asked.out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        cr_expect (strstr (asked.out, COMMANDS[i].name), "%s", COMMANDS[i].name);
    command_result_clear (&alone);
    command_result_clear (&asked);
    workplace_remove (&place);
}

//  Letters of the longest line.
static size_t s_widest (const char *text)
{
    size_t widest = 0, width = 0;
    for (; *text; text++) {
        width = *text == '\n' ? 0 : width + ((*text & 0xc0) != 0x80);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void s_fits (const struct workplace *place, const char *program, const char *const words[])
{
    const char *log = "page";
    pid_t child = command_line_program (place, program, log, NULL, words);
    cr_expect_eq (process_wait (child, 60), 0);
    char *text = workplace_read (place->folder, "page.out", NULL);
    cr_assert (text && *text, "%s %s", program, words[0]);
    cr_expect_leq (s_widest (text), 80, "%s %s:\n%s", program, words[0], text);
    free (text);
}

Test (help, every_page_fits_80_columns, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_fits (&place, "dmh", (const char *[]){"--help", NULL});
    s_fits (&place, "dmh-broker", (const char *[]){"--help", NULL});
    s_fits (&place, "dmh-worker", (const char *[]){"-h", NULL});
    s_fits (&place, "dmh-gateway", (const char *[]){"-h", NULL});
    if (command_line_has ("dmh-bridge"))
        s_fits (&place, "dmh-bridge", (const char *[]){"-h", NULL});
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        s_fits (&place, "dmh", (const char *[]){"help", COMMANDS[i].name, NULL});
    workplace_remove (&place);
}

Test (help, a_page_is_the_same_however_it_is_asked_for, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    struct command_result said[] = {CALL (&place, "help", "list"), CALL (&place, "list", "--help"),
                                    CALL (&place, "list", "-h"), CALL (&place, "--help", "list")};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        cr_expect_eq (said[i].status, 0);
        cr_expect_str_eq (said[i].out, said[0].out);
        cr_expect (strstr (said[i].out, "--state STATE"));
    }
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        command_result_clear (&said[i]);
    workplace_remove (&place);
}

Test (help, the_version_is_told_wherever_it_is_asked_for, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_expect (CALL (&place, "--version"), 0, "dmh " DMH_VERSION "\n", NULL);
    command_line_expect (CALL (&place, "-V"), 0, "dmh " DMH_VERSION "\n", NULL);
    command_line_expect (CALL (&place, "run", "-V"), 0, "dmh " DMH_VERSION "\n", NULL);
    static const char *const PROGRAMS[] = {"dmh-broker", "dmh-worker", "dmh-gateway", "dmh-bridge"};
    for (size_t i = 0; i < 4 && command_line_has (PROGRAMS[i]); i++) {
        pid_t child =
            command_line_program (&place, PROGRAMS[i], "version", NULL, (const char *[]){"-V", NULL});
        cr_expect_eq (process_wait (child, 60), 0);
        char *text = workplace_read (place.folder, "version.out", NULL);
        cr_expect (text && strstr (text, DMH_VERSION), "%s", PROGRAMS[i]);
        free (text);
    }
    workplace_remove (&place);
}

Test (help, what_was_meant_is_said_where_there_is_such_a_thing, .timeout = 120)
{
    static const struct {
        const char *words[4], *says;
    } CASES[] = {
        {{"fech"}, "there is no command “fech”; did you mean fetch?"},
        {{"stat"}, "there is no command “stat”; did you mean status?"},
        {{"jobs"}, "there is no command “jobs”; dmh help lists them"},
        {{"x"}, "there is no command “x”; dmh help lists them"},
        {{"help", "lst"}, "there is no command “lst”; did you mean list?"},
        {{"--json", "list"}, "write dmh COMMAND --json"},
        {{"list", "--stat"}, "there is no option --stat; did you mean --state?"},
        {{"list", "--decimla", "comma"}, "there is no option --decimla; --help lists them"},
        {{"list", "--decimal", "comma"}, "--decimal is an option of run and submit, not of this one"},
        {{"list", "-o", "x"}, "-o is an option of run, submit, fetch and "},
        {{"verify", "-wait", "x"}, "there is no option -wait; --help lists them"},
        {{"verify", "-input", "x"}, "there is no option -input; did you mean --input?"},
    };
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        command_line_expect (command_line_run (&place, NULL, CASES[i].words), 2, "", CASES[i].says);
    workplace_remove (&place);
}

Test (help, letters_are_taken_in_bundles_and_by_their_names, .timeout = 120)
{
    static const char *const CASES[][5] = {
        {"run", "a.csv", "-qo", "d1", NULL},         {"run", "a.csv", "-qod2", NULL},
        {"run", "-q", "--output=d3", "a.csv", NULL}, {"run", "--quiet", "-o=d4", "a.csv", NULL},
        {"run", "a.csv", "-q", "-od5", NULL},
    };
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char report[32];
        command_line_expect (command_line_run (&place, NULL, CASES[i]), 0, "", NULL);
        snprintf (report, sizeof report, "d%zu/a/report.json", i + 1);
        char *text = workplace_read (place.folder, report, NULL);
        cr_expect_not_null (text, "%s", report);
        free (text);
    }
    workplace_remove (&place);
}
