//  slurm.c: workers as the tasks of an array job of Slurm: sbatch starts them, each is the batch script's
//  process, so that SIGTERM before the time limit, at a preemption and of scancel reaches it and it drains.
//  The folder of what was launched has to be one that the nodes see, too: keys and logs stand there.
#include "client/launch/child.h"
#include "client/launch/engine.h"
#include "client/launch/log_tail.h"
#include "client/launch/remote/shell_text.h"
#include "client/launch/worker_line.h"
#include "messages/base/narrow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALL_MS = 60000, WORDS = 40, TEXT_BYTES = 8192, WORD_MOST = 200, MEBIBYTE = 1024 * 1024 };

//  The words of one call.
struct call {
    char *at[WORDS];
    size_t count, used;
    char text[TEXT_BYTES];
    bool full;
};

static void s_put (struct call *self, const char *word, size_t n)
{
    self->full = self->full || self->count + 1 >= WORDS || n + 1 > sizeof self->text - self->used;
    if (self->full)
        return;
    self->at[self->count] = self->text + self->used;
    memcpy (self->at[self->count], word, n);
    self->at[self->count++][n] = 0;
    self->used += n + 1;
    self->at[self->count] = NULL;
}

static void s_put_all (struct call *self, const char *const words[])
{
    for (size_t i = 0; words[i]; i++)
        s_put (self, words[i], strlen (words[i]));
}

//  Options of the user's, with blanks between them.
static void s_put_options (struct call *self, const char *options)
{
    for (size_t n; options && *options; options += n) {
        options += strspn (options, " \t");
        n = strcspn (options, " \t");
        if (n)
            s_put (self, options, n);
    }
}

//  *child (calloc'd, the caller's) has been run.
static int s_run (struct call *call, const struct shell_text *input, struct child **child,
                  struct error *error)
{
    *child = calloc (1, sizeof **child);
    if (!*child)
        return error_set (error, DMH_INTERNAL, "out of memory");
    if (call->full)
        return error_set (error, DMH_USAGE, "the options of --sbatch are too many");
    (*child)->words = call->at;
    (*child)->patience_ms = CALL_MS;
    if (input) {
        (*child)->input = input->text.at;
        (*child)->input_bytes = input->text.used;
    }
    int rc = child_run (*child, error);
    (*child)->words = NULL;
    if (rc == DMH_NOT_FOUND)
        error_set (error, rc, "%s is not on the PATH; Slurm's programs are needed here", call->at[0]);
    return rc;
}

static int s_check (const struct launch_plan *plan, size_t count, struct error *error)
{
    (void) plan;
    (void) count;
    struct call call = {.count = 0};
    struct child *child = NULL;
    char word[WORD_MOST];
    s_put_all (&call, (const char *const[]){"sinfo", "--noheader", "--format=%P", NULL});
    int rc = s_run (&call, NULL, &child, error);
    if (rc == DMH_OK && child->status != 0)
        rc = error_set (error, DMH_INTERNAL, "Slurm does not answer: %s", child_word (child, word));
    free (child);
    return rc;
}

//  What all names of a launch begin with: "slurm-1a2b3c4d-" of slurm-1a2b3c4d-1.
static void s_prefix (const struct launched *worker, char out[KEY_NAME_BYTES])
{
    const char *dash = strrchr (worker->name, '-');
    snprintf (out, KEY_NAME_BYTES, "%.*s", NARROW (int, dash ? dash - worker->name + 1 : 0), worker->name);
}

//  The batch script. It holds no key, only where each task's lies.
static int s_script (const struct launch_plan *plan, const struct launched *first, struct shell_text *script,
                     struct error *error)
{
    char prefix[KEY_NAME_BYTES], folder[LAUNCHED_PATH_BYTES];
    struct worker_line line;
    struct launch_plan there = *plan;
    there.memory = 0;    //  as it is allocated
    int rc = worker_line_make (&line, &there, plan->worker, "", NULL, error);
    if (rc != DMH_OK)
        return rc;
    s_prefix (first, prefix);
    shell_text_add (script, "#!/bin/sh\n");
    shell_text_set (script, "state", launched_folder (folder, sizeof folder));
    shell_text_set (script, "prefix", prefix);
    //  Megabytes, where the allocation has a limit; jobs that need more are not given to a worker that says
    //  so.
    shell_text_add (script,
                    "name=\"$prefix$SLURM_ARRAY_TASK_ID\"\n"
                    "mb=${SLURM_MEM_PER_NODE:-$((${SLURM_MEM_PER_CPU:-0} * ${SLURM_CPUS_ON_NODE:-1}))}\n"
                    "[ \"$mb\" -lt 64 ] || set -- --memory \"$((mb * 1048576))\"\nexec");
    for (size_t i = 0; i < line.count; i++)
        if (i == 2)    //  of --name
            shell_text_add (script, " \"$name\"");
        else
            shell_text_word (script, line.words[i]);
    if (!plan->threads)
        shell_text_add (script, " --threads \"${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}\"");
    if (plan->server_key)
        shell_text_add (script, " --key \"$state/$name.key\"");
    shell_text_add (script, " \"$@\"\n");
    return shell_text_check (script, error);
}

static void s_put_array (struct call *call, const struct launch_plan *plan, const struct launched *first,
                         size_t count)
{
    char text[2 * LAUNCHED_PATH_BYTES], folder[LAUNCHED_PATH_BYTES], prefix[KEY_NAME_BYTES];
    s_prefix (first, prefix);
    s_put_all (call, (const char *const[]){"sbatch", "--parsable", "--signal=B:TERM@60",
                                           "--export=PATH,HOME,LD_LIBRARY_PATH,XDG_STATE_HOME", NULL});
    snprintf (text, sizeof text, "--array=1-%zu", count);
    s_put (call, text, strlen (text));
    snprintf (text, sizeof text, "--job-name=dmh-%.*s", NARROW (int, strlen (prefix) - 1), prefix);
    s_put (call, text, strlen (text));
    snprintf (text, sizeof text, "--output=%s/%s%%a.log", launched_folder (folder, sizeof folder), prefix);
    s_put (call, text, strlen (text));
    if (plan->threads) {
        snprintf (text, sizeof text, "--cpus-per-task=%" PRIu64, plan->threads);
        s_put (call, text, strlen (text));
    }
    if (plan->memory) {
        snprintf (text, sizeof text, "--mem=%" PRIu64 "M", (plan->memory - 1) / MEBIBYTE + 1);
        s_put (call, text, strlen (text));
    }
    s_put_options (call, plan->sbatch);
}

static int s_start (const struct launch_plan *plan, struct launched *workers, size_t count,
                    struct error *error)
{
    struct call call = {.count = 0};
    struct shell_text script = {.failed = false};
    struct child *child = NULL;
    char word[WORD_MOST];
    uint64_t job = 0;
    int rc = s_script (plan, workers, &script, error);
    if (rc == DMH_OK) {
        s_put_array (&call, plan, workers, count);
        rc = s_run (&call, &script, &child, error);
    }
    if (rc == DMH_OK && child->status != 0)
        rc = error_set (error, DMH_USAGE, "Slurm does not take the job: %s", child_word (child, word));
    job = rc == DMH_OK ? strtoull (child->said, NULL, 10) : 0;
    if (rc == DMH_OK && (job == 0 || job > UINT32_MAX))
        rc = error_set (error, DMH_INTERNAL, "sbatch does not name the job: %s", child_word (child, word));
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        snprintf (workers[i].place, sizeof workers[i].place, "%" PRIu32 "_%u", NARROW (uint32_t, job),
                  NARROW (unsigned, i + 1));
    free (child);
    shell_text_clear (&script);
    return rc;
}

//  A line of squeue: TASK|STATE|REASON.
static void s_see (const struct launched *worker, const char *lines, struct engine_sight *sight)
{
    size_t n = strlen (worker->place);
    for (const char *at = lines; n && at && *at; at = strchr (at, '\n') ? strchr (at, '\n') + 1 : NULL) {
        char state[32] = "", why[64] = "";
        if (strncmp (at, worker->place, n) != 0 || at[n] != '|' ||
            sscanf (at + n, "|%31[^|\n]|%63[^\n]", state, why) < 1)
            continue;
        bool over = strcmp (state, "COMPLETING") == 0;
        sight->state = strcmp (state, "RUNNING") == 0 ? ENGINE_LIVES : over ? ENGINE_GONE : ENGINE_WAITING;
        if (sight->state == ENGINE_WAITING)
            snprintf (sight->why, sizeof sight->why, "Slurm says %s: %s", state, why);
    }
}

//  The jobs of these workers, each once, with commas.
static bool s_jobs (const struct launched *workers, size_t count, char *out, size_t size)
{
    size_t used = 0;
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        size_t n = strcspn (workers[i].place, "_");
        bool seen = n == 0;
        for (size_t k = 0; k < i && !seen; k++)
            seen = strncmp (workers[k].place, workers[i].place, n + 1) == 0;
        if (seen || used + n + 2 >= size)
            continue;
        if (used)
            out[used++] = ',';
        memcpy (out + used, workers[i].place, n);
        used += n;
        out[used] = 0;
    }
    return used > 0;
}

static int s_look (const struct launched *workers, size_t count, struct engine_sight *sights,
                   struct error *error)
{
    struct call call = {.count = 0};
    struct child *child = NULL;
    char jobs[TEXT_BYTES / 2] = "--jobs=", word[WORD_MOST];
    for (size_t i = 0; i < count; i++)
        sights[i] = (struct engine_sight){.state = ENGINE_GONE};
    if (!s_jobs (workers, count, jobs + strlen (jobs), sizeof jobs - strlen (jobs)))
        return DMH_OK;
    s_put_all (&call,
               (const char *const[]){"squeue", "--noheader", "--array", "--format=%F_%K|%T|%r", jobs, NULL});
    int rc = s_run (&call, NULL, &child, error);
    //  It has forgotten jobs that ended a while ago.
    if (rc == DMH_OK && child->status != 0 && !strstr (child->complained, "Invalid job id"))
        rc = error_set (error, DMH_UNAVAILABLE, "Slurm does not answer: %s", child_word (child, word));
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        s_see (&workers[i], child->said, &sights[i]);
    free (child);
    return rc;
}

static int s_end (const struct launched *worker, struct error *error)
{
    struct call call = {.count = 0};
    struct child *child = NULL;
    char word[WORD_MOST];
    if (!*worker->place)
        return DMH_OK;
    s_put_all (&call, (const char *const[]){"scancel", "--quiet", worker->place, NULL});
    int rc = s_run (&call, NULL, &child, error);
    if (rc == DMH_OK && child->status != 0 && !strstr (child->complained, "Invalid job id"))
        rc = error_set (error, DMH_UNAVAILABLE, "Slurm does not cancel %s: %s", worker->place,
                        child_word (child, word));
    free (child);
    return rc;
}

static void s_log (const struct launched *worker, char tail[ENGINE_TAIL_BYTES])
{
    char path[LAUNCHED_PATH_BYTES];
    log_tail_read (launched_path (worker->name, ".log", path), tail);
}

const struct engine ENGINE_SLURM = {"slurm", true, s_check, s_start, s_look, s_end, s_log};
