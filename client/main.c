//  main.c: dmh: argv → command. What each does is in commands/.
#include "client/commands/command.h"
#include "client/terminal/page.h"
#include "messages/text/terminal.h"
#include "messages/version.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 79, NAME_ROOM = 11 };

static int s_overview (FILE *to)
{
    terminal_print (to, "dmh %s: harmonizes patient records, laboratory results and imaging studies\n\n",
                    DMH_VERSION);
    terminal_print (to, "usage: dmh COMMAND [options]\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        page_wrap (to, WIDTH, 2, COMMANDS[i].name, NAME_ROOM, COMMANDS[i].summary);
    terminal_print (to, "\ndmh help COMMAND lists a command's options; dmh --version prints the version.\n");
    return EXIT_DONE;
}

static int s_no_command (const char *word, const char *nearest)
{
    struct error error = {.code = DMH_OK};
    if (word[0] == '-' && word[1])
        error_set (&error, DMH_USAGE,
                   "there is no option %s before a command; write dmh COMMAND %s, and dmh "
                   "help lists the commands",
                   word, word);
    else if (nearest)
        error_set (&error, DMH_USAGE, "there is no command “%s”; did you mean %s?", word, nearest);
    else
        error_set (&error, DMH_USAGE, "there is no command “%s”; dmh help lists them", word);
    return command_refuse (&error);
}

//  dmh help [COMMAND].
static int s_help (int argc, char **argv)
{
    const char *nearest;
    if (argc == 2 || strcmp (argv[2], "help") == 0)
        return s_overview (stdout);
    const struct command *command = command_find (argv[2], &nearest);
    char *help[] = {argv[0], (char[]){"--help"}, NULL};
    return command ? command_start (command, 2, help) : s_no_command (argv[2], nearest);
}

//  Without a command there is nothing to do, which a script is not told as success.
static int s_start (int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL, *nearest;
    if (!word) {
        s_overview (stderr);
        return EXIT_USAGE;
    }
    if (strcmp (word, "--help") == 0 || strcmp (word, "help") == 0 || strcmp (word, "-h") == 0)
        return s_help (argc, argv);
    if (strcmp (word, "--version") == 0 || strcmp (word, "-V") == 0)
        return command_version ();
    if (strcmp (word, "complete") == 0)
        return command_complete (argc, argv);
    const struct command *command = command_find (word, &nearest);
    return command ? command_start (command, argc - 1, argv + 1) : s_no_command (word, nearest);
}

int main (int argc, char **argv)
{
    signal (SIGXFSZ, SIG_IGN);    //  a file beyond the limit is an error of its write, not the end
    int status = s_start (argc, argv);
    if (fflush (stdout) != 0 || ferror (stdout)) {
        terminal_print (stderr, "dmh: standard output cannot be written: %s\n", strerror (errno));
        return status ? status : EXIT_JOB_FAILED;
    }
    return status;
}
