//  command.c: see command.h.
#include "client/commands/command.h"

#include "client/connection/default_broker.h"
#include "client/terminal/page.h"
#include "messages/sockets/limits.h"
#include "messages/text/edit_distance.h"
#include "messages/text/terminal.h"
#include "messages/version.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { START_LOOKS = 40, LOOK_MS = 50, HELP_WIDTH = 79, COMMAND_COUNT_MAX = 32, SYNOPSIS_BYTES = 160 };

#define WORK                                                                                                 \
    (ARGUMENTS_JOB | ARGUMENTS_WORK | ARGUMENTS_JOIN | ARGUMENTS_FOLDER | ARGUMENTS_QUIET | ARGUMENTS_LOG |  \
     ARGUMENTS_INPUTS | ARGUMENTS_BATCH)

const struct command COMMANDS[] = {
    {"run", "INPUT… [-o DIR]", "harmonize here, without a server", WORK | ARGUMENTS_SIGN | ARGUMENTS_LOAD, 1,
     ANY_NUMBER, command_run, "dmh run patients.csv.gz labs.csv -o out"},
    {"submit", "INPUT… [--wait] [-o DIR]", "send to a broker; one job id a line",
     WORK | ARGUMENTS_WAIT | ARGUMENTS_BROKER | ARGUMENTS_TRANSFER | ARGUMENTS_LOAD | ARGUMENTS_THEN |
         ARGUMENTS_STATISTICS,
     1, ANY_NUMBER, command_submit, "dmh submit labs.csv --wait -o out"},
    {"watch", "[JOB…]", "follow jobs until they end; without a JOB all that are open",
     ARGUMENTS_BROKER | ARGUMENTS_QUIET, 0, ANY_NUMBER, command_watch, "dmh watch"},
    {"status", "[JOB…]", "what is known of jobs and batches; without one the whole at a glance",
     ARGUMENTS_BROKER, 0, ANY_NUMBER, command_status, "dmh status JOB --json"},
    {"list", "", "the broker's jobs, newest first", ARGUMENTS_BROKER | ARGUMENTS_LIST, 0, 0, command_list,
     "dmh list"},
    {"workers", "list | launch --on ENGINE --count N | scale --on ENGINE --max B | drain [--all] [WORKER…]",
     "the broker's workers: who they are; more are started; they finish and leave",
     ARGUMENTS_BROKER | ARGUMENTS_WORKERS | ARGUMENTS_QUIET, 0, ANY_NUMBER, command_workers, "dmh workers"},
    {"cancel", "JOB…", "end jobs that are queued or running", ARGUMENTS_BROKER, 1, ANY_NUMBER, command_cancel,
     "dmh cancel JOB"},
    {"retry", "JOB… | --failed [BATCH…]", "try failed or cancelled jobs again",
     ARGUMENTS_BROKER | ARGUMENTS_RETRY, 0, ANY_NUMBER, command_retry, "dmh retry --failed"},
    {"remove", "JOB…", "a job, its input and its result leave for good, wherever they lie",
     ARGUMENTS_BROKER | ARGUMENTS_QUIET, 1, ANY_NUMBER, command_remove, "dmh remove JOB"},
    {"fetch", "JOB… -o DIR", "bring the results of jobs here",
     ARGUMENTS_BROKER | ARGUMENTS_FOLDER | ARGUMENTS_QUIET | ARGUMENTS_TRANSFER | ARGUMENTS_FETCH, 1,
     ANY_NUMBER, command_fetch, "dmh fetch JOB -o out"},
    {"statistics", "JOB… -o DIR", "figures and pictures of the results of jobs, by a worker in R",
     ARGUMENTS_BROKER | ARGUMENTS_FOLDER | ARGUMENTS_QUIET | ARGUMENTS_TRANSFER | ARGUMENTS_STATISTICS, 1,
     ANY_NUMBER, command_statistics, "dmh statistics JOB -o out"},
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
    {"report", "DIR [-o FILE]",
     "a result, or all that a folder holds, as one page for people: HTML or Markdown",
     ARGUMENTS_REPORT | ARGUMENTS_QUIET, 1, 1, command_report, "dmh report out -o report.html"},
    {"rejects", "DIR -o FILE", "what a result set aside, under the input's header, to mend and run again",
     ARGUMENTS_FILE | ARGUMENTS_QUIET, 1, 1, command_rejects, "dmh rejects out/patients -o mend.csv"},
    {"dataset", "show DIR | check DIR | export DIR -o DIR",
     "a data set that --dataset has made: what it holds, whether it is whole, its records",
     ARGUMENTS_DATASET | ARGUMENTS_FOLDER | ARGUMENTS_QUIET, 2, 2, command_dataset,
     "dmh dataset export nights -o table"},
};
const size_t COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS;
_Static_assert(sizeof COMMANDS / sizeof *COMMANDS <= COMMAND_COUNT_MAX, "s_owners has room for each");

static int s_help (const struct command *command)
{
    char usage[SYNOPSIS_BYTES];
    snprintf (usage, sizeof usage, "usage: dmh %s %s", command->name, command->usage);
    page_wrap (stdout, HELP_WIDTH, 0, "", 0, usage);
    page_wrap (stdout, HELP_WIDTH, 0, "", 0, command->summary);
    terminal_print (stdout, "\n");
    arguments_help (command->set, stdout);
    terminal_print (stdout, "\nexample: %s\n", command->example);
    return EXIT_DONE;
}

//  "list", "list and fetch", "run, submit and 2 others".
static void s_owners (const char *option, char out[OWNERS_BYTES])
{
    enum { NAMED = 3 };
    size_t owners[COMMAND_COUNT_MAX], count = 0, used = 0;
    for (size_t i = 0; i < COMMAND_COUNT && count < COMMAND_COUNT_MAX; i++)
        if (arguments_has (COMMANDS[i].set, option))
            owners[count++] = i;
    *out = 0;
    for (size_t i = 0; i < count && used < OWNERS_BYTES; i++) {
        const char *between = i == 0 ? "" : i + 1 == count || i == NAMED ? " and " : ", ";
        int n = i == NAMED && count > NAMED + 1
                    ? snprintf (out + used, OWNERS_BYTES - used, "%s%zu others", between, count - NAMED)
                    : snprintf (out + used, OWNERS_BYTES - used, "%s%s", between, COMMANDS[owners[i]].name);
        used += (size_t) n;
        if (i == NAMED && count > NAMED + 1)
            return;
    }
}

int command_start (const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error error = {.code = DMH_OK};
    int rc = arguments_read (&arguments, command->set, s_owners, argc, argv, &error), status;
    if (rc == DMH_OK && arguments.help)
        status = s_help (command);
    else if (rc == DMH_OK && arguments.version)
        status = command_version ();
    else {
        if (rc == DMH_OK && arguments.word_count < command->least && !arguments.files_from)
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

int command_version (void)
{
    terminal_print (stdout, "dmh %s\n", DMH_VERSION);
    return EXIT_DONE;
}

//  The nearest is said where less than half of it would have to be written anew, or where it is the only one
//  that begins so.
const struct command *command_find (const char *name, const char **nearest)
{
    size_t n = strlen (name), least = n / 2 < 3 ? n / 2 : 3, begins = 0;
    const char *begun = NULL;
    *nearest = NULL;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        size_t distance = edit_distance (name, n, COMMANDS[i].name, strlen (COMMANDS[i].name));
        if (distance == 0)
            return &COMMANDS[i];
        if (strncmp (name, COMMANDS[i].name, n) == 0) {
            begun = COMMANDS[i].name;
            begins++;
        }
        if (distance <= least && (!*nearest || distance < least)) {
            least = distance;
            *nearest = COMMANDS[i].name;
        }
    }
    if (n && begins == 1)
        *nearest = begun;
    return NULL;
}

int command_ready (struct error *error)
{
    return limits_open (error);
}

//  This user's own broker; one that was started just now may take a moment until it listens.
static int s_find (const struct arguments *arguments, bool keyed, char endpoint[URI_BYTES],
                   struct error *error)
{
    int rc = default_broker_find (keyed, endpoint, error);
    unsigned looks = arguments->timeout > 1 ? START_LOOKS : 0;
    for (; rc == DMH_UNAVAILABLE && looks; looks--) {
        poll (NULL, 0, LOOK_MS);
        rc = default_broker_find (keyed, endpoint, error);
    }
    return rc;
}

connection_t *command_connect (const struct arguments *arguments, int interrupt, struct error *error)
{
    struct credential credential;
    char endpoint[URI_BYTES];
    const char *broker = arguments->broker;
    if (command_ready (error) != DMH_OK ||
        credential_read (arguments->key, arguments->server_key, &credential, error) != DMH_OK)
        return NULL;
    bool found = broker || s_find (arguments, credential_is (&credential), endpoint, error) == DMH_OK;
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
    return command_exit (error->code);
}

int command_exit (int code)
{
    switch (code) {
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
