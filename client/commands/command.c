//  command.c: see command.h.
#include "client/commands/command.h"

#include "client/connection/default_broker.h"

#include "messages/sockets/limits.h"
#include "messages/text/edit_distance.h"
#include "messages/text/terminal.h"

#include <stdio.h>
#include <string.h>

#define WORK (ARGUMENTS_JOB | ARGUMENTS_WORK | ARGUMENTS_FOLDER | ARGUMENTS_QUIET | ARGUMENTS_LOG)

const struct command COMMANDS[] = {
    {"run", "INPUT… [-o DIR]", "harmonize here, without a server", WORK | ARGUMENTS_SIGN, 1, ANY_NUMBER,
     command_run, "dmh run patients.csv.gz labs.csv -o out"},
    {"submit", "INPUT… [--wait] [-o DIR]", "send to a broker; one job id a line",
     WORK | ARGUMENTS_WAIT | ARGUMENTS_BROKER | ARGUMENTS_TRANSFER, 1, ANY_NUMBER, command_submit,
     "dmh submit labs.csv --wait -o out"},
    {"watch", "[JOB…]", "follow jobs until they end; without a JOB all that are open",
     ARGUMENTS_BROKER | ARGUMENTS_QUIET, 0, ANY_NUMBER, command_watch, "dmh watch"},
    {"status", "JOB", "what is known of a job", ARGUMENTS_BROKER, 1, 1, command_status,
     "dmh status JOB --json"},
    {"list", "", "the broker's jobs, newest first", ARGUMENTS_BROKER | ARGUMENTS_LIST, 0, 0, command_list,
     "dmh list"},
    {"workers", "", "the broker's workers", ARGUMENTS_BROKER, 0, 0, command_workers, "dmh workers"},
    {"cancel", "JOB", "end a job that is queued or running", ARGUMENTS_BROKER, 1, 1, command_cancel,
     "dmh cancel JOB"},
    {"retry", "JOB", "try a failed or cancelled job again", ARGUMENTS_BROKER, 1, 1, command_retry,
     "dmh retry JOB"},
    {"remove", "JOB…", "a job, its input and its result leave for good, wherever they lie",
     ARGUMENTS_BROKER | ARGUMENTS_QUIET, 1, ANY_NUMBER, command_remove, "dmh remove JOB"},
    {"fetch", "JOB -o DIR", "bring a job's results here",
     ARGUMENTS_BROKER | ARGUMENTS_FOLDER | ARGUMENTS_QUIET | ARGUMENTS_TRANSFER, 1, 1, command_fetch,
     "dmh fetch JOB -o out"},
    {"inspect", "INPUT", "format, kind, column → field with the reason, and what the columns hold",
     ARGUMENTS_JOB | ARGUMENTS_INSPECT, 1, 1, command_inspect,
     "dmh inspect patients.csv --write-mapping m.json"},
    {"schema", "list | show KIND | check FILE", "the kinds of records and their fields", 0, 1, 2,
     command_schema, "dmh schema show patient"},
    {"keys", "new [--sign] NAME | list | allow FILE NAME RIGHT… | revoke NAME",
     "who may use a broker: pairs of keys, and what each may do", ARGUMENTS_KEYS, 1, 9, command_keys,
     "dmh keys new anna --rights client"},
    {"verify", "DIR [--input FILE] [--job JOB]",
     "check that a result is whole, the one that was made, and that it holds all of its input",
     ARGUMENTS_QUIET | ARGUMENTS_VERIFY | ARGUMENTS_BROKER, 1, 1, command_verify, "dmh verify out"},
    {"rejects", "DIR -o FILE", "what a result set aside, under the input's header, to mend and run again",
     ARGUMENTS_FILE | ARGUMENTS_QUIET, 1, 1, command_rejects, "dmh rejects out/patients -o mend.csv"},
};
const size_t COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS;

static int s_help (const struct command *command)
{
    terminal_print (stdout, "usage: dmh %s %s\n%s\n\n", command->name, command->usage, command->summary);
    arguments_help (command->set, stdout);
    terminal_print (stdout, "\nexample: %s\n", command->example);
    return EXIT_DONE;
}

int command_start (const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error error = {.code = DMH_OK};
    bool letter = argc == 2 && strcmp (argv[1], "-h") == 0;
    int rc = arguments_read (&arguments, command->set, letter ? 1 : argc, argv, &error), status;
    if (rc == DMH_OK && (arguments.help || letter))
        status = s_help (command);
    else {
        if (rc == DMH_OK && arguments.word_count < command->least)
            rc = error_set (&error, DMH_USAGE, "%s needs %s; dmh %s --help says more", command->name,
                            command->usage, command->name);
        if (rc == DMH_OK && arguments.word_count > command->most)
            rc = error_set (&error, DMH_USAGE,
                            "%s does not know what to do with “%s”; dmh %s --help says more", command->name,
                            arguments.words[command->most], command->name);
        status = rc == DMH_OK ? command->run (&arguments) : command_refuse (&error);
    }
    arguments_clear (&arguments);
    return status;
}

const struct command *command_find (const char *name, const char **nearest)
{
    size_t least = 4, n = strlen (name);
    *nearest = NULL;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        size_t distance = edit_distance (name, n, COMMANDS[i].name, strlen (COMMANDS[i].name));
        if (distance == 0)
            return &COMMANDS[i];
        if (distance < least && distance < n) {
            least = distance;
            *nearest = COMMANDS[i].name;
        }
    }
    return NULL;
}

int command_ready (struct error *error)
{
    return limits_open (error);
}

connection_t *command_connect (const struct arguments *arguments, int interrupt, struct error *error)
{
    struct credential credential;
    char endpoint[URI_BYTES];
    const char *broker = arguments->broker;
    if (command_ready (error) != DMH_OK ||
        credential_read (arguments->key, arguments->server_key, &credential, error) != DMH_OK)
        return NULL;
    bool found = broker || default_broker_find (credential_is (&credential), endpoint, error) == DMH_OK;
    connection_t *connection = NULL;
    if (found)
        connection = connection_new (broker ? broker : endpoint, &credential, (int) arguments->timeout * 1000,
                                     interrupt, error);
    key_forget (&credential.own);
    return connection;
}

int command_refuse (const struct error *error)
{
    terminal_print (stderr, "dmh: %s\n", error->text);
    switch (error->code) {
    case DMH_USAGE:
        return EXIT_USAGE;
    case DMH_UNAVAILABLE:
        return EXIT_NO_BROKER;
    case DMH_CANCELLED:
        return EXIT_INTERRUPTED;
    default:
        return EXIT_JOB_FAILED;
    }
}
