//  complete.c: dmh complete: what a shell may offer for a word (deploy/completion), and the table of commands
//  and options that manual pages are made of. Asks the broker for jobs, briefly, and is silent where none
//  answers.
#include "client/commands/command.h"
#include "client/terminal/json_line.h"
#include "messages/base/narrow.h"
#include "messages/text/terminal.h"

#include <string.h>

enum { JOBS_MOST = 64, TOKEN_BYTES = 32 };

static void s_table (void)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const struct command *command = &COMMANDS[i];
        terminal_print (stdout, "command\t%s\t%s\t%s\t%s\n", command->name, command->usage, command->summary,
                        command->example);
        arguments_list (command->set, stdout);
    }
}

static void s_offer (const char *candidate, const char *help, const char *word)
{
    if (strncmp (candidate, word, strlen (word)) == 0)
        terminal_print (stdout, "%s\t%s\n", candidate, help);
}

static void s_commands (const char *word)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        s_offer (COMMANDS[i].name, COMMANDS[i].summary, word);
    s_offer ("help", "the commands, or the options of one", word);
    if (*word == '-') {
        s_offer ("--help", "the commands", word);
        s_offer ("--version", "the version", word);
    }
}

//  The token of a usage that begins at `at`, without brackets and dots: "[JOB…]" is JOB. Returns what follows
//  it; options and their values in brackets are passed over. NULL: the alternative ends before one.
static const char *s_token (const char *at, char out[TOKEN_BYTES])
{
    for (;;) {
        at += strspn (at, " ");
        size_t n = strcspn (at, " ");
        bool option = at[0] == '-' || strncmp (at, "[-", 2) == 0;
        if (!*at || *at == '|')
            return NULL;
        if (!option) {
            size_t begin = strspn (at, "["),
                   m = strspn (at + begin, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
            snprintf (out, TOKEN_BYTES, "%.*s", NARROW (int, m < TOKEN_BYTES ? m : 0), at + begin);
            return at + n;
        }
        bool value = *at == '[' ? !memchr (at, ']', n) : true;    //  "[--input FILE]", "-o DIR"
        at += n;
        if (value)
            at += strspn (at, " "), at += strcspn (at, " ");
    }
}

//  What stands at the last place of `count` words ("INPUT", "JOB" …), of which `words` are the first and the
//  last; of several alternatives ("list | show KIND") the first words are offered here.
static const char *s_positional (const struct command *command, const char *const words[2], size_t count,
                                 char out[TOKEN_BYTES])
{
    const char *word = words[1];
    bool several = strchr (command->usage, '|') != NULL;
    for (const char *at = command->usage; at; at = strchr (at, '|') ? strchr (at, '|') + 1 : NULL) {
        const char *next = s_token (at, out);
        if (next && *out >= 'A' && *out <= 'Z')    //  no word of its own: "JOB… | --failed [BATCH…]"
            return out;
        if (several && count == 1 && next)
            s_offer (out, "", word);
        else if (several && next && strcmp (out, words[0]) == 0)
            return count == 2 && s_token (next, out) ? out : NULL;
        else if (!several)
            return next ? out : NULL;
    }
    return NULL;
}

//  Jobs that the command is for.
static bool s_suits (const struct command *command, const struct job_record *job)
{
    bool open = job_state_is (job->state, JOB_QUEUED) || job_state_is (job->state, JOB_RUNNING);
    if (strcmp (command->name, "cancel") == 0 || strcmp (command->name, "watch") == 0)
        return open;
    if (strcmp (command->name, "retry") == 0)
        return !open && !job_state_is (job->state, JOB_DONE);
    if (strcmp (command->name, "remove") == 0)
        return !job_state_is (job->state, JOB_RUNNING);
    return strcmp (command->name, "fetch") != 0 || job_has_result (job);
}

static void s_jobs (const struct command *command, struct arguments *arguments, const char *word)
{
    struct error error = {.code = DMH_OK};
    struct list list = {.limit = JOBS_MOST};
    struct jobs jobs;
    arguments->timeout = 1;
    connection_t *connection = command_connect (arguments, -1, &error);
    if (connection && connection_list (connection, &list, &jobs, &error) == DMH_OK) {
        for (size_t i = 0; i < jobs.jobs_count; i++) {
            char about[NAME_BYTES + WORD_BYTES + 2];
            snprintf (about, sizeof about, "%s %s", jobs.jobs[i].state, jobs.jobs[i].name);
            if (s_suits (command, &jobs.jobs[i]))
                s_offer (jobs.jobs[i].job, about, word);
        }
        jobs_clear (&jobs);
    }
    connection_destroy (&connection);
    zsys_shutdown ();
}

static void s_workers (struct arguments *arguments, const char *word)
{
    struct error error = {.code = DMH_OK};
    struct worker_list workers;
    arguments->timeout = 1;
    connection_t *connection = command_connect (arguments, -1, &error);
    if (connection && connection_workers (connection, &workers, &error) == DMH_OK) {
        for (size_t i = 0; i < workers.workers_count; i++)
            s_offer (workers.workers[i].worker, workers.workers[i].host, word);
        worker_list_clear (&workers);
    }
    connection_destroy (&connection);
    zsys_shutdown ();
}

static void s_nobody (const char *option, char out[OWNERS_BYTES])
{
    (void) option;
    *out = 0;
}

//  `words`: those behind the command. The words before the last one are read as the command would; where
//  they cannot be, there is no broker in them.
static void s_command (const struct command *command, char **argv, const char *const *words, size_t count)
{
    struct arguments none, arguments;
    struct setting settings[OPTION_ROWS_MAX];
    struct error error = {.code = DMH_OK};
    char token[TOKEN_BYTES];
    const char *wanted =
        settings_complete (settings, option_rows (&none, command->set, settings), words, count, stdout);
    int rc = arguments_read (&arguments, command->set, s_nobody, NARROW (int, count), argv, &error);
    size_t before = rc == DMH_OK ? arguments.word_count : 0;
    const char *at[2] = {before ? arguments.words[0] : words[count - 1], words[count - 1]};
    if (wanted == SETTINGS_WORD)
        wanted = s_positional (command, at, before + 1, token);
    if (wanted && strcmp (wanted, "KIND") == 0)
        for (const char *const *kind =
                 (const char *const[]){"patient", "lab_result", "imaging_study", "sequence", "variant", NULL};
             *kind; kind++)
            s_offer (*kind, "", words[count - 1]);
    if (wanted && strcmp (wanted, "JOB") == 0)
        s_jobs (command, &arguments, words[count - 1]);
    if (wanted && strcmp (wanted, "WORKER") == 0)
        s_workers (&arguments, words[count - 1]);
    arguments_clear (&arguments);
    settings_complete_end (wanted, stdout);
}

int command_complete (int argc, char **argv)
{
    const char *nearest;
    if (argc < 4) {    //  dmh complete -- WORD…
        s_table ();
        return EXIT_DONE;
    }
    const struct command *command = argc > 4 ? command_find (argv[3], &nearest) : NULL;
    if (command)
        s_command (command, argv + 3, (const char *const *) argv + 4, (size_t) argc - 4);
    else if (argc == 4 || (argc == 5 && strcmp (argv[3], "help") == 0)) {
        s_commands (argv[argc - 1]);
        settings_complete_end (NULL, stdout);
    }
    return EXIT_DONE;
}
