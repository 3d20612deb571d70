//  tables_test.c: the tables of dmh on terminals of 80 and 40 columns, and where there is none.
#include "client/terminal/page.h"
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"
#include "test/support/processes/terminal.h"

#include <criterion/criterion.h>
#include <signal.h>

static const char LONG_NAME[] = "patienten-des-krankenhauses-münchen-schwabing-2026-11-28-nachtexport.csv";

struct scene {
    struct workplace place;
    struct servers servers;
};

//  A batch of three is done at a broker with one worker, and one file of it is none.
static void s_scene (struct scene *self)
{
    *self = (struct scene){.servers.place = &self->place};
    workplace_make (&self->place);
    setenv ("TERM", "xterm-256color", 1);
    setenv ("NO_COLOR", "1", 1);
    servers_start_broker (&self->servers, false);
    servers_start_worker (&self->servers, 0, "2");
    setenv ("DMH_BROKER", self->servers.front, 1);
    command_line_write (&self->place, LONG_NAME, COMMAND_LINE_PATIENTS);
    command_line_write (&self->place, "患者検査結果.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&self->place, "none.json", "{\"x\"");
    command_line_expect (CALL (&self->place, "submit", LONG_NAME, "患者検査結果.csv", "none.json", "--batch",
                               "night", "--wait"),
                         1, NULL, NULL);
}

static void s_end (struct scene *self)
{
    servers_stop (&self->servers);
    workplace_remove (&self->place);
}

//  What stands on a terminal of so many columns after the command; yours to free.
static char *s_seen (struct scene *self, unsigned short columns, const char *const argv[])
{
    struct terminal terminal;
    terminal_open (&terminal, columns, 200);
    terminal_start (&terminal, &self->place, argv);
    terminal_end (&terminal);
    char *screen = terminal_screen (&terminal);
    terminal_close (&terminal);
    return screen;
}

//  The column where `text` begins in the line that holds `in`.
static size_t s_column (const char *screen, const char *in, const char *text)
{
    const char *at = strstr (screen, in), *line = at;
    cr_assert (at, "no “%s” in\n%s", in, screen);
    while (line > screen && line[-1] != '\n')
        line--;
    at = strstr (line, text);
    cr_assert (at && memchr (line, '\n', (size_t) (at - line)) == NULL, "no “%s” beside “%s” in\n%s", text,
               in, screen);
    return page_columns (line, (size_t) (at - line));
}

#define SEEN(SCENE, COLUMNS, ...) s_seen (SCENE, COLUMNS, (const char *const[]){"dmh", __VA_ARGS__, NULL})

Test (tables, of_jobs_fit_80_and_40_columns_and_line_up, .timeout = 120)
{
    struct scene scene;
    s_scene (&scene);
    char *screen = SEEN (&scene, 80, "list");
    cr_expect (strstr (screen, "job                   state   name"), "%s", screen);
    cr_expect_eq (s_column (screen, "patiente~", "patient  100%"),
                  s_column (screen, "患者検査結果.csv", "patient  100%"));
    cr_expect_eq (s_column (screen, "state", "submitted"),
                  s_column (screen, "none.json", "T") - strlen ("YYYY-MM-DD"), "%s", screen);
    cr_expect (strstr (screen, "~ort.csv"), "the end of a name stays: %s", screen);
    free (screen);
    screen = SEEN (&scene, 40, "list");
    cr_expect (strstr (screen, "job                   state   name\n"), "%s", screen);
    cr_expect (strstr (screen, "  patie~.csv\n"), "%s", screen);
    free (screen);
    s_end (&scene);
}

Test (tables, elsewhere_than_on_a_terminal_nothing_is_cut, .timeout = 120)
{
    struct scene scene;
    s_scene (&scene);
    setenv ("COLUMNS", "40", 1);
    struct command_result said = CALL (&scene.place, "list");
    cr_expect (strstr (said.out, LONG_NAME), "%s", said.out);
    cr_expect (strstr (said.out, "read  submitted\n"), "%s", said.out);
    cr_expect_eq (strcspn (strrchr (said.out, 'Z'), "\n"), 1, "times to the millisecond: %s", said.out);
    cr_expect_null (strchr (said.out, '~'));
    command_result_clear (&said);
    said = CALL (&scene.place, "workers");
    cr_expect (strstr (said.out, "version  since"), "%s", said.out);
    cr_expect_null (strchr (said.out, '~'));
    command_result_clear (&said);
    said = CALL (&scene.place, "run", LONG_NAME, "-o", "out");
    cr_expect (strstr (said.out, "duplicates  conflicts  rejected  result\n"), "%s", said.out);
    cr_expect (
        strstr (said.out, "out/patienten-des-krankenhauses-münchen-schwabing-2026-11-28-nachtexport\n"), "%s",
        said.out);
    command_result_clear (&said);
    s_end (&scene);
}

Test (tables, of_a_run_shorten_what_stands_above_and_then_leave_out_the_result, .timeout = 120)
{
    struct scene scene;
    s_scene (&scene);
    char *screen = SEEN (&scene, 80, "run", LONG_NAME, "患者検査結果.csv", "-o", "out");
    cr_expect (strstr (screen, "read  written  dup  confl  rej  result\n"), "%s", screen);
    cr_expect_eq (s_column (screen, "患者検査結果.csv ", "out/患者"), s_column (screen, "kind", "result"));
    cr_expect (strstr (screen, "~xport.csv"), "%s", screen);
    free (screen);
    screen = SEEN (&scene, 40, "run", LONG_NAME, "患者検査結果.csv", "-o", "out");
    cr_expect (strstr (screen, "read  written  dup  confl  rej\n"), "%s", screen);
    free (screen);
    s_end (&scene);
}

Test (tables, no_line_of_one_is_wider_than_the_terminal, .timeout = 240)
{
    static const char *const COMMANDS[][5] = {{"list"},
                                              {"workers"},
                                              {"status"},
                                              {"status", "night"},
                                              {"schema", "list"},
                                              {"keys", "list", "--keys", "keys"},
                                              {"dataset", "show", "set"}};
    struct scene scene;
    s_scene (&scene);
    command_line_expect (
        CALL (&scene.place, "keys", "new", "anna.of.the.laboratory", "--rights", "client", "--keys", "keys"),
        0, NULL, NULL);
    command_line_expect (CALL (&scene.place, "run", LONG_NAME, "-o", "out", "--dataset", "set"), 0, NULL,
                         NULL);
    for (unsigned short columns = 40; columns <= 80; columns += 40)
        for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
            const char *const *words = COMMANDS[i];
            const char *const argv[] = {"dmh", words[0], words[1], words[2], words[3], NULL};
            struct terminal terminal;
            terminal_open (&terminal, columns, 200);
            terminal_start (&terminal, &scene.place, argv);
            cr_expect_eq (terminal_end (&terminal), 0, "%s: %s", words[0], terminal.sent);
            for (char *line = strtok (terminal.sent, "\r\n"); line; line = strtok (NULL, "\r\n"))
                cr_expect_leq (page_columns (line, strlen (line)), columns, "dmh %s: %s", words[0], line);
            terminal_close (&terminal);
        }
    s_end (&scene);
}
