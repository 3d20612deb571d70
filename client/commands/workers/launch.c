//  launch.c: dmh workers launch: starts workers on an engine and waits until the broker knows them.
#include "client/launch/launch.h"

#include "client/commands/workers/workers.h"
#include "client/launch/release.h"
#include "client/launch/worker_program.h"
#include "client/terminal/json_line.h"
#include "messages/keys/keyring.h"
#include "messages/text/terminal.h"

enum { MS_A_SECOND = 1000 };

//  What the plan and the launch point to.
struct launch_words {
    char worker[LAUNCHED_PATH_BYTES], keys[LAUNCHED_PATH_BYTES], ssh_config[LAUNCHED_PATH_BYTES];
};

//  Folders are those of the host where the worker runs, from the root on.
static int s_check_folders (const struct arguments *arguments, struct error *error)
{
    if (arguments->results && *arguments->results != '/')
        return error_set (error, DMH_USAGE, "--results takes a path from the root on, not “%.200s”",
                          arguments->results);
    for (const char *at = arguments->data_root; at && *at; at += *at == ',') {
        if (*at != '/')
            return error_set (error, DMH_USAGE, "--data-root takes paths from the root on, not “%.200s”", at);
        at += strcspn (at, ",");
    }
    return DMH_OK;
}

//  From the root on, as who drains them later may stand in another folder.
static int s_whole_path (const char *option, const char *given, char out[LAUNCHED_PATH_BYTES],
                         struct error *error)
{
    char *path = realpath (given, NULL);
    if (!path)
        return error_set (error, DMH_USAGE, "--%s %.300s cannot be found: %s", option, given,
                          strerror (errno));
    size_t n = strlen (path);
    if (n < LAUNCHED_PATH_BYTES)
        memcpy (out, path, n + 1);
    free (path);
    return n < LAUNCHED_PATH_BYTES ? DMH_OK
                                   : error_set (error, DMH_USAGE, "the path of --%s is too long", option);
}

//  Whether no other host can have that in mind.
static bool s_is_of_this_host (const char *endpoint)
{
    static const char *const BEGINNINGS[] = {"ipc:", "inproc:", "tcp://127.",
                                             "tcp://localhost:", "tcp://[::1]:"};
    for (size_t i = 0; i < sizeof BEGINNINGS / sizeof *BEGINNINGS; i++)
        if (strncmp (endpoint, BEGINNINGS[i], strlen (BEGINNINGS[i])) == 0)
            return true;
    return false;
}

static int s_check_back (const struct arguments *arguments, const struct launch *launch, struct error *error)
{
    if (!*launch->plan.broker)
        return error_set (
            error, DMH_USAGE,
            "the broker does not say where workers register; name its back with --back ENDPOINT");
    if (!arguments->back && launch->engine->elsewhere && s_is_of_this_host (launch->plan.broker))
        return error_set (
            error, DMH_USAGE,
            "workers register at %s, which other hosts do not reach; start the broker with --front "
            "tcp://HOST:5570 and keys, or name its back as they reach it with --back ENDPOINT",
            launch->plan.broker);
    return DMH_OK;
}

//  Where the broker has keys, those that it lets in.
static int s_keys (const struct arguments *arguments, struct launch *launch, struct launch_words *words,
                   struct error *error)
{
    const struct credential *credential = connection_credential (launch->connection);
    char usual[LAUNCHED_PATH_BYTES];
    if (!credential_is (credential))
        return DMH_OK;
    launch->keys = words->keys;
    launch->plan.server_key = credential->server;
    return s_whole_path ("keys", arguments->keys ? arguments->keys : keyring_default (usual, sizeof usual),
                         words->keys, error);
}

static int s_plan (const struct arguments *arguments, connection_t *connection, struct launch *launch,
                   struct launch_words *words, struct error *error)
{
    *launch =
        (struct launch){.connection = connection,
                        .engine = arguments->on ? engine_find (arguments->on) : NULL,
                        .plan = {.broker = arguments->back ? arguments->back : connection_back (connection),
                                 .worker = words->worker,
                                 .data_root = arguments->data_root,
                                 .results = arguments->results,
                                 .slots = arguments->slots,
                                 .threads = arguments->threads,
                                 .hosts = arguments->hosts,
                                 .sbatch = arguments->sbatch,
                                 .ssh_config = arguments->ssh_config ? words->ssh_config : NULL}};
    if (!launch->engine)
        return error_set (error, DMH_USAGE, "workers launch needs --on ENGINE, which is one of: %s",
                          ENGINE_NAMES);
    int rc = s_check_back (arguments, launch, error);
    if (rc == DMH_OK)
        rc = s_check_folders (arguments, error);
    if (rc == DMH_OK)
        rc = s_keys (arguments, launch, words, error);
    if (rc == DMH_OK && arguments->ssh_config)
        rc = s_whole_path ("ssh-config", arguments->ssh_config, words->ssh_config, error);
    return rc == DMH_OK ? worker_program_find (words->worker, error) : rc;
}

static void s_say (const struct arguments *arguments, const struct launch *launch, size_t i)
{
    const struct launched *worker = &launch->workers[i];
    if (arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_text (line, "worker", worker->name);
        json_line_text (line, "engine", worker->engine);
        json_line_text (line, "host", worker->host);
        json_line_text (line, "place", worker->place);
        json_line_flag (line, "registered", launch->registered[i]);
        json_line_print (&line, stdout);
    } else if (!arguments->quiet)
        terminal_print (stdout, launch->registered[i] ? "%s is registered\n" : "%s is started\n",
                        worker->name);
}

static void s_say_tail (const struct launch *launch)
{
    char tail[ENGINE_TAIL_BYTES], *rest = tail;
    memcpy (tail, launch->tail, sizeof tail);
    if (*tail)
        terminal_print (stderr, "dmh: the end of its log:\n");
    for (char *line; (line = strsep (&rest, "\n")) != NULL;)
        if (*line)
            terminal_print (stderr, "  %s\n", line);
}

//  What was launched before and is no more is put away first.
static void s_tidy (connection_t *connection)
{
    struct launched *noted = NULL;
    size_t count = 0;
    struct worker_list list;
    if (connection_workers (connection, &list, NULL) != DMH_OK)
        return;
    if (launched_all (&noted, &count, NULL) == DMH_OK)
        release_lost (noted, count, &list);
    free (noted);
    worker_list_clear (&list);
}

int workers_launch (const struct arguments *arguments, connection_t *connection, struct error *error)
{
    struct launch launch;
    struct launch_words words;
    int rc = s_plan (arguments, connection, &launch, &words, error);
    if (rc != DMH_OK)
        return rc;
    launch.patience_ms = arguments->no_wait ? 0 : (int64_t) arguments->start_seconds * MS_A_SECOND;
    s_tidy (connection);
    rc = launch_start (&launch, (size_t) arguments->count, error);
    for (size_t i = 0; i < launch.count; i++)
        if (rc == DMH_OK || launch.registered[i])
            s_say (arguments, &launch, i);
    if (rc != DMH_OK)
        s_say_tail (&launch);
    launch_clear (&launch);
    return rc;
}
