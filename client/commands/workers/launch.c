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
    char worker[LAUNCHED_PATH_BYTES], keys[LAUNCHED_PATH_BYTES];
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

//  Who drains them later may stand in another folder.
static int s_whole_path (struct launch_words *words, struct launch *launch, struct error *error)
{
    char *path = realpath (launch->keys, NULL);
    if (!path)
        return error_set (error, DMH_USAGE,
                          "the folder of the broker's keys, %s, cannot be found: %s; name it with --keys DIR",
                          launch->keys, strerror (errno));
    size_t n = strlen (path);
    if (n < sizeof words->keys)
        memcpy (words->keys, path, n + 1);
    free (path);
    launch->keys = words->keys;
    return n < sizeof words->keys ? DMH_OK : error_set (error, DMH_USAGE, "the path of --keys is too long");
}

static int s_plan (const struct arguments *arguments, connection_t *connection, struct launch *launch,
                   struct launch_words *words, struct error *error)
{
    const struct credential *credential = connection_credential (connection);
    *launch =
        (struct launch){.connection = connection,
                        .engine = arguments->on ? engine_find (arguments->on) : NULL,
                        .plan = {.broker = arguments->back ? arguments->back : connection_back (connection),
                                 .worker = words->worker,
                                 .data_root = arguments->data_root,
                                 .results = arguments->results,
                                 .slots = arguments->slots,
                                 .threads = arguments->threads}};
    if (!launch->engine)
        return error_set (error, DMH_USAGE, "workers launch needs --on ENGINE, which is one of: %s",
                          ENGINE_NAMES);
    if (!*launch->plan.broker)
        return error_set (
            error, DMH_USAGE,
            "the broker does not say where workers register; name its back with --back ENDPOINT");
    if (credential_is (credential)) {
        keyring_default (words->keys, sizeof words->keys);
        launch->keys = arguments->keys ? arguments->keys : words->keys;
        launch->plan.server_key = credential->server;
    }
    int rc = s_check_folders (arguments, error);
    if (rc == DMH_OK && launch->keys)
        rc = s_whole_path (words, launch, error);
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
