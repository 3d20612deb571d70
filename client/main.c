//  main.c: dmh: argv → command. What each does is in commands/.
#include "client/commands/command.h"
#include "messages/text/terminal.h"
#include "messages/version.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int s_help (FILE *to)
{
    terminal_print (to, "dmh %s: harmonizes patient records, laboratory results and imaging studies\n\n",
                    DMH_VERSION);
    terminal_print (to, "usage: dmh COMMAND [options]\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        terminal_print (to, "  %-9s %s\n", COMMANDS[i].name, COMMANDS[i].summary);
    terminal_print (to,
                    "\ndmh COMMAND --help lists a command's options; dmh --version prints the version.\n");
    return 0;
}

static int s_start (int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL, *nearest;
    if (word && (strcmp (word, "--help") == 0 || strcmp (word, "help") == 0 || strcmp (word, "-h") == 0)) {
        const struct command *command = argc == 3 ? command_find (argv[2], &nearest) : NULL;
        char *help[] = {argv[0], "--help", NULL};
        return command ? command_start (command, 2, help) : s_help (stdout);
    }
    if (word && strcmp (word, "--version") == 0) {
        terminal_print (stdout, "dmh %s\n", DMH_VERSION);
        return EXIT_DONE;
    }
    struct error error = {.code = DMH_OK};
    if (!word)
        error_set (&error, DMH_USAGE, "no command is given; dmh --help lists them");
    else {
        const struct command *command = command_find (word, &nearest);
        if (command)
            return command_start (command, argc - 1, argv + 1);
        if (nearest)
            error_set (&error, DMH_USAGE, "there is no command “%s”; did you mean %s?", word, nearest);
        else
            error_set (&error, DMH_USAGE, "there is no command “%s”; dmh --help lists them", word);
    }
    return command_refuse (&error);
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
