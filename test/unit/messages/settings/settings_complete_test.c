//  settings_complete_test.c: what a shell is offered for the last word of a command line.
#define _GNU_SOURCE
#include "messages/settings/settings.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool s_quiet, s_force;

static const struct setting SETTINGS[] = {
    {.name = "output", .argument = "DIR", .letter = 'o', .help = "where results go"},
    {.name = "format", .argument = "NAME", .letter = 'f', .words = "csv,ndjson,nd", .help = "of the records"},
    {.name = "quiet", .letter = 'q', .flag = &s_quiet, .help = "says nothing"},
    {.name = "force", .letter = 'F', .flag = &s_force, .help = "does it"},
    {.name = "foreign", .argument = "X", .letter = 'x', .elsewhere = "run", .help = "of others"},
    {.name = "mapping", .argument = "FILE", .help = "names of columns"},
};
enum { COUNT = sizeof SETTINGS / sizeof *SETTINGS };

//  Words with blanks between them; the last may be empty.
static const char *s_complete (const char *line, char **offered)
{
    char copy[128];
    const char *words[16];
    size_t count = 0, n = 0;
    snprintf (copy, sizeof copy, "%s", line);
    for (char *at = copy; at;) {
        char *blank = strchr (at, ' ');
        words[count++] = at;
        if (blank)
            *blank++ = 0;
        at = blank;
    }
    FILE *to = open_memstream (offered, &n);
    cr_assert_not_null (to);
    const char *wanted = settings_complete (SETTINGS, COUNT, words, count, to);
    fclose (to);
    return wanted;
}

Test (settings_complete, offers_what_may_stand_there)
{
    static const struct {
        const char *line, *offered, *wanted;    //  NULL: nothing
    } CASES[] = {
        {"", "", "WORD"},
        {"in", "", "WORD"},
        {"-",
         "--output\twhere results go\n--format\tof the records\n--quiet\tsays nothing\n--force\tdoes it\n"
         "--mapping\tnames of columns\n",
         NULL},
        {"--f", "--format\tof the records\n--force\tdoes it\n", NULL},
        {"--format", "--format\tof the records\n", NULL},
        {"--foreign", "", NULL},
        {"--output ", "", "DIR"},
        {"-o x", "", "DIR"},
        {"-o x ", "", "WORD"},
        {"--mapping -", "", "FILE"},
        {"--format ", "csv\t\nndjson\t\nnd\t\n", NULL},
        {"-f nd", "ndjson\t\nnd\t\n", NULL},
        {"-f ndjson", "ndjson\t\n", NULL},
        {"-f ndjsonx", "", NULL},
        {"-f csv,n", "csv,ndjson\t\ncsv,nd\t\n", NULL},
        {"--format=c", "--format=csv\t\n", NULL},
        {"--format=csv,nd", "--format=csv,ndjson\t\n--format=csv,nd\t\n", NULL},
        {"--output=x", "", "DIR"},
        {"--quiet=x", "", NULL},
        {"--nobody=x", "", NULL},
        {"--foreign=x", "", NULL},
        {"in=x", "", "WORD"},
        {"-q ", "", "WORD"},
        {"-qo ", "", "DIR"},
        {"-qf ", "csv\t\nndjson\t\nnd\t\n", NULL},
        {"-of ", "", "WORD"},    //  -o with the value f
        {"-zo ", "", "WORD"},
        {"-x ", "", "WORD"},
        {"--quiet ", "", "WORD"},
        {"--nobody ", "", "WORD"},
        {"--out ", "", "WORD"},
        {"- ", "", "WORD"},
        {"-- -", "", "WORD"},
        {"-- --f", "", "WORD"},
        {"-- -o ", "", "WORD"},
        {"-o -- --q", "--quiet\tsays nothing\n", NULL},    //  the value of -o
        {"--output -o ", "", "WORD"},
        {"-- --format=c", "", "WORD"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *offered = NULL;
        const char *wanted = s_complete (CASES[i].line, &offered);
        cr_expect_str_eq (offered, CASES[i].offered, "“%s” offers\n%s", CASES[i].line, offered);
        cr_expect_str_eq (wanted ? wanted : "nothing", CASES[i].wanted ? CASES[i].wanted : "nothing",
                          "“%s” wants %s", CASES[i].line, wanted);
        free (offered);
    }
}

Test (settings_complete, ends_with_what_the_shell_may_add)
{
    static const struct {
        const char *wanted, *line;
    } CASES[] = {{NULL, ":none\n"},     {"WORD", ":none\n"},   {"FILE", ":files\n"},
                 {"INPUT", ":files\n"}, {"DIR", ":folders\n"}, {"JOB", ":none\n"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *line = NULL;
        size_t n = 0;
        FILE *to = open_memstream (&line, &n);
        cr_assert_not_null (to);
        settings_complete_end (CASES[i].wanted, to);
        fclose (to);
        cr_expect_str_eq (line, CASES[i].line);
        free (line);
    }
}

//  What a program says that is asked so by a shell's completion.
static char *s_program (const char *const *words, int count, bool *taken)
{
    char *argv[8] = {(char *) "dmh-x"}, out[1024];
    for (int i = 0; i < count; i++)
        argv[i + 1] = (char *) (uintptr_t) words[i];
    FILE *file = tmpfile ();
    int own = dup (STDOUT_FILENO);
    cr_assert (file && own >= 0);
    fflush (stdout);
    cr_assert_geq (dup2 (fileno (file), STDOUT_FILENO), 0);
    *taken = settings_complete_program (SETTINGS, COUNT, count + 1, argv);
    fflush (stdout);
    cr_assert_geq (dup2 (own, STDOUT_FILENO), 0);
    close (own);
    cr_assert_eq (fseek (file, 0, SEEK_SET), 0);
    out[fread (out, 1, sizeof out - 1, file)] = 0;
    fclose (file);
    return strdup (out);
}

Test (settings_complete, a_program_lists_its_options_or_completes_a_line)
{
    bool taken = true;
    char *said = s_program (NULL, 0, &taken);
    cr_expect (!taken && !*said, "%s", said);
    free (said);
    said = s_program ((const char *const[]){"--quiet"}, 1, &taken);
    cr_expect (!taken && !*said, "%s", said);
    free (said);
    said = s_program ((const char *const[]){"complete"}, 1, &taken);
    cr_expect (taken && strstr (said, "--quiet\t-q\t\t\tsays nothing\n"), "%s", said);
    free (said);
    said = s_program ((const char *const[]){"complete", "dmh-x", "--ma"}, 3, &taken);
    cr_expect (taken && strstr (said, "--mapping") && !strstr (said, "--quiet"), "%s", said);
    cr_expect_not_null (strstr (said, ":none\n"), "%s", said);
    free (said);
    said = s_program ((const char *const[]){"complete", "dmh-x", "--mapping", ""}, 4, &taken);
    cr_expect (taken && strstr (said, ":files\n"), "%s", said);
    free (said);
}
