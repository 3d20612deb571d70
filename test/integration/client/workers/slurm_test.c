//  slurm_test.c: dmh workers launch --on slurm, against a real Slurm with two nodes: workers are tasks of an
//  array with their names, CPUs and logs; they drain at SIGTERM, and what cannot come is said in Slurm's
//  words.
#include "test/support/hosts/left_behind.h"
#include "test/support/hosts/slurm_cluster.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <unistd.h>

struct scene {
    struct workplace place;
    struct servers servers;
    struct slurm_cluster slurm;
};

//  false: it cannot be had, which is said.
static bool s_open (struct scene *scene)
{
    char state[300];
    *scene = (struct scene){.servers = {.place = &scene->place, .options = {"--keys", "keys", NULL}}};
    workplace_make (&scene->place);
    left_behind_watch (scene->place.folder);
    const char *missing = slurm_cluster_open (&scene->slurm, &scene->place);
    if (missing) {
        printf ("SKIP: %s\n", missing);
        workplace_remove (&scene->place);
        return false;
    }
    snprintf (state, sizeof state, "%s/state", scene->place.folder);
    setenv ("XDG_STATE_HOME", state, 1);
    const char *const server[] = {"dmh", "keys", "--keys", "keys", "new", "server", NULL};
    const char *const root[] = {"dmh", "keys", "--keys", "keys", "new", "root", "--rights", "admin", NULL};
    cr_assert_eq (process_run (&scene->place, server, NULL), 0);
    cr_assert_eq (process_run (&scene->place, root, NULL), 0);
    setenv ("DMH_KEY", "keys/root.key", 1);
    setenv ("DMH_SERVER_KEY", "keys/server.pub", 1);
    servers_start_broker (&scene->servers, false);
    return true;
}

static void s_close (struct scene *scene)
{
    servers_stop (&scene->servers);
    slurm_cluster_close (&scene->slurm);
    workplace_remove (&scene->place);
}

static char *s_dmh (struct scene *scene, int status, const char *const argv[])
{
    char *output = NULL;
    cr_assert_eq (servers_dmh (&scene->servers, argv, &output), status, "%s", output);
    return output;
}

//  dmh workers launch --on slurm with that many, and an option with its value or NULL.
static char *s_launch (struct scene *scene, int status, const char *count, const char *option,
                       const char *value)
{
    const char *const launch[] = {"dmh",    "workers",           "launch",  "--on", "slurm", "--keys", "keys",
                                  "--back", scene->servers.back, "--count", count,  option,  value,    NULL};
    return s_dmh (scene, status, launch);
}

//  What a program of Slurm says; yours to free.
static char *s_slurm (struct scene *scene, const char *line)
{
    char *said = NULL;
    const char *const argv[] = {"/bin/sh", "-c", line, NULL};
    cr_assert_eq (process_run (&scene->place, argv, &said), 0, "%s", said);
    return said;
}

static size_t s_times (const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr (at, part)) != NULL; at += strlen (part))
        count++;
    return count;
}

static void s_expect_nothing_left (struct scene *scene)
{
    char *said = s_slurm (scene, "squeue --noheader --states=PENDING,RUNNING; "
                                 "find state keys -name 'slurm-*' ! -name '*.log'");
    cr_assert_str_empty (said, "%s", said);
    free (said);
    cr_assert_eq (left_behind_count (scene->place.folder, "dmh-worker", NULL), 0);
}

Test (slurm, workers_are_tasks_of_an_array_with_its_cpus_do_jobs_and_complete_when_they_are_drained,
      .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    char *said = s_launch (&scene, 0, "2", "--threads", "2");
    cr_assert_eq (s_times (said, " is registered\n"), 2, "%s", said);
    free (said);
    const char *const list[] = {"dmh", "workers", "--json", NULL};
    said = s_dmh (&scene, 0, list);
    cr_assert_eq (s_times (said, "\"threads\":2,"), 2, "%s", said);
    cr_assert (strstr (said, "-1\",") && strstr (said, "-2\","), "names of the tasks: %s", said);
    free (said);
    said = s_slurm (&scene, "squeue --noheader --array --format='%K %T %C %N' | sort");
    cr_assert (strstr (said, "1 RUNNING 2 n") && strstr (said, "2 RUNNING 2 n") && strstr (said, "n1\n") &&
                   strstr (said, "n2\n"),
               "one on each node: %s", said);
    free (said);
    workplace_write (&scene.place, "a.csv", "patient_id\n1\n", 13);
    const char *const submit[] = {"dmh", "submit", "a.csv", "--quiet", "--wait", "-o", "out", NULL};
    free (s_dmh (&scene, 0, submit));
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    free (s_dmh (&scene, 0, drain));
    said = s_slurm (
        &scene,
        "scontrol --oneliner show job | grep -o 'JobState=[A-Z]*\\|ExitCode=[0-9:]*' | sort | uniq -c");
    cr_assert (strstr (said, "2 ExitCode=0:0\n") && strstr (said, "2 JobState=COMPLETED\n"), "%s", said);
    free (said);
    s_expect_nothing_left (&scene);
    s_close (&scene);
}

Test (slurm, a_task_that_is_cancelled_and_one_whose_time_is_over_drain_and_their_keys_go_with_the_next_launch,
      .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    free (s_launch (&scene, 0, "2", "--sbatch", "--mem=80"));
    const char *const list[] = {"dmh", "workers", "--json", NULL};
    char *said = s_dmh (&scene, 0, list);
    cr_assert_eq (s_times (said, "\"threads\":1,"), 2, "the CPU that Slurm gave: %s", said);
    free (said);
    said = s_slurm (&scene, "n=$(basename state/dmh/launched/*-1.log .log); for p in /proc/[0-9]*; do "
                            "tr '\\0' ' ' <$p/cmdline | grep -- \"--name $n \"; done 2>&1; true");
    cr_assert (strstr (said, "--memory 83886080"), "the memory that Slurm gave: %s", said);
    free (said);
    free (s_slurm (&scene,
                   "ln -s state/dmh/launched/*-1.log one.log; ln -s state/dmh/launched/*-2.log two.log; "
                   "j=$(squeue --noheader --format=%F | head -n 1); scancel ${j}_1; "
                   "scontrol update jobid=${j}_2 TimeLimit=1"));
    process_await_times (&scene.place, "broker.log", "worker.gone", 2);
    cr_assert_eq (process_log_count (&scene.place, "one.log", "worker.draining"), 1);
    cr_assert_eq (process_log_count (&scene.place, "two.log", "worker.draining"), 1);
    cr_assert_eq (process_log_count (&scene.place, "broker.log", "its worker left"), 2, "nobody fell silent");
    free (s_launch (&scene, 0, "1", NULL, NULL));
    said = s_slurm (&scene, "ls state/dmh/launched/*.key keys/slurm-*.pub | wc -l");
    cr_assert_eq (atoi (said), 2, "one worker, one key: %s", said);
    free (said);
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    free (s_dmh (&scene, 0, drain));
    s_expect_nothing_left (&scene);
    s_close (&scene);
}

Test (slurm, what_slurm_does_not_start_or_does_not_take_is_said_in_its_words_and_leaves_nothing,
      .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    char *said = s_launch (&scene, 2, "1", "--sbatch", "--partition=nowhere --hold");
    cr_assert (strstr (said, "Slurm does not take the job: ") && strstr (said, "artition"), "%s", said);
    free (said);
    const char *const held[] = {
        "dmh",    "workers",          "launch",          "--on", "slurm",    "--keys", "keys",
        "--back", scene.servers.back, "--start-seconds", "2",    "--sbatch", "--hold", NULL};
    said = s_dmh (&scene, 1, held);
    cr_assert (strstr (said, "Slurm says PENDING: JobHeldUser"), "%s", said);
    free (said);
    s_expect_nothing_left (&scene);
    //  One that waits is known and can be drained before it comes.
    const char *const later[] = {"dmh",  "workers", "launch",           "--on",      "slurm",    "--keys",
                                 "keys", "--back",  scene.servers.back, "--no-wait", "--sbatch", "--hold",
                                 NULL};
    said = s_dmh (&scene, 0, later);
    cr_assert (strstr (said, " is started"), "%s", said);
    free (said);
    const char *const drain[] = {"dmh", "workers", "drain", "slurm-", NULL};
    said = s_dmh (&scene, 0, drain);
    cr_assert (strstr (said, " has left"), "%s", said);
    free (said);
    s_expect_nothing_left (&scene);
    kill (scene.slurm.controller, SIGTERM);
    process_wait (scene.slurm.controller, 60);
    scene.slurm.controller = 0;
    setenv ("SLURM_CONF", "/nowhere/slurm.conf", 1);
    said = s_launch (&scene, 1, "1", NULL, NULL);
    cr_assert (strstr (said, "Slurm does not answer"), "%s", said);
    free (said);
    s_close (&scene);
}

Test (slurm, a_batch_that_is_joined_is_the_same_as_from_one_process_though_a_node_dies_in_the_middle,
      .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    int pid = 0;
    free (s_slurm (&scene, "mkdir in; for i in $(seq 20); do { echo 'Patient ID,First Name,DOB,Sex'; "
                           "for k in $(seq 400); do echo \"P$((i * 300 + k)),Given$k,01/28/1980,M\"; done; } "
                           ">in/part$i.csv; done"));
    free (s_launch (&scene, 0, "2", "--slots", "1"));
    const char *const submit[] = {"dmh", "submit", "in", "--join", "--quiet", "--wait", "-o", "out", NULL};
    setenv ("DMH_BROKER", scene.servers.front, 1);
    pid_t waits = process_start (&scene.place, "submit.log", submit);
    unsetenv ("DMH_BROKER");
    process_await_times (&scene.place, "broker.log", "job.started", 3);
    cr_assert_eq (left_behind_count (scene.place.folder, "dmh-worker", &pid), 2);
    kill (scene.slurm.nodes[0], SIGKILL);
    process_wait (scene.slurm.nodes[0], 60);
    scene.slurm.nodes[0] = 0;
    kill (pid, SIGKILL);
    cr_assert_eq (process_wait (waits, 200), 0);
    const char *const run[] = {"dmh", "run", "in", "--join", "--quiet", "-o", "base", NULL};
    free (s_dmh (&scene, 0, run));
    free (s_slurm (
        &scene, "for f in records.csv rejects.csv audit.ndjson; do "
                "cmp out/joined/patient/$f base/joined/patient/$f || exit 1; done; "
                "for i in $(seq 20); do cmp out/part$i/records.csv base/part$i/records.csv || exit 1; done"));
    free (s_slurm (&scene, "scancel --quiet $(squeue --noheader --format=%A) || true"));
    s_close (&scene);
}

//  What stands behind `option` on the command line of the first worker; yours to free.
static char *s_option_of_worker (struct scene *scene, const char *option)
{
    char line[400];
    snprintf (line, sizeof line,
              "n=$(basename state/dmh/launched/*-1.log .log); for p in /proc/[0-9]*; do "
              "tr '\\0' ' ' <$p/cmdline | grep -- \"--name $n \"; done 2>/dev/null | "
              "sed -n 's/.* %s \\([^ ]*\\).*/\\1/p' | head -n 1; rm -f state/dmh/launched/*.log",
              option);
    return s_slurm (scene, line);
}

Test (slurm, a_worker_is_told_the_memory_of_its_cpus_and_asks_for_that_of_the_option, .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    free (s_launch (&scene, 0, "1", "--sbatch", "--cpus-per-task=2 --mem-per-cpu=40"));
    char *said = s_option_of_worker (&scene, "--memory");
    cr_assert_str_eq (said, "83886080\n", "two CPUs of 40 MiB each");
    free (said);
    free (s_dmh (&scene, 0, drain));
    free (s_launch (&scene, 0, "1", "--memory", "73400321"));    //  a byte more than 70 MiB
    said = s_option_of_worker (&scene, "--memory");
    cr_assert_str_eq (said, "74448896\n", "71 MiB are allocated");
    free (said);
    free (s_dmh (&scene, 0, drain));
    s_expect_nothing_left (&scene);
    s_close (&scene);
}

Test (slurm, a_worker_that_is_preempted_drains_and_its_batch_is_done_when_another_comes, .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    free (s_slurm (&scene,
                   "mkdir in; for i in $(seq 20); do { echo 'Patient ID,First Name,DOB,Sex'; "
                   "for k in $(seq 400); do echo \"P$((i * 1000 + k)),Given$k,01/28/1980,M\"; done; } "
                   ">in/part$i.csv; done"));
    free (s_launch (&scene, 0, "1", "--slots", "1"));
    const char *const submit[] = {"dmh", "submit", "in", "--quiet", "--wait", "-o", "out", NULL};
    setenv ("DMH_BROKER", scene.servers.front, 1);
    pid_t waits = process_start (&scene.place, "submit.log", submit);
    unsetenv ("DMH_BROKER");
    process_await_times (&scene.place, "broker.log", "job.started", 2);
    free (s_slurm (&scene, "sbatch --quiet --partition=urgent --nodes=2 --exclusive --output=urgent.log "
                           "--wrap 'echo the nodes are ours'"));
    process_await (&scene.place, "urgent.log", "the nodes are ours");
    process_await (&scene.place, "broker.log", "its worker left");
    free (s_slurm (&scene, "cat state/dmh/launched/*-1.log >one.log"));
    cr_assert_eq (process_log_count (&scene.place, "one.log", "worker.draining"), 1, "SIGTERM came first");
    free (s_launch (&scene, 0, "1", NULL, NULL));
    cr_assert_eq (process_wait (waits, 200), 0);
    char *said = s_slurm (&scene, "cat out/part*/records.csv | grep -c Given");
    cr_assert_eq (atoi (said), 8000, "%s", said);
    free (said);
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    free (s_dmh (&scene, 0, drain));
    s_close (&scene);
}
