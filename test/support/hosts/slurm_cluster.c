//  slurm_cluster.c: see slurm_cluster.h.
#include "test/support/hosts/slurm_cluster.h"

#include "test/support/processes/processes.h"
#include "test/support/processes/reserved_port.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_BYTES = 8192, LOOKS = 600, LOOK_MS = 100 };

static const char *s_port (char endpoint[ENDPOINT_BYTES])
{
    reserved_port_endpoint (endpoint);
    return strrchr (endpoint, ':') + 1;
}

//  No plugin that needs rights or cgroups: processes are found by who their parents are.
static void s_configure (const struct workplace *place)
{
    char text[TEXT_BYTES], host[256], controller[ENDPOINT_BYTES], nodes[SLURM_NODES][ENDPOINT_BYTES],
        path[600];
    const char *folder = place->folder, *user = getpwuid (getuid ())->pw_name;
    gethostname (host, sizeof host);
    host[strcspn (host, ".")] = 0;
    size_t n = (size_t) snprintf (
        text, sizeof text,
        "ClusterName=dmh\nSlurmctldHost=%s(127.0.0.1)\nSlurmctldPort=%s\nSlurmUser=%s\nSlurmdUser=%s\n"
        "AuthType=auth/munge\nAuthInfo=socket=%s/munge.sock\nCredType=cred/munge\nStateSaveLocation=%s/"
        "slurm\n"
        "SlurmdSpoolDir=%s/spool-%%n\nSlurmctldPidFile=%s/slurmctld.pid\nSlurmdPidFile=%s/slurmd-%%n.pid\n"
        "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nSwitchType=switch/none\nMpiDefault=none\n"
        "ReturnToService=2\nSchedulerType=sched/builtin\nSelectType=select/cons_tres\n"
        "SelectTypeParameters=CR_Core\nSlurmdParameters=config_overrides\nKillWait=30\nOverTimeLimit=0\n"
        "PreemptType=preempt/partition_prio\nPreemptMode=CANCEL\n"
        "PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP PriorityTier=1\n"
        "PartitionName=urgent Nodes=n1,n2 MaxTime=INFINITE State=UP PriorityTier=2\n",
        host, s_port (controller), user, user, folder, folder, folder, folder, folder);
    for (size_t i = 0; i < SLURM_NODES; i++)
        n += (size_t) snprintf (
            text + n, sizeof text - n,
            "NodeName=n%zu NodeHostname=%s NodeAddr=127.0.0.1 Port=%s CPUs=%d RealMemory=100\n", i + 1, host,
            s_port (nodes[i]), SLURM_NODE_CPUS);
    workplace_write (place, "slurm.conf", text, n);
    snprintf (path, sizeof path, "%s/slurm", folder);
    cr_assert_eq (mkdir (path, 0700), 0);
    snprintf (path, sizeof path, "%s/slurm.conf", folder);
    setenv ("SLURM_CONF", path, 1);
}

//  munged answers nobody before its socket is there.
static void s_start_munged (struct slurm_cluster *self)
{
    char words[6][600], key[128];
    const char *folder = self->place->folder;
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (char) (i * 7 + 1);
    workplace_write (self->place, "munge.key", key, sizeof key);
    static const char *const OPTIONS[] = {"socket=%s/munge.sock", "key-file=%s/munge.key",
                                          "pid-file=%s/munged.pid", "log-file=%s/munged.file",
                                          "seed-file=%s/munged.seed"};
    snprintf (words[5], sizeof words[5], "%s/munge.key", folder);
    cr_assert_eq (chmod (words[5], 0400), 0);
    for (size_t i = 0; i < 5; i++) {
        char option[64];
        snprintf (option, sizeof option, "%.*s", (int) strcspn (OPTIONS[i], "="), OPTIONS[i]);
        snprintf (words[i], sizeof words[i], "--%s=%s%s", option, folder, strchr (OPTIONS[i], '/'));
    }
    const char *const munged[] = {"/usr/sbin/munged", "--foreground", "--force", words[0], words[1],
                                  words[2],           words[3],       words[4],  NULL};
    self->munged = process_start (self->place, "munged.log", munged);
    process_await (self->place, "munged.log", "Created");
}

static bool s_is_idle (const struct slurm_cluster *self)
{
    char *said = NULL;
    const char *const ask[] = {"/usr/bin/sinfo", "--noheader", "--Node", "--format=%N %T", NULL};
    int status = process_run (self->place, ask, &said);
    bool idle = status == 0 && strstr (said, "n1 idle\n") && strstr (said, "n2 idle\n");
    free (said);
    return idle;
}

static bool s_is_installed (void)
{
    static const char *const PROGRAMS[] = {"/usr/sbin/munged", "/usr/sbin/slurmctld", "/usr/sbin/slurmd",
                                           "/usr/bin/sbatch", "/usr/bin/sinfo"};
    for (size_t i = 0; i < sizeof PROGRAMS / sizeof *PROGRAMS; i++)
        if (access (PROGRAMS[i], X_OK) != 0)
            return false;
    return true;
}

const char *slurm_cluster_open (struct slurm_cluster *self, const struct workplace *place)
{
    *self = (struct slurm_cluster){.place = place};
    if (!s_is_installed ())
        return "slurm-wlm and munge are not installed (make deps-cluster)";
    s_configure (place);
    s_start_munged (self);
    const char *const controller[] = {"/usr/sbin/slurmctld", "-D", NULL};
    self->controller = process_start (place, "slurmctld.log", controller);
    for (size_t i = 0; i < SLURM_NODES; i++) {
        char log[32], name[8];
        snprintf (log, sizeof log, "slurmd%zu.log", i + 1);
        snprintf (name, sizeof name, "n%zu", i + 1);
        const char *const node[] = {"/usr/sbin/slurmd", "-D", "-N", name, NULL};
        self->nodes[i] = process_start (place, log, node);
    }
    for (int looks = 0; looks < LOOKS; looks++) {
        if (s_is_idle (self))
            return NULL;
        poll (NULL, 0, LOOK_MS);    //  Slurm says it to nobody
    }
    slurm_cluster_close (self);
    return "Slurm's nodes do not come up here";
}

void slurm_cluster_close (struct slurm_cluster *self)
{
    pid_t pids[] = {self->nodes[0], self->nodes[1], self->controller, self->munged};
    for (size_t i = 0; i < sizeof pids / sizeof *pids; i++)
        if (pids[i] > 0) {
            kill (pids[i], SIGTERM);
            process_wait (pids[i], 60);
        }
}
