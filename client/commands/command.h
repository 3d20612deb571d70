//  command.h: the commands of dmh, and what they share: the table, help, the
//  connection, how an error is said. Each command returns an exit code.
#ifndef DMH_CLIENT_COMMANDS_COMMAND_H
#define DMH_CLIENT_COMMANDS_COMMAND_H

#include "client/arguments/arguments.h"
#include "client/connection/connection.h"

//  Exit codes, as the README has them.
enum {
    EXIT_DONE = 0,
    EXIT_JOB_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_REJECTED = 3,
    EXIT_NO_BROKER = 4,
    EXIT_INTERRUPTED = 130
};

#define ANY_NUMBER SIZE_MAX

struct command {
    const char *name;
    const char *usage;      //  what follows the name
    const char *summary;    //  one line
    unsigned set;           //  enum arguments_set
    size_t least, most;     //  words that are no options; or ANY_NUMBER
    int (*run) (struct arguments *arguments);
    const char *example;    //  a whole command line, for the help
};

extern const struct command COMMANDS[];
extern const size_t COMMAND_COUNT;

//  Prints the version.
int command_version (void);

//  The whole command line of `dmh complete`, which shells and the manual pages ask.
int command_complete (int argc, char **argv);

//  Reads argv (its first word is the command's name) and runs it.
int command_start (const struct command *command, int argc, char **argv);

//  The command called `name`; NULL, with *nearest (may be NULL inside) set to the name it may have been meant
//  for.
const struct command *command_find (const char *name, const char **nearest);

//  A connection to the broker that the options name. `interrupt` as for connection_new.
connection_t *command_connect (const struct arguments *arguments, int interrupt, struct error *error);

//  Readies czmq for a process that has its own signals, with all the descriptors that it may have; after
//  signals_open and before any socket. What limits_open answers.
int command_ready (struct error *error);

//  "dmh: sentence" on standard error; the exit code of the error.
int command_refuse (const struct error *error);
//  The exit code of such an error.
int command_exit (int code);

int command_run (struct arguments *arguments);
int command_submit (struct arguments *arguments);
int command_statistics (struct arguments *arguments);
int command_watch (struct arguments *arguments);
int command_status (struct arguments *arguments);
//  What status does without a job.
int command_overview (struct arguments *arguments);
int command_list (struct arguments *arguments);
int command_workers (struct arguments *arguments);
int command_cancel (struct arguments *arguments);
int command_retry (struct arguments *arguments);
int command_remove (struct arguments *arguments);
int command_fetch (struct arguments *arguments);
int command_verify (struct arguments *arguments);
int command_rejects (struct arguments *arguments);
int command_report (struct arguments *arguments);
int command_dataset (struct arguments *arguments);
int command_inspect (struct arguments *arguments);
int command_schema (struct arguments *arguments);
int command_keys (struct arguments *arguments);

#endif
