//  manual_test.c: the manual pages have each option of their program, none that it has not, and are well
//  formed.
#include "client/commands/command.h"
#include "messages/version.h"
#include "test/support/processes/command_line.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>

enum { OPTIONS_MAX = 128, OPTION_BYTES = 64 };

struct option_set {
    char names[OPTIONS_MAX][OPTION_BYTES];
    size_t count;
};

static bool s_has (const struct option_set *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (streq (self->names[i], name))
            return true;
    return false;
}

static void s_add (struct option_set *self, const char *name)
{
    cr_assert_lt (self->count, OPTIONS_MAX);
    if (!s_has (self, name))
        snprintf (self->names[self->count++], OPTION_BYTES, "%s", name);
}

//  Standard output of a line of sh, which has to end well.
static char *s_sh (const struct workplace *place, const char *line)
{
    char command[2048];
    snprintf (command, sizeof command, "(%s) > %s/said", line, place->folder);
    cr_assert_eq (system (command), 0, "%s", line);
    return workplace_read (place->folder, "said", NULL);
}

//  What a program's table says of one command (NULL: of the program).
static void s_of_program (const struct workplace *place, const char *program, const char *command,
                          struct option_set *out)
{
    char line[256];
    snprintf (line, sizeof line, "\"$DMH_BUILD\"/%s complete", program);
    char *said = s_sh (place, line), *rest = said;
    bool inside = command == NULL;
    out->count = 0;
    for (char *row; (row = strsep (&rest, "\n")) != NULL && *row;) {
        char *second = strchr (row, '\t');
        cr_assert_not_null (second);
        *second++ = 0;
        if (streq (row, "command"))
            inside = command == NULL || strncmp (second, command, strcspn (second, "\t")) == 0;
        else if (inside)
            s_add (out, row);
    }
    free (said);
}

//  The options in the heads of a page's section OPTIONS.
static void s_of_page (const struct workplace *place, const char *page, struct option_set *out)
{
    char line[600], name[OPTION_BYTES];
    snprintf (
        line, sizeof line,
        "sed -n '/^.SH OPTIONS/,/^.SH [^O]/p' %s/man/%s | grep -A1 '^.TP$' | tr -d '\\\\\\\\' | grep -o -e "
        "'--[a-z][a-z-]*' || true",
        place->folder, page);
    char *said = s_sh (place, line);
    out->count = 0;
    for (const char *at = said; *at; at += strcspn (at, "\n"), at += *at == '\n') {
        snprintf (name, sizeof name, "%.*s", (int) strcspn (at, "\n"), at);
        s_add (out, name);
    }
    free (said);
}

static void s_make (struct workplace *place)
{
    char line[600];
    workplace_make (place);
    snprintf (line, sizeof line, "sh deploy/manual.sh \"$DMH_BUILD\" %s %s/man", DMH_VERSION, place->folder);
    free (s_sh (place, line));
}

static void s_same (const char *page, const struct option_set *program, const struct option_set *manual)
{
    cr_expect_gt (program->count, 0, "%s", page);
    for (size_t i = 0; i < program->count; i++)
        cr_expect (s_has (manual, program->names[i]), "%s does not tell %s", page, program->names[i]);
    for (size_t i = 0; i < manual->count; i++)
        cr_expect (s_has (program, manual->names[i]), "%s tells %s, which is not there", page,
                   manual->names[i]);
}

Test (manual, each_page_has_the_options_that_there_are, .timeout = 120)
{
    struct workplace place;
    struct option_set program, manual;
    s_make (&place);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        char page[64];
        snprintf (page, sizeof page, "dmh-%s.1", COMMANDS[i].name);
        s_of_program (&place, "dmh", COMMANDS[i].name, &program);
        s_of_page (&place, page, &manual);
        s_same (page, &program, &manual);
    }
    static const char *const PROGRAMS[] = {"dmh-broker", "dmh-worker", "dmh-gateway", "dmh-bridge"};
    for (size_t i = 0; i < 4 && command_line_has (PROGRAMS[i]); i++) {
        char page[64];
        snprintf (page, sizeof page, "%s.1", PROGRAMS[i]);
        s_of_program (&place, PROGRAMS[i], NULL, &program);
        s_of_page (&place, page, &manual);
        s_same (page, &program, &manual);
    }
    workplace_remove (&place);
}

//  dmh.1's paragraphs are those that the pages of commands are made of.
Test (manual, dmh_1_tells_no_option_that_is_not_there, .timeout = 120)
{
    struct workplace place;
    struct option_set program, manual;
    s_make (&place);
    s_of_program (&place, "dmh", NULL, &program);
    s_of_page (&place, "dmh.1", &manual);
    cr_expect_gt (manual.count, 30);
    for (size_t i = 0; i < manual.count; i++)
        cr_expect (s_has (&program, manual.names[i]), "%s", manual.names[i]);
    workplace_remove (&place);
}

Test (manual, mandoc_has_nothing_to_say, .timeout = 120)
{
    struct workplace place;
    char line[600];
    if (system ("command -v mandoc > /dev/null") != 0) {
        printf ("SKIP: mandoc is not installed\n");
        return;
    }
    s_make (&place);
    //  Pages are of a version, not of a day.
    snprintf (line, sizeof line, "mandoc -T lint -W warning %s/man/*.[15] | grep -v 'missing date' || true",
              place.folder);
    char *said = s_sh (&place, line);
    cr_expect_str_empty (said);
    free (said);
    workplace_remove (&place);
}
