//  ssh_test.c: dmh workers launch --on ssh, against real sshds on loopback: the program is copied where it is
//  missing or another, workers come with the slots of their hosts and keys of their own, and nothing of them
//  is left when they are drained.
#include "test/support/hosts/left_behind.h"
#include "test/support/hosts/ssh_server.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

struct scene {
    struct workplace place;
    struct servers servers;
    struct ssh_servers hosts;
    char back[160], config[300];
};

//  false: it cannot be had, which is said.
static bool s_open_hosts (struct scene *scene, size_t hosts, bool systemd)
{
    char path[300];
    *scene = (struct scene){.servers = {.place = &scene->place, .options = {"--keys", "keys", NULL}}};
    workplace_make (&scene->place);
    const char *missing =
        (systemd ? ssh_servers_open_systemd : ssh_servers_open) (&scene->hosts, &scene->place, hosts);
    if (missing) {
        printf ("SKIP: %s\n", missing);
        workplace_remove (&scene->place);
        return false;
    }
    left_behind_watch (scene->place.folder);
    snprintf (path, sizeof path, "%s/state", scene->place.folder);
    setenv ("XDG_STATE_HOME", path, 1);
    const char *const server[] = {"dmh", "keys", "--keys", "keys", "new", "server", NULL};
    const char *const root[] = {"dmh", "keys", "--keys", "keys", "new", "root", "--rights", "admin", NULL};
    cr_assert_eq (process_run (&scene->place, server, NULL), 0);
    cr_assert_eq (process_run (&scene->place, root, NULL), 0);
    setenv ("DMH_KEY", "keys/root.key", 1);
    setenv ("DMH_SERVER_KEY", "keys/server.pub", 1);
    servers_start_broker (&scene->servers, false);
    snprintf (scene->config, sizeof scene->config, "%s/ssh_config", scene->place.folder);
    return true;
}

static bool s_open (struct scene *scene, size_t hosts)
{
    return s_open_hosts (scene, hosts, false);
}

static void s_close (struct scene *scene)
{
    servers_stop (&scene->servers);
    ssh_servers_close (&scene->hosts);
    workplace_remove (&scene->place);
}

static char *s_dmh (struct scene *scene, int status, const char *const argv[])
{
    char *output = NULL;
    cr_assert_eq (servers_dmh (&scene->servers, argv, &output), status, "%s", output);
    return output;
}

static void s_hosts (const struct scene *scene, const char *text)
{
    workplace_write (&scene->place, "hosts", text, strlen (text));
}

//  dmh workers launch --on ssh with that many.
static char *s_launch (struct scene *scene, int status, const char *count)
{
    const char *const launch[] = {
        "dmh",          "workers",    "launch", "--on", "ssh",    "--hosts",           "hosts",
        "--ssh-config", "ssh_config", "--keys", "keys", "--back", scene->servers.back, "--count",
        count,          "--threads",  "1",      NULL};
    return s_dmh (scene, status, launch);
}

static bool s_is_there (const struct scene *scene, const char *name)
{
    char path[600];
    snprintf (path, sizeof path, "%s/%s", scene->place.folder, name);
    return access (path, F_OK) == 0;
}

static size_t s_times (const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr (at, part)) != NULL; at += strlen (part))
        count++;
    return count;
}

static const char COPY1[] = "host1/.local/lib/dmh/dmh-worker", COPY2[] = "host2/.local/lib/dmh/dmh-worker";

Test (ssh, workers_come_to_each_host_with_its_slots_do_jobs_and_leave_nothing_when_they_are_drained,
      .timeout = 180)
{
    struct scene scene;
    if (!s_open (&scene, 2))
        return;
    s_hosts (&scene, "# two of them\nhost1 2\n\nhost2 3   # the larger one\n");
    char *said = s_launch (&scene, 0, "2");
    cr_assert_eq (s_times (said, " is registered\n"), 2, "%s", said);
    free (said);
    cr_assert (s_is_there (&scene, COPY1) && s_is_there (&scene, COPY2));
    const char *const list[] = {"dmh", "workers", "--json", NULL};
    said = s_dmh (&scene, 0, list);
    cr_assert_eq (s_times (said, "\"slots\":2,"), 1, "%s", said);
    cr_assert_eq (s_times (said, "\"slots\":3,"), 1, "%s", said);
    free (said);
    workplace_write (&scene.place, "a.csv", "patient_id\n1\n", 13);
    const char *const submit[] = {"dmh", "submit", "a.csv", "--quiet", "--wait", "-o", "out", NULL};
    free (s_dmh (&scene, 0, submit));
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    said = s_dmh (&scene, 0, drain);
    cr_assert_eq (s_times (said, " has left\n"), 2, "%s", said);
    free (said);
    cr_assert_eq (left_behind_count (scene.place.folder, "dmh-worker", NULL), 0);
    const char *const find[] = {
        "/bin/sh", "-c", "find state host1/state host2/state keys -name 'ssh-*' ! -name '*.log'", NULL};
    cr_assert_eq (process_run (&scene.place, find, &said), 0);
    cr_assert_str_empty (said, "only logs are left: %s", said);
    free (said);
    s_close (&scene);
}

Test (ssh, the_program_is_copied_where_it_is_another_and_not_where_it_is_the_same_or_installed,
      .timeout = 180)
{
    struct scene scene;
    struct stat before, after;
    char path[600];
    if (!s_open (&scene, 1))
        return;
    snprintf (path, sizeof path, "%s/%s", scene.place.folder, COPY1);
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    const char *const other[] = {
        "/bin/sh", "-c",
        "mkdir -p host1/.local/lib/dmh && echo exit 1 >host1/.local/lib/dmh/dmh-worker && "
        "chmod 755 host1/.local/lib/dmh/dmh-worker",
        NULL};
    cr_assert_eq (process_run (&scene.place, other, NULL), 0);
    s_hosts (&scene, "host1\n");
    free (s_launch (&scene, 0, "1"));
    free (s_dmh (&scene, 0, drain));
    cr_assert_eq (stat (path, &before), 0);
    cr_assert_gt (before.st_size, 1000, "it was copied over");
    free (s_launch (&scene, 0, "1"));
    free (s_dmh (&scene, 0, drain));
    cr_assert_eq (stat (path, &after), 0);
    cr_assert_eq (after.st_ino, before.st_ino, "it was copied again");
    s_close (&scene);
}

Test (ssh, more_workers_than_hosts_go_round_and_those_that_have_fewer_come_first, .timeout = 180)
{
    struct scene scene;
    if (!s_open (&scene, 2))
        return;
    s_hosts (&scene, "host1 1\nhost2 1\n");
    free (s_launch (&scene, 0, "1"));
    free (s_launch (&scene, 0, "2"));
    const char *const notes[] = {"/bin/sh", "-c",
                                 "grep -h '^host = ' state/dmh/launched/*.worker | sort | uniq -c", NULL};
    char *said = NULL;
    cr_assert_eq (process_run (&scene.place, notes, &said), 0);
    cr_assert (strstr (said, "2 host = host1\n") && strstr (said, "1 host = host2\n"), "%s", said);
    free (said);
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    free (s_dmh (&scene, 0, drain));
    s_close (&scene);
}

Test (ssh, a_host_that_is_not_reached_is_said_before_anything_is_started_anywhere, .timeout = 180)
{
    struct scene scene;
    if (!s_open (&scene, 2))
        return;
    s_hosts (&scene, "host1\nhost2\n");
    kill (scene.hosts.pids[1], SIGKILL);
    process_wait (scene.hosts.pids[1], 30);
    scene.hosts.count = 1;
    char *said = s_launch (&scene, 4, "2");
    cr_assert (strstr (said, "host2 cannot be reached by ssh"), "%s", said);
    free (said);
    cr_assert_not (s_is_there (&scene, "state/dmh/launched"), "nothing was noted");
    cr_assert_eq (left_behind_count (scene.place.folder, "dmh-worker", NULL), 0);
    //  A host whose key is another one than was known is not trusted.
    workplace_write (&scene.place, "known_hosts", "", 0);
    s_hosts (&scene, "host1\n");
    said = s_launch (&scene, 4, "1");
    cr_assert (strstr (said, "host1 cannot be reached by ssh") &&
                   strstr (said, "Host key verification failed"),
               "%s", said);
    free (said);
    s_close (&scene);
}

Test (ssh, a_worker_that_ends_at_once_is_said_with_its_log_from_there, .timeout = 180)
{
    struct scene scene;
    if (!s_open (&scene, 1))
        return;
    s_hosts (&scene, "host1\n");
    const char *const launch[] = {"dmh",     "workers", "launch",           "--on",       "ssh",
                                  "--hosts", "hosts",   "--ssh-config",     "ssh_config", "--keys",
                                  "keys",    "--back",  scene.servers.back, "--results",  "/dev/null/x",
                                  NULL};
    char *said = s_dmh (&scene, 1, launch);
    cr_assert (strstr (said, "ended before it registered") && strstr (said, "  dmh-worker: "), "%s", said);
    free (said);
    const char *const find[] = {"/bin/sh", "-c", "find state host1/state keys -name 'ssh-*' ! -name '*.log'",
                                NULL};
    cr_assert_eq (process_run (&scene.place, find, &said), 0);
    cr_assert_str_empty (said, "only logs are left: %s", said);
    free (said);
    s_close (&scene);
}

Test (ssh, a_back_that_other_hosts_do_not_reach_and_hosts_that_are_none_are_refused, .timeout = 180)
{
    struct scene scene;
    if (!s_open (&scene, 1))
        return;
    s_hosts (&scene, "host1\n");
    const char *const near[] = {"dmh",     "workers", "launch", "--on", "ssh",
                                "--hosts", "hosts",   "--keys", "keys", NULL};
    char *said = s_dmh (&scene, 2, near);
    cr_assert (strstr (said, "which other hosts do not reach"), "%s", said);
    free (said);
    s_hosts (&scene, "host1\n-oProxyCommand=x\n");
    said = s_launch (&scene, 2, "1");
    cr_assert (strstr (said, "hosts, line 2 is not HOST [SLOTS]"), "%s", said);
    free (said);
    s_close (&scene);
}

Test (ssh, where_systemd_runs_a_worker_is_a_transient_unit_and_drained_as_any, .timeout = 180)
{
    struct scene scene;
    if (!s_open_hosts (&scene, 1, true))
        return;
    s_hosts (&scene, "host1 2\n");
    free (s_launch (&scene, 0, "1"));
    char *units = workplace_read (scene.place.folder, "host1/units", NULL);
    cr_assert_not_null (units);
    cr_assert (strstr (units, "--system --quiet --collect --unit=dmh-ssh-") &&
                   strstr (units, "-1 -p KillMode=mixed"),
               "%s", units);
    cr_assert_eq (s_times (units, "\n"), 1, "%s", units);
    free (units);
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    free (s_dmh (&scene, 0, drain));
    cr_assert_eq (left_behind_count (scene.place.folder, "dmh-worker", NULL), 0);
    s_close (&scene);
}

Test (ssh, a_host_that_is_away_when_its_worker_has_left_is_said_and_holds_up_nobody_else, .timeout = 180)
{
    struct scene scene;
    if (!s_open (&scene, 2))
        return;
    s_hosts (&scene, "host1\nhost2\n");
    free (s_launch (&scene, 0, "2"));
    kill (scene.hosts.pids[0], SIGKILL);
    process_wait (scene.hosts.pids[0], 30);
    scene.hosts.pids[0] = scene.hosts.pids[1];
    scene.hosts.count = 1;
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    char *said = s_dmh (&scene, 1, drain);
    cr_assert_eq (s_times (said, " has left\n"), 2, "%s", said);
    cr_assert (strstr (said, "host1 cannot be reached by ssh"), "%s", said);
    free (said);
    const char *const notes[] = {"/bin/sh", "-c",
                                 "cat state/dmh/launched/*.worker | grep host; ls keys | grep ssh", NULL};
    cr_assert_eq (process_run (&scene.place, notes, &said), 1, "its key is none any more: %s", said);
    cr_assert_str_eq (said, "host = host1\n", "it is known until it is put away: %s", said);
    free (said);
    s_close (&scene);
}

Test (ssh, a_program_that_is_installed_and_not_older_is_run_and_an_older_one_is_not, .timeout = 180)
{
    struct scene scene;
    if (!s_open (&scene, 2))
        return;
    s_hosts (&scene, "host1\nhost2\n");
    const char *const install[] = {
        "/bin/sh", "-c",
        "mkdir host1/bin host2/bin && printf '#!/bin/sh\\necho run >>\"$HOME/ran\"\\n[ \"$1\" != --version ] "
        "|| "
        "{ echo dmh-worker 0.0.9; exit; }\\nexec %s \"$@\"\\n' \"$DMH_BUILD/dmh-worker\" "
        ">host1/bin/dmh-worker && "
        "sed 's/0.0.9/999.0.0/' host1/bin/dmh-worker >host2/bin/dmh-worker && chmod 755 host?/bin/dmh-worker",
        NULL};
    cr_assert_eq (process_run (&scene.place, install, NULL), 0);
    free (s_launch (&scene, 0, "2"));
    cr_assert (s_is_there (&scene, COPY1), "0.0.9 is older than any that launches");
    cr_assert_not (s_is_there (&scene, COPY2), "999.0.0 is not");
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    free (s_dmh (&scene, 0, drain));
    s_close (&scene);
}
