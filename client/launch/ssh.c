//  ssh.c: workers on other hosts, which ssh gets to: a transient unit of systemd where there is systemd, else
//  a process in a session of its own. What one has there stands in ~/.local/state/dmh/launched: its key, its
//  log, its process.
#define _GNU_SOURCE
#include "client/launch/engine.h"
#include "client/launch/log_tail.h"
#include "client/launch/remote/host_list.h"
#include "client/launch/remote/remote_binary.h"
#include "client/launch/remote/ssh_call.h"
#include "client/launch/remote/together.h"
#include "client/launch/worker_line.h"
#include "messages/keys/key_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char STATE[] = "state=\"${XDG_STATE_HOME:-$HOME/.local/state}/dmh/launched\"\n";

//  Whether $name lives: it is one of the words of the process that was noted.
static const char LIVES[] =
    "lives () {\n"
    "    pid=$(cat \"$state/$name.pid\" 2>/dev/null) &&\n"
    "        tr '\\0' '\\n' 2>/dev/null <\"/proc/$pid/cmdline\" | grep -qxF -e \"$name\"\n"
    "}\n";

//  A user's units end with its last session, unless it lingers.
static const char START[] = "scope=\n"
                            "if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then\n"
                            "    if [ \"$(id -u)\" = 0 ]; then scope=--system\n"
                            "    elif [ \"$(loginctl show-user \"$(id -un)\" -p Linger --value "
                            "2>/dev/null)\" = yes ]; then scope=--user\n"
                            "    fi\n"
                            "fi\n"
                            "rm -f \"$state/$name.pid\"\n"
                            "if [ -n \"$scope\" ]; then\n"
                            "    systemd-run $scope --quiet --collect --unit=\"dmh-$name\" -p KillMode=mixed "
                            "-p TimeoutStopSec=60 \\\n"
                            "        sh \"$state/$name.sh\" </dev/null >&2 || exit 1\n"
                            "else\n"
                            "    setsid sh \"$state/$name.sh\" </dev/null >/dev/null 2>&1 &\n"
                            "fi\n"
                            "tries=100\n"
                            "until [ -s \"$state/$name.pid\" ]; do\n"
                            "    tries=$((tries - 1))\n"
                            "    [ $tries -gt 0 ] || { echo 'the worker was not started' >&2; exit 1; }\n"
                            "    sleep 0.1\n"
                            "done\n"
                            "echo \"dmh:pid $(cat \"$state/$name.pid\")\"\n";

//  How many of the launched workers are on that host.
static size_t s_load (const struct launched *noted, size_t count, const char *host)
{
    size_t load = 0;
    for (size_t i = 0; i < count; i++)
        load += strcmp (noted[i].engine, "ssh") == 0 && strcmp (noted[i].host, host) == 0;
    return load;
}

//  The hosts of `count` more workers: those with the fewest, in the order of the list. *hosts [count] is
//  malloc'd.
static int s_choose (const struct launch_plan *plan, size_t count, struct host **hosts, struct error *error)
{
    struct host *all = NULL;
    struct launched *noted = NULL;
    size_t host_count = 0, noted_count = 0, *loads = NULL;
    *hosts = NULL;
    if (!plan->hosts)
        return error_set (error, DMH_USAGE, "--on ssh needs --hosts FILE, with a line HOST [SLOTS] each");
    int rc = host_list_read (plan->hosts, &all, &host_count, error);
    if (rc == DMH_OK)
        rc = launched_all (&noted, &noted_count, error);
    if (rc == DMH_OK) {
        *hosts = calloc (count, sizeof **hosts);
        loads = calloc (host_count, sizeof *loads);
        rc = *hosts && loads ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    }
    for (size_t i = 0; rc == DMH_OK && i < host_count; i++)
        loads[i] = s_load (noted, noted_count, all[i].name);
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        size_t best = 0;
        for (size_t k = 1; k < host_count; k++)
            best = loads[k] < loads[best] ? k : best;
        loads[best]++;
        (*hosts)[i] = all[best];
    }
    free (all);
    free (noted);
    free (loads);
    return rc;
}

//  What is done at several hosts at once: with the `i`th of `hosts`, for the `i`th of `workers`.
struct hosts_call {
    const struct launch_plan *plan;
    struct host *hosts;
    struct launched *workers;
};

static int s_provide (void *context, size_t i, struct error *error)
{
    const struct hosts_call *call = context;
    return remote_binary_provide (call->plan->ssh_config, call->hosts[i].name, call->plan->worker, error);
}

//  Each host once.
static int s_check (const struct launch_plan *plan, size_t count, struct error *error)
{
    struct host *hosts = NULL;
    size_t different = 0;
    int rc = s_choose (plan, count, &hosts, error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        bool seen = false;
        for (size_t k = 0; k < different && !seen; k++)
            seen = strcmp (hosts[k].name, hosts[i].name) == 0;
        if (!seen)
            hosts[different++] = hosts[i];
    }
    if (rc == DMH_OK)
        rc = together_run (different, s_provide, &(struct hosts_call){.plan = plan, .hosts = hosts}, error);
    free (hosts);
    return rc;
}

//  A file there, 0600 by the umask, whose lines stand in the script: what it holds is no process's to show.
static void s_add_file (struct shell_text *script, const char *ending, const char *text)
{
    shell_text_add (script, "cat >\"$state/$name");
    shell_text_add (script, ending);
    shell_text_add (script, "\" <<'END_OF_DMH'\n");
    shell_text_add (script, text);
    shell_text_add (script, "\nEND_OF_DMH\n");
}

static int s_add_key (struct shell_text *script, const char *name, struct error *error)
{
    char path[LAUNCHED_PATH_BYTES], key[KEY_FILE_BYTES_MAX + 1];
    size_t n = 0;
    struct key_file_access access;
    int rc = key_file_read (launched_path (name, ".key", path), key, &n, &access, error);
    if (rc == DMH_OK && n <= KEY_FILE_BYTES_MAX) {
        key[n] = 0;
        s_add_file (script, ".key", key);
    }
    explicit_bzero (key, sizeof key);
    return rc;
}

//  The script that becomes the worker; its words are put into a file as they are.
static int s_add_line (struct shell_text *script, const struct launch_plan *plan, const char *name,
                       struct error *error)
{
    struct worker_line line;
    struct shell_text own = {.failed = false};
    int rc = worker_line_make (&line, plan, "worker", name, NULL, error);
    if (rc != DMH_OK)
        return rc;
    shell_text_add (&own, STATE);
    shell_text_set (&own, "name", name);
    shell_text_add (&own, REMOTE_BINARY_CHOICE);
    shell_text_add (&own, "umask 077; echo $$ >\"$state/$name.pid\"\nexec \"$worker\"");
    for (size_t i = 1; i < line.count; i++)
        shell_text_word (&own, line.words[i]);
    if (plan->server_key)
        shell_text_add (&own, " --key \"$state/$name.key\"");
    shell_text_add (&own, " >>\"$state/$name.log\" 2>&1 </dev/null");
    rc = shell_text_check (&own, error);
    if (rc == DMH_OK)
        s_add_file (script, ".sh", own.text.at);
    shell_text_clear (&own);
    return rc;
}

static int s_start_one (const struct launch_plan *plan, const struct host *host, struct launched *worker,
                        struct error *error)
{
    struct shell_text script = {.failed = false};
    struct launch_plan there = *plan;
    char *said = calloc (1, CHILD_SAID_BYTES);
    there.slots = host->slots ? host->slots : plan->slots;
    shell_text_add (&script, "umask 077\n");
    shell_text_add (&script, STATE);
    shell_text_add (&script, "mkdir -p \"$state\" || exit 1\n");
    shell_text_set (&script, "name", worker->name);
    int rc = said ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK && plan->server_key)
        rc = s_add_key (&script, worker->name, error);
    if (rc == DMH_OK)
        rc = s_add_line (&script, &there, worker->name, error);
    shell_text_add (&script, START);
    snprintf (worker->host, sizeof worker->host, "%s", host->name);
    if (plan->ssh_config)
        snprintf (worker->reach, sizeof worker->reach, "%s", plan->ssh_config);
    if (rc == DMH_OK)
        rc = ssh_call_script (plan->ssh_config, host->name, &script, said, error);
    if (rc == DMH_OK && !ssh_call_answer (said, "pid", worker->place, sizeof worker->place))
        rc = error_set (error, DMH_IO, "%s does not say that the worker was started", host->name);
    shell_text_clear (&script);
    free (said);
    return rc;
}

static int s_start_at (void *context, size_t i, struct error *error)
{
    const struct hosts_call *call = context;
    return s_start_one (call->plan, &call->hosts[i], &call->workers[i], error);
}

static int s_start (const struct launch_plan *plan, struct launched *workers, size_t count,
                    struct error *error)
{
    struct hosts_call call = {.plan = plan, .workers = workers};
    int rc = s_choose (plan, count, &call.hosts, error);
    if (rc == DMH_OK)
        rc = together_run (count, s_start_at, &call, error);
    free (call.hosts);
    return rc;
}

//  Runs a script on the worker's host, which knows its state, its name and whether it lives.
static int s_ask (const struct launched *worker, const char *text, char *said, struct error *error)
{
    struct shell_text script = {.failed = false};
    shell_text_add (&script, STATE);
    shell_text_set (&script, "name", worker->name);
    shell_text_add (&script, LIVES);
    shell_text_add (&script, text);
    int rc = ssh_call_script (worker->reach, worker->host, &script, said, error);
    shell_text_clear (&script);
    return rc;
}

//  What is asked of several hosts at once.
struct look {
    const struct launched *workers;
    size_t count;
    size_t *firsts;    //  of each host its first worker
    struct engine_sight *sights;
};

//  All of one host at once.
static int s_ask_host (const struct look *self, size_t first, char *said, struct error *error)
{
    struct shell_text script = {.failed = false};
    const char *host = self->workers[first].host;
    shell_text_add (&script, STATE);
    shell_text_add (&script, LIVES);
    for (size_t i = first; i < self->count; i++) {
        if (strcmp (self->workers[i].host, host) != 0)
            continue;
        shell_text_set (&script, "name", self->workers[i].name);
        shell_text_add (&script, "if lives; then echo \"dmh:$name lives\"; fi\n");
    }
    int rc = ssh_call_script (self->workers[first].reach, host, &script, said, error);
    shell_text_clear (&script);
    return rc;
}

static int s_look_at (void *context, size_t k, struct error *error)
{
    const struct look *self = context;
    size_t first = self->firsts[k];
    char *said = calloc (1, CHILD_SAID_BYTES), word[16];
    int rc = said ? s_ask_host (self, first, said, error) : error_set (error, DMH_INTERNAL, "out of memory");
    bool away = rc == DMH_UNAVAILABLE || rc == DMH_IO;    //  which says nothing of other hosts
    for (size_t i = first; i < self->count; i++) {
        if (strcmp (self->workers[i].host, self->workers[first].host) != 0)
            continue;
        if (away)
            self->sights[i].state = ENGINE_UNKNOWN;
        else if (rc == DMH_OK && ssh_call_answer (said, self->workers[i].name, word, sizeof word))
            self->sights[i].state = ENGINE_LIVES;
    }
    free (said);
    return away ? DMH_OK : rc;
}

static int s_look (const struct launched *workers, size_t count, struct engine_sight *sights,
                   struct error *error)
{
    struct look self = {workers, count, calloc (count, sizeof *self.firsts), sights};
    size_t hosts = 0;
    int rc = self.firsts || !count ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; i < count; i++)
        sights[i] = (struct engine_sight){.state = ENGINE_GONE};
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        bool seen = !*workers[i].host;    //  it was never started
        for (size_t k = 0; k < hosts && !seen; k++)
            seen = strcmp (workers[self.firsts[k]].host, workers[i].host) == 0;
        if (!seen)
            self.firsts[hosts++] = i;
    }
    if (rc == DMH_OK)
        rc = together_run (hosts, s_look_at, &self, error);
    free (self.firsts);
    return rc;
}

static int s_end (const struct launched *worker, struct error *error)
{
    if (!*worker->host)
        return DMH_OK;
    char *said = calloc (1, CHILD_SAID_BYTES);
    int rc = said ? s_ask (worker,
                           "if lives; then kill \"$pid\"; fi\n"
                           "rm -f \"$state/$name.key\" \"$state/$name.sh\" \"$state/$name.pid\"\n",
                           said, error)
                  : error_set (error, DMH_INTERNAL, "out of memory");
    free (said);
    return rc == DMH_IO ? DMH_UNAVAILABLE : rc;
}

static void s_log (const struct launched *worker, char tail[ENGINE_TAIL_BYTES])
{
    char *said = calloc (1, CHILD_SAID_BYTES), *begin;
    *tail = 0;
    if (said && *worker->host &&
        s_ask (worker, "echo dmh:log here; tail -n 40 \"$state/$name.log\" 2>/dev/null || true\n", said,
               NULL) == DMH_OK &&
        (begin = strstr (said, "dmh:log here\n")) != NULL)
        log_tail_of (begin + strlen ("dmh:log here\n"), strlen (begin) - strlen ("dmh:log here\n"), tail);
    free (said);
}

const struct engine ENGINE_SSH = {"ssh", true, s_check, s_start, s_look, s_end, s_log};
