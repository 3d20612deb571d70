//  plan.c: see plan.h.
#include "client/commands/workers/plan.h"

#include "client/launch/worker_program.h"
#include "messages/keys/keyring.h"
#include "messages/s3/name.h"

//  Folders are those of the host where the worker runs, from the root on.
static int s_check_folders (const struct arguments *arguments, struct error *error)
{
    if (arguments->results && *arguments->results != '/')
        return error_set (error, DMH_USAGE, "--results takes a path from the root on, not “%.200s”",
                          arguments->results);
    for (const char *at = arguments->data_root; at && *at; at += *at == ',') {
        if (*at != '/' && !s3_name_is (at))
            return error_set (error, DMH_USAGE,
                              "--data-root takes paths from the root on, or s3://, not “%.200s”", at);
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
static int s_keys (const struct arguments *arguments, struct launch *launch, struct plan_words *words,
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

int plan_read (const struct arguments *arguments, connection_t *connection, struct launch *launch,
               struct plan_words *words, struct error *error)
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
                                 .memory = arguments->memory,
                                 .sbatch = arguments->sbatch,
                                 .image = arguments->image,
                                 .kubeconfig = arguments->kubeconfig,
                                 .context = arguments->context,
                                 .space = arguments->space,
                                 .ssh_config = arguments->ssh_config ? words->ssh_config : NULL}};
    if (!launch->engine)
        return error_set (error, DMH_USAGE, "workers %s needs --on ENGINE, which is one of: %s",
                          arguments->words[0], ENGINE_NAMES);
    int rc = s_check_back (arguments, launch, error);
    if (rc == DMH_OK)
        rc = s_check_folders (arguments, error);
    if (rc == DMH_OK)
        rc = s_keys (arguments, launch, words, error);
    if (rc == DMH_OK && arguments->ssh_config)
        rc = s_whole_path ("ssh-config", arguments->ssh_config, words->ssh_config, error);
    if (rc == DMH_OK && !arguments->image)    //  which has its own
        rc = worker_program_find (words->worker, error);
    return rc;
}
