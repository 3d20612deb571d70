//  completion_test.c: what bash, zsh and fish offer is what the program takes, no more and no less.
#include "client/commands/command.h"
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>

enum { TEXT_BYTES = 16384, LINE_BYTES = 4096 };

//  Standard output of a line of sh in the place, with the build's programs on the path.
static char *s_sh (const struct workplace *place, const char *line)
{
    char command[LINE_BYTES];
    char *build = realpath (getenv ("DMH_BUILD"), NULL), *here = realpath ("deploy/completion", NULL);
    cr_assert (build && here);
    int n =
        snprintf (command, sizeof command,
                  "cd %s && PATH=%s:$PATH HERE=%s HOME=%s && export PATH HERE HOME && (%s) > said 2> wrong",
                  place->folder, build, here, place->folder, line);
    cr_assert_lt (n, LINE_BYTES);
    cr_assert_eq (system (command), 0, "%s", line);
    free (build);
    free (here);
    return workplace_read (place->folder, "said", NULL);
}

//  How each shell is asked for the last of some words; %s is the program and they, in quotes each.
static const struct shell {
    const char *name, *line;
} SHELLS[] = {
    {"bash",
     "bash -c '. $HERE/dmh.bash; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _dmh; printf \"%%s\\n\" "
     "\"${COMPREPLY[@]}\"' - %s"},
    {"zsh", "zsh -fc 'compdef () { }; compadd () { print -l -- $candidates }; compset () { }; _files () { "
            "print files "
            "$* }; . $HERE/_dmh; words=(\"$@\"); CURRENT=$#; PREFIX=$words[-1]; _dmh' - %s"},
    {"fish", "fish -Nc 'source $HERE/dmh.fish; complete -C \"$argv\"' -- %s | cut -f1"},
};

static bool s_is_there (const struct workplace *place, const struct shell *shell)
{
    char line[64];
    snprintf (line, sizeof line, "command -v %s || true", shell->name);
    char *said = s_sh (place, line);
    bool there = said && *said;
    free (said);
    if (!there)
        printf ("SKIP: %s is not installed\n", shell->name);
    return there;
}

static char *s_ask (const struct workplace *place, const struct shell *shell, const char *words)
{
    char line[LINE_BYTES];
    snprintf (line, sizeof line, shell->line, words);
    return s_sh (place, line);
}

static int s_compare (const void *a, const void *b)
{
    return strcmp (a, b);
}

//  The lines of `text` in their order, each once.
static void s_sorted (const char *text, char out[TEXT_BYTES])
{
    enum { LINES_MAX = 128, LONGEST = 128 };
    char lines[LINES_MAX][LONGEST];
    size_t count = 0, used = 0;
    for (const char *at = text; *at; at += *at == '\n') {
        size_t n = strcspn (at, "\n");
        cr_assert (count < LINES_MAX && n < LONGEST);
        if (n)
            snprintf (lines[count++], LONGEST, "%.*s", (int) n, at);
        at += n;
    }
    qsort (lines, count, LONGEST, s_compare);
    *out = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp (lines[i], lines[i - 1]) != 0)
            used += (size_t) snprintf (out + used, TEXT_BYTES - used, "%s\n", lines[i]);
}

//  The options of a help page.
static void s_options (const char *page, char out[TEXT_BYTES])
{
    char found[TEXT_BYTES] = "";
    size_t used = 0;
    for (const char *line = page; line; line = strchr (line, '\n') ? strchr (line, '\n') + 1 : NULL) {
        const char *dashes = strncmp (line, "      --", 8) == 0                ? line + 6
                             : strncmp (line, "  -", 3) == 0 && line[4] == ',' ? line + 6
                             : strncmp (line, "  --", 4) == 0                  ? line + 2
                                                                               : NULL;
        if (dashes)
            used += (size_t) snprintf (found + used, sizeof found - used, "%.*s\n",
                                       (int) strcspn (dashes, " \n"), dashes);
    }
    s_sorted (found, out);
}

static void s_same_options (const struct workplace *place, const struct shell *shell, const char *help,
                            const char *words)
{
    char expected[TEXT_BYTES], got[TEXT_BYTES];
    char *page = s_sh (place, help), *said = s_ask (place, shell, words);
    s_options (page, expected);
    s_sorted (said, got);
    cr_expect (strstr (expected, "--help\n"), "%s", help);
    cr_expect_str_eq (got, expected, "%s: %s: %snot %s", shell->name, words, got, expected);
    free (page);
    free (said);
}

static void s_options_of (const struct shell *shell)
{
    struct workplace place;
    workplace_make (&place);
    if (s_is_there (&place, shell)) {
        for (size_t i = 0; i < COMMAND_COUNT; i++) {
            char help[64], words[64];
            snprintf (help, sizeof help, "dmh help %s", COMMANDS[i].name);
            snprintf (words, sizeof words, "dmh %s --", COMMANDS[i].name);
            s_same_options (&place, shell, help, words);
        }
        s_same_options (&place, shell, "dmh-broker --help", "dmh-broker --");
        s_same_options (&place, shell, "dmh-worker --help", "dmh-worker --");
        s_same_options (&place, shell, "dmh-gateway --help", "dmh-gateway --");
        if (command_line_has ("dmh-bridge"))
            s_same_options (&place, shell, "dmh-bridge --help", "dmh-bridge --");
    }
    workplace_remove (&place);
}

Test (completion, bash_offers_the_options_that_there_are, .timeout = 300)
{
    s_options_of (&SHELLS[0]);
}

Test (completion, zsh_offers_the_options_that_there_are, .timeout = 300)
{
    s_options_of (&SHELLS[1]);
}

Test (completion, fish_offers_the_options_that_there_are, .timeout = 300)
{
    s_options_of (&SHELLS[2]);
}

static void s_expect (const struct workplace *place, const struct shell *shell, const char *words,
                      const char *expected)
{
    char got[TEXT_BYTES];
    char *said = s_ask (place, shell, words);
    s_sorted (said, got);
    cr_expect_str_eq (got, expected, "%s: %s: %snot %s", shell->name, words, got, expected);
    free (said);
}

Test (completion, words_files_and_commands_are_offered_where_they_belong, .timeout = 300)
{
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof SHELLS / sizeof *SHELLS; i++) {
        if (!s_is_there (&place, &SHELLS[i]))
            continue;
        s_expect (&place, &SHELLS[i], "dmh ru", "run\n");
        s_expect (&place, &SHELLS[i], "dmh list --state f", "failed\n");
        s_expect (&place, &SHELLS[i], "dmh run --kind patient,i", "patient,imaging_study\n");
        s_expect (&place, &SHELLS[i], "dmh schema sh", "show\n");
        s_expect (&place, &SHELLS[i], "dmh schema show la", "lab_result\n");
        s_expect (&place, &SHELLS[i], "dmh keys re", "revoke\n");
        s_expect (&place, &SHELLS[i], "dmh help ver", "verify\n");
        s_expect (&place, &SHELLS[i], "dmh-worker --log-format js", "json\n");
        s_expect (&place, &SHELLS[i], "dmh cancel x",
                  "");    //  no broker is there, and nothing is said of it
    }
    workplace_write (&place, "alone.csv", "a\n", 2);
    s_expect (&place, &SHELLS[0], "dmh run al", "alone.csv\n");
    s_expect (&place, &SHELLS[0], "dmh run --mapping = al", "alone.csv\n");
    s_expect (&place, &SHELLS[0], "dmh run -o al", "");
    workplace_remove (&place);
}

Test (completion, jobs_are_offered_to_the_commands_that_they_are_for, .timeout = 300)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char *id = NULL, expected[64];
    workplace_make (&place);
    servers_start_broker (&servers, false);
    setenv ("DMH_BROKER", servers.front, 1);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    struct command_result submitted = CALL (&place, "submit", "a.csv");
    cr_assert_eq (submitted.status, 0);
    id = submitted.out;
    snprintf (expected, sizeof expected, "%s", id);
    s_expect (&place, &SHELLS[0], "dmh status \"\"", expected);
    s_expect (&place, &SHELLS[0], "dmh cancel \"\"", expected);
    s_expect (&place, &SHELLS[0], "dmh retry \"\"", "");
    s_expect (&place, &SHELLS[0], "dmh fetch \"\"", "");
    command_result_clear (&submitted);
    servers_stop (&servers);
    workplace_remove (&place);
}
